"""The file that foresize reads in place of its estimate: `replica: { profile: 'FILE' }`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmark.cold_start import ColdStart

FORMAT = 1


@dataclass(frozen=True)
class Point:
    """What a full server does with so many requests in work, of so many tokens each (None: images)."""

    concurrency: int
    output_tokens: int | None
    per_second: float
    p95_seconds: float


@dataclass(frozen=True)
class Profile:
    """What was measured of one replica, on which device, and when."""

    model: str
    device: str
    p95_seconds: float
    throughput: float
    points: tuple[Point, ...]
    cold_start: ColdStart | None

    def config_line(self) -> str:
        """What to write into the config."""
        cold = "" if self.cold_start is None else f"\ncoldStart: '{max(1, round(self.cold_start.total))}s',"
        return f"replica: {{ throughput: '{rounded(self.throughput)} req/s' }},{cold}"

    def document(self, now: datetime) -> dict[str, object]:
        """The file as an object; seconds and requests a second."""
        cold = self.cold_start
        return {
            "profile": FORMAT,
            "model": self.model,
            "device": self.device,
            "measuredAt": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "slo": {"p95Seconds": self.p95_seconds},
            "throughput": f"{rounded(self.throughput)} req/s",
            "byBatch": [
                {
                    "concurrency": point.concurrency,
                    "outputTokens": point.output_tokens,
                    "perSecond": rounded(point.per_second),
                    "p95Seconds": rounded(point.p95_seconds),
                }
                for point in self.points
            ],
            "coldStart": None
            if cold is None
            else {
                "pullSeconds": None if cold.pull is None else rounded(cold.pull),
                "startSeconds": rounded(cold.start),
                "loadSeconds": rounded(cold.load),
                "warmUpSeconds": rounded(cold.warm_up),
            },
        }


def write(profile: Profile, file: Path, now: datetime) -> None:
    """Writes the whole file or none."""
    beside = file.with_name(f".{file.name}.writing")
    beside.write_text(json.dumps(profile.document(now), indent=2) + "\n", encoding="utf-8")
    os.replace(beside, file)


def rounded(value: float) -> float:
    """Four significant digits."""
    return float(f"{value:.4g}")
