"""A real portfolio in other encodings, delimiters, line ends and orders is typed the same."""

import csv
import io
import random
from pathlib import Path

import pytest

from pipeline import ingest, parse

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "gold_hand_labelled.csv"
FORMS = [
    pytest.param("utf-16", ",", "\r\n", 0, id="utf-16"),
    pytest.param("utf-8-sig", ";", "\n", 1, id="semicolons under a title"),
    pytest.param("utf-8", "\t", "\r", 2, id="tabs and old line ends"),
    pytest.param("utf-32", "|", "\n", 0, id="utf-32"),
]


@pytest.mark.skipif(not FILE.is_file(), reason="the shared data are not on this machine")
@pytest.mark.parametrize(("encoding", "delimiter", "end", "titles"), FORMS)
def test_the_form_of_a_file_changes_nothing(tmp_path, encoding, delimiter, end, titles):
    raw = ingest.read(FILE)
    text = FILE.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=raw.source.delimiter))
    order = random.Random(1).sample(range(len(rows[0])), len(rows[0]))  # noqa: S311
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["Portfolio", *[""] * (len(order) - 1)]] * titles)
    writer.writerows([row[place] for place in order] for row in rows)
    path = tmp_path / "p.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    expected, found = (parse.parse(each).rows for each in (raw, ingest.read(path)))
    assert found.reset_index(drop=True).equals(expected.reset_index(drop=True))
