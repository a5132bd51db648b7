"""What a run is told, by options and by the variables that the manifests set."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from modelkit.text import TEXT_MODELS
from modelkit.vision import SMALL_MODELS, TORCHVISION_MODELS

METRICS_PORT = 9464


@dataclass(frozen=True)
class Settings:
    """One run. Batches count samples of all processes together; times are seconds."""

    model: str = "resnet50"
    data: Path | None = None
    samples: int = 2048
    classes: int = 10
    image_size: int = 224
    sequence: int = 32
    epochs: int = 1
    steps: int | None = None
    batch: int = 64
    accumulate: int = 1
    loss: str = "cross-entropy"
    optimiser: str = "adamw"
    learning_rate: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "cosine"
    warm_up: int = 0
    precision: str = "fp32"
    sharding: str = "data"
    weights: Path | None = None
    seed: int = 0
    workers: int = 0
    checkpoints: Path | None = None
    checkpoint_seconds: float = 600.0
    keep: int = 2
    pause_at: str | None = None
    spot_notice: str | None = None
    history: Path | None = None
    log_every: int = 10
    metrics_port: int = METRICS_PORT
    queue: Path | None = None
    queue_idle_seconds: float | None = None

    @property
    def is_text(self) -> bool:
        """Whether it reads bytes of text rather than images."""
        return self.model in TEXT_MODELS


CHOICES: Mapping[str, Sequence[str]] = {
    "model": (*TORCHVISION_MODELS, *SMALL_MODELS, *TEXT_MODELS),
    "loss": ("cross-entropy", "mse"),
    "optimiser": ("sgd", "adam", "adamw"),
    "schedule": ("constant", "cosine", "step"),
    "precision": ("fp32", "bf16", "fp16"),
    "sharding": ("data", "full"),
}
HELP: Mapping[str, str] = {
    "model": "what is trained",
    "data": "a folder train/CLASS/*.jpg with a folder val beside it, or files of text; a seeded synthetic set without it (DATA_DIR)",
    "samples": "of the synthetic set",
    "steps": "stop after so many, whatever the epochs",
    "batch": "samples of one step, of all processes together",
    "accumulate": "parts that each process works through for one step",
    "warm_up": "steps in which the learning rate rises",
    "sharding": "data: each process has the whole model (DDP); full: each has a share (FSDP)",
    "weights": "pretrained weights to start from: safetensors",
    "checkpoints": "folder of checkpoints (CHECKPOINT_DIR)",
    "checkpoint_seconds": "how often one is written; 0: each step (CHECKPOINT_SECONDS)",
    "keep": "checkpoints that are kept",
    "pause_at": "write a checkpoint and leave at this time (ISO 8601 with its zone)",
    "spot_notice": "address that answers 200 once the machine is to be taken away",
    "history": "file that gets the loss of each step, a JSON object a line",
    "metrics_port": "port of the metrics of the first process; 0: none",
    "queue": "folder of work items in place of epochs over one set",
    "queue_idle_seconds": "leave when the queue was empty for so long; never by default",
}


def read_settings(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from options; what the manifests set as variables stands where an option is left out."""
    parser = argparse.ArgumentParser(prog="training", description="Trains a model; goes on from the newest checkpoint.")
    given = {"data": "DATA_DIR", "checkpoints": "CHECKPOINT_DIR", "checkpoint_seconds": "CHECKPOINT_SECONDS"}
    for field in fields(Settings):
        parse = _parser(str(field.type))
        default = environment.get(given.get(field.name, ""))
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=parse,
            choices=CHOICES.get(field.name),
            default=field.default if default is None else parse(default),
            help=HELP.get(field.name),
        )
    settings = Settings(**vars(parser.parse_args(arguments)))
    for problem in problems(settings):
        parser.error(problem)
    return settings


def problems(settings: Settings) -> list[str]:
    """What does not go together, a sentence each."""
    found = []
    whole = ("samples", "classes", "image_size", "sequence", "epochs", "batch", "accumulate", "keep", "log_every")
    found += [f"--{name.replace('_', '-')} must be 1 or more" for name in whole if getattr(settings, name) < 1]
    if settings.accumulate >= 1 and settings.batch % settings.accumulate != 0:
        found.append(f"--batch {settings.batch} cannot be split into --accumulate {settings.accumulate} equal parts")
    if settings.is_text and settings.loss == "mse":
        found.append("--loss mse needs images")
    if not settings.learning_rate > 0:
        found.append("--learning-rate must be above 0")
    if settings.queue is not None and settings.steps is not None:
        found.append("--steps and --queue exclude each other: each item says its own steps")
    return found


def _parser(annotation: str) -> type[str] | type[int] | type[float] | type[Path]:
    kinds: dict[str, type[str] | type[int] | type[float] | type[Path]] = {"int": int, "float": float, "Path": Path}
    return kinds.get(annotation.split(" ")[0], str)
