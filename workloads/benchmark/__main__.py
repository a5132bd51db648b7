"""`python -m benchmark`: measures a server and writes its profile."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmark.calls import image_calls, text_calls
from benchmark.client import Call, Client
from benchmark.cold_start import ColdStart, started
from benchmark.loads import Measured, arrivals, closed_loop, open_loop
from benchmark.profile import Point, Profile, write
from benchmark.search import throughput_at


def parser() -> argparse.ArgumentParser:
    """The options; times are seconds."""
    options = argparse.ArgumentParser(prog="benchmark", description="Measures the throughput of one replica within a promise of latency.")
    options.add_argument("--address", default="http://127.0.0.1:8080", help="of the server")
    options.add_argument("--start", help="command that starts the server, to measure its cold start; it is ended afterwards")
    options.add_argument("--pull-seconds", type=float, help="time to pull the image, as the kubelet tells it; left open by default")
    options.add_argument("--slo", type=float, required=True, help="seconds within which 95 of 100 requests are to be answered")
    options.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    options.add_argument("--concurrency", type=int, nargs="+", default=[1, 4, 16], help="requests in work, for the table by batch")
    options.add_argument("--text", action="store_true", help="a model that continues texts; images otherwise")
    options.add_argument("--prompt-tokens", type=int, default=32)
    options.add_argument("--output-tokens", type=int, nargs="+", default=[16], help="the first is the one of the promise")
    options.add_argument("--image-side", type=int, default=256, help="side of the images that are sent, pixels")
    options.add_argument("--model", default="model", help="its name, for the profile")
    options.add_argument("--device", default="cpu", help="GPU by the name of foresize's catalogue, such as L40S; or cpu")
    options.add_argument("--key", help="bearer token")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--profile", type=Path, help="file that gets the profile")
    return options


async def measure(options: argparse.Namespace) -> Profile:
    """The profile of the server at the address; RuntimeError where it answers nothing."""
    client = Client(options.address, options.key)
    process: subprocess.Popen[bytes] | None = None
    cold: ColdStart | None = None
    try:
        if options.start:
            process, cold = await started(options.start, client, options.pull_seconds)
        points, full = await by_batch(options, client)
        if full <= 0:
            raise RuntimeError(f"no request to {options.address} was answered with 200")
        calls = calls_of(options, options.output_tokens[0])

        async def at(rate: float) -> Measured:
            times = arrivals(rate, options.seconds, options.seed)
            measured = await open_loop(client, calls, times)
            print(f"{rate:10.1f} req/s  p95 {measured.latency(0.95):8.3f} s  refused {measured.count(429)}", file=sys.stderr)
            return measured

        throughput, _ = await throughput_at(options.slo, full, at)
        return Profile(options.model, options.device, options.slo, throughput, tuple(points), cold)
    finally:
        client.close()
        if process is not None:
            process.terminate()
            process.wait()


async def by_batch(options: argparse.Namespace, client: Client) -> tuple[list[Point], float]:
    """The table by requests in work and by length, and the most that a full server did at the first length."""
    points, full = [], 0.0
    for number, tokens in enumerate(options.output_tokens if options.text else [None]):
        calls = calls_of(options, tokens)
        for senders in options.concurrency:
            found = await closed_loop(client, calls, senders, options.seconds / 2)
            points.append(Point(senders, tokens, found.per_second, found.latency(0.95)))
            print(f"{senders:4} in work  {found.per_second:10.1f} req/s  p95 {found.latency(0.95):8.3f} s", file=sys.stderr)
            full = max(full, found.per_second) if number == 0 else full
    return points, full


def calls_of(options: argparse.Namespace, tokens: int | None) -> list[Call]:
    """The requests that are sent, again and again."""
    if tokens is None or not options.text:
        return image_calls(32, options.image_side, options.seed)
    return text_calls(32, options.prompt_tokens, tokens, options.seed)


def main(arguments: list[str]) -> int:
    """Prints the line for the config; exit code 1 where the server cannot be measured, 2 where no rate keeps the promise."""
    options = parser().parse_args(arguments)
    try:
        profile = asyncio.run(measure(options))
    except (RuntimeError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if profile.throughput == 0:
        print(f"error: not even the lowest rate that was tried keeps a p95 of {options.slo:g} s", file=sys.stderr)
        return 2
    print(profile.config_line())
    if options.profile is not None:
        write(profile, options.profile, datetime.now(UTC))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
