"""Settings of a run: staffing.toml, then STAFFING_ variables, then flags; the later wins."""

from __future__ import annotations

import os
import tomllib
from datetime import date  # noqa: TC003 -- pydantic reads the annotations at run time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from pipeline.days import as_day
from pipeline.errors import ConfigError, Location, ManyErrors

FILE: Final = Path("staffing.toml")
PREFIX: Final = "STAFFING_"


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
    """What can be set; every field is also a flag of ``staffing classify``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", env_ignore_empty=True)

    output: _Path = Path("out")
    rules: _Path | None = None
    profile: str | None = None
    mapping: _Path | None = None
    sheet: str | None = None
    as_of: Annotated[date, BeforeValidator(as_day)] | None = None
    quiet: bool = False


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
    faults: list[ConfigError] = [*_unknown_variables(), *_unknown_keys(table, path)]

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
            known = {key: value for key, value in table.items() if key in Settings.model_fields}
            return init_settings, env_settings, InitSettingsSource(settings_cls, known)

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
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
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
    except (ValueError, RecursionError) as error:
        raise ConfigFaults(
            [ConfigFileFaulty(f"not TOML: {error}", hint='Write lines like output = "out"', at=at)]
        ) from error


def _unknown_keys(table: dict[str, Any], path: Path) -> list[ConfigError]:
    return [
        SettingUnknown(f"unknown key {key!r}", hint=_nearest(key), at=Location(path=path))
        for key in table
        if key not in Settings.model_fields
    ]


def _unknown_variables() -> list[ConfigError]:
    return [
        SettingUnknown(f"unknown variable {name}", hint=_nearest(key, as_variable=True))
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
        and (key := name[len(PREFIX) :].lower()) not in Settings.model_fields
    ]


def _nearest(key: str, *, as_variable: bool = False) -> str:
    close = get_close_matches(key, Settings.model_fields, n=1)
    shown = [
        PREFIX + name.upper() if as_variable else name for name in close or Settings.model_fields
    ]
    return f"Did you mean {shown[0]}" if close else f"Known are {', '.join(shown)}"


def _fault(item: Any, flags: dict[str, Any], path: Path) -> ConfigError:  # noqa: ANN401 -- pydantic's own
    key = str(item["loc"][0])
    at = None
    if key in flags:
        place = f"--{key.replace('_', '-')}"
    elif os.environ.get(variable := PREFIX + key.upper()):
        place = variable
    else:
        place, at = key, Location(path=path)
    message = item["msg"].removeprefix("Value error, ")
    return SettingFaulty(
        f"{place}: {message[:1].lower()}{message[1:]}",
        hint=f"Correct {item['input']!r}",
        at=at,
    )
