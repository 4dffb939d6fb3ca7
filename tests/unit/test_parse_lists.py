"""Lists are parted by the sign that their column uses."""

# ruff: noqa: RUF001 -- signs of other alphabets are what is tested

import pandas as pd
import pytest

from pipeline.parse.lists import links, read
from pipeline.parse.readings import distinct


def column(*texts):
    return read(distinct(pd.Series(list(texts), dtype="str")))


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("A; B, C", ("A", "B, C")),
        ("A|B", ("A", "B")),
        ("A\r\nB\n\nC", ("A", "B", "C")),
        ("- A\n- B", ("A", "B")),
        ("1. A\n2. B", ("A", "B")),
        ("DEP, DOT, EDC", ("DEP", "DOT", "EDC")),
        ("DOT, Mayor's Office", ("DOT", "Mayor's Office")),
        ("Acme, Inc., Beta", ("Acme, Inc.", "Beta")),
        ("Ops (east, west), IT", ("Ops (east, west)", "IT")),
        ("Ops (east, IT", ("Ops (east", "IT")),
        ('"Smith, John", Doe', ("Smith, John", "Doe")),
        ("A, a, B, A", ("A", "B")),
        ("A,, ,B,", ("A", "B")),
        ("none; A; n/a", ("A",)),
        ("PROJ-1, PROJ-2", ("PROJ-1", "PROJ-2")),
        ("A；B", ("A", "B")),
        ("TBC", ()),
        ("", ()),
        (" ; ", ()),
        ("Net zero 2040; B", ("Net zero 2040", "B")),
        ("Phase 2. of works; B", ("Phase 2. of works", "B")),
    ],
)
def test_lists(text, elements):
    assert column(text) == [elements]


def test_a_comma_belongs_to_the_name_where_most_rows_use_semicolons():
    assert column("A; B", "C; D", "Smith, John") == [("A", "B"), ("C", "D"), ("Smith, John",)]


def test_one_row_with_a_semicolon_does_not_change_how_the_others_read():
    assert column("A, B", "C, D", "E; F") == [("A", "B"), ("C", "D"), ("E", "F")]


IDS = frozenset({"2", "4", "133", "PROJ-1", "12ss"})


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (("2FS+3d",), ("2",)),
        (("2fs", "4"), ("2", "4")),
        (("7SS-50%",), ("7",)),
        (("12ss",), ("12ss",)),
        (("#133",), ("133",)),
        (("#134",), ("#134",)),
        (("after #133 and #4 are done",), ("133", "4")),
        (("PROJ-1", "PROJ-9"), ("PROJ-1", "PROJ-9")),
        (("2fs", "2ss"), ("2",)),
        (("4+3d",), ("4+3d",)),
        (("the new platform",), ("the new platform",)),
        (("2, PROJ-1", "4"), ("2", "PROJ-1", "4")),
        (("2, then more",), ("2, then more",)),
    ],
)
def test_links_become_ids(elements, expected):
    assert links(elements, IDS, ms_project=False) == expected


def test_a_lag_without_a_kind_of_link_is_read_in_exports_of_ms_project():
    assert links(("4+3d", "5"), IDS, ms_project=True) == ("4", "5")


def test_an_element_called_none_stays_where_it_is_an_id():
    cells = distinct(pd.Series(["None; A", "None"], dtype="str"))
    assert read(cells, keep={"None"}) == [("None", "A"), ("None",)]
    assert read(cells) == [("A",), ()]
