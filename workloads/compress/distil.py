"""Students, trained on the answers of a larger model and, for comparison, alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

import torch
from torch import Tensor, nn

from compress.ways import distillation_loss
from modelkit.vision import image_model


@dataclass(frozen=True)
class Schooling:
    """How a student is trained: its model, epochs, samples of a step, rate, and the part that the teacher has."""

    model: str = "tiny-cnn"
    epochs: int = 10
    batch: int = 32
    learning_rate: float = 0.01
    temperature: float = 3.0
    share: float = 0.9


def student_of(schooling: Schooling, inputs: Tensor, targets: Tensor, classes: int, seed: int, teacher: nn.Module | None) -> nn.Module:
    """A student after its training, by a teacher or alone (None). The seed decides its first weights and the order of samples.

    inputs: (N, 3, H, W); targets: (N,).
    """
    torch.manual_seed(seed)
    student = image_model(schooling.model, classes)
    optimiser = torch.optim.AdamW(student.parameters(), schooling.learning_rate)
    steps = schooling.epochs * (len(inputs) // schooling.batch)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    wanted = None if teacher is None else scores_of(teacher, inputs)
    for _ in range(schooling.epochs):
        order = torch.randperm(len(inputs))
        for chosen in order[: len(inputs) // schooling.batch * schooling.batch].chunk(len(inputs) // schooling.batch):
            scores = student(inputs[chosen])
            if wanted is None:
                loss = nn.functional.cross_entropy(scores, targets[chosen])
            else:
                loss = distillation_loss(scores, wanted[chosen], targets[chosen], schooling.temperature, schooling.share)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            rates.step()
    return student.eval()


@torch.inference_mode()
def scores_of(model: nn.Module, inputs: Tensor) -> Tensor:
    """Scores (N, C) of inputs (N, 3, H, W), some at a time."""
    return torch.cat([model.eval()(some) for some in inputs.chunk(math.ceil(len(inputs) / 64))]).clone()


def accuracy_of(model: nn.Module, inputs: Tensor, targets: Tensor) -> float:
    """Share of inputs whose highest score is that of their class."""
    return float((scores_of(model, inputs).argmax(-1) == targets).float().mean())


# Student's t at 97.5 % by the number of seeds.
QUANTILES = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}


@dataclass(frozen=True)
class Verdict:
    """Whether distillation beats the same student alone: differences of accuracy by seed, their mean, and its standard error."""

    differences: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean difference: above zero where the teacher helps."""
        return mean(self.differences)

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return float(stdev(self.differences) / len(self.differences) ** 0.5)

    @property
    def helps(self) -> bool:
        """Whether the mean is more than noise, by Student's t at 95 %, two-sided; for more than five seeds by that of five."""
        return self.mean > QUANTILES.get(len(self.differences), 2.776) * self.error

    def sentence(self) -> str:
        """The verdict in words."""
        size = f"{100 * self.mean:+.2f} points of accuracy, standard error {100 * self.error:.2f}, over {len(self.differences)} seeds"
        return f"distillation beats the student alone: {size}" if self.helps else f"no gain beyond noise by distillation: {size}"


def verdict(with_teacher: Sequence[float], alone: Sequence[float]) -> Verdict:
    """Holds accuracies of the same seeds against each other, pair by pair."""
    return Verdict(tuple(a - b for a, b in zip(with_teacher, alone, strict=True)))
