"""What is learned from the parts of a portfolio adds up to what the whole tells."""

from dataclasses import replace
from functools import reduce
from operator import add

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import parse
from pipeline.ingest.raw import MappedColumn, RawPortfolio, Source

COLUMNS = {
    "initiative_id": ["A", "B", "N/A", "12", "", "A"],
    "name": ["Renew the grid", "n/a"],
    "parent_id": ["", "N/A", "none", "A", "12"],
    "depends_on": ["", "A, B", "A; B", "N/A", "#12", "see #B", "12FS+3d", "A,Q", "C, D"],
    "teams": ["", "Net, Core", "Net; Core", "Acme, Inc.", "Acme, Inc.; Net"],
    "start_date": ["", "03/04/2025", "13/04/2025", "04/13/2025", "2011-12", "2012-05", "45000"],
    "end_date": ["", "05/06/2025", "25/12/2025", "FY 2011-12", "2011-12", "1.2.2025", "46000"],
    "budget": ["", "1.234", "1,234", "1.5", "1,5", "$5", "US$ 7", "€9", "3m", "-4", "900bn", "0"],
    "currency": ["", "EUR", "GBP", "x"],
}
ROW = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in COLUMNS.items()})


def portfolio(rows, unit=None):
    index = pd.RangeIndex(2, 2 + len(rows), name="source_line")
    return RawPortfolio(
        cells=pd.DataFrame(rows, columns=list(COLUMNS), index=index).astype("str"),
        mapping=tuple(
            MappedColumn(
                canonical=name, headers=(name,), by="name", unit=unit if name == "budget" else None
            )
            for name in COLUMNS
        ),
        unmapped=(),
        source=Source(name="p.csv", sha256="", bytes=0, format="csv"),
        problems=(),
    )


def in_parts(raw, size):
    starts = range(0, len(raw.cells), size)
    return [replace(raw, cells=raw.cells.iloc[start : start + size]) for start in starts]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=14),
    size=st.integers(1, 5),
    unit=st.sampled_from([None, 10**9]),
)
def test_parts_are_parsed_as_the_whole_is(rows, size, unit):
    raw = portfolio(rows, unit)
    whole = parse.parse(raw)
    parts = in_parts(raw, size)
    learned = reduce(add, map(parse.learn, parts))
    everyone = {each for part in parts for each in parse.ids(part)}
    assert everyone == set(whole.rows["initiative_id"])
    typed = [
        parse.parse(part, parse.Whole(learned=learned, ids=everyone & parse.may_name(part)))
        for part in parts
    ]
    pd.testing.assert_frame_equal(pd.concat([each.rows for each in typed]), whole.rows)
    of_file = {each for each in whole.problems if each.source_line == 0}
    assert all({p for p in each.problems if p.source_line == 0} == of_file for each in typed)
    assert [p for each in typed for p in each.problems if p.source_line] == [
        p for p in whole.problems if p.source_line
    ]
    assert {name: typed[0].date_orders[name] for name in whole.date_orders} == whole.date_orders


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        (["1"] * 4, False),
        (["1"] * 5, True),
        (["1", "1", "1", "1", "20000"], True),
        (["1", "1", "1", "20000", "20000"], False),
    ],
)
def test_amounts_that_are_too_small_are_doubted_across_parts(amounts, told):
    raw = portfolio([dict.fromkeys(COLUMNS, "") | {"budget": each} for each in amounts])
    parts = in_parts(raw, 1)
    learned = reduce(add, map(parse.learn, parts))
    typed = parse.parse(parts[0], parse.Whole(learned=learned, ids=frozenset()))
    assert ("money-unit-doubtful" in {each.code for each in typed.problems}) is told


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        (["90"] * 3 + ["120"] * 3, True),  # the middle lies at 105
        (["70"] * 3 + ["120"] * 3, False),
        (["70"] * 2 + ["120"] * 3, True),
        (["70"] * 3 + ["120"] * 2, False),
    ],
)
def test_a_middle_amount_beyond_any_budget_is_doubted_across_parts(amounts, told):
    rows = [dict.fromkeys(COLUMNS, "") | {"budget": each} for each in amounts]
    raw = portfolio(rows, unit=10**9)
    parts = in_parts(raw, 2)
    learned = reduce(add, map(parse.learn, parts))
    for typed in (
        parse.parse(raw),
        parse.parse(parts[0], parse.Whole(learned=learned, ids=frozenset())),
    ):
        assert ("money-unit-doubtful" in {each.code for each in typed.problems}) is told
