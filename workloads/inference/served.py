"""A loaded model, and what it makes of a batch."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.settings import Settings
from modelkit.text import Transformer, continue_texts
from modelkit.weights import ModelFacts, load_model


@dataclass(frozen=True)
class Prompt:
    """Tokens of a text and how many are wanted after it."""

    tokens: list[int]
    count: int


class Served:
    """A model on the device that it computes on."""

    def __init__(self, facts: ModelFacts, model: nn.Module) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.facts, self.model = facts, model.to(self.device).eval()

    @torch.inference_mode()
    def classify(self, images: list[Tensor]) -> list[Tensor]:
        """Images (3, size, size) to probabilities (classes,)."""
        scores: Tensor = self.model(torch.stack(images).to(self.device))
        return list(scores.float().softmax(-1).cpu())

    def complete(self, prompts: list[Prompt]) -> list[list[int]]:
        """The tokens after each prompt."""
        assert isinstance(self.model, Transformer)
        return continue_texts(self.model, [prompt.tokens for prompt in prompts], [prompt.count for prompt in prompts])

    def warm_up(self, largest: int) -> float:
        """Computes batches of one and of the largest size, so that the first request is no slower than others; returns the seconds."""
        began = time.monotonic()
        for size in (1, largest):
            if self.facts.is_text:
                self.complete([Prompt([0], 2)] * size)
            else:
                side = self.facts.image_size
                self.classify([torch.zeros(3, side, side)] * size)
        return time.monotonic() - began


def load(settings: Settings) -> Served:
    """The model of the settings: that of a file, or one with seeded random weights."""
    if settings.weights is not None:
        return Served(*load_model(settings.weights))
    torch.manual_seed(0)
    facts = ModelFacts(settings.model, settings.classes, settings.image_size)
    return Served(facts, facts.build())
