"""Workbooks that come back: read whatever saved them, held against their run, taken over once."""

from __future__ import annotations

import datetime as dt
import json
import runpy
import shutil
import stat
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from pipeline.errors import InputError
from pipeline.history import connect
from pipeline.report.tables import write_parquet
from pipeline.report.workbook import write_workbook
from pipeline.review import Request, drop, take_in
from pipeline.review.in_words import told

pytestmark = pytest.mark.thorough

make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]
HEADER = 4
DAY = dt.date(2026, 3, 9)
OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """An output folder with one run of twenty initiatives, and nothing decided yet."""
    data = make(20)
    output = tmp_path_factory.mktemp("published")
    folder = output / data.manifest["run_id"]
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"run_id": data.manifest["run_id"]}))
    with (folder / "initiatives.parquet").open("wb") as file:
        write_parquet(data.initiatives, file)
    with (folder / "report.xlsx").open("wb") as file:
        write_workbook(data, file)
    return output


class Desk:
    """Somebody with the workbook in front of them."""

    def __init__(self, output):
        self.output = output
        (run,) = [path for path in output.iterdir() if path.is_dir()]
        self.run_id = run.name
        self.book = openpyxl.load_workbook(run / "report.xlsx")
        self.sheet = self.book["Review"]
        self.places = {cell.value: cell.column for cell in self.sheet[HEADER]}

    def cell(self, row, header):
        return self.sheet.cell(HEADER + row, self.places[header])

    def decide(self, row, decision, by="Ines", comment=None):
        for header, text in (("Decision", decision), ("Decided by", by), ("Comment", comment)):
            self.cell(row, header).value = text
        return self.cell(row, "initiative_id").value

    def set(self, row, header, value):
        self.cell(row, header).value = value

    def arrange(self, order):
        """Put the rows in another order, hidden columns and all."""
        places = range(1, self.sheet.max_column + 1)
        before = [[self.sheet.cell(HEADER + row, p).value for p in places] for row in order]
        for row, values in enumerate(before, start=1):
            for place, value in enumerate(values, start=1):
                self.sheet.cell(HEADER + row, place).value = value

    def save(self, name="back.xlsx"):
        path = self.output / name
        self.book.save(path)
        return path

    def hand_in(self, path=None, **how):
        path = path or self.save()
        request = Request(output=self.output, today=DAY, **how)
        return take_in(path, lambda: connect(self.output / "history.sqlite"), request)


@pytest.fixture
def desk(published, tmp_path):
    output = tmp_path / "out"
    shutil.copytree(published, output)
    return Desk(output)


def stored(desk):
    """What the store holds, by initiative."""
    store = connect(desk.output / "history.sqlite")
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM decision ORDER BY number").mappings()
        return [dict(row) for row in rows]


def faults(intake):
    return [(fault.at.line, fault.code) for fault in intake.refused]


def test_decisions_are_taken_over_with_all_that_they_stand_on(desk):
    first = desk.decide(1, "agree")
    second = desk.decide(2, "project manager", "Jo", "One deliverable.\nSee the charter.")
    intake = desk.hand_in()
    assert [(one.line, one.initiative_id, one.decision) for one in intake.taken] == [
        (5, first, "agree"),
        (6, second, "project_manager"),
    ]
    assert intake.refused == ()
    one, two = stored(desk)
    assert (one["initiative_id"], one["decided_by"], one["decided_on"], one["run_id"]) == (
        first,
        "Ines",
        "2026-03-09",
        desk.run_id,
    )
    assert two["comment"] == "One deliverable.\nSee the charter."
    assert one["fingerprint"] == desk.cell(1, "fingerprint").value
    assert one["verdict"] in {"project_manager", "program_manager", "undecided"}


def test_the_same_workbook_twice_changes_nothing(desk):
    desk.decide(1, "agree")
    path = desk.save()
    desk.hand_in(path)
    kept = {file.name: file.read_bytes() for file in (desk.output / "reviews").iterdir()}
    again = desk.hand_in(path)
    assert (again.taken, again.since) == ((), "2026-03-09")
    anew = desk.hand_in(path, is_again=True)
    assert (anew.taken, anew.known) == ((), 1)
    assert len(stored(desk)) == 1
    assert {file.name: file.read_bytes() for file in (desk.output / "reviews").iterdir()} == kept


def test_the_workbook_is_kept_by_its_hash_for_nobody_else_to_read(desk):
    desk.decide(1, "agree")
    path = desk.save()
    intake = desk.hand_in(path)
    folder = desk.output / "reviews"
    assert (folder / f"{intake.sha256}.xlsx").read_bytes() == path.read_bytes()
    note = json.loads((folder / f"{intake.sha256}.json").read_text())
    assert (note["name"], note["run_id"], note["taken"]) == ("back.xlsx", desk.run_id, 1)
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o640}


def test_a_trial_leaves_everything_as_it_is(desk, picture):
    desk.decide(1, "agree")
    path = desk.save()
    before = picture(desk.output)
    request = Request(output=desk.output, today=DAY, is_trial=True)
    intake = take_in(path, lambda: None, request)
    assert len(intake.taken) == 1
    assert "would be taken over" in told(intake, is_trial=True)
    assert picture(desk.output) == before


def test_a_later_decision_takes_the_place_of_the_earlier_one(desk):
    desk.decide(1, "agree")
    desk.hand_in()
    desk.decide(1, "defer", "Jo")
    intake = desk.hand_in(desk.save("second.xlsx"))
    (taken,) = intake.taken
    assert taken.before == ("agree", "Ines", "2026-03-09")
    assert "agree, Ines, 2026-03-09" in told(intake, is_trial=False)
    assert [row["decision"] for row in stored(desk)] == ["agree", "defer"]


@pytest.mark.parametrize(
    "typed",
    ["Project Manager", "  project   manager ", "project_manager", "Technical Project Manager"],
)
def test_a_decision_may_be_spelled_as_people_do(desk, typed):
    desk.decide(1, typed)
    assert [one.decision for one in desk.hand_in().taken] == ["project_manager"]


def test_rows_are_known_however_they_were_sorted_and_filtered(desk):
    decided = {desk.decide(row, "defer") for row in (1, 7, 20)}
    desk.arrange(range(20, 0, -1))
    for row in range(5, 15):
        desk.sheet.row_dimensions[HEADER + row].hidden = True
    intake = desk.hand_in()
    assert {one.initiative_id for one in intake.taken} == decided
    assert intake.refused == ()


def test_columns_are_found_by_their_headers(desk):
    desk.decide(1, "agree")
    desk.sheet.insert_cols(1)
    desk.sheet.insert_rows(2)
    desk.sheet.title = "Our review"
    desk.sheet.cell(HEADER + 1, desk.places["Decision"] + 1).value = "DECISION "
    assert len(desk.hand_in().taken) == 1


def test_every_refusal_names_row_code_fault_and_cure(desk):
    desk.decide(1, "perhaps")
    desk.decide(2, "agree", None)
    desk.decide(3, "agree", "x" * 121)
    desk.decide(4, "agree", comment="x" * 501)
    desk.decide(5, "agree")
    desk.set(5, "fingerprint", "0" * 16)
    desk.decide(6, "agree")
    desk.set(6, "initiative_id", "I-99999")
    desk.set(6, "Id", "I-99999")
    desk.decide(7, "agree")
    desk.set(7, "run_id", "2026-01-01-00000000")
    desk.decide(8, "agree")
    desk.set(8, "initiative_id", None)
    desk.decide(9, "agree")
    desk.set(9, "Id", "I-00001")
    desk.decide(10, "defer")
    intake = desk.hand_in()
    assert faults(intake) == [
        (5, "V015"),
        (6, "V016"),
        (7, "V019"),
        (8, "V019"),
        (9, "V013"),
        (10, "V012"),
        (11, "V010"),
        (12, "V011"),
        (13, "V014"),
    ]
    assert [one.line for one in intake.taken] == [14]
    assert str(intake.refused[0]).endswith(
        "back.xlsx[Review]:5: [V015] 'perhaps' is no decision. "
        "Choose one of: agree, project manager, program manager, defer"
    )
    assert all(fault.hint for fault in intake.refused)


def test_an_id_changed_to_that_of_another_row_is_refused(desk):
    desk.decide(1, "agree")
    other = desk.cell(2, "initiative_id").value
    desk.set(1, "initiative_id", other)
    desk.set(1, "Id", other)
    assert faults(desk.hand_in()) == [(5, "V013")]


def test_rows_that_contradict_each_other_are_all_refused(desk):
    desk.decide(1, "agree")
    desk.arrange([1, 1, *range(3, 21)])
    desk.decide(2, "defer")
    intake = desk.hand_in()
    assert faults(intake) == [(5, "V017"), (6, "V017")]
    assert stored(desk) == []


def test_a_row_that_repeats_another_is_refused_and_that_one_taken(desk):
    desk.decide(1, "agree")
    desk.arrange([1, 1, *range(3, 21)])
    intake = desk.hand_in()
    assert faults(intake) == [(6, "V018")]
    assert [one.line for one in intake.taken] == [5]


def test_a_comment_without_a_decision_is_told_and_a_name_alone_is_nothing(desk):
    desk.decide(1, None, None, "Ask the sponsor.")
    desk.decide(2, None, "Ines")
    intake = desk.hand_in()
    assert (intake.remarks, intake.taken, intake.refused) == ((5,), (), ())


def test_hostile_text_is_kept_as_text_and_told_without_steering(desk):
    desk.decide(1, "agree", "=cmd|' /C calc'!A0", "bidi \u202egnp\u202c")
    desk.cell(1, "Decided by").data_type = "s"
    intake = desk.hand_in()
    (row,) = stored(desk)
    assert (row["decided_by"], row["comment"]) == ("=cmd|' /C calc'!A0", "bidi gnp")
    assert "\u202e" not in told(intake, is_trial=False)


@pytest.mark.parametrize("run_id", ["2026-01-01-00000000", "../../etc", "latest"])
def test_the_workbook_of_a_run_unknown_here_is_refused(desk, run_id):
    desk.decide(1, "agree")
    for row in range(1, 21):
        desk.set(row, "run_id", run_id)
    with pytest.raises(InputError) as raised:
        desk.hand_in()
    assert (raised.value.code, raised.value.exit_status) == ("V003", 4)
    assert not (desk.output / "reviews").exists()


def test_a_workbook_that_is_no_review_is_refused(desk):
    desk.sheet.delete_cols(desk.places["fingerprint"])
    with pytest.raises(InputError, match="lacks fingerprint") as raised:
        desk.hand_in()
    assert raised.value.code == "V002"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"Decision,Decided by\nagree,Ines\n", "V001"), (b"PK\x03\x04cut", "V001"), (b"", "V001")],
)
def test_what_is_no_workbook_is_refused(desk, content, code):
    path = desk.output / "back.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        desk.hand_in(path)
    assert raised.value.code == code


def test_decisions_in_force_left_alone_are_not_decided_anew(desk):
    """They were filled in; whoever hands them back decided nothing."""
    from pipeline.report.review_columns import prefilled

    desk.decide(1, "agree", "Ines", "Fine.")
    desk.set(1, "prefilled", prefilled("agree", "Ines", "Fine."))
    desk.decide(2, None, None)
    desk.set(2, "prefilled", prefilled("agree", "Ines", ""))
    intake = desk.hand_in()
    assert (intake.untouched, intake.taken) == (1, ())
    assert faults(intake) == [(6, "V020")]


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice (soffice)")
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_saved_by_an_office_program_is_read(desk, tmp_path, kind):
    desk.arrange([*range(2, 21), 1])
    decided = [desk.decide(20, "agree"), desk.decide(3, "Defer", "Jo", "=1+1")]
    desk.cell(3, "Comment").data_type = "s"
    desk.cell(3, "Decision").font = Font(bold=True)
    saved = tmp_path / "saved"
    command = [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(saved), str(desk.save())]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    intake = desk.hand_in(saved / f"back.{kind}")
    assert intake.refused == ()
    assert {one.initiative_id for one in intake.taken} == set(decided)
    assert {one.comment for one in intake.taken} == {"", "=1+1"}


def dropped(desk, folder):
    request = Request(output=desk.output, today=DAY)
    return drop.empty(folder, lambda: connect(desk.output / "history.sqlite"), request)


def test_the_drop_folder_is_emptied_into_done_and_refused(desk, tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    desk.decide(1, "agree")
    shutil.copy(desk.save(), folder / "a.xlsx")
    desk.decide(2, "perhaps")
    desk.decide(3, "defer")
    shutil.copy(desk.save(), folder / "b.xlsx")
    (folder / "c.xlsx").write_bytes(b"no workbook")
    (folder / "notes.txt").write_text("not ours")
    shutil.copy(desk.save(), folder / "open.xlsx")
    (folder / ".~lock.open.xlsx#").write_text("somebody")
    (folder / "link.xlsx").symlink_to(desk.save())
    told = dropped(desk, folder)
    assert (told.done, told.refused, told.left) == (["a.xlsx"], ["b.xlsx", "c.xlsx"], ["open.xlsx"])
    assert (told.taken, told.trouble) == (2, "")
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        ".~lock.open.xlsx#",
        "done/a.xlsx",
        "link.xlsx",
        "notes.txt",
        "open.xlsx",
        "refused/b.xlsx",
        "refused/b.xlsx.reasons.txt",
        "refused/c.xlsx",
        "refused/c.xlsx.reasons.txt",
    ]
    reasons = (folder / "refused" / "b.xlsx.reasons.txt").read_text()
    assert "[Review]:6: [V015] 'perhaps' is no decision." in reasons
    assert "1  decision taken over" in reasons
    assert "[V001]" in (folder / "refused" / "c.xlsx.reasons.txt").read_text()


def test_a_second_workbook_of_the_same_name_takes_nobodys_place(desk, tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    for decision in ("agree", "defer"):
        desk.decide(1, decision)
        shutil.copy(desk.save(), folder / "a.xlsx")
        dropped(desk, folder)
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["a-2.xlsx", "a.xlsx"]


def test_a_drop_folder_in_trouble_says_so_and_raises_nothing(desk, tmp_path):
    assert "no such folder" in dropped(desk, tmp_path / "nowhere").trouble
    folder = tmp_path / "drop"
    folder.mkdir()
    desk.decide(1, "agree")
    shutil.copy(desk.save(), folder / "a.xlsx")
    (desk.output / "history.sqlite").write_bytes(b"not a database, whatever it is called" * 100)
    told = dropped(desk, folder)
    assert "history.sqlite" in told.trouble
    assert (folder / "a.xlsx").is_file()
