"""Typed rows to accepted and quarantined ones, with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from pipeline.problems import Problem, catalogue
from schemas.portfolio import Portfolio, doubts, is_own_parent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterable, Sequence

    from pipeline.parse.typed import Typed

_OUT: Final = frozenset({"quarantine", "superseded"})
# Two rows of one id may both be good; which of them counts is settled once the bad ones are out.
_SETTLED_LATER: Final = ("initiative_id", "field_uniqueness")


class ValidationFault(Exception):  # noqa: N818 -- named for what it is
    """Rows broke a constraint that only our own code can break, or were lost: our bug."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Validated:
    """Every typed row is either accepted or quarantined, never both, never neither.

    ``accepted`` satisfies ``schemas.portfolio.Portfolio``; both frames have its columns, keep the
    input order and the index ``source_line``. ``problems`` has those of ingest and parse first,
    then those found here by line, column and code. ``superseded`` counts the quarantined rows that
    are older reports of an accepted id.
    """

    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    problems: tuple[Problem, ...]
    superseded: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Surplus:
    """A row whose id the row ``kept`` holds; ``is_older`` where that one is a later report."""

    line: int
    kept: int
    is_older: bool


def validate(
    typed: Typed, *, as_of: dt.date, surplus: Sequence[Surplus] | None = None
) -> Validated:
    """Accept or quarantine every row.

    Args:
        typed: What parse made of the raw rows.
        as_of: The day of the run, from which dates are judged too far.
        surplus: Rows whose id another row holds, where ``typed`` is only a part of a portfolio and
            the other row may stand elsewhere.

    Raises:
        ValidationFault: A row would be lost, or an accepted one breaks the model.
    """
    rows = typed.rows
    found, out = _unfit(typed)
    if surplus is None:
        surplus = _settle_ids(rows.loc[~rows.index.isin(out)])
    ids = rows["initiative_id"]
    settled = [_of_surplus(each, str(ids.loc[each.line])) for each in surplus]
    out |= {each.source_line for each in settled}
    found += settled + _broken(doubts(as_of), rows)
    found.sort(key=lambda each: (each.source_line, each.column, each.code))
    is_out = rows.index.isin(out)
    validated = Validated(
        accepted=_without_itself(rows.loc[~is_out]),
        quarantined=rows.loc[is_out],
        problems=(*typed.problems, *found),
        superseded=sum(each.is_older for each in surplus),
    )
    _check(validated, rows.index)
    return validated


def unfit(typed: Typed) -> set[int]:
    """Lines of the rows that are out whatever other rows say."""
    return _unfit(typed)[1] & set(typed.rows.index.tolist())


def _unfit(typed: Typed) -> tuple[list[Problem], set[int]]:
    found = _broken(Portfolio.to_schema(), typed.rows)
    return found, {each.source_line for each in (*typed.problems, *found) if each.severity in _OUT}


def _broken(schema: pa.DataFrameSchema, rows: pd.DataFrame) -> list[Problem]:
    """One problem for each row and constraint broken."""
    # An empty frame passes every constraint; pandera would stumble over its dtypes.
    if rows.empty:
        return []
    try:
        schema.validate(rows, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    problems: dict[tuple[Hashable, ...], Problem] = {}
    for case in cases.itertuples():
        if (case.column, case.check) == _SETTLED_LATER:
            continue
        problem = _problem(case, rows)
        # A constraint between columns fails once for each column of the frame.
        problems[problem.source_line, problem.code, problem.column] = problem
    return list(problems.values())


def _problem(case: object, rows: pd.DataFrame) -> Problem:
    code = str(getattr(case, "check", "")).replace("_", "-")
    line = getattr(case, "index", None)
    if code not in catalogue() or line is None or pd.isna(line):
        raise ValidationFault(f"pipeline.parse handed on a frame that breaks {case}")
    row = rows.iloc[int(rows.index.get_indexer(pd.Index([line]))[0])]
    column, value = _place(code, str(getattr(case, "column", "")), row)
    return Problem(source_line=int(line), code=code, column=column, value=value)


def _place(code: str, column: str, row: pd.Series) -> tuple[str, str]:
    """Column and value to show for a problem of one row."""
    match code:
        case "end-before-start":
            return "end_date", f"{row['start_date']:%Y-%m-%d} to {row['end_date']:%Y-%m-%d}"
        case "depends-on-itself":
            return "depends_on", str(row["initiative_id"])
        case "parent-itself":
            return "parent_id", str(row["initiative_id"])
        case "date-far":
            return column, f"{row[column]:%Y-%m-%d}"
        case "name-missing":
            return column, ""
        case _:
            return column, str(row[column])


def _settle_ids(rows: pd.DataFrame) -> list[Surplus]:
    """Keep one row of every id: the latest report, else the first row.

    Older reports are superseded. A row of the same day, or without one, is a duplicate.
    """
    twice = rows.loc[rows["initiative_id"].duplicated(keep=False), ["initiative_id", "reported_on"]]
    surplus: list[Surplus] = []
    for _, group in twice.groupby("initiative_id", sort=False):
        reported = group["reported_on"]
        # Of several rows of the latest day, idxmax finds the first.
        kept = group.index[0] if reported.isna().all() else reported.idxmax()
        older = reported < reported.max()
        surplus += [
            Surplus(line=int(str(line)), kept=int(str(kept)), is_older=bool(is_older))
            for line, is_older in older.items()
            if line != kept
        ]
    return surplus


def _of_surplus(surplus: Surplus, initiative_id: str) -> Problem:
    code = "id-superseded" if surplus.is_older else "id-duplicate"
    does = "holds the latest report of" if surplus.is_older else "is classified under"
    return Problem(
        source_line=surplus.line,
        code=code,
        column="initiative_id",
        value=initiative_id,
        hint=f"Row {surplus.kept} {does} this id. {catalogue()[code].hint}",
    )


def _without_itself(rows: pd.DataFrame) -> pd.DataFrame:
    """Take an initiative out of its own parent and dependencies, as the warnings announce."""
    pairs = zip(rows["depends_on"], rows["initiative_id"], strict=True)
    others = [
        tuple(each for each in ids if each != own) or None if isinstance(ids, tuple) else None
        for ids, own in pairs
    ]
    return rows.assign(
        parent_id=rows["parent_id"].mask(is_own_parent(rows)),
        depends_on=pd.Series(others, index=rows.index, dtype=object),
    )


def _check(validated: Validated, lines: pd.Index[int]) -> None:
    """Refuse to go on with lost rows, or with accepted ones that break the model."""
    accepted, quarantined = validated.accepted, validated.quarantined
    if not accepted.index.append(quarantined.index).sort_values().equals(lines.sort_values()):
        raise ValidationFault("rows were lost or doubled between parse and validate")
    quarantined_lines = _lines(each for each in validated.problems if each.severity in _OUT)
    if not quarantined_lines.issuperset(quarantined.index):
        raise ValidationFault("a row was quarantined without a reason")
    if accepted.empty:
        return
    try:
        Portfolio.validate(accepted, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        raise ValidationFault(f"accepted rows break the model: {errors.message}") from errors


def _lines(problems: Iterable[Problem]) -> set[int]:
    return {each.source_line for each in problems}
