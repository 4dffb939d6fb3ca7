"""The straight line of ingest: table, header, rows, mapping."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from pipeline.errors import Location
from pipeline.ingest.cellfaults import cut_long_cells, damaged_cells, failed_formulas
from pipeline.ingest.contents import CellContents
from pipeline.ingest.header_row import find_header
from pipeline.ingest.labels import labels_of
from pipeline.ingest.limits import Limits
from pipeline.ingest.mapping import labels_for, map_columns, recognise
from pipeline.ingest.mapping_file import UserMapping, read_mapping
from pipeline.ingest.merged import filled_down
from pipeline.ingest.opening import Wishes, open_table
from pipeline.ingest.raw import RawPortfolio, Source
from pipeline.ingest.refusals import MappedHeaderMissing, ProfileUnknown, RowsMissing
from pipeline.ingest.rows import take_rows
from pipeline.ingest.second_keys import key_labels, second_keys
from pipeline.ingest.snapshot import take
from pipeline.ingest.suggest import missing_name
from pipeline.ingest.vocabulary import vocabulary
from schemas.aliases import profiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.ingest.header_row import Found
    from pipeline.ingest.mapping_file import ColumnMapping
    from pipeline.ingest.opening import Opened
    from pipeline.ingest.snapshot import Snapshot
    from pipeline.ingest.vocabulary import Vocabulary
    from pipeline.problems import Problem
    from schemas.aliases import Profile

_DEFAULT = Limits()


def read(
    path: Path,
    *,
    profile: str | None = None,
    mapping_file: Path | None = None,
    sheet: str | None = None,
    limits: Limits = _DEFAULT,
) -> RawPortfolio:
    """Read a portfolio from CSV text or a workbook.

    Args:
        path: A regular file of any name; the bytes tell what it is.
        profile: Name of the exporter's profile; ``None`` to recognise it by its headers.
        mapping_file: The user's own word on headers, units and layout, YAML or TOML.
        sheet: Sheet to read; ``None`` for the visible one with the best known header.
        limits: What the file may ask of the machine.

    Raises:
        InputError: The file cannot be read, or has no rows or no names.
        ConfigError: The mapping file is faulty.
    """
    forced = profile_of(profile, path)
    user = read_mapping(mapping_file) if mapping_file is not None else UserMapping()
    words = vocabulary({name: told.header for name, told in user.columns.items()})
    snapshot = take(path, most=limits.file_bytes)
    opened = open_table(snapshot, Wishes(sheet=sheet, mapping=user), words, limits)
    found = find_header(opened.table, words, path, user.header_row)
    return _portfolio(snapshot, opened, found, _Known(forced, user, words, limits))


class _Known(NamedTuple):
    """What is known before a row is looked at."""

    forced: Profile | None
    user: UserMapping
    words: Vocabulary
    limits: Limits


def _portfolio(snapshot: Snapshot, opened: Opened, found: Found, known: _Known) -> RawPortfolio:
    """Take the rows below the header, and map the columns."""
    labels = labels_of(found)
    texts = {label: text for label, text in zip(labels, found.texts, strict=False) if label}
    exporter = known.forced or recognise(texts.values(), profiles())
    at = Location(path=snapshot.path, line=found.line, sheet=opened.sheet)
    check_wanted(known.user, texts, at)
    found, merged = filled_down(found, labels)
    body = take_rows(found, labels, keys_of(texts, known.words))
    cells, problems = _sound_cells(body.cells, opened, found, labels, known.limits)
    cells, texts, told = with_constants(cells, texts, known.user.columns)
    mapped = map_columns(CellContents(cells), texts, exporter, told)
    if not any(column.canonical == "name" for column in mapped.columns):
        raise missing_name(list(texts), at)
    if len(cells) == 0:
        raise RowsMissing(
            "there is a header and no row below it", hint="Export the portfolio again.", at=at
        )
    problems += merged
    if keys := second_keys(cells, key_labels(mapped)):
        cells = keys.read(cells)
        problems.append(keys.notice)
    return RawPortfolio(
        cells=cells,
        mapping=mapped.columns,
        unmapped=mapped.unmapped,
        source=source_of(snapshot, opened, found),
        problems=_sorted([*opened.problems, *mapped.problems, *body.problems, *problems]),
        profile=exporter.name if exporter else "",
        blank_rows=body.blank_rows,
        totals_rows=body.totals_rows,
    )


def profile_of(name: str | None, path: Path) -> Profile | None:
    """The profile that the user names.

    Raises:
        ProfileUnknown: There is none of that name.
    """
    if name is None:
        return None
    known = profiles()
    if name.casefold() in known:
        return known[name.casefold()]
    close = get_close_matches(name.casefold(), known, n=1)
    raise ProfileUnknown(
        f"there is no profile '{name}'",
        hint=f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known)}.",
        at=Location(path=path),
    )


def keys_of(texts: Mapping[str, str], words: Vocabulary) -> list[str]:
    """Labels of the columns that may hold a name or an id, where totals rows say what they are."""
    wanted = {"name", "initiative_id"}
    return [label for label, text in texts.items() if words.columns([text]) & wanted]


def check_wanted(user: UserMapping, texts: Mapping[str, str], at: Location) -> None:
    """Refuse a mapping file that names a header which is not there."""
    for canonical, told in user.columns.items():
        for header in told.header:
            if labels_for(header, texts):
                continue
            close = get_close_matches(header[:200], [text[:200] for text in texts.values()], n=1)
            raise MappedHeaderMissing(
                f"the mapping file reads {canonical} from '{header[:80]}', and there is no such "
                "header",
                hint=(
                    f"Did you mean '{close[0][:80]}'?"
                    if close
                    else f"The headers are: {', '.join(list(texts)[:30])}."
                ),
                at=at,
            )


def _sound_cells(
    cells: pd.DataFrame,
    opened: Opened,
    found: Found,
    labels: Sequence[str],
    limits: Limits,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Cut and report what did not come through whole."""
    problems: list[Problem] = []
    if opened.damaged:
        problems += damaged_cells(cells)
    if not found.transposed:
        problems += failed_formulas(cells, opened.errors, labels)
    cells, long = cut_long_cells(cells, limits.cell_characters)
    return cells, [*problems, *long]


def with_constants(
    cells: pd.DataFrame, texts: Mapping[str, str], user: Mapping[str, ColumnMapping]
) -> tuple[pd.DataFrame, dict[str, str], dict[str, ColumnMapping]]:
    """Give constants of the mapping file a column of their own."""
    texts, told = dict(texts), dict(user)
    for canonical, column in user.items():
        if column.constant is not None:
            label = f"{canonical} (mapping file)"
            constant = pd.Series([column.constant] * len(cells), index=cells.index, dtype="str")
            cells = cells.assign(**{label: constant})
            texts[label] = ""
            told[canonical] = column.model_copy(update={"header": (label,)})
    return cells, texts, told


def source_of(snapshot: Snapshot, opened: Opened, found: Found) -> Source:
    """Which file a table was read from, and how."""
    return Source(
        name=snapshot.path.name,
        sha256=snapshot.sha256,
        bytes=len(snapshot.data),
        format=opened.format,
        sheet=opened.sheet,
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        header_line=found.line,
        transposed=found.transposed,
        epoch_1904=opened.epoch_1904,
    )


def _sorted(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(problems, key=lambda problem: (problem.source_line, problem.column, problem.code))
    )
