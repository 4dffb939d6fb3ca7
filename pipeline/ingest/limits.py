"""How much a portfolio may ask of the machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds of one input file; all of them inclusive.

    ``file_bytes`` is the file as it lies on disk. The ``zip_`` bounds hold for workbooks, counted
    while unpacking, because the sizes a zip file declares may lie; ``zip_ratio`` counts only from
    ``zip_ratio_from`` unpacked bytes on. ``rows`` and ``columns`` are those of the table,
    ``cell_characters`` those of one cell, ``record_lines`` the lines a quoted record may span.
    A workbook is read by a child process that gets ``child_memory`` bytes of address space,
    ``child_seconds`` plus ``child_seconds_per_mebibyte`` of file of processor time, and three times
    that of wall time.
    """

    file_bytes: int = 128 * MEBIBYTE
    zip_bytes: int = 1024 * MEBIBYTE
    zip_parts: int = 10_000
    zip_ratio: int = 200
    zip_ratio_from: int = 8 * MEBIBYTE
    rows: int = 1_000_000
    columns: int = 2_000
    cell_characters: int = 1_000_000
    record_lines: int = 1_000
    quote_faults: int = 100
    child_memory: int = 1024 * MEBIBYTE
    child_seconds: int = 6
    child_seconds_per_mebibyte: int = 2
