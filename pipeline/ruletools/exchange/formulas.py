"""Formulas of a workbook, which the reader of cells does not tell of.

Who types ``=fixed`` into a cell that is not set to text has made a formula; it shows an error, or
nothing where no program has worked it out. The text of the formula is what was meant.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from xlsxwriter.utility import xl_cell_to_rowcol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_NAME = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
Formulas = dict[tuple[int, int], str]


def formulas(data: bytes, parts: Mapping[str, bytes]) -> dict[str, Formulas]:
    """The text of each formula by sheet, row and column from 0; empty for other formats.

    Args:
        data: A workbook that ``archive.inspect`` has let through: bounded, without declarations.
        parts: The parts that it kept: the list of sheets and where they are.
    """
    if _BOOK not in parts or _LINKS not in parts:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {
                name: dict(_formulas(archive.read(part)))
                for name, part in _sheet_parts(parts)
                if part in archive.namelist()
            }
    except ET.ParseError:
        # The reader is more patient with odd markup than we are; it has read the cells.
        return {}


def _sheet_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    links = ET.fromstring(parts[_LINKS])  # noqa: S314 -- declarations were refused
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in ET.fromstring(parts[_BOOK]).iter():  # noqa: S314
        if element.tag.endswith("}sheet"):
            key = next((value for name, value in element.items() if name.endswith("}id")), None)
            yield element.get("name", ""), f"xl/{targets.get(key, '').removeprefix('/xl/')}"


def _formulas(sheet: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for _, element in ET.iterparse(io.BytesIO(sheet)):  # noqa: S314
        if not element.tag.endswith("}c"):
            continue
        formula = next((child for child in element if child.tag.endswith("}f")), None)
        name = element.get("r", "")
        if formula is not None and _NAME.fullmatch(name):
            yield xl_cell_to_rowcol(name), formula.text or ""
        element.clear()
