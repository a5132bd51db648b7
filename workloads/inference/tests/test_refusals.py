import json
import socket
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.settings import Settings
from inference.tests.conftest import Answer, Client, image_of

JPEG, PNG = image_of(), image_of(kind="PNG")
HEAD = "POST /v1/classify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\nContent-Type: image/jpeg\r\n"


def png_header(width: int, height: int) -> bytes:
    """A PNG of so many pixels in 67 bytes, as a bomb would say it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def pixels(value: object = 1, side: int = 8, channels: int = 3) -> bytes:
    return json.dumps({"instances": [[[[value] * channels] * side] * side]}).encode()


def classify(body: bytes, kind: str | None = "image/jpeg") -> Callable[[Client], Answer]:
    return lambda client: client.post("/v1/classify", body, kind)


def predict(body: bytes) -> Callable[[Client], Answer]:
    return lambda client: client.post("/v1/predict", body)


def slow(connection: socket.socket) -> None:
    for _ in range(3):
        connection.sendall(b"x")
        time.sleep(0.1)


def drip(connection: socket.socket) -> None:
    for _ in range(2):
        connection.sendall(b"x")
        time.sleep(0.05)


def chunks(connection: socket.socket) -> None:
    for _ in range(40):
        try:
            connection.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        except OSError:
            return


BAD: dict[str, tuple[int, Callable[[Client], Answer]]] = {
    "a truncated JPEG": (400, classify(JPEG[:-40])),
    "a truncated PNG": (400, classify(PNG[:-30], "image/png")),
    "an empty body": (400, classify(b"")),
    "text that is called a JPEG": (400, classify(b"hello")),
    "a GIF that is called a PNG": (400, classify(b"GIF89a\x01\x00\x01\x00\x80\x00\x00", "image/png")),
    "a PNG of 50,000 x 50,000 pixels": (413, classify(png_header(50_000, 50_000), "image/png")),
    "a PNG of 300,000 x 300,000 pixels": (413, classify(png_header(300_000, 300_000), "image/png")),
    "a PNG of no pixels": (400, classify(png_header(0, 0), "image/png")),
    "a type that is not taken": (415, classify(JPEG, "image/webp")),
    "no type": (415, classify(JPEG, None)),
    "JSON that is called text": (415, lambda client: client.post("/v1/predict", pixels(), "text/plain")),
    "a body of 1 GB by its header": (413, lambda client: client.raw(f"{HEAD}Content-Length: 1000000000\r\n\r\n".encode())),
    "a body that grows without an end": (413, lambda client: client.raw(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode(), chunks)),
    "a length that is no number": (400, lambda client: client.raw(f"{HEAD}Content-Length: many\r\n\r\n".encode())),
    "a slow sender": (408, lambda client: client.raw(f"{HEAD}Content-Length: 5000\r\n\r\n".encode(), slow)),
    "a slow header": (408, lambda client: client.raw(b"POST /v1/classify HTTP/1.1\r\nHost: x\r\n", drip)),
    "a connection that sends nothing": (408, lambda client: client.raw(b"")),
    "NaN": (400, predict(pixels(float("nan")))),
    "a number beyond any": (422, predict(pixels(1).replace(b"1", b"1e400"))),
    "an empty batch": (422, predict(b'{"instances": []}')),
    "a batch that is too large": (422, predict(json.dumps({"instances": json.loads(pixels())["instances"] * 17}).encode())),
    "images of another size": (422, predict(pixels(side=9))),
    "rows that differ": (422, predict(b'{"instances": [[[[1, 1, 1]], [[1, 1, 1], [2, 2, 2]]]]}')),
    "JSON that is nested deeply": (400, predict(b"[" * 100_000 + b"]" * 100_000)),
    "no JSON": (400, predict(b"{'instances': 1}")),
    "JSON of another shape": (422, predict(b'{"images": []}')),
    "text for numbers": (422, predict(pixels("white"))),
    "a wrong key": (401, lambda client: client.post("/v1/classify", JPEG, "image/jpeg", Authorization="Bearer wrong")),
    "no key": (401, lambda client: client.post("/v1/classify", JPEG, "image/jpeg", Authorization="")),
    "a path that is none": (404, lambda client: client.post("/v1/nothing", b"{}")),
    "a method that is none of a path": (405, lambda client: client.get("/v1/classify")),
    "a prompt for a model of images": (404, lambda client: client.post("/v1/completions", b'{"prompt": "a"}')),
    "no HTTP": (400, lambda client: client.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")),
}


@pytest.fixture
def client(serve: Callable[[Settings], Client], tmp_path: Path) -> Client:
    keys = tmp_path / "keys"
    keys.write_text("right\nanother\n")
    client = serve(
        Settings(image_size=8, keys=keys, most_body=200_000, most_pixels=10**6, header_seconds=0.2, body_seconds=0.2, batch_wait=0)
    )
    client.headers["Authorization"] = "Bearer right"
    return client


def test_each_bad_input_gets_its_status_and_a_sentence_and_the_server_goes_on(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    found = {}
    for name, (_, send) in BAD.items():
        answer = send(client)
        found[name] = answer.status
        if name not in ("a length that is no number", "no HTTP"):
            assert isinstance(answer.said["error"]["message"], str), name  # type: ignore[index]
        assert b"Traceback" not in answer.body, name
    assert found == {name: status for name, (status, _) in BAD.items()}
    assert client.post("/v1/classify", JPEG, "image/jpeg").status == 200
    written = capfd.readouterr()
    assert "Traceback" not in written.out + written.err
    assert '"failed"' not in written.out


def test_a_server_without_a_usable_file_of_keys_does_not_start_open(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("\n")
    from inference.app import Server

    with pytest.raises(ValueError, match="holds no key"):
        Server(Settings(keys=tmp_path / "keys"))
