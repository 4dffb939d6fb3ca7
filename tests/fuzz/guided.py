"""Coverage-guided fuzzing of the reader by hand: ``make fuzz-guided SECONDS=600``.

What the fuzzer makes is read as a portfolio and parsed. It may be refused; it may not raise
anything else, and no row may be lost. Text is read in this process, where coverage can be seen; a
workbook is read in a child that cannot be looked into, so ``make fuzz`` is for those. An input that
fails is left in the folder of findings.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline.ingest", "pipeline.parse", "schemas"]):
    from pipeline import ingest, parse
    from pipeline.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 4_096  # bytes of an input: an odd cell needs no more


class LostRow(Exception):  # noqa: N818 -- named for what it is
    """Rows read are not the rows that were parsed."""


def check(path):
    """Read and parse one portfolio as a run would."""
    try:
        raw = ingest.read(path)
        rows = parse.parse(raw).rows
    except InputError as error:
        str(error)  # what it says has to be sayable
        return
    if list(rows.index) != list(raw.cells.index):
        raise LostRow(f"{len(raw.cells)} rows read, {len(rows)} parsed")


def seeds(folder):
    """Small files to begin from: heads of the sample portfolios, in several encodings."""
    for name in ("portfolio.csv", "messy.csv"):
        text = (ROOT / "sample_data" / name).read_text(encoding="utf-8", errors="replace")
        head = "".join(text.splitlines(keepends=True)[:5])
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            data = head.encode(encoding, errors="replace")[:LONGEST]
            (folder / f"{name}-{encoding}").write_bytes(data)
        (folder / f"{name}-semicolon").write_bytes(head.replace(",", ";").encode()[:LONGEST])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=Path, default=ROOT / "out" / "findings")
    given = parser.parse_args()
    given.findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        corpus, path = Path(name, "corpus"), Path(name, "portfolio.csv")
        corpus.mkdir()
        seeds(corpus)

        def one(data):
            path.write_bytes(data)
            check(path)

        options = [
            f"-max_total_time={given.seconds}",
            f"-seed={given.seed}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={given.findings}/",
            "-timeout=20",
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
