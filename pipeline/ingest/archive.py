"""Looks into the zip container of a workbook before any reader of workbooks does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.errors import Location
from pipeline.ingest.container import CHUNK, FAULTS, SAVE_AGAIN, chunks, damaged, directory
from pipeline.ingest.refusals import (
    PasswordProtected,
    TooManyRows,
    WorkbookDeclares,
    WorkbookUnsafe,
)

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

    from pipeline.ingest.limits import Limits

_ENCRYPTED = 0x1
_MARKUP = (".xml", ".rels", ".vml")
_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]{0,500}\bdate1904\s*=\s*[\"'](?:1|true)[\"']")
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]{0,200}\bt=\"e\")[^>]{0,200}\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]{0,200}>"
    rb"(?:<(?:\w+:)?f\b[^>]{0,200}(?:/>|>[^<]{0,8192}</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]{1,20})<"
)
# Parts that tell which sheet is which part, and from when dates count.
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_KEPT = frozenset({_BOOK, _LINKS})
_MOST_ERRORS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """What the container tells that the reader does not.

    ``errors`` are the error cells of each worksheet part: (line, column from 0, text).
    """

    epoch_1904: bool = False
    errors: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict, repr=False)


def inspect(data: bytes, path: Path, limits: Limits) -> Inspected:
    """Unpack every part, counting, and look for what must not be there.

    Raises:
        InputError: Damaged, encrypted, too large, too dense, odd part names, or declarations.
    """
    at = Location(path=path)
    parts = directory(data, at, limits)
    _check_names(parts, at)
    try:
        return _unpack(data, parts, at, limits)
    except FAULTS as error:
        raise damaged(at) from error


def _check_names(parts: list[zipfile.ZipInfo], at: Location) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.orig_filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or "\0" in name:
            raise WorkbookUnsafe(f"a part has the odd name {name[:80]!r}", hint=SAVE_AGAIN, at=at)
        if name.casefold() in seen:
            raise WorkbookUnsafe(f"two parts have the name {name[:80]!r}", hint=SAVE_AGAIN, at=at)
        seen.add(name.casefold())
        if part.flag_bits & _ENCRYPTED:
            raise PasswordProtected(
                "the workbook is protected by a password",
                hint="Save a copy without a password.",
                at=at,
            )


def _unpack(data: bytes, parts: list[zipfile.ZipInfo], at: Location, limits: Limits) -> Inspected:
    total = 0
    errors: dict[str, list[tuple[int, int, str]]] = {}
    kept: dict[str, bytes] = {}
    for part in parts:
        markup = part.filename.casefold().endswith(_MARKUP)
        sheet = "worksheets/" in part.filename and markup
        rows = 0
        tail = b""
        for chunk in chunks(data, part):
            total += len(chunk)
            _check_total(total, len(data), at, limits)
            if not markup:
                continue
            # The end of the last chunk goes along, or a word across the cut would be missed.
            window = tail + chunk
            _check_declarations(window, part.filename, at)
            if part.filename in _KEPT and len(kept.get(part.filename, b"")) < CHUNK:
                kept[part.filename] = kept.get(part.filename, b"") + chunk
            if sheet:
                rows += chunk.count(b"<row")
                if rows > limits.rows + _TITLES:
                    raise TooManyRows(
                        f"a sheet has more than {limits.rows:,} rows",
                        hint="Delete the empty rows below the table, or split the portfolio.",
                        at=at,
                    )
                if b't="e"' in window:
                    _collect(window, errors.setdefault(part.filename, []))
            tail = window[-512:]
    epoch_1904 = bool(_DATE_1904.search(kept.get(_BOOK, b"")))
    return Inspected(epoch_1904=epoch_1904, errors=errors, parts=kept)


# Rows a sheet may have besides those of the table.
_TITLES = 100


def _check_total(total: int, packed: int, at: Location, limits: Limits) -> None:
    dense = total > limits.zip_ratio_from and total > packed * limits.zip_ratio
    if total > limits.zip_bytes or dense:
        raise WorkbookUnsafe(
            f"the workbook unpacks to more than {total:,} bytes from {packed:,}",
            hint="Save the sheet with the portfolio alone, as .xlsx or CSV.",
            at=at,
        )


def _check_declarations(window: bytes, name: str, at: Location) -> None:
    if b"!" in window and any(word in window for word in _DECLARATIONS):
        raise WorkbookDeclares(
            f"the part {name[:80]!r} declares a document type or an entity", hint=SAVE_AGAIN, at=at
        )


def _collect(window: bytes, found: list[tuple[int, int, str]]) -> None:
    for column, row, text in _ERROR_CELL.findall(window):
        entry = (int(row), column_number(column.decode()), text.decode("ascii", "replace"))
        if len(found) < _MOST_ERRORS and entry not in found[-8:]:
            found.append(entry)


def column_number(letters: str) -> int:
    """Count the column "A" as 0, "Z" as 25, "AA" as 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def error_cells(inspected: Inspected, sheet: str) -> tuple[tuple[int, int, str], ...]:
    """Give the failed formulas of one sheet as (line, column from 0, text such as "#REF!")."""
    if not any(inspected.errors.values()):
        return ()
    book = inspected.parts.get(_BOOK, b"")
    links = inspected.parts.get(_LINKS, b"")
    try:
        targets = {
            link.get("Id"): link.get("Target", "")
            for link in ET.fromstring(links)  # noqa: S314 -- declarations were refused
        }
        for element in ET.fromstring(book).iter():  # noqa: S314
            if element.tag.endswith("}sheet") and element.get("name") == sheet:
                key = next((v for k, v in element.items() if k.endswith("}id")), None)
                part = targets.get(key, "").removeprefix("/xl/")
                return tuple(inspected.errors.get(f"xl/{part}", ()))
    except ET.ParseError:
        # The reader is more patient with odd markup than we are; it has read the sheet.
        return ()
    return ()
