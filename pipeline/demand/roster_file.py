"""From a file to the text cells of a roster, by the same doors as a portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline.demand.refusals import RosterColumnMissing, RosterEmpty
from pipeline.errors import Location
from pipeline.ingest.cellfaults import cut_long_cells, failed_formulas
from pipeline.ingest.header_row import find_header
from pipeline.ingest.headers import comparable, understand
from pipeline.ingest.labels import labels_of
from pipeline.ingest.limits import Limits
from pipeline.ingest.mapping_file import UserMapping
from pipeline.ingest.opening import Wishes, open_table
from pipeline.ingest.reading import source_of
from pipeline.ingest.rows import take_rows
from pipeline.ingest.snapshot import take
from pipeline.ingest.table import blank_mask
from pipeline.ingest.vocabulary import MOST_CHARACTERS, Vocabulary
from pipeline.problems import catalogue
from schemas.demand_words import demand_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from pipeline.ingest.raw import Source
    from pipeline.problems import Problem

# A roster names people; nobody has half a million of them.
_LIMITS: Final = Limits(file_bytes=16 * 1024 * 1024, rows=100_000, columns=200)
_CLOSE: Final = 0.7
_SHOWN: Final = 30
_HARMFUL: Final = frozenset({"quarantine", "superseded"})


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterCells:
    """Text cells of a roster.

    ``cells`` is indexed by source line and has the columns of the file under unique labels.
    ``labels`` tells which of them is which column of the roster. ``problems`` are those of rows
    whose cells cannot be told apart.
    """

    cells: pd.DataFrame
    labels: Mapping[str, str]
    source: Source
    problems: tuple[Problem, ...]


def read_cells(path: Path, *, sheet: str | None = None) -> RosterCells:
    """Read the cells of a roster from CSV text or a workbook.

    Raises:
        InputError: The file cannot be read, lacks the names or roles, or has no rows.
    """
    snapshot = take(path, most=_LIMITS.file_bytes)
    words = _vocabulary()
    opened = open_table(snapshot, Wishes(sheet=sheet, mapping=UserMapping()), words, _LIMITS)
    found = find_header(opened.table, words, path, None)
    at = Location(path=path, line=found.line, sheet=opened.sheet)
    labels = labels_of(found)
    texts = {label: text for label, text in zip(labels, found.texts, strict=False) if label}
    named = [label for label, text in texts.items() if words.columns([text]) & {"name"}]
    body = take_rows(found, labels, named)
    cells, long = cut_long_cells(body.cells, _LIMITS.cell_characters)
    mapped = _mapped(cells, texts)
    _check(mapped, list(texts), at)
    if len(cells) == 0:
        raise RosterEmpty(
            "the roster has a header and nobody below it",
            hint="Export the roster again, with its people",
            at=at,
        )
    failed = failed_formulas(cells, opened.errors, labels) if not found.transposed else []
    problems = [*opened.table.problems, *body.problems, *long, *failed]
    lines = set(cells.index)
    return RosterCells(
        cells=cells,
        labels=mapped,
        source=source_of(snapshot, opened, found),
        problems=tuple(
            problem
            for problem in dict.fromkeys(problems)
            if problem.source_line in lines
            # A formula that failed would leave a person without an end or a capacity.
            and (catalogue()[problem.code].severity in _HARMFUL or problem.code == "cell-error")
        ),
    )


@cache
def _vocabulary() -> Vocabulary:
    meaning: dict[str, str] = {}
    for column, headers in demand_words().headers.items():
        for header in headers:
            meaning.setdefault(comparable(header), column)
    return Vocabulary(meaning=meaning)


def _mapped(cells: pd.DataFrame, texts: Mapping[str, str]) -> dict[str, str]:
    """Label of each column of the roster: of several, the first by preference that is filled."""
    keys = {
        label: understand(text).keys
        for label, text in texts.items()
        if len(text) <= MOST_CHARACTERS
    }
    mapped: dict[str, str] = {}
    for column, headers in demand_words().headers.items():
        known = map(comparable, headers)
        found = [label for header in known for label, own in keys.items() if header in own]
        free = [label for label in dict.fromkeys(found) if label not in mapped.values()]
        filled = [label for label in free if not blank_mask(cells[label]).all()]
        if free:
            mapped[column] = (filled or free)[0]
    return mapped


def _check(mapped: Mapping[str, str], labels: Sequence[str], at: Location) -> None:
    has_name = "name" in mapped or {"given_name", "family_name"} <= mapped.keys()
    for column, is_there in (("name", has_name), ("role", "role" in mapped)):
        if is_there:
            continue
        known = [comparable(header) for header in demand_words().headers[column]]
        close = [
            label
            for label in labels[:200]
            if get_close_matches(comparable(label[:200]), known, n=1, cutoff=_CLOSE)
        ]
        shown = ", ".join(f"'{label[:60]}'" for label in labels[:_SHOWN])
        raise RosterColumnMissing(
            f"no column of the roster holds the {column} of a person; the headers are {shown}",
            hint=(
                f"Rename '{close[0][:60]}' to '{column}'"
                if close
                else f"A roster has the columns name, role, business unit, capacity, from, to; "
                f"only name and role are needed. Name the column '{column}'"
            ),
            at=at,
        )
