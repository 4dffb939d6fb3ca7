"""Settings of a run: staffing.toml, then STAFFING_ variables, then flags; the later wins."""

from __future__ import annotations

import os
import tomllib
from datetime import date  # noqa: TC003 -- pydantic reads the annotations at run time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import ConfigError, Location, ManyErrors

FILE = Path("staffing.toml")
PREFIX = "STAFFING_"


class ConfigFaults(ManyErrors, ConfigError):
    """Every fault of the configuration."""

    exit_status = 5


class Settings(BaseSettings):
    """What can be set; every field is also a flag of ``staffing classify``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", env_ignore_empty=True)

    output: Path = Path("out")
    rules: Path | None = None
    profile: str | None = None
    mapping: Path | None = None
    sheet: str | None = None
    as_of: date | None = None
    quiet: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- its name is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(config: Path | None, flags: dict[str, Any]) -> Settings:
    """Settings of one call.

    Args:
        config: The file named by ``--config``; ``None`` takes ``staffing.toml`` if it is there.
        flags: Flags that were given; those left out have no entry.

    Raises:
        ConfigFaults: A file that cannot be read, an unknown key or a value of the wrong kind.
    """
    path = config or FILE
    faults = _unknown_variables()
    if config is not None or path.exists():
        _check_file(path)
    else:
        path = Path(os.devnull)

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        settings = FromFile(**flags)
    except ValidationError as error:
        faults += [_fault(item, path) for item in error.errors(include_url=False)]
    if faults:
        raise ConfigFaults(faults)
    return settings


def _check_file(path: Path) -> None:
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}",
            hint="Name a file that exists with --config",
            at=Location(path=path),
        ) from error
    except ValueError as error:
        raise ConfigError(
            f"not TOML: {error}", hint="Write key = value lines", at=Location(path=path)
        ) from error


def _unknown_variables() -> list[ConfigError]:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    return [
        ConfigError(f"unknown variable {name}", hint=_nearest(name, known))
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name.upper() not in known
    ]


def _nearest(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}" if close else f"Known are {', '.join(known)}"


def _fault(item: Any, path: Path) -> ConfigError:  # noqa: ANN401 -- pydantic's own dictionary
    key = ".".join(map(str, item["loc"]))
    if item["type"] == "extra_forbidden":
        return ConfigError(
            f"unknown key {key!r}",
            hint=_nearest(key, list(Settings.model_fields)),
            at=Location(path=path),
        )
    return ConfigError(f"{key}: {item['msg']} (found {item['input']!r})", hint="Correct it")
