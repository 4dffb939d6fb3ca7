"""Night after night of a portfolio that drifts, with faults thrown in: ``make soak``.

Each night the portfolio changes a little and is classified within this one process, so that memory
that is not given back shows. Before some nights a process forked off meets a fault: killed, asked
to stop, out of file size, given half a file, or two at once. After every night the output folder
must be whole, and at the end the history must say what each night said.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import history
from pipeline.__main__ import run_command
from pipeline.history import past, runs, store

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = dt.date(2026, 1, 1)
RULES = Path(__file__).parent / "golden" / "rules"
KEEP = 20


class SoakError(AssertionError):
    """A night broke a promise."""


@dataclass
class Nights:
    """What is kept of every night, to hold against the history at the end."""

    folder: Path
    dice: random.Random
    rows: dict[str, list[object]] = field(default_factory=dict)
    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    figures: list[dict[str, float]] = field(default_factory=list)

    @property
    def out(self) -> Path:
        """Where runs are published."""
        return self.folder / "out"

    @property
    def portfolio(self) -> Path:
        """The export of the night."""
        return self.folder / "portfolio.csv"


def drift(nights: Nights, count: int) -> None:
    """A few initiatives come, go or change; most stay as they are."""
    dice, rows = nights.dice, nights.rows
    while len(rows) < count or dice.random() < 0.3:
        key = f"INI-{len(rows) + dice.randrange(10**6):07d}"
        rows[key] = [
            f"Renew part {key}",
            dice.choice(["", 1, 2, 6]),
            dice.choice(["", 1, 4, 7]),
            "",
        ]
    for key in dice.sample(sorted(rows), max(1, len(rows) // 50)):
        if dice.random() < 0.2:
            del rows[key]
        else:
            rows[key][dice.choice([1, 2])] = dice.choice(["", 1, 2, 6])


def write(nights: Nights) -> None:
    """Export the portfolio: beside it, then renamed, as an exporter should."""
    aside = nights.portfolio.with_suffix(".new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Initiative ID", "Name", "Project count", "Team count", "End date"])
        table.writerows([key, *cells] for key, cells in sorted(nights.rows.items()))
    aside.replace(nights.portfolio)


def classify(nights: Nights, day: dt.date) -> int:
    """One run, within this process."""
    sys.argv = ["staffing", "classify", str(nights.portfolio), "--output", str(nights.out)]
    sys.argv += ["--as-of", day.isoformat(), "--rules", str(RULES), "--quiet"]
    sys.argv += ["--keep", str(KEEP), "--patience", "0"]
    return run_command()


def forked(work: Callable[[], int], *, ends: Callable[[int], None] = lambda _: None) -> int:
    """The exit status of work done by a process of its own, which ``ends`` may meddle with."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            status = work()
        finally:
            os._exit(status)
    ends(child)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _after(nights: Nights, number: int) -> Callable[[int], None]:
    """Send a signal at a moment when the process is at work, whichever step that is."""
    delay = nights.dice.uniform(0.02, 0.8)

    def send(child: int) -> None:
        time.sleep(delay)
        os.kill(child, number)

    return send


def _limited(nights: Nights, day: dt.date) -> int:
    size = nights.dice.randrange(1_000, 40_000)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return classify(nights, day)


def _halved(nights: Nights, day: dt.date) -> int:
    content = nights.portfolio.read_bytes()
    nights.portfolio.write_bytes(content[: len(content) // 2] + b'"')
    return classify(nights, day)


def fault(nights: Nights, day: dt.date) -> None:
    """Maybe something goes wrong before the night's good run."""
    kind = nights.dice.choice(["none"] * 5 + ["killed", "stopped", "no space", "half a file"])
    nights.faults[kind] += 1
    before = (nights.out / "latest").readlink() if (nights.out / "latest").exists() else None
    if kind == "killed":
        forked(lambda: classify(nights, day), ends=_after(nights, signal.SIGKILL))
    elif kind == "stopped":
        forked(lambda: classify(nights, day), ends=_after(nights, signal.SIGTERM))
    elif kind == "no space":
        status = forked(lambda: _limited(nights, day))
        _require(status in (0, 3, 7), f"status {status} where the disk was full")
    elif kind == "half a file":
        status = forked(lambda: _halved(nights, day))
        _require(status in (0, 3, 4), f"status {status} where the file was cut")
        write(nights)
    if before is not None:
        latest = (nights.out / "latest").readlink()
        _require((nights.out / latest / "manifest.json").exists(), f"latest is broken by: {kind}")


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise SoakError(text)


def look(nights: Nights, seconds: float) -> None:
    """What the night published must be whole; memory and sizes are taken down."""
    run = nights.out / "latest"
    told = json.loads((run / "manifest.json").read_bytes())
    for entry in told["outputs"]:
        digest = hashlib.sha256((run / entry["name"]).read_bytes()).hexdigest()
        _require(digest == entry["sha256"], f"{entry['name']} is not what the manifest says")
    left = [path.name for path in nights.out.iterdir() if path.name.startswith(".stage-")]
    _require(not left, f"left behind: {left}")
    runs = [path for path in nights.out.iterdir() if path.is_dir() and not path.is_symlink()]
    _require(len(runs) <= KEEP, f"{len(runs)} runs stay")
    with (run / "initiatives.csv").open(encoding="utf-8", newline="") as file:
        nights.verdicts[told["run_id"]] = {
            row["initiative_id"]: row["verdict"] for row in csv.DictReader(file)
        }
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    size = sum(path.stat().st_size for path in nights.out.glob("history.sqlite*"))
    nights.figures.append({"MiB": resident / 2**20, "KiB": size / 2**10, "s": seconds})


def hold_against_history(nights: Nights) -> int:
    """Every verdict of every night must be the one that the store has for it.

    Returns:
        How many were compared.
    """
    with history.connect(nights.out / store.NAME).reading() as connection:
        known = [each.run.run_id for each in runs.everyone(connection)]
        spells = past.past(connection, len(known))
    place = {run_id: number for number, run_id in enumerate(known)}
    seen: list[dict[str, str]] = [{} for _ in known]
    for row in spells.itertuples(index=False):
        for number in range(place[row.first_run], place[row.last_run] + 1):
            seen[number][row.initiative_id] = row.verdict
    for run_id, expected in nights.verdicts.items():
        _require(run_id in place, f"the history has no {run_id}")
        _require(expected == seen[place[run_id]], f"the history of {run_id} is not what it said")
    return sum(map(len, nights.verdicts.values()))


def soak(count: int, initiatives: int, seed: int, folder: Path) -> Nights:
    """So many nights; raises ``SoakError`` where a promise is broken."""
    nights = Nights(folder=folder, dice=random.Random(seed))  # noqa: S311 -- no secret
    for night in range(count):
        day = FIRST + dt.timedelta(days=night)
        drift(nights, initiatives)
        write(nights)
        fault(nights, day)
        started = time.perf_counter()
        status = classify(nights, day)
        _require(status in (0, 3), f"night {night} ended with {status}")
        look(nights, time.perf_counter() - started)
    return nights


def main() -> None:
    """Soak, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=200)
    parser.add_argument("--initiatives", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        nights = soak(given.nights, given.initiatives, given.seed, Path(folder))
        compared = hold_against_history(nights)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(nights.faults.items()))
    print(f"{given.nights} nights of about {given.initiatives} initiatives, seed {given.seed}")
    print(f"faults before a night: {told}")
    print(f"{compared:,} verdicts of the history are those that were published")
    print("night   memory MiB   history KiB   seconds")
    for night in sorted({10, *range(25, given.nights + 1, 25), given.nights}):
        if night <= given.nights:
            at = nights.figures[night - 1]
            print(f"{night:>5}   {at['MiB']:>10.0f}   {at['KiB']:>11.0f}   {at['s']:>7.2f}")


if __name__ == "__main__":
    main()
