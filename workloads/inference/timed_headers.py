"""A limit to the time that the header of a request may take, for which uvicorn has no setting."""

from __future__ import annotations

import asyncio
import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def timed_headers(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol for HTTP/1.1 that answers 408 and closes where a header is not whole `seconds` after it was expected.

    It is expected from the beginning of a connection on, and later from its first byte.

    Between the requests of a connection uvicorn's own `timeout_keep_alive` counts.
    """

    class TimedHeaders(H11Protocol):
        header_timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.header_timer = self.loop.call_later(seconds, self.refuse_header)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            is_within_header = self.conn.our_state is h11.IDLE and self.conn.their_state is h11.IDLE
            if not is_within_header:
                self.stop_header_timer()
            elif self.header_timer is None:
                self.header_timer = self.loop.call_later(seconds, self.refuse_header)

        def connection_lost(self, exc: Exception | None) -> None:
            self.stop_header_timer()
            super().connection_lost(exc)

        def stop_header_timer(self) -> None:
            if self.header_timer is not None:
                self.header_timer.cancel()
                self.header_timer = None

        def refuse_header(self) -> None:
            self.header_timer = None
            if self.transport.is_closing():
                return
            body = json.dumps({"error": {"message": f"the header took more than {seconds:g} s", "code": 408}}).encode()
            headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
            answer = (h11.Response(status_code=408, headers=headers, reason="Request Timeout"), h11.Data(data=body), h11.EndOfMessage())
            for event in answer:
                self.transport.write(self.conn.send(event) or b"")
            self.transport.close()

    return TimedHeaders
