import asyncio
import json
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch

from conftest import Programs
from inference.batching import Batcher
from inference.metrics import Metrics
from inference.refusals import Refusal
from inference.settings import Settings
from inference.tests.conftest import Client, image_of
from modelkit.preprocess import open_image, preprocess

SMALL = Settings(image_size=16, batch_wait=0.001)
TEXT = Settings(model="tiny-transformer")


def test_an_answer_is_what_the_model_gives_for_the_preprocessed_image(serve: Callable[[Settings], Client]) -> None:
    client = serve(SMALL)
    answer = client.post("/v1/classify", image_of(), "image/jpeg")
    assert client.server is not None
    assert client.server.served is not None
    expected = client.server.served.classify([preprocess(open_image(image_of(), 10**6), 16)])[0].topk(5)
    assert answer.status == 200
    assert [one["class"] for one in answer.said["classes"]] == expected.indices.tolist()  # type: ignore[attr-defined]
    assert [one["probability"] for one in answer.said["classes"]] == pytest.approx(expected.values.tolist(), abs=1e-5)  # type: ignore[attr-defined]


def test_requests_that_come_together_are_computed_together_and_each_gets_its_own_answer(serve: Callable[[Settings], Client]) -> None:
    client = serve(replace(SMALL, batch_wait=0.1))
    images = [image_of(colour=(shade, 255 - shade, shade // 2)) for shade in range(0, 240, 30)]
    alone = [client.post("/v1/classify", image, "image/jpeg").said["classes"] for image in images]
    with ThreadPoolExecutor(len(images)) as pool:
        together = list(pool.map(lambda image: client.post("/v1/classify", image, "image/jpeg").said["classes"], images))
    for one, other in zip(together, alone, strict=True):
        assert [each["class"] for each in one] == [each["class"] for each in other]  # type: ignore[attr-defined]
        assert [each["probability"] for each in one] == pytest.approx([each["probability"] for each in other], abs=2e-6)  # type: ignore[attr-defined]
    assert value(client, "vllm:iteration_tokens_total_bucket", le="1.0") < value(client, "vllm:iteration_tokens_total_count")


def test_a_text_is_continued_in_the_form_of_openai(serve: Callable[[Settings], Client]) -> None:
    client = serve(TEXT)
    said = client.post("/v1/completions", b'{"prompt": "abc", "max_tokens": 7}').said
    assert said["usage"] == {"prompt_tokens": 3, "completion_tokens": 7, "total_tokens": 10}
    assert value(client, "vllm:generation_tokens_total") == 7
    assert value(client, "vllm:prompt_tokens_total") == 3
    assert value(client, "vllm:request_success_total") == 1
    assert client.post("/v1/completions", b'{"prompt": "abc", "max_tokens": 126}').status == 422
    assert client.post("/v1/completions", b'{"prompt": ""}').status == 422


def value(client: Client, name: str, **labels: str) -> float:
    text = client.get("/metrics").body.decode()
    wanted = [f'{key}="{one}"' for key, one in labels.items()]
    return sum(
        float(found[2])
        for found in re.finditer(rf"^{name}(\{{.*\}})? (\S+)$", text, re.M)
        if all(one in (found[1] or "") for one in wanted)
    )


def batcher(compute: Callable[[list[int]], list[int]], **limits: float) -> Batcher[int, int]:
    given = {"max_batch": 4, "batch_wait": 0.0, "most_waiting": 8, "most_wait": 10.0, **limits}
    return Batcher(compute, Metrics("m"), int(given["max_batch"]), given["batch_wait"], int(given["most_waiting"]), given["most_wait"])


def test_beyond_the_queue_requests_get_429_with_the_time_to_come_again() -> None:
    async def check() -> None:
        batches = batcher(lambda items: items, most_waiting=2)
        batches.seconds_each = 1.4
        with batches.admission(), batches.admission():
            with pytest.raises(Refusal) as refused, batches.admission():
                pass
            assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "5"})
        assert batches.admitted == 0

    asyncio.run(check())


def test_a_request_that_would_wait_too_long_is_refused_while_the_queue_has_room() -> None:
    async def check() -> None:
        batches = batcher(lambda items: items, most_wait=1.0)
        batches.seconds_each = 0.6
        with batches.admission(), pytest.raises(Refusal), batches.admission():
            pass

    asyncio.run(check())


def test_an_error_of_one_batch_reaches_its_requests_and_no_others() -> None:
    async def check() -> None:
        def compute(items: list[int]) -> list[int]:
            if 3 in items:
                raise RuntimeError("out of memory")
            return [item * 2 for item in items]

        batches = batcher(compute, max_batch=1)
        running = asyncio.create_task(batches.run())
        answers = await asyncio.gather(*(batches.answer(item) for item in (1, 3, 5)), return_exceptions=True)
        assert answers[0] == 2
        assert isinstance(answers[1], RuntimeError)
        assert answers[2] == 10
        running.cancel()

    asyncio.run(check())


def test_what_its_sender_no_longer_waits_for_is_not_computed() -> None:
    async def check() -> None:
        seen: list[int] = []

        def compute(items: list[int]) -> list[int]:
            seen.extend(items)
            return items

        batches = batcher(compute, batch_wait=0.05)
        running = asyncio.create_task(batches.run())
        gone = asyncio.create_task(batches.answer(1))
        stays = asyncio.create_task(batches.answer(2))
        await asyncio.sleep(0.01)
        gone.cancel()
        assert await stays == 2
        assert seen == [2]
        running.cancel()

    asyncio.run(check())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_it_is_ready_after_its_warm_up_and_sigterm_loses_no_request_that_was_taken(programs: Programs) -> None:
    port = free_port()
    client, image = Client(port), image_of()
    process = programs.start("-m", "inference", "--port", port, "--image-size", 64, "--model", "small-cnn", "--threads", 1, "--drain", 0.5)
    try:
        seen = wait_until_ready(client)
        assert seen[-1] == 200
        assert set(seen[:-1]) <= {0, 503}
        statuses: list[int] = []
        told = threading.Event()

        def send() -> None:
            while not told.is_set():
                try:
                    statuses.append(client.post("/v1/classify", image, "image/jpeg").status)
                except ConnectionRefusedError:
                    # It takes no more connections: nothing was sent.
                    return
                except OSError:
                    statuses.append(-1)

        senders = [threading.Thread(target=send) for _ in range(8)]
        for sender in senders:
            sender.start()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        assert client.get("/healthz").status == 503
        for sender in senders:
            sender.join(20)
        told.set()
        assert len(statuses) > 20
        assert set(statuses) <= {200, 429}
        assert process.wait(20) == 0
    finally:
        process.kill()
        output, errors = process.communicate()
    events = [json.loads(line)["event"] for line in output.splitlines()]
    assert events == ["ready", "draining"]
    assert errors == ""


def wait_until_ready(client: Client) -> list[int]:
    seen: list[int] = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not seen or seen[-1] != 200):
        try:
            seen.append(client.get("/healthz").status)
        except OSError:
            seen.append(0)
        time.sleep(0.05)
    return seen


def test_weights_that_are_not_there_end_the_server_with_a_sentence(programs: Programs) -> None:
    result = programs.run("-m", "inference", "--weights", "nowhere", "--port", free_port())
    assert result.returncode == 1
    assert json.loads(result.stdout.splitlines()[-1])["event"] == "refused"
    assert "Traceback" not in result.stderr


def test_probabilities_of_a_batch_are_those_of_its_images_alone(serve: Callable[[Settings], Client]) -> None:
    client = serve(SMALL)
    assert client.server is not None
    assert client.server.served is not None
    images = [torch.randn(3, 16, 16, generator=torch.Generator().manual_seed(seed)) for seed in range(5)]
    for one, together in zip(images, client.server.served.classify(images), strict=True):
        torch.testing.assert_close(together, client.server.served.classify([one])[0])
