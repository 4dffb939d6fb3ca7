"""Writes every hostile file into a folder: ``python -m fuzzing.hostile FOLDER``."""

import sys
from pathlib import Path

from fuzzing import books, texts

CASES = {**texts.CASES, **books.CASES}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        (folder / name).write_bytes(case.make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
