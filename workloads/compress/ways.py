"""Ways to make a model smaller."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


def pruned_2_of_4(model: nn.Module) -> nn.Module:
    """A copy in which two of every four weights in a row are zero: those of least magnitude.

    This is the pattern that GPUs with sparse tensor cores compute faster, once the weights are packed for them; a CPU does not.
    Layers whose rows are no multiple of four long stay as they are.
    """
    smaller = copy.deepcopy(model)
    with torch.no_grad():
        for layer in smaller.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d)) and layer.weight[0].numel() % 4 == 0:
                groups = layer.weight.view(-1, 4)
                least = groups.abs().topk(2, dim=1, largest=False).indices
                groups.scatter_(1, least, 0.0)
    return smaller


class Int8Layer(nn.Module):
    """A linear layer or convolution whose weights are whole numbers of 8 bits, with a scale for each output."""

    weight: Tensor
    scale: Tensor

    def __init__(self, layer: nn.Linear | nn.Conv2d) -> None:
        super().__init__()
        flat = layer.weight.detach().flatten(1)
        scale = flat.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        self.register_buffer("weight", (flat / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)
        self.bias = layer.bias
        self.kernel = layer.weight.shape[1:]
        self.options: Any = (layer.stride, layer.padding, layer.dilation, layer.groups) if isinstance(layer, nn.Conv2d) else None

    def forward(self, inputs: Tensor) -> Tensor:
        """As the layer, with its weights made again from whole numbers."""
        weight = (self.weight * self.scale).view(-1, *self.kernel)
        if self.options is None:
            return functional.linear(inputs, weight, self.bias)
        return functional.conv2d(inputs, weight, self.bias, *self.options)


def quantised(model: nn.Module) -> nn.Module:
    """A copy whose linear layers and convolutions hold weights of 8 bits; arithmetic stays as it is."""
    smaller = copy.deepcopy(model)
    for name, layer in list(smaller.named_modules()):
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            parent, _, last = name.rpartition(".")
            setattr(smaller.get_submodule(parent), last, Int8Layer(layer))
    return smaller


def distillation_loss(student: Tensor, teacher: Tensor, targets: Tensor, temperature: float, share: float) -> Tensor:
    """Share x T^2 x KL(teacher at T || student at T) + (1 - share) x cross-entropy, a scalar.

    student, teacher: scores (N, C); targets: classes (N,).
    Hinton, Vinyals, Dean 2015, section 2: T^2 keeps the gradients of both parts alike whatever the temperature.
    """
    softened = functional.kl_div((student / temperature).log_softmax(-1), (teacher / temperature).softmax(-1), reduction="batchmean")
    return share * temperature**2 * softened + (1 - share) * functional.cross_entropy(student, targets)


def bytes_of(model: nn.Module) -> int:
    """Bytes of parameters and buffers. Weights that are zero are counted as packed two of four: half of them, and 2 bits for each kept."""
    total = 0
    for tensor in (*model.parameters(), *model.buffers()):
        size = tensor.numel() * tensor.element_size()
        is_pruned = tensor.dim() > 1 and tensor.numel() % 4 == 0 and 2 * int((tensor == 0).sum()) >= tensor.numel()
        total += size // 2 + tensor.numel() // 16 if is_pruned else size
    return total
