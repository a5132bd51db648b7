"""Losses, optimisers and the learning rate of each step."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.settings import Settings


def loss_of(name: str, scores: Tensor, targets: Tensor) -> Tensor:
    """Mean loss over all targets, a scalar.

    scores: (N, C) with classes (N,), or (N, T, C) with tokens (N, T).
    `cross-entropy` is -log softmax(scores)[target]; `mse` the mean square of scores less the target as 0 and 1.
    """
    flat, wanted = scores.flatten(0, -2).float(), targets.flatten()
    if name == "cross-entropy":
        return functional.cross_entropy(flat, wanted)
    return functional.mse_loss(flat, functional.one_hot(wanted, flat.shape[-1]).float())


def optimiser_of(settings: Settings, model: nn.Module) -> torch.optim.Optimizer:
    """The optimiser of all parameters. Its learning rate is set before each step."""
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.optimiser == "sgd":
        return torch.optim.SGD(model.parameters(), rate, momentum=settings.momentum, weight_decay=decay)
    kind = torch.optim.Adam if settings.optimiser == "adam" else torch.optim.AdamW
    return kind(model.parameters(), rate, weight_decay=decay)


def learning_rate(settings: Settings, step: int, steps: int) -> float:
    """The learning rate of a step of 0..steps-1: a function of the step alone, so that nothing of it has to be saved.

    It rises linearly over `warm_up` steps, then stays, falls as half a cosine to 0, or falls to a tenth after each third.
    """
    rate = settings.learning_rate
    if step < settings.warm_up:
        return rate * (step + 1) / settings.warm_up
    share = (step - settings.warm_up) / max(1, steps - settings.warm_up)
    if settings.schedule == "cosine":
        return rate * (1 + math.cos(math.pi * share)) / 2
    return rate * 0.1 ** int(3 * share) if settings.schedule == "step" else rate
