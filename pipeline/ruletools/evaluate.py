"""A rulebook measured on labelled initiatives: its verdicts, and each of its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline import facts, parse, validate, verdict
from pipeline.engine.decide import Engine
from pipeline.errors import Location
from pipeline.facts.table import FactTable
from pipeline.facts.text import text_terms
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.calibration import Band, calibration
from pipeline.ruletools.labelled import AMBIGUOUS, Labelled, NothingLabelled, column_of
from pipeline.ruletools.measures import Headline, Share, headline, wilson
from schemas.facts import ROLES

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions
    from pipeline.facts.table import Bools
    from pipeline.rulebook.rules import EvidenceRule, Ruleset

Labels = "NDArray[np.str_]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """An initiative on which a rule or a verdict is not what its label says."""

    id: str
    name: str
    label: str
    verdict: str
    lean: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleMeasure:
    """One evidence rule. Ambiguous initiatives count as matches and for nothing else.

    ``precision`` is the share of its matches that its role leads. ``lift`` is the share of that
    role's initiatives it matches over the share of the other's: ``None`` where it matches none of
    the other's or none at all. ``wrong`` are its matches that the other role leads.
    """

    id: str
    title: str
    evidence_for: str
    weight: int
    matches: int
    precision: Share
    lift: float | None
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What a rulebook is worth on labelled initiatives.

    ``facts_from`` says what was read; ``left_out`` counts rows without a label or that validation
    would quarantine. ``confusion`` counts initiatives by label and verdict. ``calibration`` tells
    of each band of confidence how many of its verdicts are right; nothing in it counts a lean.
    """

    facts_from: str
    left_out: int
    overall: Headline
    groups: dict[str, Headline]
    confusion: dict[str, dict[str, int]]
    calibration: tuple[Band, ...]
    rules: tuple[RuleMeasure, ...]
    wrong: tuple[Wrong, ...]


def evaluate(
    labelled: Labelled,
    ruleset: Ruleset,
    *,
    as_of: date,
    text_only: bool = False,
    with_lean: bool = False,
    by: str = "",
) -> Evaluation:
    """Measure a rulebook.

    Args:
        labelled: The initiatives.
        ruleset: The rulebook.
        as_of: Day to decide for, where the file has dates.
        text_only: Hide the name, which may hold the answer, and every fact but those of the text.
        with_lean: Count the lean of an undecided initiative as its verdict in ``confusion`` and
            ``wrong``.
        by: Column to measure each value of apart; "" for none.

    Raises:
        InputError: No row is left, or there is no such column.
    """
    matcher = PhraseMatcher(ruleset.phrases)
    if labelled.raw is None or text_only:
        rows, table = _text_facts(labelled.rows, matcher, text_only=text_only)
        facts_from = "the text alone" if text_only else "name and text"
    else:
        rows, table = _all_facts(labelled, matcher, as_of)
        facts_from = "all columns"
    evidence = Engine(ruleset.evidence).decide(table)
    found = verdict.decide(ruleset, Engine(ruleset.verdict), verdict.tally(evidence))
    outcomes = np.array([*verdict.OUTCOMES, ""])
    judged = _Judged(rows, outcomes[found.verdict], outcomes[found.lean])
    shown = judged.with_lean() if with_lean else judged.verdicts
    groups = column_of(labelled, by).loc[rows.index].to_numpy(str) if by else np.array([])
    return Evaluation(
        facts_from=facts_from,
        left_out=labelled.unlabelled + len(labelled.rows) - len(rows),
        overall=judged.headline(np.ones(len(rows), bool)),
        groups={str(group): judged.headline(groups == group) for group in np.unique(groups)},
        confusion={
            label: {
                outcome: int(((judged.labels == label) & (shown == outcome)).sum())
                for outcome in verdict.OUTCOMES
            }
            for label in (*ROLES, AMBIGUOUS)
        },
        calibration=tuple(calibration(judged.verdicts, found.confidence, judged.labels)),
        rules=tuple(judged.rule(rule, evidence) for rule in ruleset.evidence),
        wrong=judged.wrong(np.isin(shown, ROLES) & (shown != judged.labels)),
    )


def _text_facts(
    rows: pd.DataFrame, matcher: PhraseMatcher, *, text_only: bool
) -> tuple[pd.DataFrame, FactTable]:
    names = pd.Series("", rows.index, dtype="str") if text_only else rows["name"]
    read = pd.DataFrame({"name": names, "description": rows["text"]})
    return rows, FactTable(size=len(rows), columns={}, terms=text_terms(read, matcher))


def _all_facts(
    labelled: Labelled, matcher: PhraseMatcher, as_of: date
) -> tuple[pd.DataFrame, FactTable]:
    """Facts as a run makes them, of the rows that a run would classify."""
    assert labelled.raw is not None  # noqa: S101 -- asked before
    validated = validate.validate(parse.parse(labelled.raw), as_of=as_of)
    initiatives = facts.derive(validated, matcher, as_of=as_of)
    positions = np.flatnonzero(initiatives.rows.index.isin(labelled.rows.index))
    if not len(positions):
        raise NothingLabelled(
            "every labelled row would be quarantined",
            hint="See `staffing validate` for why, or measure with --text-only",
            at=Location(path=labelled.path),
        )
    rows = labelled.rows.loc[initiatives.rows.index[positions]]
    return rows, initiatives.table.take(positions)


class _Judged:
    """Initiatives with label, verdict and lean, by position."""

    def __init__(
        self, rows: pd.DataFrame, verdicts: NDArray[np.str_], leans: NDArray[np.str_]
    ) -> None:
        self.rows = rows
        self.labels: NDArray[np.str_] = rows["label"].to_numpy(str)
        self.verdicts = verdicts
        self.leans = leans

    def with_lean(self) -> NDArray[np.str_]:
        """The verdict of each, or the lean where it is undecided and leans."""
        leans = (self.verdicts == "undecided") & (self.leans != "")
        return np.where(leans, self.leans, self.verdicts)

    def headline(self, of: Bools) -> Headline:
        """The measures of some initiatives."""
        return headline(self.labels[of], self.verdicts[of], self.leans[of])

    def wrong(self, where: Bools) -> tuple[Wrong, ...]:
        """The initiatives there, but for ambiguous ones."""
        places = np.flatnonzero(where & (self.labels != AMBIGUOUS))
        return tuple(
            Wrong(
                id=str(self.rows["id"].iloc[place]),
                name=str(self.rows["name"].iloc[place]),
                label=str(self.labels[place]),
                verdict=str(self.verdicts[place]),
                lean=str(self.leans[place]),
            )
            for place in places.tolist()
        )

    def rule(self, rule: EvidenceRule, evidence: Decisions) -> RuleMeasure:
        """How one rule does."""
        matched = evidence.matched(rule.id)
        own = self.labels == rule.evidence_for
        other = (self.labels != AMBIGUOUS) & ~own
        right, wrong = int((matched & own).sum()), int((matched & other).sum())
        others = int(other.sum())
        lift = (right / int(own.sum())) / (wrong / others) if wrong and own.any() else None
        return RuleMeasure(
            id=rule.id,
            title=rule.title,
            evidence_for=rule.evidence_for,
            weight=rule.points,
            matches=int(matched.sum()),
            precision=wilson(right, right + wrong),
            lift=lift,
            wrong=self.wrong(matched & other),
        )
