"""A small rulebook for the tests of explanations, on disk or made of conditions."""

from __future__ import annotations

from datetime import date

from pipeline.rulebook.conditions import Comparison, Group, comparisons
from pipeline.rulebook.rules import Aspect, EvidenceRule, Ruleset, VerdictRule

DAY = date(2026, 1, 1)
PROJECT, PROGRAM = "project_manager", "program_manager"


def comparison(fact, operator, value):
    return Comparison(fact=fact, operator=operator, value=value)


def together(*members):
    return Group(join="all", members=members)


def either(*members):
    return Group(join="any", members=members)


def evidence(key, role, when, *, weight=2, aspect="scope", status="stable"):
    facts = {each.fact for each in comparisons(when)}
    return EvidenceRule(
        id=key,
        kind="evidence",
        title=f"Title of {key}",
        status=status,
        version=1,
        created=DAY,
        modified=DAY,
        owner="Tests",
        when=when,
        rationale=f"Because of {key}.",
        aspect=aspect,
        evidence_for=role,
        weight=weight,
        basis="text" if facts & {"terms", "name_terms"} else "structure",
    )


def verdict_rule(order, verdict, when):
    return VerdictRule(
        id=f"VER-{order:03}",
        kind="verdict",
        title=f"Verdict {verdict}",
        status="stable",
        version=1,
        created=DAY,
        modified=DAY,
        owner="Tests",
        when=when,
        rationale="So.",
        order=order,
        verdict=verdict,
        at_least=0.5,
        at_most=0.9,
    )


def ruleset(*rules, margin=2):
    verdicts = (
        verdict_rule(1, PROJECT, comparison("project_lead", "gte", margin)),
        verdict_rule(2, PROGRAM, comparison("program_lead", "gte", margin)),
        verdict_rule(9, "undecided", comparison("project_score", "gte", 0)),
    )
    evidence_rules = tuple(sorted(rules, key=lambda rule: (rule.aspect, rule.id)))
    return Ruleset(
        id="tests",
        version="1.0.0",
        sha256="0" * 64,
        hit_policy="collect_sum",
        aspects=(
            Aspect(id="scope", title="Scope", prefix="SCO"),
            Aspect(id="challenges", title="Challenges", prefix="CHA"),
        ),
        factors={},
        documents={},
        phrases={},
        evidence=evidence_rules,
        complexity=(),
        verdict=verdicts,
        advisory=(),
        by_id={rule.id: rule for rule in (*evidence_rules, *verdicts)},
    )


SIMPLE = ruleset(
    evidence("SCO-001", PROGRAM, comparison("project_count", "gte", 3), weight=3),
    evidence("SCO-002", PROJECT, comparison("project_count", "equals", 1), weight=3),
    evidence("CHA-001", PROGRAM, comparison("team_count", "gte", 4), aspect="challenges"),
    evidence(
        "CHA-002",
        PROJECT,
        together(comparison("team_count", "lte", 2), comparison("has_end_date", "equals", True)),
        aspect="challenges",
    ),
)
