"""Sets of samples, and the order in which a run takes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import torch
from PIL import Image
from torch import Tensor

from modelkit.preprocess import augment, preprocess
from modelkit.text import VOCABULARY
from training.settings import Settings

IMAGE_NAMES = {".jpg", ".jpeg", ".png"}


class Samples(Protocol):
    """Samples by number. The same number and epoch always give the same sample."""

    def __len__(self) -> int: ...

    def sample(self, index: int, epoch: int) -> tuple[Tensor, Tensor]:
        """Input and target: (3, H, W) and a class (), or tokens (T,) and the tokens after each (T,)."""
        ...


class SyntheticImages:
    """Images of `classes` seeded patterns under noise: a set that can be learnt, made as it is read."""

    def __init__(self, count: int, classes: int, size: int, seed: int, first: int = 0) -> None:
        self.count, self.classes, self.seed, self.first = count, classes, seed, first
        coarse = torch.randn(classes, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
        self.patterns = torch.nn.functional.interpolate(coarse, size=(size, size), mode="bilinear")

    def __len__(self) -> int:
        return self.count

    def sample(self, index: int, epoch: int) -> tuple[Tensor, Tensor]:
        """The pattern of the class, and noise of the same strength."""
        generator = torch.Generator().manual_seed(mixed(self.seed, self.first + index))
        label = index % self.classes
        pattern = self.patterns[label]
        return pattern + torch.randn(pattern.shape, generator=generator), torch.tensor(label)


class SyntheticText:
    """Sequences in which each token has one follower, by a seeded permutation of the vocabulary."""

    def __init__(self, count: int, length: int, seed: int, first: int = 0) -> None:
        self.count, self.length, self.seed, self.first = count, length, seed, first
        self.follower = torch.randperm(VOCABULARY, generator=torch.Generator().manual_seed(seed))

    def __len__(self) -> int:
        return self.count

    def sample(self, index: int, epoch: int) -> tuple[Tensor, Tensor]:
        """Tokens from a random one on, and what follows each."""
        generator = torch.Generator().manual_seed(mixed(self.seed, self.first + index))
        tokens = [int(torch.randint(VOCABULARY, (), generator=generator))]
        for _ in range(self.length):
            tokens.append(int(self.follower[tokens[-1]]))
        sequence = torch.tensor(tokens)
        return sequence[:-1], sequence[1:]


class ImageFolder:
    """Images in one folder for each class, in the order of their names."""

    def __init__(self, folder: Path, size: int, seed: int, is_training: bool) -> None:
        self.size, self.seed, self.is_training = size, seed, is_training
        self.classes = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
        self.files = [
            (file, label)
            for label, name in enumerate(self.classes)
            for file in sorted((folder / name).iterdir())
            if file.suffix.lower() in IMAGE_NAMES
        ]
        if not self.files:
            raise ValueError(f"no JPEG or PNG in the folders of {folder.name}: one folder for each class is expected")

    def __len__(self) -> int:
        return len(self.files)

    def sample(self, index: int, epoch: int) -> tuple[Tensor, Tensor]:
        """A random part for training, by seed, epoch and number; else the middle."""
        file, label = self.files[index]
        with Image.open(file) as opened:
            image = opened.convert("RGB")
        if not self.is_training:
            return preprocess(image, self.size), torch.tensor(label)
        generator = torch.Generator().manual_seed(mixed(self.seed, epoch * len(self.files) + index))
        return augment(image, self.size, generator), torch.tensor(label)


class TextFiles:
    """The bytes of files, cut into sequences."""

    def __init__(self, files: list[Path], length: int) -> None:
        self.length = length
        self.content = b"".join(file.read_bytes() for file in files)
        if len(self.content) <= length:
            raise ValueError(f"{len(self.content)} bytes of text are fewer than one sequence of {length}")

    def __len__(self) -> int:
        return (len(self.content) - 1) // self.length

    def sample(self, index: int, epoch: int) -> tuple[Tensor, Tensor]:
        """One sequence, and the byte after each of its bytes."""
        start = index * self.length
        sequence = torch.tensor(list(self.content[start : start + self.length + 1]))
        return sequence[:-1], sequence[1:]


def training_and_validation(settings: Settings) -> tuple[Samples, Samples]:
    """The two sets of a run. Synthetic ones share their classes and no sample; of text files the last tenth validates."""
    seed, data = settings.seed, settings.data
    held_out = max(1, settings.samples // 8)
    if data is None and settings.is_text:
        return (
            SyntheticText(settings.samples, settings.sequence, seed),
            SyntheticText(held_out, settings.sequence, seed, settings.samples),
        )
    if data is None:
        shape = (settings.classes, settings.image_size, seed)
        return SyntheticImages(settings.samples, *shape), SyntheticImages(held_out, *shape, settings.samples)
    if settings.is_text:
        files = sorted(data.glob("**/*.txt")) if data.is_dir() else [data]
        if len(files) < 2:
            raise ValueError(f"{data.name} needs two files of text or more: the last tenth of them validates")
        last = max(1, len(files) // 10)
        return TextFiles(files[:-last], settings.sequence), TextFiles(files[-last:], settings.sequence)
    parts = [ImageFolder(data / part, settings.image_size, seed, part == "train") for part in ("train", "val")]
    if parts[0].classes != parts[1].classes:
        raise ValueError(f"train and val of {data.name} have different classes")
    return parts[0], parts[1]


class Order(torch.utils.data.Sampler[list[tuple[int, int]]]):
    """Which samples each step takes on one process, from a step on: pairs of number and epoch.

    Each epoch is a seeded permutation; what is left of it after the last whole batch is not used. A step is the same whoever
    asks for it, so a run that begins in the middle takes what the unbroken one would have taken.
    """

    def __init__(self, settings: Settings, count: int, first: int, last: int, rank: int = 0, processes: int = 1) -> None:
        self.settings, self.count, self.first, self.last = settings, count, first, last
        self.rank, self.processes = rank, processes
        if settings.batch > count:
            raise ValueError(f"a batch of {settings.batch} is more than the {count} samples there are")
        if settings.batch % (processes * settings.accumulate) != 0:
            raise ValueError(f"a batch of {settings.batch} cannot be shared by {processes} processes x {settings.accumulate} parts")

    def __len__(self) -> int:
        return self.last - self.first

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        per_epoch = self.count // self.settings.batch
        epoch, permutation = -1, torch.empty(0)
        for step in range(self.first, self.last):
            if step // per_epoch != epoch:
                epoch = step // per_epoch
                generator = torch.Generator().manual_seed(mixed(self.settings.seed, epoch))
                permutation = torch.randperm(self.count, generator=generator)
            start = (step % per_epoch) * self.settings.batch
            batch = permutation[start : start + self.settings.batch]
            yield [(int(index), epoch) for index in batch[self.rank :: self.processes]]


class ByNumberAndEpoch(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Samples as PyTorch's loader asks for them."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples

    def __getitem__(self, which: tuple[int, int]) -> tuple[Tensor, Tensor]:
        return self.samples.sample(*which)


def mixed(seed: int, number: int) -> int:
    """A seed for one of many generators (splitmix64), below 2^63."""
    value = (seed * 0x9E3779B97F4A7C15 + number + 1) * 0xBF58476D1CE4E5B9 & (2**64 - 1)
    value = (value ^ value >> 31) * 0x94D049BB133111EB & (2**64 - 1)
    return (value ^ value >> 29) >> 1
