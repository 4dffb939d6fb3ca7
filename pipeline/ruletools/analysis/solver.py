"""Questions to z3 about formulas, asked so that the answers never depend on chance."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import z3  # type: ignore[import-untyped, unused-ignore]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.formulas import Formula


# Steps, not seconds: a question that is given up is given up on every machine.
_STEPS = 40_000_000
_FEW_STEPS = 2_000_000


class Unsettled(Exception):  # noqa: N818 -- named for what happened
    """The solver gave up within its steps: neither possible nor impossible."""


class Search:
    """Formulas that shall hold together, and what can be asked of them.

    Args:
        formulas: What holds throughout; ``add`` and ``assuming`` require more.
        steps: After how many of its own steps the solver gives up a question.
    """

    def __init__(self, formulas: Sequence[Formula], *, steps: int = _STEPS) -> None:
        self._steps = steps
        # Without tactics: they make some of our sums a thousand times slower.
        self._solver = z3.SimpleSolver()
        self._solver.set("random_seed", 0)
        self.add(*formulas)

    def add(self, *formulas: Formula) -> None:
        """Require more."""
        self._solver.add(*formulas)

    @contextmanager
    def assuming(self, *formulas: Formula) -> Iterator[None]:
        """Require more for a while."""
        self._solver.push()
        self.add(*formulas)
        try:
            yield
        finally:
            self._solver.pop()

    def possible(self, *formulas: Formula) -> bool:
        """Whether everything can hold together, with ``formulas`` for this question alone.

        Raises:
            Unsettled: The solver gave up.
        """
        answer = self._ask(formulas, self._steps)
        if answer == z3.unknown:
            raise Unsettled(self._solver.reason_unknown())
        return bool(answer == z3.sat)

    def soon_possible(self, *formulas: Formula) -> bool:
        """Like ``possible``, but false where it is hard to tell."""
        return bool(self._ask(formulas, _FEW_STEPS) == z3.sat)

    def _ask(self, formulas: Sequence[Formula], steps: int) -> Any:  # noqa: ANN401 -- z3's answer
        with self.assuming(*formulas):
            self._solver.set("rlimit", steps)
            return self._solver.check()

    def least(self, term: Formula) -> int:
        """The smallest whole number from 0 up that ``term`` can be; it must be able to be one."""
        high = 0
        while not self.possible(term >= 0, term <= high):
            high = 2 * high + 1
        low = (high + 1) // 2  # everything below was just found impossible
        while low < high:
            middle = (low + high) // 2
            if self.possible(term >= 0, term <= middle):
                high = middle
            else:
                low = middle + 1
        return high
