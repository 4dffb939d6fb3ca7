"""Speaks with :mod:`fuzzing.server`: starts it, has it run commands, ends it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SERVER = Path(__file__).with_name("server.py")
ROOT = SERVER.parents[3]
# What a file may take at most, whatever it holds.
MOST_SECONDS = 10
MOST_BYTES = 1024**3


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended; ``status`` is negative for a signal."""

    status: int
    stdout: str
    stderr: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    timed_out: bool


class Forks:
    """Runs `staffing` again and again, each time in a fresh copy of one process."""

    def __init__(self, folder):
        self.folder = folder
        self.server = subprocess.Popen(
            [sys.executable, str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stdin.close()
        self.server.wait()
        self.server.stdout.close()

    def run(self, *args, cwd=None, seconds=60):
        out, err = self.folder / "stdout", self.folder / "stderr"
        request = {
            "args": [str(arg) for arg in args],
            "cwd": str(cwd or self.folder),
            "seconds": seconds,
            "out": str(out),
            "err": str(err),
        }
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        reply = json.loads(self.server.stdout.readline())
        return Outcome(
            stdout=out.read_text(encoding="utf-8", errors="replace"),
            stderr=err.read_text(encoding="utf-8", errors="replace"),
            **reply,
        )
