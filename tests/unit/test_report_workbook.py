"""The review workbook, opened again."""

from __future__ import annotations

import io
import runpy
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.fingerprint import fingerprint
from pipeline.history import Changes
from pipeline.report import limits, words
from pipeline.report.attention import TO_DECIDE, agenda
from pipeline.report.workbook import book as book_module
from pipeline.report.workbook import evidence as evidence_module
from pipeline.report.workbook import write_workbook
from pipeline.report.workbook.sheet import TableColumn, fitting_width, line_counts

made = runpy.run_path(str(Path(__file__).with_name("report_data.py")))
make, with_history = made["make"], made["with_history"]
HEADER = 4


def written(data):
    file = io.BytesIO()
    write_workbook(data, file)
    return file


def opened(data):
    return openpyxl.load_workbook(written(data))


@pytest.fixture(scope="module")
def data():
    return make()


@pytest.fixture(scope="module")
def workbook(data):
    return opened(data)


def remembered(data):
    """A run with earlier decisions on its first two initiatives, and one flip since."""
    keys = data.initiatives.iloc[:, 0].tolist()
    given = {"decided_by": "Ines", "decided_on": "2026-02-20", "comment": "=1+1", "run_id": "r"}
    decisions = [
        {"initiative_id": keys[0], "decision": "project_manager", **given}
        | {"state": "in_force", "reason": ""},
        {"initiative_id": keys[1], "decision": "agree", **given}
        | {"state": "reopened", "reason": "Since it was decided, SCO-003 matches now."},
    ]
    change = {
        "initiative_id": keys[2],
        "name": "=cmd()",
        "change": "flipped",
        "verdict_before": "undecided",
        "verdict_after": "program_manager",
        "cause": "data",
        "fields": "project_count 1→3; team_count 2→5",
        "rules_began": "SCP-001;STK-001",
        "rules_stopped": "",
        "points": "SCP-002 2→3; STK-002 1→0",
        "explanation": "It flipped because project_count went from 1 to 3.",
    }
    frame = pd.DataFrame([change], dtype="str")
    return replace(
        data,
        decisions=pd.DataFrame(decisions, dtype="str"),
        changes=Changes(since_run_id="2026-02-28-ffffffff", since_as_of="2026-02-28", frame=frame),
    )


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[HEADER] if cell.value is not None}


def column(sheet, header):
    place = columns(sheet)[header]
    return [sheet.cell(row, place).value for row in range(HEADER + 1, sheet.max_row + 1)]


def test_the_sheets_are_there_in_order(workbook):
    assert workbook.sheetnames == [
        "Summary",
        "Review",
        "Evidence",
        "Quarantine",
        "Warnings",
        "Rulebook",
        "About",
    ]


def test_no_text_of_a_user_became_a_formula_or_link(workbook):
    formulas = [
        cell.value
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    ours = tuple(f"=HYPERLINK(\"#'{name}'!A" for name in ("Evidence", "Review", "Rulebook"))
    assert all(one.startswith(ours) for one in formulas)
    assert not [
        cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.hyperlink
    ]


def test_hostile_text_is_kept_to_be_read(workbook):
    shown = column(workbook["Review"], "Initiative")
    assert '=HYPERLINK("http://evil.example","click")' in shown
    assert "_x0041_" in column(workbook["Evidence"], "Passage")
    assert "bell null nel non" in column(workbook["Evidence"], "Passage")


def test_hostile_text_stays_text_when_somebody_edits_its_cell(workbook):
    sheet = workbook["Review"]
    place = columns(sheet)["Initiative"]
    assert all(sheet.cell(row, place).quotePrefix for row in range(HEADER + 1, sheet.max_row + 1))


def test_review_has_every_initiative_once_the_first_to_look_at_first(workbook, data):
    order = agenda(data)
    ids = data.initiatives["initiative_id"].tolist()
    assert column(workbook["Review"], "initiative_id") == [ids[place] for place in order.order]
    reasons = column(workbook["Review"], "Look at")
    assert sum(reason in TO_DECIDE for reason in reasons) == order.to_decide
    assert set(column(workbook["Review"], "Verdict")) <= set(words.VERDICTS.values())


def test_only_the_columns_of_the_review_are_open(workbook):
    sheet = workbook["Review"]
    assert sheet.protection.sheet
    assert not sheet.protection.autoFilter  # False: filtering is allowed
    assert sheet.protection.password is None
    by_header = columns(sheet)
    unlocked = {
        header
        for header, place in by_header.items()
        for row in range(HEADER + 1, sheet.max_row + 1)
        if not sheet.cell(row, place).protection.locked
    }
    assert unlocked == {"Decision", "Decided by", "Comment"}
    row = HEADER + 1
    assert not any(sheet.cell(row, by_header[name]).protection.locked for name in unlocked)


def test_decisions_are_chosen_from_a_list(workbook):
    sheet = workbook["Review"]
    letter = openpyxl.utils.get_column_letter(columns(sheet)["Decision"])
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert [rule.formula1 for rule in lists] == ['"agree,project manager,program manager,defer"']
    assert str(lists[0].sqref) == f"{letter}{HEADER + 1}:{letter}{sheet.max_row}"


def test_ids_and_fingerprints_are_hidden_and_right(workbook, data):
    sheet = workbook["Review"]
    for header in ("initiative_id", "fingerprint", "run_id", "prefilled"):
        letter = openpyxl.utils.get_column_letter(columns(sheet)[header])
        assert sheet.column_dimensions[letter].hidden
    row = data.initiatives.iloc[agenda(data).order[0]].iloc[:14]
    assert column(sheet, "fingerprint")[0] == fingerprint(
        initiative_id=row["initiative_id"],
        verdict=row["verdict"],
        evidence=row["evidence"],
        project_score=row["project_score"],
        program_score=row["program_score"],
    )


def test_links_lead_to_the_evidence_of_the_initiative(workbook):
    review, evidence = workbook["Review"], workbook["Evidence"]
    followed = 0
    for key, link in zip(column(review, "initiative_id"), column(review, "Evidence"), strict=True):
        if link:
            row = int(link.split("!A")[1].split('"')[0])
            assert evidence.cell(row, 1).value == key
            assert evidence.cell(row - 1, 1).value != key
            followed += 1
    assert followed == len(set(column(evidence, "Id")))


def test_filters_frozen_panes_and_conditional_formats_are_set(workbook):
    sheet = workbook["Review"]
    assert sheet.freeze_panes == f"C{HEADER + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{HEADER}:")
    assert len(sheet.conditional_formatting) >= 4


def test_every_sheet_is_set_up_for_print(workbook):
    for sheet in workbook:
        assert sheet.page_setup.orientation == "landscape"
        if sheet.title != "Summary":  # which turns the page between its tables
            assert sheet.page_setup.fitToWidth in {None, 1}  # 1 is what a reader takes for granted
            assert sheet.page_setup.fitToHeight == 0
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert "2026-03-01-0a1b2c3d" in sheet.oddHeader.right.text
        assert sheet.oddFooter.right.text == "Page &P of &N"
        assert "2026-03-01-0a1b2c3d" in sheet.oddFooter.left.text


def test_no_table_or_chart_of_the_summary_is_torn_apart_on_paper(data):
    sheet = opened(with_history(data))["Summary"]
    turns = [each.id for each in sheet.row_breaks.brk]
    assert len(turns) == 1
    assert sheet.page_setup.scale == 80
    for turn in turns:
        assert sheet.cell(turn, 1).value is None  # the row before, which parts two tables
        assert sheet.cell(turn + 1, 1).value
        for chart in sheet._charts:
            first, last = chart.anchor._from.row, chart.anchor.to.row
            assert not first < turn < last


def test_evidence_has_one_row_a_match(workbook, data):
    assert len(column(workbook["Evidence"], "Rule")) == len(data.evidence)
    assert "Decision making" in column(workbook["Evidence"], "Aspect")


def test_quarantine_says_what_to_mend_beside_the_original_cells(workbook):
    sheet = workbook["Quarantine"]
    assert column(sheet, "Line")[0] == 1000
    assert column(sheet, "What is wrong")[0] == "The end date lies before the start date."
    assert column(sheet, "How to mend it")[0] == "Correct one of the two dates."
    assert column(sheet, "Project ID")[:2] == ["Q-0", "Q-1"]
    assert column(sheet, "=Header")[0] == '=HYPERLINK("http://evil.example","click")'


def test_a_problem_of_the_whole_file_has_no_line_and_no_cells():
    data = make(1)
    problems = data.quarantine.assign(source_line=0)
    sheet = opened(replace(data, quarantine=problems))["Quarantine"]
    assert set(column(sheet, "Line")) == {None}
    assert set(column(sheet, "Project ID")) == {None}


def test_summary_adds_up_and_has_native_charts(workbook, data):
    sheet = workbook["Summary"]
    numbers = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4, max_row=15)}
    assert numbers["Rows read, the sum"] == data.counts.read
    assert numbers["Quarantined"] == data.counts.quarantined
    assert len(sheet._charts) == 3


def test_charts_have_a_description_for_screen_readers(data):
    with zipfile.ZipFile(written(data)) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert drawing.count('descr="Bar chart') == 3


def test_about_tells_run_hashes_versions_and_mapping(workbook):
    texts = {str(cell.value) for row in workbook["About"].iter_rows() for cell in row}
    assert {"2026-03-01-0a1b2c3d", "ab" * 32, "cd" * 32, "2.0.28", "semicolon"} <= texts
    assert {"Budget (£m)", "1,000,000", "GBP", "Notes; =cmd()"} <= texts


def test_the_workbook_carries_its_run_and_schema(workbook):
    properties = {one.name: one.value for one in workbook.custom_doc_props.props}
    assert properties == {"run_id": "2026-03-01-0a1b2c3d", "workbook_schema": 2}
    assert workbook.properties.created.isoformat() == "2026-03-01T00:00:00"


def test_a_large_run_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(book_module, "REVIEW_ROWS", 10)
    monkeypatch.setattr(evidence_module, "EVIDENCE_ROWS", 7)
    workbook = opened(make())
    assert len(column(workbook["Review"], "initiative_id")) == 10
    assert workbook["Review"]["A3"].value == (
        "Shows the first 10 of 60 initiatives; initiatives.csv and initiatives.parquet have all."
    )
    assert len(column(workbook["Evidence"], "Rule")) == 7
    assert workbook["Evidence"]["A3"].value.startswith("Shows the first 7 of ")
    assert len([link for link in column(workbook["Review"], "Evidence") if link]) < 10


def test_nothing_is_called_cut_that_is_whole(workbook):
    assert workbook["Review"]["A3"].value is None
    assert limits.REVIEW_ROWS <= 20_000


def test_an_empty_run_gives_a_workbook_that_opens():
    workbook = opened(make(0, quarantined=0))
    assert workbook["Review"].max_row == HEADER
    assert not workbook["Review"].data_validations.dataValidation


def row_of(sheet, key):
    cells = [column(sheet, header) for header in columns(sheet)]
    place = list(columns(sheet)).index("initiative_id")
    (found,) = [row for row in zip(*cells, strict=True) if row[place] == key]
    return dict(zip(columns(sheet), found, strict=True))


def test_a_decision_in_force_is_filled_in_with_by_whom_and_when(data):
    sheet = opened(remembered(data))["Review"]
    row = row_of(sheet, "I-00000")
    assert (row["Decision"], row["Decided by"], row["Comment"]) == (
        "project manager",
        "Ines",
        "=1+1",
    )
    assert row["Earlier decision"] == "In force: project manager, by Ines on 2026-02-20."
    assert row["Look at"] == "Decided"
    assert row["prefilled"] != row_of(sheet, "I-00001")["prefilled"]


def test_what_names_no_leader_still_waits_for_a_decision(data):
    """What was deferred, and what the meeting agreed to be undecided."""
    before = remembered(data)
    verdicts = data.initiatives.loc[:, ~data.initiatives.columns.duplicated()]
    is_open = verdicts["verdict"] == "undecided"
    undecided, decided = (verdicts.loc[x, "initiative_id"].iloc[0] for x in (is_open, ~is_open))
    given = before.decisions.assign(
        initiative_id=[decided, undecided],
        decision=["defer", "agree"],
        state="in_force",
        reason="",
    )
    workbook = opened(replace(before, decisions=given))
    for key, told in ((decided, "deferred"), (undecided, "agreed to be undecided")):
        row = row_of(workbook["Review"], key)
        assert (row["Look at"], row["Decision"], row["Decided by"]) == ("Waiting", None, None)
        assert row["Earlier decision"] == f"Waiting: {told} by Ines on 2026-02-20."
    assert "Waiting" in TO_DECIDE
    rows = dict(workbook["Summary"].iter_rows(max_col=2, values_only=True))
    assert (rows["In force"], rows["Waiting"], rows["Opened again"]) == (0, 2, 0)


def test_a_decision_that_was_opened_again_stands_first_with_the_reason(data):
    sheet = opened(remembered(data))["Review"]
    assert column(sheet, "initiative_id")[0] == "I-00001"
    row = row_of(sheet, "I-00001")
    assert (row["Decision"], row["Decided by"], row["Comment"]) == (None, None, None)
    assert row["Look at"] == "Opened again"
    assert row["Earlier decision"] == (
        "Opened again: agree, by Ines on 2026-02-20. Since it was decided, SCO-003 matches now."
    )


def test_what_changed_has_a_sheet_and_stands_in_the_summary(data):
    workbook = opened(remembered(data))
    sheet = workbook["Changes"]
    assert column(sheet, "Initiative") == ["=cmd()"]
    assert column(sheet, "Facts that differ") == ["project_count 1→3\nteam_count 2→5"]
    assert column(sheet, "Rules that began") == ["SCP-001, STK-001"]
    assert column(sheet, "Other points") == ["SCP-002 2→3\nSTK-002 1→0"]
    told = [[cell.value for cell in row[:4]] for row in workbook["Summary"].iter_rows()]
    assert told.count(["Verdict changed", 1, None, None]) == 1
    assert ["Verdict changed, not decided", 1, None, None] in told
    assert ["=cmd()", "Undecided", "Program manager", "Data"] in told
    assert ["In force", 1, None, None] in told
    assert ["Opened again", 1, None, None] in told


def test_review_says_what_changed_since_the_last_run_and_can_be_filtered_by_it(data, workbook):
    assert "Since last run" not in columns(workbook["Review"])
    sheet = opened(with_history(data))["Review"]
    said = column(sheet, "Since last run")
    assert {text: said.count(text) for text in sorted({*said})} == {
        "Evidence changed": 3,
        "New": 4,
        "Same": 49,
        "Verdict changed from project manager": 3,
        "Verdict changed from undecided": 1,
    }
    assert (
        column(sheet, "Look at")[:8] == ["Opened again"] * 4 + ["Verdict changed, not decided"] * 4
    )
    place = columns(sheet)["Since last run"]
    first = sheet.cell(HEADER + 1, place).coordinate
    (marked,) = [each for each in sheet.conditional_formatting if str(each.sqref).startswith(first)]
    assert len(marked.rules) == 3


def test_the_rulebook_tells_how_many_decisions_agree_with_each_rule(data, workbook):
    # One is in force, for a project manager, on an initiative that every rule matches.
    sheet = opened(remembered(data))["Rulebook"]
    told = dict(zip(column(sheet, "Rule"), column(sheet, "Decisions that agree"), strict=True))
    assert (told["DEC-001"], told["SCP-001"]) == ("1 of 1", "0 of 1")
    assert "Decisions that agree" not in columns(workbook["Rulebook"])


def test_the_summary_tells_why_rows_are_quarantined_and_names_some(data, workbook):
    told = [[cell.value for cell in row[:3]] for row in workbook["Summary"].iter_rows()]
    place = told.index(["Why rows are quarantined", "Rows", "For example"])
    label, rows, examples = told[place + 1]
    assert (label, rows) == ("End before start", data.counts.quarantined)
    assert examples.endswith(", …")
    clean = replace(data, quarantine=data.quarantine.iloc[:0])
    told = [row[0].value for row in opened(clean)["Summary"].iter_rows()]
    assert "Why rows are quarantined" not in told


def test_without_an_earlier_run_the_summary_says_so(workbook):
    assert "Changes" not in workbook.sheetnames
    told = [row[0].value for row in workbook["Summary"].iter_rows()]
    assert "There is no earlier run to compare with." in told


def test_the_summary_leads_to_what_has_to_be_decided_first(workbook):
    review = workbook["Review"]
    links = [row[3].value for row in workbook["Summary"].iter_rows() if row[3].data_type == "f"]
    assert len(links) == 10
    rows = [int(link.split("!A")[1].split('"')[0]) for link in links]
    assert all(review.cell(row, 1).value in TO_DECIDE for row in rows)


def test_what_would_flip_it_is_told_in_words():
    assert words.flips("scope_definition unknown→fixed: project manager; team_count 1→4") == (
        "Scope definition unknown → fixed: project manager",
        "Team count 1 → 4",
    )
    assert words.flips("") == ()


def test_very_long_text_is_cut_not_lost(data):
    proofs = data.evidence.assign(passage="word " * 20_000)
    sheet = opened(replace(data, evidence=proofs))["Evidence"]
    assert column(sheet, "Passage")[0].endswith("…")


def test_columns_are_as_wide_as_what_they_hold():
    assert fitting_width(TableColumn(header="Id", cells=["x" * 12], width=30)) == 13
    assert fitting_width(TableColumn(header="Id", cells=["x" * 99], width=30)) == 30
    assert fitting_width(TableColumn(header="Id", cells=[None], width=30)) == 6


def test_rows_are_as_tall_as_their_tallest_wrapped_cell():
    made = line_counts(
        [
            TableColumn(header="Long", cells=["x" * 99, "x"], width=30, style="wrap"),
            TableColumn(header="Lines", cells=["a\nb", "a\nb"], width=30, style="wrap"),
            TableColumn(header="Plain", cells=["x" * 999, None], width=30),
        ]
    )
    assert made == [4, 2]
