"""Fuzzes by hand: ``make fuzz N=10000 SEED=1``; says what is wrong, and how it all went."""

import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

from fuzzing.checking import Checker, faults_by_command
from fuzzing.client import ROOT, Forks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=500)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=25, help="run each so many by the command")
    parser.add_argument("--rules", type=Path, default=ROOT / "rules")
    given = parser.parse_args()
    given.rules = given.rules.resolve()
    started = time.monotonic()
    faulty = collections.Counter()
    by_command = 0
    with tempfile.TemporaryDirectory() as name, Forks(Path(name)) as forks:
        checker = Checker(given.seed, Path(name), given.rules)
        for number in range(given.first, given.first + given.variants):
            faults = checker.faults(number, decides=True)
            if number % given.every == 0:
                by_command += 1
                faults += faults_by_command(forks, checker, number, given.rules)
            if faults:
                made = checker.mutant(number)[0]
                faulty[made.name] += 1
                sys.stdout.write(f"{given.seed}/{number} {made.name} ({made.story})\n")
                sys.stdout.writelines(f"  {fault[-1500:]}\n" for fault in faults[:4])
                sys.stdout.flush()
    sys.stdout.write(
        f"{given.variants} variants of seed {given.seed}, {by_command} of them by the command: "
        f"{sum(faulty.values())} faulty {dict(faulty)}, {time.monotonic() - started:.0f} s\n"
    )
    return int(bool(faulty))


if __name__ == "__main__":
    sys.exit(main())
