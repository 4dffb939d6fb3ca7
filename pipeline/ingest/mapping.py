"""Which header is which canonical column: the user's word, then a profile's, then the aliases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.ingest.header_index import NO_HEADER, Headers, header_of
from pipeline.ingest.headers import comparable
from pipeline.ingest.raw import MappedColumn
from pipeline.problems import Problem
from schemas.aliases import Alias, ProfileColumn, alias_table
from schemas.columns import BY_NAME, COLUMNS, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.ingest.contents import Contents
    from pipeline.ingest.mapping_file import ColumnMapping
    from schemas.aliases import Profile
    from schemas.columns import Column

By = Literal["name", "alias", "profile", "mapping"]
_ORDER = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapped:
    """The mapping of one file: its columns in canonical order, other labels, and notices.

    ``other_keys`` are those of the other labels that are ids of a row, too.
    """

    columns: tuple[MappedColumn, ...]
    unmapped: tuple[str, ...]
    other_keys: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def recognise(labels: Iterable[str], profiles: Mapping[str, Profile]) -> Profile | None:
    """Find the profile that most headers speak for; ``None`` if no set of headers is complete."""
    keys = {key for label in labels for key in header_of(label).keys}
    best: Profile | None = None
    most = 0
    for profile in profiles.values():
        size = max((len(set(one)) for one in profile.recognise if keys >= set(one)), default=0)
        if size > most:
            best, most = profile, size
    return best


def labels_for(text: str, texts: Mapping[str, str]) -> list[str]:
    """Labels of the header that a user names: exactly so, else comparably so."""
    clean = " ".join(text.split())
    exact = [label for label, found in texts.items() if clean in (label, " ".join(found.split()))]
    if exact:
        return exact
    key = comparable(text)
    return [label for label, found in texts.items() if key and comparable(found) == key]


def map_columns(
    contents: Contents,
    texts: Mapping[str, str],
    profile: Profile | None,
    user: Mapping[str, ColumnMapping],
) -> Mapped:
    """Map the headers of a file.

    Args:
        contents: What the columns hold, by label.
        texts: The header as found, by label; duplicates have the same text under several labels.
        profile: What is known of the exporter.
        user: What the user says, by canonical column.
    """
    headers = Headers(
        contents=contents, by_label={label: header_of(text) for label, text in texts.items()}
    )
    proposals: dict[str, dict[str, By]] = {}
    for canonical, wanted in user.items():
        for text in wanted.header:
            found = labels_for(text, texts)
            proposals.setdefault(canonical, {}).update(dict.fromkeys(found, "mapping"))
            headers.taken.update(found)
    if profile:
        for canonical, known in profile.columns.items():
            if canonical not in proposals:
                _propose(headers, canonical, known.headers, "profile", proposals)
        for key in profile.ignore:
            headers.taken.update(headers.by_key.get(key, ()))
    for canonical, column in alias_table().columns.items():
        # The user's word is final; so is a profile's about a list, which would take all headers.
        if canonical in proposals and (canonical in user or BY_NAME[canonical].kind == "list"):
            continue
        own = Alias(header=canonical.replace("_", " "))
        _propose(headers, canonical, (own,), "name", proposals)
        _propose(headers, canonical, column.aliases, "alias", proposals)
    return _settle(headers, proposals, profile, user)


def _propose(
    headers: Headers,
    canonical: str,
    aliases: Iterable[Alias],
    by: By,
    proposals: dict[str, dict[str, By]],
) -> None:
    for alias in aliases:
        for label in headers.find(alias, canonical):
            proposals.setdefault(canonical, {})[label] = by
            headers.taken.add(label)
            if "{n}" in alias.header:
                headers.together.setdefault(alias.header, []).append(label)


def _settle(
    headers: Headers,
    proposals: Mapping[str, Mapping[str, By]],
    profile: Profile | None,
    user: Mapping[str, ColumnMapping],
) -> Mapped:
    columns: list[MappedColumn] = []
    problems: list[Problem] = []
    used: set[str] = set()
    for column in COLUMNS:
        proposed = proposals.get(column.name, {})
        if not proposed:
            continue
        known = profile.columns.get(column.name) if profile else None
        chosen = _choose(headers, column, proposed, alike=bool(known and known.alike))
        used.update(chosen)
        columns.append(_mapped(headers, column.name, chosen, proposed[chosen[0]], (profile, user)))
        problems += [
            Problem(
                source_line=0,
                code="header-alternate",
                column=label,
                hint=f"'{chosen[0]}' is read as {column.name}; choose in a mapping file.",
            )
            for label in proposed
            if label not in chosen
        ]
    columns = _with_parent_key(columns)
    unmapped = tuple(label for label in headers.by_label if label not in used)
    return Mapped(
        columns=tuple(columns),
        unmapped=unmapped,
        other_keys=tuple(each for each in proposals.get("initiative_id", ()) if each in unmapped),
        problems=tuple(problems),
    )


def _choose(
    headers: Headers, column: Column, proposed: Mapping[str, By], *, alike: bool
) -> tuple[str, ...]:
    labels = list(proposed)
    if column.kind == "list" or proposed[labels[0]] == "mapping":
        # Several headers of one list belong together, and the user means what they write.
        return tuple(labels)
    if len(labels) == 1:
        return (labels[0],)
    filled = [label for label in labels if headers.is_filled(label)] or labels[:1]
    if column.kind == "identifier" and column.name == "initiative_id":
        return (_best_key(headers.contents, filled),)
    if alike and proposed[filled[0]] == "profile":
        return tuple(label for label in filled if proposed[label] == "profile")
    for together in headers.together.values():
        if filled[0] in together:
            return tuple(label for label in labels if label in together)
    return (filled[0],)


def _best_key(contents: Contents, labels: list[str]) -> str:
    """Take the first column that tells all rows apart, else the one that tells most apart."""
    if len(labels) == 1:
        return labels[0]
    counts = [contents.distinct(label) for label in labels]
    return labels[counts.index(max(counts))]


def _mapped(
    headers: Headers,
    canonical: str,
    labels: tuple[str, ...],
    by: By,
    known: tuple[Profile | None, Mapping[str, ColumnMapping]],
) -> MappedColumn:
    header = headers.by_label.get(labels[0], NO_HEADER)
    profile, user = known
    told = user.get(canonical)
    expected = (profile.columns.get(canonical) if profile else None) or ProfileColumn()
    is_money = BY_NAME[canonical].kind == "money"
    return MappedColumn(
        canonical=canonical,
        headers=labels,
        by=by,
        # What stands in the file is nearer to the truth than what such files usually are.
        unit=(told and told.unit) or ((header.unit or expected.unit) if is_money else None),
        currency=(told and told.currency)
        or ((header.currency or expected.currency or "") if is_money else ""),
        date_order=(told and told.date_order) or expected.date_order,
    )


def _with_parent_key(columns: list[MappedColumn]) -> list[MappedColumn]:
    """Let the title of the parent be its key where the file has no other."""
    by_name = {column.canonical: column for column in columns}
    parent = by_name.get("parent_name")
    if parent is None or "parent_id" in by_name:
        return columns
    key = MappedColumn(canonical="parent_id", headers=parent.headers, by=parent.by)
    return sorted([*columns, key], key=lambda column: _ORDER[column.canonical])
