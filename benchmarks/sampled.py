"""Starts a program under py-spy, as its child: `python -m benchmarks.sampled RATE FILE -m adapter serve`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    rate, file, *program = sys.argv[1:]
    sampler = str(Path(sys.executable).with_name("py-spy"))
    words = ["record", "--rate", rate, "--format", "raw", "--output", file, "--", sys.executable]
    os.execv(sampler, [sampler, *words, *program])  # noqa: S606 -- our own program, and the sampler of the environment
