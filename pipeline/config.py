"""Settings of a run: staffing.toml, then STAFFING_ variables, then flags; the later wins."""

from __future__ import annotations

import os
from datetime import date  # noqa: TC003 -- pydantic reads the annotations at run time
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from pipeline.days import as_day
from pipeline.errors import ConfigError, Location, ManyErrors
from schemas import strict_toml
from schemas.settings import (
    Capacity,
    Cluster,
    Health,
    History,
    Limits,
    Notify,
    Review,
    Table,
    Thresholds,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

FILE: Final = Path("staffing.toml")
PREFIX: Final = "STAFFING_"
NESTED: Final = "__"


class ConfigFaults(ManyErrors, ConfigError):  # noqa: N818 -- a collection
    """Every fault of the configuration."""

    exit_status = 5


class ConfigFileUnreadable(ConfigError):  # noqa: N818 -- each is named for what is wrong
    """There is no such file, or the system refuses to hand it out."""

    code = "C001"


class ConfigFileFaulty(ConfigError):  # noqa: N818
    """The file is not TOML."""

    code = "C002"


class SettingUnknown(ConfigError):  # noqa: N818
    """A key of the file, or a variable, that means nothing."""

    code = "C003"


class SettingFaulty(ConfigError):  # noqa: N818
    """A value of the wrong kind."""

    code = "C004"


def _named(value: object) -> object:
    """An empty text would come to mean the working folder, and a NUL is part of no name."""
    if isinstance(value, str) and (not value or "\0" in value):
        message = "name a file or folder"
        raise ValueError(message)
    return value


_Path = Annotated[Path, BeforeValidator(_named)]


class Settings(BaseSettings):
    """What can be set; every field but the tables is also a flag of ``staffing classify``.

    A table of the file is a field whose kind is a ``Table`` of ``schemas.settings``.
    """

    # Undecoded: pydantic-settings would read lists as JSON and fail as a whole where they are not.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=NESTED,
        env_ignore_empty=True,
        enable_decoding=False,
        extra="forbid",
    )

    output: _Path = Path("out")
    rules: _Path | None = None
    profile: str | None = None
    mapping: _Path | None = None
    sheet: str | None = None
    roster: _Path | None = None
    as_of: Annotated[date, BeforeValidator(as_day)] | None = None
    quiet: bool = False
    brief: bool = False

    keep: Annotated[int, Field(ge=0)] = 0
    patience: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 60.0
    verbose: bool = False
    verify: Annotated[Whole, Field(ge=0)] = 0
    engine: Literal["local", "dask", "spark"] = "local"
    chunk_rows: Annotated[Whole, Field(ge=0)] = 0

    capacity: Capacity = Capacity()
    thresholds: Thresholds = Thresholds()
    notify: Notify = Notify()
    health: Health = Health()
    history: History = History()
    review: Review = Review()
    limits: Limits = Limits()
    cluster: Cluster = Cluster()


def load(config: Path | None, flags: dict[str, Any]) -> Settings:
    """Settings of one call.

    Args:
        config: The file named by ``--config``; ``None`` takes ``staffing.toml`` if it is there.
        flags: Flags that were given; those left out have no entry.

    Raises:
        ConfigFaults: A file that cannot be read, unknown keys or variables, values of a wrong kind.
    """
    path = config or FILE
    table = _table(path) if config or os.path.lexists(path) else {}
    faults: list[ConfigError] = _unknown_variables()

    class Sourced(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- its name is theirs
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, table)

    try:
        settings = Sourced(**flags)
    except ValidationError as error:
        faults += [_fault(item, flags, path) for item in error.errors(include_url=False)]
    if faults:
        raise ConfigFaults(faults)
    return settings


def _table(path: Path) -> dict[str, Any]:
    """The file, read once: it may be a pipe, as in ``--config <(…)``."""
    at = Location(path=path)
    try:
        with path.open("rb") as file:
            # No more than may be: a device has no end.
            data = file.read(4 * strict_toml.MAX_BYTES)
        return strict_toml.load(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise ConfigFaults(
            [
                ConfigFileUnreadable(
                    f"the configuration cannot be read: {error.strerror}",
                    hint="Name a file that exists with --config",
                    at=at,
                )
            ]
        ) from error
    except ValueError as error:
        raise ConfigFaults(
            [ConfigFileFaulty(f"not TOML: {error}", hint='Write lines like output = "out"', at=at)]
        ) from error


def _unknown_variables() -> list[ConfigError]:
    """Variables that pydantic-settings would pass over."""
    faults: list[ConfigError] = []
    for name in sorted(os.environ):
        if not name.upper().startswith(PREFIX):
            continue
        key, *inner = name[len(PREFIX) :].lower().split(NESTED)
        known = _keys(())
        if key not in known or (inner and not _keys((key,))):
            faults.append(_unknown(name, (key,), as_variable=True))
    return faults


def _keys(place: tuple[str, ...]) -> Mapping[str, FieldInfo]:
    """The keys of the table at a place, those of the file itself at (); none: it is no table."""
    model: type[BaseModel] = Settings
    for key in place:
        field = model.model_fields.get(key)
        kind = field.annotation if field else None
        if not (isinstance(kind, type) and issubclass(kind, Table)):
            return {}
        model = kind
    return model.model_fields


def _unknown(
    shown: str, place: tuple[str, ...], *, as_variable: bool, at: Location | None = None
) -> ConfigError:
    *table, key = place
    close = get_close_matches(key, _keys(tuple(table)), n=1)
    known = [
        _variable((*table, name)) if as_variable else ".".join((*table, name))
        for name in close or _keys(tuple(table))
    ]
    return SettingUnknown(
        f"unknown variable {shown}" if as_variable else f"unknown key {shown!r}",
        hint=f"Did you mean {known[0]}" if close else f"Known are {', '.join(known)}",
        at=at,
    )


def _variable(place: Sequence[str]) -> str:
    return PREFIX + NESTED.join(place).upper()


def _set_by(name: str) -> str | None:
    """The variable of a name, or one that goes deeper, as it is written in the environment."""
    found = [
        own
        for own, value in sorted(os.environ.items())
        if value and (own.upper() == name or own.upper().startswith(name + NESTED))
    ]
    return found[0] if found else None


def _fault(item: Any, flags: dict[str, Any], path: Path) -> ConfigError:  # noqa: ANN401 -- pydantic's own
    place = tuple(part for part in item["loc"] if isinstance(part, str))
    variable = _set_by(_variable(place))
    is_flag = place[0] in flags
    at = None if is_flag or variable else Location(path=path)
    if item["type"] == "extra_forbidden" and not is_flag:
        shown = variable or ".".join(place)
        return _unknown(shown, place, as_variable=bool(variable), at=at)
    shown = f"--{place[0].replace('_', '-')}" if is_flag else variable or ".".join(place)
    message = item["msg"].removeprefix("Value error, ")
    return SettingFaulty(
        f"{shown}: {message[:1].lower()}{message[1:]}",
        hint="Correct it" if _is_secret(place[0]) else f"Correct {item['input']!r}",
        at=at,
    )


def _is_secret(key: str) -> bool:
    """Whether a table holds what no message may show."""
    field = Settings.model_fields.get(key)
    kind = field.annotation if field else None
    return isinstance(kind, type) and issubclass(kind, Table) and kind.is_secret
