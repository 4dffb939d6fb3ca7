"""The examples that rules and phrase lists lack, as YAML to paste into their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pipeline.ruletools.one_rule import RuleResult
    from pipeline.ruletools.phrase_tests import PhraseResult
    from pipeline.ruletools.rule_tests import RulebookResult

_HEAD = (
    "# Examples that would kill the surviving mutants and fill the gaps in coverage, by file.\n"
    "# Read each one before you paste it under `examples:`: it says what the rule does today.\n"
)


def suggestions(result: RulebookResult, folder: Path) -> dict[str, dict[str, list[Any]]]:
    """Missing examples by file under ``folder`` and side, none twice."""
    wanted: dict[str, dict[str, list[Any]]] = {}
    items: tuple[RuleResult | PhraseResult, ...] = (*result.rules, *result.phrases)
    for item in items:
        missing = [*item.survivors, *getattr(item, "gaps", ())]
        sides: dict[str, list[Any]] = {}
        for one in missing:
            if one.example is not None and one.example not in sides.get(one.side, ()):
                sides.setdefault(one.side, []).append(one.example)
        if sides:
            wanted[Path(item.file).relative_to(folder).as_posix()] = {
                side: sides[side] for side in ("match", "no_match") if side in sides
            }
    return wanted


def as_yaml(result: RulebookResult, folder: Path) -> str:
    """The suggestions as a file, one ``examples`` block for each rule or phrase list."""
    blocks = {file: {"examples": sides} for file, sides in suggestions(result, folder).items()}
    return _HEAD + str(
        yaml.dump(
            blocks,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=10_000,
            default_flow_style=False,
        )
    )


class _Dumper(yaml.SafeDumper):
    """Examples of rules stand on one line each, as the rule files write them."""

    def represent_mapping(
        self,
        tag: str,
        mapping: Any,  # noqa: ANN401
        flow_style: bool | None = None,  # noqa: FBT001
    ) -> yaml.MappingNode:
        """A mapping in flow style where it is an example or its facts."""
        if "facts" in mapping:
            flow_style = True
        return super().represent_mapping(tag, mapping, flow_style)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401
        """No anchors: our YAML reader refuses them."""
        del data
        return True
