"""What each way saves and costs, by the options that `foresize estimate inference --compare` estimates."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compress.distil import accuracy_of
from compress.ways import bytes_of

FORMAT = 1


@dataclass(frozen=True)
class Row:
    """One way: bytes of the weights, latency of one sample (median, s), samples a second in batches, share of right answers."""

    option: str
    weight_bytes: int
    latency_seconds: float
    per_second: float
    accuracy: float


def measured(option: str, model: nn.Module, inputs: Tensor, targets: Tensor, batch: int = 16, rounds: int = 15) -> Row:
    """Measures a model on a set: inputs (N, 3, H, W), targets (N,). The times are those of the device that runs it."""
    one = median_seconds(model, inputs[:1], rounds)
    several = median_seconds(model, inputs[:batch], rounds)
    return Row(option, bytes_of(model), one, len(inputs[:batch]) / several, accuracy_of(model, inputs, targets))


@torch.inference_mode()
def median_seconds(model: nn.Module, inputs: Tensor, rounds: int) -> float:
    """Median time of a forward pass, after two that are not counted."""
    times = []
    for number in range(rounds + 2):
        began = time.perf_counter()
        model.eval()(inputs)
        if inputs.is_cuda:
            torch.cuda.synchronize()
        if number >= 2:
            times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2]


def table(rows: list[Row]) -> str:
    """The rows as text, each beside the model as it is, the first."""
    first = rows[0]
    lines = [f"{'':24} {'size':>10} {'latency':>10} {'throughput':>12} {'accuracy':>9}"]
    for row in rows:
        size = f"{row.weight_bytes / 1024:.0f} KiB"
        speed = f"{row.per_second:.0f}/s x{row.per_second / first.per_second:.2f}"
        lines.append(f"{row.option:24} {size:>10} {row.latency_seconds * 1000:>7.2f} ms {speed:>12} {100 * row.accuracy:>7.1f} %")
    return "\n".join(lines)


def document(model: str, device: str, measured_at: str, rows: list[Row]) -> str:
    """The report as JSON: `rows` with their option as `estimate` names it."""
    return json.dumps(
        {
            "compression": FORMAT,
            "model": model,
            "device": device,
            "measuredAt": measured_at,
            "rows": [
                {
                    "option": row.option,
                    "weightBytes": row.weight_bytes,
                    "latencySeconds": float(f"{row.latency_seconds:.4g}"),
                    "perSecond": float(f"{row.per_second:.4g}"),
                    "accuracy": float(f"{row.accuracy:.4g}"),
                }
                for row in rows
            ],
        },
        indent=2,
    )
