"""What the report writers get: frames and plain values, nothing to compute any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pipeline.demand import Demand
    from pipeline.explain.missing import Question
    from pipeline.explain.record import Explanation
    from pipeline.history import Changes
    from pipeline.programs import Programs
    from pipeline.report.whole import Whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Rows of the input by outcome; ``read`` is the sum of the next four, always.

    ``derived`` counts initiatives made from parents without a row; they stand outside the sum.
    """

    read: int
    project_manager: int
    program_manager: int
    undecided: int
    quarantined: int
    derived: int
    warnings: int
    blank_rows: int
    totals_rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportData:
    """One run, ready to be written.

    ``manifest`` is the manifest without its ``outputs``: run_id, as_of, input, ruleset, counts,
    versions. ``initiatives`` satisfies ``schemas.report.Initiatives`` and then has the other input
    columns; row order is input order, derived initiatives last. ``evidence`` has one row per
    matched rule of an initiative, in the order of ``initiatives`` and then by rule id, with the
    columns of ``schemas.report.Evidence``. ``advisories`` likewise (``schemas.report.Advisories``).
    ``quarantine`` and ``warnings`` satisfy ``schemas.report.Problems``. ``quarantined_cells`` are
    the raw text cells of quarantined rows, indexed by source line, under their own headers.
    ``rules`` is the catalogue of rules that ran (``schemas.report.Rules``). ``programs`` has the
    clusters that nobody declared a program, where they were looked for. ``explanations`` has those
    of the initiatives to look at first, by position in ``initiatives``. ``missing`` has what to ask
    the owner of every undecided initiative, likewise by position. ``demand`` tells how many
    leads are needed when and where, and against a roster if one was given.

    Of earlier runs, each ``None`` where there are none: ``changes`` since the run before,
    ``decisions`` of the project office (``schemas.history.Decisions``), and ``past``, the verdicts
    given before this run (``schemas.history.Past``). ``taken`` are all decisions, oldest first,
    also those that others took the place of.

    ``whole`` is there where the portfolio was read in parts. The frames then hold no more than the
    initiatives to look at first and the first problems, ``counts``, ``rules`` and ``demand`` are of
    all; programs and changes were not looked for, which is not the same as none.
    """

    manifest: Mapping[str, Any]
    counts: Counts
    initiatives: pd.DataFrame
    evidence: pd.DataFrame
    advisories: pd.DataFrame
    quarantine: pd.DataFrame
    warnings: pd.DataFrame
    quarantined_cells: pd.DataFrame
    rules: pd.DataFrame
    programs: Programs | None = None
    explanations: Mapping[int, Explanation] = field(default_factory=dict)
    missing: Mapping[int, tuple[Question, ...]] = field(default_factory=dict)
    demand: Demand | None = None
    changes: Changes | None = None
    decisions: pd.DataFrame | None = None
    past: pd.DataFrame | None = None
    taken: pd.DataFrame | None = None
    whole: Whole | None = None
