"""Whether confidence keeps its word: of the verdicts in each band, how many agree with labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.ruletools.measures import Share, wilson
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Where the bands begin; the last one includes 1.
BANDS: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Verdicts with a confidence from ``least`` up to the next band.

    ``mean`` is their mean confidence, ``None`` where there are none; ``right`` the share of them
    that agrees with the label.
    """

    least: float
    most: float
    mean: float | None
    right: Share


def calibration(
    verdicts: NDArray[np.str_],
    confidences: NDArray[np.float64],
    labels: NDArray[np.str_],
    *,
    bands: Sequence[float] = BANDS,
) -> list[Band]:
    """The reliability of confidence, band by band.

    Args:
        verdicts: Verdict of each initiative.
        confidences: Its confidence, 0..1.
        labels: Its right role; anything else, such as "", leaves it out, as does undecided.
        bands: Where bands begin, ascending from 0.
    """
    counted = np.isin(verdicts, ROLES) & np.isin(labels, ROLES)
    sure = confidences[counted]
    right = verdicts[counted] == labels[counted]
    # Confidence has two decimals; a hair below a band's edge is on it.
    places = np.digitize(np.round(sure, 6), list(bands)) - 1
    return [
        Band(
            least=least,
            most=most,
            mean=float(sure[inside].mean()) if inside.any() else None,
            right=wilson(int(right[inside].sum()), int(inside.sum())),
        )
        for place, (least, most) in enumerate(zip(bands, [*bands[1:], 1.0], strict=True))
        for inside in [places == place]
    ]
