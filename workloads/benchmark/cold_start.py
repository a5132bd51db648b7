"""How long a replica takes to start, in parts."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
import time
from dataclasses import dataclass

from benchmark.client import Client


@dataclass(frozen=True)
class ColdStart:
    """Seconds to pull the image (None: not measured), to start the process, to load the model, to warm it up."""

    pull: float | None
    start: float
    load: float
    warm_up: float

    @property
    def total(self) -> float:
        """All that was measured."""
        return (self.pull or 0.0) + self.start + self.load + self.warm_up


async def started(
    command: str, client: Client, pull: float | None, most_seconds: float = 600.0
) -> tuple[subprocess.Popen[bytes], ColdStart]:
    """Starts a server and waits until it is ready.

    Raises RuntimeError where it ends before, or takes longer than `most_seconds`.
    """
    began = time.perf_counter()
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL)
    while (await client.get("/healthz"))[0] != 200:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode} before it was ready")
        if time.perf_counter() - began > most_seconds:
            process.kill()
            raise RuntimeError(f"the server was not ready after {most_seconds:g} s")
        await asyncio.sleep(0.02)
    total = time.perf_counter() - began
    load, warm_up = await parts(client)
    return process, ColdStart(pull, max(0.0, total - load - warm_up), load, warm_up)


async def parts(client: Client) -> tuple[float, float]:
    """Seconds that a running server took to load and to warm up, from its metrics."""
    text = (await client.get("/metrics"))[1].decode()
    found = [re.search(rf"^inference_{name}_seconds\{{.*\}} (\S+)$", text, re.M) for name in ("load", "warm_up")]
    load, warm_up = (float(one[1]) if one else 0.0 for one in found)
    return load, warm_up
