"""Text of users stays text, and numbers stay numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.safe_text import (
    CELL_LIMIT,
    cell,
    clean,
    clean_cell,
    displayed,
    neutral,
    neutral_array,
    shortened,
    text_array,
)

SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 -- the very characters meant
NUMBERS = [
    "-12.5",
    "-£7,169.20",
    "-$31,387,566",
    "-3.50E-05",
    "-",
    "+5",
    "-24%",
    "-1 234,50 €",
    "- 5",
    " -12.5 ",
    "-USD 1,000",
    "-.5",
    "-£1.2m",
]


@pytest.mark.parametrize("sign", list(SIGNS))
@pytest.mark.parametrize("before", ["", " ", "\t", "\n", "\r", "\r\n", "\x00", "\ufeff", "\xa0"])
def test_a_cell_that_begins_like_a_formula_gets_a_quote(before, sign):
    assert neutral(before + sign + "cmd()").startswith("'")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_whole_number_or_amount_stays_as_it_is(number):
    assert neutral(number) == number


@pytest.mark.parametrize(
    "text",
    [
        "-24% in the Q2 report",
        "- Initial SOA",
        "--",
        "-1+1",
        "-A$5",
        "-USD5",
        "-1,23,4",
        "+44 20 7946",
    ],
)
def test_what_only_begins_like_a_number_gets_a_quote(text):
    assert neutral(text) == "'" + text


def test_a_leading_tab_is_neutralised_even_before_plain_text():
    assert neutral("\tplain") == "'\tplain"


@pytest.mark.parametrize("text", ["", "plain", "a=1", "1-2", "'=1", "(1,200)"])
def test_harmless_text_stays_as_it_is(text):
    assert neutral(text) == text


@given(st.text(max_size=40))
def test_no_neutral_text_begins_like_a_formula(text):
    made = neutral(text)
    begins = made.lstrip(" \t\n\x0b\xa0\ufeff")[:1]
    amount = made.strip().strip("-+ ").rstrip("%kmbnilo €£$¥₹ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert (
        begins not in SIGNS or not begins or not amount.strip("0123456789.,' \xa0\u202feE-+$£€¥₹")
    )


@given(st.text(alphabet=st.characters(), max_size=60))
def test_clean_text_can_be_written_as_utf8_and_xml(text):
    made = clean(text)
    made.encode("utf-8")
    assert not [
        char
        for char in made
        if (ord(char) < 32 and char not in "\n\t") or char in "\ufffe\uffff\x85"
    ]


@given(st.lists(st.none() | st.text(max_size=20), max_size=20))
def test_a_column_is_neutralised_like_its_cells(texts):
    expected = [text if text is None else neutral(text) for text in texts]
    assert neutral_array(text_array(texts)).to_pylist() == expected


def test_line_ends_become_line_feeds():
    assert clean("a\r\nb\rc\n\td") == "a\nb\nc\n\td"
    assert neutral("a\r\nb\rc") == "a\nb\nc"


def test_a_lone_surrogate_is_replaced_in_a_text_and_in_a_column():
    assert clean("x\ud800y") == "x\ufffdy"
    assert text_array(["x\ud800y", None]).to_pylist() == ["x\ufffdy", None]


def test_shown_text_cannot_reorder_what_is_read():
    assert displayed("invoice \u202egpj.exe\u2066") == "invoice gpj.exe"


def test_shown_text_is_cut_with_a_mark():
    assert displayed("abcdef", limit=4) == "abc…"
    assert displayed("abcd", limit=4) == "abcd"


def test_text_is_shortened_after_a_word():
    assert shortened("it leads across them", 20) == "it leads across them"
    assert shortened("it leads across them", 19) == "it leads across…"
    assert shortened("it leads, across", 11) == "it leads…"
    # A word that is most of the text is cut itself, as is one without an end.
    assert shortened("no Verwaltungsreform", 12) == "no Verwaltu…"
    assert len(shortened("x" * 50, 12)) == 12
    assert shortened("in\u202e order", 20) == "in order"


@pytest.mark.parametrize("text", ["a" * 40_000, "🚀" * 40_000, "🚀" * 20_000])
def test_a_cell_of_the_workbook_is_never_longer_than_it_holds(text):
    made = cell(text)
    assert len(made.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert made.endswith("…")


def test_a_hidden_cell_keeps_the_very_text():
    assert clean_cell("a\u202eb") == "a\u202eb"
    assert cell("a\u202eb") == "ab"
