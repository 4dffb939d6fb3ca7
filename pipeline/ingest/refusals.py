"""Every reason to refuse a portfolio as a whole; each has a code of its own, exit status 4."""

# ruff: noqa: N818 -- each is named for what is wrong

from __future__ import annotations

from pipeline.errors import InputError


class FileMissing(InputError):
    """There is no such file."""

    code = "I001"


class FileIsFolder(InputError):
    """A folder stands where a file is needed."""

    code = "I002"


class FileIrregular(InputError):
    """A pipe, socket or device; opening one may hang for ever."""

    code = "I003"


class FileUnreadable(InputError):
    """The system refuses to hand out the bytes."""

    code = "I004"


class FileEmpty(InputError):
    """No bytes, or nothing but white space."""

    code = "I005"


class FileTooLarge(InputError):
    """More bytes than the limit."""

    code = "I006"


class FormatForeign(InputError):
    """A known format that holds no table we read: PDF, picture, database, ..."""

    code = "I007"


class FileCompressed(InputError):
    """An archive that must be unpacked first."""

    code = "I008"


class WebPage(InputError):
    """HTML, often a log-in page or an export that only claims to be a workbook."""

    code = "I009"


class MarkupDocument(InputError):
    """JSON or XML."""

    code = "I010"


class OfficeDocument(InputError):
    """An office file that is not a workbook."""

    code = "I011"


class PasswordProtected(InputError):
    """The workbook is encrypted."""

    code = "I012"


class WorkbookUnsafe(InputError):
    """The zip container is built to harm: bomb, odd part names, too many parts."""

    code = "I013"


class WorkbookDeclares(InputError):
    """A part of the workbook declares a document type or entities."""

    code = "I014"


class WorkbookDamaged(InputError):
    """The workbook cannot be opened."""

    code = "I015"


class WorkbookHeavy(InputError):
    """Reading the workbook takes more memory or time than allowed."""

    code = "I016"


class SheetUnknown(InputError):
    """The sheet asked for is not in the workbook."""

    code = "I017"


class SheetsHidden(InputError):
    """Only hidden sheets hold something that looks like a portfolio."""

    code = "I018"


class SheetsEmpty(InputError):
    """No sheet holds a single cell."""

    code = "I019"


class NotText(InputError):
    """Neither a known format nor readable text."""

    code = "I020"


class QuotesOpen(InputError):
    """Too many quotes are opened and never closed."""

    code = "I021"


class TooManyRows(InputError):
    """More rows than the limit."""

    code = "I022"


class TooManyColumns(InputError):
    """More columns than the limit."""

    code = "I023"


class HeaderMissing(InputError):
    """No row looks like a header."""

    code = "I024"


class NameMissing(InputError):
    """No header means the name of an initiative."""

    code = "I025"


class RowsMissing(InputError):
    """A header, and nothing below it."""

    code = "I026"


class ProfileUnknown(InputError):
    """There is no profile of that name."""

    code = "I027"


class SheetOfText(InputError):
    """A sheet is asked for, and the file is text."""

    code = "I028"


class EncodingUnfit(InputError):
    """The encoding that the mapping file names does not fit the bytes."""

    code = "I029"


class HeaderElsewhere(InputError):
    """The header row that the mapping file names is not in the table."""

    code = "I030"


class MappedHeaderMissing(InputError):
    """The mapping file names a header that the table lacks."""

    code = "I031"


class TooManyCells(InputError):
    """More cells, or marks between them, than the limit."""

    code = "I032"


class ParquetDamaged(InputError):
    """The Parquet file cannot be opened."""

    code = "I033"


class ColumnForeign(InputError):
    """A column of a Parquet file holds lists, structures or bytes, not plain values."""

    code = "I034"


class NotInParts(InputError):
    """The format is one that is only read whole."""

    code = "I035"


class PartIrregular(InputError):
    """A text file whose records cannot be told apart without reading all of it one by one."""

    code = "I036"


class FolderUnfit(InputError):
    """A folder that is no portfolio: empty, nested, or of files that do not belong together."""

    code = "I037"
