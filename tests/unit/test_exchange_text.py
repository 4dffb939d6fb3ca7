"""Conditions as text, and files in the house format: what is written is what is read."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ruletools.exchange.condition_text import (
    ConditionFault,
    cell_text,
    parse_cell,
    parse_whole,
    whole_text,
)
from pipeline.ruletools.exchange.entries import canonical, canonical_condition, flattened
from pipeline.ruletools.exchange.house_yaml import phrase_text, rule_text
from schemas import strict_yaml

SMALL = runpy.run_path(str(Path(__file__).with_name("small_rulebook.py")))["FILES"]
RULES = Path(__file__).resolve().parents[2] / "rules"


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        (">= 3", [{"gte": 3}]),
        (">=3", [{"gte": 3}]),
        ("≥ 3", [{"gte": 3}]),
        ("> 0 and <= 5", [{"gt": 0}, {"lte": 5}]),
        ("1..2", [{"gte": 1}, {"lte": 2}]),
        ("-2..2", [{"gte": -2}, {"lte": 2}]),
        ("= 1", [{"equals": 1}]),
        ("1", [{"equals": 1}]),
        ("< 0.5", [{"lt": 0.5}]),
        ("= fixed", [{"equals": "fixed"}]),
        ("Fixed", [{"equals": "fixed"}]),
        ("fixed | evolving", [{"one_of": ["fixed", "evolving"]}]),
        ("TRUE", [{"equals": True}]),
        ("= false", [{"equals": False}]),
        ("known", [{"exists": True}]),
        ("Unknown", [{"exists": False}]),
        ("mentions: a | b", [{"mentions_any": ["a", "b"]}]),
    ],
)
def test_a_cell_says(text, nodes):
    assert parse_cell("team_count", text) == [{"fact": "team_count", **node} for node in nodes]


def test_plain_names_in_a_column_of_text_are_phrase_lists():
    assert parse_cell("terms", "a | b") == [{"fact": "terms", "mentions_any": ["a", "b"]}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (">=", "a value is missing at the end"),
        ("3 4", "'4' is not expected here"),
        ("> 1,000", "'1,000' cannot be read"),
        ("!= 3", "there is no 'is not'"),
        ("3 and", "a value is missing at the end"),
        ("a |", "a value is missing at the end"),
        ("; drop", "';' cannot be read"),
        ("and", "'and' stands where a value is expected"),
        ("x" * 9_000, "the cell has 9,000 characters"),
    ],
)
def test_what_is_no_condition_is_told(text, problem):
    with pytest.raises(ConditionFault) as caught:
        parse_cell("team_count", text)
    assert caught.value.problem == problem
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["(a known", "a known)", "a", "(" * 50 + "a known" + ")" * 50, "", "a known or"]
)
def test_a_whole_condition_that_is_none_is_told(text):
    with pytest.raises(ConditionFault):
        parse_whole(text)


NAMES = st.sampled_from(["team_count", "scope_definition", "terms", "has_end_date"])
WORDS = st.lists(
    st.sampled_from(["fixed", "evolving", "many_things", "x9"]), min_size=1, max_size=3
)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1000, 1000).map(
    lambda value: round(value, 3) + 0.0  # no -0.0, which is written as 0
)


def _node(name, operator, value):
    return {"fact": name, operator: value}


COMPARISONS = st.one_of(
    st.builds(_node, st.just("team_count"), st.sampled_from(["gt", "gte", "lt", "lte"]), NUMBERS),
    st.builds(_node, NAMES, st.just("exists"), st.booleans()),
    st.builds(_node, st.just("scope_definition"), st.just("equals"), st.sampled_from(["fixed"])),
    st.builds(_node, st.just("scope_definition"), st.just("one_of"), WORDS),
    st.builds(_node, st.just("terms"), st.just("mentions_any"), WORDS),
    st.builds(_node, st.just("has_end_date"), st.just("equals"), st.booleans()),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(
        lambda join, members: {join: members},
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@given(st.lists(COMPARISONS, min_size=1, max_size=3))
def test_comparisons_of_one_fact_come_back(nodes):
    nodes = [{"fact": "f", **{k: v for k, v in node.items() if k != "fact"}} for node in nodes]
    back = parse_cell("f", cell_text(nodes))
    assert canonical_condition({"all": back}) == canonical_condition({"all": nodes})


@given(CONDITIONS)
def test_whole_conditions_come_back(condition):
    back = parse_whole(whole_text(condition))
    assert canonical_condition(back) == canonical_condition(condition)
    assert canonical_condition(flattened(condition)) == canonical_condition(condition)


def test_conditions_that_mean_something_else_are_not_equal():
    one = {
        "all": [
            {"fact": "a", "gte": 1},
            {"any": [{"fact": "b", "gte": 1}, {"fact": "c", "gte": 1}]},
        ]
    }
    other = {
        "any": [
            {"all": [{"fact": "a", "gte": 1}, {"fact": "b", "gte": 1}]},
            {"fact": "c", "gte": 1},
        ]
    }
    assert canonical_condition(one) != canonical_condition(other)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).map(
    lambda text: " ".join(text.split())
)


@given(
    title=TEXT.filter(bool),
    name=TEXT.filter(bool),
    text=TEXT,
    gap=TEXT.filter(bool),
    number=st.floats(0, 1).map(lambda value: round(value, 6)),
)
def test_a_rule_file_says_what_it_was_written_from(title, name, text, gap, number):
    data = {
        "id": "SCO-001",
        "title": title,
        "version": 3,
        "decisive": True,
        "confidence": {"at_least": number, "at_most": 1.0},
        "when": {"any": [{"fact": "a", "gte": 1}, {"all": [{"fact": "b", "one_of": [name, "x"]}]}]},
        "known_gaps": [gap],
        "examples": {"match": [{"name": name, "facts": {"a": 1, "b": False}, "text": text}]},
    }
    if not text:
        del data["examples"]["match"][0]["text"]
    assert strict_yaml.load(rule_text(data), name="x") == data


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=4), TEXT.filter(bool))
def test_a_phrase_file_says_what_it_was_written_from(phrases, title):
    data = {"id": "x", "title": title, "note": title, "phrases": phrases, "unless": phrases[:1]}
    assert strict_yaml.load(phrase_text(data), name="x") == data


def test_files_of_the_house_are_written_as_they_are():
    """So that a change through a workbook is seen as that change and nothing else."""
    for name, text in SMALL.items():
        if name != "ruleset.yaml":
            write = phrase_text if name.startswith("phrases/") else rule_text
            without_comments = "".join(
                line for line in text.splitlines(keepends=True) if not line.startswith("#")
            )
            assert write(strict_yaml.load(text, name=name)) == without_comments, name


def test_every_file_of_the_rulebook_can_be_written_again():
    files = [path for path in sorted(RULES.rglob("*.yaml")) if path.parent != RULES]
    assert files
    for path in files:
        data = strict_yaml.load(path.read_text(encoding="utf-8"), name=path.name)
        write = phrase_text if path.parent.name == "phrases" else rule_text
        again = strict_yaml.load(write(data), name=path.name)
        assert canonical(again) == canonical(data), path.name
        assert again.keys() == data.keys(), path.name
