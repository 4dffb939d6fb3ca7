from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count() > 0, gc.get_threshold()[0] > 10_000))
sys.argv = ["staffing", "--version"]
from pipeline.__main__ import main
main()
"""


def test_garbage_is_looked_for_seldom_and_not_at_the_end():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "True True"
