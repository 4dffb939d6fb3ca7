"""The search for the changes of one initiative that give another verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.verdict import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.explain.moves import Move
    from pipeline.explain.trials import Trials
    from pipeline.facts.table import Fact

    # Moves made together, and the verdict they give, a place in ``OUTCOMES``.
    Proposal = tuple[Sequence[Move], int]

Closeness = Literal["borderline", "sensitive", "robust"]
_UNDECIDED = OUTCOMES.index("undecided")


class GivenUp(Exception):  # noqa: N818 -- named for what happened
    """The solver gave up within its steps: there may be a change, or a smaller one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """One initiative, what may be changed of it, and what finds the smallest change.

    ``trials`` are of all moves, ``steps`` of each known fact moved by one step. ``solver`` finds
    the smallest moves that give a verdict where combinations are too many to try, else ``None``.
    """

    fact: Fact
    trials: Trials
    steps: Trials
    solver: Callable[[int], list[Move] | None] | None

    @property
    def first(self) -> list[tuple[Trials, int]]:
        """What has to be decided of every initiative: as it is, and each move alone."""
        return [(self.trials, 0), (self.trials, 1), (self.steps, 1)]

    @property
    def is_open(self) -> bool:
        """Whether more moves have to be tried together than have been."""
        return self.solver is None and any(
            self.trials.smallest(first) is None for first, *_ in self._targets
        )

    @property
    def _targets(self) -> list[tuple[int, ...]]:
        """For each change to be shown, the verdicts it may give, the most wanted first."""
        now = self.trials.now
        return [(0,), (1,)] if now == _UNDECIDED else [(1 - now, _UNDECIDED)]

    def smallest(self) -> tuple[list[Proposal], bool]:
        """The smallest change for each other verdict, and whether the solver gave up a search."""
        found: list[Proposal] = []
        gave_up = False
        search = self.solver or self.trials.smallest
        for targets in self._targets:
            for target in targets:
                try:
                    chosen = search(target)
                except GivenUp:
                    gave_up = True
                    break
                if chosen:
                    found.append((chosen, target))
                    break
        return found, gave_up

    def closeness(self) -> tuple[Closeness, Proposal | None]:
        """How near another verdict is, and the single move that this stands on."""
        if step := self.steps.nearest(self.trials.now):
            return "borderline", step
        nearest = self.trials.nearest(self.trials.now)
        return ("sensitive" if nearest else "robust"), nearest
