"""`python -m inference`."""

from __future__ import annotations

import asyncio
import sys
from types import FrameType

import uvicorn

from inference.app import Server
from inference.settings import Settings, read_settings
from inference.timed_headers import timed_headers
from modelkit.logs import log


class Draining(uvicorn.Server):
    """A server that, told to end, first fails its readiness and goes on taking requests, then answers what it has taken, then ends."""

    def __init__(self, settings: Settings) -> None:
        self.inference = Server(settings)
        self.drain_seconds = settings.drain
        # The backlog holds senders that come in a burst; what is refused is refused by the app, which says when to come again.
        config = uvicorn.Config(
            self.inference.app(),
            settings.host,
            settings.port,
            log_config=None,
            access_log=False,
            http=timed_headers(settings.header_seconds),
            backlog=2048,
            timeout_keep_alive=75,
            server_header=False,
        )
        super().__init__(config)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins the drain, a second one ends the server at once."""
        if self.inference.is_draining:
            super().handle_exit(sig, frame)
            return
        self.inference.is_draining = True
        log("draining", seconds=self.drain_seconds)
        asyncio.get_running_loop().call_later(self.drain_seconds, setattr, self, "should_exit", True)


def main(arguments: list[str]) -> int:
    """Serves until it is told to end, and returns the exit code: 0, or 1 where it was refused."""
    settings = read_settings(arguments)
    try:
        server = Draining(settings)
    except (OSError, ValueError) as error:
        log("refused", to=sys.stderr, error=str(error))
        return 1
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
