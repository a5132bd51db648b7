"""A run from its first step, or the one after its newest checkpoint, to its last, or to a reason to leave."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from modelkit.logs import log
from modelkit.weights import ModelFacts, start_from
from training import checkpoint
from training.data import ByNumberAndEpoch, Order, Samples, mixed, training_and_validation
from training.learning import learning_rate, loss_of, optimiser_of
from training.leaving import Leaving
from training.metrics import Metrics
from training.processes import Processes, spread, without_exchange
from training.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """How a run ended: steps that are done, of how many, why it left before the end (None: it is done), and validation."""

    step: int
    steps: int
    left: str | None
    loss: float
    accuracy: float | None


class Run:
    """One model in training."""

    def __init__(self, settings: Settings, processes: Processes, leaving: Leaving, metrics: Metrics) -> None:
        self.settings, self.processes, self.leaving, self.metrics = settings, processes, leaving, metrics
        self.training, self.validation = training_and_validation(settings)
        self.steps = settings.steps or settings.epochs * (len(self.training) // settings.batch)
        classes = getattr(self.training, "classes", settings.classes)
        self.facts = ModelFacts(settings.model, classes if isinstance(classes, int) else len(classes), settings.image_size)
        torch.manual_seed(settings.seed)
        plain = self.facts.build()
        if settings.weights is not None:
            log("weights", file=settings.weights.name, random=start_from(plain, settings.weights))
        self.model = spread(plain, processes, settings.sharding)
        self.optimiser = optimiser_of(settings, self.model)
        self.scaler = torch.amp.GradScaler(processes.device.type, enabled=settings.precision == "fp16" and processes.device.type == "cuda")
        self.step = self._resume()
        self.last_loss = float("nan")

    def go(self) -> Outcome:
        """Trains until it is done or has to leave; a checkpoint is written either way, where a folder is given."""
        order = Order(self.settings, len(self.training), self.step, self.steps, self.processes.rank, self.processes.count)
        left, written = None, time.monotonic()
        with _history(self.settings.history if self.processes.is_first else None) as history:
            for inputs, targets in _loaded(self.training, order, self.settings.workers):
                self._train_step(inputs, targets, history)
                is_late = time.monotonic() - written >= self.settings.checkpoint_seconds
                is_leaving, is_due = self.processes.agree(self.leaving.is_due(), is_late and self.processes.is_first)
                if is_leaving:
                    left = self.leaving.reason or "another process has to"
                    break
                if is_due and self.step < self.steps:
                    self._save()
                    written = time.monotonic()
        self._save()
        accuracy = None if left else self.validate()
        return Outcome(self.step, self.steps, left, self.last_loss, accuracy)

    def validate(self) -> float:
        """Share of the targets of the validation set that get the highest score."""
        self.model.eval()
        own = range(self.processes.rank, len(self.validation), self.processes.count)
        share = max(1, self.settings.batch // self.processes.count)
        right = torch.zeros(2, dtype=torch.float64)
        # Every process makes as many forward passes as the others: sharded ones exchange parameters in each.
        rounds = math.ceil(math.ceil(len(self.validation) / self.processes.count) / share)
        with torch.no_grad():
            for index in range(rounds):
                chosen = own[index * share : (index + 1) * share] or own[:1] or range(1)
                pairs = [self.validation.sample(one, 0) for one in chosen]
                hits = self._scores(torch.stack([pair[0] for pair in pairs])).argmax(-1).cpu() == torch.stack([pair[1] for pair in pairs])
                if index * share < len(own):
                    right += torch.tensor([hits.sum().item(), hits.numel()], dtype=torch.float64)
        self.model.train()
        hit, of = self.processes.total(right).tolist()
        accuracy = float(hit / of)
        self.metrics.accuracy.set(accuracy)
        return accuracy

    def _train_step(self, inputs: Tensor, targets: Tensor, history: TextIO | None) -> None:
        settings = self.settings
        # What a model draws, for dropout, depends on the step alone: nothing of it has to be saved.
        torch.manual_seed(mixed(settings.seed, self.step * self.processes.count + self.processes.rank))
        rate = learning_rate(settings, self.step, self.steps)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        total = torch.zeros((), device=self.processes.device)
        parts = list(zip(inputs.chunk(settings.accumulate), targets.chunk(settings.accumulate), strict=True))
        for number, (some, wanted) in enumerate(parts):
            with without_exchange(self.model, number == len(parts) - 1):
                loss = loss_of(settings.loss, self._scores(some), wanted.to(self.processes.device, non_blocking=True)) / len(parts)
                self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.step += 1
        self._tell(total, rate, inputs, history)

    def _scores(self, inputs: Tensor) -> Tensor:
        device = self.processes.device
        kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(self.settings.precision)
        with torch.autocast(device.type, dtype=kind, enabled=kind is not None):
            scores: Tensor = self.model(inputs.to(device, non_blocking=True))
        return scores

    def _tell(self, loss: Tensor, rate: float, inputs: Tensor, history: TextIO | None) -> None:
        self.metrics.steps.inc()
        self.metrics.samples.inc(self.settings.batch)
        if self.settings.is_text:
            self.metrics.tokens.inc(self.settings.batch * inputs.shape[1])
        is_logged = self.step % self.settings.log_every == 0 or self.step == self.steps
        # Reading a loss waits for the GPU, so it is read when it is told.
        if not is_logged and self.settings.history is None:
            return
        self.last_loss = float(self.processes.total(loss) / self.processes.count)
        self.metrics.loss.set(self.last_loss)
        self.metrics.rate.set(rate)
        if history is not None:
            print(json.dumps({"step": self.step, "loss": self.last_loss}), file=history, flush=True)
        if is_logged and self.processes.is_first:
            log("step", step=self.step, of=self.steps, loss=self.last_loss, learningRate=rate)

    def _resume(self) -> int:
        folder = self.settings.checkpoints
        state = None if folder is None else checkpoint.read_newest(folder, self._setup())
        if state is None:
            return 0
        checkpoint.restore(state, self.model, self.optimiser, self.scaler)
        if self.processes.is_first:
            log("resumed", step=state.step)
        return state.step

    def _save(self) -> None:
        if self.settings.checkpoints is None:
            return
        began = time.monotonic()
        state = checkpoint.collect(self.step, self.model, self.optimiser, self.scaler)
        if self.processes.is_first:
            folder = checkpoint.write(self.settings.checkpoints, self.facts, state, self.settings.keep, self._setup())
            seconds = time.monotonic() - began
            self.metrics.checkpoints.observe(seconds)
            log("checkpoint", name=folder.name, seconds=round(seconds, 3))
        # The others wait, so that none leaves before the checkpoint is whole.
        self.processes.agree(True)

    def _setup(self) -> str:
        """What must not change between a checkpoint and a run that goes on from it; the number of processes may."""
        names = ("loss", "optimiser", "learning_rate", "momentum", "weight_decay", "schedule", "warm_up", "batch", "seed", "precision")
        facts = {"model": self.facts.name, "classes": self.facts.classes, "steps": self.steps, "samples": len(self.training)}
        return json.dumps({**facts, **{name: getattr(self.settings, name) for name in names}})


def _loaded(samples: Samples, order: Order, workers: int) -> Iterator[tuple[Tensor, Tensor]]:
    loader = DataLoader(
        ByNumberAndEpoch(samples),
        batch_sampler=order,
        num_workers=workers,
        pin_memory=torch.cuda.is_available(),
        persistent_workers=workers > 0,
    )
    yield from loader


class _history:
    """The file of losses, or nothing."""

    def __init__(self, path: Path | None) -> None:
        self.file = None if path is None else path.open("a", encoding="utf-8")

    def __enter__(self) -> TextIO | None:
        return self.file

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()
