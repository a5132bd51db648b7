"""Loads on a server: at a rate whatever it does (open loop), or by so many senders that each wait for their answer (closed loop)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.client import Call, Client


@dataclass(frozen=True)
class Answered:
    """One request: when it was to be sent, s from the begin, its latency from then on, s, and its status (0: no answer)."""

    due: float
    latency: float
    status: int


@dataclass(frozen=True)
class Measured:
    """What a load found: requests a second that were answered 200, and latencies of those."""

    offered: float
    answers: tuple[Answered, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        """Requests a second that were answered."""
        return self.count(200) / self.seconds

    def count(self, status: int) -> int:
        """How many answers had a status."""
        return sum(one.status == status for one in self.answers)

    def latency(self, quantile: float) -> float:
        """A quantile of the latencies of requests that were answered 200, s; infinite where none was."""
        found = sorted(one.latency for one in self.answers if one.status == 200)
        return found[min(len(found) - 1, int(quantile * len(found)))] if found else float("inf")


def arrivals(per_second: float, seconds: float, seed: int) -> list[float]:
    """Times of a Poisson process, s."""
    chance, now, times = random.Random(seed), 0.0, []
    while (now := now + chance.expovariate(per_second)) < seconds:
        times.append(now)
    return times


async def open_loop(client: Client, calls: Sequence[Call], times: Sequence[float]) -> Measured:
    """Sends at the given times, whether or not earlier requests have been answered.

    A latency counts from the time that a request was to be sent. So a server that stalls is charged for all who came meanwhile, and
    a client that is late itself makes latencies longer, never shorter (no coordinated omission).
    """
    began = time.perf_counter()
    answers: list[Answered] = []

    async def one(call: Call, due: float) -> None:
        status = await client.send(call)
        answers.append(Answered(due, time.perf_counter() - began - due, status))

    async with asyncio.TaskGroup() as group:
        for index, due in enumerate(times):
            wait = due - (time.perf_counter() - began)
            if wait > 0:
                await asyncio.sleep(wait)
            group.create_task(one(calls[index % len(calls)], due))
    seconds = time.perf_counter() - began
    return Measured(len(times) / seconds, tuple(answers), seconds)


async def closed_loop(client: Client, calls: Sequence[Call], senders: int, seconds: float) -> Measured:
    """Keeps a number of requests in work, and so finds what a server does when it is full."""
    began = time.perf_counter()
    answers: list[Answered] = []

    async def sender(first: int) -> None:
        index = first
        while (due := time.perf_counter() - began) < seconds:
            status = await client.send(calls[index % len(calls)])
            answers.append(Answered(due, time.perf_counter() - began - due, status))
            index += senders
            if status != 200:
                await asyncio.sleep(0.01)

    await asyncio.gather(*(sender(first) for first in range(senders)))
    took = time.perf_counter() - began
    return Measured(len(answers) / took, tuple(answers), took)
