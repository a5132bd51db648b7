"""The largest rate at which a promise is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmark.loads import Measured


def keeps(measured: Measured, p95_seconds: float) -> bool:
    """Whether 95 % of the answers came in time and at least 999 of 1,000 requests were answered."""
    return measured.latency(0.95) <= p95_seconds and measured.count(200) >= 0.999 * len(measured.answers) > 0


async def throughput_at(
    p95_seconds: float, full: float, measure: Callable[[float], Awaitable[Measured]], halvings: int = 5
) -> tuple[float, list[Measured]]:
    """Requests a second within the promise, by halving between nothing and 1.1 times what the full server does.

    full: what a closed loop found; measure: an open loop at a rate. Returns 0 where no rate that was tried keeps the promise, and all
    that was measured.
    """
    low, high, tried = 0.0, 1.1 * full, []
    for number in range(halvings):
        rate = 0.8 * full if number == 0 else (low + high) / 2
        tried.append(await measure(rate))
        if keeps(tried[-1], p95_seconds):
            low = max(low, rate)
        else:
            high = min(high, rate)
    return low, tried
