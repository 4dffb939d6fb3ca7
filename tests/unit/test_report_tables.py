"""CSV and Parquet files for other programs."""

from __future__ import annotations

import csv
import io
import runpy
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from pipeline.report.tables import unique_names, write_csv, write_parquet

make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]


def frame():
    made = pd.DataFrame(
        {
            "name": pd.Series(["plain, with comma", None, '=1 "quoted"\nline'], dtype="str"),
            "teams": pd.Series([("a", "b"), None, ("=c",)], dtype=object),
            "start_date": pd.to_datetime(pd.Series(["2020-02-29", None, "1850-01-02"])).astype(
                "datetime64[us]"
            ),
            "project_count": pd.array([3, None, 1], dtype="Int64"),
            "budget": pd.array([6_279_429.0, None, 0.1], dtype="Float64"),
            "confidence": pd.Series([1.0, 0.25, 1e-05]),
            "flag": pd.Series([True, False, True]),
            "Variance": pd.Series(["-£7,169.20", "", "-"], dtype="str"),
        }
    )
    made.insert(8, "name", pd.Series(["@x", "y", "z"], dtype="str"), allow_duplicates=True)
    return made


def written(made):
    file = io.BytesIO()
    write_csv(made, file)
    return file.getvalue()


def read(made):
    return list(csv.DictReader(io.StringIO(written(made).decode("utf-8"), newline="")))


def test_cells_are_written_by_kind():
    first, second, third = read(frame())
    assert first == {
        "name": "plain, with comma",
        "teams": "a; b",
        "start_date": "2020-02-29",
        "project_count": "3",
        "budget": "6279429",
        "confidence": "1",
        "flag": "true",
        "Variance": "-£7,169.20",
        "name (input)": "'@x",
    }
    assert set(second.values()) == {"", "0.25", "false", "y"}
    assert third["start_date"] == "1850-01-02"
    assert float(third["budget"]) == 0.1
    assert float(third["confidence"]) == 1e-05
    assert third["Variance"] == "-"


def test_hostile_text_cannot_run_and_stays_one_cell():
    third = read(frame())[2]
    assert third["name"] == '\'=1 "quoted"\nline'
    assert third["teams"] == "'=c"


def test_csv_is_utf8_without_mark_and_lines_end_in_a_line_feed():
    made = written(pd.DataFrame({"name": pd.Series(["é\r\nx", "ü"], dtype="str")}))
    assert made == '"name"\n"é\nx"\n"ü"\n'.encode()


def test_a_hostile_header_is_neutralised():
    assert written(pd.DataFrame({"=cmd()": pd.Series(["1"], dtype="str")})) == b'"\'=cmd()"\n"1"\n'


def test_an_empty_table_has_its_header():
    assert written(frame().iloc[:0]).count(b"\n") == 1


def test_unknown_and_empty_are_written_alike():
    assert written(pd.DataFrame({"a": pd.Series(["", None], dtype=object), "b": [1, 2]})) == (
        b'"a","b"\n,1\n,2\n'
    )


def test_no_two_columns_have_one_name():
    names = ["name", "name", "name", "name (input)", "verdict"]
    made = unique_names(names)
    assert made[:2] == ["name", "name (input)"]
    assert len(set(made)) == len(names)


def test_parquet_keeps_types_and_the_text_as_it_was():
    file = io.BytesIO()
    write_parquet(frame(), file)
    table = pyarrow.parquet.read_table(file)
    assert table.schema.field("start_date").type == pa.date32()
    assert table.schema.field("project_count").type == pa.int64()
    assert table.schema.field("teams").type == pa.list_(pa.string())
    row = table.to_pylist()[0]
    assert row["start_date"] == date(2020, 2, 29)
    assert row["teams"] == ["a", "b"]
    assert row["name (input)"] == "@x"
    assert table.to_pylist()[1]["budget"] is None
    assert "pandas" not in str(table.schema.metadata)


def test_an_input_column_called_like_a_canonical_one_is_text():
    made = pd.DataFrame({"start_date": pd.Series([], dtype="datetime64[us]")})
    made.insert(1, "start_date", pd.Series([], dtype="str"), allow_duplicates=True)
    file = io.BytesIO()
    write_parquet(made, file)
    assert pyarrow.parquet.read_schema(file).field("start_date (input)").type == pa.large_string()


@pytest.mark.parametrize("count", [0, 60])
def test_every_row_and_column_of_a_run_arrives(count):
    data = make(count)
    rows = list(csv.reader(io.StringIO(written(data.initiatives).decode("utf-8"), newline="")))
    assert len(rows) == count + 1
    assert {len(row) for row in rows} == {len(data.initiatives.columns)}
    assert rows[0][-2:] == ["verdict (input)", "'=cmd()"]
    dangerous = [
        text
        for row in rows
        for text in row
        if text.lstrip()[:1] in set("=+@＝")  # noqa: RUF001
    ]
    assert not dangerous
