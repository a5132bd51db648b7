"""The processes of a run, as torchrun starts them, and how they agree."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
import torch.distributed as distributed
from torch import nn
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.nn.parallel import DistributedDataParallel

from modelkit.text import Transformer


@dataclass(frozen=True)
class Processes:
    """This process among those of the run, and the device that it computes on."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this one writes checkpoints and logs."""
        return self.rank == 0

    def agree(self, *wishes: bool) -> tuple[bool, ...]:
        """For each wish whether any process has it; all processes get the same answer."""
        if self.count == 1:
            return wishes
        flags = torch.tensor(wishes, dtype=torch.int32)
        distributed.all_reduce(flags, distributed.ReduceOp.MAX)
        return tuple(bool(flag) for flag in flags)

    def total(self, values: torch.Tensor) -> torch.Tensor:
        """The sum of a small tensor over all processes, on the CPU."""
        summed = values.cpu()
        if self.count > 1:
            distributed.all_reduce(summed)
        return summed


def join() -> Processes:
    """Joins the processes that torchrun started: tensors on GPUs go by NCCL, those on the CPU by Gloo."""
    count, local = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if count > 1:
        distributed.init_process_group("cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo")
    return Processes(int(os.environ.get("RANK", "0")), count, device)


def leave(processes: Processes) -> None:
    """Leaves the group."""
    if processes.count > 1:
        distributed.destroy_process_group()


def spread(model: nn.Module, processes: Processes, sharding: str) -> nn.Module:
    """The model as the processes share it: whole on each (DDP), or a share of every parameter on each (FSDP)."""
    model.to(processes.device)
    if processes.count == 1:
        return model
    if sharding == "data":
        return DistributedDataParallel(model, device_ids=[processes.device.index] if processes.device.type == "cuda" else None)
    mesh = distributed.device_mesh.init_device_mesh(processes.device.type, (processes.count,))
    for part in model.blocks if isinstance(model, Transformer) else ():
        fully_shard(part, mesh=mesh)
    fully_shard(model, mesh=mesh)
    return model


def without_exchange(model: nn.Module, is_last: bool) -> AbstractContextManager[object]:
    """Accumulates gradients without exchanging them, except for the last part of a step."""
    if isinstance(model, FSDPModule):
        model.set_requires_gradient_sync(is_last)
    if isinstance(model, DistributedDataParallel) and not is_last:
        return model.no_sync()
    return nullcontext()
