"""`npm run bench:workloads`: how fast the programs themselves are. A table, or one JSON document with `--json`."""

from __future__ import annotations

import asyncio
import io
import json
import statistics
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import torch

from benchmark.calls import image_calls
from benchmark.client import Client
from benchmark.cold_start import started
from benchmark.loads import Measured, arrivals, closed_loop, open_loop
from benchmark.search import throughput_at
from compress.__main__ import compare, tensors
from modelkit.weights import ModelFacts
from training.data import Order, SyntheticImages, training_and_validation
from training.learning import loss_of
from training.leaving import Leaving
from training.metrics import Metrics
from training.processes import Processes
from training.run import Run
from training.settings import Settings

ALONE = Processes(0, 1, torch.device("cpu"))
PORT = 8094
SLO_SECONDS = 0.5


def training_share(steps: int = 60, rounds: int = 9) -> float:
    """Throughput of the training loop relative to a bare one on the same samples: the median of alternating rounds on one thread."""
    settings = Settings(model="small-cnn", image_size=32, samples=steps * 16, batch=16, schedule="constant")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    # The first round of each makes what the library makes once.
    pairs = [(bare_seconds(settings), own_seconds(settings)) for _ in range(rounds + 1)][1:]
    torch.set_num_threads(threads)
    return statistics.median(bare / own for bare, own in pairs)


def own_seconds(settings: Settings) -> float:
    """Seconds of the training loop, without its validation."""
    run = Run(settings, ALONE, Leaving(), Metrics())
    run.validate = lambda: 0.0  # type: ignore[method-assign]
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        run.go()
    return time.perf_counter() - began


def bare_seconds(settings: Settings) -> float:
    """Seconds of the shortest loop that trains the same: samples, forward, loss, backward, step."""
    torch.manual_seed(settings.seed)
    model = ModelFacts(settings.model, settings.classes, settings.image_size).build()
    optimiser = torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    samples = SyntheticImages(settings.samples, settings.classes, settings.image_size, settings.seed)
    began = time.perf_counter()
    for chosen in Order(settings, len(samples), 0, settings.samples // settings.batch):
        pairs = [samples.sample(*one) for one in chosen]
        optimiser.zero_grad()
        loss = loss_of(settings.loss, model(torch.stack([pair[0] for pair in pairs])), torch.stack([pair[1] for pair in pairs]))
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return time.perf_counter() - began


@contextmanager
def server(*options: str) -> Iterator[tuple[Client, subprocess.Popen[bytes]]]:
    """A server in a process of its own, ended afterwards."""
    client = Client(f"http://127.0.0.1:{PORT}")
    command = f"{sys.executable} -m inference --port {PORT} --threads 1 --drain 0 " + " ".join(options)
    process, _ = asyncio.run(started(command, client, None))
    try:
        yield Client(f"http://127.0.0.1:{PORT}"), process
    finally:
        process.terminate()
        process.wait()


MODEL = ("--model", "resnet18", "--image-size", "32")


def throughput_within(options: tuple[str, ...], seconds: float) -> float:
    """Requests a second of a server within the promise."""
    with server(*MODEL, *options) as (client, _):

        async def find() -> float:
            calls = image_calls(16, 40)
            full = await closed_loop(client, calls, 16, seconds)

            async def at(rate: float) -> Measured:
                return await open_loop(client, calls, arrivals(rate, seconds, 1))

            return (await throughput_at(SLO_SECONDS, full.per_second, at))[0]

        return asyncio.run(find())


def overload(requests: int) -> dict[str, float]:
    """An open loop at 1.5 times what the server does: statuses, p95 of what was answered, s, and the memory of the server, MiB."""
    with server(*MODEL, "--most-wait", str(SLO_SECONDS * 0.6)) as (client, process):

        async def run() -> tuple[float, Measured]:
            calls = image_calls(16, 40)
            full = (await closed_loop(client, calls, 16, 5)).per_second
            before.append(resident_mib(process.pid))
            rate = 1.5 * full
            return full, await open_loop(client, calls, arrivals(rate, requests / rate, 2)[:requests])

        before: list[float] = []
        full, found = asyncio.run(run())
        return {
            "fullPerSecond": full,
            "sent": len(found.answers),
            "answered": found.count(200),
            "refused": found.count(429),
            "other": len(found.answers) - found.count(200) - found.count(429),
            "p95Seconds": found.latency(0.95),
            "sloSeconds": SLO_SECONDS,
            "memoryBeforeMiB": before[0],
            "memoryAfterMiB": resident_mib(process.pid),
            "alive": float(process.poll() is None),
        }


def resident_mib(pid: int) -> float:
    """Resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 2**20


def distillation() -> str:
    """The verdict over five seeds, of a teacher with four times the width, on few samples under noise."""
    settings = Settings(model="small-cnn", image_size=12, classes=10, samples=320, batch=32, epochs=15, learning_rate=0.01)
    run = Run(settings, ALONE, Leaving(), Metrics())
    with redirect_stdout(io.StringIO()):
        run.go()
    sets = [tensors(samples) for samples in training_and_validation(Settings(image_size=12, classes=10, samples=320))]
    held_out = tensors(SyntheticImages(1000, 10, 12, 0, 10_000))
    options = Namespace(student="tiny-cnn", epochs=8, seeds=5, save_student=None)
    return compare(ModelFacts("small-cnn", 10, 12), run.model, [sets[0], held_out], options)[1]


def main(arguments: list[str]) -> int:
    """Prints the figures."""
    torch.set_num_threads(1)
    requests = 2_000 if "--short" in arguments else 20_000
    one, batched = (throughput_within(options, 6) for options in (("--max-batch", "1"), ("--max-batch", "16")))
    figures: dict[str, object] = {
        "trainingLoopShare": training_share(),
        "perSecondOneByOne": one,
        "perSecondBatched": batched,
        "overload": overload(requests),
        "distillation": distillation(),
    }
    if "--json" in arguments:
        print(json.dumps(figures, indent=2))
        return 0
    print(f"training loop            {figures['trainingLoopShare']:.3f} of a bare loop")
    print(f"p95 {SLO_SECONDS:g} s, one by one     {one:.1f} req/s")
    print(f"p95 {SLO_SECONDS:g} s, batches to 16  {batched:.1f} req/s, x{batched / one if one else float('nan'):.2f}")
    print("open loop at 1.5 x full  " + ", ".join(f"{name} {value:.4g}" for name, value in overload_of(figures).items()))
    print(figures["distillation"])
    return 0


def overload_of(figures: dict[str, object]) -> dict[str, float]:
    """The figures of the overload."""
    found = figures["overload"]
    assert isinstance(found, dict)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
