"""Text files of every make: encodings, line ends, delimiters, quotes, ragged rows, source lines."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from pipeline.ingest import Limits, read
from pipeline.ingest import refusals as no
from pipeline.ingest.delimited import _read_irregular
from pipeline.ingest.laid_out import read_laid_out
from pipeline.ingest.scan import scan


@pytest.fixture
def file(tmp_path):
    def write(data, name="portfolio.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def codes(raw):
    return Counter(problem.code for problem in raw.problems)


TEXT = "Name;Status;Sponsor\r\nBüro „Süd“ \u2013 Phase 2;läuft;José\r\nÉcole;grün;Zoë\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32-le"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
    ids=["utf8", "bom", "two boms", "utf16", "be bom", "le", "be", "utf32", "cp1252"],
)
def test_encodings_give_the_same_cells(file, data, encoding):
    raw = read(file(data))
    assert list(raw.cells["Name"]) == ["Büro „Süd“ \u2013 Phase 2", "École"]
    assert list(raw.cells.columns) == ["Name", "Status", "Sponsor"]
    assert raw.source.encoding == encoding
    assert raw.source.delimiter == ";"


def test_bytes_undefined_in_cp1252_are_latin_1(file):
    raw = read(file("Name,Status\ncafé\x81,x\n".encode("latin-1")))
    assert raw.source.encoding == "latin-1"
    assert codes(raw) == {"encoding-assumed": 1}


def test_another_script_is_told_from_western_text(file):
    text = "Name,Description\n" + "Проект обновления,Замена системы учёта в филиалах\n" * 20
    raw = read(file(text.encode("cp1251")))
    assert raw.source.encoding == "cp1251"
    assert raw.cells["Name"].iloc[0] == "Проект обновления"


def test_one_bad_byte_does_not_change_the_encoding_of_the_others(file):
    good = "Name,Status\n" + "Büro,läuft\n" * 20
    raw = read(file(good.encode() + b"B\xfcro,x\n"))
    assert raw.source.encoding == "utf-8"
    assert raw.cells["Name"].iloc[0] == "Büro"
    (problem,) = [problem for problem in raw.problems if problem.code == "text-damaged"]
    assert (problem.source_line, problem.column) == (22, "Name")


def test_nul_characters_are_left_out_and_told(file):
    raw = read(file("Name,Status\na\0b,x\n" + "c,d\n" * 50))
    assert raw.cells["Name"].iloc[0] == "ab"
    assert codes(raw) == {"nul-removed": 1}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_line_ends_and_delimiters(file, end, delimiter):
    rows = [["Project ID", "Name", "Status"], ["1", "a", "x"], ["2", "b", "y"]]
    raw = read(file(end.join(delimiter.join(row) for row in rows)))
    assert raw.source.delimiter == delimiter
    assert list(raw.cells.index) == [2, 3]
    assert list(raw.cells["Name"]) == ["a", "b"]


def test_commas_inside_cells_do_not_fool_the_delimiter(file):
    rows = "".join(f"{n};a, b, c, d;x, y, z, w\n" for n in range(20))
    raw = read(file("ID;Name;Status\n" + rows, "x.csv"))
    assert raw.source.delimiter == ";"
    assert raw.cells.shape == (20, 3)


def test_a_quoted_delimiter_in_the_header(file):
    raw = read(file('ID,Name,"Department, or agency"\n1,a,"x; y; z"\n'))
    assert raw.source.delimiter == ","
    assert list(raw.cells.columns) == ["ID", "Name", "Department, or agency"]


def test_excel_may_declare_the_delimiter(file):
    raw = read(file("sep=^\nName^Status\na,b;c^x\n"))
    assert raw.source.delimiter == "^"
    assert list(raw.cells.index) == [3]
    assert raw.cells["Name"].iloc[0] == "a,b;c"
    assert raw.blank_rows == 0


def test_a_single_column_is_a_portfolio(file):
    raw = read(file("Project name\nalpha\n\nbeta\n"))
    assert list(raw.cells["Project name"]) == ["alpha", "beta"]
    assert list(raw.cells.index) == [2, 4]
    assert raw.blank_rows == 1


def test_missing_words_stay_text(file):
    raw = read(file("ID,Name,Status\nNA,null,n/a\nNone,nan,#N/A\n007,1.0,TRUE\n"))
    assert raw.cells.values.tolist() == [
        ["NA", "null", "n/a"],
        ["None", "nan", "#N/A"],
        ["007", "1.0", "TRUE"],
    ]
    assert {str(kind) for kind in raw.cells.dtypes} == {"str"}


def test_source_lines_count_lines_inside_cells(file):
    raw = read(file('ID,Name\n1,"two\nlines"\n\n2,b\n3,"a\r\nb\nc"\n4,d\n'))
    assert list(raw.cells.index) == [2, 5, 6, 9]
    assert raw.cells.index.name == "source_line"
    assert raw.blank_rows == 1
    assert raw.cells["Name"].iloc[0] == "two\nlines"


def test_lines_of_blank_cells_are_blank(file):
    raw = read(file("ID,Name,Status\n,,\n1,a,x\n \t,\u00a0,\n2,b,y\n,,\n,,\n"))
    assert list(raw.cells.index) == [3, 5]
    assert raw.blank_rows == 4


def test_a_row_with_more_cells_is_quarantined_and_cut(file):
    rows = "".join(f"{n},a,x\n" for n in range(10))
    raw = read(file("ID,Name,Status\n" + rows + "10,b,y,extra,more\n11,c,z,, \n"))
    (problem,) = raw.problems
    assert (problem.source_line, problem.code, problem.value) == (12, "cells-extra", "extra more")
    assert problem.severity == "quarantine"
    assert list(raw.cells.iloc[-2]) == ["10", "b", "y"]
    assert list(raw.cells.columns) == ["ID", "Name", "Status"]


def test_a_cell_more_in_every_row_shifts_nothing(file):
    raw = read(file("id,name\n1,a,x\n4,b,y\n"))
    assert list(raw.cells["id"]) == ["1", "4"]
    assert codes(raw) == {"cells-extra": 2}


def test_a_row_with_fewer_cells_is_quarantined(file):
    rows = "".join(f"{n},a,x\n" for n in range(10))
    raw = read(file("ID,Name,Status\n" + rows + "10,b\n"))
    (problem,) = raw.problems
    assert (problem.source_line, problem.code) == (12, "cells-missing")
    assert list(raw.cells.iloc[-1]) == ["10", "b", ""]


def test_an_exporter_that_cuts_empty_cells_off_is_forgiven(file):
    rows = "".join(f"{n},a,x\n" for n in range(10)) + "10,b\n11,c\n12,d\n"
    raw = read(file("ID,Name,Status\n" + rows))
    assert not raw.problems
    assert len(raw.cells) == 13


def test_an_open_quote_costs_its_own_row_only(file):
    rows = "".join(f"{n},a,x\n" for n in range(5))
    raw = read(file("ID,Name,Status\n" + rows + '5,"open,y\n' + rows))
    assert [(p.source_line, p.code) for p in raw.problems] == [(7, "quote-open")]
    assert list(raw.cells.index) == list(range(2, 13))


def test_an_open_quote_before_quoted_cells_costs_its_own_row_only(file):
    rows = "".join(f'{n},"a, b","x\ny"\n' for n in range(5))
    raw = read(file("ID,Name,Status\n" + rows + '5,"open,y\n' + rows))
    assert [p.source_line for p in raw.problems if p.severity == "quarantine"] == [12]
    assert (raw.cells["Name"] == "a, b").sum() == 10


def test_a_quote_that_swallows_whole_rows_gives_them_back(file):
    rows = "".join(f"{n},a,b,c\n" for n in range(6))
    raw = read(file("ID,Name,Status,Owner\n" + rows + '6,"open,b,c\n' + rows + '7,e",b,c\n'))
    quarantined = {p.source_line for p in raw.problems if p.severity == "quarantine"}
    assert 8 in quarantined
    assert len(set(range(9, 15)) & set(raw.cells.index) - quarantined) == 6


def test_quotes_inside_cells_are_taken_as_they_stand(file):
    raw = read(file('ID,Name,Status\n1,12" pipe,x\n2,the "new" one,y\n3,"a"b,z\n'))
    assert not raw.problems
    assert list(raw.cells["Name"]) == ['12" pipe', 'the "new" one', "ab"]


def test_too_many_open_quotes_are_a_refusal_with_the_first_line(file):
    rows = "".join(f'{n},"a,x\n' for n in range(30))
    with pytest.raises(no.QuotesOpen) as caught:
        read(file("ID,Name,Status\n1,ok,x\n" + rows), limits=Limits(quote_faults=10))
    assert caught.value.at.line == 3


def test_endless_cells_are_cut_and_quarantined(file):
    raw = read(
        file("ID,Name,Status\n1," + "x" * 500 + ",y\n2,b,z\n"), limits=Limits(cell_characters=100)
    )
    assert [(p.source_line, p.column, p.code) for p in raw.problems] == [
        (2, "Name", "cell-too-long")
    ]
    assert len(raw.cells["Name"].iloc[0]) == 100


def test_a_title_above_the_header(file):
    raw = read(file("Portfolio of the PMO,,\nas of 2024,,\n\nID,Name,Status\n1,a,x\n"))
    assert raw.source.header_line == 4
    assert list(raw.cells.index) == [5]
    ragged = read(file("Portfolio of the PMO\nID,Name,Status\n1,a,x\n"))
    assert (ragged.source.header_line, len(ragged.problems)) == (2, 0)


def test_totals_repeated_headers_and_footnotes_are_no_rows(file):
    raw = read(
        file(
            "ID,Name,Status,Budget\n1,Total Rewards,x,5\n2,b,y,7\n,Subtotal:,,12\n"
            "ID,Name,Status,Budget\n3,Total,in words,3\n,Grand total (3),,£15m\n"
            "Source: the PMO,,,\n* includes VAT,,,\n"
        )
    )
    assert list(raw.cells.index) == [2, 3, 6]
    assert raw.totals_rows == 5
    assert codes(raw) == {"header-repeated": 1, "footnote-skipped": 2}


def test_an_initiative_with_one_cell_is_not_a_footnote(file):
    raw = read(file("Name,Status,Owner\na,x,y\nReplace the boiler,,\n"))
    assert list(raw.cells["Name"]) == ["a", "Replace the boiler"]
    assert raw.totals_rows == 0


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufeff\ufffd", exclude_categories=("Cs",)),
    max_size=12,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path, rows, delimiter, end, quoting):
    table = [["Project ID", "Project name", "Status", "Owner"]]
    table += [[f"P-{n}", "x" + first, "y" + second, "z"] for n, (first, second) in enumerate(rows)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    path = tmp_path / "x.csv"
    path.write_bytes(buffer.getvalue().encode())
    raw = read(path)
    assert [list(row) for row in raw.cells.itertuples(index=False)] == table[1:]
    assert not raw.problems
    assert raw.cells.index.is_monotonic_increasing
    assert raw.cells.index.is_unique


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=300), head=st.sampled_from([b"Name,Status\n", b"ID;Name\r\n", b""]))
def test_any_bytes_are_read_or_refused(tmp_path, data, head):
    path = tmp_path / "x.csv"
    path.write_bytes(head + data)
    try:
        raw = read(path)
    except no.InputError as error:
        assert error.hint  # noqa: PT017
    else:
        assert raw.cells.index.is_unique
        assert not raw.cells.isna().any().any()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.lists(
        st.sampled_from(['"', ",", "\n", "a", '""', '",', ',"', "\r\n", "Name"]), max_size=60
    ).map("".join)
)
def test_broken_quotes_never_lose_the_rows_after_them(tmp_path, text):
    path = tmp_path / "x.csv"
    safe = "".join(f"S{n},n{n},ok,here,now\n" for n in range(8))
    body = "ID,Name,Status,Owner,Priority\n" + safe + "8," + text.replace("\n", " ") + "\n" + safe
    path.write_bytes(body.encode())
    raw = read(path)
    bad = {p.source_line for p in raw.problems if p.severity == "quarantine"}
    good = raw.cells[~raw.cells.index.isin(bad)]
    assert (good["Name"].str.fullmatch(r"n\d")).sum() >= 15


# Cells of little but what cuts a text, so that their lines look like records.
CUTS = st.text(st.sampled_from(',;\n"a'), max_size=12)
BREAK_AT_ONCE = [[""], ["", "", "", ""], ["\n0", "", "", "\n", ""]]


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELL | CUTS, min_size=1, max_size=6), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;"),
    end=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=BREAK_AT_ONCE, delimiter=",", end="\n")
@example(rows=[["", "", ""], ["b\na,b,c", "", "", ""]], delimiter=",", end="\n")
@example(rows=[["a"] * 3, *[["b"] * 4] * 3, ["c\n1,2,3,4"] + ["c"] * 4], delimiter=",", end="\n")
def test_reading_at_once_and_by_record_agree(rows, delimiter, end):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    text, limits = buffer.getvalue(), Limits()
    layout = scan(text.encode(), delimiter, limits.record_lines)
    assume(layout is not None)
    fast = read_laid_out(text.encode(), delimiter, layout, int(layout.widths.max()))
    slow = _read_irregular(text.encode(), delimiter, Path("x"), limits, skip_first=False)
    assert fast is not None
    assert fast.cells.equals(slow.cells)
    assert fast.widths.tolist() == slow.widths.tolist()
    assert fast.filled.tolist() == slow.filled.tolist()
    assert (fast.surplus, fast.blank_rows) == (slow.surplus, slow.blank_rows)
    assert not slow.problems


def test_a_line_that_opens_a_quote_is_no_row_that_a_quote_has_swallowed():
    text = '""\n,,,\n"\n0",,,"\n",\n'
    table = _read_irregular(text.encode(), ",", Path("x"), Limits(), skip_first=False)
    assert not table.problems
    assert table.cells.iloc[2].tolist() == ["\n0", "", "", "\n", ""]
    assert table.widths.tolist() == [1, 4, 5]


def test_a_record_of_too_many_lines_is_none_in_a_regular_text_either(file):
    rows = "".join(f"{n},a\n" for n in range(30))
    text = 'ID,Name\n100,"open\n' + rows + 'open",\n' + "200,z\n"
    raw = read(file(text), limits=Limits(record_lines=20))
    assert (2, "quote-open") in [(p.source_line, p.code) for p in raw.problems]
    assert set(range(3, 33)) <= set(raw.cells.index)
    assert len(read(file(text)).cells) == 2


def test_a_line_break_in_a_row_that_is_cut_stays():
    text = "ID,Name,Owner\n" + "1,a,x\n" * 120 + '2,"b","y\n\n",z\n'
    layout = scan(text.encode(), ",", 1000)
    table = read_laid_out(text.encode(), ",", layout, 3)
    assert table.cells.iloc[-1].tolist() == ["2", "b", "y\n\n"]


def test_cut_rows_are_the_same_by_both_ways():
    text = 'a,b\n1,2,"x, y",\n\n3\n' + "4,5\n" * 100 + '6,7," ",8\n'
    layout = scan(text.encode(), ",", 1000)
    fast = read_laid_out(text.encode(), ",", layout, 4)
    slow = _read_irregular(text.encode(), ",", Path("x"), Limits(), skip_first=False)
    assert fast.cells.equals(slow.cells)
    narrow = read_laid_out(text.encode(), ",", layout, 2)
    assert narrow.surplus == {2: ["x, y", ""], 105: [" ", "8"]}
    assert (narrow.filled[1], narrow.filled[-1]) == (3, 4)
