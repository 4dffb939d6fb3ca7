"""What ran on what: hashes, versions, counts. No clock, no host: equal work gives equal bytes."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.demand import Roster
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.report.data import Counts
    from pipeline.rulebook.rules import Ruleset

NAME = "manifest.json"
LIBRARIES = (
    "durable_rules",
    "pandas",
    "pandera",
    "pyarrow",
    "python-calamine",
    "XlsxWriter",
    "Jinja2",
)


def run_id(raw: RawPortfolio, ruleset: Ruleset, *, as_of: date, options: Mapping[str, str]) -> str:
    """As-of date and eight hex digits over input, rules and options: the same work, the same id."""
    work = {
        "input": [raw.source.name, raw.source.sha256],
        "ruleset": ruleset.sha256,
        "as_of": as_of.isoformat(),
        "options": dict(options),
        "program": [version("staffing-classifier"), _schemas_digest()],
    }
    digest = hashlib.sha256(json.dumps(work, sort_keys=True).encode()).hexdigest()
    return f"{as_of.isoformat()}-{digest[:8]}"


def _schemas_digest() -> str:
    """Hash of the alias, value and problem data: editing it is other work."""
    digest = hashlib.sha256()
    waiting = [files("schemas")]
    while waiting:
        for entry in sorted(waiting.pop().iterdir(), key=lambda entry: entry.name):
            if entry.is_dir() and not entry.name.startswith("_"):
                waiting.append(entry)
            elif entry.name.endswith(".yaml"):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


def draft(
    raw: RawPortfolio, ruleset: Ruleset, counts: Counts, *, run_id: str, as_of: date
) -> dict[str, Any]:
    """The manifest without its outputs."""
    source = raw.source
    return {
        "run_id": run_id,
        "as_of": as_of.isoformat(),
        "status": "quarantined" if counts.quarantined else "complete",
        "input": {
            "name": source.name,
            "sha256": source.sha256,
            "bytes": source.bytes,
            "format": source.format,
            "sheet": source.sheet,
            "encoding": source.encoding,
            "delimiter": source.delimiter,
            "header_line": source.header_line,
            "transposed": source.transposed,
            "profile": raw.profile,
            "mapping": {
                column.canonical: {
                    "headers": list(column.headers),
                    "by": column.by,
                    "unit": column.unit,
                    "currency": column.currency,
                }
                for column in raw.mapping
            },
            "unmapped": list(raw.unmapped),
        },
        "ruleset": {
            "id": ruleset.id,
            "version": ruleset.version,
            "sha256": ruleset.sha256,
            "rules": len(ruleset.rules),
        },
        "counts": asdict(counts),
        "versions": {
            "staffing-classifier": version("staffing-classifier"),
            "python": ".".join(platform.python_version_tuple()[:2]),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:  # a piece at a time: a report may be larger than the memory
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_roster(roster: Roster | None, status: str) -> dict[str, Any]:
    """What a roster adds to the manifest, and the status with it."""
    if roster is None:
        return {}
    source = roster.source
    return {
        "status": "quarantined" if roster.rows_set_aside else status,
        "roster": {
            "name": source.name,
            "sha256": source.sha256,
            "bytes": source.bytes,
            "format": source.format,
            "sheet": source.sheet,
            "mapping": dict(roster.headers),
            "rows": len(roster.people),
            "set_aside": roster.rows_set_aside,
        },
    }


def complete(
    manifest: Mapping[str, Any], outputs: Sequence[Path], folder: Path | None = None
) -> bytes:
    """The manifest with hash and size of every output, as JSON text.

    Args:
        manifest: The manifest without its outputs.
        outputs: The files.
        folder: The folder of the run, where some of them lie in folders of their own in it.
    """
    listed = [
        {
            "name": path.relative_to(folder).as_posix() if folder else path.name,
            "sha256": _sha256(path),
            "bytes": path.stat().st_size,
        }
        for path in sorted(outputs)
    ]
    text = json.dumps({**manifest, "outputs": listed}, indent=2, ensure_ascii=False)
    # A header may hold half of a surrogate pair; JSON can say that in ASCII, UTF-8 cannot.
    return (text + "\n").encode("utf-8", errors="backslashreplace")
