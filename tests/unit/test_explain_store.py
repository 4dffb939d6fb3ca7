from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.cells import COLUMNS, Cell, SourceCells, source_cells
from pipeline.facts.store import FactsUnreadable, Stored, read, write
from pipeline.facts.table import FactColumn, FactTable, table_of
from pipeline.ingest.raw import MappedColumn, RawPortfolio, Source
from schemas.facts import VOCABULARY

NO_CELLS = SourceCells(cells={}, headers={})


def same(one, other):
    assert one.size == other.size
    assert list(one.columns) == [name for name in VOCABULARY if name in other.columns]
    for name, column in other.columns.items():
        back = one.columns[name]
        found, given = back.values, column.values  # noqa: PD011 -- no frames
        assert found.dtype == given.dtype, name
        assert np.array_equal(back.known, column.known), name
        assert np.array_equal(found[back.known], given[column.known]), name
    assert {key: found.tolist() for key, found in one.terms.items()} == {
        key: found.tolist() for key, found in other.terms.items()
    }


def round_trip(stored, folder):
    with (folder / "facts.parquet").open("wb") as file:
        write(stored, file)
    return read(folder / "facts.parquet")


VALUES = {
    "integer": st.integers(-(10**12), 10**12),
    "number": st.floats(-1e14, 1e14),
    "boolean": st.booleans(),
}


def a_value(spec):
    if spec.kind == "terms":
        return st.frozensets(st.sampled_from(["one_site", "many_sites", "scale"]))
    return st.sampled_from(spec.choices) if spec.kind == "choice" else VALUES[spec.kind]


FACTS = st.fixed_dictionaries(
    {}, optional={name: a_value(spec) for name, spec in VOCABULARY.items()}
)


@given(facts=st.lists(FACTS, max_size=5))
@settings(max_examples=50, deadline=None)
def test_facts_come_back_as_they_were(facts, tmp_path_factory):
    table = table_of(facts)
    ids = tuple(f"I-{place}" for place in range(len(facts)))
    back = round_trip(
        Stored(ids=ids, table=table, cells=NO_CELLS), tmp_path_factory.mktemp("facts")
    )
    assert back.ids == ids
    same(back.table, table)
    assert [back.table.fact(place) for place in range(len(facts))] == [
        table.fact(place) for place in range(len(facts))
    ]


def test_what_nobody_knows_or_mentions_comes_back_too(tmp_path):
    table = FactTable(
        size=2,
        columns={"team_count": FactColumn(values=np.zeros(2, np.int64), known=np.zeros(2, bool))},
        terms={("terms", "one_site"): np.zeros(2, bool)},
    )
    back = round_trip(Stored(ids=("a", "b"), table=table, cells=NO_CELLS), tmp_path)
    same(back.table, table)


def test_cells_come_back_with_their_headers(tmp_path):
    cells = SourceCells(
        cells={"# teams": ["4", ""], "Teams \u2014 all": ["A; B", "x"]},
        headers={"team_count": ("# teams",), "teams": ("Teams \u2014 all",)},
    )
    table = table_of([{"team_count": 4}, {"team_count": 1}])
    back = round_trip(Stored(ids=("a", "b"), table=table, cells=cells), tmp_path)
    assert back.cells.of("team_count", 0) == (
        Cell(header="# teams", text="4"),
        Cell(header="Teams \u2014 all", text="A; B"),
    )
    assert back.cells.of("team_count", 1) == (Cell(header="Teams \u2014 all", text="x"),)


def test_half_a_character_in_a_cell_or_header_stops_nothing(tmp_path):
    cells = SourceCells(cells={"T\udc00": ["\ud800 4"]}, headers={"team_count": ("T\udc00",)})
    back = round_trip(
        Stored(ids=("a",), table=table_of([{"team_count": 4}]), cells=cells), tmp_path
    )
    assert back.cells.of("team_count", 0) == (Cell(header="T\udc00", text="? 4"),)


def test_equal_facts_give_equal_bytes():
    stored = Stored(
        ids=("a",), table=table_of([{"team_count": 4, "terms": {"x", "y"}}]), cells=NO_CELLS
    )
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        write(stored, file)
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("content", [b"", b"PAR1 but not really PAR1"])
def test_a_damaged_file_is_refused_with_a_way_out(tmp_path, content):
    path = tmp_path / "facts.parquet"
    path.write_bytes(content)
    with pytest.raises(FactsUnreadable, match=r"facts.parquet: \[I095\].*classify"):
        read(path)


def test_another_parquet_file_is_refused(tmp_path):
    path = tmp_path / "facts.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(FactsUnreadable, match="another version"):
        read(path)


def raw(cells, mapping):
    return RawPortfolio(
        cells=pd.DataFrame(cells, index=[2, 5], dtype="str"),
        mapping=tuple(
            MappedColumn(canonical=name, headers=headers, by="name")
            for name, headers in mapping.items()
        ),
        unmapped=(),
        source=Source(name="p.csv", sha256="", bytes=0, format="csv"),
        problems=(),
    )


def test_cells_are_those_of_the_row_under_its_own_header():
    source = raw(
        {"Head count": ["12", "7"], "Title": ["x", "y"]},
        {"people_count": ("Head count",), "name": ("Title",)},
    )
    cells = source_cells(source, [5, -1])
    assert list(cells.cells) == ["Head count"]  # prose is shown in passages
    assert cells.of("people_count", 0) == (Cell(header="Head count", text="7"),)
    assert cells.of("people_count", 1) == ()  # no row of its own
    assert cells.of("team_count", 0) == ()  # not mapped


def test_facts_read_off_other_rows_have_no_cell_of_their_own():
    source = raw(
        {"Parent": ["P", "P"], "N": ["3", ""]}, {"parent_id": ("Parent",), "project_count": ("N",)}
    )
    cells = source_cells(source, [2, 5])
    assert cells.of("child_count", 0) == ()
    assert cells.of("project_count", 0) == (Cell(header="N", text="3"),)
    assert cells.of("has_parent", 0) == (Cell(header="Parent", text="P"),)
    assert "parent_id" in COLUMNS
