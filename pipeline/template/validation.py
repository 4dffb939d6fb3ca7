"""Drop-downs and checks of the cells that a person fills in, as options of XlsxWriter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.template.guide import Entry

FIRST_ROW = 2
ROWS = 2000
_LAST_ROW = FIRST_ROW + ROWS - 1
_CURRENCIES = ["EUR", "GBP", "USD", "CHF", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY"]
_EARLIEST, _LATEST = date(1950, 1, 1), date(2199, 12, 31)

# Excel cuts longer ones with an error.
_MOST_TITLE, _MOST_MESSAGE = 32, 255


def checks(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """For each entry the validation of its cells.

    Every cell shows what it is for once it is selected; a wrong one is refused with the cure, but
    an unlisted currency is only asked about. Row numbers in formulas are those of the first row.
    """
    letters = {entry.column.name: xl_col_to_name(place) for place, entry in enumerate(entries)}
    return [_described(entry) | _check(entry, letters) for entry in entries]


def _described(entry: Entry) -> dict[str, Any]:
    return {
        "ignore_blank": True,
        "input_title": entry.heading[:_MOST_TITLE],
        "input_message": f"{entry.column.meaning} {entry.enter}."[:_MOST_MESSAGE],
    }


def _check(entry: Entry, letters: dict[str, str]) -> dict[str, Any]:
    column = entry.column
    match column.kind:
        case "choice":
            choices = list(column.choices)
            message = f"Choose {', '.join(choices)}, or leave the cell empty."
            return _refusing("Not in the list", message, validate="list", source=choices)
        case "currency":
            message = "Not a code of the list. Keep it if it is a valid three-letter code."
            asking = _refusing("Check the code", message, validate="list", source=_CURRENCIES)
            return asking | {"error_type": "warning"}
        case "count":
            message = "Enter a whole number from 0, or leave the cell empty if it is not known."
            return _refusing("Not a count", message, validate="integer", criteria=">=", value=0)
        case "money":
            message = "Enter a plain number in units of the currency, such as 1250000."
            return _refusing("Not an amount", message, validate="decimal", criteria=">=", value=0)
        case "date":
            return _date_check(column.name, letters)
        case _:
            return _text_check(column.name, letters)


def _date_check(name: str, letters: dict[str, str]) -> dict[str, Any]:
    if name == "end_date":
        start, end = (f"{letters[date_name]}{FIRST_ROW}" for date_name in ("start_date", name))
        message = "Enter a date that is not before the start date, or leave the cell empty."
        formula = f'=AND(ISNUMBER({end}),OR({start}="",{end}>={start}))'
        return _refusing("Not a possible end", message, validate="custom", value=formula)
    message = "Enter a date, such as 2027-06-30, or leave the cell empty."
    return _refusing(
        "Not a date",
        message,
        validate="date",
        criteria="between",
        minimum=_EARLIEST,
        maximum=_LATEST,
    )


def _text_check(name: str, letters: dict[str, str]) -> dict[str, Any]:
    if name != "initiative_id":
        return {"validate": "any"}
    letter = letters[name]
    formula = f"=COUNTIF(${letter}${FIRST_ROW}:${letter}${_LAST_ROW},{letter}{FIRST_ROW})=1"
    message = "Another row has this ID. Every initiative needs an ID of its own."
    return _refusing("ID used twice", message, validate="custom", value=formula)


def _refusing(title: str, message: str, **rule: Any) -> dict[str, Any]:  # noqa: ANN401
    return rule | {"error_title": title, "error_message": message}
