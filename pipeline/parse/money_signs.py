"""What all cells of a money column together tell about how each of them is to be read.

Signs of parts of a column add up to those of the column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.parse.numbers import Mark

# Doubts about a unit need that many amounts, so that one odd cell says nothing of a column.
_FEW = 5
SMALL_AMOUNT: Final = 10_000
_SMALL_SHARE = 0.8
LARGE_MEDIAN: Final = 1e11


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How large the amounts without a magnitude word of their own are, those of nothing left out.

    ``small`` are below ``SMALL_AMOUNT``, ``large`` beyond ``LARGE_MEDIAN``; ``under`` is the
    greatest that is not beyond it and ``over`` the least that is.
    """

    count: int = 0
    small: int = 0
    large: int = 0
    under: float = 0.0
    over: float = inf

    def __add__(self, other: Sizes) -> Sizes:
        return Sizes(
            count=self.count + other.count,
            small=self.small + other.small,
            large=self.large + other.large,
            under=max(self.under, other.under),
            over=min(self.over, other.over),
        )

    @property
    def are_small(self) -> bool:
        """Whether most amounts are too small to be whole ones."""
        return self.count >= _FEW and self.small >= _SMALL_SHARE * self.count

    @property
    def are_large(self) -> bool:
        """Whether the middle amount is beyond any budget."""
        if self.count < _FEW:
            return False
        if 2 * self.large == self.count:
            return (self.under + self.over) / 2 > LARGE_MEDIAN
        return 2 * self.large > self.count


def sizes_of(amounts: Iterable[tuple[float, int]]) -> Sizes:
    """Count amounts, each with the rows that have it."""
    count = small = large = 0
    under, over = 0.0, inf
    for amount, rows in amounts:
        if not amount:
            continue
        count += rows
        small += rows if amount < SMALL_AMOUNT else 0
        if amount > LARGE_MEDIAN:
            large, over = large + rows, min(over, amount)
        else:
            under = max(under, amount)
    return Sizes(count=count, small=small, large=large, under=under, over=over)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """``point`` and ``comma`` are rows whose spelling proves the decimal mark.

    ``is_open`` tells of cells such as "1.234", which are read with decimals where nothing proves
    it; ``codes`` are the currencies named beside amounts; ``sizes`` are what the amounts come to
    if either is the mark.
    """

    point: int = 0
    comma: int = 0
    is_open: bool = False
    codes: frozenset[str] = frozenset()
    sizes: Mapping[Mark, Sizes] = field(default_factory=dict)

    def __add__(self, other: Signs) -> Signs:
        return Signs(
            point=self.point + other.point,
            comma=self.comma + other.comma,
            is_open=self.is_open or other.is_open,
            codes=self.codes | other.codes,
            sizes={
                mark: self.sizes.get(mark, Sizes()) + other.sizes.get(mark, Sizes())
                for mark in {**self.sizes, **other.sizes}
            },
        )

    @property
    def mark(self) -> Mark:
        """The decimal mark; the point where nothing tells."""
        return "comma" if self.comma > self.point else "point"

    @property
    def is_assumed(self) -> bool:
        """Whether the mark matters, and no cell proves it."""
        return self.is_open and not self.point and not self.comma
