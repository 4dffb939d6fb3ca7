"""Labelled initiatives: what is known to be right, to measure a rulebook by."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from pipeline import ingest
from pipeline.errors import InputError, Location
from pipeline.rulebook.reader import did_you_mean
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ingest import RawPortfolio

AMBIGUOUS: Final = "ambiguous"
_LABELS: Final = {
    "project": "project_manager",
    "project_manager": "project_manager",
    "program": "program_manager",
    "programme": "program_manager",
    "program_manager": "program_manager",
    AMBIGUOUS: AMBIGUOUS,
    "": "",
}
# Columns from which facts other than those of text are made.
_STRUCTURE: Final = frozenset(
    column
    for spec in VOCABULARY.values()
    if spec.family in ("structure", "graph", "size")
    for column in spec.columns
)
_MOST_BYTES: Final = 512 * 2**20


class LabelledUnreadable(InputError):  # noqa: N818 -- each is named for what is wrong
    """The file is no CSV in UTF-8."""

    code = "I100"


class LabelledColumnMissing(InputError):  # noqa: N818
    """A column that is needed or asked for is not there."""

    code = "I101"


class LabelUnknown(InputError):  # noqa: N818
    """A label that is none."""

    code = "I102"


class NothingLabelled(InputError):  # noqa: N818
    """No row is left to measure."""

    code = "I103"


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """Labelled rows.

    ``cells`` are the columns as found, text with "" for empty. ``rows`` has the same index and the
    columns id, name, text and label, which is a role or "ambiguous". ``raw`` is the portfolio the
    file was read as, or ``None`` where it has no structure to read. ``unlabelled`` counts the rows
    left out because their label is empty.
    """

    path: Path
    cells: pd.DataFrame
    rows: pd.DataFrame
    raw: RawPortfolio | None
    unlabelled: int = 0


def read(path: Path) -> Labelled:
    """Read labelled initiatives.

    Args:
        path: A table with the columns name, text (or description) and label, perhaps id and more;
            read as a portfolio where it is one, else as CSV in UTF-8.

    Raises:
        InputError: It cannot be read, has no such columns or labels, or no labelled row.
    """
    raw = _portfolio(path)
    cells = raw.cells if raw else _csv(path)
    found = {str(column).strip().casefold(): column for column in cells.columns}
    mapped = {column.canonical: column.headers[0] for column in raw.mapping} if raw else {}

    def column(*names: str, canonical: str) -> pd.Series:
        for name in (found.get(name) for name in names):
            if name is not None:
                return cells[name]
        return cells[mapped[canonical]] if canonical in mapped else pd.Series("", cells.index, str)

    if "label" not in found:
        raise _missing("label", list(found), path)
    texts = column("text", "description", canonical="description")
    names = column("name", canonical="name")
    if not (texts != "").any() and not (names != "").any():
        raise _missing("text", list(found), path)
    labels = _labels(cells[found["label"]], path)
    ids = column("id", "initiative_id", canonical="initiative_id")
    rows = pd.DataFrame(
        {
            "id": ids.where(ids != "", [f"row-{line}" for line in cells.index]),
            "name": names,
            "text": texts,
            "label": labels,
        }
    )
    has_structure = raw is not None and any(item in _STRUCTURE for item in mapped)
    labelled = Labelled(
        path=path, cells=cells, rows=rows, raw=raw if has_structure else None, unlabelled=0
    )
    with_label = kept(labelled, labels != "")
    return replace(with_label, unlabelled=len(rows) - len(with_label.rows))


def _portfolio(path: Path) -> RawPortfolio | None:
    """The file as ingest reads it, or ``None`` where it is no portfolio."""
    try:
        return ingest.read(path)
    except InputError:
        return None  # then the plain reader says what is wrong, if anything is


def _csv(path: Path) -> pd.DataFrame:
    try:
        size = path.stat().st_size
        if not path.is_file():  # a pipe would never end
            raise _unreadable(path, "it is no regular file")
        if size > _MOST_BYTES:
            raise _unreadable(path, f"it is larger than {_MOST_BYTES:,} bytes")
        content = io.BytesIO(path.read_bytes())
        # What pandas would take for missing, such as a sponsor named NA, is text here.
        cells = pd.read_csv(
            content,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            index_col=False,
            encoding="utf-8-sig",
        )
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be opened") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _unreadable(path, str(error).strip()) from error
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return cells


def _unreadable(path: Path, why: str) -> LabelledUnreadable:
    return LabelledUnreadable(
        f"the labelled initiatives cannot be read: {why}",
        hint="Name a CSV file in UTF-8 with the columns name, text and label",
        at=Location(path=path),
    )


def _labels(column: pd.Series, path: Path) -> pd.Series:
    written = column.str.strip().str.casefold().str.replace(" ", "_")
    unknown = ~written.isin(list(_LABELS))
    if unknown.any():
        line = int(written.index[unknown][0])
        raise LabelUnknown(
            f"{int(unknown.sum())} labels are none, the first is {column[line]!r}",
            hint="Write project, program or ambiguous, or leave it empty",
            at=Location(path=path, line=line),
        )
    return written.map(_LABELS)


def _missing(name: str, columns: Sequence[str], path: Path) -> LabelledColumnMissing:
    return LabelledColumnMissing(
        f"there is no column {name!r}",
        hint=did_you_mean(name, columns, f"The columns are {', '.join(columns)}").rstrip("."),
        at=Location(path=path),
    )


def column_of(labelled: Labelled, name: str) -> pd.Series:
    """A column of the file by its header, whatever the case.

    Raises:
        LabelledColumnMissing: There is none of that name.
    """
    headers = {str(column).strip().casefold(): column for column in labelled.cells.columns}
    if name.strip().casefold() not in headers:
        raise _missing(name, list(headers), labelled.path)
    column: pd.Series = labelled.cells[headers[name.strip().casefold()]]
    return column


def kept(labelled: Labelled, keep: pd.Series) -> Labelled:
    """Some of the rows.

    Raises:
        NothingLabelled: None of them.
    """
    if not keep.any():
        raise NothingLabelled(
            "no labelled row is left to measure",
            hint="Label some rows project, program or ambiguous, or ask for less with --only",
            at=Location(path=labelled.path),
        )
    return replace(labelled, cells=labelled.cells[keep], rows=labelled.rows[keep])
