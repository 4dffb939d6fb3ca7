"""Counts are whole numbers, or they are unknown and say so."""

# ruff: noqa: RUF001 -- signs of other alphabets are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.counts import read
from pipeline.parse.spellings import spellings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44", 44),
        ("0", 0),
        ("44.0", 44),
        ("44,0", 44),
        ("1,200", 1200),
        ("1 200", 1200),
        ("1'200", 1200),
        (" 7 ", 7),
        ("１２", 12),
        ("four", 4),
        ("Four projects", 4),
        ("44 projects", 44),
        ("nine separate sub-projects", 9),
        ("approx. 40", 40),
        ("~40", 40),
        ("c. 40", 40),
        ("40 (est.)", 40),
        ("twenty-five", 25),
        ("Twenty five teams", 25),
        ("hundred", 100),
        ("one hundred", 100),
        ("a dozen", 12),
        ("quatre", 4),
        ("vingt et un", 21),
        ("soixante-dix", 70),
        ("soixante et onze", 71),
        ("quatre-vingts", 80),
        ("quatre-vingt-dix-neuf", 99),
        ("trente-deux projets", 32),
        ("approx. forty", 40),
        ("1e3", 1000),
        ("-0", 0),
    ],
)
def test_counts(text, value):
    assert read(text) == (value, "", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10+", 10),
        (">10", 11),
        (">= 10", 10),
        ("≥10", 10),
        ("at least 10", 10),
        ("more than 10", 11),
        ("over 10", 11),
        ("10+ teams", 10),
        ("more than five", 6),
    ],
)
def test_a_lower_bound_counts_as_the_least_number_with_a_warning(text, value):
    reading = read(text)
    assert (reading.value, reading.code) == (value, "count-bound")


@pytest.mark.parametrize(
    "text",
    [
        "2.5",
        "3-5",
        "3 to 5",
        "three to five",
        "four or five",
        "44 projects and 3 teams",
        "four projects, 3 teams",
        "up to 10",
        "<10",
        "less than 10",
        "up to ten",
        "many",
        "dozens",
        "Phase 2",
        "5%",
        "1.200",
        "1.000",
        "(3)",
        "1,2,3",
        "99999999999",
        "x" * 500,
        "9" * 100,
        "3/4",
        "1e-2",
    ],
)
def test_other_numbers_are_unknown_with_a_warning(text):
    reading = read(text)
    assert (reading.value, reading.code) == (None, "count-unread")


def test_the_hint_says_what_is_wrong():
    assert "range" in read("3-5").hint
    assert "whole number" in read("2.5").hint
    assert "upper bound" in read("up to 5").hint
    assert "1200" in read("1.200").hint


@pytest.mark.parametrize("text", ["-3", "−3", "- 3", "-3 projects"])
def test_a_negative_count_is_no_count(text):
    assert read(text) == (None, "count-negative", "")


@pytest.mark.parametrize("text", ["", "-", "n/a", "TBC", "none", "Not reported"])
def test_a_missing_count_is_unknown_and_never_zero(text):
    assert read(text) is None


@pytest.mark.parametrize("number", range(101))
def test_english_and_french_words_up_to_a_hundred(number):
    words = [word for word, value in spellings().numbers.items() if value == number]
    assert words
    assert all(read(word.replace(" ", "-")).value == number for word in words)


@given(st.integers(min_value=0, max_value=10**9))
def test_every_whole_number_reads_as_itself(number):
    assert read(str(number)).value == number
    assert read(f"{number}.0").value == number


@given(st.text(max_size=80))
def test_any_text_is_a_count_or_a_problem(text):
    reading = read(text)
    assert reading is None or reading.code or reading.value >= 0
