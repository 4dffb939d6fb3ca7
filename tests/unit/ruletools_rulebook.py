"""A rulebook of one rule a role, two verdicts and a phrase list, to be varied by tests."""

from pathlib import Path

SETTINGS = """\
id: tiny
version: 1.0.0
hit_policy: collect_sum
aspects: [{id: scope, title: Scope, prefix: SCO}]
factors: {staff: Staff}
documents: {us: {title: Ours, publisher: Us, passages: {one: One}}}
"""


def rule_text(key, when, match, no_match, **more):
    """The text of a rule file; cases are flow mappings, or texts with ``text: `` before them."""
    head = {
        "id": key,
        "title": f"Title of {key}",
        "status": "stable",
        "version": 1,
        "created": "2026-01-01",
        "modified": "2026-01-01",
        "owner": "Us",
        **more,
        "when": when,
        "rationale": "Because.",
    }
    if key.startswith("SCO"):
        head["references"] = "[{document: us, passage: one, claim: so}]"
    lines = [f"{name}: {value}" for name, value in head.items()]
    lines.append("examples:")
    for side, cases in (("match", match), ("no_match", no_match)):
        lines.append(f"  {side}:")
        for number, case in enumerate(cases):
            given = case if case.startswith("text: ") else f"facts: {case}"
            lines.append(f"    - {{name: {side} {number}, {given}}}")
    return "\n".join(lines) + "\n"


def evidence(key, role, when, match, no_match, weight=2):
    return rule_text(key, when, match, no_match, aspect="scope", evidence_for=role, weight=weight)


def verdict_rule(key, order, verdict, when, match, no_match):
    return rule_text(
        key,
        when,
        match,
        no_match,
        order=order,
        verdict=verdict,
        confidence="{at_least: 0.5, at_most: 0.9}",
    )


FILES = {
    "ruleset.yaml": SETTINGS,
    "scope/SCO-001.yaml": evidence(
        "SCO-001",
        "program_manager",
        "{fact: project_count, gte: 3}",
        ("{project_count: 3}", "{project_count: 9}"),
        ("{project_count: 2}", "{}"),
    ),
    "scope/SCO-002.yaml": evidence(
        "SCO-002",
        "project_manager",
        "{fact: project_count, equals: 1}",
        ("{project_count: 1}", "{project_count: 1, team_count: 1}"),
        ("{project_count: 2}", "{project_count: 0}"),
    ),
    "scope/SCO-003.yaml": evidence(
        "SCO-003",
        "program_manager",
        "{fact: terms, mentions_any: [bundles]}",
        ("text: a family of projects", "{terms: [bundles]}"),
        ("text: one project", "{}"),
    ),
    "scope/SCO-004.yaml": evidence(
        "SCO-004",
        "project_manager",
        "{fact: terms, mentions_any: [single]}",
        ("text: one single system", "text: single"),
        ("text: many systems", "{}"),
        weight=1,
    ),
    "verdict/VER-010.yaml": verdict_rule(
        "VER-010",
        10,
        "program_manager",
        "{fact: program_lead, gte: 2}",
        ("{program_lead: 2}", "{program_lead: 3}"),
        ("{program_lead: 1}", "{}"),
    ),
    "verdict/VER-020.yaml": verdict_rule(
        "VER-020",
        20,
        "project_manager",
        "{fact: project_lead, gte: 2}",
        ("{project_lead: 2}", "{project_lead: 3}"),
        ("{project_lead: 1}", "{}"),
    ),
    "verdict/VER-900.yaml": verdict_rule(
        "VER-900",
        900,
        "undecided",
        "{fact: project_score, gte: 0}",
        ("{project_score: 0}", "{project_score: 1}"),
        ("{team_count: 1}", "{}"),
    ),
    "phrases/bundles.yaml": (
        "id: bundles\ntitle: Bundles\nphrases:\n"
        '  - "family|bundle of projects"\n  - "linked projects"\n'
        'unless:\n  - "not linked projects"\n'
    ),
    "phrases/single.yaml": "id: single\ntitle: Single\nphrases: [single]\n",
}


def write(folder: Path, changed: dict[str, str] | None = None) -> Path:
    """Write the rulebook with some files changed, each named as in ``FILES``."""
    for name, text in {**FILES, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
