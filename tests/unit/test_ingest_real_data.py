"""Portfolios that real publishers released are read without a single option."""

from pathlib import Path

import pytest

from pipeline.ingest import read
from pipeline.ingest.refusals import NameMissing, RowsMissing

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not on this machine")


def found(raw):
    return {column.canonical: column for column in raw.mapping}


@pytest.mark.parametrize(
    ("name", "rows", "profile", "columns"),
    [
        ("gmpp/uk_2014.csv", 199, "gmpp", "name description business_unit status budget"),
        ("gmpp/uk_2018.csv", 133, "gmpp", "name description business_unit status budget"),
        ("gmpp/uk_2019.csv", 133, "gmpp", "name description business_unit status budget"),
        ("canada/gc-it-projects-2016.csv", 398, "canada", "initiative_id name reported_on budget"),
        (
            "us_it_dashboard/raw-projects.csv",
            2472,
            "us_it_dashboard",
            "initiative_id parent_id parent_name name description",
        ),
        (
            "worldbank/2005_WB_Projects_1_500_downloaded_9_22_2022.xlsx",
            487,
            "worldbank",
            "initiative_id name business_unit strategic_goals start_date end_date",
        ),
        (
            "nyc/NYC_capital_projects_20190901.csv",
            2259,
            "nyc",
            "initiative_id name reported_on business_unit business_units",
        ),
        ("gold_hand_labelled.csv", 24, "", "initiative_id name description"),
        ("labelled_initiatives.csv", 842, "", "initiative_id name description"),
        ("packt/Project Plan.xlsx", 39, "", "initiative_id name depends_on start_date end_date"),
    ],
)
def test_a_portfolio_is_read(name, rows, profile, columns):
    raw = read(DATA / name)
    assert len(raw.cells) == rows
    assert raw.profile == profile
    assert set(columns.split()) <= set(found(raw))
    assert not [p for p in raw.problems if p.severity == "quarantine"]


def test_a_table_on_its_side_is_turned():
    raw = read(DATA / "gmpp/uk_2014.csv")
    assert raw.source.transposed
    assert raw.source.encoding == "cp1252"
    assert raw.cells.loc[2, "Project name"] == "FE Capital Investment Programme"
    assert raw.cells.loc[200, "Project name"] == "Beyond 2011 Programme"
    assert (found(raw)["budget"].unit, found(raw)["budget"].currency) == (10**6, "GBP")
    assert "2013/2014 Budget" in " ".join(raw.unmapped)


def test_units_that_only_the_profile_knows():
    budget = found(read(DATA / "gmpp/uk_2018.csv"))["budget"]
    assert (budget.headers, budget.unit) == (("wlc_baseline_incl_NCG",), 10**6)


def test_parents_of_federal_projects():
    columns = found(read(DATA / "us_it_dashboard/raw-projects.csv"))
    assert columns["initiative_id"].headers == ("Project ID",)
    assert columns["parent_id"].headers == ("Unique Investment Identifier",)
    assert columns["parent_name"].headers == ("Investment Title",)


def test_capital_works_without_names_say_so():
    with pytest.raises(NameMissing) as caught:
        read(DATA / "melbourne" / "Capital_Delivery_Project_deidentified.csv")
    assert "'Delivery Program'" in caught.value.problem
    assert "name: ID" in caught.value.hint


def test_capital_works_run_by_id_on_the_users_word(tmp_path):
    file = tmp_path / "mapping.yaml"
    file.write_text("name: ID\n")
    raw = read(DATA / "melbourne" / "Capital_Delivery_Project_deidentified.csv", mapping_file=file)
    assert len(raw.cells) == 445
    assert found(raw)["name"].headers == ("ID",)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("TPM RACI.xlsx", NameMissing),
        ("Risk Log.xlsx", NameMissing),
        ("Stakeholders.xlsx", RowsMissing),
    ],
)
def test_workbooks_that_are_no_portfolio_are_refused(name, kind):
    with pytest.raises(kind):
        read(DATA / "packt" / name)


def test_of_twenty_sheets_the_plan_is_read():
    raw = read(DATA / "packt" / "Tables.xlsx")
    assert raw.source.sheet == "Project Plan"
    assert raw.source.header_line == 3
