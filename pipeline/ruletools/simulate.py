"""Champion and challenger on one portfolio: which verdicts would change, and by which rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline import run, verdict
from pipeline.rulebook import loader
from pipeline.rulebook.rules import EvidenceRule
from pipeline.runlog import RunLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipeline.assemble import Classified
    from pipeline.explain.matches import Match
    from pipeline.rulebook.rules import Rule

Kind = Literal["verdict", "scores", "confidence", "rules"]
_NONE = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one rulebook says of an initiative."""

    verdict: str
    lean: str
    project_score: int
    program_score: int
    confidence: float
    decided_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An initiative before and after.

    ``begins`` and ``stops`` are evidence rules that match only after and only before,
    ``reweighted`` match both times and give other points or count for the other role.
    """

    initiative_id: str
    name: str
    before: Side
    after: Side
    begins: tuple[str, ...]
    stops: tuple[str, ...]
    reweighted: tuple[str, ...]

    @property
    def kind(self) -> Kind | None:
        """The first of these that changes; the rules are those that match, and the deciding one."""
        if self.before.verdict != self.after.verdict:
            return "verdict"
        if _scores(self.before) != _scores(self.after):
            return "scores"
        if self.before.confidence != self.after.confidence:
            return "confidence"
        is_other = self.before != self.after or self.begins or self.stops or self.reweighted
        return "rules" if is_other else None

    @property
    def causes(self) -> tuple[str, ...]:
        """The rules behind it: of evidence if any differ, else those that decide on the sums."""
        evidence = (*self.begins, *self.stops, *self.reweighted)
        if evidence:
            return tuple(sorted(evidence))
        return tuple(sorted({self.before.decided_by, self.after.decided_by}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulation:
    """What the challenger would change.

    ``rows`` counts initiatives, ``quarantined`` rows left out by both. ``changes`` are those whose
    verdict changes, ``others`` those where only scores, confidence or rules do; ``scores_only``
    counts the ones with other scores. ``before`` and ``after`` count verdicts, ``transitions``
    pairs of them; ``by_rule`` has the ids of initiatives whose verdict changes by cause.
    """

    champion: str
    challenger: str
    rows: int
    quarantined: int
    changes: tuple[Change, ...]
    others: tuple[Change, ...]
    scores_only: int
    before: dict[str, int]
    after: dict[str, int]
    transitions: dict[str, int]
    by_rule: dict[str, tuple[str, ...]]

    @property
    def staffing_effect(self) -> dict[str, int]:
        """How many more, or fewer, of each verdict there would be."""
        return {outcome: self.after[outcome] - self.before[outcome] for outcome in self.after}


def simulate(options: run.Options, against: Path) -> Simulation:
    """Decide one portfolio with two rulebooks; nothing is written.

    Args:
        options: The portfolio, and the champion in ``options.rules``.
        against: Folder of the challenger.

    Raises:
        InputError: The portfolio cannot be read or mapped.
        RulebookError: One of the rulebooks is invalid.
    """
    log = RunLog()
    rulesets = [loader.load(folder, as_of=options.as_of) for folder in (options.rules, against)]
    checked = run.check(options, log)
    champion, challenger = (
        run.decide(checked.validated, ruleset, as_of=options.as_of, log=log) for ruleset in rulesets
    )
    rows = champion.initiatives.rows
    sides = list(zip(_sides(champion), _sides(challenger), strict=True))
    compared = [
        _change(key, name, before, after, champion.evidence[place], challenger.evidence[place])
        for place, (key, name, (before, after)) in enumerate(
            zip(rows["initiative_id"], rows["name"], sides, strict=True)
        )
    ]
    changes = tuple(change for change in compared if change.kind == "verdict")
    by_rule: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        for cause in change.causes:
            by_rule[cause].append(change.initiative_id)
    return Simulation(
        champion=_title(rulesets[0].id, rulesets[0].version, rulesets[0].sha256),
        challenger=_title(rulesets[1].id, rulesets[1].version, rulesets[1].sha256),
        rows=len(rows),
        quarantined=len(checked.validated.quarantined),
        changes=changes,
        others=tuple(change for change in compared if change.kind not in (None, "verdict")),
        scores_only=sum(change.kind == "scores" for change in compared),
        before=_counts(before for before, _ in sides),
        after=_counts(after for _, after in sides),
        transitions=dict(
            sorted(Counter(f"{c.before.verdict} → {c.after.verdict}" for c in changes).items())
        ),
        by_rule={rule: tuple(ids) for rule, ids in sorted(by_rule.items())},
    )


def _title(name: str, version: str, sha256: str) -> str:
    return f"{name} {version} ({sha256[:8]})"


def _scores(side: Side) -> tuple[int, int]:
    return side.project_score, side.program_score


def _counts(sides: Iterable[Side]) -> dict[str, int]:
    counts = Counter(side.verdict for side in sides)
    return {outcome: counts[outcome] for outcome in verdict.OUTCOMES}


def _sides(classified: Classified) -> list[Side]:
    verdicts = classified.verdicts
    columns = verdicts.tally.columns
    outcomes = (*verdict.OUTCOMES, _NONE)  # the last one for "no lean", which is -1
    rules = [rule.id for rule in classified.ruleset.verdict]
    return [
        Side(
            verdict=outcomes[outcome],
            lean=outcomes[lean],
            project_score=project,
            program_score=program,
            confidence=confidence,
            decided_by=rules[rule],
        )
        for outcome, lean, project, program, confidence, rule in zip(
            verdicts.verdict.tolist(),
            verdicts.lean.tolist(),
            columns["project_score"].values.tolist(),
            columns["program_score"].values.tolist(),
            verdicts.confidence.tolist(),
            verdicts.rule.tolist(),
            strict=True,
        )
    ]


def _change(
    key: str,
    name: str,
    before: Side,
    after: Side,
    evidence_before: Iterable[Match],
    evidence_after: Iterable[Match],
) -> Change:
    old, new = _by_id(evidence_before), _by_id(evidence_after)
    return Change(
        initiative_id=str(key),
        name=str(name),
        before=before,
        after=after,
        begins=tuple(sorted(new.keys() - old.keys())),
        stops=tuple(sorted(old.keys() - new.keys())),
        reweighted=tuple(
            sorted(
                rule for rule in old.keys() & new.keys() if _worth(old[rule]) != _worth(new[rule])
            )
        ),
    )


def _by_id(matches: Iterable[Match]) -> Mapping[str, Rule]:
    return {match.rule.id: match.rule for match in matches}


def _worth(rule: Rule) -> tuple[object, ...]:
    """What a match of the rule brings."""
    if not isinstance(rule, EvidenceRule):
        return ()
    return rule.points, rule.evidence_for, rule.aspect, rule.basis, rule.decisive
