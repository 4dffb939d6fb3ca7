"""Whole runs on portfolios that are read in parts, in processes and folders of their own."""

import json
import re

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

HEAD = "Initiative ID,Name,Project count,Team count,End date,Parent ID\n"


def text(count, start=0):
    return "".join(
        f"INI-{n},Renew {n},{n % 7},{n % 5},2026-0{n % 9 + 1}-28,{'P-1' if n % 3 else ''}\n"
        for n in range(start, start + count)
    )


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.csv"
    path.write_text(HEAD + text(150) + "INI-1,Twice,1,1,,\nINI-151,,1,1,,\n")
    return path


def rows(folder):
    frame = pq.read_table(folder / "initiatives.parquet").to_pandas()
    assert isinstance(frame, pd.DataFrame)
    return frame


def test_a_run_in_parts_publishes_what_a_run_at_once_does(staffing, large, tmp_path):
    whole = staffing.here("classify", large, "--output", "whole")
    parts = staffing.here("classify", large, "--output", "parts", "--chunk-rows", 50)
    assert whole.returncode == parts.returncode == 3
    assert "152  rows read" in parts.stdout
    assert "report.html, report.xlsx, 3 parts" in parts.stdout
    of_whole, of_parts = tmp_path / "whole" / "latest", tmp_path / "parts" / "latest"
    pd.testing.assert_frame_equal(rows(of_parts), rows(of_whole))
    texts = [path.read_text() for path in sorted((of_parts / "initiatives.csv").iterdir())]
    header = texts[0].splitlines(keepends=True)[0]
    assert header + "".join(each.removeprefix(header) for each in texts) == (
        of_whole / "initiatives.csv"
    ).read_text(encoding="utf-8")
    for name in ("quarantine.csv", "warnings.csv"):
        assert (of_parts / name).read_bytes() == (of_whole / name).read_bytes()
    told = json.loads((of_parts / "manifest.json").read_bytes())
    assert told["counts"] == json.loads((of_whole / "manifest.json").read_bytes())["counts"]
    assert told["parts"] == {"rows": 50, "count": 3}
    assert "programs.csv" in told["left_out"]
    listed = {entry["name"] for entry in told["outputs"]}
    files = {
        path.relative_to(of_parts).as_posix() for path in of_parts.rglob("*.*") if path.is_file()
    }
    assert listed == files - {"manifest.json", "run.log"}


@pytest.mark.thorough
def test_the_same_work_again_changes_nothing(staffing, large, tmp_path, picture):
    staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    before = picture(tmp_path / "out")
    again = staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    assert "nothing has changed" in again.stdout
    assert picture(tmp_path / "out") == before
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out" / "latest").rglob("*.csv/*")}
    assert modes == {0o640}


def test_a_folder_is_one_portfolio(staffing, tmp_path):
    folder = tmp_path / "portfolio"
    folder.mkdir()
    for name, start in (("a", 0), ("b", 60)):
        (folder / f"{name}.csv").write_text(HEAD + text(60, start))
    run = staffing.here("classify", folder, "--output", "out")
    assert run.returncode == 0
    assert "120  rows read" in run.stdout
    assert rows(tmp_path / "out" / "latest")["initiative_id"].tolist() == [
        *(f"INI-{n}" for n in range(120)),
        "P-1",
    ]


def test_a_portfolio_of_quarantined_rows_alone_has_its_report_too(staffing, large, tmp_path):
    large.write_text(HEAD + "".join(f"INI-{n},,1,1,,\n" for n in range(12)))
    run = staffing.here("classify", large, "--output", "out", "--chunk-rows", 5)
    assert run.returncode == 3
    folder = tmp_path / "out" / "latest"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "12 rows set aside" in page
    assert summary(folder)["Name missing"] == 12
    told = (folder / "run.log").read_text(encoding="utf-8")
    assert '"lines": [2, 3, 4]' in told
    assert '"rows": 12' in told


def test_what_cannot_be_done_in_parts_is_refused(staffing, large, tmp_path):
    large.write_bytes("Name\nGröße\n".encode("cp1252"))
    refused = staffing.here("classify", large, "--chunk-rows", 10, "--output", "out")
    assert refused.returncode == 4
    assert "[I035]" in refused.stderr
    assert not (tmp_path / "out").exists()
    large.write_text(HEAD + text(3))
    roster = staffing.here(
        "classify", large, "--chunk-rows", 10, "--roster", large, "--output", "out"
    )
    assert roster.returncode == 4
    assert "--roster" in roster.stderr


@pytest.mark.thorough
def test_a_night_with_fewer_rows_looks_strange(staffing, large):
    staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    large.write_text(HEAD + text(60))
    run = staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    assert "60 rows where there were 152" in run.stderr


def test_exports_named_after_their_day_are_compared(staffing, large):
    large = large.rename(large.with_name("large_2026-12-01.csv"))
    staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    large = large.rename(large.with_name("large_2026-12-02.csv"))
    large.write_text(HEAD + text(60))
    run = staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    assert "60 rows where there were 152" in run.stderr
    large = large.rename(large.with_name("other_2026-12-02.csv"))
    large.write_text(HEAD + text(20))
    run = staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    assert "rows where there were" not in run.stderr


@pytest.mark.parametrize("before", [(), ("--chunk-rows", 40)])
def test_verdicts_that_are_not_those_of_last_night_look_strange(staffing, large, before):
    staffing.here("classify", large, *before, "--output", "out")
    large.write_text(re.sub(r",\d,\d,2026-0\d-28", ",9,9,", large.read_text()))
    in_parts = staffing.here("classify", large, "--chunk-rows", 50, "--output", "parts")
    assert "verdicts" not in in_parts.stderr
    run = staffing.here("classify", large, "--chunk-rows", 50, "--output", "out")
    at_once = staffing.here("classify", large, "--output", "out")
    assert re.search(r"\d+ of 151 verdicts \(\d+%\) are not those of", run.stderr)
    assert "verdicts" not in at_once.stderr
    for part in (staffing.folder / "out" / "latest").glob("initiatives.parquet*"):
        part.write_bytes(b"damaged")
    assert staffing.here("classify", large, "--chunk-rows", 50, "--output", "out").returncode == 3


def test_decisions_of_the_workbook_count_in_the_next_run(staffing, large, monkeypatch):
    from pipeline.scale import told

    # So few that those with a decision would not be among them.
    monkeypatch.setattr(told, "FIRST", 2)
    folder = staffing.folder
    command = ("classify", large, "--chunk-rows", 50, "--output", "out")
    staffing.here(*command)
    shown = rows_of_review(folder / "out" / "latest")
    before = summary(folder / "out" / "latest")
    decide(folder / "out" / "latest" / "report.xlsx", folder / "back.xlsx")
    assert staffing.here("review", "back.xlsx", "--output", "out").returncode == 0
    staffing.here(*command)
    again = rows_of_review(folder / "out" / "latest")
    assert not {key for key, *_ in again[:2]} & {key for key, *_ in shown}
    assert [(key, decision) for key, decision, _ in again if decision] == [
        (key, "program manager") for key, *_ in shown
    ]
    assert {reason for _, decision, reason in again if decision} == {"Decided"}
    text = (folder / "out" / "latest" / "decisions.csv").read_text(encoding="utf-8")
    assert text.count("in_force") == len(shown)
    after = summary(folder / "out" / "latest")
    assert after["Need a decision"] == before["Need a decision"] - len(shown)
    assert after["In force"] == len(shown)


def summary(run):
    sheet = openpyxl.load_workbook(run / "report.xlsx")["Summary"]
    return {label: count for label, count, *_ in sheet.iter_rows(values_only=True)}


def rows_of_review(run):
    """Id, decision and reason to look of each row of the sheet Review."""
    sheet = openpyxl.load_workbook(run / "report.xlsx")["Review"]
    below = list(sheet.iter_rows(min_row=4, values_only=True))
    place = {header: number for number, header in enumerate(below[0])}
    return [[row[place[name]] for name in ("Id", "Decision", "Look at")] for row in below[1:]]


def decide(workbook, back):
    """Type the same decision into every row, and save the workbook elsewhere."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["Review"]
    headers = [cell.value for cell in sheet[4]]
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, headers.index("Decision") + 1, "program manager")
        sheet.cell(row, headers.index("Decided by") + 1, "Lee")
    book.save(back)


@pytest.mark.thorough
def test_a_run_at_once_follows_a_run_in_parts(staffing, large):
    assert staffing.here("classify", large, "--chunk-rows", 50, "--output", "out").returncode == 3
    assert staffing.here("classify", large, "--output", "out").returncode == 3
    assert staffing.here("history", "list", "--output", "out").stdout.count("2026-06-30-") == 1


@pytest.mark.thorough
def test_an_initiative_of_a_run_in_parts_is_explained(staffing, large):
    staffing.here("classify", large, "--output", "whole")
    staffing.here("classify", large, "--chunk-rows", 50, "--output", "parts")
    for key in ("INI-140", "P-1"):
        whole = staffing.here("explain", "whole", key, "--rules", staffing.rules)
        parts = staffing.here("explain", "parts", key, "--rules", staffing.rules)
        assert parts.returncode == 0
        run_id = re.compile(r"2026-06-30-[0-9a-f]{8}")
        assert run_id.sub("", parts.stdout) == run_id.sub("", whole.stdout)
    missing = staffing.here("explain", "parts", "INI-14O")
    assert "Did you mean 'INI-14'" in missing.stderr
