"""Text is made fit to read without changing what it says."""

# ruff: noqa: RUF001 -- signs of other alphabets are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse import plain
from pipeline.parse.text import clean, clean_lines
from schemas.columns import BY_NAME


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Ops \t Team ", "Ops Team"),
        ("Ops\u00a0Team", "Ops Team"),
        ("a\r\nb", "a b"),
        ("Line_x000D_\nnext", "Line next"),
        ("a_x0007_b", "ab"),
        ("a\x00b\x07c\x1f", "abc"),
        ("a\u200bb\ufeffc\u202ed", "abcd"),
        ("P\u00c3\u00a4rnu", "Pärnu"),
        ("it\u00e2\u20ac\u2122s", "it’s"),
        ("P\u00c3\u00a4rnu \u20b9", "P\u00c3\u00a4rnu \u20b9"),
        ("AVALIAÇÃO", "AVALIAÇÃO"),
        ("CHÂTEAU Â", "CHÂTEAU Â"),
        ("Program Information &amp; Delivery", "Program Information & Delivery"),
        ("R&D; x", "R&D; x"),
        ("&#233;t&eacute;", "été"),
        ("&lt;b&gt;", "<b>"),
        ("<b>Bold</b> <a href='https://example.org'>link</a>", "Bold link"),
        ("a < b and c > d", "a < b and c > d"),
        ("<5 teams>", "<5 teams>"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("e\u0301", "é"),
        ("\u200c\u200d joiners stay", "\u200c\u200d joiners stay"),
    ],
)
def test_clean_mends_one_line(raw, expected):
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\n\n\n\n two  words ", "one\n\ntwo words"),
        ("<p>One</p><p>Two<br/>Three</p>", "One\n\nTwo\nThree"),
        ("_x000D_\nend", "end"),
    ],
)
def test_clean_lines_keeps_line_breaks(raw, expected):
    assert clean_lines(raw) == expected


@given(st.text())
def test_clean_always_gives_one_writable_line(text):
    cleaned = clean(text)
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="&<_"))
)
def test_clean_changes_nothing_but_blanks_of_plain_text(text):
    assert clean(text) == " ".join(text.split())


def test_long_hostile_markup_is_read_in_linear_time():
    assert clean("<a" * 50_000).startswith("<a")
    assert clean("&" * 100_000).startswith("&")
    assert clean("<!--" * 50_000) == ""


@pytest.mark.parametrize("column", ["initiative_id", "name", "parent_id"])
@pytest.mark.parametrize("text", ["NA", "None", "n/a", "NULL", "TBC"])
def test_an_identifier_or_name_that_looks_empty_stays(column, text):
    assert plain.read(text, BY_NAME[column]).value == text


@pytest.mark.parametrize("text", ["NA", "None", "Nan", "On hold", "Ongoing", "Unknown"])
def test_a_text_that_could_be_meant_stays(text):
    assert plain.read(text, BY_NAME["sponsor"]).value == text


@pytest.mark.parametrize("column", ["name", "initiative_id", "sponsor", "description"])
@pytest.mark.parametrize(
    "text", ["", "  ", "-", "--", "—", "_", "\u200b", "&nbsp;", "<br>", "#N/A"]
)
def test_a_cell_without_letters_says_nothing(column, text):
    assert plain.read(text, BY_NAME[column]) is None


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        "N/A",
        "NULL",
        "Not reported",
        "Not  Provided",
        "TBC",
        "Exempt under Section 43 of the Act",
    ],
)
def test_a_text_that_says_nothing_is_unknown(text):
    assert plain.read(text, BY_NAME["sponsor"]) is None


def test_only_descriptions_keep_their_lines():
    assert plain.read("a\nb", BY_NAME["description"]).value == "a\nb"
    assert plain.read("a\nb", BY_NAME["status"]).value == "a b"


def test_a_long_name_is_kept_whole():
    assert plain.read("x" * 5_000, BY_NAME["name"]).value == "x" * 5_000
