"""What changed between two versions of a rule or phrase list, in words for its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.rulebook.digest import MEANING
from pipeline.ruletools.exchange.condition_text import whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 160  # characters of a condition; a longer one is not repeated


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Each part of the meaning that changed, such as "weight 2 → 3"; nothing where none did."""
    for key in MEANING:
        before, after = _shown(key, old.get(key)), _shown(key, new.get(key))
        if before != after and max(len(before), len(after)) > _LONGEST:
            yield f"{_name(key)} changed"
        elif before != after:
            yield f"{_name(key)} {before} → {after}"
    for key, noun in (("phrases", "phrase"), ("unless", "unless")):
        kept, now = old.get(key) or [], new.get(key) or []
        added = [item for item in now if item not in kept]
        gone = [item for item in kept if item not in now]
        yield from (f"{noun} {item!r} added" for item in added)
        yield from (f"{noun} {item!r} dropped" for item in gone)


def _name(key: str) -> str:
    return "condition" if key == "when" else key.replace("_", " ")


def _shown(key: str, value: Any) -> str:  # noqa: ANN401 -- any part of a rule file
    if value is None:
        return "none"
    if key == "when":
        return whole_text(value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {item}" for name, item in value.items())
    return str(value).replace("_", " ").lower() if isinstance(value, bool) else str(value)
