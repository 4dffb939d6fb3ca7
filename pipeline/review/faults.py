"""Every reason to refuse a workbook that came back, or a row of it; exit status 4."""

# ruff: noqa: N818 -- each is named for what is wrong

from __future__ import annotations

from pipeline.errors import InputError


class ReviewFault(InputError):
    """A workbook that came back cannot be taken over, or a row of it."""

    code = "V000"


class NoWorkbook(ReviewFault):
    """The file is no workbook that can be read."""

    code = "V001"


class NoReviewSheet(ReviewFault):
    """No sheet has the columns of a review."""

    code = "V002"


class RunUnknown(ReviewFault):
    """The workbook is of a run that this output folder does not have."""

    code = "V003"


class RunFolderFaulty(ReviewFault):
    """The run is there, but what it published cannot be read."""

    code = "V004"


class RowOfAnotherRun(ReviewFault):
    """The row was copied in from the workbook of another run."""

    code = "V010"


class RowWithoutKey(ReviewFault):
    """The row was typed in: its hidden cells are empty."""

    code = "V011"


class InitiativeUnknown(ReviewFault):
    """The run has no such initiative."""

    code = "V012"


class FingerprintForeign(ReviewFault):
    """The hidden fingerprint is not that of the initiative in the run."""

    code = "V013"


class RowTornApart(ReviewFault):
    """The id that is shown is not the hidden one: only some of the columns were sorted."""

    code = "V014"


class DecisionUnknown(ReviewFault):
    """The decision is none of those that can be taken."""

    code = "V015"


class DecisionUnsigned(ReviewFault):
    """Nobody's name stands beside the decision."""

    code = "V016"


class RowsInConflict(ReviewFault):
    """Several rows decide differently about one initiative."""

    code = "V017"


class RowRepeated(ReviewFault):
    """The row says again what another one says."""

    code = "V018"


class TextTooLong(ReviewFault):
    """A name or a comment is longer than what is kept."""

    code = "V019"


class DecisionCleared(ReviewFault):
    """A decision in force was taken out of its cell."""

    code = "V020"


class DecidedLater(ReviewFault):
    """The initiative was decided about in the workbook of a later run."""

    code = "V021"


class EvidenceOutdated(ReviewFault):
    """A later run has other evidence: the decision would be open again at once."""

    code = "V022"


class InitiativeGone(ReviewFault):
    """The latest run does not have the initiative any more."""

    code = "V023"
