"""Does tonight look like last night? Nothing is published in silence that does not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import manifest, publish
from pipeline.errors import InputError, Location
from pipeline.report.columns import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from pipeline.report.data import ReportData
    from schemas.settings import Thresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class Oddity:
    """A sentence about tonight; ``is_told`` where the exit status tells of it, too."""

    sentence: str
    is_told: bool = False


class StrangeNight(InputError):  # noqa: N818 -- named for what it is
    """Tonight differs from last night by more than the configuration allows."""

    code = "I098"


@dataclass(frozen=True, kw_only=True, slots=True)
class LastNight:
    """The run that ``latest`` stands for; ``verdicts`` by id of the initiative."""

    run_id: str
    as_of: str
    source: str
    read: int
    verdicts: Mapping[str, str]


def last_night(output: Path, *, with_verdicts: bool = True) -> LastNight | None:
    """The latest published run, or ``None`` if there is none that can be read.

    Without verdicts it is read in no time, however large it was.

    A run that somebody damaged is no reason to publish nothing tonight.
    """
    folder = output / publish.LATEST
    try:
        told: dict[str, Any] = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
        names = ["initiative_id", "verdict"]
        table = (
            pq.read_table(folder / "initiatives.parquet", columns=names).to_pydict()
            if with_verdicts
            else {name: [] for name in names}
        )
        return LastNight(
            run_id=str(told["run_id"]),
            as_of=str(told["as_of"]),
            source=str(told["input"]["name"]),
            read=int(told["counts"]["read"]),
            verdicts=dict(zip(table["initiative_id"], table["verdict"], strict=True)),
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowInvalid):
        return None


def strange(data: ReportData, last: LastNight | None, thresholds: Thresholds) -> tuple[Oddity, ...]:
    """What about tonight calls for a look; empty on an ordinary night.

    Args:
        data: Tonight.
        last: Last night; ``None`` where there is none, or where it was of another portfolio.
        thresholds: What is ordinary.
    """
    said = [Oddity(sentence=_quarantined(data, thresholds.quarantined), is_told=True)]
    if last is not None:
        said += [
            Oddity(sentence=_fell(data.counts.read, last, thresholds.rows_fell)),
            Oddity(sentence=_flipped(data.initiatives, last, thresholds.flipped)),
        ]
    return tuple(oddity for oddity in said if oddity.sentence)


def strange_counts(
    read: int,
    troubled: int,
    last: LastNight | None,
    thresholds: Thresholds,
    verdicts: tuple[int, int] = (0, 0),
) -> tuple[Oddity, ...]:
    """The same of a run of which no more than its counts is at hand.

    Args:
        read: Rows tonight.
        troubled: How many of them had faults.
        last: Last night; ``None`` where there is none, or where it was of another portfolio.
        thresholds: What is ordinary.
        verdicts: How many initiatives both nights have, and how many verdicts of these differ.
    """
    said = [Oddity(sentence=_quarantined_of(read, troubled, thresholds.quarantined), is_told=True)]
    if last is not None:
        said += [
            Oddity(sentence=_fell(read, last, thresholds.rows_fell)),
            Oddity(sentence=_flipped_of(*verdicts, last, thresholds.flipped)),
        ]
    return tuple(oddity for oddity in said if oddity.sentence)


def guard(path: Path, oddities: Sequence[Oddity], thresholds: Thresholds) -> None:
    """Refuse a strange night where the configuration asks for that.

    Raises:
        StrangeNight: Something about it is strange.
    """
    if oddities and thresholds.action == "refuse":
        raise StrangeNight(
            "this night looks wrong: " + "; ".join(oddity.sentence for oddity in oddities),
            hint="Look at the portfolio; if it is right, run again with --accept-strange",
            at=Location(path=path),
        )


def _quarantined(data: ReportData, most: float) -> str:
    """Older snapshots of an initiative are set aside by design and trouble nobody."""
    problems = data.quarantine
    troubled = problems.loc[problems["severity"] == "quarantine", "source_line"].nunique()
    return _quarantined_of(data.counts.read, troubled, most)


def _quarantined_of(read: int, troubled: int, most: float) -> str:
    if not read or troubled / read <= most:
        return ""
    return f"{troubled:,} of {read:,} rows ({troubled / read:.0%}) are quarantined"


def _fell(read: int, last: LastNight, most: float) -> str:
    if not last.read or (last.read - read) / last.read <= most:
        return ""
    share = (last.read - read) / last.read
    return f"{read:,} rows where there were {last.read:,} on {last.as_of} ({share:.0%} fewer)"


def _flipped(initiatives: pd.DataFrame, last: LastNight, most: float) -> str:
    # An input column may bear one of our names; ours comes first.
    tonight = dict(
        zip(texts(initiatives, "initiative_id"), texts(initiatives, "verdict"), strict=True)
    )
    both = tonight.keys() & last.verdicts.keys()
    flipped = sum(tonight[key] != last.verdicts[key] for key in both)
    return _flipped_of(len(both), flipped, last, most)


def _flipped_of(both: int, flipped: int, last: LastNight, most: float) -> str:
    if not both or flipped / both <= most:
        return ""
    return f"{flipped:,} of {both:,} verdicts ({flipped / both:.0%}) are not those of {last.as_of}"
