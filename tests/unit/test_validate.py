"""Every typed row is accepted or quarantined, with its reasons and for its own faults only."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.raw import MappedColumn, RawPortfolio, Source
from pipeline.parse import Typed, parse
from pipeline.problems import Problem, catalogue
from pipeline.validate import ValidationFault, validate
from schemas.columns import COLUMNS, NAMES
from schemas.portfolio import Portfolio, doubts

AS_OF = dt.date(2026, 11, 24)


def typed(problems=(), **cells):
    rows = max(len(texts) for texts in cells.values())
    cells = {"name": [f"Initiative {n}" for n in range(rows)]} | cells
    return parse(
        RawPortfolio(
            cells=pd.DataFrame(
                cells, index=pd.RangeIndex(2, rows + 2, name="source_line"), dtype="str"
            ),
            mapping=tuple(
                MappedColumn(canonical=name, headers=(name,), by="name") for name in cells
            ),
            unmapped=(),
            source=Source(name="portfolio", sha256="", bytes=0, format="csv"),
            problems=problems,
        )
    )


def check(problems=(), **cells):
    return validate(typed(problems, **cells), as_of=AS_OF)


def flat(validated):
    return [
        (each.source_line, each.column, each.code, each.value)
        for each in validated.problems
        if each.code not in {"money-unit-doubtful", "id-made"}
    ]


def test_good_rows_are_accepted_as_they_are():
    before = typed(initiative_id=["a", "b"], start_date=["2024-01-01", ""], teams=["x; y", ""])
    validated = validate(before, as_of=AS_OF)
    pd.testing.assert_frame_equal(validated.accepted, before.rows)
    assert validated.quarantined.empty
    assert tuple(validated.quarantined.columns) == NAMES
    assert validated.problems == ()
    assert validated.superseded == 0


def test_a_portfolio_without_rows_passes():
    validated = check(initiative_id=[])
    assert len(validated.accepted) == len(validated.quarantined) == 0
    assert validated.problems == ()


def test_a_row_without_a_name_is_quarantined():
    validated = check(initiative_id=["a", "b"], name=["A", " - "])
    assert validated.accepted["initiative_id"].tolist() == ["a"]
    assert flat(validated) == [(3, "name", "name-missing", "")]


def test_all_rows_may_be_quarantined():
    validated = check(name=["", "-"])
    assert validated.accepted.empty
    assert validated.quarantined.index.tolist() == [2, 3]


def test_an_end_before_the_start_is_quarantined_once_with_both_dates():
    validated = check(
        initiative_id=["a", "b", "c", "d"],
        start_date=["2024-01-02", "2024-01-01", "2024-01-02", ""],
        end_date=["2024-01-01", "2024-01-01", "", "2024-01-01"],
    )
    assert flat(validated) == [(2, "end_date", "end-before-start", "2024-01-02 to 2024-01-01")]
    assert validated.accepted["initiative_id"].tolist() == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"project_count": ["-3", "3"]}, "count-negative"),
        ({"stakeholder_level": ["Galactic", "team"]}, "choice-unknown"),
    ],
)
def test_a_quarantining_problem_of_parse_takes_its_row_out(cells, code):
    validated = check(initiative_id=["a", "b"], **cells)
    assert validated.quarantined.index.tolist() == [2]
    assert [each[2] for each in flat(validated)] == [code]


def test_a_quarantining_problem_of_ingest_takes_its_row_out():
    ragged = Problem(source_line=3, code="cells-missing")
    validated = check((ragged,), initiative_id=["a", "b"])
    assert validated.quarantined.index.tolist() == [3]
    assert validated.problems == (ragged,)


def test_a_warning_leaves_the_row_accepted():
    validated = check(initiative_id=["a"], team_count=["many"], current_role=["boss"])
    assert validated.quarantined.empty
    assert [each[2] for each in flat(validated)] == ["choice-unread", "count-unread"]


def test_the_first_row_of_an_id_counts_and_the_later_name_it():
    validated = check(initiative_id=["a", "b", "a", "a"])
    assert validated.accepted.index.tolist() == [2, 3]
    assert [each[:3] for each in flat(validated)] == [
        (4, "initiative_id", "id-duplicate"),
        (5, "initiative_id", "id-duplicate"),
    ]
    assert all("Row 2 " in each.hint for each in validated.problems)
    assert validated.superseded == 0


def test_the_latest_report_of_an_id_counts_and_the_older_are_superseded():
    validated = check(
        initiative_id=["a", "a", "a", "b"],
        reported_on=["2024-01-01", "2024-03-01", "2024-02-01", "2023-01-01"],
    )
    assert validated.accepted.index.tolist() == [3, 5]
    assert [each[:3] for each in flat(validated)] == [
        (2, "initiative_id", "id-superseded"),
        (4, "initiative_id", "id-superseded"),
    ]
    assert "Row 3 " in validated.problems[0].hint
    assert validated.superseded == 2


def test_of_two_reports_of_the_latest_day_the_first_counts():
    validated = check(
        initiative_id=["a"] * 4, reported_on=["2024-01-01", "2024-03-01", "2024-03-01", ""]
    )
    assert validated.accepted.index.tolist() == [3]
    assert [each[2] for each in flat(validated)] == [
        "id-superseded",
        "id-duplicate",
        "id-duplicate",
    ]
    assert validated.superseded == 1


def test_a_quarantined_row_never_takes_the_id_from_a_good_one():
    validated = check(initiative_id=["a", "a", "a"], name=["", "Good", "Late"])
    assert validated.accepted.index.tolist() == [3]
    assert "Row 3 " in next(each.hint for each in validated.problems if each.source_line == 4)
    newest_is_bad = check(
        initiative_id=["a", "a"],
        reported_on=["2024-01-01", "2024-03-01"],
        project_count=["3", "-3"],
    )
    assert newest_is_bad.accepted.index.tolist() == [2]
    assert newest_is_bad.superseded == 0


def test_far_dates_and_a_zero_budget_are_doubted_but_kept():
    validated = check(
        initiative_id=["a", "b"],
        start_date=["1950-01-01", "1966-11-24"],
        end_date=["2100-01-01", "2086-11-24"],
        budget=["0", ""],
    )
    assert flat(validated) == [
        (2, "budget", "budget-zero", "0.0"),
        (2, "end_date", "date-far", "2100-01-01"),
        (2, "start_date", "date-far", "1950-01-01"),
    ]
    assert validated.accepted["budget"].iloc[0] == 0
    assert validated.accepted["start_date"].notna().all()


def test_an_initiative_that_is_its_own_parent_or_dependency_is_neither():
    validated = check(
        initiative_id=["a", "b", "c"],
        parent_id=["a", "a", ""],
        depends_on=["a, b", "b", "a, b"],
    )
    assert flat(validated) == [
        (2, "depends_on", "depends-on-itself", "a"),
        (2, "parent_id", "parent-itself", "a"),
        (3, "depends_on", "depends-on-itself", "b"),
    ]
    assert validated.accepted["parent_id"].isna().tolist() == [True, False, True]
    assert validated.accepted["depends_on"].tolist() == [("b",), None, ("a", "b")]


def test_problems_come_in_order_after_those_of_parse():
    validated = check(
        initiative_id=["a", "b", "b"], name=["", "B", "C"], team_count=["x", "y", "z"]
    )
    assert [(each.source_line, each.code) for each in validated.problems] == [
        (2, "count-unread"),
        (3, "count-unread"),
        (4, "count-unread"),
        (2, "name-missing"),
        (4, "id-duplicate"),
    ]


def test_every_problem_has_a_kind_in_the_catalogue():
    assert {
        catalogue()[code].severity for code in ("date-far", "budget-zero", "parent-itself")
    } == {"warning"}


def test_the_model_has_every_canonical_column_in_order():
    schema = Portfolio.to_schema()
    assert tuple(schema.columns) == NAMES
    choices = {column.name: column.choices for column in COLUMNS if column.kind == "choice"}
    for name, values in choices.items():
        assert schema.columns[name].checks[0].statistics == {"allowed_values": values}
    assert doubts(AS_OF).columns.keys() <= set(NAMES)


def broken(rows, **values):
    return Typed(rows=rows.assign(**values), problems=(), date_orders={})


@pytest.mark.parametrize(
    "values",
    [
        {"team_count": 1.5},
        {"decision_level": pd.Series(["great"], index=[2], dtype="str")},
        {"teams": pd.Series([[]], index=[2], dtype="object")},
        {"teams": pd.Series([()], index=[2], dtype="object")},
        {"currency": pd.Series(["euro"], index=[2], dtype="str")},
        {"end_date": pd.Series(pd.to_datetime(["2024-01-01 10:00"]), index=[0]).set_axis([2])},
        {"budget": pd.Series([-5.0], index=[2], dtype="Float64")},
        {"surplus": 1},
    ],
)
def test_a_frame_that_parse_must_not_make_is_our_bug(values):
    rows = typed(initiative_id=["a"]).rows
    with pytest.raises(ValidationFault):
        validate(broken(rows, **values), as_of=AS_OF)


def test_a_doubled_source_line_is_our_bug():
    rows = typed(initiative_id=["a", "b"]).rows.set_axis([2, 2])
    with pytest.raises(ValidationFault):
        validate(broken(rows), as_of=AS_OF)


CELLS = {
    "initiative_id": st.sampled_from(["a", "b", "c", ""]),
    "name": st.sampled_from(["A", "B", "", "-"]),
    "reported_on": st.sampled_from(["", "2024-01-01", "2024-02-01", "soon"]),
    "start_date": st.sampled_from(["", "2024-01-01", "2025-01-01", "1900-01-01"]),
    "end_date": st.sampled_from(["", "2024-06-01", "x"]),
    "parent_id": st.sampled_from(["", "a", "b"]),
    "depends_on": st.sampled_from(["", "a; b", "c"]),
    "project_count": st.sampled_from(["", "3", "-1", "2.5"]),
    "decision_level": st.sampled_from(["", "tactical", "high"]),
    "budget": st.sampled_from(["", "0", "5", "-1"]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_no_row_is_lost_and_every_quarantined_row_has_a_reason(rows):
    before = typed(**{name: [row[name] for row in rows] for name in CELLS})
    validated = validate(before, as_of=AS_OF)
    accepted, quarantined = set(validated.accepted.index), set(validated.quarantined.index)
    assert accepted | quarantined == set(before.rows.index)
    assert not accepted & quarantined
    reasons = {
        each.source_line
        for each in validated.problems
        if each.severity in {"quarantine", "superseded"}
    }
    assert reasons == quarantined
    assert validated.accepted["initiative_id"].is_unique
    assert validated.accepted.index.is_monotonic_increasing
    assert len(set(validated.problems)) == len(validated.problems)
