from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.days import as_day

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@given(DAYS)
def test_written_day_is_that_day(day):
    assert as_day(day.isoformat()) == day
    assert as_day(day) == day


@pytest.mark.parametrize(
    "value",
    [
        "",
        "20260630",
        "2026-W27-2",
        "2026-6-30",
        "30.06.2026",
        " 2026-06-30",
        "2026-02-30",
        "1899-12-31",
        "2200-01-01",
        "\u0662026-06-30",
        0,
        1.5,
        None,
        dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
        dt.date(9999, 12, 31),
    ],
)
def test_anything_else_is_refused_with_the_form(value):
    with pytest.raises(ValueError, match="write it as 2026-11-24"):
        as_day(value)


@given(st.text(max_size=12))
def test_no_text_surprises(text):
    try:
        day = as_day(text)
    except ValueError:
        return
    assert day.isoformat() == text
