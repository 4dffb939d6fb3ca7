"""Tables of staffing.toml: one class each, named in ``pipeline.config.Settings``.

A key is a number, a truth value, a text or several of them; each has a default, so that a table may
be left out. In a variable several values are parted by commas.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    model_validator,
)


class Table(BaseModel):
    """What all tables have in common: frozen, and a key that means nothing is refused.

    Values of a table that ``is_secret`` are never shown, not even where they are faulty.
    """

    is_secret: ClassVar[bool] = False

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _is_table(cls, value: Any) -> Any:  # noqa: ANN401 -- whatever stands in the file
        if isinstance(value, Mapping | cls):
            return value
        keys = ", ".join(cls.model_fields)
        message = f"this is a table, whose keys are set one by one: {keys}"
        raise ValueError(message)


def _no_truth_value(value: object) -> object:
    """``true`` would come to mean 1."""
    if isinstance(value, bool):
        message = "write a number"
        raise ValueError(message)  # noqa: TRY004 -- pydantic takes no TypeError
    return value


def _named(value: object) -> object:
    """An empty text would come to mean the working folder, and a NUL is part of no name."""
    if isinstance(value, str) and (not value or "\0" in value):
        message = "name a folder"
        raise ValueError(message)
    return value


def _parted(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_no_truth_value)]
Whole = Annotated[int, BeforeValidator(_no_truth_value)]
Folder = Annotated[Path, BeforeValidator(_named)]
Several = BeforeValidator(_parted)
"""Beside a list or tuple: lets a variable give its values parted by commas."""

_AtOnce = Annotated[Number, Field(gt=0, le=1_000)]
_Factor = Annotated[Number, Field(gt=0, le=100)]


class Capacity(Table):
    """What one person who works full time can lead, and how far ahead to look.

    ``project_manager`` and ``program_manager`` are how many usual initiatives (complexity level 2)
    fill such a person: most project managers lead two to five projects at once, more than five is
    warned against; nobody has counted programs, so two is an assumption. ``complexity`` multiplies
    what an initiative of level 1, 2, 3 and 4 takes: with these, six simple ones or two and a half
    of the hardest fill a person, as peers advise. From ``utilisation`` on, the share of a person's
    time that is planned, a load is tight: nothing is left for leave and the unforeseen.
    ``quarters`` is how many calendar quarters to look at, the current one first.
    """

    project_manager: _AtOnce = 4.0
    program_manager: _AtOnce = 2.0
    complexity: Annotated[tuple[_Factor, _Factor, _Factor, _Factor], Several] = (0.7, 1.0, 1.3, 1.6)
    utilisation: Annotated[Number, Field(gt=0, le=1)] = 0.8
    quarters: Annotated[Whole, Field(ge=1, le=40)] = 8


_Share = Annotated[Number, Field(ge=0, le=1)]


class Thresholds(Table):
    """How much a night may differ from the one before until somebody should look first.

    Each is a share, and 1 switches it off. ``rows_fell``: rows fewer than the night before.
    ``quarantined``: rows set aside, of those read; older snapshots of an initiative do not count.
    ``flipped``: verdicts that are not the last ones, of the initiatives that both nights have.
    ``action`` says what becomes of a night above one of them: ``warn`` publishes it and says so,
    ``refuse`` publishes nothing.
    """

    rows_fell: _Share = 0.2
    quarantined: _Share = 0.1
    flipped: _Share = 0.15
    action: Literal["warn", "refuse"] = "warn"


class Notify(Table):
    """Who is told about a night; ``urls`` are addresses as apprise has them.

    ``on`` says which nights are told of: ``failure`` (nothing published), ``attention`` (also those
    with quarantined rows or that look strange) or ``always``.
    """

    is_secret: ClassVar[bool] = True

    urls: Annotated[tuple[SecretStr, ...], Several] = ()
    on: Literal["failure", "attention", "always"] = "attention"


class Health(Table):
    """A dead man's switch: ``url`` is called at the end of a night that published.

    ``url/start`` is called at its beginning, ``url/fail`` where nothing was published. Each call
    takes ``seconds`` at most and is tried twice.
    """

    is_secret: ClassVar[bool] = True

    url: HttpUrl | None = None
    seconds: Annotated[Number, Field(gt=0, le=60)] = 10.0


class History(Table):
    """What is remembered of earlier runs, and where.

    ``url`` is a database of SQLAlchemy's, such as ``postgresql://user@host/staffing``; left out, it
    is the file ``history.sqlite`` in the output folder. A password belongs in the variable
    ``STAFFING_HISTORY__URL`` or in PostgreSQL's own password file. ``keep`` is how many runs to
    remember, 0 for all; decisions are never forgotten.
    """

    is_secret: ClassVar[bool] = True

    enabled: bool = True
    url: SecretStr | None = None
    keep: Annotated[Whole, Field(ge=0)] = 0


class Review(Table):
    """Decisions of the project office that come back by night.

    From ``drop_folder``, where it is set, every workbook is taken over before a portfolio is
    classified, and moved to ``done`` or, with the reasons beside it, to ``refused`` in that folder.
    """

    drop_folder: Folder | None = None


class Cluster(Table):
    """Who works on the parts of a portfolio where the engine is Dask or Spark.

    ``dask`` is the address of a scheduler, such as ``tcp://host:8786``, ``spark`` a master, such as
    ``spark://host:7077``; where it is left out, ``workers`` processes are started on this machine.
    All workers run under the same account and see portfolio and output under the same paths.
    """

    workers: Annotated[Whole, Field(ge=1, le=1_000)] = 2
    dask: str | None = None
    spark: str | None = None


MEBIBYTE = 1024 * 1024


class Limits(Table):
    """How much a portfolio may ask of the machine before it is refused; all bounds are inclusive.

    ``file_bytes`` is the file as it lies on disk. The ``zip_`` bounds hold for workbooks, counted
    while unpacking, because the sizes a zip file declares may lie; ``zip_ratio`` counts only from
    ``zip_ratio_from`` unpacked bytes on. ``rows`` and ``columns`` are those of the table,
    ``cell_characters`` those of one cell, ``record_lines`` the lines a quoted record may span,
    ``quote_faults`` how many quotes may stay open; ``cells`` holds for tables that are read cell by
    cell: those of workbooks, and of text whose records are irregular. A workbook is read by a
    process of its own, which gets ``reader_memory`` bytes of address space and, in processor time,
    ``reader_seconds`` plus ``reader_seconds_per_mebibyte`` of file; text of ``reader_characters``
    in all may come out of it.
    """

    file_bytes: Annotated[Whole, Field(ge=1)] = 128 * MEBIBYTE
    zip_bytes: Annotated[Whole, Field(ge=1)] = 512 * MEBIBYTE
    zip_parts: Annotated[Whole, Field(ge=1)] = 10_000
    zip_ratio: Annotated[Whole, Field(ge=1)] = 200
    zip_ratio_from: Annotated[Whole, Field(ge=0)] = 8 * MEBIBYTE
    rows: Annotated[Whole, Field(ge=1)] = 1_000_000
    columns: Annotated[Whole, Field(ge=1)] = 2_000
    cell_characters: Annotated[Whole, Field(ge=1)] = 1_000_000
    cells: Annotated[Whole, Field(ge=1)] = 8_000_000
    record_lines: Annotated[Whole, Field(ge=1)] = 1_000
    quote_faults: Annotated[Whole, Field(ge=0)] = 100
    reader_memory: Annotated[Whole, Field(ge=32 * MEBIBYTE)] = 1024 * MEBIBYTE
    reader_seconds: Annotated[Whole, Field(ge=0, le=3_600)] = 4
    reader_seconds_per_mebibyte: Annotated[Number, Field(ge=0, le=60)] = 1.0
    reader_characters: Annotated[Whole, Field(ge=1)] = 128 * MEBIBYTE
