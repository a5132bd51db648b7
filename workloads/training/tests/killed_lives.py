"""Trains in one child process after another and kills each, by SIGKILL, once it has told a step; the last one lives to its end."""

import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import torch

from training.__main__ import main

torch.set_num_threads(1)
kills: list[int] = json.loads(sys.argv[1])
arguments = sys.argv[2:]
history = Path(arguments[arguments.index("--history") + 1])
killed = 0

# What torch loads at the first step is loaded once, before the lives.
with tempfile.TemporaryDirectory() as folder:
    main(["--model", "tiny-cnn", "--image-size", "8", "--samples", "16", "--batch", "16", "--metrics-port", "0", "--checkpoints", folder])


def told() -> int:
    return max((json.loads(line)["step"] for line in history.read_text().splitlines() if line.endswith("}")), default=0)


for step in [*kills, None]:
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = main(arguments)
        finally:
            os._exit(code)
    while step is not None and told() < step:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            sys.exit("a life ended before it was killed")
        time.sleep(0.001)
    if step is not None:
        os.kill(child, signal.SIGKILL)
    ended = os.waitpid(child, 0)[1]
    killed += os.WIFSIGNALED(ended)
    if step is None and ended != 0:
        sys.exit("the last life failed")
print(json.dumps({"killed": killed}))
