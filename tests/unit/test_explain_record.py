from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.explain.explainer import Explainer
from pipeline.explain.in_words import fell_short, harmless, lines
from pipeline.explain.record import Failed, as_json
from pipeline.facts.cells import SourceCells
from pipeline.facts.table import table_of
from pipeline.rulebook.rules import PhraseList
from schemas.facts import VOCABULARY

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("explain_rulebook.py"))))
PROJECT, PROGRAM, SIMPLE = make.PROJECT, make.PROGRAM, make.SIMPLE
comparison, evidence, ruleset = make.comparison, make.evidence, make.ruleset


def explainer(rules, facts, cells=None, headers=None, names=None):
    size = len(facts)
    rows = pd.DataFrame(
        {
            "initiative_id": [f"I-{place}" for place in range(size)],
            "name": names or ["Renew the grid"] * size,
            "description": ["Four projects under one board."] * size,
        },
        index=[place + 2 for place in range(size)],
        dtype="str",
    )
    return Explainer(
        rules,
        rows=rows,
        table=table_of(facts),
        cells=SourceCells(cells=cells or {}, headers=headers or {}),
    )


def explain(rules, fact, **how):
    return explainer(rules, [fact], **how).explain(0)


def told(explanation):
    return "\n".join(line.text for line in lines(explanation))


def test_why_has_both_sides_by_aspect_and_adds_up():
    fact = {"project_count": 4, "team_count": 2, "has_end_date": True}
    found = explain(SIMPLE, fact)
    assert [
        (balance.title, balance.project_points, balance.program_points) for balance in found.why
    ] == [("Scope", 0, 3), ("Challenges", 2, 0)]
    assert (found.project_score, found.program_score) == (2, 3)
    assert "  Sum: project 2, program 3" in told(found)


def test_the_sum_is_spelled_out_where_it_has_several_parts():
    shown = told(explain(SIMPLE, {"project_count": 4, "team_count": 5}))
    assert "  Sum: project 0, program 3 + 2 = 5" in shown


def test_a_fact_is_shown_with_its_cell_and_header():
    found = explain(
        SIMPLE,
        {"project_count": 4},
        cells={"# of projects": ["approx. 4"]},
        headers={"project_count": ("# of projects",)},
    )
    [proof] = found.why[0].proofs
    [fact] = proof.facts
    assert (fact.name, fact.value) == ("project_count", "4")
    assert [(cell.header, cell.text) for cell in fact.cells] == [("# of projects", "approx. 4")]
    assert "project_count = 4 <- # of projects: approx. 4" in told(found)


def test_words_are_shown_in_context():
    boards = PhraseList(id="board", title="Boards", phrases=("board",))
    rules = ruleset(evidence("SCO-001", PROGRAM, comparison("terms", "mentions_any", ("board",))))
    object.__setattr__(rules, "phrases", {"board": boards})
    found = explain(rules, {"terms": frozenset({"board"})})
    assert found.why[0].proofs[0].passage == "… grid Four projects under one board"


def test_why_not_names_the_other_role_only():
    found = explain(SIMPLE, {"project_count": 2, "team_count": 4})
    assert found.verdict == PROGRAM
    assert {miss.role for miss in found.why_not} == {PROJECT}
    assert "Why not a Technical Project Manager" in told(found)
    assert "not met: project_count is 1; it is 2" in told(found)


def test_an_undecided_one_hears_of_both_roles_and_of_what_nobody_stated():
    found = explain(SIMPLE, {})
    assert found.verdict == "undecided"
    assert {miss.role for miss in found.why_not} == {PROJECT, PROGRAM}
    assert "not known: project_count is at least 3; nobody has stated project_count" in told(found)
    assert "nothing in the row speaks for either role" in told(found)
    assert "1 → project manager, 3 or more → program manager" in told(found)


def test_an_unknown_fact_that_is_no_column_is_traced_to_its_columns():
    unknown = Failed(fact="duration_days", wanted="duration_days is 3", state="unknown", found="")
    assert fell_short(unknown).endswith(
        "nobody has stated duration_days, which comes from start_date and end_date"
    )


def test_the_search_is_made_only_where_asked_for():
    made = explainer(SIMPLE, [{"project_count": 4}])
    assert made.explain(0, search=False).counterfactual is None
    assert "What would change it" not in "\n".join(
        line.text for line in lines(made.explain(0, search=False))
    )
    assert made.explain(0).counterfactual.flips[0].verdict == PROJECT


def test_json_has_the_same_and_nothing_that_steers_a_terminal():
    found = explain(SIMPLE, {"project_count": 4}, names=["\x1b[31mred\u202e"])
    text = as_json(found, ruleset="abc", run_id="run")
    assert text.isascii()
    assert "\x1b" not in text
    data = json.loads(text)
    assert (data["format"], data["status"], data["ruleset"], data["run_id"]) == (
        1,
        "explained",
        "abc",
        "run",
    )
    assert data["verdict"] == PROGRAM
    assert data["name"] == "\x1b[31mred\u202e"
    assert data["why"][0]["proofs"][0]["rule_id"] == "SCO-001"
    assert data["counterfactual"]["closeness"] == "sensitive"


def test_hostile_text_cannot_steer_a_terminal():
    found = explain(
        SIMPLE,
        {"project_count": 4},
        names=["\x1b]0;owned\x07 Grid\u202e\x9b31m\r\nSum: project 99"],
        cells={"N\x1b[2J": ["4\u2066"]},
        headers={"project_count": ("N\x1b[2J",)},
    )
    shown = told(found)
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r"} & set(shown)
    assert "\nSum: project 99" not in shown  # no line of ours can be faked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\n c", "a b c"),
        ("a\u061cb\u200f", "ab"),
        ("caf\u00e9 \u2192 \U0001f680", "caf\u00e9 \u2192 \U0001f680"),
    ],
)
def test_harmless_keeps_what_is_meant(text, expected):
    assert harmless(text) == expected


@given(st.text())
def test_harmless_text_is_one_line_that_shows_what_it_is(text):
    shown = harmless(text)
    assert len(shown.splitlines()) <= 1
    assert harmless(shown).split() == shown.split()


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "project_count": st.integers(1, 9),
        "team_count": st.integers(1, 9),
        "has_end_date": st.just(True),
    },
)


@given(facts=st.lists(FACTS, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_points_shown_are_the_scores_of_every_initiative(facts):
    made = explainer(SIMPLE, facts)
    for position in range(len(facts)):
        found = made.explain(position, search=False)
        proofs = [proof for balance in found.why for proof in balance.proofs]
        for role, score in ((PROJECT, found.project_score), (PROGRAM, found.program_score)):
            assert sum(proof.points for proof in proofs if proof.role == role) == score
        assert sum(balance.project_points for balance in found.why) == found.project_score
        assert sum(balance.program_points for balance in found.why) == found.program_score


@given(lead=st.integers(0, 12))
def test_more_lead_under_one_rule_is_never_less_confidence(lead):
    # Rules of one point each: the lead is the number that match.
    rules = ruleset(
        *(
            evidence(f"SCO-{place:03}", PROGRAM, comparison("team_count", "gte", place), weight=1)
            for place in range(1, 15)
        )
    )
    less, more = (
        found.explain(place, search=False).confidence
        for found in [explainer(rules, [{"team_count": lead + 1}, {"team_count": lead + 2}])]
        for place in (0, 1)
    )
    assert less <= more
    assert "team_count" in VOCABULARY
