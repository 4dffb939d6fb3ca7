"""A portfolio read in parts gives the rows that it gives when it is read at once."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.errors import InputError
from pipeline.ingest import Limits
from pipeline.ingest.parts import Wish, find_sources, outline, read_part
from pipeline.ingest.rows import are_cut_short

WISH = Wish(profile=None, mapping_file=None, sheet=None, limits=Limits())


def each(function, parts):
    return [function(part) for part in parts]


def in_parts(path, rows, wish=WISH):
    """All parts of a portfolio put together again."""
    sources = find_sources(path, rows, wish.limits)
    found = outline(sources, wish, each)
    first = [read_part(part, found) for part in found.parts]
    short = are_cut_short(
        sum(part.short_rows for part in first), sum(len(part.raw.cells) for part in first)
    )
    found = replace(found, cuts_short=short)
    read = [read_part(part, found).raw for part in found.parts]
    return replace(
        read[0],
        cells=pd.concat([each.cells for each in read]),
        problems=tuple(problem for each in read for problem in each.problems),
        blank_rows=sum(each.blank_rows for each in read),
        totals_rows=sum(each.totals_rows for each in read),
    ), len(read)


def same(path, rows):
    """Read both ways and compare; how many parts there were."""
    whole = ingest.read(path)
    parts, count = in_parts(path, rows)
    pd.testing.assert_frame_equal(parts.cells, whole.cells)
    for name in (
        "mapping", "unmapped", "source", "problems", "profile", "blank_rows", "totals_rows"
    ):  # fmt: skip
        assert getattr(parts, name) == getattr(whole, name), name
    return count


def rows_of(count, text="{n},Renew grid {n},{n}00"):
    return "".join(text.format(n=number) + "\n" for number in range(count))


HEAD = "Initiative ID,Name,Budget\n"


def test_a_plain_file(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text(HEAD + rows_of(200))
    assert same(path, 50) == 4


@pytest.mark.parametrize(
    "text",
    [
        "Portfolio 2026\n\nprinted by: us\n" + HEAD + rows_of(120),
        HEAD + rows_of(60) + HEAD + rows_of(60) + "Total,,120\n\n\nSource: the project office,,\n",
        HEAD + rows_of(60) + "\n\n\n" + rows_of(60) + ",,\n,,\n",
        HEAD + rows_of(120).rstrip("\n"),
        (HEAD + rows_of(120)).replace("\n", "\r\n"),
        "\ufeff" + HEAD + rows_of(120),
        HEAD + rows_of(100, '{n},"Grid, ""north""\nand south {n}",1'),
        HEAD + rows_of(100) + "1,too,2,many,cells\n1,few\n" + rows_of(60),
        HEAD + rows_of(100) + rows_of(60, "{n},cut short"),
        "Initiative ID,Name,,Budget\n" + rows_of(100, "{n},a,,1") + "9,b,beyond,2\n",
        "Initiative ID,Name,,Budget\n" + rows_of(100, "{n},a,,1"),
        "Initiative ID,Key,Name,Title\n" + rows_of(100, "7,{n},,a"),
        "Dates,,What\nStart,End,Name\n" + rows_of(100, "2025-01-01,2026-01-01,a {n}"),
        HEAD + rows_of(90, "{n},Gr\ufffd {n},1") + rows_of(30),
        "Jira;Name;Budget (£m)\n" + rows_of(100, "{n};a;1,5"),
        "Summary,Issue key,Issue id,Parent\n" + rows_of(120, "a,P-{n},1{n:04},10099"),
        "Summary,Issue key,Issue id,Parent\n" + rows_of(120, "a,P-{n},1{n:04},10200"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rows", [7, 41, 1000])
def test_files_as_people_export_them(tmp_path, text, rows):
    path = tmp_path / "portfolio.csv"
    path.write_bytes(text.encode())
    same(path, rows)


CELL = st.sampled_from(["", "a", "Total", "7", '"x,y"', '"two\nlines"', "é", " "])
LINE = st.lists(CELL, min_size=1, max_size=4).map(",".join)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(LINE, min_size=45, max_size=90),
    rows=st.integers(3, 50),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_regular_text(tmp_path_factory, lines, rows, end):
    path = tmp_path_factory.mktemp("parts") / "portfolio.csv"
    path.write_bytes(end.join(["ID,Name,", "1,first,", *lines, ""]).encode())
    try:
        parts, _ = in_parts(path, rows)
    except InputError as refused:
        # Lines of odd cells may look like records swallowed by a quote; then it is read whole.
        assert refused.code in {"I036", "I037"}  # noqa: PT017
        return
    whole = ingest.read(path)
    pd.testing.assert_frame_equal(parts.cells, whole.cells)
    assert parts.problems == whole.problems


def test_parquet_and_folders(tmp_path):
    names = [f"Renew {number}" for number in range(130)]
    table = pa.table({"ID": list(range(130)), "Name": names, "End date": [None, *names[1:]]})
    one = tmp_path / "one.parquet"
    pq.write_table(table, one, row_group_size=45)
    assert same(one, 40) == 3
    folder = tmp_path / "folder"
    folder.mkdir()
    for start in (0, 60):
        pq.write_table(table.slice(start, 60 + start), folder / f"part-{start:03}.parquet")
    (folder / "_SUCCESS").touch()
    parts, count = in_parts(folder, 60)
    assert count == 2
    assert parts.cells["Name"].tolist() == names
    # Lines go on through the files, each of which has a header of its own.
    assert parts.cells.index.tolist() == [*range(2, 62), *range(63, 133)]
    assert parts.source.name == "folder"


def test_a_folder_of_text_files(tmp_path):
    for name, start in (("b.csv", 70), ("a.csv", 0)):
        text = "".join(f"{number},grid {number},1\n" for number in range(start, start + 70))
        (tmp_path / name).write_text(HEAD + text)
    parts, count = in_parts(tmp_path, 50)
    assert count == 2  # what is left of a file is too little for a part of its own
    assert parts.cells["Initiative ID"].tolist() == [str(number) for number in range(140)]
    assert parts.cells.index.tolist() == [*range(2, 72), *range(73, 143)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04rest", "I035"),
        ("Name;Größe\n".encode("cp1252"), "I035"),
        ("Name\nx\n".encode("utf-16"), "I035"),
        (b'Name,Note\n1,5" pipe\n', "I036"),
        (b'Name,Note\n1,"open\n', "I036"),
        (b"sep=;\nName;Note\n1;2\n", "I035"),
        (b"", "I005"),
        (b" \n \n", "I005"),
        (b"PAR1 but no more", "I033"),
        (b"<html><body>", "I009"),
    ],
)
def test_what_cannot_be_read_in_parts_is_refused(tmp_path, content, code):
    path = tmp_path / "portfolio"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        in_parts(path, 10)
    assert refused.value.code == code


def test_folders_that_are_no_portfolio_are_refused(tmp_path):
    def code():
        with pytest.raises(InputError) as refused:
            in_parts(tmp_path, 10)
        return refused.value.code

    assert code() == "I037"
    (tmp_path / "a.csv").write_text(HEAD + rows_of(3))
    (tmp_path / "b.csv").write_text("Name,ID\nx,1\n")
    assert code() == "I037"
    pq.write_table(pa.table({"Name": ["x"]}), tmp_path / "b.csv")
    assert code() == "I037"
    (tmp_path / "b.csv").unlink()
    Path(tmp_path / "year=2026").mkdir()
    assert code() == "I037"


def test_a_part_is_no_larger_than_a_file_may_be(tmp_path):
    path = tmp_path / "portfolio.csv"
    path.write_text(HEAD + rows_of(1000))
    wish = replace(WISH, limits=Limits(file_bytes=8_000))
    with pytest.raises(InputError) as refused:
        in_parts(path, 900, wish)
    assert refused.value.code == "I006"
    assert "--chunk-rows" in str(refused.value)
    assert in_parts(path, 100, wish)[1] == 10
