"""Times of service in a roster: which rows contradict themselves or each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pipeline.demand.names import person_key
from pipeline.demand.quarters import ALWAYS, day_numbers
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_FULL_TIME: Final = 1.0
_ROUNDING: Final = 1e-9
# Of one person; whoever has more is several people of one name, or a time sheet.
_MOST_ROWS: Final = 30


def out_of_order(people: pd.DataFrame) -> list[Problem]:
    """Rows whose last day lies before the first."""
    wrong = people[people["available_from"] > people["available_to"]]
    return [
        Problem(
            source_line=line,
            code="to-before-from",
            column="available_to",
            value=f"{first:%Y-%m-%d} to {last:%Y-%m-%d}",
        )
        for line, first, last in zip(
            wrong.index.tolist(), wrong["available_from"], wrong["available_to"], strict=True
        )
    ]


def overfull(people: pd.DataFrame) -> list[Problem]:
    """Rows that, with earlier ones of the same person, give more than one person's time."""
    spans = zip(
        day_numbers(people["available_from"], -ALWAYS).tolist(),
        day_numbers(people["available_to"], ALWAYS).tolist(),
        people["capacity"].tolist(),
        strict=True,
    )
    taken: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
    problems = []
    for line, name, span in zip(people.index.tolist(), people["name"], spans, strict=True):
        own = taken[person_key(name)]
        if len(own) < _MOST_ROWS and _fullest([*own, span], span) <= _FULL_TIME + _ROUNDING:
            own.append(span)
            continue
        code = "person-overfull" if len(own) < _MOST_ROWS else "person-too-often"
        problems.append(Problem(source_line=line, code=code, column="name", value=name))
    return problems


def _fullest(spans: Sequence[tuple[int, int, float]], within: tuple[int, int, float]) -> float:
    """The most time that spans give on any day of one of them."""
    begin, end, _ = within
    # What is given rises only where a span begins.
    days = [begin, *(first for first, _, _ in spans if begin <= first <= end)]
    return max(
        sum(share for first, last, share in spans if first <= day <= last) for day in set(days)
    )
