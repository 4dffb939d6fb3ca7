from __future__ import annotations

import re
import runpy
from pathlib import Path

import openpyxl
import pytest

from pipeline.demand import read_roster
from pipeline.errors import InputError

_HELPER = runpy.run_path(str(Path(__file__).with_name("demand_portfolio.py")))
roster = _HELPER["roster"]

HEAD = "Name,Role,Business unit,Capacity,From,To\n"
GOOD = "Ilse Brandt,Program Manager,IT,0.8,2026-01-01,2027-06-30\n"


def refused(folder, text, name="roster.csv"):
    with pytest.raises(InputError) as caught:
        roster(folder, text, name)
    assert caught.value.exit_status == 4
    return str(caught.value)


def set_aside(folder, text):
    found = roster(folder, HEAD + GOOD + text)
    return list(
        zip(
            found.set_aside["source_line"],
            found.set_aside["column"],
            found.set_aside["problem"],
            strict=True,
        )
    )


def test_every_column_is_read(tmp_path):
    people = roster(tmp_path, HEAD + GOOD).people
    told = people.loc[2]
    assert told[["name", "role", "business_unit", "capacity"]].tolist() == [
        "Ilse Brandt",
        "program_manager",
        "IT",
        0.8,
    ]
    assert f"{told['available_from']:%F} {told['available_to']:%F}" == "2026-01-01 2027-06-30"


def test_only_name_and_role_are_needed_and_the_rest_has_no_limit(tmp_path):
    told = roster(tmp_path, "Role;Name\nProject Manager;Aoife Nolan\n").people.iloc[0]
    assert (told["capacity"], told["business_unit"]) == (1.0, "")
    assert told[["available_from", "available_to"]].isna().all()


@pytest.mark.parametrize(
    ("role", "meant"),
    [
        ("Technical Project Manager", "project_manager"),
        ("Senior Project Manager", "project_manager"),
        ("Programme Manager (acting)", "program_manager"),
        ("IT Program Director II", "program_manager"),
        ("project lead", "project_manager"),
    ],
)
def test_roles_as_job_titles_have_them(tmp_path, role, meant):
    assert roster(tmp_path, f"Name,Role\nX,{role}\n").people["role"].tolist() == [meant]


@pytest.mark.parametrize(
    ("cells", "shares"),
    [
        (["0.5", "1", ""], [0.5, 1.0, 1.0]),
        (["50 %", "100%", "80 percent"], [0.5, 1.0, 0.8]),
        (["50", "100", "80"], [0.5, 1.0, 0.8]),
        (['"0,875"', "full-time", "half time"], [0.875, 1.0, 0.5]),
        (["0", "0.2 FTE", "n/a"], [0.0, 0.2, 1.0]),
    ],
)
def test_capacities_as_people_write_them(tmp_path, cells, shares):
    rows = "".join(f"P{place},Project Manager,{cell}\n" for place, cell in enumerate(cells))
    found = roster(tmp_path, "Name,Role,FTE\n" + rows)
    assert found.set_aside.empty
    assert found.people["capacity"].tolist() == shares


def test_given_and_family_name_are_joined(tmp_path):
    found = roster(tmp_path, "First name,Last name,Job title\nIlse,Brandt,Project Manager\n")
    assert found.people["name"].tolist() == ["Ilse Brandt"]


def test_a_workbook_with_title_lines_and_dates(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Who is there"])
    sheet.append([])
    sheet.append(["Employee", "Position", "Department", "Available until"])
    sheet.append(["Ilse Brandt", "Program Manager", "IT", "2027-06-30"])
    book.save(tmp_path / "people.xlsx")
    found = read_roster(tmp_path / "people.xlsx")
    assert found.people.index.tolist() == [4]
    assert f"{found.people['available_to'].iloc[0]:%F}" == "2027-06-30"
    assert found.headers["business_unit"] == "Department"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (",Project Manager,,,,\n", [(3, "name", "name-missing")]),
        ("X,,,,,\n", [(3, "role", "role-missing")]),
        ("X,Developer,,,,\n", [(3, "role", "role-unread")]),
        ("X,Project Manager,,lots,,\n", [(3, "capacity", "capacity-unread")]),
        ("X,Project Manager,,-1,,\n", [(3, "capacity", "capacity-unread")]),
        ("X,Project Manager,,1.5,,\n", [(3, "capacity", "capacity-unread")]),
        ("X,Project Manager,,80,,\n", [(2, "capacity", "capacity-doubtful")]),
        ("X,Project Manager,,,soon,\n", [(3, "available_from", "date-unread")]),
        ("X,Project Manager,,,03/04/2026,\n", [(3, "available_from", "date-ambiguous")]),
        ("X,Project Manager,,,2027-01-01,2026-01-01\n", [(3, "available_to", "to-before-from")]),
        ("X,Project Manager,,,,,more\n", [(3, "", "cells-extra")]),
        ("Brandt, Project Manager\n", [(3, "", "cells-missing")]),
        ('"Brandt, Ilse",Program Manager,IT,0.5,,\n', [(3, "name", "person-overfull")]),
        ("Ilse Brandt,Project Manager,HR,0.2,,\n", []),
        ("Ilse Brandt,Program Manager,IT,1,2027-07-01,\n", []),
    ],
)
def test_rows_that_cannot_be_used_are_set_aside_with_their_reason(tmp_path, text, problems):
    if problems and problems[0][2] == "capacity-doubtful":
        found = roster(tmp_path, HEAD + GOOD + text)
        assert found.set_aside["problem"].tolist() == ["capacity-doubtful"]
        return
    assert set_aside(tmp_path, text) == problems


def test_parts_of_one_person_add_up_only_while_they_are_there_together(tmp_path):
    rows = (
        "X,Project Manager,IT,0.6,2026-01-01,2026-06-30\n"
        "X,Project Manager,HR,0.6,2026-07-01,2026-12-31\n"
        "X,Program Manager,HR,0.4,2026-01-01,2026-12-31\n"
    )
    assert roster(tmp_path, HEAD + rows).set_aside.empty
    more = "X,Program Manager,HR,0.1,2026-06-30,2026-06-30\n"
    assert roster(tmp_path, HEAD + rows + more).set_aside["source_line"].tolist() == [5]


def test_one_name_in_very_many_rows_is_no_person(tmp_path):
    rows = "".join(
        f"X,Project Manager,,0.001,{1900 + n}-01-01,{2050 + n % 9}-01-01\n" for n in range(120)
    )
    found = roster(tmp_path, HEAD + rows)
    assert len(found.people) == 30
    assert set(found.set_aside["problem"]) == {"person-too-often"}


def test_every_row_set_aside_has_a_hint(tmp_path):
    found = roster(tmp_path, HEAD + GOOD + "X,Developer,,lots,soon,\n")
    assert len(found.set_aside) == 3
    assert found.rows_set_aside == 1
    assert (found.set_aside["hint"] != "").all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Name,Business unit\nX,IT\n", "no column of the roster holds the role"),
        ("Role,Business unit\nProject Manager,IT\n", "holds the name"),
        ("Name,Rolle des Mitarbeiters\nX,Y\n", "Name the column 'role'"),
        ("Nane,Role\nX,Project Manager\n", "Rename 'Nane' to 'name'"),
        (HEAD, "nobody below it"),
        (HEAD + "X,Developer,,,,\n", "not one of the 1 rows of the roster can be used"),
        ("", "roster.csv"),
    ],
)
def test_a_roster_of_no_use_is_refused_with_the_way_out(tmp_path, text, told):
    assert told in refused(tmp_path, text)


def test_a_file_that_is_no_roster_is_refused(tmp_path):
    (tmp_path / "roster.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InputError):
        read_roster(tmp_path / "roster.xlsx")
    with pytest.raises(InputError):
        read_roster(tmp_path / "nowhere.csv")
    with pytest.raises(InputError):
        read_roster(tmp_path)


def test_control_characters_and_markup_stay_text(tmp_path):
    found = roster(tmp_path, 'Name,Role\n"=HYPERLINK(""x"")\x1b[31m<b>X</b>",Project Manager\n')
    name = found.people["name"].iloc[0]
    assert not re.search(r"[\x00-\x1f]", name)


def test_totals_rows_are_no_people(tmp_path):
    found = roster(tmp_path, "Name,Role,FTE\nX,Project Manager,0.5\nTotal,,0.5\n")
    assert found.people["name"].tolist() == ["X"]
    assert found.set_aside.empty
