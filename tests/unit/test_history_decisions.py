from __future__ import annotations

import os
import sqlite3
import stat

import pandas as pd
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from pipeline.history import connect, decisions, migrate
from pipeline.history.faults import HistoryError, StoreNewer, StoreUnusable, StoreUrlFaulty
from pipeline.history.store import look
from pipeline.history.tables import METADATA

ROW = {
    "initiative_id": "A",
    "decision": "agree",
    "decided_by": "Ines",
    "decided_on": "2026-11-20",
    "comment": "",
    "fingerprint": "f1",
    "verdict": "undecided",
    "evidence": "SCO-001;SCO-002",
}
REASON = (
    "the verdict turned from undecided to program manager; SCO-003 matches now; "
    "SCO-001 no longer matches"
)


def rows(*changes: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame([ROW | change for change in changes or ({},)])


def standing(**changes: str) -> pd.DataFrame:
    names = ("initiative_id", "fingerprint", "verdict", "evidence")
    return pd.DataFrame([{name: ROW[name] for name in names} | changes])


@pytest.fixture
def store(tmp_path):
    return connect(tmp_path / "history.sqlite")


def test_decision_stands_while_the_fingerprint_does(store):
    assert store.record_decisions("run-1", rows()) == 1
    assert store.decisions_in_force(standing()).to_dict("records") == [
        {
            "initiative_id": "A",
            "decision": "agree",
            "decided_by": "Ines",
            "decided_on": "2026-11-20",
            "comment": "",
            "run_id": "run-1",
            "state": "in_force",
            "reason": "",
        }
    ]


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (
            {"verdict": "program_manager", "evidence": "SCO-002;SCO-003"},
            REASON,
        ),
        ({}, "the weights of its evidence have changed"),
    ],
)
def test_decision_is_reopened_with_a_reason(store, now, reason):
    store.record_decisions("run-1", rows())
    decided = store.decisions_in_force(standing(fingerprint="f2", **now))
    assert decided[["state", "reason"]].to_numpy().tolist() == [
        ["reopened", f"Since it was decided, {reason}."]
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fields": "team_count 1→4", "cause": "data"}, "team_count 1→4; SCO-003 matches now"),
        ({"cause": "rules"}, "the rules changed; SCO-003 matches now"),
        (
            {"cause": "rules", "points": "SCO-001 2→3"},
            "SCO-003 matches now; rules give other points: SCO-001 2→3",
        ),
        ({"fields": "a; b; c; d; e; f; g"}, "a; b; c; d; e and 2 more; SCO-003 matches now"),
    ],
)
def test_reason_names_facts_and_weights_where_they_are_remembered(change, told):
    now = {**ROW, "evidence": f"{ROW['evidence']};SCO-003"}
    row = {"fields": "", "points": "", "cause": "", **change}
    assert decisions.reason(ROW, now, row) == f"Since it was decided, {told}."


def test_same_workbook_read_twice_is_recorded_once(store):
    assert store.record_decisions("run-1", rows()) == 1
    assert store.record_decisions("run-1", rows()) == 0


def test_the_latest_decision_counts_even_if_it_was_taken_before(store):
    for decision in ("agree", "defer", "agree"):
        assert store.record_decisions("run-1", rows({"decision": decision})) == 1
    assert store.decisions_in_force(standing())["decision"].tolist() == ["agree"]


def test_decisions_on_what_is_gone_are_left_out_and_none_is_a_typed_frame(store):
    store.record_decisions("run-1", rows())
    assert store.decisions_in_force(standing(initiative_id="B")).empty


def test_store_is_private_and_one_file(store, tmp_path):
    store.record_decisions("run-1", rows())
    assert [path.name for path in tmp_path.iterdir()] == ["history.sqlite"]
    assert stat.S_IMODE((tmp_path / "history.sqlite").stat().st_mode) == 0o640


def test_opening_and_reading_write_nothing(store, tmp_path):
    store.record_decisions("run-1", rows())
    before = (tmp_path / "history.sqlite").read_bytes()
    connect(tmp_path / "history.sqlite").decisions_in_force(standing())
    assert (tmp_path / "history.sqlite").read_bytes() == before


@pytest.mark.usefixtures("store")
def test_store_of_a_later_version_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreNewer, match="later version"):
        connect(path)
    assert path.read_bytes() == before


def test_damaged_store_is_refused_and_left_alone(tmp_path):
    content = b"this is no database, and long enough to tell" * 40
    path = tmp_path / "history.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreUnusable, match="not a database"):
        connect(path)
    assert path.read_bytes() == content


def test_link_is_not_followed(tmp_path):
    (tmp_path / "history.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnusable, match="it is a link"):
        connect(tmp_path / "history.sqlite")
    assert not os.path.lexists(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@127.0.0.1:1/x?password=s3cret",
        "mysql://me:s3cret@host/x",
        "me:s3cret@host",
        "postgresql://me:s3cret@[::/x",
        "sqlite+s3cret:///x",
    ],
)
def test_no_message_tells_a_secret(url):
    with pytest.raises(HistoryError) as caught:
        connect(url)
    assert "s3cret" not in str(caught.value)


def test_url_of_another_database_is_refused():
    with pytest.raises(StoreUrlFaulty):
        connect("mysql://me@host/x")


def test_migrations_make_the_tables_that_the_program_uses(store):
    with create_engine("sqlite://").begin() as connection:
        config = migrate.alembic_config(connection)
        assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD
        command.upgrade(config, "head")
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        migrated = _schema(connection)
    with store.reading() as connection:
        assert _schema(connection) == migrated
        assert connection.execute(text("SELECT * FROM alembic_version")).all() == [(migrate.HEAD,)]


def test_store_of_the_first_version_is_migrated_with_all_it_holds(tmp_path):
    path = tmp_path / "history.sqlite"
    with create_engine(f"sqlite:///{path}").begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0001")
        row = text("INSERT INTO facts VALUES ('A', 1, 2147483647, 'd', :facts, 't', '{}')")
        connection.execute(row, {"facts": '{"project_count": 1}'})
    old = look(path)
    assert (old.version, old.is_current) == ("0001", False)
    with connect(path).reading() as connection:
        kept = connection.execute(text("SELECT * FROM facts")).mappings().one()
        assert {**kept} == {
            "initiative_id": "A",
            "first": 1,
            "last": 2147483647,
            "digest": "d",
            "facts": '{"project_count": 1}',
            "description": "t",
        }
    assert look(path).is_current


def _schema(connection):
    """What SQLite says of each table and index, white space aside."""
    made = connection.execute(text("SELECT name, sql FROM sqlite_master")).all()
    return {name: " ".join((sql or "").split()) for name, sql in made}


def test_tables_of_somebody_else_are_left_alone(tmp_path):
    path = tmp_path / "theirs.sqlite"
    with create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(text("CREATE TABLE run (theirs TEXT)"))
    with pytest.raises(StoreUnusable, match="run already exists"):
        connect(path)
    with create_engine(f"sqlite:///{path}").begin() as connection:
        assert set(_schema(connection)) == {"run"}
