"""The only door to durable_rules: one shard, one fact in, the ids of matching rules out.

The C module of the package is driven directly: the public ``do_actions`` needs a Python callback,
reads the clock and swallows errors; it is ten times slower and gives the same answers, as a test
holds. One live fact at a time under a constant id, retracted after each decision, keeps memory
flat. After any failure the ruleset is thrown away: firings it still owes would come with the next
fact.
"""

from __future__ import annotations

import itertools
import json
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import durable_rules_engine

from pipeline.engine.compiler import END, Shard
from pipeline.engine.message import writer
from pipeline.errors import EngineDisagreement

if TYPE_CHECKING:
    from pipeline.facts.table import Fact

_names = itertools.count()  # rulesets are known by name within the process
_STATE = "0"  # the state that facts without a sid of their own belong to


@dataclass(slots=True)
class _Ruleset:
    """A ruleset in the engine's memory; ``has_fired`` once its state is whole enough to free."""

    handle: Any
    has_fired: bool = False


class DurableShard:
    """One durable ruleset, ready to decide one fact at a time."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._write = writer(shard)
        self._ids = {rule.id for rule in shard.rules}
        self._open()

    def close(self) -> None:
        """Give the engine's memory back; the shard cannot decide any more."""
        self._finalizer()

    def _open(self) -> None:
        name = f"shard-{next(_names)}"
        text = json.dumps(self._shard.definition, allow_nan=False)
        self._ruleset = _Ruleset(durable_rules_engine.create_ruleset(name, text))
        self._finalizer = weakref.finalize(self, _free, self._ruleset)

    def decide(self, fact: Fact) -> frozenset[str]:
        """Ids of the rules that match one fact.

        Raises:
            EngineDisagreement: The sentinel did not fire exactly once and last, so firings were
                lost and nothing the engine says can be trusted.
            UnsafeFact: A value is none that its fact may have.
        """
        text = self._write(fact)
        is_sound = False
        try:
            matched = self._matched(text)
            is_sound = True
        finally:
            if not is_sound:
                self._ruleset.has_fired = False  # what is left of its state is not to be touched
                self.close()
                self._open()
        return matched

    def _matched(self, text: str) -> frozenset[str]:
        fired = self._fire(text)
        # A rule with several true branches fires once for each.
        if not fired or fired[-1] != END or fired.count(END) != 1:
            raise EngineDisagreement(f"the engine lost firings: {fired!r} for {text}")
        matched = frozenset(fired[:-1])
        if not matched <= self._ids:
            raise EngineDisagreement(f"the engine fired unknown rules: {matched - self._ids}")
        return matched

    def _fire(self, text: str) -> list[str]:
        engine, handle = durable_rules_engine, self._ruleset.handle
        code, state = engine.assert_fact(handle, text)
        if code:
            raise EngineDisagreement(f"the engine did not take the fact {text} (code {code})")
        fired: list[str] = []
        started = engine.start_action_for_state(handle, state)
        firing = started and started[1]
        while firing:
            fired.append(firing[2 : firing.index('"', 2)])
            if len(fired) > self._shard.most_firings:
                raise EngineDisagreement(f"the engine does not stop firing for {text}")
            firing = engine.complete_and_start_action(handle, state)
        engine.retract_fact(handle, '{"id":"r"}')
        self._ruleset.has_fired = bool(fired)
        return fired


def _free(ruleset: _Ruleset) -> None:
    # Freeing a state in which nothing has fired crashes the engine.
    if ruleset.has_fired:
        durable_rules_engine.delete_state(ruleset.handle, _STATE)
    durable_rules_engine.delete_ruleset(ruleset.handle)
