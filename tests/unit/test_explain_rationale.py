from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.explain.matches import Match, by_initiative, show
from pipeline.explain.rationale import rationales
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.rulebook.rules import EvidenceRule

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, all_of, evidence = heart["compare"], heart["all_of"], heart["evidence"]
ABBREVIATED = re.compile(r"\b(TPMs?|PMs?|PgMs?|PgM)\b")


def explained(ruleset, facts):
    table = table_of(facts)
    evidence_ = Engine(ruleset.evidence).decide(table)
    verdicts = verdict.decide(ruleset, Engine(ruleset.verdict), verdict.tally(evidence_))
    matches = by_initiative(evidence_, table)
    return verdicts, matches, rationales(ruleset, verdicts, matches)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return loader.load(heart["write_rulebook"](tmp_path_factory.mktemp("small")))


def test_nothing_known(small):
    _, _, texts = explained(small, [{}])
    assert texts == ["Undecided: nothing in the row speaks for either role."]


def test_a_verdict_says_who_by_how_much_and_why(small):
    _, _, [text] = explained(small, [{"team_count": 5, "terms": frozenset({"many_teams"})}])
    assert text == (
        "Program manager, 3 points to 0. A test. "
        "For: It holds (SCO-001, +2); It holds (SCO-002, +1)."
    )


def test_what_speaks_against_it_is_said_too(small):
    facts = [{"project_count": 3, "unit_count": 4, "team_count": 9, "scope_definition": "fixed"}]
    _, _, [text] = explained(small, facts)
    assert text == (
        "Program manager, 5 points to 2. A test. "
        "For: It holds (CHA-001, +3); It holds (SCO-001, +2). Against: It holds (SCO-003, +2)."
    )


def test_an_undecided_row_shows_both_sides(small):
    _, _, [text] = explained(small, [{"team_count": 5, "scope_definition": "fixed"}])
    assert text == (
        "Undecided: 2 points for a project manager and 2 points for a program manager. "
        "For a project manager: It holds (SCO-003, +2). "
        "For a program manager: It holds (SCO-001, +2)."
    )


def test_one_point_is_one_point(small):
    _, _, [text] = explained(small, [{"terms": frozenset({"many_teams"})}])
    assert text.startswith(
        "Undecided: 0 points for a project manager and 1 point for a program manager."
    )


def test_experimental_evidence_is_shown_and_weighs_nothing(tmp_path):
    rule = {**heart["BASIC"]["scope/SCO-001.yaml"], "status": "experimental"}
    ruleset = loader.load(heart["write_rulebook"](tmp_path, {"scope/SCO-001.yaml": rule}))
    _, _, [text] = explained(ruleset, [{"team_count": 5}])
    assert "0 points for a program manager" in text
    assert "SCO-001, +0" in text


SOME = st.fixed_dictionaries(
    {"terms": st.sets(st.just("many_teams")).map(frozenset)},
    optional={
        "team_count": st.integers(0, 6),
        "project_count": st.integers(0, 6),
        "unit_count": st.integers(0, 6),
        "scope_definition": st.sampled_from(("fixed", "evolving")),
    },
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(facts=st.lists(SOME, min_size=1, max_size=20))
def test_the_points_shown_add_up_to_the_scores(small, facts):
    verdicts, matches, texts = explained(small, facts)
    for place, (found, text) in enumerate(zip(matches, texts, strict=True)):
        for role in ("project", "program"):
            score = verdicts.tally.columns[f"{role}_score"].values[place]
            mine = [
                match.rule.points for match in found if match.rule.evidence_for == f"{role}_manager"
            ]
            assert score == sum(mine)
        # The small rulebook has three rules a role at most, so all are shown.
        shown = sum(int(points) for points in re.findall(r", \+(\d)\)", text))
        rest = "more" in text
        total = sum(match.rule.points for match in found)
        assert shown == total or (rest and shown < total)
        stated = [int(number) for number in re.findall(r"(\d+) points?\b", text)]
        stated += [int(number) for number in re.findall(r"points? to (\d+)", text)]
        if found:
            assert sum(stated) == total


def test_more_reasons_than_are_shown_are_counted(tmp_path):
    files = {
        f"scope/SCO-{number:03}.yaml": heart["evidence_file"](
            f"SCO-{number:03}", {"fact": "team_count", "gte": number - 9}, weight=1
        )
        for number in range(10, 16)
    }
    ruleset = loader.load(heart["write_rulebook"](tmp_path, files))
    _, _, [text] = explained(ruleset, [{"team_count": 99}])
    assert "SCO-001, +2" in text  # the weightiest first, then in order of id
    assert text.index("SCO-001") < text.index("SCO-010") < text.index("SCO-011")
    assert text.endswith("; and 4 more.")


def test_roles_are_spelled_out_everywhere(small):
    ruleset = loader.load(heart["RULES"])
    texts = [
        *(rule.title for rule in ruleset.rules),
        *(rule.rationale for rule in ruleset.rules),
        *(item.title for item in ruleset.phrases.values()),
        *(aspect.title for aspect in ruleset.aspects),
    ]
    for rules in (small, ruleset):
        facts = heart["random_facts"](3, 60)
        texts += explained(rules, [{**fact, "terms": frozenset()} for fact in facts])[2]
    assert [text for text in texts if ABBREVIATED.search(text)] == []


# ---------------------------------------------------------------- matches


def matches_of(rule, facts):
    table = table_of(facts)
    return by_initiative(Engine([rule]).decide(table), table)


def test_a_rationale_is_filled_with_the_facts_of_each_initiative():
    rule = evidence(
        1,
        all_of(
            compare("team_count", "gte", 1),
            compare("budget_eur", "gte", 1.0),
            compare("delivery_model", "exists", value=True),
            compare("has_end_date", "equals", value=True),
        ),
        rationale="{team_count} teams, {budget_eur} euro, {delivery_model}, {has_end_date}",
    )
    known = {"budget_eur": 1234567.8, "delivery_model": "one_off", "has_end_date": True}
    found = matches_of(rule, [{"team_count": 1200, **known}, {}, {"team_count": 2, **known}])
    assert [[match.text for match in each] for each in found] == [
        ["1,200 teams, 1,234,568 euro, one off, true"],
        [],
        ["2 teams, 1,234,568 euro, one off, true"],
    ]


def test_double_braces_are_braces():
    when = compare("team_count", "gte", 1)
    [[match]] = matches_of(evidence(1, when, rationale="a {{b}}"), [{"team_count": 1}])
    assert match.text == "a {b}"
    rule = evidence(1, when, rationale="{team_count} {{b}}")
    [[match]] = matches_of(rule, [{"team_count": 1}])
    assert match.text == "1 {b}"


def test_matches_come_in_order_of_rule_id():
    rules = [
        evidence(number, compare("team_count", "gte", 1), aspect=f"aspect_{number % 3}")
        for number in (9, 3, 6, 1, 4)
    ]
    table = table_of([{"team_count": 3}])
    [found] = by_initiative(Engine(rules).decide(table), table)
    assert [match.rule.id[-1] for match in found] == ["1", "3", "4", "6", "9"]
    assert all(isinstance(match, Match) for match in found)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("team_count", 1234, "1,234"),
        ("days_to_end", -30, "-30"),
        ("budget_eur", 1_500_000.5, "1,500,000"),
        ("delivery_model", 0, "one off"),
        ("stakeholder_level", 2, "executive"),
        ("has_end_date", True, "true"),
    ],
)
def test_a_value_in_words(name, value, words):
    assert show(name, value) == words


def test_real_rationales_can_always_be_filled():
    """Every rule of the rulebook, on facts around its own constants."""
    ruleset = loader.load(heart["RULES"])
    for rule in ruleset.rules:
        facts = [dict(example.facts) for example in rule.examples if example.matches]
        found = matches_of(rule, facts)
        assert all("{" not in match.text for each in found for match in each)
        assert any(found) or isinstance(rule, EvidenceRule)
