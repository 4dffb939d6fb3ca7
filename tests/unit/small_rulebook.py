"""Writes a rulebook of a few rules, for tests of the rulebook's tools; the same one every time."""

from __future__ import annotations

SETTINGS = """\
# A comment of the owner's.
id: small-rulebook
version: 1.2.3
hit_policy: collect_sum
aspects:
  - {id: scope, title: Scope, prefix: SCO}
  - {id: challenges, title: Challenges, prefix: CHA}
factors:
  staff: People at the peak
documents:
  comparison:
    title: The two roles compared
    publisher: Us
    passages:
      scope/project: Scope of a project
      scope/program: Scope of a program
"""
HEAD = """\
id: {id}
title: {title}
status: {status}
version: 1
created: 2026-01-01
modified: 2026-01-02
owner: The PMO
"""
TAIL = """\
references:
  - document: comparison
    passage: scope/program
    claim: spans several projects
"""
EXAMPLES = """\
examples:
  match:
    - {{name: one, facts: {first}}}
    - {{name: two, facts: {second}}}
  no_match:
    - {{name: near, facts: {near}}}
    - {{name: nothing known, facts: {{}}}}
"""


def rule(key, body, examples, *, title="A rule", status="stable", gaps=""):
    """The text of a rule file; examples are two that match, and a near miss."""
    first, second, near = examples
    return (
        HEAD.format(id=key, title=title, status=status)
        + body
        + gaps
        + EXAMPLES.format(first=first, second=second, near=near)
    )


FILES = {
    "ruleset.yaml": SETTINGS,
    "scope/SCO-001.yaml": "# Why three: the owner knows.\n"
    + rule(
        "SCO-001",
        "aspect: scope\nevidence_for: program_manager\nweight: 3\ndecisive: true\n"
        "when: {fact: project_count, gte: 3}\n"
        "rationale: >-\n  It is made of {project_count} projects.\n" + TAIL,
        ("{project_count: 3}", "{project_count: 40}", "{project_count: 2}"),
        title="Three or more projects",
    ),
    "scope/SCO-002.yaml": rule(
        "SCO-002",
        "aspect: scope\nevidence_for: project_manager\nweight: 2\n"
        "when:\n  all:\n    - {fact: team_count, gte: 1}\n    - {fact: team_count, lte: 2}\n"
        "    - {fact: scope_definition, equals: fixed}\n"
        "rationale: >-\n  Few teams, and a scope that is fixed.\n" + TAIL,
        (
            "{team_count: 1, scope_definition: fixed}",
            "{team_count: 2, scope_definition: fixed}",
            "{team_count: 3, scope_definition: fixed}",
        ),
        title="Few teams, fixed scope",
        gaps="known_gaps:\n  - Small programs exist.\n",
    ),
    "scope/SCO-003.yaml": rule(
        "SCO-003",
        "aspect: scope\nevidence_for: program_manager\nweight: 1\n"
        "when:\n  any:\n    - all:\n        - {fact: team_count, gt: 5}\n"
        "        - {fact: has_end_date, exists: false}\n"
        "    - {fact: terms, mentions_any: [many_things, other_things]}\n"
        "rationale: >-\n  It has no end in sight.\n" + TAIL,
        ("{team_count: 6}", "{terms: [many_things]}", "{team_count: 6, has_end_date: true}"),
        title="Many teams or words",
        status="experimental",
    ),
    "challenges/CHA-001.yaml": rule(
        "CHA-001",
        "aspect: challenges\nevidence_for: program_manager\nweight: 2\n"
        "when:\n  all:\n    - {fact: team_count, gte: 3}\n    - any:\n"
        "        - {fact: domain_count, gte: 2}\n        - {fact: unit_count, gte: 2}\n"
        "rationale: >-\n  Several teams pull in several directions.\n" + TAIL,
        (
            "{team_count: 3, domain_count: 2}",
            "{team_count: 3, unit_count: 2}",
            "{team_count: 3, unit_count: 1}",
        ),
        title="Teams across domains or units",
    ),
    "complexity/CPX-001.yaml": rule(
        "CPX-001",
        "factor: staff\nlevel: 2\n"
        "when:\n  all:\n    - {fact: people_count, gt: 0}\n"
        "    - {fact: budget_eur, lte: 1000000.5}\n"
        "rationale: >-\n  {people_count} people.\n" + TAIL,
        (
            "{people_count: 1, budget_eur: 5}",
            "{people_count: 9, budget_eur: 1000000.5}",
            "{people_count: 0, budget_eur: 5}",
        ),
        title="Some people",
    ),
    "verdict/VER-010.yaml": rule(
        "VER-010",
        "order: 10\nverdict: program_manager\nconfidence: {at_least: 0.6, at_most: 0.95}\n"
        "when: {fact: program_lead, gte: 2}\nrationale: >-\n  The evidence speaks for a program.\n",
        ("{program_lead: 2}", "{program_lead: 9}", "{program_lead: 1}"),
        title="A clear lead",
    ),
    "verdict/VER-900.yaml": rule(
        "VER-900",
        "order: 900\nverdict: undecided\nconfidence: {at_least: 0.0, at_most: 0.0}\n"
        "when: {fact: project_score, gte: 0}\nrationale: >-\n  Neither role is clear.\n",
        ("{project_score: 0}", "{project_score: 5}", "{project_score: -1}"),
        title="Neither role is clear",
    ),
    "advisory/ADV-001.yaml": rule(
        "ADV-001",
        "severity: attention\nwhen:\n  all:\n    - {fact: verdict, equals: program_manager}\n"
        "    - {fact: current_role, one_of: [project_manager]}\n"
        "rationale: >-\n  Somebody else leads it today.\n",
        (
            "{verdict: program_manager, current_role: project_manager}",
            "{verdict: program_manager, current_role: project_manager, team_count: 4}",
            "{verdict: undecided, current_role: project_manager}",
        ),
        title="Led by the other role",
    ),
    "phrases/many_things.yaml": 'id: many_things\ntitle: Many things\nnote: "A note: with colon."\n'
    'phrases:\n  - "many things"\n  - "# things|items"\nunless:\n  - "many things to learn"\n',
    "phrases/other_things.yaml": "id: other_things\ntitle: Other things\nphrases:\n"
    '  - "etwas andere*"\n',
}


def write(folder, changed=()):
    """Write the rulebook to ``folder``; ``changed`` replaces or adds files, by name."""
    for name, text in (FILES | dict(changed)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
