"""Checkpoints: the weights, the state of the optimiser and the step, whole or not at all."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)

from modelkit.weights import ModelFacts, read_header, save_model, write_tensors

MODEL_FILE, STATE_FILE = "model.safetensors", "training.safetensors"
WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


@dataclass(frozen=True)
class State:
    """Where a run stands: steps that are done, tensors of the model and of the optimiser, and numbers beside them."""

    step: int
    model: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    numbers: dict[str, Any]


def collect(step: int, model: nn.Module, optimiser: torch.optim.Optimizer, scaler: torch.amp.GradScaler) -> State:
    """The state of a run, whole on the first process, however it is sharded; every process has to call it."""
    # Empty on all but the first process.
    whole: dict[str, Any] = get_optimizer_state_dict(model, optimiser, options=WHOLE)
    tensors = {f"{parameter}/{name}": value for parameter, states in whole.get("state", {}).items() for name, value in states.items()}
    numbers = {"groups": whole.get("param_groups", []), "scaler": scaler.state_dict()}
    return State(step, weights_of(model), tensors, numbers)


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """The whole weights of a model, however it is spread."""
    return {name: value for name, value in get_model_state_dict(model, options=WHOLE).items() if isinstance(value, Tensor)}


def restore(state: State, model: nn.Module, optimiser: torch.optim.Optimizer, scaler: torch.amp.GradScaler) -> None:
    """Gives a run the state that was collected, whatever number of processes it was collected from."""
    set_model_state_dict(model, dict(state.model), options=WHOLE)
    states: dict[str, Any] = {}
    for key, tensor in state.optimiser.items():
        parameter, name = key.rsplit("/", 1)
        states.setdefault(parameter, {})[name] = tensor
    set_optimizer_state_dict(model, optimiser, {"state": states, "param_groups": state.numbers["groups"]}, options=WHOLE)
    if scaler.is_enabled():
        scaler.load_state_dict(state.numbers["scaler"])


def write(folder: Path, facts: ModelFacts, state: State, keep: int, setup: str) -> Path:
    """Writes a checkpoint beside the others and renames it: a reader sees a whole one or none. Keeps the newest `keep`.

    setup: what must be the same for a run that goes on from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside, final = folder / f".writing-{state.step:09d}", folder / f"step-{state.step:09d}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    header = {"step": str(state.step), "numbers": json.dumps(state.numbers), "setup": setup}
    write_tensors(beside / STATE_FILE, state.optimiser, header)
    save_model(beside / MODEL_FILE, facts, state.model)
    # The same step is written twice where a run ends right after a checkpoint; the first is as good.
    if final.exists():
        shutil.rmtree(beside)
    else:
        beside.rename(final)
    for old in checkpoints(folder)[:-keep]:
        shutil.rmtree(old)
    for left in folder.glob(".writing-*"):
        shutil.rmtree(left, ignore_errors=True)
    return final


def checkpoints(folder: Path) -> list[Path]:
    """All whole checkpoints, the oldest first."""
    return sorted(folder.glob("step-*")) if folder.is_dir() else []


def read_newest(folder: Path, setup: str) -> State | None:
    """The newest checkpoint, or None where there is none.

    Raises ValueError where it is of a run with another model, data or optimiser.
    """
    found = checkpoints(folder)
    if not found:
        return None
    newest = found[-1]
    header = read_header(newest / STATE_FILE)
    if header["setup"] != setup:
        raise ValueError(f"{newest.name} is of another run ({header['setup']}); this one is {setup}: choose another folder")
    return State(
        int(header["step"]),
        load_file(newest / MODEL_FILE),
        load_file(newest / STATE_FILE),
        json.loads(header["numbers"]),
    )
