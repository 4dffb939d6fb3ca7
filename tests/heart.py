"""Small rules, rulebooks, facts and rows for the tests of the classifier's heart.

Tests load it with ``runpy``, since test folders are no packages.
"""

from __future__ import annotations

import datetime as dt
import operator
import random
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from hypothesis import strategies as st

from pipeline.facts.table import table_of
from pipeline.rulebook.conditions import Comparison, Group
from pipeline.rulebook.rules import AdvisoryRule, EvidenceRule
from schemas.columns import COLUMNS
from schemas.facts import VOCABULARY

DAY = dt.date(2026, 1, 1)
ROOT = Path(__file__).parents[1]
RULES = ROOT / "rules"

# ---------------------------------------------------------------- rules in memory


def compare(fact, operator, value):
    return Comparison(fact=fact, operator=operator, value=value)


def all_of(*members):
    return Group(join="all", members=members)


def any_of(*members):
    return Group(join="any", members=members)


def evidence(number, when, **more):
    head = {
        "id": f"TST-{number:03}",
        "kind": "evidence",
        "title": "A test",
        "status": "stable",
        "version": 1,
        "created": DAY,
        "modified": DAY,
        "owner": "tests",
        "rationale": "It holds.",
        "aspect": "scope",
        "evidence_for": "program_manager",
        "weight": 1,
        "basis": "structure",
    }
    return EvidenceRule(**{**head, "when": when, **more})


def advisory(number, when, **more):
    head = {
        "id": f"ADV-{number:03}",
        "kind": "advisory",
        "title": "A test",
        "status": "stable",
        "version": 1,
        "created": DAY,
        "modified": DAY,
        "owner": "tests",
        "rationale": "It holds.",
        "severity": "note",
    }
    return AdvisoryRule(**{**head, "when": when, **more})


# ---------------------------------------------------------------- random rules and facts

LISTS = ("alpha", "beta", "gamma", "delta", "epsilon")
WHOLE = ("project_count", "team_count", "child_count", "days_to_end")
WHOLES = (-(10**12), -3, -1, 0, 1, 2, 3, 4, 5, 2**31, 2**49, 10**12, 10**15 - 1)
DECIMAL = (
    *(-1.5, -0.0, 0.0, 0.0001, 0.0002, 0.1, 0.3, 0.5, 1.0, 3.0, 3.0001, 1e5, 1e6, 12_300_000.01),
    *(99_999_999_999.99, 1e14, 1e15 - 1),
)
FLAGS = ("has_end_date", "has_parent", "is_derived")
CHOICES = ("stakeholder_level", "scope_definition")
TERMS = ("terms", "name_terms")
POOLS = {
    **dict.fromkeys(WHOLE, WHOLES),
    "budget_eur": DECIMAL,
    **dict.fromkeys(FLAGS, (True, False)),
    **{name: VOCABULARY[name].choices for name in CHOICES},
}


def _comparisons():
    ordered = ("gt", "gte", "lt", "lte")

    def of(names, operators, values):
        return st.builds(
            compare, st.sampled_from(names), st.sampled_from(operators), st.sampled_from(values)
        )

    names = st.lists(st.sampled_from(LISTS), min_size=1, max_size=3, unique=True).map(tuple)
    choices = [
        strategy
        for name in CHOICES
        for strategy in (
            of((name,), ("equals",), VOCABULARY[name].choices),
            st.builds(
                compare,
                st.just(name),
                st.just("one_of"),
                st.lists(
                    st.sampled_from(VOCABULARY[name].choices), min_size=1, max_size=3, unique=True
                ).map(tuple),
            ),
        )
    ]
    return st.one_of(
        of(WHOLE, ("equals", *ordered), WHOLES),
        of(("budget_eur",), ordered, DECIMAL),
        of(FLAGS, ("equals",), (True, False)),
        of(tuple(POOLS), ("exists",), (True, False)),
        st.builds(compare, st.sampled_from(TERMS), st.just("mentions_any"), names),
        *choices,
    )


COMPARISONS = _comparisons()


def conditions(depth=4):
    """Random conditions of every operator and kind of fact, ``depth`` levels deep at most."""
    if depth == 1:
        return COMPARISONS
    members = st.lists(conditions(depth - 1), min_size=1, max_size=3).map(tuple)
    groups = st.builds(Group, join=st.sampled_from(("all", "any")), members=members)
    # Left to itself hypothesis takes the plainer of two kinds far more often.
    return st.integers(0, 3).flatmap(lambda choice: groups if choice else COMPARISONS)


def is_narrow(condition):
    from pipeline.engine.compiler import split
    from pipeline.engine.widths import RuleTooWide

    try:
        split([evidence(1, condition)])
    except RuleTooWide:
        return False
    return True


CONDITIONS = conditions().filter(is_narrow)


def random_facts(seed, count):
    """Facts of all kinds, each unknown in every third case; quick, since hypothesis is not."""
    chance = random.Random(seed)  # noqa: S311
    return [
        {
            **{
                name: chance.choice(pool) for name, pool in POOLS.items() if chance.random() < 2 / 3
            },
            **{
                name: frozenset(item for item in LISTS if chance.random() < 1 / 3) for name in TERMS
            },
        }
        for _ in range(count)
    ]


FACTS = st.fixed_dictionaries(
    {name: st.sets(st.sampled_from(LISTS)).map(frozenset) for name in TERMS},
    optional={name: st.sampled_from(pool) for name, pool in POOLS.items()},
)


def plain(condition, fact):
    """What a condition means, told once more and apart from the pipeline's own oracle."""
    if isinstance(condition, Group):
        answers = [plain(member, fact) for member in condition.members]
        return all(answers) if condition.join == "all" else any(answers)
    known = condition.fact in fact
    value = fact.get(condition.fact)
    match condition.operator:
        case "exists":
            return known is condition.value
        case "mentions_any":
            return known and any(name in value for name in condition.value)
        case "one_of":
            return known and any(value == one for one in condition.value)
        case compared:
            return known and OPERATORS[compared](value, condition.value)


def columnar(condition, table):
    """A condition on whole columns, by ``atoms.evaluate`` alone."""
    from pipeline.engine.atoms import evaluate
    from pipeline.rulebook.conditions import singles

    if isinstance(condition, Group):
        parts = [columnar(member, table) for member in condition.members]
        return (np.all if condition.join == "all" else np.any)(parts, axis=0)
    return np.any([evaluate(single, table) for single in singles(condition)], axis=0)


# ---------------------------------------------------------------- rulebooks on disk

HEAD = {
    "title": "A test",
    "status": "stable",
    "version": 1,
    "created": "2026-01-01",
    "modified": "2026-01-01",
    "owner": "tests",
}
EXAMPLES = {
    "match": [{"name": "one"}, {"name": "two"}],
    "no_match": [{"name": "three"}, {"name": "four"}],
}
REFERENCES = [{"document": "source", "passage": "scope", "claim": "so it is"}]


def evidence_file(rule_id, when, **more):
    return {
        "id": rule_id,
        **HEAD,
        "aspect": "scope",
        "evidence_for": "program_manager",
        "weight": 1,
        "when": when,
        "rationale": "It holds.",
        "references": REFERENCES,
        "examples": EXAMPLES,
        **more,
    }


def verdict_file(rule_id, when, **more):
    return {
        "id": rule_id,
        **HEAD,
        "order": 10,
        "verdict": "undecided",
        "confidence": {"at_least": 0.5, "at_most": 0.9},
        "when": when,
        "rationale": "It is so.",
        "examples": EXAMPLES,
        **more,
    }


SETTINGS = {
    "id": "test-rules",
    "version": "1.0.0",
    "hit_policy": "collect_sum",
    "aspects": [
        {"id": "scope", "title": "Scope", "prefix": "SCO"},
        {"id": "challenges", "title": "Challenges", "prefix": "CHA"},
    ],
    "factors": {"staff": "People"},
    "documents": {
        "source": {"title": "A source", "publisher": "us", "passages": {"scope": "Scope"}}
    },
}
BASIC = {
    "ruleset.yaml": SETTINGS,
    "phrases/many_teams.yaml": {
        "id": "many_teams",
        "title": "Many teams",
        "phrases": ["many teams", "several crews"],
    },
    "scope/SCO-001.yaml": evidence_file("SCO-001", {"fact": "team_count", "gte": 3}, weight=2),
    "scope/SCO-002.yaml": evidence_file(
        "SCO-002", {"fact": "terms", "mentions_any": ["many_teams"]}
    ),
    "scope/SCO-003.yaml": evidence_file(
        "SCO-003",
        {"fact": "scope_definition", "equals": "fixed"},
        evidence_for="project_manager",
        weight=2,
    ),
    "challenges/CHA-001.yaml": evidence_file(
        "CHA-001",
        {"all": [{"fact": "project_count", "gte": 2}, {"fact": "unit_count", "gte": 2}]},
        aspect="challenges",
        weight=3,
        decisive=True,
    ),
    "verdict/VER-010.yaml": verdict_file(
        "VER-010", {"fact": "program_lead", "gte": 2}, order=10, verdict="program_manager"
    ),
    "verdict/VER-011.yaml": verdict_file(
        "VER-011", {"fact": "project_lead", "gte": 2}, order=11, verdict="project_manager"
    ),
    "verdict/VER-900.yaml": verdict_file("VER-900", {"fact": "project_score", "gte": 0}, order=900),
}


def write_rulebook(folder, files=None, **changed):
    """A small sound rulebook, with some files replaced; ``None`` leaves a file out."""
    for name, content in {**BASIC, **(files or {}), **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_text(
                yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8"
            )
    return folder


# ---------------------------------------------------------------- typed rows

_DTYPES = {"count": "Int64", "money": "Float64", "date": "datetime64[us]", "list": "object"}


def frame(*rows, first_line=2):
    """Typed rows with every canonical column, as pipeline.parse makes them."""
    index = pd.RangeIndex(first_line, first_line + len(rows), name="source_line")
    columns = {}
    for column in COLUMNS:
        values = [row.get(column.name) for row in rows]
        columns[column.name] = pd.Series(values, index=index, dtype=_DTYPES.get(column.kind, "str"))
    return pd.DataFrame(columns, index=index)


def row(key, **cells):
    return {"initiative_id": key, "name": f"Initiative {key}", **cells}


OPERATORS = {
    "equals": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
TABLE_OF = table_of
