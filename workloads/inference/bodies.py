"""Bodies of requests, within limits of size and time, and what they say."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect

from inference.refusals import Refusal
from inference.settings import Settings


class Completion(BaseModel):
    """A text to continue, in the form of OpenAI's API; fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)
    model: str | None = None
    prompt: str = Field(min_length=1)
    max_tokens: int = Field(default=16, ge=1)


class Instances(BaseModel):
    """Images as rows of pixels with three channels, 0 to 255 each, of the model's own size."""

    model_config = ConfigDict(extra="forbid")
    instances: list[list[list[list[float]]]] = Field(min_length=1)


Shape = TypeVar("Shape", bound=BaseModel)


async def read_body(request: Request, settings: Settings) -> bytes:
    """All bytes of a body.

    Raises Refusal: 413 for a longer one (by its header before a byte is read, or as it is read), 408 for one that takes too long.
    """
    declared = request.headers.get("content-length", "0")
    too_long = Refusal(413, f"the body has more than {settings.most_body} bytes", {"Connection": "close"})
    if not declared.isdigit() or int(declared) > settings.most_body:
        raise too_long
    content = bytearray()
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for chunk in request.stream():
                content += chunk
                if len(content) > settings.most_body:
                    raise too_long
    except TimeoutError:
        raise Refusal(408, f"the body took more than {settings.body_seconds:g} s", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise Refusal(400, "the body ended too early", {"Connection": "close"}) from None
    return bytes(content)


def read_json(content: bytes, shape: type[Shape]) -> Shape:
    """What a body of JSON says.

    Raises Refusal: 400 for what is no JSON, is nested too deeply or holds NaN; 422, with the place, for what has another shape.
    """
    try:
        value = json.loads(content, parse_constant=_no_number)
    except RecursionError:
        raise Refusal(400, "the JSON is nested too deeply") from None
    except ValueError as error:
        raise Refusal(400, f"no JSON: {str(error)[:200]}") from None
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise Refusal(422, f"{place}: {first['msg']}") from None


def finite(values: list[Any]) -> bool:
    """Whether all numbers in nested lists are finite and of 0..255: 1e400 is read as infinity."""
    return all(finite(value) if isinstance(value, list) else math.isfinite(value) and 0 <= value <= 255 for value in values)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
