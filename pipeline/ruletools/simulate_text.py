"""A simulation in lines for a person, as data for a program, and as a table."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.report.safe_text import displayed
from pipeline.report.tables import write_csv
from pipeline.ruletools.analysis import diff_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ruletools.analysis.diff import RulebookDiff
    from pipeline.ruletools.simulate import Change, Simulation

_NAME = 60
_MOST_NAMED = 5  # initiatives named with a rule; each has a line of its own below


def lines(simulation: Simulation, beyond: RulebookDiff | None = None) -> Iterator[str]:
    """Totals, changes by rule, every changed initiative; then ``beyond``, the cases of no row."""
    yield from _of_portfolio(simulation)
    if beyond is not None:
        yield ""
        yield "Cases, whether or not this portfolio has one"
        yield from (f"  {line}" for line in diff_words.lines(beyond))


def _of_portfolio(simulation: Simulation) -> Iterator[str]:
    yield f"Champion   {simulation.champion}"
    yield f"Challenger {simulation.challenger}"
    yield (
        f"{simulation.rows} initiatives: {_verdicts(len(simulation.changes))}, "
        f"{len(simulation.others)} more only in scores, confidence or rules; "
        f"{simulation.quarantined} rows quarantined"
    )
    yield ""
    yield f"{'Verdict':<18}{'before':>8}{'after':>8}{'effect':>8}"
    for outcome, effect in simulation.staffing_effect.items():
        counts = f"{simulation.before[outcome]:>8}{simulation.after[outcome]:>8}"
        yield f"{outcome:<18}{counts}{effect:>+8}"
    if simulation.others:
        yield ""
        yield "--format csv names those where the verdict stays, too"
    if not simulation.changes:
        return
    yield ""
    for transition, count in simulation.transitions.items():
        yield f"{count:>6}  {transition}"
    yield ""
    yield "By rule"
    for rule, ids in simulation.by_rule.items():
        named = ", ".join(displayed(key, limit=_NAME) for key in ids[:_MOST_NAMED])
        more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
        yield f"  {rule}: {len(ids)} ({named}{more})"
    yield ""
    for change in simulation.changes:
        yield from _change(change)


def _verdicts(count: int) -> str:
    return "1 verdict changes" if count == 1 else f"{count} verdicts change"


def _change(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    name = displayed(" ".join(change.name.split()), limit=_NAME)
    key = displayed(change.initiative_id, limit=_NAME)
    yield f"{key} {name}: {before.verdict} → {after.verdict}"
    yield (
        f"    project {before.project_score} → {after.project_score}, "
        f"program {before.program_score} → {after.program_score}, "
        f"decided by {before.decided_by} → {after.decided_by}"
    )
    for words, rules in (
        ("begin to match", change.begins),
        ("stop matching", change.stops),
        ("weigh otherwise", change.reweighted),
    ):
        if rules:
            yield f"    {words}: {', '.join(rules)}"


def as_json(simulation: Simulation, beyond: RulebookDiff | None = None) -> str:
    """The simulation as JSON, with ``cases`` where the solver was asked for them."""
    data = asdict(simulation)
    data["staffing_effect"] = simulation.staffing_effect
    if beyond is not None:
        data["cases"] = diff_words.as_json(beyond)
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_csv(simulation: Simulation) -> bytes:
    """One row a changed initiative, those of other verdict first, neutralised as in the report.

    The last column tells what changes first: verdict, scores, confidence, else rules.
    """
    columns = (
        *("initiative_id", "name", "verdict_before", "verdict_after"),
        *("project_score_before", "project_score_after"),
        *("program_score_before", "program_score_after"),
        *("decided_by_before", "decided_by_after", "begins", "stops", "reweighted"),
        *("confidence_before", "confidence_after", "change"),
    )
    rows = [
        (
            *(change.initiative_id, change.name, change.before.verdict, change.after.verdict),
            *(change.before.project_score, change.after.project_score),
            *(change.before.program_score, change.after.program_score),
            *(change.before.decided_by, change.after.decided_by),
            *(";".join(rules) for rules in (change.begins, change.stops, change.reweighted)),
            *(change.before.confidence, change.after.confidence, change.kind),
        )
        for change in (*simulation.changes, *simulation.others)
    ]
    frame = pd.DataFrame(rows, columns=list(columns))
    scores = [name for name in columns if "score" in name]
    shares = [name for name in columns if "confidence" in name]
    texts = [name for name in columns if name not in (*scores, *shares)]
    frame = frame.astype(
        {
            **dict.fromkeys(scores, "int64"),
            **dict.fromkeys(shares, "float64"),
            **dict.fromkeys(texts, "str"),
        }
    )
    file = io.BytesIO()
    write_csv(frame, file)
    return file.getvalue()
