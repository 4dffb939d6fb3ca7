"""The sheets Demand and Assignment, opened again."""

from __future__ import annotations

import datetime as dt
import io
import runpy
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.demand import estimate, read_roster
from pipeline.report.workbook import write_workbook
from schemas.settings import Capacity

make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]
HEADER = 4
DAY = dt.date(2026, 3, 1)


def opened(data):
    file = io.BytesIO()
    write_workbook(data, file)
    return openpyxl.load_workbook(file)


def rows(sheet):
    headers = [cell.value for cell in sheet[HEADER]]
    cells = sheet.iter_rows(min_row=HEADER + 1, values_only=True)
    return [dict(zip(headers, row, strict=True)) for row in cells]


def estimated(roster=None):
    data = make(20, hostile=False)
    dates = {"start_date": pd.Timestamp(2026, 1, 1), "end_date": pd.Timestamp(2026, 9, 30)}
    initiatives = data.initiatives.loc[:, ~data.initiatives.columns.duplicated()].assign(**dates)
    capacity = Capacity(quarters=4)
    return replace(data, demand=estimate(initiatives, as_of=DAY, capacity=capacity, roster=roster))


@pytest.fixture
def staffed(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(
        "Name,Role,Business unit,Capacity\n"
        "=cmd(),Technical Program Manager,Digital,1\n"
        "Jo,Technical Project Manager,Finance,1\n"
    )
    return estimated(read_roster(path))


def test_demand_has_the_totals_first_and_then_each_unit():
    data = estimated()
    told = rows(opened(data)["Demand"])
    totals = [row for row in told if row["Business unit"] == "All, sharing their people"]
    assert told[: len(totals)] == totals
    assert [row["People, likely"] for row in totals] == data.demand.totals["people_likely"].tolist()
    assert [row["Time, at most"] for row in totals] == data.demand.totals["load_high"].tolist()
    assert {row["Role"] for row in told} == {"Project manager", "Program manager"}
    assert all(row["Time, at most"] > 0 for row in told[len(totals) :])
    assert "Coverage" not in told[0]


def test_a_roster_adds_supply_gap_and_coverage(staffed):
    told = rows(opened(staffed)["Demand"])
    gaps = staffed.demand.staffing.gaps.set_index(["quarter", "business_unit", "role"])
    here = gaps.loc[("2026 Q1", "Finance", "project_manager")]
    (row,) = [
        row
        for row in told
        if (row["Quarter"], row["Business unit"], row["Role"])
        == ("2026 Q1", "Finance", "Project manager")
    ]
    assert (row["People there"], row["Gap"]) == (here["people"], pytest.approx(here["gap"]))
    assert row["Coverage"] == str(here["coverage"]).replace("_", " ").capitalize()


def test_the_suggestion_is_told_as_one_and_names_stay_text(staffed):
    sheet = opened(staffed)["Assignment"]
    assert sheet["A2"].value.startswith("A suggestion for a person to decide")
    told = rows(sheet)
    assert [row["Id"] for row in told] == (
        staffed.demand.staffing.assignment["initiative_id"].tolist()
    )
    assert {row["Suggested"] for row in told} & {"=cmd()", "Jo"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_summary_charts_the_leads_likely_needed():
    workbook = opened(estimated())
    assert len(workbook["Summary"]._charts) == 4
    assert [
        row[0].value
        for row in workbook["Summary"].iter_rows()
        if str(row[0].value)[:4] == "2026" and " Q" in str(row[0].value)
    ] == ["2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4"]


def test_without_a_demand_there_is_no_such_sheet():
    assert not {"Demand", "Assignment"} & {*opened(make(3)).sheetnames}
