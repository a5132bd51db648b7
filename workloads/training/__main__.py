"""`torchrun -m training`, or `python -m training` for one process."""

from __future__ import annotations

import sys

from modelkit.logs import log
from training.leaving import PAUSE, Leaving
from training.metrics import Metrics
from training.processes import Processes, join, leave
from training.queue_fed import work
from training.run import Run
from training.settings import Settings, read_settings

# Of sysexits.h: a failure that passes. A Job takes 0 for done, also from a pod that it ends itself.
LEFT_EARLY = 75


def main(arguments: list[str]) -> int:
    """Trains and returns the exit code: 0 where it is done or its pause begins, 75 where it had to leave, 1 where it was refused."""
    settings = read_settings(arguments)
    leaving = Leaving(settings.pause_at, settings.spot_notice)
    leaving.on_signals()
    processes, metrics = join(), Metrics()
    if settings.metrics_port and processes.is_first:
        metrics.serve(settings.metrics_port)
    try:
        if settings.queue is None:
            left = train(settings, processes, leaving, metrics)
        elif processes.count > 1:
            raise ValueError("--queue is for one process a pod: replicas share the queue")
        else:
            left = work(settings, leaving, metrics, lambda item: train(item, processes, leaving, metrics))
    except (ValueError, FileNotFoundError) as error:
        log("refused", to=sys.stderr, error=str(error))
        return 1
    finally:
        leaving.close()
        leave(processes)
    return 0 if left in (None, PAUSE) else LEFT_EARLY


def train(settings: Settings, processes: Processes, leaving: Leaving, metrics: Metrics) -> str | None:
    """One run; returns why it left before its end."""
    outcome = Run(settings, processes, leaving, metrics).go()
    if processes.is_first:
        event = "done" if outcome.left is None else "left"
        log(event, step=outcome.step, of=outcome.steps, loss=outcome.loss, accuracy=outcome.accuracy, because=outcome.left)
    return outcome.left


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
