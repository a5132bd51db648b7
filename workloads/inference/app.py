"""The server's HTTP: paths, statuses and what is counted."""

from __future__ import annotations

import asyncio
import hmac
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import torch
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from torch import Tensor

from inference.batching import Answer, Batcher, Item
from inference.bodies import Completion, Instances, finite, read_body, read_json
from inference.metrics import Metrics
from inference.refusals import Refusal
from inference.served import Prompt, Served, load
from inference.settings import HEALTH_PATH, Settings, read_keys
from modelkit.logs import log
from modelkit.preprocess import BadImage, ImageTooLarge, normalise, open_image, preprocess
from modelkit.text import Transformer

IMAGE_TYPES = ("image/jpeg", "image/png")
Answering = Callable[[Request], Awaitable[dict[str, object]]]


class Server:
    """A model behind HTTP. It is ready once its model is loaded and has computed, and until it drains."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.keys = settings, read_keys(settings.keys)
        self.name = settings.served_name or settings.model
        self.served: Served | None = None
        self.batches: Batcher[Tensor, Tensor] | None = None
        self.texts: Batcher[Prompt, list[int]] | None = None
        self.is_draining = False
        self._running: list[asyncio.Task[None]] = []
        self.metrics = Metrics(self.name)

    def app(self) -> FastAPI:
        """The ASGI app."""
        app = FastAPI(title="inference", lifespan=self._life, docs_url=None, redoc_url=None, openapi_url=None)
        app.add_exception_handler(HTTPException, _unknown)
        for path in {"/health", HEALTH_PATH}:
            app.add_api_route(path, self.health, methods=["GET"])
        app.add_api_route("/metrics", self.tell_metrics, methods=["GET"])
        for path, answer in (("/v1/classify", self.classify), ("/v1/predict", self.predict), ("/v1/completions", self.complete)):
            app.add_api_route(path, self._answering(answer), methods=["POST"])
        return app

    async def health(self) -> Response:
        """200 while requests are answered, 503 before the model is warm and once the server drains."""
        is_ready = self.served is not None and not self.is_draining
        return PlainTextResponse("ready" if is_ready else "not ready", 200 if is_ready else 503)

    async def tell_metrics(self) -> Response:
        """Metrics in Prometheus's text format."""
        return Response(generate_latest(self.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    async def classify(self, request: Request) -> dict[str, object]:
        """The likeliest classes of one image, the bytes of a JPEG or PNG."""
        if request.headers.get("content-type", "").split(";")[0].strip().lower() not in IMAGE_TYPES:
            raise Refusal(415, f"the content type must be one of {', '.join(IMAGE_TYPES)}")
        batches, served = self._images()
        with batches.admission():
            content = await read_body(request, self.settings)
            image = await asyncio.to_thread(_image, content, self.settings.most_pixels, served.facts.image_size)
            probabilities = await batches.answer(image)
        self.metrics.success["stop"].inc()
        return {"model": self.name, "classes": _likeliest(probabilities)}

    async def predict(self, request: Request) -> dict[str, object]:
        """The likeliest classes of several images as numbers."""
        self._must_be_json(request)
        batches, served = self._images()
        with batches.admission():
            content = await read_body(request, self.settings)
            instances = (await asyncio.to_thread(read_json, content, Instances)).instances
            images = await asyncio.to_thread(_images_of, instances, served.facts.image_size, self.settings.max_batch)
            probabilities = await asyncio.gather(*(batches.answer(image) for image in images))
        self.metrics.success["stop"].inc()
        return {"model": self.name, "predictions": [_likeliest(one) for one in probabilities]}

    async def complete(self, request: Request) -> dict[str, object]:
        """The text after a prompt."""
        self._must_be_json(request)
        if self.texts is None or self.served is None or not isinstance(self.served.model, Transformer):
            raise Refusal(404, "the model continues no texts")
        with self.texts.admission():
            wanted = read_json(await read_body(request, self.settings), Completion)
            if wanted.model not in (None, self.name):
                raise Refusal(404, f"model {wanted.model!r} is not served here")
            tokens, longest = list(wanted.prompt.encode(errors="replace")), self.served.model.shape.longest
            if len(tokens) + wanted.max_tokens > longest or wanted.max_tokens > self.settings.most_tokens:
                raise Refusal(422, f"prompt and max_tokens are at most {longest} tokens, max_tokens at most {self.settings.most_tokens}")
            answer = await self.texts.answer(Prompt(tokens, wanted.max_tokens))
        self.metrics.success["length"].inc()
        self.metrics.prompt_tokens.inc(len(tokens))
        self.metrics.generation_tokens.inc(len(answer))
        usage = {"prompt_tokens": len(tokens), "completion_tokens": len(answer), "total_tokens": len(tokens) + len(answer)}
        choice = {"index": 0, "text": bytes(answer).decode(errors="replace"), "finish_reason": "length"}
        return {"object": "text_completion", "model": self.name, "choices": [choice], "usage": usage}

    @asynccontextmanager
    async def _life(self, app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(self._load())
        yield
        for task in (loading, *self._running):
            task.cancel()
        for batcher in (self.batches, self.texts):
            if batcher is not None:
                batcher.close()

    async def _load(self) -> None:
        """Loads and warms up beside the server, which meanwhile answers that it is not ready."""
        settings, began = self.settings, time.monotonic()
        if settings.threads:
            torch.set_num_threads(settings.threads)
        try:
            served = await asyncio.to_thread(load, settings)
            self.metrics.load_seconds.set(time.monotonic() - began)
            self.metrics.warm_up_seconds.set(await asyncio.to_thread(served.warm_up, settings.max_batch))
        except (OSError, ValueError, RuntimeError) as error:
            log("refused", error=str(error))
            # Nothing was taken yet, so nothing is lost; without a model there is nothing to go on with.
            os._exit(1)
        limits = (self.metrics, settings.max_batch, settings.batch_wait, settings.most_waiting, settings.most_wait)
        if served.facts.is_text:
            self.texts = Batcher(self._observed(served.complete), *limits)
            self._running.append(asyncio.create_task(self.texts.run()))
        else:
            self.batches = Batcher(self._observed(served.classify), *limits)
            self._running.append(asyncio.create_task(self.batches.run()))
        self.served = served
        log("ready", model=self.name, device=str(served.device), seconds=round(time.monotonic() - began, 3))

    def _observed(self, compute: Callable[[list[Item]], list[Answer]]) -> Callable[[list[Item]], list[Answer]]:
        def observed(items: list[Item]) -> list[Answer]:
            self.metrics.batch.observe(len(items))
            return compute(items)

        return observed

    def _answering(self, answer: Answering) -> Callable[[Request], Awaitable[Response]]:
        async def answering(request: Request) -> Response:
            began = time.monotonic()
            try:
                self._must_have_key(request)
                async with asyncio.timeout(self.settings.request_seconds):
                    found = await answer(request)
            except TimeoutError:
                return self._refuse(Refusal(504, f"no answer within {self.settings.request_seconds:g} s"))
            except Refusal as refusal:
                return self._refuse(refusal)
            except Exception as error:
                log("failed", path=request.url.path, error=f"{type(error).__name__}: {error}")
                return self._refuse(Refusal(500, "the server failed; its log says how"))
            self.metrics.latency.observe(time.monotonic() - began)
            # While it drains, senders are told to take their next request elsewhere.
            return JSONResponse(found, headers={"Connection": "close"} if self.is_draining else None)

        return answering

    def _refuse(self, refusal: Refusal) -> Response:
        self.metrics.refused(refusal.status)
        return JSONResponse({"error": {"message": refusal.message, "code": refusal.status}}, refusal.status, headers=refusal.headers)

    def _must_have_key(self, request: Request) -> None:
        if not self.keys:
            return
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        # All are compared, each in constant time, so that the time of an answer tells nothing of a key.
        if sum(hmac.compare_digest(given, key.encode()) for key in self.keys) == 0:
            raise Refusal(401, "a valid key is needed: Authorization: Bearer KEY", {"WWW-Authenticate": "Bearer"})

    def _must_be_json(self, request: Request) -> None:
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise Refusal(415, "the content type must be application/json")

    def _images(self) -> tuple[Batcher[Tensor, Tensor], Served]:
        if self.served is None:
            raise Refusal(503, "the model is being loaded", {"Retry-After": "5"})
        if self.batches is None:
            raise Refusal(404, "the model takes no images")
        return self.batches, self.served


async def _unknown(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "no such path" if status == 404 else "this method is not for this path" if status == 405 else "refused"
    return JSONResponse({"error": {"message": message, "code": status}}, status)


def _image(content: bytes, most_pixels: int, size: int) -> Tensor:
    try:
        return preprocess(open_image(content, most_pixels), size)
    except ImageTooLarge as error:
        raise Refusal(413, str(error)) from None
    except BadImage as error:
        raise Refusal(400, str(error)) from None


def _images_of(instances: list[list[list[list[float]]]], size: int, most: int) -> list[Tensor]:
    if len(instances) > most:
        raise Refusal(422, f"instances: at most {most} at once")
    if not finite(instances):
        raise Refusal(422, "instances: values must be numbers from 0 to 255")
    try:
        pixels = torch.tensor(instances)
    except ValueError:
        raise Refusal(422, "instances: rows must be equally long") from None
    if pixels.shape[1:] != (size, size, 3):
        raise Refusal(422, f"instances: each must be {size} x {size} x 3 numbers")
    return list(normalise(pixels.permute(0, 3, 1, 2) / 255))


def _likeliest(probabilities: Tensor, most: int = 5) -> list[dict[str, object]]:
    top = probabilities.topk(min(most, len(probabilities)))
    return [{"class": int(index), "probability": round(float(value), 6)} for value, index in zip(*top, strict=True)]
