"""The brief: what it tells, and that nothing in it does anything."""

from __future__ import annotations

import datetime as dt
import io
import re
import runpy
import zipfile
from dataclasses import replace
from pathlib import Path

import pptx
import pytest
from markdown_it import MarkdownIt

from pipeline.demand import read_roster
from pipeline.report.attention import agenda
from pipeline.report.brief import write_markdown, write_slide
from pipeline.report.brief.content import brief
from pipeline.report.words import DECISIONS

made = runpy.run_path(str(Path(__file__).with_name("report_data.py")))
make, with_history, with_demand = made["make"], made["with_history"], made["with_demand"]


@pytest.fixture(scope="module")
def data():
    return with_history(make())


def markdown(data):
    file = io.BytesIO()
    write_markdown(data, file)
    return file.getvalue().decode("utf-8")


def slide(data):
    file = io.BytesIO()
    write_slide(data, file)
    return file.getvalue()


def table(blob):
    (page,) = pptx.Presentation(io.BytesIO(blob)).slides
    shape = next(shape for shape in page.shapes if shape.has_table)
    return [[cell.text for cell in row.cells] for row in shape.table.rows]


def test_the_ten_decisions_are_the_first_of_the_agenda(data):
    ids = data.initiatives["initiative_id"].tolist()
    first = [ids[place] for place in agenda(data).order[:10]]
    assert [decision.initiative_id for decision in brief(data).decisions] == first
    assert re.findall(r"report\.html#(I-\d+)\)", markdown(data)) == first
    told = table(slide(data))
    assert [re.search(r"I-\d+", row[0])[0] for row in told[1:]] == first
    assert told[0] == ["Initiative", "Decide", "Why"]


def test_the_headline_and_what_is_left_agree(data):
    told = brief(data)
    count = agenda(data).to_decide
    assert told.headline == f"{count} initiatives need a decision"
    assert told.left == count - 10
    assert f"{count - 10} more in [the report](report.html#?look=decide)" in markdown(data)


def test_each_kind_of_item_says_what_is_to_decide():
    told = {each.initiative_id: each.question for each in brief(make(hostile=False)).decisions}
    assert told["I-00000"] == (
        "Undecided, leans to project manager: 7 points for project, 6 for program"
    )


def test_one_point_is_one_point():
    plain = make(hostile=False)
    scored = plain.initiatives.assign(project_score=1)
    told = [each.question for each in brief(replace(plain, initiatives=scored)).decisions]
    assert any(question.endswith("1 point for project, 6 for program") for question in told)
    assert not any("1 points" in question for question in told)


def test_what_is_opened_again_tells_its_reason_first_and_who_decided(data):
    question = brief(data).decisions[0].question
    told = "SCP-001 began to match. Before: {}, by Ada <b>Meyer</b> on 2026-02-11."
    assert question in {f"Opened again: {told.format(word)}" for word in DECISIONS}


def test_a_verdict_that_changed_is_decided_on_with_what_changed_it(data):
    changed = brief(data).decisions[4:8]
    assert all(each.question.endswith("went from 3 to 1.") for each in changed)


def test_changes_are_told_with_their_cause(data):
    title, lines = brief(data).sections[-1]
    assert title == "Changed since 2026-02-01"
    assert lines[0] == "Verdict changed 4, new 4, gone 4, evidence changed 3."
    assert lines[1].endswith("went from 3 to 1.")
    assert len(lines) == 4


def test_a_first_run_says_that_there_is_nothing_to_compare_with():
    assert brief(make()).sections[-1][1] == ("Nothing to compare with: no earlier run is known.",)


def test_demand_is_told_by_quarter_where_it_was_estimated():
    plain = make(20, hostile=False)
    assert [title for title, _ in brief(plain).sections] == ["Programs nobody declared", "Changed"]
    estimated = with_demand(plain)
    title, lines = brief(estimated).sections[1]
    assert title == "Leads needed"
    assert re.fullmatch(r"2026 Q1: project managers \d+.*; program managers \d+.*", lines[0])


def test_hostile_text_is_text_in_markdown(data):
    text = markdown(data)
    html = MarkdownIt("commonmark", {"html": True, "linkify": False}).render(text)
    assert "<script" not in html
    assert "<b>Meyer" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    links = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert all(link.startswith(("report.html", "report.xlsx")) for link in links)
    # Viewers make links of addresses by themselves, unless a sign stands between.
    assert "http://" not in text
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)


def test_hostile_text_is_text_on_the_slide(data):
    blob = slide(data)
    told = " ".join(cell for row in table(blob) for cell in row)
    assert "</script><script>alert(1)</script>" in told
    with zipfile.ZipFile(io.BytesIO(blob)) as file:
        links = [name for name in file.namelist() if b"hlinkClick" in file.read(name)]
    assert links == []


def test_equal_runs_give_equal_bytes(data):
    assert markdown(data) == markdown(data)
    blob = slide(data)
    assert blob == slide(data)
    with zipfile.ZipFile(io.BytesIO(blob)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_slide_is_one_page_with_a_title_for_screen_readers(data):
    deck = pptx.Presentation(io.BytesIO(slide(data)))
    assert len(deck.slides) == 1
    assert deck.slides[0].shapes.title.text == brief(data).headline
    assert deck.core_properties.created.date() == dt.date(2026, 3, 1)


def test_long_texts_are_cut_so_that_ten_rows_fit_on_the_slide(data):
    long = data.initiatives.assign(name="Long " * 60, business_unit="Wide " * 60)
    told = table(slide(replace(data, initiatives=long, evidence=data.evidence.iloc[:0])))
    lines = [line for row in told for cell in row for line in cell.split("\n")]
    assert max(map(len, lines)) <= 120
    assert len(told) == 11


def side(blob):
    (page,) = pptx.Presentation(io.BytesIO(blob)).slides
    return [shape.text_frame.text for shape in page.shapes if shape.has_text_frame][2]


def test_the_slide_tells_the_gap_of_every_quarter_whole(data, tmp_path):
    """However long everything beside it is."""
    path = tmp_path / "roster.csv"
    path.write_text("name,role\nJo,Project manager\nBo,Program manager\n")
    staffed = with_demand(data, read_roster(path))
    told = brief(staffed)
    lines = next(lines for title, lines in told.sections if title.startswith("Leads needed"))
    assert any(line.endswith("short") for line in lines)
    shown = side(slide(staffed)).split("\n")
    assert set(lines) <= set(shown)


@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_to_decide_is_said(hostile):
    empty = make(0, quarantined=2, hostile=hostile)
    assert markdown(empty).startswith("# No initiative needs a decision\n")
    pptx.Presentation(io.BytesIO(slide(empty)))
