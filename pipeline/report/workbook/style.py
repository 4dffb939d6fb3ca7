"""The looks of the workbook: colours and cell formats, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

# Told apart by people with any colour vision, and by their lightness in print.
COLOURS: Final = {
    "project_manager": "#2B6CB0",
    "program_manager": "#DD8A1A",
    "undecided": "#8A8F98",
}
LABELS: Final = {  # of numbers on those colours
    "project_manager": "#FFFFFF",
    "program_manager": "#1F2933",
    "undecided": "#1F2933",
}
TINTS: Final = {
    "project_manager": "#DCE9F7",
    "program_manager": "#FBE8CC",
    "undecided": "#E9EAEC",
}
INK: Final = "#1F2933"
_LINE: Final = "#D5D9DE"
_FONT: Final[dict[str, Any]] = {"font_name": "Calibri", "font_size": 10, "font_color": INK}
_CELL: Final[dict[str, Any]] = {
    **_FONT,
    "valign": "top",
    "bottom": 1,
    "bottom_color": _LINE,
    "left": 1,
    "left_color": _LINE,
}
_HEADER: Final[dict[str, Any]] = {
    **_FONT,
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": "#334155",
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
    "border_color": "#334155",
}

# quote_prefix: text stays text even after somebody edits the cell and presses Enter.
_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_FONT, "font_size": 16, "bold": True},
    "heading": {**_FONT, "font_size": 12, "bold": True},
    "note": {**_FONT, "font_color": "#52606D", "italic": True},
    "plain": {**_FONT, "valign": "top", "quote_prefix": True},
    "plain_wrap": {**_FONT, "valign": "top", "text_wrap": True, "quote_prefix": True},
    "bold": {**_FONT, "bold": True, "valign": "top"},
    "header": _HEADER,
    "header_number": {**_HEADER, "align": "right", "indent": 1},
    "header_input": {
        **_FONT,
        "bold": True,
        "bg_color": "#FDE68A",
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "border_color": "#B7791F",
    },
    "text": {**_CELL, "quote_prefix": True},
    "wrap": {**_CELL, "text_wrap": True, "quote_prefix": True},
    "strong": {**_CELL, "bold": True, "text_wrap": True, "quote_prefix": True},
    "number": {**_CELL, "num_format": "#,##0", "align": "right", "indent": 1},
    "decimal": {**_CELL, "num_format": "#,##0.0", "align": "right", "indent": 1},
    "percent": {**_CELL, "num_format": "0%", "align": "right", "indent": 1},
    "line": {**_CELL, "num_format": "0", "align": "right", "indent": 1},
    "link": {**_CELL, "font_color": "#1D4ED8", "underline": 1},
    "input": {
        **_CELL,
        "locked": False,
        "text_wrap": True,
        "bg_color": "#FFFBEB",
        "num_format": "@",
    },
    "total": {
        **_CELL,
        "bold": True,
        "num_format": "#,##0",
        "align": "right",
        "indent": 1,
        "top": 1,
    },
    "total_label": {**_CELL, "bold": True, "top": 1},
}


class Formats:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self._workbook.add_format(_FORMATS[name])
        return self._made[name]

    def tint(self, code: str) -> Format:
        """The fill of a cell that names this verdict."""
        name = f"tint {code}"
        if name not in self._made:
            self._made[name] = self._workbook.add_format({"bg_color": TINTS[code], "bold": True})
        return self._made[name]

    def flag(self, colour: str) -> Format:
        """A fill of one's own, for conditional formats."""
        name = f"flag {colour}"
        if name not in self._made:
            self._made[name] = self._workbook.add_format({"bg_color": colour})
        return self._made[name]
