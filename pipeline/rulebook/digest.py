"""Hashes of what rules mean and of what a rulebook holds, whatever its files look like."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.rulebook.yaml_files import YamlFile

# What decides; prose, examples and dates may change without a new version.
MEANING = (
    "when",
    "status",
    "aspect",
    "evidence_for",
    "weight",
    "decisive",
    "factor",
    "level",
    "order",
    "verdict",
    "confidence",
    "severity",
    "recommendation",
    "effective_from",
    "effective_until",
)


def meaning(data: Mapping[str, Any]) -> str:
    """Hash of what a rule file decides."""
    return _hash({key: data[key] for key in MEANING if key in data})


def phrase_meaning(data: Mapping[str, Any]) -> str:
    """Hash of what a phrase list finds; the order of its phrases does not count."""
    return _hash({key: sorted(data[key]) for key in ("phrases", "unless") if data.get(key)})


def digest(files: Mapping[str, YamlFile]) -> str:
    """One hash over the content of every file: comments and layout do not count."""
    return _hash({key: file.data for key, file in files.items()})


def _hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
