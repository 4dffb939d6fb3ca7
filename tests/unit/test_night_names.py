from __future__ import annotations

import pytest

from pipeline.night.names import are_of_one_portfolio

DATED = [
    "portfolio_2026-12-01.csv",
    "portfolio_2026-12-02.csv",
    "portfolio-20261202.csv",
    "portfolio20261202.csv",
    "portfolio 02.12.2026.csv",
    "portfolio_2026-12-02T02-15-00Z.csv",
    "portfolio_20261202T021500Z.csv",
    "20261202_portfolio.csv",
    "2026-12-02 10am portfolio.csv",
    "portfolio 1st December 2026.csv",
    "portfolio_01Dec2026.csv",
    "portfolio-2026-W48.csv",
    "portfolio Q4 2026 v2.csv",
    "portfolio (1).csv",
    "portfolio - Copy (2).csv",
    "Copy of Portfolio.csv",
    "PORTFOLIO.XLSX",
    "portfolio",
]


@pytest.mark.parametrize("name", DATED)
def test_dates_times_and_counters_do_not_count(name):
    assert are_of_one_portfolio("portfolio.csv", name)
    assert are_of_one_portfolio(name, "portfolio_2026-11-30.csv")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("portfolio.csv", "other.csv"),
        ("portfolio_2026-12-01.csv", "other_2026-12-01.csv"),
        ("north_2026-12-01.csv", "north_east_2026-12-02.csv"),
        ("team1.csv", "team2.csv"),
        ("2026-12-01.csv", "portfolio_2026-12-01.csv"),
        ("europe.csv", "asia.csv"),
        ("ポートフォリオ.csv", "計画.csv"),
    ],
)
def test_other_names_are_of_other_portfolios(first, second):
    assert not are_of_one_portfolio(first, second)


def test_a_name_of_dates_alone_is_one():
    assert are_of_one_portfolio("2026-12-01.csv", "2026-12-02.csv")
    assert are_of_one_portfolio("2026-12-01", "2026-12-02")


@pytest.mark.parametrize("piece", ["1", "1t", "a1", "(1)", "dec1", "2026-", ".", " copy"])
def test_a_long_name_takes_no_longer_than_its_length(piece):
    """A pattern that went back and forth would not come to an end here."""
    assert not are_of_one_portfolio(piece * 100_000 + "portfolio.csv", "other.csv")
