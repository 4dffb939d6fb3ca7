from __future__ import annotations

import json
import re

import pytest

from pipeline import answers
from pipeline.explain.counterfactual import Counterfactuals
from pipeline.run import Options, classify

PORTFOLIO = (
    "Initiative ID,Name,Project count,Team count,End date\n"
    "INI-1,Replace the scanners,1,1,2026-07-31\n"
    "INI-2,Renew the grid,6,7,\n"
    "INI-3,Move the archive,,,\n"
    "INI-4,Renew the \x1b[31mpipes\u202e,5,9,\n"
)


@pytest.fixture
def publish(tmp_path, small_rules):
    from datetime import date

    path = tmp_path / "portfolio.csv"
    path.write_text(PORTFOLIO, encoding="utf-8")

    def make(name="out"):
        options = Options(
            portfolio=path, output=tmp_path / name, rules=small_rules, as_of=date(2026, 6, 30)
        )
        return classify(options).folder

    return make


def page(folder):
    text = (folder / "report.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))
    return data, {row[0]: row for row in data["rows"]}


def test_the_page_has_why_not_and_what_is_missing(publish):
    data, rows = page(publish())
    _, misses, questions = rows["INI-2"][17]
    assert [data["rules"][rule][0] for rule, _, _ in misses]
    assert all(shortfalls for _, _, shortfalls in misses)
    assert not questions or all("→" in text for text in questions)
    _, _, questions = rows["INI-3"][17]
    assert any(text.startswith("How many discrete projects") for text in questions)


def test_only_the_first_are_searched_and_only_the_first_explained(publish, monkeypatch):
    asked = []
    real = Counterfactuals.of
    monkeypatch.setattr(
        Counterfactuals, "of", lambda self, fact: asked.append(fact) or real(self, fact)
    )
    monkeypatch.setattr(answers, "SEARCHED", 1)
    monkeypatch.setattr(answers, "EXPLAINED", 3)
    _, rows = page(publish())
    assert len(asked) <= 1
    assert sum(row[17] == 0 for row in rows.values()) == 1


def test_equal_work_gives_equal_bytes(publish):
    one, other = publish("one"), publish("other")
    for name in ("report.html", "facts.parquet", "initiatives.csv"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
