"""Every missing token seen in real portfolios says nothing where a value is expected."""

import pytest

from pipeline.parse.missing import says_nothing, wariness
from pipeline.parse.spellings import spellings
from schemas.columns import BY_NAME, COLUMNS

SEEN = [
    "",
    "-",
    "--",
    "n/a",
    "N/A",
    "NULL",
    "none",
    "Not reported",
    "Unavailable",
    "Not Provided",
    "Data not provided",
    "NFP",
    "nfp",
    "TBC",
    "TBD",
    "To be determined",
    "#N/A",
    "Exempt under Section 43 of the Freedom of Information Act 2000",
    "Data exempt under section 27 and section 43",
    "na",
    "NaN",
    "…",
    "?",
    "Not reported by the agency",
    "TBD (dependent on the other plan)",
    "Exemption under Section 24 (National Security) and 31 (1)",
]


@pytest.mark.parametrize("how", ["value", "date"])
@pytest.mark.parametrize("text", SEEN)
def test_tokens_of_real_portfolios_say_nothing(text, how):
    assert says_nothing(text, how)
    assert says_nothing(f" {text.upper()}\u00a0", how)


@pytest.mark.parametrize("text", ["Ongoing", "On hold", "0000-00-00", "NaT"])
def test_some_tokens_are_empty_only_as_dates(text):
    assert says_nothing(text, "date")
    assert not says_nothing(text, "value")


@pytest.mark.parametrize("text", ["0", "no", "£5m", "x", "ongoing work", "tbc 5", "nonesuch"])
def test_what_says_something_is_no_token(text):
    assert not says_nothing(text, "value")


def test_how_wary_each_column_is():
    assert wariness(BY_NAME["name"]) == "identifier"
    assert wariness(BY_NAME["parent_id"]) == "identifier"
    assert wariness(BY_NAME["sponsor"]) == "text"
    assert wariness(BY_NAME["end_date"]) == "date"
    assert {wariness(column) for column in COLUMNS if column.kind in {"money", "count"}} == {
        "value"
    }


def test_every_token_of_the_data_file_is_found_by_its_first_letter():
    for how, tokens in spellings().missing.items():
        assert all(
            says_nothing(token, how) and says_nothing(token.upper(), how) for token in tokens
        )
