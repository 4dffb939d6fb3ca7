"""Every refusal: place, code, fault, cure, and the exit status that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """Where a fault lies; ``line`` counts from 1, ``sheet`` is empty for text files."""

    path: Path
    line: int | None = None
    sheet: str = ""

    def __str__(self) -> str:
        place = str(self.path)
        if self.sheet:
            place += f"[{self.sheet}]"
        if self.line is not None:
            place += f":{self.line}"
        return place


class PipelineError(Exception):
    """A fault of something a user did or of their machine; never shown as a traceback.

    Args:
        problem: What is wrong, without a full stop.
        hint: What to do about it. There is no error without a way out.
        at: Where it is, if it has a place.
    """

    code: ClassVar[str] = "E000"
    exit_status: ClassVar[int] = 1

    def __init__(self, problem: str, *, hint: str, at: Location | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self.at = at

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        return f"{place}[{self.code}] {self.problem}. {self.hint}"


class InputError(PipelineError):
    """The portfolio cannot be read or mapped; nothing is written."""

    code = "I000"
    exit_status = 4


class OutOfMemory(InputError):  # noqa: N818 -- named for what it is
    """The portfolio needs more memory than there is, or than a limit allows."""

    code = "I099"

    def __init__(self) -> None:
        super().__init__(
            "there is not enough memory for this portfolio",
            hint="Run it where more is free, raise the limit (ulimit -v), or split the portfolio",
        )


class RulebookError(PipelineError):
    """One or more rule files are faulty; every fault of every file is listed."""

    code = "R000"
    exit_status = 5


class ConfigError(PipelineError):
    """The configuration is faulty."""

    code = "C000"
    exit_status = 5


class SetUpOutdated(ConfigError):  # noqa: N818 -- named for what it is
    """A package that this version needs is not there: the set-up is of another version."""

    code = "C007"

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the package {package} is not installed, which this version needs",
            hint="Run make install, or install this version anew",
        )


class LockedError(PipelineError):
    """Another run holds the output folder."""

    code = "L001"
    exit_status = 6


class OutputError(PipelineError):
    """The report cannot be written or published."""

    code = "O000"
    exit_status = 7


class ManyErrors(PipelineError):  # noqa: N818 -- a collection, named for what it holds
    """Several faults of one kind, all at once, one a line."""

    def __init__(self, errors: Sequence[PipelineError]) -> None:
        first = errors[0]
        super().__init__(first.problem, hint=first.hint, at=first.at)
        self.errors = tuple(errors)
        self.status = max(error.exit_status for error in errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class EngineDisagreement(Exception):  # noqa: N818 -- named for what happened
    """durable_rules and the reference evaluator differ: our bug, so the traceback is kept."""
