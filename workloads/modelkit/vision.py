"""Image models, by name, and the torchvision that builds them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

TORCHVISION_MODELS = (
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "shufflenet_v2_x0_5",
    "efficientnet_b0",
    "resnet18",
    "resnet34",
    "resnet50",
)
SMALL_MODELS = ("tiny-cnn", "small-cnn")


def image_model(name: str, classes: int) -> nn.Module:
    """A model with random weights that takes images (N, 3, H, W) and gives scores (N, classes).

    Raises ValueError where no model has that name.
    """
    if name == "tiny-cnn":
        return ConvNet(8, classes)
    if name == "small-cnn":
        return ConvNet(32, classes)
    if name in TORCHVISION_MODELS:
        model: nn.Module = getattr(import_torchvision().models, name)(weights=None, num_classes=classes)
        return model
    raise ValueError(f"no image model is named {name!r}: {', '.join((*SMALL_MODELS, *TORCHVISION_MODELS))}")


class ConvNet(nn.Module):
    """Three convolutions with group normalisation, pooling and a linear layer. A sample's result depends on no other of its batch."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_block(3, width, 1),
            *_block(width, 2 * width, 2),
            *_block(2 * width, 4 * width, 2),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(4 * width, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) to scores (N, classes)."""
        scores: Tensor = self.layers(images)
        return scores


def _block(inputs: int, outputs: int, stride: int) -> tuple[nn.Module, ...]:
    return (nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.GroupNorm(4, outputs), nn.ReLU())


def import_torchvision() -> Any:
    """torchvision, also where its compiled operators are of another build than torch (one with CUDA beside a torch without).

    The import then fails because it describes operators of object detection that nobody has defined; the models here use none of
    them, so defining their names is enough.
    """
    try:
        import torchvision
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        _forget("torchvision")
        library: Any = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)
        import torchvision
    return torchvision


# A library of operators takes its names with it when it is collected.
_kept: list[Any] = []


def _forget(package: str) -> None:
    import sys

    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
