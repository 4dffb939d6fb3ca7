"""Points of matched evidence, summed for each role: the facts that verdict rules read.

Hit policy: evidence is collected and summed, so its order cannot matter. Initiatives with equal
sums are put together, and verdict rules are asked once for each such case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.facts.table import FactColumn, FactTable
from pipeline.ledger import SUMS, WORDS, Rules, ledger_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions
    from pipeline.ledger import Ledger

_LEADS = ("lead", "typical_lead", "structure_lead")
_NAMES = tuple(f"{word}_{name}" for word in WORDS.values() for name in (*SUMS, *_LEADS))
_FIRST = 4_096  # initiatives that show whether many have equal sums
_TOO_MANY = 0.5
_FEW = 2_048  # initiatives that are summed by matrices rather than rule by rule
_BLOCK = 1 << 17  # initiatives whose sums stay in the cache while matches are added
_WORD, _NARROW = 64, 16  # bits of a number that holds several sums, and of one that is a place

Sums = dict[str, "NDArray[Any]"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally(FactTable):
    """The tally facts of ``schemas.facts`` by initiative, all known.

    ``distinct`` has each combination of sums that occurs once, ``of`` the one of every initiative.
    """

    distinct: FactTable
    of: NDArray[Any]


class _Sums(Mapping[str, FactColumn]):
    """Columns of sums and of their differences, each made when it is asked for."""

    def __init__(self, names: Collection[str], sums: Sums, size: int) -> None:
        self._names, self._sums = names, sums
        self._made: dict[str, FactColumn] = {}
        self._known = np.ones(size, bool)

    def __getitem__(self, name: str) -> FactColumn:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._made:
            one, *less = (self._sums[part].astype(np.int64) for part in _parts(name))
            self._made[name] = FactColumn(values=one - less[0] if less else one, known=self._known)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _parts(name: str) -> tuple[str, ...]:
    """The sum itself; of a lead, the sum it is counted from and the one that is taken off."""
    if not name.endswith("_lead"):
        return (name,)
    word, _, kind = name.removesuffix("_lead").partition("_")
    other = "program" if word == "project" else "project"
    return f"{word}_{kind or 'score'}", f"{other}_{kind or 'score'}"


def tally(evidence: Decisions, names: Iterable[str] = _NAMES) -> Tally:
    """Sum the points of matched evidence for each role.

    Args:
        evidence: What the engine says of evidence rules.
        names: The tally facts to make; initiatives are told apart by these alone.
    """
    asked = tuple(names)
    rules = tuple(Rules(shard.rules) for shard in evidence.shards)
    ledger = ledger_of(rules, frozenset(part for name in asked for part in _parts(name)))
    sums = dict(zip(ledger.names, _sums(ledger, evidence), strict=True))
    most = dict(zip(ledger.names, ledger.most, strict=True))
    of, cases = _distinct(sums, most, evidence.size)
    count = evidence.size if cases is sums else next(map(len, cases.values()), 1)
    return Tally(
        size=evidence.size,
        columns=_Sums(asked, sums, evidence.size),
        terms={},
        distinct=FactTable(size=count, columns=_Sums(asked, cases, count), terms={}),
        of=of,
    )


def _sums(ledger: Ledger, evidence: Decisions) -> list[NDArray[Any]]:
    if evidence.size <= _FEW:
        return ledger.sums_of_few(evidence.grid())
    made = [
        ledger.sums(partial(evidence.matched, start=start, end=start + _BLOCK), size)
        for start, size in _blocks(evidence.size)
    ]
    return [np.concatenate(parts) for parts in zip(*made, strict=True)]


def _blocks(size: int) -> Iterator[tuple[int, int]]:
    """Where each block begins, and how many initiatives are in it."""
    for start in range(0, size, _BLOCK):
        yield start, min(_BLOCK, size - start)


def _distinct(sums: Sums, most: Mapping[str, int], size: int) -> tuple[NDArray[Any], Sums]:
    """The case of each initiative, and the sums of each case.

    Where the first initiatives are nearly all different, each is a case of its own: then the sums
    are those given.
    """
    words = [(bits, _word(sums, bits)) for bits in _words(most)]
    if not words:
        return np.zeros(size, np.intp), sums
    bits, codes = words[0]
    if len(words) == 1 and sum(bits.values()) <= _NARROW:
        return _looked_up(codes, bits)
    columns = [codes for _, codes in words]
    first = [codes[:_FIRST] for codes in columns]
    if _cases(first).max(initial=-1) + 1 > len(first[0]) * _TOO_MANY:
        return np.arange(size), sums
    of = _cases(columns)
    member = np.zeros(int(of.max(initial=-1)) + 1, np.intp)
    member[of] = np.arange(size)
    return of, {name: values.take(member) for name, values in sums.items()}


def _words(most: Mapping[str, int]) -> list[dict[str, int]]:
    """The bits that sums take, put together to as many as a number has."""
    words: list[dict[str, int]] = []
    for name, largest in most.items():
        bits = largest.bit_length()
        if not words or sum(words[-1].values()) + bits > _WORD:
            words.append({})
        words[-1][name] = bits
    return words


def _word(sums: Sums, bits: Mapping[str, int]) -> NDArray[Any]:
    """Several sums side by side in the bits of one number, the first in the highest."""
    kind = np.min_scalar_type((1 << sum(bits.values())) - 1)
    first, *others = bits
    codes = sums[first].astype(kind)
    for name in others:
        codes *= kind.type(1 << bits[name])
        codes += sums[name]
    return codes


def _looked_up(codes: NDArray[Any], bits: Mapping[str, int]) -> tuple[NDArray[Any], Sums]:
    """``_distinct`` of numbers so narrow that each has its place in a table."""
    places = codes.astype(np.intp)
    used = np.zeros(1 << sum(bits.values()), bool)
    used[places] = True
    left = np.flatnonzero(used)
    number = np.zeros(len(used), np.min_scalar_type(len(left)))
    number[left] = np.arange(len(left))
    sums: Sums = {}
    for name, width in reversed([*bits.items()]):
        sums[name] = left & ((1 << width) - 1)
        left = left >> width
    return number.take(places), sums


def _cases(words: list[NDArray[Any]]) -> NDArray[np.intp]:
    """A number for each initiative, equal where all words are."""
    of, _ = pd.factorize(words[0])
    for word in words[1:]:
        codes, values = pd.factorize(word)
        of, _ = pd.factorize(of * np.intp(len(values)) + codes)
    return of.astype(np.intp, copy=False)
