"""A server in this process, at a port of its own, and one as a program."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import torch
import uvicorn
from PIL import Image

from inference.app import Server
from inference.settings import Settings
from inference.timed_headers import timed_headers


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass
class Client:
    """Sends requests over plain sockets, so that wrong ones can be sent too."""

    port: int
    server: Server | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def raw(self, content: bytes, then: Callable[[socket.socket], None] | None = None) -> Answer:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(content)
            if then is not None:
                then(connection)
            return read_answer(connection)

    def get(self, path: str) -> Answer:
        return self.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    def post(self, path: str, body: bytes, kind: str | None = "application/json", **headers: str) -> Answer:
        lines = {"Host": "x", "Connection": "close", "Content-Length": str(len(body)), **self.headers, **headers}
        if kind is not None:
            lines["Content-Type"] = kind
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        return self.raw(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)


def read_answer(connection: socket.socket) -> Answer:
    content = b""
    while b"\r\n\r\n" not in content:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError(f"no whole answer: {content!r}")
        content += chunk
    head, _, body = content.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Answer(int(first.split(" ")[1]), headers, body)


def image_of(size: tuple[int, int] = (40, 30), kind: str = "JPEG", colour: tuple[int, int, int] = (200, 30, 60)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, kind)
    return content.getvalue()


class Serving:
    """A server in a thread."""

    def __init__(self, settings: Settings) -> None:
        self.server = Server(settings)
        config = uvicorn.Config(self.server.app(), "127.0.0.1", 0, log_config=None, http=timed_headers(settings.header_seconds))
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.uvicorn.serve()), daemon=True)

    def start(self) -> Client:
        torch.set_num_threads(1)
        self.thread.start()
        deadline = time.monotonic() + 30
        while self.server.served is None and time.monotonic() < deadline:
            time.sleep(0.01)
        port = self.uvicorn.servers[0].sockets[0].getsockname()[1]
        return Client(port, self.server)

    def stop(self) -> None:
        self.uvicorn.should_exit = True
        self.thread.join(10)


@pytest.fixture
def serve() -> Iterator[Callable[[Settings], Client]]:
    started: list[Serving] = []

    def start(settings: Settings) -> Client:
        started.append(Serving(settings))
        return started[-1].start()

    yield start
    for serving in started:
        serving.stop()
