"""Dates are read as their column reads, or are unknown and say so."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse import dates
from pipeline.parse.dates import Calendar
from pipeline.parse.readings import distinct

TEXT_FILE = Calendar(fiscal_start=4, is_workbook=False, epoch_1904=False)
WORKBOOK = Calendar(fiscal_start=4, is_workbook=True, epoch_1904=False)


def columns(*lists, declared=None, end="first", calendar=TEXT_FILE):
    looked = [dates.take(distinct(pd.Series(list(each), dtype="str")), declared) for each in lists]
    orders = dates.settle(looked)
    read = []
    for column, order in zip(looked, orders, strict=True):
        readings = dates.read(column, order, end, calendar)
        read.append([readings[code] for code in column.cells.codes])
    return read, orders


def column(*texts, **kw):
    return columns(texts, **kw)[0][0]


def days(*texts, **kw):
    return [str(each.value) if each and each.value else None for each in column(*texts, **kw)]


def one(text, **kw):
    return column(text, **kw)[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2014-07-08", "2014-07-08"),
        ("2011-01-10T00:00:00Z", "2011-01-10"),
        ("2020-12-01 10:00:00+01:00", "2020-12-01"),
        ("2022-06-10 17:00:00", "2022-06-10"),
        ("2020/12/01", "2020-12-01"),
        ("2014.7.8", "2014-07-08"),
        ("20230115", "2023-01-15"),
        ("31.12.40", "2040-12-31"),
        ("30.06.08", "2008-06-30"),
        ("31.12.2040", "2040-12-31"),
        ("30.06.69", "2069-06-30"),
        ("30.06.70", "1970-06-30"),
        ("31/12/2040", "2040-12-31"),
        ("12/31/1988 12:00:00 AM", "1988-12-31"),
        ("12-31-1988", "1988-12-31"),
        ("24/06/2016 5:00:00 PM", "2016-06-24"),
        ("31 12 2020", "2020-12-31"),
        ("December 1, 2016", "2016-12-01"),
        ("Dec. 1 2016", "2016-12-01"),
        ("1 December 2016", "2016-12-01"),
        ("December 1st, 2016", "2016-12-01"),
        ("2nd of March 2021", "2021-03-02"),
        ("Monday, 1 December 2016", "2016-12-01"),
        ("31-Mar-23 (under review)", "2023-03-31"),
        ("31-Mar-2023", "2023-03-31"),
        ("01JAN2020", "2020-01-01"),
        ("2023-Mar-31", "2023-03-31"),
        ("1er décembre 2016", "2016-12-01"),
        ("15 août 2020", "2020-08-15"),
        ("31. Dezember 2024", "2024-12-31"),
        ("3. März 2020", "2020-03-03"),
        ("1 de diciembre de 2016", "2016-12-01"),
        ("5 Enero 2021", "2021-01-05"),
        ("31/12/2040*", "2040-12-31"),
        ("1/1/2020", "2020-01-01"),
        ("05/05/2025", "2025-05-05"),
    ],
)
def test_days(text, day):
    assert days(text) == [day]
    assert days(text, end="last") == [day]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("October 2020", "2020-10-01", "2020-10-31"),
        ("August2020", "2020-08-01", "2020-08-31"),
        ("Dec-23", "2023-12-01", "2023-12-31"),
        ("Sept. 2024", "2024-09-01", "2024-09-30"),
        ("février 2024", "2024-02-01", "2024-02-29"),
        ("2020 October", "2020-10-01", "2020-10-31"),
        ("2023-05", "2023-05-01", "2023-05-31"),
        ("05/2023", "2023-05-01", "2023-05-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("Q3 2024", "2024-07-01", "2024-09-30"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("4Q 2023", "2023-10-01", "2023-12-31"),
        ("H2 2024", "2024-07-01", "2024-12-31"),
        ("2. Quartal 2024", "2024-04-01", "2024-06-30"),
        ("2023-24", "2023-04-01", "2024-03-31"),
        ("2016/17", "2016-04-01", "2017-03-31"),
        ("2023-2024", "2023-04-01", "2024-03-31"),
        ("1999-00", "1999-04-01", "2000-03-31"),
        ("Fiscal Year 23/24 2", "2023-04-01", "2024-03-31"),
        ("FY23/24", "2023-04-01", "2024-03-31"),
        ("FY 2023-24", "2023-04-01", "2024-03-31"),
        ("FY2023", "2022-04-01", "2023-03-31"),
        ("FY23", "2022-04-01", "2023-03-31"),
        ("Q4 2023/24", "2024-01-01", "2024-03-31"),
        ("Q1 FY23/24", "2023-04-01", "2023-06-30"),
        ("T4 2023-24", "2024-01-01", "2024-03-31"),
        ("exercice 2023-2024", "2023-04-01", "2024-03-31"),
        ("FY 2011-12", "2011-04-01", "2012-03-31"),
    ],
)
def test_a_period_starts_on_its_first_day_and_ends_on_its_last(text, first, last):
    assert days(text) == [first]
    assert days(text, end="last") == [last]


@pytest.mark.parametrize(
    ("start", "first", "last"),
    [
        (10, "2022-10-01", "2023-09-30"),
        (7, "2022-07-01", "2023-06-30"),
        (1, "2023-01-01", "2023-12-31"),
    ],
)
def test_a_fiscal_year_starts_where_the_calendar_of_the_file_says(start, first, last):
    calendar = Calendar(fiscal_start=start, is_workbook=False, epoch_1904=False)
    assert days("FY2023", calendar=calendar) == [first]
    assert days("FY2023", calendar=calendar, end="last") == [last]


@pytest.mark.parametrize(
    "text",
    [
        "2016-i7",
        "High",
        "Phase 2",
        "31/02/2020",
        "2023-04-31",
        "2023-13-01",
        "13/13/2020",
        "0001-01-01",
        "1850-01-01",
        "2500-01-01",
        "9999-12-31",
        "1899-12-31T10:22:25Z",
        "Dec 23",
        "23-Dec",
        "23/24",
        "2020-2025",
        "31/03/2019 - 31/03/2020",
        "Q5 2024",
        "Q4",
        "45000",
        "1/2/3",
        "5",
        "202312",
        "FY",
        "00/01/2020",
        "32 December 2020",
        "30 February 2021",
        "x" * 3_000,
        "2020-01-01 2021-01-01",
        "\u1369/03/2024",
    ],
)
def test_other_cells_are_unknown_with_a_warning(text):
    reading = one(text)
    assert (reading.value, reading.code) == (None, "date-unread")


def test_the_hint_says_what_is_wrong():
    assert "April 2023 has 30 days" in one("2023-04-31").hint
    assert "30 days" in one("31.04.2023").hint
    assert "year 2026" in one("July 18, 1905").hint
    assert "1850" in one("1850-01-01").hint
    assert "no year" in one("Dec 23").hint
    assert "month 13" in one("2023-13-01").hint
    assert "serial" in one("45000").hint


@pytest.mark.parametrize("text", ["July 18, 1905", "1905-07-18", "18/07/1905"])
def test_a_year_taken_for_a_serial_number_is_no_date(text):
    assert one(text, declared="day_first").code == "date-unread"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "TBC",
        "Ongoing",
        "On hold",
        "NFP",
        "0000-00-00",
        "To be determined",
        "Exempt under Section 43 of the Act",
        "#N/A",
    ],
)
def test_a_missing_date_is_unknown_without_a_problem(text):
    assert one(text) is None


def test_day_and_month_are_told_by_the_whole_column():
    assert days("03/04/2025", "31/12/2024") == ["2025-04-03", "2024-12-31"]
    assert days("03/04/2025", "12/31/2024") == ["2025-03-04", "2024-12-31"]


def test_most_rows_tell_the_order_and_the_others_are_unknown():
    assert days("03/04/2025", "31/12/2024", "30/12/2024", "12/31/2024") == [
        "2025-04-03",
        "2024-12-31",
        "2024-12-30",
        None,
    ]
    reading = column("31/12/2024", "31/12/2024", "12/31/2024")[2]
    assert reading.code == "date-unread"
    assert "day first" in reading.hint


def test_without_any_evidence_a_date_is_ambiguous_and_unknown():
    read, orders = columns(["03/04/2025", "05/05/2025", "01/02/2024"])
    assert [each.code for each in read[0]] == ["date-ambiguous", "", "date-ambiguous"]
    assert orders == ["unsettled"]


def test_evidence_on_both_sides_in_equal_measure_settles_nothing():
    assert days("03/04/2025", "31/12/2024", "12/31/2024") == [None, "2024-12-31", "2024-12-31"]


def test_another_date_column_tells_the_order_where_the_column_does_not():
    read, orders = columns(["03/04/2025"], ["12/31/2024"], ["2024-01-01"])
    assert str(read[0][0].value) == "2025-03-04"
    assert orders == ["month_first", "month_first", "month_first"]


def test_other_date_columns_that_disagree_tell_nothing():
    assert columns(["03/04/2025"], ["12/31/2024"], ["31/12/2024"])[0][0][0].code == "date-ambiguous"


def test_a_column_with_evidence_of_its_own_does_not_follow_the_others():
    own = ["03/04/2025", "31/12/2024", "30/12/2024"]
    read, _ = columns(own, ["12/31/2024", "12/30/2024", "12/29/2024"])
    assert str(read[0][0].value) == "2025-04-03"


def test_one_row_alone_does_not_turn_a_column_against_the_others():
    day_first = ["31/12/2024", "30/12/2024"]
    read, orders = columns(["03/04/2025", "12/31/2024"], day_first)
    assert [str(each.value) for each in read[0]] == ["2025-04-03", "None"]
    assert orders == ["day_first", "day_first"]
    assert columns(["03/04/2025", "12/31/2024"], ["31/12/2024"])[1] == ["month_first", "day_first"]


def test_a_declared_order_wins():
    assert days("03/04/2025", declared="month_first") == ["2025-03-04"]
    assert days("03/04/2025", declared="day_first") == ["2025-04-03"]
    assert days("25/04/03", declared="year_first") == ["2025-04-03"]
    assert one("12/31/2025", declared="day_first").code == "date-unread"


def test_points_mean_day_first_unless_the_column_tells_otherwise():
    assert days("03.04.2025", "05.06.25") == ["2025-04-03", "2025-06-05"]
    assert days("03.04.2025", "12.31.2024") == ["2025-03-04", "2024-12-31"]


def test_a_year_and_two_digits_are_a_month_or_a_fiscal_year_as_in_the_column():
    assert days("2011-12", "2015-16") == ["2011-04-01", "2015-04-01"]
    assert days("2011-12", "2011-05") == ["2011-12-01", "2011-05-01"]
    reading = one("2011-12")
    assert (reading.value, reading.code) == (None, "date-ambiguous")
    assert "fiscal" in reading.hint


def test_serial_numbers_count_from_the_epoch_of_the_workbook():
    assert days("45000", "45000.75", "1234", calendar=WORKBOOK) == [
        "2023-03-15",
        "2023-03-15",
        None,
    ]
    of_1904 = Calendar(fiscal_start=4, is_workbook=True, epoch_1904=True)
    assert days("43538", calendar=of_1904) == ["2023-03-15"]


def test_serial_numbers_of_a_text_file_need_a_column_full_of_them():
    assert days("45000", "45001", "2024-01-01") == ["2023-03-15", "2023-03-16", "2024-01-01"]
    assert days("45000", "2024-01-01", "2024-01-02") == [None, "2024-01-01", "2024-01-02"]


DATES = st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2199, 12, 31))


@given(
    DATES,
    st.sampled_from(
        [
            "%Y-%m-%d",
            "%Y-%m-%dT%H:%M:%SZ",
            "%d.%m.%Y",
            "%d %B %Y",
            "%B %d, %Y",
            "%d-%b-%Y",
            "%Y%m%d",
        ]
    ),
)
def test_every_day_reads_back_from_every_clear_format(day, shape):
    assert days(day.strftime(shape)) == [str(day)]


@given(st.lists(DATES, min_size=1, max_size=8), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_column_never_reads_a_wrong_day(found, shape):
    truth = [str(day) for day in found]
    read = days(*(day.strftime(shape) for day in found))
    assert all(got in {None, day} for got, day in zip(read, truth, strict=True))


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_a_problem(text):
    reading = one(text)
    assert reading is None or reading.code or isinstance(reading.value, dt.date)
