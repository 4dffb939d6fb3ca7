"""A raw portfolio becomes a typed one: every column, every row, one problem for each bad cell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.raw import MappedColumn, RawPortfolio, Source
from pipeline.parse import parse
from pipeline.problems import Problem, catalogue
from schemas.columns import COLUMNS, NAMES

SHARED = Path(__file__).parents[3] / "shared" / "data"


def raw(cells, *, mapping=None, format="csv", profile="", problems=(), **of):  # noqa: A002
    """Cells by header; a header is its own canonical column unless ``mapping`` says otherwise."""
    rows = len(next(iter(cells.values())))
    frame = pd.DataFrame(cells, index=pd.RangeIndex(2, rows + 2, name="source_line"), dtype="str")
    mapped = mapping or {header: (header,) for header in cells}
    return RawPortfolio(
        cells=frame,
        mapping=tuple(
            MappedColumn(canonical=name, headers=headers, by="name", **of.get(name, {}))
            for name, headers in mapped.items()
        ),
        unmapped=(),
        source=Source(name="portfolio", sha256="", bytes=0, format=format),
        problems=problems,
        profile=profile,
    )


def flat(typed):
    return [(each.source_line, each.column, each.code) for each in typed.problems]


def test_every_canonical_column_is_there_in_order_with_the_dtype_of_its_kind():
    rows = parse(raw({"name": ["A", "B"]})).rows
    assert tuple(rows.columns) == NAMES
    assert rows.index.tolist() == [2, 3]
    assert rows.index.name == "source_line"
    dtypes = {"count": "Int64", "money": "Float64", "date": "datetime64[us]", "list": "object"}
    for column in COLUMNS:
        assert rows[column.name].dtype == dtypes.get(column.kind, "str")
        if column.name not in {"initiative_id", "name"}:
            assert rows[column.name].isna().all()


def test_a_whole_row():
    typed = parse(
        raw(
            {
                "initiative_id": [" P-1 "],
                "name": ["Payments\u00a0platform"],
                "depends_on": ["P-2; P-3"],
                "project_count": ["four"],
                "stakeholder_level": ["Board"],
                "start_date": ["1 May 2024"],
                "end_date": ["May 2026"],
                "budget": ["£1.2m"],
            }
        )
    )
    row = typed.rows.loc[2]
    assert row["initiative_id"] == "P-1"
    assert row["name"] == "Payments platform"
    assert row["depends_on"] == ("P-2", "P-3")
    assert row["project_count"] == 4
    assert row["stakeholder_level"] == "executive"
    assert row["start_date"] == pd.Timestamp("2024-05-01")
    assert row["end_date"] == pd.Timestamp("2026-05-31")
    assert row["budget"] == 1_200_000
    assert row["currency"] == "GBP"
    assert typed.problems == ()


def test_a_portfolio_without_rows_has_all_columns():
    typed = parse(raw({"name": [], "budget": [], "teams": [], "start_date": []}))
    assert tuple(typed.rows.columns) == NAMES
    assert typed.rows.empty
    assert typed.problems == ()


def test_problems_name_line_column_value_and_follow_those_of_ingest():
    before = Problem(source_line=9, code="cells-extra")
    typed = parse(
        raw(
            {
                "initiative_id": ["a", "b", ""],
                "name": ["A", "B", "C"],
                "team_count": ["2.5", "-1", "3"],
                "end_date": ["soon", "soon" + "!" * 300, "2024-01-01"],
                "decision_level": ["high", "tactical", "x"],
                "current_role": ["boss", "", ""],
                "budget": ["-5", "lots", "7"],
            },
            problems=(before,),
        )
    )
    assert typed.problems[0] == before
    assert flat(typed)[1:] == [
        (2, "budget", "money-negative"),
        (2, "current_role", "choice-unread"),
        (2, "decision_level", "choice-unknown"),
        (2, "end_date", "date-unread"),
        (2, "team_count", "count-unread"),
        (3, "budget", "money-unread"),
        (3, "end_date", "date-unread"),
        (3, "team_count", "count-negative"),
        (4, "decision_level", "choice-unknown"),
        (4, "initiative_id", "id-made"),
    ]
    assert typed.problems[1].value == "-5"
    assert len(typed.problems[7].value) == 200
    assert typed.rows["team_count"].tolist() == [pd.NA, pd.NA, 3]
    assert {each.code for each in typed.problems} <= set(catalogue())


def test_a_file_without_ids_gets_them_from_the_source_lines_with_one_notice():
    typed = parse(raw({"name": ["A", "B"]}))
    assert typed.rows["initiative_id"].tolist() == ["row-2", "row-3"]
    assert flat(typed) == [(0, "initiative_id", "id-made")]
    assert typed.problems[0].severity == "notice"


def test_an_id_or_name_that_looks_missing_stays():
    rows = parse(raw({"initiative_id": ["NA", "None"], "name": ["None", "n/a"]})).rows
    assert rows["initiative_id"].tolist() == ["NA", "None"]
    assert rows["name"].tolist() == ["None", "n/a"]


def test_nobody_is_the_child_of_none_unless_an_initiative_is_called_so():
    cells = {"initiative_id": ["a", "b", "c"], "parent_id": ["None", "N/A", "a"]}
    assert parse(raw(cells)).rows["parent_id"].tolist() == [np.nan, np.nan, "a"]
    cells["initiative_id"][0] = "None"
    assert parse(raw(cells)).rows["parent_id"].tolist() == ["None", np.nan, "a"]


def test_dependencies_are_reduced_to_ids_of_the_file():
    cells = {"initiative_id": ["133", "2", "None"], "depends_on": ["2fs+3d", "#133", "None, 2+1d"]}
    assert parse(raw(cells)).rows["depends_on"].tolist() == [("2",), ("133",), ("None", "2+1d")]
    typed = parse(raw(cells, profile="ms_project"))
    assert typed.rows["depends_on"].tolist() == [("2",), ("133",), ("None", "2")]


def test_a_column_of_several_headers_takes_the_first_that_says_something():
    typed = parse(
        raw(
            {"Latest": ["2024-01-01", "TBC", "rubbish", ""], "Original": ["2023-01-01"] * 3 + [""]},
            mapping={"end_date": ("Latest", "Original")},
        )
    )
    days = typed.rows["end_date"].tolist()
    assert days == [pd.Timestamp("2024-01-01"), pd.Timestamp("2023-01-01"), pd.NaT, pd.NaT]
    assert (4, "end_date", "date-unread") in flat(typed)
    assert typed.date_orders == {"end_date": "not_needed", "end_date (Original)": "not_needed"}


def test_every_header_has_a_date_order_of_its_own():
    typed = parse(
        raw(
            {
                "A": ["03/04/2024", "31/01/2024", "31/01/2024", ""],
                "B": ["", "", "", "03/04/2024"],
                "C": ["12/31/2024"] * 4,
            },
            mapping={"start_date": ("A", "B"), "end_date": ("C",)},
        )
    )
    assert typed.rows["start_date"].tolist() == [
        pd.Timestamp("2024-04-03"),
        pd.Timestamp("2024-01-31"),
        pd.Timestamp("2024-01-31"),
        pd.NaT,
    ]
    assert typed.date_orders == {
        "start_date": "day_first",
        "start_date (B)": "unsettled",
        "end_date": "month_first",
    }
    assert (5, "start_date", "date-ambiguous") in flat(typed)


def test_lists_of_several_headers_are_joined_row_by_row():
    typed = parse(
        raw(
            {"Theme 1": ["Roads", "", "Water"], "Theme 2": ["Rail; Air", "n/a", ""]},
            mapping={"technical_domains": ("Theme 1", "Theme 2")},
        )
    )
    assert typed.rows["technical_domains"].tolist() == [("Roads", "Rail", "Air"), None, ("Water",)]


def test_a_name_in_two_headers_of_a_list_counts_once():
    cells = {"Owner": ["Ops"], "Client": ["ops; IT"]}
    typed = parse(raw(cells, mapping={"business_units": ("Owner", "Client")}))
    assert typed.rows["business_units"].tolist() == [("Ops", "IT")]


def test_the_currency_is_the_column_then_the_mark_then_the_declared_one():
    typed = parse(
        raw(
            {"budget": ["£5", "€5", "5", "$5", "n/a"], "currency": ["USD", "", "", "", ""]},
            budget={"currency": "CAD"},
        )
    )
    assert typed.rows["currency"].tolist() == ["USD", "EUR", "CAD", "CAD", np.nan]
    assert flat(typed)[1:] == [(2, "currency", "currency-conflict")]


def test_an_open_mark_is_not_the_declared_currency_of_another_sign():
    typed = parse(raw({"budget": ["$5", "5"]}, budget={"currency": "EUR"}))
    assert typed.rows["currency"].tolist() == [np.nan, "EUR"]


def test_a_currency_column_needs_no_budget():
    assert parse(raw({"currency": ["eur"]})).rows["currency"].tolist() == ["EUR"]


def test_the_unit_of_the_header_multiplies():
    typed = parse(raw({"budget": ["12,131.50", "0.1"]}, budget={"unit": 1_000_000}))
    assert typed.rows["budget"].tolist() == [12_131_500_000, 100_000]


@pytest.mark.parametrize(
    ("code", "day"), [("USD", "2024-09-30"), ("AUD", "2024-06-30"), ("GBP", "2024-03-31")]
)
def test_the_currency_tells_when_a_fiscal_year_ends(code, day):
    typed = parse(raw({"end_date": ["FY2024"], "budget": ["5"]}, budget={"currency": code}))
    assert typed.rows["end_date"].tolist() == [pd.Timestamp(day)]
    notice = next(each for each in typed.problems if each.code == "fiscal-year-assumed")
    assert (notice.source_line, notice.column) == (0, "end_date")


def test_the_currency_of_most_rows_tells_when_a_fiscal_year_ends():
    cells = {"end_date": ["FY2024", "", ""], "budget": ["5", "US$5", "US$6"]}
    assert parse(raw(cells)).rows["end_date"].iloc[0] == pd.Timestamp("2024-09-30")


def test_serial_numbers_are_read_in_workbooks():
    assert parse(raw({"end_date": ["45000"]}, format="xlsx")).rows["end_date"].iloc[
        0
    ] == pd.Timestamp("2023-03-15")
    assert parse(raw({"end_date": ["45000"]})).rows["end_date"].isna().all()


def test_parsing_twice_gives_the_same():
    portfolio = raw(
        {"name": ["A", "B"], "teams": ["x; y", "z"], "end_date": ["FY24", "03/04/2025"]}
    )
    first, second = parse(portfolio), parse(portfolio)
    pd.testing.assert_frame_equal(first.rows, second.rows)
    assert first.problems == second.problems


GOOD = {
    "initiative_id": [f"P-{n}" for n in range(8)],
    "name": [f"Initiative {n}" for n in range(8)],
    "start_date": [f"{n + 10}/01/2024" for n in range(8)],
    "end_date": [f"0{n + 1}/06/2026" for n in range(8)],
    "budget": [f"1.{n}00,50" for n in range(8)],
    "teams": ["Ops, IT; Legal", "A; B", "C; D", "E", "F, G; H", "I; J", "K", "L; M"],
    "project_count": ["1", "2", "3", "4", "5", "6", "7", "8"],
    "decision_level": ["tactical"] * 8,
}


@settings(max_examples=60, deadline=None)
@given(
    row=st.integers(0, 7),
    column=st.sampled_from(sorted(set(GOOD) - {"initiative_id"})),
    damage=st.sampled_from(
        [
            "",
            "x",
            "12/31/2024",
            "1,5",
            "9",
            "-1",
            "a, b",
            "\x00",
            "45000",
            "£",
            "FY24",
            "1.234",
            "a|b",
        ]
    ),
)
def test_a_row_damaged_in_one_place_changes_no_other_row(row, column, damage):
    damaged = {name: list(cells) for name, cells in GOOD.items()}
    damaged[column][row] = damage
    before, after = parse(raw(GOOD)).rows, parse(raw(damaged)).rows
    pd.testing.assert_frame_equal(before.drop(index=row + 2), after.drop(index=row + 2))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.lists(st.text(max_size=20), min_size=3, max_size=3), min_size=1
    )
)
def test_no_text_breaks_parsing_and_no_row_is_lost(cells):
    printable = {
        name: [text.encode("utf-8", "replace").decode() for text in texts]
        for name, texts in cells.items()
    }
    typed = parse(raw(printable))
    assert typed.rows.index.tolist() == [2, 3, 4]
    assert typed.rows["initiative_id"].notna().all()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared real portfolios are not here")
class TestRealPortfolios:
    """What the publishers wrote is read, and what is not read has a reason."""

    def cells(self, path, encoding="utf-8-sig"):
        return pd.read_csv(SHARED / path, dtype="str", keep_default_na=False, encoding=encoding)

    def typed(self, cells, mapping, **of):
        return parse(raw({name: cells[name].tolist() for name in cells}, mapping=mapping, **of))

    def test_canada(self):
        cells = self.cells("canada/gc-it-projects-2016.csv")
        mapping = {
            "name": ("projectName",),
            "end_date": ("rawProvidedDate",),
            "budget": ("totalBudget",),
        }
        typed = self.typed(cells, mapping, budget={"currency": "CAD"})
        said = cells["rawProvidedDate"].str.strip().str.len() > 0
        assert typed.rows["end_date"].notna().sum() > 0.95 * said.sum()
        assert typed.rows["budget"].notna().mean() > 0.95
        assert set(typed.rows["currency"].dropna()) == {"CAD"}

    def test_uk(self):
        cells = self.cells("gmpp/uk_2018.csv", "cp1252")
        mapping = {
            "name": ("project_name",),
            "start_date": ("start_date",),
            "end_date": ("end_date",),
            "budget": ("wlc_baseline_incl_NCG",),
        }
        typed = self.typed(cells, mapping, budget={"unit": 1_000_000, "currency": "GBP"})
        rows = typed.rows.set_index("name")
        disposal = rows.loc["Geological Disposal Facility Programme (GDF)"]
        assert disposal["budget"] == 12_131_500_000
        assert disposal["end_date"] == pd.Timestamp("2040-12-31")
        exempt = cells["start_date"].str.startswith("Exempt").to_numpy()
        assert typed.rows.loc[exempt, "start_date"].isna().all()
        assert typed.rows.loc[~exempt, "start_date"].notna().mean() > 0.97

    def test_new_york_writes_months_first(self):
        cells = self.cells("nyc/NYC_capital_projects_20190901.csv")
        mapping = {
            "reported_on": ("Date Reported As Of",),
            "start_date": ("Design Start",),
            "end_date": ("Forecast Completion",),
            "business_units": ("Client Agency",),
        }
        typed = self.typed(cells, mapping)
        assert set(typed.date_orders.values()) == {"month_first"}
        assert typed.rows["reported_on"].iloc[0] == pd.Timestamp("2014-05-01")
        assert ("DOT", "Mayor's Office") in set(typed.rows["business_units"].dropna())

    def test_melbourne_writes_days_first(self):
        cells = self.cells("melbourne/Capital_Delivery_Project_deidentified.csv")
        typed = self.typed(
            cells, {"start_date": ("BNI",), "end_date": ("Stage3",), "budget": ("FFC",)}
        )
        assert typed.date_orders["start_date"] == "day_first"
        assert typed.rows["start_date"].iloc[0] == pd.Timestamp("2016-02-05")
        assert typed.rows["budget"].notna().all()

    def test_us_dashboard(self):
        cells = self.cells("us_it_dashboard/raw-projects.csv")
        mapping = {
            "initiative_id": ("Project ID",),
            "name": ("Project Name",),
            "start_date": ("Start Date",),
            "end_date": ("Completion Date (B1)",),
            "budget": ("Lifecycle Cost ($ M)",),
        }
        typed = self.typed(cells, mapping, budget={"unit": 1_000_000, "currency": "USD"})
        assert typed.rows["budget"].iloc[0] == 15_297_000
        assert typed.rows[["start_date", "end_date"]].notna().mean().min() > 0.98
