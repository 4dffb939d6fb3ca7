"""The verdict in words: who, by how much, because of what, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.rulebook.rules import EvidenceRule
from pipeline.verdict import (
    OUTCOMES,
    PROGRAM,
    Verdicts,
    complexity_levels,
    factor_levels,
    program_levels,
)
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions
    from pipeline.explain.matches import Match
    from pipeline.rulebook.rules import Ruleset

ROLE_WORDS = {"project_manager": "project manager", "program_manager": "program manager"}
_MOST_FOR, _MOST_AGAINST = 3, 2


def rationales(ruleset: Ruleset, verdicts: Verdicts, matches: list[list[Match]]) -> list[str]:
    """One text for each initiative, in the order of ``matches``."""
    said = _Said()
    project = verdicts.tally.columns["project_score"].values.tolist()
    program = verdicts.tally.columns["program_score"].values.tolist()
    rules = [ruleset.verdict[place] for place in verdicts.rule.tolist()]
    return [
        _rationale(
            OUTCOMES[verdict],
            rule.title,
            dict(zip(ROLES, points, strict=True)),
            said.by_role(found),
        )
        for verdict, rule, points, found in zip(
            verdicts.verdict.tolist(),
            rules,
            zip(project, program, strict=True),
            matches,
            strict=True,
        )
    ]


def hardness(ruleset: Ruleset, complexity: Decisions, verdicts: Verdicts) -> list[str]:
    """How hard each initiative is, factor by factor, in a sentence; "" where it is not known.

    A program is rated by the groups of factors of a program, too.

    Args:
        ruleset: Names the factors.
        complexity: What the engine says of complexity rules.
        verdicts: What each was found to be.
    """
    rated = factor_levels(complexity)
    names = {name: name.startswith(PROGRAM) for name in ruleset.factors}
    own = [name for name, is_group in names.items() if not is_group]
    groups = [name for name, is_group in names.items() if is_group]
    factors, as_program = _each(ruleset, rated, own), _each(ruleset, rated, groups)
    is_program = (verdicts.verdict == OUTCOMES.index(ROLES[1])).tolist()
    texts = []
    for place, (level, other) in enumerate(
        zip(
            complexity_levels(complexity).tolist(), program_levels(complexity).tolist(), strict=True
        )
    ):
        told = [f"Complexity level {level} of 4: {_levels(factors, place)}."] if level else []
        if other and is_program[place]:
            told.append(f"As a program, level {other} of 3: {_levels(as_program, place)}.")
        texts.append(" ".join(told))
    return texts


def _each(
    ruleset: Ruleset, rated: Mapping[str, NDArray[np.int64]], names: Sequence[str]
) -> dict[str, list[int]]:
    """The levels of some factors by the name they are told by; none for one without rules."""
    return {
        _lower(ruleset.factors[name]): rated[name].tolist() if name in rated else []
        for name in names
    }


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _levels(factors: Mapping[str, list[int]], place: int) -> str:
    known = [f"{name} {each[place]}" for name, each in factors.items() if each and each[place]]
    unknown = [name for name, each in factors.items() if not (each and each[place])]
    return "; ".join((", ".join(known), *([f"not known: {', '.join(unknown)}"] if unknown else [])))


class _Said:
    """What each match says in a rationale; initiatives with the same values share a match."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[str, int, str]] = {}

    def by_role(self, found: Iterable[Match]) -> dict[str, list[tuple[int, str]]]:
        """Points and words of the matches for each role, the weightiest first, else by id."""
        sides: dict[str, list[tuple[int, str]]] = {role: [] for role in ROLES}
        for match in found:
            known = self._made.get(id(match))
            if known is None:
                known = self._made[id(match)] = _said(match)
            role, points, text = known
            if role:
                sides[role].append((points, text))
        for side in sides.values():
            side.sort(key=_points_first)
        return sides


def _said(match: Match) -> tuple[str, int, str]:
    """Role, points and words; no role where the rule is no evidence."""
    rule = match.rule
    if not isinstance(rule, EvidenceRule):
        return "", 0, ""
    return rule.evidence_for, rule.points, f"{match.text.rstrip('.')} ({rule.id}, +{rule.points})"


def _points_first(side: tuple[int, str]) -> int:
    return -side[0]


def _rationale(
    verdict: str,
    title: str,
    points: dict[str, int],
    sides: Mapping[str, list[tuple[int, str]]],
) -> str:
    project, program = ROLES
    if verdict == "undecided":
        if not any(sides.values()):
            return "Undecided: nothing in the row speaks for either role."
        head = " and ".join(f"{_points(points[role])} for a {ROLE_WORDS[role]}" for role in ROLES)
        parts = [f"Undecided: {head}."]
        for role in ROLES:
            parts += _reasons(f"For a {ROLE_WORDS[role]}:", sides[role], _MOST_AGAINST)
        return " ".join(parts)
    other = program if verdict == project else project
    score = f"{_points(points[verdict])} to {points[other]}"
    head = f"{ROLE_WORDS[verdict].capitalize()}, {score}. {title}."
    return " ".join(
        [
            head,
            *_reasons("For:", sides[verdict], _MOST_FOR),
            *_reasons("Against:", sides[other], _MOST_AGAINST),
        ]
    )


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _reasons(head: str, mine: list[tuple[int, str]], most: int) -> list[str]:
    if not mine:
        return []
    shown = [text for _, text in mine[:most]]
    rest = f"; and {len(mine) - most} more" if len(mine) > most else ""
    return [f"{head} {'; '.join(shown)}{rest}."]
