"""What a file really is, told by its bytes; its name is never believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.errors import Location
from pipeline.ingest.container import beginning, directory
from pipeline.ingest.refusals import (
    FileCompressed,
    FormatForeign,
    MarkupDocument,
    OfficeDocument,
    PasswordProtected,
    WebPage,
    WorkbookDamaged,
)

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pipeline.errors import InputError
    from pipeline.ingest.limits import Limits

Format = Literal["text", "parquet", "xlsx", "xlsb", "xls", "ods"]

_EXPORT = "Export the portfolio as CSV or as an Excel workbook (.xlsx)."
_UNPACK = "Unpack it, and name the file inside."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Magic:
    start: bytes
    title: str
    refusal: type[InputError] = FormatForeign
    hint: str = _EXPORT


_MAGIC = (
    _Magic(start=b"%PDF-", title="a PDF document"),
    _Magic(start=b"ARROW1", title="an Arrow file"),
    _Magic(start=b"Obj\x01", title="an Avro file"),
    _Magic(start=b"SQLite format 3\0", title="an SQLite database"),
    _Magic(start=b"\0\x01\0\0Standard ", title="an Access database"),
    _Magic(start=b"\x89PNG", title="a picture"),
    _Magic(start=b"\xff\xd8\xff", title="a picture"),
    _Magic(start=b"GIF8", title="a picture"),
    _Magic(start=b"\x7fELF", title="a program"),
    _Magic(start=b"{\\rtf", title="a rich text document", refusal=OfficeDocument),
    _Magic(start=b"\x1f\x8b", title="compressed with gzip", refusal=FileCompressed, hint=_UNPACK),
    _Magic(start=b"BZh", title="compressed with bzip2", refusal=FileCompressed, hint=_UNPACK),
    _Magic(start=b"\xfd7zXZ\0", title="compressed with xz", refusal=FileCompressed, hint=_UNPACK),
    _Magic(
        start=b"\x28\xb5\x2f\xfd",
        title="compressed with zstd",
        refusal=FileCompressed,
        hint=_UNPACK,
    ),
    _Magic(start=b"7z\xbc\xaf\x27\x1c", title="a 7z archive", refusal=FileCompressed, hint=_UNPACK),
    _Magic(start=b"Rar!\x1a\x07", title="a RAR archive", refusal=FileCompressed, hint=_UNPACK),
    _Magic(
        start=b"version https://git-lfs.github.com/spec/",
        title="a pointer of Git LFS, not the file itself",
        hint="Fetch the file with 'git lfs pull'.",
    ),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")

# By a part that only such a file has.
_ZIP_DOCUMENTS = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("visio/document.xml", "a Visio drawing"),
    ("Index/Document.iwa", "an Apple Numbers or Pages document"),
    ("META-INF/container.xml", "an electronic book"),
)
_OLE_DOCUMENTS = (
    ("WordDocument", "a Word document", _EXPORT),
    ("PowerPoint Document", "a PowerPoint presentation", _EXPORT),
    ("__properties_version1.0", "an Outlook message", "Save its attachment, and name that."),
    (
        "Props14",
        "a Microsoft Project plan",
        "Export it from Microsoft Project as an Excel workbook or CSV.",
    ),
    ("VisioDocument", "a Visio drawing", _EXPORT),
)

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|meta|script|style|div|title|br|p|tr)\b",
    re.IGNORECASE,
)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[\]{\"]|\[\s*-?[0-9]+\s*[,\]]")


def sniff(data: bytes, path: Path, limits: Limits) -> Format:
    """Tell a workbook from text.

    Raises:
        InputError: The bytes are of a format that holds no portfolio, or of a locked workbook.
    """
    at = Location(path=path)
    for magic in _MAGIC:
        if data.startswith(magic.start):
            raise magic.refusal(f"this is {magic.title}", hint=magic.hint, at=at)
    if data.startswith(b"ORC") and data.endswith(b"ORC", 0, len(data) - 1):
        raise FormatForeign("this is an ORC file", hint=_EXPORT, at=at)
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        raise FormatForeign("this is a picture, a sound or a film", hint=_EXPORT, at=at)
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(_ZIP):
        return _sniff_zip(data, at, limits)
    if data.startswith(_OLE):
        return _sniff_ole(data, at)
    if _BIFF.match(data):
        return "xls"
    return "text"


def check_text(text: str, path: Path) -> None:
    """Refuse text that is markup.

    Args:
        text: The beginning of the file, decoded.
        path: Where it lies.

    Raises:
        InputError: A web page, JSON, XML or a saved mail page.
    """
    at = Location(path=path)
    start = text[:8192].lstrip("\ufeff \t\r\n")
    while start.startswith("<!--") and "-->" in start:
        start = start.partition("-->")[2].lstrip()
    if _HTML.match(start) or (start.startswith("<?xml") and re.search(r"<html\b", start)):
        raise WebPage(
            "this is a web page",
            hint=(
                "Some systems name a web page .xls or .csv, or send their log-in page: open it in "
                "a browser to see. If it shows the table, save it from Excel as .xlsx."
            ),
            at=at,
        )
    if start[:13].casefold() == "mime-version:":
        raise WebPage(
            "this is a saved web page (MHTML)", hint="Open it in Excel, save as .xlsx.", at=at
        )
    if start.startswith("<?xml") or re.match(r"<[A-Za-z][\w:.-]*[\s/>]", start):
        raise _xml(start, at)
    if _JSON.match(start):
        raise MarkupDocument("this is JSON", hint=_EXPORT, at=at)


def _xml(start: str, at: Location) -> MarkupDocument:
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return MarkupDocument(
            "this is an Excel 2003 XML spreadsheet",
            hint="Open it in Excel and save it as .xlsx.",
            at=at,
        )
    if "schemas.microsoft.com/project" in start:
        return MarkupDocument(
            "this is a Microsoft Project plan as XML",
            hint="Export it from Microsoft Project as an Excel workbook or CSV.",
            at=at,
        )
    return MarkupDocument("this is XML", hint=_EXPORT, at=at)


def _sniff_zip(data: bytes, at: Location, limits: Limits) -> Format:
    parts = directory(data, at, limits)
    names = {part.filename.replace("\\", "/").lstrip("/") for part in parts}
    kind = next((beginning(data, part, 200) for part in parts if part.filename == "mimetype"), b"")
    return _zip_format(names, kind, at)


def _zip_format(names: AbstractSet[str], kind: bytes, at: Location) -> Format:
    lower = {name.casefold() for name in names}
    if b"opendocument.spreadsheet" in kind:
        return "ods"
    if "xl/workbook.bin" in lower:
        return "xlsb"
    if "xl/workbook.xml" in lower or any(name.startswith("xl/worksheets/") for name in lower):
        return "xlsx"
    for part, title in _ZIP_DOCUMENTS:
        if part.casefold() in lower:
            raise OfficeDocument(f"this is {title}, not a workbook", hint=_EXPORT, at=at)
    if kind.startswith(b"application/vnd.oasis"):
        raise OfficeDocument("this is an OpenDocument text or drawing", hint=_EXPORT, at=at)
    if "[content_types].xml" in lower:
        # Strict or oddly laid out workbooks: the reader knows more about them than we do.
        return "xlsx"
    raise FileCompressed("this is a zip archive without a workbook in it", hint=_UNPACK, at=at)


def _sniff_ole(data: bytes, at: Location) -> Format:
    # Names of streams stand in the directory as UTF-16.
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise PasswordProtected(
            "the workbook is protected by a password",
            hint="Save a copy without a password (File, Info, Protect Workbook).",
            at=at,
        )
    if has("Workbook") or has("Book"):
        return "xls"
    for stream, title, hint in _OLE_DOCUMENTS:
        if has(stream):
            raise OfficeDocument(f"this is {title}, not a workbook", hint=hint, at=at)
    raise WorkbookDamaged(
        "this is an old Office file without a workbook in it",
        hint="Open it in Excel and save it as .xlsx.",
        at=at,
    )
