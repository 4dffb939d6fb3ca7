"""Every hostile file by the real command: read or refused in words, within time and memory."""

import os
import shutil

import pytest
from fuzzing import verify
from fuzzing.client import MOST_BYTES, MOST_SECONDS
from fuzzing.hostile import CASES
from fuzzing.texts import PLAIN

pytestmark = pytest.mark.thorough

DAY = "2026-11-25"


BY_HAND = "HOSTILE" in os.environ
# These are classified in every run of the tests, the others only by `make hostile`: the first steps
# are those that a file can bring down, and take a fifth of the time.
CLASSIFIED = (
    "formulas.csv",
    "markup.csv",
    "steering.csv",
    "=1+1.csv",
    "new\nline <b>.csv",
    "path.csv",
    "open quote.csv",
    "stale and hidden.xlsx",
)


@pytest.fixture(scope="module")
def staffing(forks, tmp_path_factory, small_rules):
    folder = tmp_path_factory.mktemp("hostile")

    def run(command, name, data):
        path, output = folder / name, folder / "out"
        path.write_bytes(data)
        shutil.rmtree(output, ignore_errors=True)
        args = [command, path, "--as-of", DAY]
        if command == "classify":
            args += ["--output", output, "--rules", small_rules]
        outcome = forks.run(*args, cwd=folder, seconds=120)
        path.unlink()
        return outcome, output

    return run


@pytest.fixture(scope="module")
def sound(staffing):
    outcome, output = staffing("classify", "sound.csv", PLAIN.encode())
    assert outcome.status == 0, outcome.stderr
    return verify.verdicts_of(output / "latest")


def _parameter(case):
    skip = pytest.mark.skipif(
        case.is_slow and not BY_HAND, reason="takes seconds; `make hostile` runs it"
    )
    return pytest.param(case, id=ascii(case.name), marks=skip)


@pytest.mark.parametrize("case", [_parameter(case) for case in CASES.values()])
def test_a_hostile_file_is_read_or_refused(staffing, sound, case):
    whole = BY_HAND or case.name in CLASSIFIED
    outcome, output = staffing("classify" if whole else "validate", case.name, case.make())
    assert not verify.faults_of(outcome, output if whole else None), outcome.stderr
    assert verify.code_of(outcome) in case.codes
    # Processor time, since a machine may be busy with other things.
    assert outcome.cpu_seconds < MOST_SECONDS
    assert outcome.peak_bytes < MOST_BYTES
    if not whole or outcome.status in verify.REFUSED:
        return
    counts = verify.counts_of(output / "latest")
    assert case.read in (None, counts["read"])
    assert case.quarantined in (None, counts["quarantined"])
    if case.is_sound:
        found = verify.verdicts_of(output / "latest")
        assert {name: found.get(name) for name in sound} == sound


def test_refusals_are_many_and_told_apart():
    assert len({code for case in CASES.values() for code in case.codes if code}) >= 20
