"""The user's own mapping file: what it says about headers, units and the layout of the file."""

# ruff: noqa: N818 -- each is named for what is wrong

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import ConfigError, Location
from schemas import strict_toml
from schemas.aliases import Currency, DateOrder  # noqa: TC001 -- pydantic reads them
from schemas.columns import BY_NAME, NAMES
from schemas.strict_yaml import MAX_BYTES, YamlFault, load

if TYPE_CHECKING:
    from pathlib import Path

_EXAMPLE = "A line such as 'name: Project title', or 'budget: {header: Cost, unit: 1000}'."


class MappingFileMissing(ConfigError):
    """The mapping file cannot be read."""

    code = "C101"


class MappingFileFaulty(ConfigError):
    """The mapping file is not YAML or TOML, or has keys or values that mean nothing."""

    code = "C102"


class MappingColumnUnknown(ConfigError):
    """The mapping file names a canonical column that does not exist."""

    code = "C103"


def _texts(value: Any) -> Any:  # noqa: ANN401 -- whatever the document holds
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


class ColumnMapping(BaseModel):
    """What the user says of one canonical column.

    ``header`` are headers as they stand in the file, the preferred first. ``constant`` is the same
    text in every row, where the file has no such column. ``unit`` multiplies amounts of money.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    header: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    constant: str | None = None
    unit: Annotated[int, Field(gt=0)] | None = None
    currency: Currency | None = None
    date_order: DateOrder | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.header and self.constant is not None:
            message = "has a header and a constant; keep one"
            raise ValueError(message)
        return self


class UserMapping(BaseModel):
    """A whole mapping file; every part is optional."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    columns: dict[str, ColumnMapping] = {}
    header_row: Annotated[int, Field(gt=0)] | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None


# Keys of the file that are not canonical columns.
_SETTINGS = tuple(name for name in UserMapping.model_fields if name != "columns")


def read_mapping(path: Path) -> UserMapping:
    """Read a mapping file, YAML or (by its name) TOML.

    Canonical columns stand at the top or under ``columns``; the value is a header, a list of
    headers, or a mapping with the keys of :class:`ColumnMapping`.

    Raises:
        ConfigError: Unreadable, not YAML or TOML, or with names or values that mean nothing.
    """
    at = Location(path=path)
    document = _document(_text(path, at), path, at)
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise MappingFileFaulty("the mapping file holds no mapping", hint=_EXAMPLE, at=at)
    nested = document.pop("columns", None) or {}
    if not isinstance(nested, dict):
        raise MappingFileFaulty("'columns' is not a mapping", hint=_EXAMPLE, at=at)
    settings = {key: document.pop(key) for key in _SETTINGS if key in document}
    twice = sorted(set(map(str, document)) & set(map(str, nested)))
    if twice:
        raise MappingFileFaulty(
            f"'{twice[0]}' stands at the top and under 'columns'", hint="Keep one.", at=at
        )
    columns = {**document, **nested}
    for name in columns:
        _check_name(str(name), at)
    return _validated({**settings, "columns": {k: _full(v) for k, v in columns.items()}}, at)


def _text(path: Path, at: Location) -> str:
    try:
        if not path.is_file():
            raise MappingFileMissing("there is no such mapping file", hint="Check the path.", at=at)
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise MappingFileFaulty(
                f"the mapping file has {len(data):,} bytes", hint="Is it the right file?", at=at
            )
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingFileMissing(
            "the mapping file cannot be read as UTF-8 text", hint="Save it as UTF-8.", at=at
        ) from error


def _document(text: str, path: Path, at: Location) -> Any:  # noqa: ANN401
    if path.suffix.casefold() == ".toml":
        try:
            return strict_toml.load(text)
        except strict_toml.TomlFault as error:
            raise MappingFileFaulty(f"not TOML: {error}", hint=_EXAMPLE, at=at) from error
    try:
        return load(text, name=path.name)
    except YamlFault as fault:
        raise MappingFileFaulty(
            fault.problem, hint=fault.hint, at=Location(path=path, line=fault.line)
        ) from fault


def _check_name(name: str, at: Location) -> None:
    if name in BY_NAME:
        return
    close = get_close_matches(name, [*NAMES, *_SETTINGS], n=1)
    raise MappingColumnUnknown(
        f"'{name[:80]}' is not a canonical column",
        hint=f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(NAMES)}.",
        at=at,
    )


def _full(value: Any) -> Any:  # noqa: ANN401
    return {"header": value} if isinstance(value, (str, list)) else value


def _validated(document: dict[str, Any], at: Location) -> UserMapping:
    try:
        return UserMapping.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        close = get_close_matches(str(first["loc"][-1]), list(ColumnMapping.model_fields), n=1)
        unknown = first["type"] == "extra_forbidden"
        raise MappingFileFaulty(
            f"'{place}': {'unknown key' if unknown else first['msg']}",
            hint=f"Did you mean '{close[0]}'?" if unknown and close else _EXAMPLE,
            at=at,
        ) from error
