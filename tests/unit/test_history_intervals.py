"""Interval rows against a plain list of what every run said."""

from __future__ import annotations

import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.history import connect, runs
from pipeline.history.tables import EVIDENCE, INTERVALS, RUNS, VERDICTS

MADE = runpy.run_path(str(Path(__file__).with_name("history_runs.py")))
run_of, said_at, state_of = MADE["run_of"], MADE["said_at"], MADE["state_of"]


@pytest.mark.parametrize("seed", range(4))
def test_runs_in_any_order_are_remembered_in_the_fewest_rows(tmp_path, seed):
    MADE["check_in_any_order"](connect(tmp_path / "history.sqlite"), seed)


def test_the_same_run_again_changes_no_row(tmp_path):
    path = tmp_path / "history.sqlite"
    store = connect(path)
    for number, day in enumerate(("2026-01-01", "2026-01-02")):
        with store.writing() as connection:
            runs.record(connection, run_of(number, day), state_of({"A": "x"}), {"r.yaml": "1"})
    with store.reading() as connection:
        before = connection.execute(select(EVIDENCE)).all()
    with store.writing() as connection:
        runs.record(connection, run_of(0, "2026-01-01"), state_of({"A": "x"}), {"r.yaml": "2"})
    with store.reading() as connection:
        assert connection.execute(select(EVIDENCE)).all() == before


def test_runs_of_one_day_are_ordered_by_when_they_ran(tmp_path):
    store = connect(tmp_path / "history.sqlite")
    for number, moment in ((1, "T09"), (2, "T07"), (3, "T08")):
        with store.writing() as connection:
            runs.record(connection, run_of(number, "2026-01-01", moment), state_of({}), {})
    with store.reading() as connection:
        assert [each.run.run_id for each in runs.everyone(connection)] == [
            "run-2",
            "run-3",
            "run-1",
        ]
        earlier = runs.before(connection, "2026-01-01", "T08")
        assert earlier is not None
        assert earlier.run.run_id == "run-3"
        assert runs.before(connection, "2025-12-31", "T08") is None


def test_forgetting_keeps_what_the_last_runs_said(tmp_path):
    store = connect(tmp_path / "history.sqlite")
    told = [{"A": "a", "B": "a"}, {"A": "a", "B": "b"}, {"A": "a"}, {"A": "c", "B": "b"}]
    for number, said in enumerate(told):
        with store.writing() as connection:
            runs.record(connection, run_of(number, f"2026-01-0{number + 1}"), state_of(said), {})
    with store.writing() as connection:
        assert runs.forget(connection, 2) == 2
        assert runs.forget(connection, 2) == 0
    with store.reading() as connection:
        assert connection.execute(select(RUNS.c.number)).scalars().all() == [3, 4]
        assert [said_at(connection, number) for number in (3, 4)] == told[2:]
        assert connection.execute(select(func.count()).select_from(EVIDENCE)).scalar() == 3


def test_many_quiet_nights_add_no_rows(tmp_path):
    store = connect(tmp_path / "history.sqlite")
    many = {f"I-{number}": "same" for number in range(400)}
    for night in range(12):
        said = many | {"I-7": str(night // 4)}
        with store.writing() as connection:
            runs.record(connection, run_of(night, f"2026-01-{night + 1:02d}"), state_of(said), {})
    with store.reading() as connection:
        rows = connection.execute(select(func.count()).select_from(EVIDENCE)).scalar()
        assert rows == 400 + 2
        assert connection.execute(select(func.count()).select_from(VERDICTS)).scalar() == 0
    assert len(INTERVALS) == 3


CRASH = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from sqlalchemy import Engine, event
from pipeline.history import connect, runs
from history_runs import run_of, state_of
store, left = connect({url!r}), [{call}]
def kill(*_):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "after_cursor_execute", kill)
with store.writing() as connection:
    runs.record(connection, run_of(2, "2026-01-02"), state_of({{"A": "y", "B": "y"}}), {{"r": "2"}})
"""


@pytest.mark.parametrize("call", [3, 9])
def test_killed_while_it_is_being_remembered(tmp_path, call):
    path = tmp_path / "history.sqlite"
    store = connect(path)
    with store.writing() as connection:
        runs.record(connection, run_of(1, "2026-01-01"), state_of({"A": "x", "B": "y"}), {})
    code = CRASH.format(tests=str(Path(__file__).parent), url=f"sqlite:///{path}", call=call)
    killed = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    for said in ({"A": "x", "B": "y"}, {"A": "y", "B": "y"}):
        with store.reading() as connection:
            last = len(runs.everyone(connection))
            assert said_at(connection, last) == said
        with store.writing() as connection:
            runs.record(connection, run_of(2, "2026-01-02"), state_of({"A": "y", "B": "y"}), {})
    assert [each.name for each in tmp_path.iterdir()] == ["history.sqlite"]
