"""What all tests share: one thread, so that sums have one order and the machine is left to others."""

import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
import torch

HERE = Path(__file__).parent
torch.set_num_threads(1)


class Programs:
    """Programs of this folder, run as a user runs them."""

    environment: ClassVar[dict[str, str]] = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Starts `python ARGUMENTS`."""
        command = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(command, cwd=HERE, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """Runs `python ARGUMENTS` to its end."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@pytest.fixture
def programs() -> Programs:
    """Starts programs of this folder."""
    return Programs()
