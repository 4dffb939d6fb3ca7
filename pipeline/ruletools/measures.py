"""Shares with their 95 % intervals, and the measures of verdicts against labels."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.ruletools.labelled import AMBIGUOUS
from schemas.facts import ROLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.facts.table import Bools

_Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share in 0..1 with its 95 % interval; all three are ``None`` of nothing.

    ``count`` may be half a number: a tie counts as half.
    """

    count: float
    of: int
    share: float | None
    low: float | None
    high: float | None


def wilson(count: float, of: int) -> Share:
    """A share and its Wilson score interval."""
    if not of:
        return Share(count=count, of=of, share=None, low=None, high=None)
    share = count / of
    shrunk = 1 + _Z**2 / of
    middle = (share + _Z**2 / (2 * of)) / shrunk
    half = _Z / shrunk * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    # Rounding must not push an end past the share itself.
    low, high = min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)
    return Share(count=count, of=of, share=share, low=low, high=high)


def mean_of_two(one: Share, other: Share) -> Share:
    """The mean of two shares; its interval from theirs, each side added in squares (Newcombe)."""
    count, of = one.count + other.count, one.of + other.of
    ends = (one.share, one.low, one.high, other.share, other.low, other.high)
    if None in ends:
        return Share(count=count, of=of, share=None, low=None, high=None)
    share1, low1, high1, share2, low2, high2 = (float(end or 0) for end in ends)
    share = (share1 + share2) / 2
    return Share(
        count=count,
        of=of,
        share=share,
        low=share - hypot(share1 - low1, share2 - low2) / 2,
        high=share + hypot(high1 - share1, high2 - share2) / 2,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """How well verdicts agree with labels; ``ambiguous`` initiatives count only where named so.

    ``balanced`` shares are the mean of those of the two labels, so that the more frequent label
    does not decide. ``undecided`` is the share of ambiguous initiatives that come out undecided.
    """

    n: int
    ambiguous: int
    decided: Share
    accuracy: Share
    accuracy_with_lean: Share
    balanced: Share
    balanced_with_lean: Share
    undecided: Share


def headline(
    labels: NDArray[np.str_], verdicts: NDArray[np.str_], leans: NDArray[np.str_]
) -> Headline:
    """Measure verdicts.

    Args:
        labels: Role or "ambiguous" of each initiative.
        verdicts: Verdict of each.
        leans: The better-scored role of each, "" at a tie.
    """
    known = labels != AMBIGUOUS
    decided = known & np.isin(verdicts, ROLES)
    right = verdicts == labels
    lean_right = np.where(leans == "", 0.5, leans == labels)
    points = np.where(decided, right, lean_right)
    unsure = ~known
    recalls = [
        wilson(int((right & decided & of).sum()), int((decided & of).sum())) for of in _each(labels)
    ]
    lean_recalls = [wilson(float(points[of].sum()), int(of.sum())) for of in _each(labels)]
    return Headline(
        n=int(known.sum()),
        ambiguous=int(unsure.sum()),
        decided=wilson(int(decided.sum()), int(known.sum())),
        accuracy=wilson(int((right & decided).sum()), int(decided.sum())),
        accuracy_with_lean=wilson(float(points[known].sum()), int(known.sum())),
        balanced=mean_of_two(*recalls),
        balanced_with_lean=mean_of_two(*lean_recalls),
        undecided=wilson(int((unsure & ~np.isin(verdicts, ROLES)).sum()), int(unsure.sum())),
    )


def _each(labels: NDArray[np.str_]) -> tuple[Bools, Bools]:
    return labels == ROLES[0], labels == ROLES[1]
