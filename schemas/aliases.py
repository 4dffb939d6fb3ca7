"""Reads the alias table and the profiles of common exporters, both of them data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from schemas.columns import BY_NAME
from schemas.strict_yaml import load

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _as_alias(value: Any) -> Any:  # noqa: ANN401 -- whatever the document holds
    return {"header": value} if isinstance(value, str) else value


def _tuple(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value


def _canonical(name: str) -> str:
    if name not in BY_NAME:
        message = f"{name!r} is not a canonical column"
        raise ValueError(message)
    return name


class Alias(_Closed):
    """A header, in its comparable form, that means a canonical column under some conditions.

    ``{n}`` stands for a number, ``{year}`` for a year.
    """

    header: str
    when_also: Annotated[tuple[str, ...], BeforeValidator(_tuple)] = ()
    unless_also: Annotated[tuple[str, ...], BeforeValidator(_tuple)] = ()


Aliases = Annotated[
    tuple[Annotated[Alias, BeforeValidator(_as_alias)], ...], BeforeValidator(_tuple)
]
Texts = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
ColumnName = Annotated[str, AfterValidator(_canonical)]
DateOrder = Literal["day_first", "month_first", "year_first"]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class AliasColumn(_Closed):
    """The headers of one canonical column in order of preference, and its false friends."""

    aliases: Aliases
    never: Texts


class AliasTable(_Closed):
    """``schemas/aliases.yaml``."""

    columns: dict[ColumnName, AliasColumn]
    bracket_traps: Texts
    totals: Texts
    footnotes: Texts


class ProfileColumn(_Closed):
    """What a profile knows of one canonical column.

    ``headers`` come before the aliases; where ``alike``, they mean the same and each stands in for
    the one before it where that says nothing. ``unit`` multiplies amounts of money.
    """

    headers: Aliases = ()
    alike: bool = False
    unit: int | None = None
    currency: Currency | None = None
    date_order: DateOrder | None = None


class Profile(_Closed):
    """One exporter: how to recognise its files, and what its headers mean.

    ``recognise`` are sets of comparable headers; a file that has every header of one set is of this
    exporter. ``ignore`` are headers that must not be taken for a canonical column here.
    """

    name: str
    title: str
    recognise: Annotated[tuple[Texts, ...], BeforeValidator(_tuple)]
    columns: dict[ColumnName, ProfileColumn]
    ignore: Texts = ()


@cache
def alias_table() -> AliasTable:
    """The alias table of the package."""
    text = files("schemas").joinpath("aliases.yaml").read_text(encoding="utf-8")
    return AliasTable.model_validate(load(text, name="aliases.yaml"))


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile of the package by name, in order of name."""
    found: dict[str, Profile] = {}
    folder = files("schemas").joinpath("profiles")
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".yaml"):
            text = entry.read_text(encoding="utf-8")
            profile = Profile.model_validate(load(text, name=entry.name))
            found[profile.name] = profile
    return found
