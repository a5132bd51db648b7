import json
from pathlib import Path

import pytest

from training.leaving import Leaving
from training.metrics import Metrics
from training.queue_fed import FolderQueue, work
from training.settings import Settings


def queued(folder: Path, **items: object) -> Settings:
    FolderQueue(folder)
    for name, item in items.items():
        (folder / "waiting" / f"{name}.json").write_text(json.dumps(item))
    return Settings(queue=folder, queue_idle_seconds=0, checkpoints=folder / "checkpoints")


def names(folder: Path, state: str) -> list[str]:
    return sorted(item.name for item in (folder / state).iterdir())


def test_items_are_worked_through_in_order_and_a_wrong_one_is_put_aside(tmp_path: Path) -> None:
    settings = queued(tmp_path, a={"epochs": 2}, b={"nonsense": 1}, c={"samples": 99}, d={"epochs": 0})
    seen: list[Settings] = []
    assert work(settings, Leaving(), Metrics(), lambda item: seen.append(item)) is None
    assert [(item.epochs, item.samples) for item in seen] == [(2, 2048), (1, 99)]
    assert [item.checkpoints for item in seen] == [tmp_path / "checkpoints" / name for name in ("a", "c")]
    assert names(tmp_path, "done") == ["a.json", "c.json"]
    assert names(tmp_path, "failed") == ["b.json", "d.json"]


def test_an_item_that_a_trainer_has_to_leave_goes_back_into_the_queue(tmp_path: Path) -> None:
    settings, leaving = queued(tmp_path, a={}, b={}), Leaving()

    def train(item: Settings) -> str:
        leaving.reason = "SIGTERM"
        return "SIGTERM"

    assert work(settings, leaving, Metrics(), train) == "SIGTERM"
    assert names(tmp_path, "waiting") == ["a.json", "b.json"]


def test_two_trainers_never_take_one_item_and_one_that_was_killed_takes_its_own_again(tmp_path: Path) -> None:
    queued(tmp_path, a={}, b={})
    one, other = FolderQueue(tmp_path, "one"), FolderQueue(tmp_path, "other")
    assert [one.take(), other.take()] == [tmp_path / "taken" / "a@one.json", tmp_path / "taken" / "b@other.json"]
    assert FolderQueue(tmp_path, "third").take() is None
    assert FolderQueue(tmp_path, "one").take() == tmp_path / "taken" / "a@one.json"


@pytest.mark.parametrize("content", ["[]", "{", '{"steps": "many"}'])
def test_an_item_that_is_no_item_fails_alone(tmp_path: Path, content: str) -> None:
    settings = queued(tmp_path, b={})
    (tmp_path / "waiting" / "a.json").write_text(content)
    seen: list[Settings] = []
    work(settings, Leaving(), Metrics(), lambda item: seen.append(item))
    assert len(seen) == 1
    assert names(tmp_path, "failed") == ["a.json"]
