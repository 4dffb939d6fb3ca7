"""The manifest in words, for About: run, input, rules, counts, versions, mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.report import words

_INPUT: Final = {
    "name": "File",
    "sha256": "SHA-256",
    "bytes": "Size in bytes",
    "sheet": "Sheet",
    "encoding": "Encoding",
    "delimiter": "Delimiter",
    "header_line": "Header in line",
    "unmapped": "Columns not used",
}
_RULESET: Final = {"id": "Name", "version": "Version", "sha256": "SHA-256", "rules": "Rules"}
_PARTS: Final = {"count": "Parts", "rows": "Rows of a part", "left_out": "Not made"}
_SHOWN: Final = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar", " ": "space"}

Section = tuple[str, list[tuple[str, str]]]


def sections(manifest: Mapping[str, Any]) -> list[Section]:
    """Titled lists of label and text; what is empty or not in the manifest is left out."""
    told: list[Section] = [
        ("Run", _entries(manifest, {"run_id": "Run", "as_of": "As of", "status": "Status"})),
        ("Input", _entries(manifest.get("input", {}), _INPUT)),
        ("Rule set", _entries(manifest.get("ruleset", {}), _RULESET)),
        ("Counts", _all(manifest.get("counts", {}))),
        ("Read in parts", _entries(_parts(manifest), _PARTS)),
        ("Versions", _all(manifest.get("versions", {}), spaced=False)),
    ]
    return [section for section in told if section[1]]


def mapping_rows(manifest: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Canonical column, headers it is read from, who decided, unit, currency."""
    mapping = manifest.get("input", {}).get("mapping", {})
    return [
        (
            canonical,
            "; ".join(map(str, entry.get("headers", ()))),
            str(entry.get("by", "")),
            _text(entry.get("unit")),
            str(entry.get("currency") or ""),
        )
        for canonical, entry in mapping.items()
    ]


def _parts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """How the portfolio was read, where that was in parts, and what the run did not make."""
    if "parts" not in manifest:
        return {}
    return {**manifest["parts"], "left_out": manifest.get("left_out", ())}


def _entries(source: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    entries = ((label, _text(source.get(key))) for key, label in labels.items())
    return [(label, _SHOWN.get(text, text)) for label, text in entries if text]


def _all(source: Mapping[str, Any], *, spaced: bool = True) -> list[tuple[str, str]]:
    return [
        (words.spaced(str(key)) if spaced else str(key), _text(value))
        for key, value in source.items()
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(str, value))
    return str(value)
