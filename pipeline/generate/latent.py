"""What an invented initiative truly is, before an export forgets half of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.generate.chance import between, spread, weighted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.generate.chance import Flags, Integers

PROJECT, PROGRAM, UNCLEAR = range(3)
_KIND_SHARES = (0.60, 0.16, 0.24)

# Of 100 exports: few columns filled, the usual ones, nearly everything.
_RICHNESS_SHARES = (0.35, 0.50, 0.15)

_GIANT_SHARE = 0.01
_YEAR_DAYS = 365
_EUROS_A_PERSON_YEAR = 110_000
_FIRST_START = np.datetime64("2023-01-01", "D")
_START_DAYS = 5 * _YEAR_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class Latent:
    """One value a row; nothing is unknown yet.

    ``kind`` is PROJECT, PROGRAM or UNCLEAR. ``told`` is the kind that its sentences speak of, which
    for some rows is another one. ``richness`` is 0 to 2. ``unit`` is a position in the word list.
    ``budget`` is in units of the currency.
    """

    kind: Integers
    told: Integers
    richness: Integers
    giant: Flags
    unit: Integers
    projects: Integers
    teams: Integers
    people: Integers
    budget: NDArray[np.float64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]


def draw(rng: np.random.Generator, rows: int, *, units: int) -> Latent:
    """Draw ``rows`` initiatives that belong to ``units`` business units.

    Counts, budget and duration hang together: a team has some people, people cost money for as long
    as it takes. A hundredth of the projects are giants: one deliverable, huge all the same.
    """
    kind = weighted(rng, np.zeros(rows, dtype=np.int64), [_KIND_SHARES])
    told = weighted(rng, kind, [(0.88, 0.04, 0.08), (0.06, 0.80, 0.14), (0.12, 0.08, 0.80)])
    giant = (kind == PROJECT) & (rng.random(rows) < _GIANT_SHARE)
    projects = np.where(
        kind == PROGRAM, 2 + spread(rng, np.full(rows, 4.0), 0.6), between(rng, kind, _ONE_OR_FEW)
    )
    teams = between(rng, kind, ((1, 2), (3, 9), (1, 4)))
    people = teams * between(rng, kind, ((3, 9), (5, 14), (2, 8))) * np.where(giant, 15, 1)
    median_days = np.choose(kind, (300.0, 1400.0, 420.0)) * np.where(giant, 4, 1)
    days = 20 + spread(rng, median_days, 0.45)
    start = _FIRST_START + rng.integers(0, _START_DAYS, rows).astype("timedelta64[D]")
    years = days / _YEAR_DAYS
    cost = people * years * _EUROS_A_PERSON_YEAR * rng.lognormal(0.0, 0.6, rows)
    return Latent(
        kind=kind,
        told=told,
        richness=weighted(rng, np.zeros(rows, dtype=np.int64), [_RICHNESS_SHARES]),
        giant=giant,
        unit=rng.integers(0, units, rows),
        projects=projects,
        teams=teams,
        people=people,
        budget=_rounded(cost * np.where(giant, 2, 1)),
        start=start,
        end=start + days.astype("timedelta64[D]"),
    )


# A project is one; for what is unclear nobody knows either.
_ONE_OR_FEW = ((1, 1), (2, 2), (1, 3))


def _rounded(amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two significant digits, as people plan."""
    step = 10.0 ** np.maximum(np.floor(np.log10(amount)) - 1, 0)
    return np.asarray(np.rint(amount / step) * step)
