"""What the server is told, by options and variables."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

PORT = 8080
HEALTH_PATH = "/healthz"


@dataclass(frozen=True)
class Settings:
    """One server. Times are seconds."""

    weights: Path | None = None
    model: str = "tiny-cnn"
    classes: int = 10
    image_size: int = 224
    served_name: str | None = None
    host: str = "0.0.0.0"
    port: int = PORT
    max_batch: int = 16
    batch_wait: float = 0.002
    most_waiting: int = 256
    most_wait: float = 1.0
    most_body: int = 10 * 2**20
    most_pixels: int = 25_000_000
    most_tokens: int = 256
    header_seconds: float = 10.0
    body_seconds: float = 10.0
    request_seconds: float = 30.0
    drain: float = 1.0
    keys: Path | None = None
    threads: int = 0


HELP: Mapping[str, str] = {
    "weights": "a checkpoint's folder or its model.safetensors (MODEL_DIR); random weights without it",
    "model": "the model whose weights are random, where no file is given",
    "served_name": "the model's name in answers and metrics; its own by default",
    "max_batch": "requests that are computed together at most",
    "batch_wait": "how long the first of a batch waits for others",
    "most_waiting": "requests that are taken and not yet answered, at most; more get 429",
    "most_wait": "requests that would wait longer than this get 429",
    "most_body": "bytes of a body at most; more get 413",
    "most_pixels": "pixels of an image at most; more get 413",
    "most_tokens": "tokens of an answer at most",
    "header_seconds": "how long the header of a request may take to arrive; then 408",
    "body_seconds": "how long a body may take to arrive; then 408",
    "request_seconds": "how long an answer may take; then 504",
    "drain": "how long requests are still taken after SIGTERM, while readiness already fails",
    "keys": "a file of keys, one a line, of which each request needs one as a bearer token (KEYS_FILE); none are needed without it",
    "threads": "threads that compute; 0: as torch has it",
}


def read_settings(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from options; what is set as a variable stands where an option is left out."""
    parser = argparse.ArgumentParser(prog="inference", description="Serves a model.")
    given = {"weights": "MODEL_DIR", "keys": "KEYS_FILE"}
    kinds: dict[str, type[int] | type[float] | type[Path]] = {"int": int, "float": float, "Path": Path}
    for field in fields(Settings):
        parse = kinds.get(str(field.type).split(" ")[0], str)
        variable = environment.get(given.get(field.name, ""))
        default = field.default if variable is None else parse(variable)
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=parse, default=default, help=HELP.get(field.name))
    settings = Settings(**vars(parser.parse_args(arguments)))
    for name in ("max_batch", "most_waiting", "most_body", "most_pixels", "most_tokens"):
        if getattr(settings, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be 1 or more")
    return settings


def read_keys(file: Path | None) -> frozenset[str]:
    """The keys in a file; none where there is no file. ValueError where it holds none, so that an empty file opens no server."""
    if file is None:
        return frozenset()
    keys = frozenset(line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    if not keys:
        raise ValueError(f"{file.name} holds no key")
    return keys
