"""A small transformer that predicts the next byte of a text."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

VOCABULARY = 256
TEXT_MODELS = ("tiny-transformer", "small-transformer")


@dataclass(frozen=True)
class Shape:
    """Layers, width and heads of a transformer, and the longest sequence that it takes, in tokens."""

    layers: int
    width: int
    heads: int
    longest: int


SHAPES = {"tiny-transformer": Shape(2, 32, 2, 128), "small-transformer": Shape(6, 256, 8, 1024)}


class Transformer(nn.Module):
    """A decoder: token and place embeddings, blocks of causal attention and a feed-forward net, and scores of the next token."""

    def __init__(self, shape: Shape, vocabulary: int = VOCABULARY) -> None:
        super().__init__()
        self.shape = shape
        self.tokens = nn.Embedding(vocabulary, shape.width)
        self.places = nn.Embedding(shape.longest, shape.width)
        self.blocks = nn.ModuleList(_Block(shape.width, shape.heads) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.scores = nn.Linear(shape.width, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens (N, T) to scores of the token after each, (N, T, vocabulary)."""
        hidden = self.tokens(tokens) + self.places(torch.arange(tokens.shape[1], device=tokens.device))
        for block in self.blocks:
            hidden = block(hidden)
        scores: Tensor = self.scores(self.norm(hidden))
        return scores


class _Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList((nn.LayerNorm(width), nn.LayerNorm(width)))
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, hidden: Tensor) -> Tensor:
        hidden = hidden + self.mix(self._attention(self.norms[0](hidden)))
        fed: Tensor = hidden + self.feed(self.norms[1](hidden))
        return fed

    def _attention(self, hidden: Tensor) -> Tensor:
        count, length, width = hidden.shape
        split = self.queries_keys_values(hidden).view(count, length, 3, self.heads, width // self.heads)
        queries, keys, values = split.permute(2, 0, 3, 1, 4)
        heads = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        return heads.transpose(1, 2).reshape(count, length, width)


def text_model(name: str) -> Transformer:
    """A transformer with random weights; ValueError where none has that name."""
    if name not in SHAPES:
        raise ValueError(f"no text model is named {name!r}: {', '.join(SHAPES)}")
    return Transformer(SHAPES[name])


@torch.inference_mode()
def continue_texts(model: Transformer, prompts: list[list[int]], counts: list[int]) -> list[list[int]]:
    """The most likely tokens after each prompt, greedily.

    prompts: tokens of N prompts, each at least one; counts: how many tokens each gets, at most what `shape.longest` leaves.
    Prompts of one length are continued together.
    """
    answers: list[list[int]] = [[] for _ in prompts]
    device = next(model.parameters()).device
    for length in sorted({len(prompt) for prompt in prompts}):
        alike = [index for index, prompt in enumerate(prompts) if len(prompt) == length]
        tokens = torch.tensor([prompts[index] for index in alike], device=device)
        for _ in range(max(counts[index] for index in alike)):
            following = model(tokens)[:, -1].argmax(-1, keepdim=True)
            tokens = torch.cat((tokens, following), 1)
        for index, row in zip(alike, tokens[:, length:].tolist(), strict=True):
            answers[index] = row[: counts[index]]
    return answers
