"""The history store on a PostgreSQL that these tests start, where one is installed."""

from __future__ import annotations

import json
import os
import pwd
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.history import connect, runs
from pipeline.history.faults import StoreUnusable
from pipeline.history.store import look

pytestmark = pytest.mark.thorough

MADE = runpy.run_path(str(Path(__file__).with_name("history_runs.py")))


def _programs() -> Path | None:
    """Where initdb and pg_ctl are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    here = shutil.which("initdb")
    return found[-1].parent if found else here and Path(here).parent


def _another_user() -> list[str]:
    """How to become somebody who may start it: root may not."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("root may not start PostgreSQL, and there is no user postgres")
    return ["runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="module")
def server():
    """The folder of the socket of a PostgreSQL of our own, gone after the tests."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    as_user = _another_user()
    # Its path must be short for a socket, and every folder above open to its user.
    folder = Path(f"/tmp/history-{os.getpid()}")  # noqa: S108 -- made below, by nobody else
    folder.mkdir(mode=0o700)
    try:
        if as_user:
            shutil.chown(folder, "postgres")

        def do(program, *words):
            command = [*as_user, str(programs / program), "-D", str(folder / "data"), *words]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)

        do("initdb", "-A", "trust", "-U", "staffing", "--no-sync")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off"
        do("pg_ctl", "-w", "-o", settings, "-l", str(folder / "log"), "start")
        try:
            yield folder
        finally:
            do("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def url(server, request):
    """A database of this test's own."""
    import psycopg

    name = f"t{abs(hash(request.node.name))}"
    with psycopg.connect(f"host={server} user=staffing dbname=postgres", autocommit=True) as raw:
        raw.execute(f'CREATE DATABASE "{name}"')
    return f"postgresql://staffing:s3cret@/{name}?host={server}"


def test_runs_in_any_order_are_remembered_in_the_fewest_rows(url):
    store = connect(url)
    MADE["check_in_any_order"](store, 1)
    with store.writing() as connection:
        assert runs.forget(connection, 3) > 0
    with store.reading() as connection:
        assert len(runs.everyone(connection)) == 3


RECORD = """
import sys
sys.path.insert(0, {tests!r})
from history_runs import run_of, state_of
from pipeline.history import connect, runs
store = connect({url!r})
for number in {numbers}:
    with store.writing() as connection:
        said = {{"A": "same", "B": str(number)}}
        runs.record(connection, run_of(number, f"2026-01-{{number:02d}}"), state_of(said), {{}})
"""


def test_two_processes_make_and_fill_one_store(url):
    tests = str(Path(__file__).parent)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", RECORD.format(tests=tests, url=url, numbers=numbers)]
        )
        for numbers in ([1, 4, 5, 8], [2, 3, 6, 7])
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    with connect(url).reading() as connection:
        order = [each.run.run_id for each in runs.everyone(connection)]
        assert order == [f"run-{number}" for number in range(1, 9)]
        assert MADE["said_at"](connection, 6) == {"A": "same", "B": "6"}
    found = look(url)
    assert (found.runs, found.is_current, found.size > 0) == (8, True, True)


def test_whole_runs_use_it_and_tell_no_password(staffing, portfolio, url):
    (staffing.folder / "staffing.toml").write_text(f"[history]\nurl = {json.dumps(url)}\n")
    for day in ("2026-07-01", "2026-07-02"):
        run = staffing.here("classify", portfolio, "--as-of", day)
        assert (run.returncode, "not remembered" in run.stderr) == (0, False)
        portfolio.write_text(portfolio.read_text().replace("1,1,2026-07-31", "6,7,"))
    told = staffing.here("history", "diff", "2026-07-01", "2026-07-02").stdout
    assert "INI-1  Replace the scanners  [data]" in told
    out = staffing.folder / "out"
    assert not (out / "history.sqlite").exists()
    assert not any(b"s3cret" in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_database_that_is_not_there_loses_no_report(staffing, portfolio, url):
    gone = url.replace("?host", "x?host")
    (staffing.folder / "staffing.toml").write_text(f"[history]\nurl = {json.dumps(gone)}\n")
    run = staffing.here("classify", portfolio)
    assert (run.returncode, "s3cret" in run.stderr) == (0, False)
    assert "does not exist" in run.stderr
    with pytest.raises(StoreUnusable) as caught:
        connect(gone)
    assert "s3cret" not in str(caught.value)
