"""Why a run has to leave before it is done: a signal, a spot notice, the begin of a pause."""

from __future__ import annotations

import signal
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime
from types import FrameType

PAUSE = "pause"
TOKEN_ADDRESS = "/latest/api/token"


class Leaving:
    """Tells whether the run is to write a checkpoint and leave. `reason` stays None until then."""

    def __init__(self, pause_at: str | None = None, spot_notice: str | None = None, every_seconds: float = 5.0) -> None:
        self.reason: str | None = None
        self._pause_at = None if pause_at is None else moment(pause_at)
        self._stop = threading.Event()
        if spot_notice is not None:
            threading.Thread(target=self._watch, args=(spot_notice, every_seconds), daemon=True).start()

    def on_signals(self) -> None:
        """Takes SIGTERM and SIGINT as the wish that the run leaves; a second one ends it at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signalled)

    def is_due(self) -> bool:
        """Whether there is a reason by now."""
        if self.reason is None and self._pause_at is not None and datetime.now(UTC) >= self._pause_at:
            self.reason = PAUSE
        return self.reason is not None

    def close(self) -> None:
        """Ends the watch."""
        self._stop.set()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.reason = signal.Signals(number).name
        signal.signal(number, signal.SIG_DFL)

    def _watch(self, address: str, every_seconds: float) -> None:
        while not self._stop.wait(every_seconds):
            if is_noticed(address):
                self.reason = self.reason or "spot notice"
                return


def moment(text: str) -> datetime:
    """A time with its zone; ValueError without one."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no zone: write it as 2026-11-24T06:00:00Z")
    return time


def is_noticed(address: str) -> bool:
    """Whether the address answers 200, asked with the token of EC2's metadata service (IMDSv2) where that gives one."""
    host = "/".join(address.split("/")[:3])
    headers = {}
    try:
        wish = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        with urllib.request.urlopen(urllib.request.Request(host + TOKEN_ADDRESS, method="PUT", headers=wish), timeout=2) as answer:
            headers["X-aws-ec2-metadata-token"] = answer.read().decode()
    except OSError:
        pass
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
