"""What the graph shows besides clusters."""

from __future__ import annotations

import runpy
from pathlib import Path

from pipeline import programs
from pipeline.programs import search

helper = runpy.run_path(str(Path(__file__).with_name("programs_portfolio.py")))
rows = helper["rows"]


def findings(frame, kind, **options):
    found = programs.find(frame, ["undecided"] * len(frame), (), **options).findings
    return found[found["kind"] == kind]


def waiting(**links):
    """Initiatives by id, each with those it waits for."""
    return [
        {"initiative_id": key, "name": f"Work {key}", "depends_on": tuple(targets) or None}
        for key, targets in links.items()
    ]


def test_a_circle_is_shown_once_from_its_first_id():
    found = findings(rows(*waiting(c="a", b="c", a="b", d="a")), "dependency_cycle")
    assert found["initiative_id"].to_list() == ["a"]
    assert found["others"].to_list() == ["b; c"]
    assert "circle: a → b → c → a." in found["text"].iloc[0]


def test_the_shortest_circles_of_a_tangle_stand_first():
    frame = rows(*waiting(a="bc", b="c", c="da", d="a", e="f", f="e"))
    found = findings(frame, "dependency_cycle")
    assert found["initiative_id"].to_list() == ["a", "a", "a", "e"][-len(found) :]
    assert found["others"].to_list()[0] == "c"
    assert found["others"].to_list()[-1] == "f"


def test_the_circles_of_a_tangle_are_few():
    ids = "abcdefghijklmnop"
    everybody = {key: ids.replace(key, "") for key in ids}
    assert len(findings(rows(*waiting(**everybody)), "dependency_cycle")) == 5


def test_a_long_circle_is_found():
    ids = [f"I{place:04}" for place in range(1500)]
    links = [
        {"initiative_id": key, "name": key, "depends_on": (ids[place - 1],)}
        for place, key in enumerate(ids)
    ]
    found = findings(rows(*links), "dependency_cycle")
    assert len(found) == 1
    assert found["others"].iloc[0].count(";") == 1498


def test_parents_in_a_circle_are_named_in_full():
    links = {"a": "c", "c": "b", "b": "a", "d": "a", "e": "f", "f": "e", "g": None}
    frame = rows(
        *({"initiative_id": key, "name": key, "parent_id": parent} for key, parent in links.items())
    )
    found = findings(frame, "parent_cycle")
    assert found["initiative_id"].to_list() == ["a", "e"]
    assert found["others"].to_list() == ["c; b", "f"]
    assert "circle: a → c → b → a." in found["text"].iloc[0]


def test_a_long_circle_of_parents_is_named_in_full():
    ids = [f"I{place:04}" for place in range(1500)]
    frame = rows(
        *(
            {"initiative_id": key, "name": key, "parent_id": ids[place - 1]}
            for place, key in enumerate(ids)
        )
    )
    assert findings(frame, "parent_cycle")["others"].iloc[0].count(";") == 1498


def test_no_circle_without_one():
    assert findings(rows(*waiting(a="", b="a", c="ab")), "dependency_cycle").empty


def test_ids_that_nobody_has():
    frame = rows(*waiting(a="zyb", b="q"))
    found = findings(frame, "unknown_dependency", quarantined=["q"])
    assert found["initiative_id"].to_list() == ["a"]
    assert found["others"].to_list() == ["y; z"]
    assert found["text"].iloc[0].startswith("It depends on y, z, which the portfolio does not have")
    set_aside = findings(frame, "quarantined_dependency", quarantined=["q"])
    assert set_aside[["initiative_id", "others"]].to_numpy().tolist() == [["b", "q"]]


def family(owner, index=None):
    parent = {"initiative_id": "P", "name": "Parent", "owner": owner}
    children = [
        {"initiative_id": f"C{place}", "name": "Child", "parent_id": "P", "owner": "Bo"}
        for place in range(2)
    ]
    return rows(parent, *children, index=index)


def test_a_parent_without_a_lead():
    assert findings(family("Ada"), "program_without_lead").empty
    found = findings(family(None), "program_without_lead")
    assert found[["initiative_id", "others"]].to_numpy().tolist() == [["P", "C0; C1"]]
    assert "2 initiatives name it as parent, and no lead is named" in found["text"].iloc[0]


def test_a_parent_without_a_row():
    found = findings(family(None, index=[-1, 2, 3]), "program_without_lead")
    assert "it has no row of its own" in found["text"].iloc[0]


def test_no_lead_is_missed_where_none_is_ever_named():
    frame = family(None).assign(owner=None).astype({"owner": "str"})
    assert findings(frame, "program_without_lead").empty


def test_a_member_that_ties_two_clusters():
    chain = {f"A{place:02}": [f"A{place - 1:02}"] if place else [] for place in range(60)}
    frame = rows(
        *(
            {"initiative_id": key, "name": key, "depends_on": tuple(targets) or None}
            for key, targets in chain.items()
        )
    )
    found = programs.find(frame, ["undecided"] * 60, ())
    bridges = found.findings[found.findings["kind"] == "bridge"]
    cluster = dict(zip(found.members["initiative_id"], found.members["cluster_id"], strict=True))
    crossing = {
        key
        for source, targets in chain.items()
        for target in targets
        for key in (source, target)
        if cluster[source] != cluster[target]
    }
    assert crossing
    assert set(bridges["initiative_id"]) == crossing


def test_findings_beyond_the_most_are_counted(monkeypatch):
    monkeypatch.setattr(search, "MOST_FINDINGS", 2)
    frame = rows(*waiting(a="z", b="z", c="z", d="z"))
    found = programs.find(frame, ["undecided"] * 4, ())
    assert found.findings["initiative_id"].to_list() == ["a", "b"]
    assert found.left_off == {"unknown_dependency": 2}
