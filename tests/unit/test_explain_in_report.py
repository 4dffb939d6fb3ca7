from __future__ import annotations

import re

import pytest

from pipeline import answers
from pipeline.explain.counterfactual import Counterfactuals
from pipeline.report.page.packed import unpack
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
    data = unpack(re.search(r'id="list-data">(.*?)</script>', text).group(1))
    told = [
        each
        for some in re.findall(r'id="details-\d+">(.*?)</script>', text)
        for each in unpack(some)
    ]
    return data, {row[0]: each for row, each in zip(data["rows"], told, strict=True)}


def test_the_page_has_why_not_and_what_is_missing(publish):
    data, told = page(publish())
    misses = told["INI-2"]["misses"]
    assert [data["rules"][rule][0] for rule, *_ in misses]
    assert all(shortfalls for *_, shortfalls in misses)
    assert all("→" in text for text in told["INI-2"].get("questions", ()))
    questions = told["INI-3"]["questions"]
    assert any(text.startswith("How many discrete projects") for text in questions)


def test_only_the_first_are_searched_and_only_the_first_explained(publish, monkeypatch):
    asked = []
    real = Counterfactuals.of
    monkeypatch.setattr(
        Counterfactuals, "of", lambda self, fact: asked.append(fact) or real(self, fact)
    )
    monkeypatch.setattr(answers, "SEARCHED", 1)
    monkeypatch.setattr(answers, "EXPLAINED", 3)
    _, told = page(publish())
    assert len(asked) <= 1
    # Who decides and on what evidence is told of all, what nearly matched of the first alone.
    assert sum("misses" in each for each in told.values()) <= 3
    assert sum("unexplained" in each for each in told.values()) == len(told) - 3
    assert all("decided" in each for each in told.values())


def test_the_page_asks_about_undecided_initiatives_that_are_not_explained(publish, monkeypatch):
    monkeypatch.setattr(answers, "EXPLAINED", 0)
    _, told = page(publish())
    questions = told["INI-3"]["questions"]
    assert any(text.startswith("How many discrete projects") for text in questions)


def test_equal_work_gives_equal_bytes(publish):
    one, other = publish("one"), publish("other")
    for name in ("report.html", "facts.parquet", "initiatives.csv"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
