"""What `staffing rules check` does: the checks of the set, then the analysis, as text or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError, ManyErrors, PipelineError, RulebookError
from pipeline.report.safe_text import displayed
from pipeline.rulebook import loader, lock
from pipeline.ruletools import whole_set
from pipeline.ruletools.analysis import words
from pipeline.ruletools.analysis.missing import require_solver
from pipeline.runlog import RunLog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.rulebook.rules import Ruleset
    from pipeline.ruletools.analysis.findings import Severity
    from pipeline.ruletools.analysis.whole import Analysis
    from pipeline.run import Options
    from pipeline.validate import Validated

INVALID = RulebookError.exit_status


class PortfolioUnread(ManyErrors, InputError):  # noqa: N818 -- a collection
    """The portfolio's fault, then all that the rulebook has been found to have without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to check.

    ``portfolio`` counts its initiatives, ``as_of`` leaves out rules not in force on that day, and
    ``fail_on`` is the least severity that makes the status 5.
    """

    folder: Path
    portfolio: Options | None = None
    as_of: date | None = None
    is_analysed: bool = True
    is_json: bool = False
    fail_on: Severity = "error"


def check(request: Request) -> tuple[str, int]:
    """Check a rulebook.

    Returns:
        What to print, and the exit status: 0, or 5 where something is as bad as ``fail_on``.

    Raises:
        RulebookError: The rulebook does not load, and text was asked for.
        AnalysisMissing: z3 is not installed, and the analysis was asked for.
        PortfolioUnread: The portfolio cannot be read; told before the solver is asked for anything.
    """
    portfolio = _portfolio(request)
    try:
        ruleset = loader.load(request.folder)
        found = _faults_of(ruleset, request.folder)
    except RulebookError as faults:  # nothing else can be told of rules that do not load
        if not request.is_json:
            raise
        return _json({"status": INVALID, "faults": _faults(faults)}), INVALID
    counts = whole_set.counts(ruleset)
    analysis = _analyse(request, portfolio) if request.is_analysed else None
    is_bad = bool(found) or (analysis is not None and analysis.at_least(request.fail_on))
    status = INVALID if is_bad else 0
    if not request.is_json:
        return _text(counts, found, analysis, is_bad=is_bad), status
    data: dict[str, Any] = {
        "status": status,
        "faults": [words.fault_as_json(fault) for fault in found],
        "checked": words.checked_as_json(counts),
    }
    if analysis is not None:
        data["findings"] = [words.as_json(each) for each in analysis.findings]
        data["reach"] = words.reach_as_json(analysis.reach)
    return _json(data), status


def _portfolio(request: Request) -> Validated | None:
    """The rows of the portfolio, where there is one to count in."""
    if request.portfolio is None or not request.is_analysed:
        return None
    from pipeline import run  # noqa: PLC0415 -- slow to import

    try:
        return run.check(request.portfolio, RunLog()).validated
    except InputError as unread:
        try:
            found = _faults_of(loader.load(request.folder), request.folder)
        except RulebookError as faults:
            found = _each(faults)
        raise PortfolioUnread([*_each(unread), *found]) from unread


def _faults_of(ruleset: Ruleset, folder: Path) -> list[PipelineError]:
    return [*whole_set.faults(ruleset, folder), *lock.faults(ruleset, folder)]


def _analyse(request: Request, portfolio: Validated | None) -> Analysis:
    require_solver(otherwise=", or use --no-analysis")
    from pipeline.ruletools.analysis import whole  # noqa: PLC0415 -- z3 may be missing

    ruleset = loader.load(request.folder, as_of=request.as_of)
    analysis = whole.analyse(ruleset, request.folder)
    if request.portfolio is None or portfolio is None:
        return analysis
    from pipeline.ruletools.analysis import live  # noqa: PLC0415 -- slow to import

    table, ids = live.facts_of(portfolio, ruleset, as_of=request.portfolio.as_of)
    return whole.with_live(analysis, table, ids)


def _text(
    counts: whole_set.CheckResult,
    faults: Sequence[PipelineError],
    analysis: Analysis | None,
    *,
    is_bad: bool,
) -> str:
    """Faults, then findings, then one line that says whether all is well."""
    told = [displayed(str(fault)) for fault in faults]
    parts = [f"{len(faults)} fault{'s' * (len(faults) != 1)}"] if faults else []
    if analysis is not None:
        told += [text for each in analysis.findings for text in words.lines(each)]
        parts.append(words.summary(analysis.findings))
    reached = ", ".join(
        f"{each.points} for a {each.role.replace('_', ' ')}"
        for each in (analysis.reach if analysis is not None else ())
    )
    if reached:
        told.append(f"Most points within reach: {reached}")
    verdict = ", ".join(parts)
    if not is_bad:
        without = ", as far as checked without the analysis"
        verdict = f"all is well{f' ({verdict})' if analysis is not None else without}"
    return "\n".join([*told, f"{_counts(counts)}: {verdict}"])


def _counts(result: whole_set.CheckResult) -> str:
    lists = f"{result.phrase_lists} phrase lists with {result.texts} texts"
    return f"{result.rules} rules, {result.examples} examples, {lists}"


def _faults(faults: RulebookError) -> list[dict[str, Any]]:
    return [words.fault_as_json(fault) for fault in _each(faults)]


def _each(faults: PipelineError) -> list[PipelineError]:
    return list(faults.errors) if isinstance(faults, ManyErrors) else [faults]


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
