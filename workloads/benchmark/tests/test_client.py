import asyncio
from dataclasses import dataclass, field

from benchmark.client import Call, Client

CALL = Call("/v1/completions", "application/json", b"{}")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
NOTHING = b""
BROKEN = b"HTTP/1.1 200"


@dataclass
class Scripted:
    """A server that answers the requests of its connections by their scripts, and closes each connection without a word after the last."""

    scripts: list[list[bytes]]
    asked: list[int] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.asked)
        self.asked.append(0)
        for answer in self.scripts[number]:
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(CALL.body))
            self.asked[number] += 1
            writer.write(answer)
        writer.close()


def statuses(server: Scripted, requests: int) -> list[int]:
    """Those that a client gets for requests one after the other."""

    async def send() -> list[int]:
        async with await asyncio.start_server(server, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            client = Client(f"http://127.0.0.1:{port}", timeout_seconds=10)
            found = [await client.send(CALL) for _ in range(requests)]
            client.close()
            return found

    return asyncio.run(send())


def test_a_request_on_a_connection_that_the_server_has_closed_is_sent_again_on_a_new_one() -> None:
    server = Scripted([[ANSWER], [ANSWER, ANSWER]])
    assert statuses(server, 3) == [200, 200, 200]
    assert server.asked == [1, 2]


def test_a_request_that_a_kept_connection_took_and_did_not_answer_is_sent_again_on_a_new_one() -> None:
    server = Scripted([[ANSWER, NOTHING], [ANSWER]])
    assert statuses(server, 2) == [200, 200]
    assert server.asked == [2, 1]


def test_a_request_is_sent_again_once_and_no_more() -> None:
    server = Scripted([[ANSWER], [NOTHING], [ANSWER]])
    assert statuses(server, 2) == [200, 0]
    assert server.asked == [1, 1]


def test_a_request_on_a_new_connection_and_one_with_part_of_an_answer_are_not_sent_again() -> None:
    unanswered = Scripted([[NOTHING], [ANSWER]])
    assert statuses(unanswered, 1) == [0]
    assert unanswered.asked == [1]
    broken = Scripted([[ANSWER, BROKEN], [ANSWER]])
    assert statuses(broken, 2) == [200, 0]
    assert broken.asked == [2]
