"""The verdict in words: who, by how much, because of what, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.rulebook.rules import EvidenceRule
from pipeline.verdict import OUTCOMES, Verdicts, complexity_levels, factor_levels
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.engine.decide import Decisions
    from pipeline.explain.matches import Match
    from pipeline.rulebook.rules import Ruleset

ROLE_WORDS = {"project_manager": "project manager", "program_manager": "program manager"}
_MOST_FOR, _MOST_AGAINST = 3, 2


def rationales(ruleset: Ruleset, verdicts: Verdicts, matches: list[list[Match]]) -> list[str]:
    """One text for each initiative, in the order of ``matches``."""
    project = verdicts.tally.columns["project_score"].values.tolist()
    program = verdicts.tally.columns["program_score"].values.tolist()
    rules = [ruleset.verdict[place] for place in verdicts.rule.tolist()]
    return [
        _rationale(OUTCOMES[verdict], rule.title, dict(zip(ROLES, points, strict=True)), found)
        for verdict, rule, points, found in zip(
            verdicts.verdict.tolist(),
            rules,
            zip(project, program, strict=True),
            matches,
            strict=True,
        )
    ]


def hardness(ruleset: Ruleset, complexity: Decisions) -> list[str]:
    """How hard each initiative is, factor by factor, in a sentence; "" where it is not known.

    Args:
        ruleset: Names the factors.
        complexity: What the engine says of complexity rules.
    """
    levels = complexity_levels(complexity).tolist()
    rated = {
        ruleset.factors[factor].lower(): each.tolist()
        for factor, each in factor_levels(complexity).items()
    }
    texts = []
    for place, level in enumerate(levels):
        known = [f"{name} {each[place]}" for name, each in rated.items() if each[place]]
        texts.append(f"Complexity level {level} of 4: {', '.join(known)}." if level else "")
    return texts


def _rationale(verdict: str, title: str, points: dict[str, int], found: list[Match]) -> str:
    project, program = ROLES
    if verdict == "undecided":
        if not found:
            return "Undecided: nothing in the row speaks for either role."
        head = " and ".join(f"{_points(points[role])} for a {ROLE_WORDS[role]}" for role in ROLES)
        parts = [f"Undecided: {head}."]
        for role in ROLES:
            parts += _reasons(f"For a {ROLE_WORDS[role]}:", _heaviest(found, role), _MOST_AGAINST)
        return " ".join(parts)
    other = program if verdict == project else project
    score = f"{_points(points[verdict])} to {points[other]}"
    head = f"{ROLE_WORDS[verdict].capitalize()}, {score}. {title}."
    return " ".join(
        [
            head,
            *_reasons("For:", _heaviest(found, verdict), _MOST_FOR),
            *_reasons("Against:", _heaviest(found, other), _MOST_AGAINST),
        ]
    )


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _heaviest(found: Iterable[Match], role: str) -> list[tuple[int, Match]]:
    """Matches for a role, the weightiest first, else in order of id."""
    mine = [
        (match.rule.points, match)
        for match in found
        if isinstance(match.rule, EvidenceRule) and match.rule.evidence_for == role
    ]
    return sorted(mine, key=lambda item: -item[0])


def _reasons(head: str, mine: list[tuple[int, Match]], most: int) -> list[str]:
    if not mine:
        return []
    shown = [
        f"{match.text.rstrip('.')} ({match.rule.id}, +{points})" for points, match in mine[:most]
    ]
    rest = f"; and {len(mine) - most} more" if len(mine) > most else ""
    return [f"{head} {'; '.join(shown)}{rest}."]
