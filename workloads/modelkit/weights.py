"""Weights in safetensors, with the model's name and shape in the header."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from modelkit.text import TEXT_MODELS, text_model
from modelkit.vision import image_model


@dataclass(frozen=True)
class ModelFacts:
    """What has to be known to build a model: its name, its classes (images) and the side of an image in pixels."""

    name: str
    classes: int = 1000
    image_size: int = 224

    @property
    def is_text(self) -> bool:
        """Whether it reads bytes of text rather than images."""
        return self.name in TEXT_MODELS

    def build(self) -> nn.Module:
        """The model with random weights; ValueError where none has that name."""
        return text_model(self.name) if self.is_text else image_model(self.name, self.classes)


def save_model(path: Path, facts: ModelFacts, tensors: Mapping[str, Tensor]) -> None:
    """Writes weights so that a reader sees the old file or the whole new one."""
    header = {key: str(value) for key, value in asdict(facts).items()}
    write_tensors(path, tensors, header)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> None:
    """Writes safetensors beside `path`, waits until they are on the disk, and renames."""
    beside = path.with_name(f".{path.name}.writing")
    # Tensors that share memory are written one by one; safetensors refuses views.
    save_file({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}, beside, dict(header))
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(beside, path)


def read_header(path: Path) -> dict[str, str]:
    """The text beside the tensors of a file."""
    with safe_open(path, "pt") as file:
        return dict(file.metadata() or {})


def load_model(path: Path) -> tuple[ModelFacts, nn.Module]:
    """A model from its file, or from a folder that holds it as `model.safetensors`.

    Raises FileNotFoundError, ValueError where the header names no model.
    """
    file = path / "model.safetensors" if path.is_dir() else path
    header = read_header(file)
    if "name" not in header:
        raise ValueError(f"{file.name} does not say which model it holds")
    facts = ModelFacts(header["name"], int(header.get("classes", 1000)), int(header.get("image_size", 224)))
    model = facts.build()
    model.load_state_dict(load_file(file))
    return facts, model.eval()


def start_from(model: nn.Module, path: Path) -> list[str]:
    """Takes pretrained weights into a model and returns the names of those that stay random: a head with other classes."""
    given = load_file(path / "model.safetensors" if path.is_dir() else path)
    own = model.state_dict()
    fitting = {name: tensor for name, tensor in given.items() if name in own and own[name].shape == tensor.shape}
    if not fitting:
        raise ValueError(f"{path.name} holds no weight of this model")
    model.load_state_dict(fitting, strict=False)
    return sorted(set(own) - set(fitting))
