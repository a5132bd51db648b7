"""Work from a queue: a folder of items, each of which one trainer takes by renaming it."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from modelkit.logs import log
from training.leaving import Leaving
from training.metrics import Metrics
from training.settings import Settings, problems

WAITING, TAKEN, DONE, FAILED = "waiting", "taken", "done", "failed"


class FolderQueue:
    """Items as files `waiting/NAME.json`; the folder may be a volume that several trainers share."""

    def __init__(self, folder: Path, owner: str | None = None) -> None:
        self.folder = folder
        self.owner = owner or os.environ.get("HOSTNAME") or socket.gethostname()
        for name in (WAITING, TAKEN, DONE, FAILED):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def waiting(self) -> int:
        """How many items wait."""
        return sum(1 for _ in (self.folder / WAITING).glob("*.json"))

    def take(self) -> Path | None:
        """The oldest item by name, which nobody else then takes; one that this trainer had before it was ended comes first."""
        own = sorted((self.folder / TAKEN).glob(f"*@{self.owner}.json"))
        if own:
            return own[0]
        for item in sorted((self.folder / WAITING).glob("*.json")):
            taken = self.folder / TAKEN / f"{item.stem}@{self.owner}.json"
            try:
                item.rename(taken)
            except FileNotFoundError:
                continue
            return taken
        return None

    def put_back(self, taken: Path) -> None:
        """Lets somebody else go on with an item."""
        taken.rename(self.folder / WAITING / f"{self.name(taken)}.json")

    def finish(self, taken: Path, result: str) -> None:
        """Puts an item to those that are done or failed."""
        taken.rename(self.folder / result / f"{self.name(taken)}.json")

    @staticmethod
    def name(taken: Path) -> str:
        """The name of an item without its owner."""
        return taken.stem.rsplit("@", 1)[0]


def settings_of(settings: Settings, item: Path, name: str) -> Settings:
    """The settings of a run for an item, which may state any of `data`, `samples`, `epochs`, `steps`, `weights`, `seed`.

    Raises ValueError where it states something else or what does not go together.
    """
    stated = json.loads(item.read_text(encoding="utf-8"))
    allowed = {"data", "samples", "epochs", "steps", "weights", "seed"}
    if not isinstance(stated, dict) or set(stated) - allowed:
        raise ValueError(f"an item is an object with any of {', '.join(sorted(allowed))}")
    paths = {field.name for field in fields(Settings) if "Path" in str(field.type)}
    given: dict[str, Any] = {key: Path(value) if key in paths else value for key, value in stated.items()}
    checkpoints = None if settings.checkpoints is None else settings.checkpoints / name
    for key in {"samples", "epochs", "steps", "seed"} & set(given):
        if not isinstance(given[key], int):
            raise ValueError(f"{key} must be a whole number")
    found = replace(settings, queue=None, checkpoints=checkpoints, **given)
    for problem in problems(found):
        raise ValueError(problem)
    return found


def work(settings: Settings, leaving: Leaving, metrics: Metrics, train: Callable[[Settings], str | None]) -> str | None:
    """Takes item after item until there is a reason to leave, or the queue was empty for long enough.

    train: trains for the settings of an item and returns why it left before the end, or None. An item that it left goes back into the
    queue, with its checkpoint, so that whoever takes it goes on from there. One that is refused is put aside as failed.
    """
    assert settings.queue is not None
    queue, idle_since = FolderQueue(settings.queue), time.monotonic()
    while not leaving.is_due():
        metrics.waiting.set(queue.waiting())
        taken = queue.take()
        if taken is None:
            if settings.queue_idle_seconds is not None and time.monotonic() - idle_since >= settings.queue_idle_seconds:
                return None
            time.sleep(0.2)
            continue
        _one(queue, taken, settings, metrics, train)
        idle_since = time.monotonic()
    return leaving.reason


def _one(queue: FolderQueue, taken: Path, settings: Settings, metrics: Metrics, train: Callable[[Settings], str | None]) -> None:
    name = queue.name(taken)
    try:
        left = train(settings_of(settings, taken, name))
    except (ValueError, OSError, TypeError) as error:
        queue.finish(taken, FAILED)
        metrics.items.labels("failed").inc()
        log("item failed", item=name, error=str(error))
        return
    if left is not None:
        queue.put_back(taken)
        return
    queue.finish(taken, DONE)
    metrics.items.labels("done").inc()
    log("item done", item=name)
