"""What a run is asked to do, and what of that can change an output."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.ingest import snapshot
from pipeline.night import steady
from schemas import strict_yaml
from schemas.settings import Capacity, Cluster, History, Limits, Review, Thresholds

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline import demand


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What a run is asked to do; the clock is read by the caller alone."""

    portfolio: Path
    output: Path
    rules: Path
    as_of: date
    profile: str | None = None
    mapping: Path | None = None
    sheet: str | None = None
    roster: Path | None = None
    capacity: Capacity = field(default_factory=Capacity)
    started: str = ""
    verbose: bool = False
    patience: float = steady.PATIENCE
    thresholds: Thresholds = field(default_factory=Thresholds)
    accept_strange: bool = False
    keep: int = 0
    verify: int = 0
    history: History = field(default_factory=History)
    review: Review = field(default_factory=Review)
    limits: Limits = field(default_factory=Limits)
    engine: Literal["local", "dask", "spark"] = "local"
    chunk_rows: int = 0
    cluster: Cluster = field(default_factory=Cluster)


def choices_of(options: Options, roster: demand.Roster | None) -> dict[str, str]:
    """The options that can change an output; the mapping file and the roster by their content."""
    mapping = options.mapping and snapshot.take(options.mapping, most=strict_yaml.MAX_BYTES)
    choices = {
        "profile": options.profile or "",
        "mapping": mapping.sha256 if mapping else "",
        "sheet": options.sheet or "",
    }
    # Of the limits only this one changes what is published; the others refuse.
    if options.limits.cell_characters != Limits().cell_characters:
        choices["cell_characters"] = str(options.limits.cell_characters)
    if roster is not None:
        choices["roster"] = f"{roster.source.name} {roster.source.sha256}"
    if options.capacity != Capacity():
        choices["capacity"] = options.capacity.model_dump_json()
    return choices
