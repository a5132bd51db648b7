"""Structured logs: one JSON object a line on standard output."""

from __future__ import annotations

import json
import math
import sys
from datetime import UTC, datetime
from typing import TextIO


def log(event: str, *, to: TextIO | None = None, **fields: object) -> None:
    """Writes an event with its time (ISO 8601, UTC) and fields; a number that is none, such as NaN, is written as text."""
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields}
    print(json.dumps({key: _plain(value) for key, value in line.items()}), file=to or sys.stdout, flush=True)


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
