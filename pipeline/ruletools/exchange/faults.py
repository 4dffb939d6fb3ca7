"""What can be wrong with a workbook of rules; each kind of fault has a code of its own."""

# ruff: noqa: N818 -- each is named for what is wrong

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import InputError, Location, ManyErrors, OutputError, RulebookError


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell(Location):
    """A cell, a column or a whole sheet: ``name`` is such as F7, "" for the sheet."""

    name: str = ""

    def __str__(self) -> str:
        place = f"{self.path}[{self.sheet}]" if self.sheet else str(self.path)
        return f"{place}!{self.name}" if self.name else place


class WorkbookUnread(InputError):
    """The workbook cannot be opened, or is none."""

    code = "X001"


class NotAWorkbookName(OutputError):
    """The export was asked for under a name that spreadsheet programs would not open."""

    code = "X002"


class CellOverflow(OutputError):
    """A text is too long for one cell of a workbook."""

    code = "X003"


class NoRoomToTry(OutputError):
    """The rulebook cannot be copied, so the changes cannot be tried out."""

    code = "X004"


class WorkbookFaults(ManyErrors, RulebookError):
    """Every fault of every sheet, in order of sheet and cell."""

    exit_status = 5


class CellFault(RulebookError):
    """Something wrong with one cell."""

    code = "X010"


class SheetMissing(CellFault):
    """A sheet of the export is gone; its rules would be taken for removed."""

    code = "X011"


class HeaderMissing(CellFault):
    """A column that a sheet cannot do without is gone."""

    code = "X012"


class HeaderUnknown(CellFault):
    """A header that is neither a column of the export nor a fact."""

    code = "X013"


class HeaderTwice(CellFault):
    """Two columns of one header."""

    code = "X014"


class ConditionUnread(CellFault):
    """A cell that is no condition."""

    code = "X015"


class ConditionTwice(CellFault):
    """A rule whose condition stands in its cells and in its column When."""

    code = "X016"


class ConditionMissing(CellFault):
    """A row without a condition."""

    code = "X017"


class RowContradicts(CellFault):
    """A further row of a rule says something else than its first."""

    code = "X018"


class ValueMissing(CellFault):
    """A cell that must be filled is empty."""

    code = "X019"


class RuleUnknown(CellFault):
    """An example of a rule that is on no sheet."""

    code = "X020"


class ValueUnread(CellFault):
    """A cell that holds none of the values of its column."""

    code = "X021"


class RuleTwice(CellFault):
    """An id that stands on two sheets."""

    code = "X022"


class CellFailed(CellFault):
    """A formula that shows an error, where a text was typed."""

    code = "X023"


class RuleChangedMeanwhile(CellFault):
    """The rule changed in the workbook, and in the rulebook since the export."""

    code = "X024"


class VersionLowered(CellFault):
    """A version below the one in the rulebook."""

    code = "X025"


class IdUnfit(CellFault):
    """An id that could not be a file name."""

    code = "X026"


class ExamplesMissing(CellFault):
    """Fewer examples than a rule needs."""

    code = "X027"


class FileFault(CellFault):
    """A fault that loader or check finds, told at its cell; the code is its own."""

    def __init__(self, code: str, problem: str, *, hint: str, at: Location) -> None:
        super().__init__(problem, hint=hint, at=at)
        self.code = code  # type: ignore[misc]  # one class for the family, the code is data
