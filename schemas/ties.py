"""What ties initiatives together, and how firmly: numbers a PMO may want to move, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TieKind = Literal["dependency", "series", "goal", "vendor", "sponsor", "domain", "unit"]
Sort = Literal["sequence", "series", "purpose", "supplier", "authority", "discipline"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """One kind of tie.

    Initiatives are tied where they name the same value in ``columns``, a dependency where one names
    the other. ``weight`` is that of a value which two share; it falls as more do, see ``rarity``.
    A tie that ``suffices`` ties by itself; of the others it takes two sorts, one of them
    ``telling``. Ties of one ``sort`` say the same thing
    twice: whoever shares a sponsor mostly shares a business unit, too.
    """

    kind: TieKind
    sort: Sort
    columns: tuple[str, ...]
    weight: float
    words: str
    telling: bool = False
    suffices: bool = False


TIES: tuple[Tie, ...] = (
    Tie(
        kind="dependency",
        sort="sequence",
        columns=("depends_on",),
        weight=2.0,
        words="dependency",
        telling=True,
        suffices=True,
    ),
    # Names that are the same but for numbers and phases, such as one system in many departments.
    Tie(
        kind="series",
        sort="series",
        columns=("name",),
        weight=2.0,
        words="name",
        telling=True,
        suffices=True,
    ),
    Tie(
        kind="goal",
        sort="purpose",
        columns=("strategic_goals",),
        weight=1.0,
        words="goal",
        telling=True,
    ),
    Tie(
        kind="vendor",
        sort="supplier",
        columns=("vendors",),
        weight=0.8,
        words="vendor",
    ),
    Tie(
        kind="sponsor",
        sort="authority",
        columns=("sponsor",),
        weight=0.8,
        words="sponsor",
        telling=True,
    ),
    Tie(
        kind="domain",
        sort="discipline",
        columns=("technical_domains",),
        weight=0.6,
        words="domain",
    ),
    Tie(
        kind="unit",
        sort="authority",
        columns=("business_unit",),
        weight=0.3,
        words="business unit",
    ),
)
BY_KIND: dict[TieKind, Tie] = {tie.kind: tie for tie in TIES}

# What more than these share says nothing about any two of them. Not a share of the portfolio: then
# one initiative more, of nobody's concern, would tie or untie others.
MOST_SHARING = 30
# Two initiatives without a tie that suffices belong together from this sum of weights on.
LEAST_WEIGHT = 0.6
LEAST_SORTS = 2
# Two are a pair, not a program.
LEAST_MEMBERS = 3
# Nobody leads more than these as one; a larger component is split where its ties are thinnest.
MOST_MEMBERS = 25
# Of a larger component a faster, coarser method finds the communities.
MOST_FOR_LOUVAIN = 1_000

# Words, folded, that tell members of a series apart, besides numbers and single letters.
SERIES_WORDS = frozenset(
    {
        "annex",
        "batch",
        "fy",
        "ii",
        "iii",
        "iv",
        "ix",
        "lot",
        "number",
        "package",
        "part",
        "phase",
        "release",
        "round",
        "section",
        "stage",
        "step",
        "tranche",
        "version",
        "vi",
        "vii",
        "viii",
        "wave",
        "year",
    }
)
# A name of fewer words is too short to tell a series from chance; a shorter word says little.
LEAST_SERIES_WORDS = 2
LEAST_LETTERS = 3

# Spellings, folded, that stand in a cell but name nothing.
NO_VALUE = frozenset(
    {
        "",
        "all",
        "any",
        "diverse",
        "general",
        "internal",
        "misc",
        "miscellaneous",
        "multiple",
        "n a",
        "na",
        "none",
        "not applicable",
        "not available",
        "not specified",
        "open",
        "other",
        "others",
        "several",
        "t b c",
        "t b d",
        "tba",
        "tbc",
        "tbd",
        "to be announced",
        "to be confirmed",
        "to be decided",
        "to be determined",
        "unassigned",
        "unknown",
        "unspecified",
        "vacant",
        "various",
    }
)
