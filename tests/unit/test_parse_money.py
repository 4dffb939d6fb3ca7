"""Amounts of money are read with their unit and currency, or are unknown and say so."""

# ruff: noqa: RUF001 -- signs of other alphabets are what is tested

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.raw import MappedColumn
from pipeline.parse import amounts, currency, money, numbers
from pipeline.parse.readings import distinct


def column(*texts, unit=None, declared=""):
    mapped = MappedColumn(
        canonical="budget", headers=("Budget",), by="name", unit=unit, currency=declared
    )
    cells = distinct(pd.Series(list(texts), dtype="str"))
    found = money.read(cells, mapped, "Budget")
    return [found.readings[code] for code in cells.codes], found.doubts


def one(text, **kw):
    return column(text, **kw)[0][0]


@pytest.mark.parametrize(
    ("text", "amount", "code"),
    [
        ("£12.3m", 12_300_000, "GBP"),
        ("£26.19m", 26_190_000, "GBP"),
        ("$6,279,429", 6_279_429, ""),
        ("1 234,50 €", 1_234.5, "EUR"),
        ("£12,131.50", 12_131.5, "GBP"),
        ("6 ,038.72", 6_038.72, None),
        ("$6,056.8", 6_056.8, ""),
        ("4.466,18", 4_466.18, None),
        ("223 290,00", 223_290, None),
        ("$36B", 36e9, ""),
        ("$66.843", 66.84, ""),
        ("1.2bn", 1.2e9, None),
        ("12 Mio. EUR", 12e6, "EUR"),
        ("12,3 Mio €", 12_300_000, "EUR"),
        ("EUR 1.2 million", 1_200_000, "EUR"),
        ("USD 5k", 5_000, "USD"),
        ("CHF 1'234'567", 1_234_567, "CHF"),
        ("CHF 1’234’567.50", 1_234_567.5, "CHF"),
        ("₹1,20,000", 120_000, "INR"),
        ("₹ 2 crore", 20_000_000, "INR"),
        ("3 lakh", 300_000, None),
        ("R$ 5.000,00", 5_000, "BRL"),
        ("A$5m", 5e6, "AUD"),
        ("C$5", 5, "CAD"),
        ("CA$ 7", 7, "CAD"),
        ("US$ 5.5 bn", 5.5e9, "USD"),
        ("1\u00a0234\u202f567", 1_234_567, None),
        ("£1.2m (est.)", 1_200_000, "GBP"),
        ("1 200 (est)", 1_200, None),
        ("~£3m", 3e6, "GBP"),
        ("c. £3m", 3e6, "GBP"),
        ("approx. 12 million", 12e6, None),
        ("£ 12m*", 12e6, "GBP"),
        ("+5", 5, None),
        ("12 M€", 12e6, "EUR"),
        ("5 €m", 5e6, "EUR"),
        ("€5m", 5e6, "EUR"),
        ("EURm 12", 12e6, "EUR"),
        ("12 EURm", 12e6, "EUR"),
        ("TEUR 500", 500_000, "EUR"),
        ("12 millions d'euros", 12e6, "EUR"),
        ("2,5 mil millones EUR", 2.5e9, "EUR"),
        ("3 Mrd. EUR", 3e9, "EUR"),
        ("12 kr", 12, ""),
        ("1.5E6", 1_500_000, None),
        ("0", 0, None),
        ("-0", 0, None),
        ("0.005", 0.0, None),
        ("0.015", 0.02, None),
        ("2066075.5899999999", 2_066_075.59, None),
        ("１２", 12, None),
        (".5", 0.5, None),
        ("£3.2m over ten years", 3_200_000, "GBP"),
        ("$3.5 billion over ten years", 3.5e9, ""),
        ("about 10 years and £5m", 5e6, "GBP"),
        ("note - £5m", 5e6, "GBP"),
    ],
)
def test_amounts(text, amount, code):
    reading = one(text)
    assert reading.code == ""
    assert reading.value == (amount, code)


@pytest.mark.parametrize(
    "text",
    [
        "(1,200)",
        "-£7,169.20",
        "£-7,169.20",
        "-$31,387,566",
        "-3.50E-05",
        "−5",
        "(£3.2m)",
        "- 5",
        "spent -£5m",
    ],
)
def test_a_negative_budget_is_unknown_with_a_warning(text):
    assert one(text, unit=1_000_000) == (None, "money-negative", "")


@pytest.mark.parametrize(
    "text",
    [
        "High",
        "30%",
        "-24% in the Q2 return",
        "between $3bn and $5bn",
        "£5-10m",
        "£1.2m - £1.3m",
        "5 to 10 m",
        "up to £5m",
        "over £5m",
        "£5m+",
        ">£5m",
        "£3m per year",
        "£3m p.a.",
        "£5m capital and £2m revenue",
        "12 m wide",
        "1,23,4",
        "12 34",
        "1.2.3",
        "1e400",
        "9" * 60,
        "£5 EUR",
        "Phase 2",
        "x" * 5_000,
        "12,34.56",
        "\u1369 EUR",
        "1.234,567,8",
    ],
)
def test_what_is_no_single_amount_is_unknown_with_a_warning(text):
    reading = one(text)
    assert (reading.value, reading.code) == (None, "money-unread")


def test_the_hint_says_what_is_wrong():
    assert "range" in one("£5-10m").hint
    assert "bound" in one("up to £5m").hint
    assert "rate" in one("£3m per year").hint
    assert "several" in one("£5m capital and £2m revenue").hint
    assert "two currencies" in one("£5 EUR").hint
    assert "unit" in one("9" * 20).hint


@pytest.mark.parametrize(
    "text",
    ["", "-", "--", "NULL", "nfp", "NFP", "TBC", "Exempt under Section 43 of the Act", "n/a"],
)
def test_a_missing_amount_is_unknown_and_never_zero(text):
    assert one(text) is None


def test_a_magnitude_in_the_cell_wins_over_the_unit_of_the_column():
    readings, _ = column("£12,131.50", "£26.19m", "1.2bn", "156", unit=1_000_000)
    assert [reading.value.amount for reading in readings] == [
        12_131_500_000,
        26_190_000,
        1.2e9,
        156e6,
    ]


def test_three_digits_behind_a_sign_are_read_as_the_column_reads():
    assert [each.value.amount for each in column("1.234", "1.234,50")[0]] == [1_234, 1_234.5]
    assert [each.value.amount for each in column("1.234", "12,5")[0]] == [1_234, 12.5]
    assert [each.value.amount for each in column("1.234", "12.5")[0]] == [1.23, 12.5]
    assert [each.value.amount for each in column("1,234", "12,5")[0]] == [1.23, 12.5]
    assert [each.value.amount for each in column("1,234", "1,234.50")[0]] == [1_234, 1_234.5]


def test_most_rows_tell_the_decimal_mark_and_one_odd_row_does_not():
    readings, _ = column("12.5", "13.5", "12,5", "1.234")
    assert [each.value.amount for each in readings] == [12.5, 13.5, 12.5, 1.23]


def test_without_evidence_a_comma_parts_thousands_and_a_point_decimals():
    assert one("1,234").value.amount == 1_234
    readings, doubts = column("1.234")
    assert readings[0].value.amount == 1.23
    assert [each.code for each in doubts] == ["money-mark-assumed"]
    assert column("1,234")[1] == []
    assert column("1.234", "1.5")[1] == []


def test_a_shared_mark_is_the_declared_currency_or_the_only_dollar_of_the_column():
    assert one("$5").value.currency == ""
    assert one("$5", declared="CAD").value.currency == "CAD"
    assert one("$5", declared="EUR").value.currency == ""
    assert column("$5", "A$7")[0][0].value.currency == "AUD"
    assert column("$5", "A$7", "US$1")[0][0].value.currency == ""
    assert column("£5", "$7", declared="USD")[0][0].value.currency == "GBP"


def test_a_unit_is_doubted_where_most_amounts_are_small_and_no_unit_is_named():
    _, doubts = column("12", "15.5", "900", "3", "4,500,000", "7", "0", "n/a")
    assert [(each.code, each.source_line, each.column) for each in doubts] == [
        ("money-unit-doubtful", 0, "budget")
    ]
    assert "5 of 6" in doubts[0].hint
    assert column("12", "15.5", "900", "3", "7", unit=1_000_000)[1] == []
    assert column("12", "15.5", "900", "3")[1] == []
    assert column("120000", "155000", "90000", "3", "7")[1] == []
    assert column("12m", "15m", "9m", "3m", "7m")[1] == []


def test_a_unit_is_doubted_where_it_makes_amounts_beyond_reason():
    _, doubts = column(
        "6,279,429", "2,788,000", "2,724,000", "1,830,000", "1,730,000", unit=1_000_000
    )
    assert [each.code for each in doubts] == ["money-unit-doubtful"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EUR", "EUR"),
        ("usd", "USD"),
        ("£", "GBP"),
        ("US$", "USD"),
        ("Euro", "EUR"),
        ("US dollars", "USD"),
        ("CAD - Canadian dollar", "CAD"),
        ("Pound sterling (GBP)", "GBP"),
        ("€ ", "EUR"),
    ],
)
def test_currency_cells(text, code):
    assert currency.read(text) == (code, "", "")


@pytest.mark.parametrize("text", ["$", "XYZ", "dollars", "5"])
def test_currency_cells_that_tell_no_currency(text):
    assert currency.read(text) == (None, "currency-unread", "")


def test_a_missing_currency_is_unknown():
    assert currency.read("n/a") is None


@given(
    st.integers(min_value=0, max_value=10**14),
    st.sampled_from(["£{:,}.00", "{} EUR", "EUR {:,}.0", "{}"]),
)
def test_whole_amounts_read_as_themselves(number, shape):
    reading = one(shape.format(number))
    assert reading.value.amount == number


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_decimal_mark_gives_the_same_amount(number):
    point = f"{number:,.2f}"
    comma = point.translate(str.maketrans(",.", ".,"))
    space = f"{number:,.2f}".replace(",", "\u202f").replace(".", ",")
    assert {one(text).value.amount for text in (point, comma, space)} == {float(number)}


@given(st.text(alphabet="0123456789.,' eE+-£$€mk()%/a", max_size=40))
def test_any_text_is_an_amount_or_a_problem(text):
    reading = one(text)
    if reading is not None and not reading.code:
        assert reading.value.amount >= 0


@given(st.text(alphabet="0123456789.,' eE+-", max_size=30))
def test_a_number_is_never_negative_or_odd(text):
    number = numbers.read(text)
    if isinstance(number, numbers.Plain):
        assert isinstance(number.value, Decimal)
        assert number.value >= 0


def test_hostile_cells_take_linear_time():
    for text in ("1 " * 900, "1," * 900, "$" * 1_900, "(" * 1_900, "1-" * 900, "e" * 1_900):
        amounts.read(text)
