"""A move: one fact set to another value, and what else changes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.explain.consequences import COME_WITH, GONE_WITH
from pipeline.explain.flips import Candidate, shown
from pipeline.verdict import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.facts.table import Fact, Scalar
    from schemas.facts import FactSpec

    # What is set, and how far it is from what it was, as ``flips.cost_of`` measures it.
    Move = tuple[Candidate, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One fact set to another value; "unknown" where nobody has stated it."""

    fact: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.fact} {self.before}→{self.after}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
    """Changes that, made together, give ``verdict``; ``cost`` is their total distance."""

    changes: tuple[Change, ...]
    verdict: str
    cost: float

    def __str__(self) -> str:
        return " and ".join(map(str, self.changes))


def flip_of(fact: Fact, chosen: Sequence[Move], target: int) -> Flip:
    """Moves of one initiative that make its verdict ``target``, a place in ``OUTCOMES``."""
    changes = (
        Change(
            fact=move.spec.name,
            before=shown(fact.get(move.spec.name)),
            after=shown(move.value),
        )
        for move, _ in chosen
    )
    cost = round(sum(cost for _, cost in chosen), 6)
    return Flip(changes=tuple(changes), verdict=OUTCOMES[target], cost=cost)


def moved(fact: Fact, name: str, value: Scalar | None) -> dict[str, Any]:
    """One initiative after one fact has changed, and what changes with it."""
    after = dict(fact)
    if value is None:
        for gone in (name, *GONE_WITH.get(name, ())):
            after.pop(gone, None)
        return after
    return {**after, name: value, **COME_WITH.get(name, {})}


def one_step(spec: FactSpec, value: Any) -> Iterator[Scalar | None]:  # noqa: ANN401
    """The values next to a known one."""
    if spec.kind == "choice":
        place = spec.choices.index(value)
        yield from spec.choices[max(0, place - 1) : place]
        yield from spec.choices[place + 1 : place + 2]
    elif spec.kind == "boolean":
        yield None
    else:
        step = int(spec.step)
        yield from (
            near for near in (value - step, value + step) if spec.least <= near <= spec.most
        )
