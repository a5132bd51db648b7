"""A small HTTP client for many requests at once, over connections that are kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Call:
    """A request: its path, type and body."""

    path: str
    kind: str
    body: bytes


class Unanswered(ConnectionError):
    """A connection that ended before anything of an answer came."""


class Client:
    """Sends requests to one server. A call has a connection to itself, a new one where none is free: calls never wait for each other.

    A request that gets nothing of an answer on a connection that was free before is sent once more, on a new one. What is asked of the
    server changes nothing there, so that it may be asked twice.
    """

    def __init__(self, address: str, key: str | None = None, timeout_seconds: float = 60.0) -> None:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"{address} is no address such as http://localhost:8080")
        self.host, self.port = parts.hostname, parts.port or 80
        self.key, self.timeout_seconds = key, timeout_seconds
        self._idle: list[Connection] = []

    async def send(self, call: Call) -> int:
        """The status of the answer; 0 where there was none."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                status, _ = await self._exchange("POST", call.path, call.kind, call.body)
                return status
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            return 0

    async def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; 0 where there is no answer."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._exchange("GET", path, "", b"")
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            return 0, b""

    def close(self) -> None:
        """Closes the connections that are free."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _exchange(self, method: str, path: str, kind: str, body: bytes) -> tuple[int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n"
        head += f"Content-Type: {kind}\r\n" if kind else ""
        head += f"Authorization: Bearer {self.key}\r\n" if self.key else ""
        request = head.encode() + b"\r\n" + body
        if self._idle:
            try:
                return await self._ask(self._idle.pop(), request)
            except Unanswered:
                # A server closes a connection that was idle for long, and may do so while a request is on its way to it.
                pass
        return await self._ask(await asyncio.open_connection(self.host, self.port), request)

    async def _ask(self, connection: Connection, request: bytes) -> tuple[int, bytes]:
        """Status and body. Raises Unanswered where the connection ends before the first byte of an answer."""
        reader, writer = connection
        keep = False
        try:
            writer.write(request)
            answered = (await _first_byte(reader) + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in answered.split("\r\n")[1:])}
            content = await reader.readexactly(int(headers.get("content-length", "0")))
            keep = headers.get("connection", "").lower() != "close"
            return int(answered.split(" ")[1]), content
        finally:
            if keep:
                self._idle.append(connection)
            else:
                writer.close()


async def _first_byte(reader: asyncio.StreamReader) -> bytes:
    try:
        first = await reader.read(1)
    except ConnectionError as error:
        raise Unanswered from error
    if not first:
        raise Unanswered
    return first
