"""What a request is refused with."""

from __future__ import annotations

import math


class Refusal(Exception):
    """A status of HTTP, and a sentence for whoever sent the request."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


def busy(wait_seconds: float) -> Refusal:
    """429, with the time after which the requests that wait now will be done."""
    return Refusal(429, "more requests wait than are answered in time", {"Retry-After": str(max(1, math.ceil(wait_seconds)))})
