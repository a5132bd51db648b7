"""Requests to measure with."""

from __future__ import annotations

import io
import json
import random

from PIL import Image

from benchmark.client import Call


def image_calls(count: int, side: int, seed: int = 0) -> list[Call]:
    """JPEGs of random colours and edges."""
    chance, calls = random.Random(seed), []
    for _ in range(count):
        coarse = Image.frombytes("RGB", (8, 8), chance.randbytes(8 * 8 * 3))
        content = io.BytesIO()
        coarse.resize((side, side), Image.Resampling.BILINEAR).save(content, "JPEG", quality=85)
        calls.append(Call("/v1/classify", "image/jpeg", content.getvalue()))
    return calls


def text_calls(count: int, prompt_tokens: int, output_tokens: int, seed: int = 0) -> list[Call]:
    """Prompts of random letters."""
    chance = random.Random(seed)
    prompts = ("".join(chance.choices("abcdefghij ", k=prompt_tokens)) for _ in range(count))
    bodies = (json.dumps({"prompt": prompt, "max_tokens": output_tokens}).encode() for prompt in prompts)
    return [Call("/v1/completions", "application/json", body) for body in bodies]
