"""Every exit status of a real process, and that nothing is published but by 0 and 3."""

from __future__ import annotations

import ctypes
import itertools
import os
import resource
import shutil
import subprocess
import time
from pathlib import Path

import pytest


def test_all_rows_classified_or_undecided_is_0(staffing, portfolio, whole):
    run = staffing("classify", portfolio)
    assert (run.returncode, run.stderr) == (0, "")
    assert len(whole(staffing.folder / "out")) == 1
    told = run.stdout.split()
    for count, word in (("3", "rows"), ("1", "need"), ("0", "quarantined")):
        assert any(pair == (count, word) for pair in itertools.pairwise(told))


def test_some_rows_quarantined_is_3(staffing, quarantining, whole):
    run = staffing("classify", quarantining)
    assert (run.returncode, run.stderr) == (3, "")
    assert len(whole(staffing.folder / "out")) == 1
    assert "quarantine.csv" in run.stdout


@pytest.mark.thorough
def test_quiet_prints_nothing(staffing, quarantining):
    run = staffing("classify", quarantining, "--quiet")
    assert (run.returncode, run.stdout, run.stderr) == (3, "", "")


BUG = """
import pipeline.run
def decide(*args, **options):
    raise ZeroDivisionError("made up by the test")
pipeline.run.decide = decide
"""
END_OF_FILE = """
import pipeline.run
def decide(*args, **options):
    raise EOFError("made up by the test")
pipeline.run.decide = decide
"""
DISAGREEMENT = """
import pipeline.engine.decide
pipeline.engine.decide.prepared = lambda condition: lambda fact: False
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("plug", "told"),
    [
        pytest.param(BUG, "ZeroDivisionError: made up by the test", id="a bug"),
        pytest.param(END_OF_FILE, "EOFError: made up by the test", id="no end of the keyboard"),
        pytest.param(DISAGREEMENT, "EngineDisagreement", id="engine disagrees"),
    ],
)
def test_our_fault_is_1_with_its_traceback(staffing, portfolio, plug, told):
    run = staffing("classify", portfolio, plug=plug)
    assert run.returncode == 1
    assert "Traceback" in run.stderr
    assert told in run.stderr
    assert "a fault of ours" in run.stderr
    assert not (staffing.folder / "out").exists()


OLD_SET_UP = """
import sys
sys.modules["xlsxwriter"] = None
"""


def test_a_package_that_is_missing_is_no_fault_of_ours(staffing, portfolio):
    run = staffing("classify", portfolio, plug=OLD_SET_UP)
    assert run.returncode == 5
    assert "the package xlsxwriter is not installed" in run.stderr
    assert "Run make install" in run.stderr
    assert "Traceback" not in run.stderr


COMPILES = """
import sys
import pipeline.run
def decide(*args, **options):
    raise ZeroDivisionError(f"compiles: {not sys.dont_write_bytecode}")
pipeline.run.decide = decide
"""


def test_run_compiles_nothing(staffing, portfolio):
    """A run on a full disk would leave half a module, which Python takes for whole."""
    run = staffing("classify", portfolio, plug=COMPILES)
    assert "compiles: False" in run.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param([], "Usage", id="no command"),
        pytest.param(["classfy", "x.csv"], "No such command", id="unknown command"),
        pytest.param(["classify"], "PORTFOLIO", id="no portfolio"),
        pytest.param(["classify", "x.csv", "--outptu", "y"], "--output", id="unknown flag"),
        pytest.param(["classify", "x.csv", "y.csv"], "unexpected", id="two portfolios"),
        pytest.param(["classify", "x.csv", "--output", ""], "empty", id="empty output"),
        pytest.param(["classify", ""], "empty", id="empty portfolio"),
        pytest.param(["classify", "x.csv", "--as-of", "30.6.2026"], "2026-11-24", id="no day"),
        pytest.param(["classify", "x.csv", "--as-of", "2026-02-30"], "2026-11-24", id="false day"),
        pytest.param(["classify", "x.csv", "--as-of", "20260630"], "2026-11-24", id="run together"),
        pytest.param(["classify", "x.csv", "--as-of", "9999-12-31"], "2199", id="end of time"),
        pytest.param(["classify", "x.csv", "--keep", "x"], "--keep", id="no number"),
        pytest.param(["classify", "x.csv", "--keep", "-1"], "--keep", id="fewer than none"),
        pytest.param(["classify", "x.csv", "--patience", "-1"], "--patience", id="less than none"),
    ],
)
def test_wrong_usage_is_2(staffing, args, told):
    run = staffing.here(*args)
    assert run.returncode == 2
    assert told in run.stderr
    assert not (staffing.folder / "out").exists()


def _fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.thorough
def test_usage_input_and_configuration_in_real_processes(staffing, portfolio):
    assert staffing("classify").returncode == 2
    missing = staffing("classify", "missing.csv")
    assert (missing.returncode, missing.stdout) == (4, "")
    assert missing.stderr == "missing.csv: [I001] there is no such file. Check the path.\n"
    assert staffing("classify", portfolio, env={"STAFFING_QUIET": "?"}).returncode == 5
    (staffing.folder / "taken").touch()
    assert staffing("classify", portfolio, "--output", "taken").returncode == 7


INPUTS = [
    pytest.param(None, "I001", id="missing"),
    pytest.param(Path.mkdir, "I037", id="a folder without files"),
    pytest.param(_fifo, "I003", id="a pipe"),
    pytest.param(lambda path: path.write_bytes(b""), "I005", id="empty"),
    pytest.param(lambda path: path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj"), "I007", id="PDF"),
    pytest.param(lambda path: path.write_text("Id,Budget\n1,2\n"), "I025", id="no names"),
    pytest.param(lambda path: path.write_text("Id,Name\n"), "I026", id="no rows"),
]


@pytest.mark.parametrize(("make", "code"), INPUTS)
def test_input_that_cannot_be_read_is_4(staffing, make, code):
    path = staffing.folder / "given.csv"
    if make:
        make(path)
    run = staffing.here("classify", path)
    assert run.returncode == 4
    assert run.stdout == ""
    assert run.stderr.startswith(f"{path}")
    assert f"[{code}]" in run.stderr
    assert not (staffing.folder / "out").exists()


@pytest.mark.parametrize(
    ("flags", "code"),
    [(["--sheet", "Plan"], "I028"), (["--profile", "jirra"], "I027")],
    ids=["sheet of a CSV file", "unknown profile"],
)
def test_flag_that_does_not_fit_the_input_is_4(staffing, portfolio, flags, code):
    run = staffing.here("classify", portfolio, *flags)
    assert run.returncode == 4
    assert f"[{code}]" in run.stderr


def test_faulty_rulebook_is_5_with_every_fault(staffing, portfolio, small_rules):
    rules = shutil.copytree(small_rules, staffing.folder / "rules")
    for name, old, new in (
        ("scope/SCO-001.yaml", "project_count, gte: 2", "projct_count, gte: 2"),
        ("verdict/VER-010.yaml", "order: 10", "order: ten"),
    ):
        path = rules / name
        path.write_text(path.read_text().replace(old, new))
    run = staffing.here("classify", portfolio, "--rules", rules)
    assert run.returncode == 5
    assert "SCO-001.yaml" in run.stderr
    assert "Did you mean" in run.stderr
    assert "VER-010.yaml" in run.stderr
    assert not (staffing.folder / "out").exists()


def test_rules_folder_without_rulebook_is_5(staffing, portfolio):
    run = staffing.here("classify", portfolio, "--rules", staffing.folder)
    assert run.returncode == 5
    assert "--rules" in run.stderr


def test_faulty_configuration_is_5(staffing, portfolio, monkeypatch):
    (staffing.folder / "staffing.toml").write_text('outptu = "x"\nas_of = 7\n')
    monkeypatch.setenv("STAFFING_QUITE", "1")
    run = staffing.here("classify", portfolio)
    assert run.returncode == 5
    for told in ("STAFFING_QUIET", "'outptu'. Did you mean output", "staffing.toml"):
        assert told in run.stderr
    assert not (staffing.folder / "out").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(None, "no such mapping file", id="missing"),
        pytest.param("name: [", "mapping.yaml", id="not YAML"),
        pytest.param("nmae: Name", "Did you mean 'name'", id="unknown column"),
    ],
)
def test_faulty_mapping_file_is_5(staffing, portfolio, content, told):
    mapping = staffing.folder / "mapping.yaml"
    if content:
        mapping.write_text(content)
    run = staffing.here("classify", portfolio, "--mapping", mapping)
    assert run.returncode == 5
    assert told in run.stderr
    assert not (staffing.folder / "out").exists()


def test_working_folder_that_is_gone_is_5(staffing, portfolio):
    gone = staffing.folder / "gone"
    plug = "import os\nos.rmdir(os.getcwd())"
    for words in (("classify", portfolio), ("doctor",)):
        gone.mkdir()
        run = staffing(*words, "--output", "out", plug=plug, cwd=gone)
        assert run.returncode == 5
        assert run.stderr.startswith("[C005] the working folder has been deleted")


WAITING = """
import pathlib, time
import pipeline.run
read = pipeline.run.ingest.read
def slowly(*args, **options):
    pathlib.Path("reading").touch()
    while not pathlib.Path("go-on").exists():
        time.sleep(0.02)
    return read(*args, **options)
pipeline.run.ingest.read = slowly
"""


def _wait_for(path: Path) -> None:
    for _ in range(1500):
        if path.exists():
            return
        time.sleep(0.02)
    pytest.fail(f"{path} never came")


@pytest.mark.thorough
def test_second_run_is_6_and_says_who_holds_the_folder(staffing, portfolio, whole):
    first = staffing.start("classify", portfolio, plug=WAITING)
    try:
        _wait_for(staffing.folder / "reading")
        second = staffing.here("classify", portfolio)
        doctor = staffing.here("doctor", "--output", "out", "--rules", staffing.rules)
    finally:
        (staffing.folder / "go-on").touch()
        first.communicate(timeout=60)
    assert second.returncode == 6
    assert f"process {first.pid}, since 20" in second.stderr
    assert f"MEND  another run is at work on out, process {first.pid}, since 20" in doctor.stdout
    assert first.returncode == 0
    assert len(whole(staffing.folder / "out")) == 1


@pytest.mark.thorough
def test_folder_is_free_again_after_kill_9(staffing, portfolio, whole):
    first = staffing.start("classify", portfolio, plug=WAITING)
    _wait_for(staffing.folder / "reading")
    first.kill()
    first.communicate(timeout=60)
    assert staffing.here("classify", portfolio).returncode == 0
    assert len(whole(staffing.folder / "out")) == 1


@pytest.mark.parametrize("output", ["taken", "taken/below", "taken/far/below"])
def test_output_that_is_a_file_is_7(staffing, portfolio, output):
    (staffing.folder / "taken").write_text("mine")
    run = staffing.here("classify", portfolio, "--output", output)
    assert run.returncode == 7
    assert "--output" in run.stderr
    assert (staffing.folder / "taken").read_text() == "mine"


def test_output_with_a_name_too_long_is_7(staffing, portfolio):
    run = staffing.here("classify", portfolio, "--output", "x" * 300)
    assert run.returncode == 7
    assert "shorter name" in run.stderr


def test_latest_that_is_no_link_is_7_before_anything_is_published(staffing, portfolio):
    latest = staffing.folder / "out" / "latest"
    latest.mkdir(parents=True)
    (latest / "mine").touch()
    run = staffing.here("classify", portfolio)
    assert run.returncode == 7
    assert "latest" in run.stderr
    assert [path.name for path in latest.iterdir()] == ["mine"]
    assert sorted(path.name for path in latest.parent.iterdir()) == [".lock", "latest"]


@pytest.mark.thorough
@pytest.mark.parametrize("kilobytes", [1, 20])
def test_limit_on_file_sizes_is_7(staffing, portfolio, kilobytes, whole):
    assert staffing.here("classify", portfolio).returncode == 0
    before = whole(staffing.folder / "out")
    limit = kilobytes * 1024

    def lower() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    run = staffing("classify", portfolio, "--as-of", "2026-07-01", preexec_fn=lower)
    assert run.returncode == 7
    assert "Traceback" not in run.stderr
    assert whole(staffing.folder / "out") == before


def _without_override() -> None:
    """Have root respect the modes of files, like anybody else (capability 1, CAP_DAC_OVERRIDE)."""
    if os.geteuid() == 0:
        drop = 24  # PR_CAPBSET_DROP
        if ctypes.CDLL(None, use_errno=True).prctl(drop, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "the capability stays")


@pytest.mark.thorough
@pytest.mark.parametrize("output", ["out", "new"])
def test_folder_that_may_not_be_written_is_7(staffing, portfolio, output):
    (staffing.folder / "out").mkdir(mode=0o555)
    staffing.folder.chmod(0o555)
    try:
        run = staffing("classify", portfolio, "--output", output, preexec_fn=_without_override)
    except subprocess.SubprocessError:
        pytest.skip("root cannot lay down its privilege here")
    finally:
        staffing.folder.chmod(0o755)
    assert run.returncode == 7
    assert "Give this user the right" in run.stderr
    assert not list((staffing.folder / "out").iterdir())
    assert not (staffing.folder / "new").exists()
