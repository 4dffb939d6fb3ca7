"""The only door to durable_rules: one shard, one fact in, the ids of matching rules out.

The C module of the package is driven directly: the public ``do_actions`` needs a Python callback,
reads the clock and swallows errors; it is ten times slower and gives the same answers, which a test
holds. One live fact at a time under a constant id, retracted after each decision, keeps memory flat.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import durable_rules_engine

from pipeline.engine.compiler import END, Shard, message
from pipeline.errors import EngineDisagreement

if TYPE_CHECKING:
    from pipeline.facts.table import Fact

_names = itertools.count()  # rulesets are known by name within the process
_MAX_FIRINGS = 100_000


class DurableShard:
    """One durable ruleset, ready to decide one fact at a time."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._ids = {rule.id for rule in shard.rules}
        self._handle = self._create()

    def close(self) -> None:
        """Give the engine's memory back; the shard cannot decide any more."""
        durable_rules_engine.delete_ruleset(self._handle)

    def _create(self) -> Any:  # noqa: ANN401
        name = f"shard-{next(_names)}"
        return durable_rules_engine.create_ruleset(name, json.dumps(self._shard.definition))

    def decide(self, fact: Fact) -> frozenset[str]:
        """Ids of the rules that match one fact.

        Raises:
            EngineDisagreement: The sentinel did not fire exactly once and last, so firings were
                lost and nothing the engine says can be trusted.
        """
        text = json.dumps(message(self._shard, fact), ensure_ascii=False, allow_nan=False)
        fired = self._fire(text)
        # A rule with several true branches fires once for each.
        if not fired or fired[-1] != END or fired.count(END) != 1:
            raise EngineDisagreement(f"the engine lost firings: {fired!r} for {text}")
        matched = frozenset(fired[:-1])
        if not matched <= self._ids:
            raise EngineDisagreement(f"the engine fired unknown rules: {matched - self._ids}")
        return matched

    def _fire(self, text: str) -> list[str]:
        handle = self._handle
        _, state = durable_rules_engine.assert_fact(handle, text)
        fired: list[str] = []
        started = durable_rules_engine.start_action_for_state(handle, state)
        firing = started and started[1]
        while firing:
            fired.append(firing[2 : firing.index('"', 2)])
            if len(fired) > _MAX_FIRINGS:
                raise EngineDisagreement(f"the engine does not stop firing for {text}")
            firing = durable_rules_engine.complete_and_start_action(handle, state)
        durable_rules_engine.retract_fact(handle, '{"id":"r"}')
        return fired
