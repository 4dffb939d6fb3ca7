"""A portfolio decided with a rulebook, without a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import run
from pipeline.runlog import RunLog

if TYPE_CHECKING:
    from pipeline.assemble import Classified
    from pipeline.rulebook.rules import Ruleset


def decided(options: run.Options, ruleset: Ruleset) -> Classified:
    """Read and decide the portfolio of ``options``; nothing is written.

    Raises:
        InputError: The portfolio cannot be read or mapped.
    """
    log = RunLog()
    checked = run.check(options, log)
    return run.decide(checked.validated, ruleset, as_of=options.as_of, log=log)
