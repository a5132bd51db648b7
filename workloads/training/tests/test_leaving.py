import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from training.leaving import Leaving, is_noticed, moment


class Metadata(BaseHTTPRequestHandler):
    is_noticed = False

    def do_PUT(self) -> None:
        self._answer(200, b"token")

    def do_GET(self) -> None:
        has_token = self.headers.get("X-aws-ec2-metadata-token") == "token"
        self._answer((200 if Metadata.is_noticed else 404) if has_token else 401, b"{}")

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Metadata.is_noticed = False
    yield f"http://127.0.0.1:{server.server_port}/latest/meta-data/spot/instance-action"
    server.shutdown()


def test_a_spot_notice_is_a_reason_to_leave_as_soon_as_the_metadata_service_has_one(address: str) -> None:
    leaving = Leaving(spot_notice=address, every_seconds=0.02)
    time.sleep(0.1)
    assert not leaving.is_due()
    Metadata.is_noticed = True
    deadline = time.monotonic() + 5
    while not leaving.is_due() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert leaving.reason == "spot notice"


def test_a_metadata_service_that_does_not_answer_is_no_notice() -> None:
    assert not is_noticed("http://127.0.0.1:9/latest/meta-data/spot/instance-action")


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        moment("2026-11-24T06:00:00")
    assert not Leaving(pause_at="2999-01-01T00:00:00Z").is_due()
