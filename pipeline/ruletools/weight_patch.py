"""Proposed weights as a unified diff of the rule files; the files themselves stay as they are."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.ruletools.weigh import Proposal

_RULESET: Final = "ruleset.yaml"
_KEY: Final = r"(?m)^({key}:[ \t]*)[^\s#]+"


def patch(
    files: Mapping[str, str], proposed: Sequence[Proposal], *, folder: str, today: date
) -> str:
    """The diff, to be applied where the rules folder lies (``git apply`` or ``patch -p1``).

    Args:
        files: Texts of the rules, by path within their folder.
        proposed: The weights.
        folder: Name of the rules folder.
        today: The day that the changed rules bear.
    """
    changed = {
        name: _rule(text, proposal, today)
        for proposal in proposed
        for name, text in files.items()
        if name.rpartition("/")[2] == f"{proposal.rule.id}.yaml"
    }
    if _RULESET in files:
        changed[_RULESET] = _ruleset(files[_RULESET])
    return "".join(
        line
        for name, text in sorted(changed.items())
        for line in unified_diff(
            files[name].splitlines(keepends=True),
            text.splitlines(keepends=True),
            f"a/{folder}/{name}",
            f"b/{folder}/{name}",
        )
    )


def _rule(text: str, proposal: Proposal, today: date) -> str:
    text = _set(text, "weight", str(proposal.weight))
    version = proposal.rule.version + 1
    text = _set(text, "version", str(version))
    text = _set(text, "modified", today.isoformat())
    change = f"weight {proposal.rule.weight} → {proposal.weight}, after decisions of the office"
    entry = f'  - {{version: {version}, date: {today.isoformat()}, change: "{change}"}}\n'
    return _remembered(text, entry)


def _remembered(text: str, entry: str) -> str:
    """Every raised version has an entry in the history of its rule, the last one last."""
    block = re.search(r"(?m)^history:[ \t]*\n(?:[ \t]+.*\n)*", text)
    if block is not None:
        return text[: block.end()] + entry + text[block.end() :]
    return re.sub(r"(?m)^examples:", lambda found: f"history:\n{entry}{found[0]}", text, count=1)


def _ruleset(text: str) -> str:
    """A weight that changes raises the last part of the version."""
    found = re.search(r"(?m)^version:[ \t]*(\d+)\.(\d+)\.(\d+)", text)
    if found is None:
        return text
    major, minor, last = found.groups()
    return _set(text, "version", f"{major}.{minor}.{int(last) + 1}")


def _set(text: str, key: str, value: str) -> str:
    return re.sub(_KEY.format(key=key), lambda found: found[1] + value, text, count=1)
