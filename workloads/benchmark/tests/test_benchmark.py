import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmark.calls import image_calls, text_calls
from benchmark.client import Call, Client
from benchmark.cold_start import ColdStart
from benchmark.loads import Answered, Measured, arrivals, open_loop
from benchmark.profile import Point, Profile, write
from benchmark.search import keeps, throughput_at

CALLS = [Call("/", "text/plain", b"")]


class Pretended(Client):
    """A server that answers one request at a time, and stalls once."""

    def __init__(self, seconds_each: float, stall: float = 0.0) -> None:
        super().__init__("http://pretended")
        self.seconds_each, self.stall = seconds_each, stall
        self.turn = asyncio.Lock()

    async def send(self, call: Call) -> int:
        async with self.turn:
            await asyncio.sleep(self.seconds_each + self.stall)
            self.stall = 0
        return 200


def test_who_comes_while_the_server_stalls_is_charged_the_wait() -> None:
    measured = asyncio.run(open_loop(Pretended(0.0005, stall=0.5), CALLS, [index / 100 for index in range(60)]))
    # Of 60 requests in 0.6 s, 50 came during the stall of 0.5 s and waited 0.25 s in the mean.
    assert measured.latency(0.95) > 0.4
    assert measured.latency(0.5) > 0.15


def test_requests_are_sent_at_their_time_whether_or_not_earlier_ones_are_answered() -> None:
    measured = asyncio.run(open_loop(Pretended(0.05), CALLS, [0.0] * 10))
    # One at a time takes 0.05 s each: the last is answered after 0.5 s, which the client itself never waited to send.
    assert 0.45 < max(one.latency for one in measured.answers) < 2
    assert [one.due for one in measured.answers] == [0.0] * 10


def test_arrivals_have_their_rate_and_are_the_same_for_a_seed() -> None:
    times = arrivals(100, 50, seed=4)
    assert len(times) == pytest.approx(5000, rel=0.05)
    assert times == arrivals(100, 50, seed=4)
    assert times == sorted(times)


def measured_at(rate: float, capacity: float) -> Measured:
    latency = 0.01 if rate <= capacity else 1.0
    return Measured(rate, tuple(Answered(0, latency, 200) for _ in range(100)), 1.0)


def test_the_search_finds_the_largest_rate_within_the_promise() -> None:
    async def measure(rate: float) -> Measured:
        return measured_at(rate, 70)

    found, tried = asyncio.run(throughput_at(0.1, 100, measure, halvings=9))
    assert 69 < found <= 70
    assert len(tried) == 9


def test_a_promise_is_not_kept_by_refusing() -> None:
    answers = tuple(Answered(0, 0.01, 200 if index % 10 else 429) for index in range(1000))
    assert not keeps(Measured(1, answers, 1), 0.1)
    assert not keeps(Measured(1, (), 1), 0.1)


def test_the_profile_says_what_was_measured_and_the_line_for_the_config(tmp_path: Path) -> None:
    profile = Profile("resnet18", "L40S", 0.1, 123.456, (Point(4, None, 200.0, 0.03),), ColdStart(None, 2.0, 1.5, 0.5))
    write(profile, tmp_path / "profile.json", datetime(2026, 11, 24, tzinfo=UTC))
    said = json.loads((tmp_path / "profile.json").read_text())
    assert said["throughput"] == "123.5 req/s"
    assert said["coldStart"] == {"pullSeconds": None, "startSeconds": 2.0, "loadSeconds": 1.5, "warmUpSeconds": 0.5}
    assert profile.config_line() == "replica: { throughput: '123.5 req/s' },\ncoldStart: '4s',"


def test_an_address_that_is_none_and_a_server_that_is_not_there_are_told_apart() -> None:
    with pytest.raises(ValueError, match="is no address"):
        Client("localhost")
    assert asyncio.run(Client("http://127.0.0.1:9").send(CALLS[0])) == 0


@pytest.mark.parametrize("make", [lambda: image_calls(3, 32), lambda: text_calls(3, 8, 4)])
def test_requests_are_the_same_for_a_seed_and_differ_among_each_other(make: Callable[[], list[Call]]) -> None:
    assert make() == make()
    assert len({call.body for call in make()}) == 3
