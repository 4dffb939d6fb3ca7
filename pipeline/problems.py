"""Problems of rows and cells: what was found, where, and what it means for the row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["quarantine", "superseded", "warning", "notice"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemKind:
    """One entry of ``schemas/problems.yaml``."""

    code: str
    severity: Severity
    meaning: str
    hint: str


@cache
def catalogue() -> Mapping[str, ProblemKind]:
    """Every kind of problem by code, as ``schemas/problems.yaml`` declares it."""
    text = files("schemas").joinpath("problems.yaml").read_text(encoding="utf-8")
    return {code: ProblemKind(code=code, **entry) for code, entry in yaml.safe_load(text).items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong with one cell, row, column or file.

    ``source_line`` is the row number a person sees in the file or sheet (from 1), or 0 for a
    problem of the whole file or column. ``column`` is the canonical column, or the header as found.
    ``value`` is the cell as it stood. ``hint`` replaces the catalogue's hint where it can say more.
    """

    source_line: int
    code: str
    column: str = ""
    value: str = ""
    hint: str = ""

    @property
    def severity(self) -> Severity:
        """What the catalogue says this problem does to the row."""
        return catalogue()[self.code].severity

    @property
    def cure(self) -> str:
        """The hint to show: the problem's own, else the catalogue's."""
        return self.hint or catalogue()[self.code].hint
