"""Made-up runs for tests of the history store, and what it has to say of them."""

from __future__ import annotations

import random

import pandas as pd
from sqlalchemy import func, select

from pipeline.history import intervals, runs
from pipeline.history.runs import Run
from pipeline.history.states import State
from pipeline.history.tables import EVIDENCE

IDS = [f"I-{number}" for number in range(8)]


def state_of(said: dict[str, str]) -> State:
    """A state in which evidence says what it is told to, and the rest says nothing."""
    rules = pd.DataFrame(
        {"initiative_id": [*said], "digest": [*said.values()], "rules": [*said.values()]}
    )
    none = rules.iloc[:0]
    return State(verdict=none, evidence=rules, facts=none)


def run_of(number: int, as_of: str, recorded: str = "") -> Run:
    return Run(
        run_id=f"run-{number}",
        as_of=as_of,
        recorded=recorded,
        since="",
        input_name="p.csv",
        input_sha256="",
        ruleset_sha256="",
        ruleset_version="1",
        program="1",
        **dict.fromkeys(("read", "project_manager", "program_manager"), 0),
        **dict.fromkeys(("undecided", "quarantined"), 0),
    )


def said_at(connection, number: int) -> dict[str, str]:
    frame = intervals.at(connection, EVIDENCE, number)
    return dict(zip(frame["initiative_id"], frame["rules"], strict=True))


def fewest(history: list[dict[str, str]]) -> int:
    """How many spells there are."""
    pairs = zip([{}, *history], history, strict=False)
    return sum(before.get(key) != value for before, now in pairs for key, value in now.items())


def check_in_any_order(store, seed):
    """Record runs in any order, some of them twice, and hold them against a plain list."""
    dice = random.Random(seed)  # noqa: S311 -- no secret
    days = [f"2026-01-{day:02d}" for day in range(1, 9)]
    dice.shuffle(days)
    told: dict[str, dict[str, str]] = {}
    for number, day in enumerate(days):
        said = {key: dice.choice("ab") for key in IDS if dice.random() < 0.8}
        told[day] = said
        with store.writing() as connection:
            assert runs.record(connection, run_of(number, day), state_of(said), {})
        if dice.random() < 0.3:  # the same run says something else now
            told[day] = {key: dice.choice("ab") for key in IDS if dice.random() < 0.8}
            with store.writing() as connection:
                assert not runs.record(connection, run_of(number, day), state_of(told[day]), {})
        with store.reading() as connection:
            order = [each.run.as_of for each in runs.everyone(connection)]
            assert order == sorted(told)
            for place, day_of in enumerate(order, 1):
                assert said_at(connection, place) == told[day_of]
            rows = connection.execute(select(func.count()).select_from(EVIDENCE)).scalar()
            assert rows == fewest([told[day_of] for day_of in order])
