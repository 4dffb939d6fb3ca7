"""Parquet portfolios: the same cells as CSV, and files that are damaged, odd or made to harm."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.generate import write
from pipeline.ingest import Limits, read
from pipeline.ingest import refusals as no

pytestmark = pytest.mark.thorough


@pytest.fixture
def file(tmp_path):
    def made(columns, name="portfolio.parquet"):
        path = tmp_path / name
        pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), path)
        return path

    return made


def test_a_portfolio_is_the_same_as_parquet_and_as_csv(tmp_path):
    for name in ("a.csv", "a.parquet"):
        write(tmp_path / name, rows=120, seed=3)
    one, other = read(tmp_path / "a.csv"), read(tmp_path / "a.parquet")
    assert other.source.format == "parquet"
    assert other.mapping == one.mapping
    assert other.cells.equals(one.cells)
    assert other.problems == one.problems


def test_typed_cells_read_as_somebody_would_write_them(file):
    path = file(
        {
            "Name": ["a", "b"],
            "Teams": pa.array([3, None], pa.int64()),
            "Project count": [2.0, float("nan")],
            "Budget": pa.array([Decimal("12.50"), None]),
            "Start": [dt.date(2026, 3, 1), None],
            "End": pa.array([dt.datetime(2026, 3, 4, 22, 30), None], pa.timestamp("ns")),  # noqa: DTZ001
            "Done": [True, False],
            "Nothing": pa.nulls(2),
            "Status": pa.array(["open", "open"]).dictionary_encode(),
        }
    )
    cells = read(path).cells
    assert cells.index.tolist() == [2, 3]
    assert cells.iloc[0].tolist() == [
        "a",
        "3",
        "2",
        "12.50",
        "2026-03-01",
        "2026-03-04",
        "yes",
        "",
        "open",
    ]
    assert cells.iloc[1].tolist() == ["b", "", "", "", "", "", "no", "", "open"]


def test_lists_are_refused_with_the_way_out(file):
    path = file({"Name": ["a"], "Teams": [["x", "y"]]})
    with pytest.raises(no.ColumnForeign, match=r"'Teams' \(list.*semicolons"):
        read(path)


def test_a_file_cut_short_is_damaged(file):
    path = file({"Name": ["a", "b"]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(no.ParquetDamaged):
        read(path)


def test_text_that_is_no_text_is_damage(file):
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    with pytest.raises(no.ParquetDamaged):
        read(file({"Name": broken}))


def test_a_long_text_repeated_is_told_before_it_is_made(file):
    path = file({"Name": ["x" * 100_000] * 50_000})
    assert path.stat().st_size < 200_000
    with pytest.raises(no.FileTooLarge, match="its cells take more than"):
        read(path, limits=Limits(file_bytes=200_000))


def test_rows_and_columns_have_bounds(file):
    path = file({"Name": ["a", "b"], "Teams": [1, 2]})
    with pytest.raises(no.TooManyRows):
        read(path, limits=Limits(rows=1))
    with pytest.raises(no.TooManyColumns):
        read(path, limits=Limits(columns=1))


def test_a_sheet_of_parquet_is_refused(file):
    with pytest.raises(no.SheetOfText, match="a Parquet file"):
        read(file({"Name": ["a"]}), sheet="One")


def test_a_run_takes_parquet(staffing, file):
    path = file({"Name": ["Renew the grid"], "Project count": [6], "Team count": [7]})
    done = staffing.here("classify", str(path))
    assert (done.returncode, done.stderr) == (0, "")
