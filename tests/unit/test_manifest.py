from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline import manifest
from pipeline.ingest.raw import MappedColumn, RawPortfolio, Source
from pipeline.report.data import Counts
from pipeline.rulebook import loader

DAY = date(2026, 6, 30)
COUNTS = Counts(
    read=10,
    project_manager=4,
    program_manager=3,
    undecided=2,
    quarantined=1,
    derived=5,
    warnings=6,
    blank_rows=7,
    totals_rows=8,
)


@pytest.fixture(scope="module")
def ruleset(small_rules):
    return loader.load(small_rules)


@pytest.fixture
def raw() -> RawPortfolio:
    return RawPortfolio(
        cells=pd.DataFrame({"Title": ["a"], "Cost (£m)": ["1"], "Note": [""]}, index=[2]),
        mapping=(
            MappedColumn(canonical="name", headers=("Title",), by="alias"),
            MappedColumn(
                canonical="budget", headers=("Cost (£m)",), by="alias", unit=10**6, currency="GBP"
            ),
        ),
        unmapped=("Note",),
        source=Source(
            name="given.csv",
            sha256="ab" * 32,
            bytes=12,
            format="csv",
            encoding="utf-8",
            delimiter=";",
            header_line=3,
        ),
        problems=(),
    )


def _draft(raw, ruleset, counts=COUNTS):
    return manifest.draft(raw, ruleset, counts, run_id="x", as_of=DAY)


def test_keys_are_those_of_the_contract(raw, ruleset):
    whole = json.loads(manifest.complete(_draft(raw, ruleset), []))
    assert {"run_id", "as_of", "status", "input", "ruleset", "counts", "outputs", "versions"} <= {
        *whole
    }
    assert {
        "name",
        "sha256",
        "bytes",
        "sheet",
        "encoding",
        "delimiter",
        "header_line",
        "mapping",
    } <= {*whole["input"]}
    assert {"id", "version", "sha256", "rules"} <= {*whole["ruleset"]}
    assert {
        "read",
        "project_manager",
        "program_manager",
        "undecided",
        "quarantined",
        "derived",
    } <= {*whole["counts"]}


def test_what_was_read_is_told(raw, ruleset):
    told = _draft(raw, ruleset)
    assert told["as_of"] == "2026-06-30"
    assert told["input"]["name"] == "given.csv"
    assert (told["input"]["delimiter"], told["input"]["header_line"]) == (";", 3)
    assert told["input"]["mapping"]["budget"] == {
        "headers": ["Cost (£m)"],
        "by": "alias",
        "unit": 10**6,
        "currency": "GBP",
    }
    assert told["input"]["unmapped"] == ["Note"]
    assert told["ruleset"]["sha256"] == ruleset.sha256
    assert told["counts"]["read"] == 10


@pytest.mark.parametrize(("quarantined", "status"), [(0, "complete"), (1, "quarantined")])
def test_status_tells_whether_rows_are_quarantined(raw, ruleset, quarantined, status):
    counts = replace(COUNTS, quarantined=quarantined)
    assert _draft(raw, ruleset, counts)["status"] == status


def test_no_time_and_no_host(raw, ruleset):
    text = manifest.complete(_draft(raw, ruleset), []).decode()
    keys = set(re.findall(r'"(\w+)":', text))
    assert not keys & {"time", "started", "seconds", "host", "user", "cwd", "path", "argv"}
    assert str(Path.cwd()) not in text


def test_outputs_with_hash_and_size_by_name(raw, ruleset, tmp_path):
    paths = [tmp_path / name for name in ("b.csv", "a.csv")]
    for path in paths:
        path.write_bytes(path.name.encode())
    outputs = json.loads(manifest.complete(_draft(raw, ruleset), paths))["outputs"]
    assert outputs == [
        {"name": name, "sha256": hashlib.sha256(name.encode()).hexdigest(), "bytes": 5}
        for name in ("a.csv", "b.csv")
    ]


def test_half_characters_and_accents_are_json(raw, ruleset):
    odd = replace(raw, unmapped=("half \ud83d", "Größe"))
    text = manifest.complete(_draft(odd, ruleset), [])
    assert json.loads(text)["input"]["unmapped"] == ["half \ud83d", "Größe"]
    assert "Größe".encode() in text


def _id(raw, ruleset, **options):
    return manifest.run_id(raw, ruleset, as_of=options.pop("as_of", DAY), options=options)


def test_id_is_day_and_eight_digits(raw, ruleset):
    assert re.fullmatch(r"2026-06-30-[0-9a-f]{8}", _id(raw, ruleset))


def test_same_work_has_the_same_id(raw, ruleset):
    assert _id(raw, ruleset, sheet="", profile="x") == _id(raw, ruleset, profile="x", sheet="")


def test_other_work_has_another_id(raw, ruleset, monkeypatch):
    ids = [
        _id(raw, ruleset),
        _id(replace(raw, source=replace(raw.source, sha256="cd" * 32)), ruleset),
        _id(replace(raw, source=replace(raw.source, name="other.csv")), ruleset),
        _id(raw, replace(ruleset, sha256="ef" * 32)),
        _id(raw, ruleset, as_of=date(2026, 7, 1)),
        _id(raw, ruleset, profile="jira"),
        _id(raw, ruleset, sheet="jira"),
    ]
    monkeypatch.setattr(manifest, "version", lambda _: "9.9.9")
    ids.append(_id(raw, ruleset))
    assert len(set(ids)) == len(ids)


def test_editing_the_alias_data_is_other_work(raw, ruleset, monkeypatch, tmp_path):
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "jira.yaml").write_text("a: 1")
    monkeypatch.setattr(manifest, "files", lambda _: tmp_path)
    before = _id(raw, ruleset)
    assert _id(raw, ruleset) == before
    (tmp_path / "profiles" / "jira.yaml").write_text("a: 2")
    assert _id(raw, ruleset) != before
