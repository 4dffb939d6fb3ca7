"""The files of a portfolio that is read in parts: one file, or those of a folder, in parts."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipeline.errors import Location
from pipeline.ingest.formats import sniff
from pipeline.ingest.parts.cut import Cut, Kind, Part, cut_parquet, cut_text
from pipeline.ingest.refusals import FileUnreadable, FolderUnfit, NotInParts
from pipeline.ingest.snapshot import opened

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ingest.limits import Limits

_MAGIC: Final = 4096
_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """The files of a portfolio, and their parts in order.

    ``sha256`` is that of the file; of a folder it is that of the names and digests of its files.
    """

    path: Path
    kind: Kind
    parts: tuple[Part, ...]
    bytes: int
    sha256: str
    is_damaged: bool


def find_sources(path: Path, rows: int, limits: Limits) -> Sources:
    """Cut a file, or every file of a folder in order of their names.

    Raises:
        InputError: It cannot be read, or not in parts.
    """
    if not path.is_dir():
        kind = _kind(path, limits)
        cut = _cut(path, kind, rows)
        return Sources(
            path=path,
            kind=kind,
            parts=cut.parts,
            bytes=cut.bytes,
            sha256=cut.sha256,
            is_damaged=cut.is_damaged,
        )
    files = _files(path)
    kinds = {file: _kind(file, limits) for file in files}
    if len(set(kinds.values())) > 1:
        raise FolderUnfit(
            "the folder has text files and Parquet files",
            hint="Keep the files of one kind in it.",
            at=Location(path=path),
        )
    cuts = [_cut(file, kind, rows) for file, kind in kinds.items()]
    digest = hashlib.sha256()
    for file, cut in zip(files, cuts, strict=True):
        digest.update(os.fsencode(file.name) + b"\0" + cut.sha256.encode())
    return Sources(
        path=path,
        kind=kinds[files[0]],
        parts=_counted_on(cuts),
        bytes=sum(cut.bytes for cut in cuts),
        sha256=digest.hexdigest(),
        is_damaged=any(cut.is_damaged for cut in cuts),
    )


def _files(folder: Path) -> list[Path]:
    """The files of a folder; hidden ones and marks such as _SUCCESS are no part of it."""
    try:
        names = sorted(entry for entry in folder.iterdir() if entry.name[:1] not in "._")
    except OSError as error:
        raise FileUnreadable(
            f"the folder cannot be read ({error.strerror})",
            hint="Check that this account may read it.",
            at=Location(path=folder),
        ) from error
    if not names:
        raise FolderUnfit(
            "the folder has no files",
            hint="Name a folder of CSV or Parquet files.",
            at=Location(path=folder),
        )
    nested = next((entry for entry in names if entry.is_dir()), None)
    if nested is not None:
        raise FolderUnfit(
            f"the folder has a folder in it, {nested.name!r}",
            hint="Put all files of the portfolio side by side into one folder.",
            at=Location(path=folder),
        )
    return names


def _kind(path: Path, limits: Limits) -> Kind:
    with opened(path) as handle:
        start = os.read(handle, _MAGIC)
    if not start.startswith(_PACKED):
        kind = sniff(start, path, limits)
        if kind in {"text", "parquet"}:
            return "parquet" if kind == "parquet" else "csv"
    raise NotInParts(
        "a workbook cannot be read in parts",
        hint="Read it whole, without --chunk-rows and --engine, or export it as CSV or Parquet.",
        at=Location(path=path),
    )


def _cut(path: Path, kind: Kind, rows: int) -> Cut:
    return cut_parquet(path, rows) if kind == "parquet" else cut_text(path, rows)


def _counted_on(cuts: list[Cut]) -> tuple[Part, ...]:
    """Parts of several files, numbered and with source lines that go on from file to file."""
    parts: list[Part] = []
    lines = 0
    for cut in cuts:
        parts += [
            replace(
                part,
                number=len(parts) + place,
                line=part.line + lines,
                header_line=part.header_line + lines,
            )
            for place, part in enumerate(cut.parts)
        ]
        lines += cut.lines
    return tuple(parts)
