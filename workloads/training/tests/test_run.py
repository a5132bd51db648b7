import json
import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from conftest import Programs
from modelkit.weights import load_model, read_header
from training.data import Order, SyntheticImages
from training.leaving import Leaving
from training.metrics import Metrics
from training.processes import Processes
from training.run import Outcome, Run
from training.settings import Settings, read_settings

ALONE = Processes(0, 1, torch.device("cpu"))
SMALL = Settings(model="tiny-cnn", image_size=8, classes=4, samples=128, batch=16, epochs=4, learning_rate=0.01, metrics_port=0)


def trained(settings: Settings, leaving: Leaving | None = None) -> Outcome:
    return Run(settings, ALONE, leaving or Leaving(), Metrics()).go()


def curve(history: Path) -> dict[int, float]:
    """The last loss that was told of each step; what was done again after a kill stands twice."""
    return {line["step"]: line["loss"] for line in map(json.loads, history.read_text().splitlines())}


def test_a_seeded_synthetic_set_goes_from_chance_to_95_percent() -> None:
    settings = replace(SMALL, image_size=16, classes=10, samples=1024, batch=32, epochs=5, learning_rate=0.02)
    untrained = Run(settings, ALONE, Leaving(), Metrics()).validate()
    assert untrained < 0.25
    accuracy = trained(settings).accuracy
    assert accuracy is not None
    assert accuracy >= 0.95


def test_text_that_follows_a_rule_is_learnt_to_95_percent() -> None:
    settings = Settings(model="tiny-transformer", samples=256, sequence=16, batch=32, epochs=10, learning_rate=0.02)
    accuracy = trained(settings).accuracy
    assert accuracy is not None
    assert accuracy >= 0.95


@pytest.mark.parametrize("optimiser", ["sgd", "adam", "adamw"])
def test_a_run_that_left_goes_on_to_the_losses_of_the_unbroken_one_bit_for_bit(optimiser: str, tmp_path: Path) -> None:
    unbroken = replace(SMALL, optimiser=optimiser, warm_up=5, accumulate=2, history=tmp_path / "unbroken")
    trained(unbroken)
    broken = replace(unbroken, history=tmp_path / "broken", checkpoints=tmp_path / "checkpoints", checkpoint_seconds=0)
    left = trained(broken, AfterSteps(7))
    assert left.step == 7
    assert left.left == "test"
    assert trained(broken).step == left.steps == 32
    assert curve(tmp_path / "broken") == curve(tmp_path / "unbroken")


class AfterSteps(Leaving):
    def __init__(self, steps: int) -> None:
        super().__init__()
        self.remaining = steps

    def is_due(self) -> bool:
        self.remaining -= 1
        self.reason = "test" if self.remaining <= 0 else None
        return self.reason is not None


def options(settings: Settings) -> list[object]:
    pairs = {"model", "image_size", "classes", "samples", "batch", "epochs", "learning_rate", "metrics_port"}
    return [part for name in sorted(pairs) for part in (f"--{name.replace('_', '-')}", getattr(settings, name))]


def test_killed_at_ten_random_steps_the_loss_curve_is_the_unbroken_one_bit_for_bit(programs: Programs, tmp_path: Path) -> None:
    settings = replace(SMALL, samples=256, epochs=6)
    trained(replace(settings, history=tmp_path / "unbroken"))
    expected = curve(tmp_path / "unbroken")
    killed_after = sorted(random.Random(3).sample(range(3, len(expected) - 3), 10))
    history = tmp_path / "killed"
    history.touch()
    run = ["-m", "training", *options(settings), "--history", history, "--checkpoints", tmp_path / "checkpoints", "--checkpoint-seconds", 0]
    # One program that forks for each life, so that torch is imported once.
    lives = programs.run("training/tests/killed_lives.py", json.dumps(killed_after), *map(str, run[2:]))
    assert lives.returncode == 0, lives.stderr
    assert json.loads(lives.stdout.splitlines()[-1])["killed"] == 10
    assert curve(history) == expected


def test_sigterm_writes_a_checkpoint_and_leaves_with_an_exit_code_that_no_job_takes_for_done(programs: Programs, tmp_path: Path) -> None:
    history = tmp_path / "history"
    settings = replace(SMALL, epochs=2000)
    process = programs.start("-m", "training", *options(settings), "--checkpoints", tmp_path, "--history", history)
    while not history.exists() or not history.read_text():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 75, errors
    last = json.loads(output.splitlines()[-1])
    assert (last["event"], last["because"]) == ("left", "SIGTERM")
    assert (tmp_path / f"step-{last['step']:09d}" / "training.safetensors").exists()


def test_a_pause_that_has_begun_means_a_checkpoint_and_leaving(tmp_path: Path) -> None:
    outcome = trained(replace(SMALL, checkpoints=tmp_path), Leaving(pause_at="2020-01-01T00:00:00Z"))
    assert (outcome.step, outcome.left) == (1, "pause")
    assert [folder.name for folder in tmp_path.iterdir()] == ["step-000000001"]


def test_a_checkpoint_of_another_run_is_refused_rather_than_gone_on_from(tmp_path: Path) -> None:
    trained(replace(SMALL, epochs=1, checkpoints=tmp_path))
    with pytest.raises(ValueError, match="is of another run"):
        trained(replace(SMALL, epochs=1, checkpoints=tmp_path, optimiser="sgd"))


def test_only_the_newest_checkpoints_are_kept_and_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".writing-000000003").mkdir(parents=True)
    trained(replace(SMALL, epochs=1, checkpoints=tmp_path, checkpoint_seconds=0, keep=2))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["step-000000007", "step-000000008"]
    assert read_header(tmp_path / "step-000000008" / "model.safetensors")["name"] == "tiny-cnn"


def test_a_checkpoint_is_loaded_as_a_model_and_taken_as_pretrained_weights(tmp_path: Path) -> None:
    trained(replace(SMALL, checkpoints=tmp_path))
    newest = tmp_path / "step-000000032"
    facts, _ = load_model(newest)
    assert (facts.name, facts.classes, facts.image_size) == ("tiny-cnn", 4, 8)
    begun = Run(replace(SMALL, weights=newest), ALONE, Leaving(), Metrics()).validate()
    assert begun > 0.5


def test_two_processes_reach_the_weights_of_one(programs: Programs, tmp_path: Path) -> None:
    trained(replace(SMALL, epochs=1, optimiser="sgd", checkpoints=tmp_path / "one"))
    expected = load_model(tmp_path / "one" / "step-000000008")[1].state_dict()
    for sharding in ("data", "full"):
        folder = tmp_path / sharding
        arguments = [*options(replace(SMALL, epochs=1)), "--optimiser", "sgd", "--sharding", sharding, "--checkpoints", folder]
        result = programs.run("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", 2, "-m", "training", *arguments)
        assert result.returncode == 0, result.stderr
        reached = load_model(folder / "step-000000008")[1].state_dict()
        for name, tensor in expected.items():
            torch.testing.assert_close(reached[name], tensor, rtol=1e-4, atol=1e-5, msg=f"{sharding}: {name}")


def test_folders_of_images_are_trained_on(tmp_path: Path) -> None:
    for part in ("train", "val"):
        for label, colour in enumerate(((250, 20, 20), (20, 20, 250))):
            folder = tmp_path / part / f"class{label}"
            folder.mkdir(parents=True)
            for number in range(8):
                Image.new("RGB", (30 + number, 40), colour).save(folder / f"{number}.jpg")
    outcome = trained(replace(SMALL, data=tmp_path, image_size=16, batch=8, epochs=15, learning_rate=0.02))
    assert outcome.accuracy == 1.0


def test_a_step_takes_the_same_samples_whether_or_not_the_run_was_broken_and_each_process_a_share() -> None:
    whole = list(Order(SMALL, 128, 0, 20))
    assert list(Order(SMALL, 128, 11, 20)) == whole[11:]
    shares = [list(Order(SMALL, 128, 0, 20, rank, 2)) for rank in range(2)]
    assert [sorted(a + b) for a, b in zip(*shares, strict=True)] == [sorted(batch) for batch in whole]
    assert sorted(index for batch in whole[:8] for index, _ in batch) == list(range(128))


def test_a_synthetic_sample_is_the_same_each_time_and_none_of_the_validation_set() -> None:
    first, again, held_out = (SyntheticImages(8, 4, 8, 5, begin) for begin in (0, 0, 8))
    assert torch.equal(first.sample(3, 0)[0], again.sample(3, 1)[0])
    assert not any(torch.equal(first.sample(index, 0)[0], held_out.sample(index, 0)[0]) for index in range(8))


def test_the_variables_of_the_manifests_stand_where_options_are_left_out() -> None:
    environment = {"CHECKPOINT_SECONDS": "90", "CHECKPOINT_DIR": "checkpoints", "DATA_DIR": "images"}
    settings = read_settings([], environment)
    assert (settings.checkpoint_seconds, settings.checkpoints, settings.data) == (90, Path("checkpoints"), Path("images"))
    assert read_settings(["--checkpoint-seconds", "5"], environment).checkpoint_seconds == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--batch", "10", "--accumulate", "3"], "cannot be split"),
        (["--model", "tiny-transformer", "--loss", "mse"], "--loss mse needs images"),
        (["--learning-rate", "nan"], "--learning-rate must be above 0"),
        (["--epochs", "0"], "--epochs must be 1 or more"),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_option(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_settings(arguments, {})
    assert said in capsys.readouterr().err
