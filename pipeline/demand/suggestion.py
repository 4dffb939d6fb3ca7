"""A suggestion of who could lead what: never a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from pipeline.demand import greedy, reasons
from pipeline.demand.leads import NOBODY
from pipeline.demand.matching import Matching
from pipeline.demand.work import NO_ROLE
from schemas.demand import Assignment
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon
    from pipeline.demand.supply import Supply
    from pipeline.demand.work import Work
    from schemas.settings import Capacity

# Beyond these even one look at every pair takes too long; nobody reads such a list either.
MOST_PAIRS: Final = 50_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """How the suggestion for one role was found.

    ``status``: ``optimal``, the best possible; ``stopped``, at most ``gap`` (a share) from it;
    ``greedy``, one initiative at a time, because there are too many for the solver or it found
    nothing in its time; ``none``, nothing to suggest.
    """

    role: str
    status: Literal["optimal", "stopped", "greedy", "none"]
    gap: float
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """``assignment`` satisfies ``schemas.demand.Assignment``.

    ``loads`` is what each entry of the roster takes by it, by quarter.
    """

    assignment: pd.DataFrame
    loads: NDArray[np.float64]
    methods: tuple[Method, ...]


def suggest(
    work: Work,
    people: Supply,
    horizon: Horizon,
    capacity: Capacity,
    led: tuple[NDArray[np.intp], NDArray[np.float64]],
) -> Suggestion:
    """Suggest one person for every decided initiative that may be active within the horizon.

    One without dates is listed, too, with nobody: who has room for it depends on its dates.

    Args:
        work: The initiatives.
        people: The people.
        horizon: The quarters.
        capacity: The ceiling.
        led: The entry that leads each initiative today, and what the undecided ones among those
            take of each entry, by quarter: that time is not given away.
    """
    led_by, undecided = led
    frames, methods = [], []
    loads = np.zeros_like(people.shares)
    for role in range(len(ROLES)):
        rows = np.flatnonzero(work.is_counted & (work.role == role))
        entries = np.flatnonzero(people.role == role)
        matching = _matching(work, people, capacity, (rows, entries), (led_by, undecided))
        chosen, method = _solved(matching, ROLES[role])
        methods.append(method)
        given = np.flatnonzero(chosen != NOBODY)
        np.add.at(loads, entries[chosen[given]], matching.loads[given])
        case = reasons.Case(
            work=work,
            people=people,
            horizon=horizon,
            matching=matching,
            rows=rows,
            entries=entries,
            led_by=led_by,
            chosen=chosen,
        )
        frames += [_frame(case, role), _not_dated(work, role)]
    assignment = pd.concat(frames).sort_values("initiative_id", kind="stable", ignore_index=True)
    return Suggestion(
        assignment=Assignment.validate(assignment), loads=loads, methods=tuple(methods)
    )


def _matching(
    work: Work,
    people: Supply,
    capacity: Capacity,
    places: tuple[NDArray[np.intp], NDArray[np.intp]],
    led: tuple[NDArray[np.intp], NDArray[np.float64]],
) -> Matching:
    rows, entries = places
    led_by, undecided = led
    role = people.role[entries[0]] if len(entries) else NO_ROLE
    local = np.full(len(people.role) + 1, NOBODY, np.intp)  # the last one is for NOBODY
    local[entries] = np.arange(len(entries))
    supply = people.shares[entries]
    is_small = len(rows) * len(entries) <= MOST_PAIRS
    return Matching(
        loads=work.loads(int(role))[rows],
        room=np.maximum(supply - undecided[entries], 0),
        supply=supply,
        can=people.is_there(work.first[rows], work.last[rows], entries)
        if is_small
        else np.zeros((0, 0), np.bool_),
        owner=local[led_by[rows]],
        unit=work.unit[rows],
        home=people.unit[entries],
        ceiling=capacity.utilisation,
    )


def _solved(matching: Matching, role: str) -> tuple[NDArray[np.intp], Method]:
    # Its library takes a sixth of the start of every command, and only a roster needs it.
    from pipeline.demand import solver  # noqa: PLC0415

    nobody = np.full(len(matching.loads), NOBODY, np.intp)
    if not matching.pairs:
        note = "nobody of this role is in the roster" if len(nobody) else "nothing to lead"
        return nobody, Method(role=role, status="none", gap=0.0, note=note)
    if matching.pairs > MOST_PAIRS:
        note = f"{matching.pairs:,} pairs of initiative and person are too many to look at"
        return nobody, Method(role=role, status="none", gap=0.0, note=note)
    if matching.pairs > solver.MOST_PAIRS:
        note = f"one at a time: {matching.pairs:,} pairs of initiative and person"
        return greedy.fill(matching, nobody), Method(role=role, status="greedy", gap=0.0, note=note)
    solution = solver.solve(matching)
    if solution is None:
        note = "one at a time: the solver found nothing in its time"
        return greedy.fill(matching, nobody), Method(role=role, status="greedy", gap=0.0, note=note)
    note = (
        "the best possible"
        if solution.status == "optimal"
        else f"the search was stopped; the best is at most {solution.gap:.0%} better"
    )
    method = Method(role=role, status=solution.status, gap=solution.gap, note=note)
    # Within its tolerance the solver may leave out what fits.
    return greedy.fill(matching, solution.chosen), method


def _frame(case: reasons.Case, role: int) -> pd.DataFrame:
    labels = np.array(case.horizon.labels, object)
    active = case.work.possible[case.rows, :-1] > 0
    last = active.shape[1] - 1 - active[:, ::-1].argmax(axis=1)
    told = [case.told(place) for place in range(len(case.rows))]
    texts = {
        "first_quarter": labels[active.argmax(axis=1)],
        "last_quarter": labels[last],
        "suggested": [case.suggested(place) for place in range(len(case.rows))],
        "change": [change for change, _ in told],
        "reason": [reason for _, reason in told],
    }
    return _told(case.work, case.rows, role, texts)


def _not_dated(work: Work, role: int) -> pd.DataFrame:
    rows = np.flatnonzero((work.state == "no_dates") & (work.role == role))
    nothing = [""] * len(rows)
    texts = {
        "first_quarter": nothing,
        "last_quarter": nothing,
        "suggested": nothing,
        "change": ["nobody"] * len(rows),
        "reason": ["its dates are not known, so nobody can tell who has room for it"] * len(rows),
    }
    return _told(work, rows, role, texts)


def _told(
    work: Work, rows: NDArray[np.intp], role: int, texts: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Some rows of ``schemas.demand.Assignment``."""
    all_texts: dict[str, Iterable[str]] = {
        "initiative_id": work.ids[rows],
        "name": work.names[rows],
        "business_unit": work.unit_names[rows],
        "role": [ROLES[role]] * len(rows),
        "owner": work.owner[rows],
        **texts,
    }
    frame = pd.DataFrame(
        {name: pd.array(list(text), dtype="str") for name, text in all_texts.items()}
    )
    frame["share"] = work.shares[rows, role]
    return frame[list(Assignment.to_schema().columns)]
