"""Facts of many initiatives as columns, and of one as a flat mapping."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from schemas.facts import FactSpec

Bools: TypeAlias = "NDArray[np.bool_]"
Scalar: TypeAlias = bool | int | float | str
# One initiative: name to value, unknown absent; terms facts are frozensets, never absent.
Fact: TypeAlias = "Mapping[str, Scalar | frozenset[str]]"


@dataclass(frozen=True, kw_only=True, slots=True)
class FactColumn:
    """One scalar fact of every initiative.

    ``values`` is int64, float64, bool, or int8 codes into the choices of the vocabulary; where
    ``known`` is false the value means nothing.
    """

    values: NDArray[Any]
    known: Bools


@dataclass(frozen=True, kw_only=True, slots=True)
class FactTable:
    """Facts of ``size`` initiatives, by position.

    ``terms`` maps a terms fact and a phrase list to where it was found. A scalar fact that is not
    in ``columns`` is unknown everywhere; a phrase list that is not in ``terms`` is found nowhere.
    """

    size: int
    columns: Mapping[str, FactColumn]
    terms: Mapping[tuple[str, str], Bools]

    def known(self, name: str) -> Bools:
        """Where a scalar fact is known."""
        column = self.columns.get(name)
        return np.zeros(self.size, bool) if column is None else column.known

    def mentions(self, name: str, phrase_list: str) -> Bools:
        """Where a phrase list was found by a terms fact."""
        found = self.terms.get((name, phrase_list))
        return np.zeros(self.size, bool) if found is None else found

    def fact(self, position: int, names: Iterable[str] | None = None) -> Fact:
        """The fact of one initiative, of ``names`` only if given."""
        wanted = VOCABULARY if names is None else names
        return {
            name: value for name in wanted if (value := self._value(name, position)) is not None
        }

    def _value(self, name: str, position: int) -> Any:  # noqa: ANN401
        spec = VOCABULARY[name]
        if spec.kind == "terms":
            return frozenset(
                phrase_list
                for (fact, phrase_list), found in self.terms.items()
                if fact == name and found[position]
            )
        column = self.columns.get(name)
        if column is None or not column.known[position]:
            return None
        value = column.values[position].item()
        return spec.choices[value] if spec.kind == "choice" else value

    def facts(
        self, positions: Sequence[int], names: Iterable[str], terms: Iterable[tuple[str, str]]
    ) -> list[Fact]:
        """The facts of a few initiatives at once.

        Args:
            positions: Whose.
            names: The scalar facts to give.
            terms: The phrase lists to look for, by terms fact and list; no other is in the facts.
        """
        made: list[dict[str, Any]] = [{} for _ in positions]
        at = np.asarray(positions, np.intp)
        for name in names:
            column = self.columns.get(name)
            if column is None:
                continue
            choices = VOCABULARY[name].choices
            values, known = column.values.take(at).tolist(), column.known.take(at).tolist()
            for fact, value, is_known in zip(made, values, known, strict=True):
                if is_known:
                    fact[name] = choices[value] if choices else value
        lists: defaultdict[str, list[tuple[str, list[bool]]]] = defaultdict(list)
        for name, phrase_list in terms:
            found = self.terms.get((name, phrase_list))
            hits = [False] * len(made) if found is None else found.take(at).tolist()
            lists[name].append((phrase_list, hits))
        for name, every in lists.items():
            for place, fact in enumerate(made):
                fact[name] = frozenset([one for one, hits in every if hits[place]])
        return list(made)

    def take(self, positions: NDArray[np.intp]) -> FactTable:
        """The facts of some initiatives."""
        return FactTable(
            size=len(positions),
            columns={
                name: FactColumn(values=column.values[positions], known=column.known[positions])
                for name, column in self.columns.items()
            },
            terms={key: found[positions] for key, found in self.terms.items()},
        )

    def between(self, start: int, end: int) -> FactTable:
        """The facts of neighbors, nothing copied."""
        return FactTable(
            size=len(range(self.size)[start:end]),
            columns={
                name: FactColumn(values=column.values[start:end], known=column.known[start:end])
                for name, column in self.columns.items()
            },
            terms={key: found[start:end] for key, found in self.terms.items()},
        )

    def joined(self, other: FactTable) -> FactTable:
        """These facts and those of ``other``, of the same initiatives."""
        return FactTable(
            size=self.size,
            columns={**self.columns, **other.columns},
            terms={**self.terms, **other.terms},
        )

    def with_constant(self, name: str, value: Scalar | None) -> FactTable:
        """A copy in which one scalar fact has the same value everywhere; ``None`` is unknown."""
        spec = VOCABULARY[name]
        code = 0 if value is None else code_of(spec, value)
        column = FactColumn(
            values=np.full(self.size, code, dtype_of(spec)),
            known=np.full(self.size, value is not None),
        )
        return FactTable(size=self.size, columns={**self.columns, name: column}, terms=self.terms)


def dtype_of(spec: FactSpec) -> type[np.generic]:
    """The kind of number that a column of a scalar fact has."""
    kinds: dict[str, type[np.generic]] = {
        "choice": np.int8,
        "boolean": np.bool_,
        "number": np.float64,
    }
    return kinds.get(spec.kind, np.int64)


def code_of(spec: FactSpec, value: object) -> Any:  # noqa: ANN401 -- a number of some kind
    """A known value as its column has it."""
    return spec.choices.index(str(value)) if spec.kind == "choice" else value


def table_of(facts: Iterable[Fact]) -> FactTable:
    """Facts given one by one, such as the examples of rules, as a table."""
    rows = list(facts)
    columns: dict[str, FactColumn] = {}
    terms: dict[tuple[str, str], Bools] = {}
    for name in sorted({name for row in rows for name in row}):
        spec = VOCABULARY[name]
        if spec.kind == "terms":
            for phrase_list in sorted({item for row in rows for item in _terms(row, name)}):
                terms[name, phrase_list] = np.array(
                    [phrase_list in _terms(row, name) for row in rows]
                )
            continue
        known = np.array([name in row for row in rows])
        codes = [code_of(spec, row[name]) if name in row else 0 for row in rows]
        values = np.array(codes, dtype_of(spec))
        columns[name] = FactColumn(values=values, known=known)
    return FactTable(size=len(rows), columns=columns, terms=terms)


def _terms(row: Fact, name: str) -> frozenset[str]:
    found = row.get(name, frozenset())
    return frozenset(found) if isinstance(found, frozenset | set | list | tuple) else frozenset()
