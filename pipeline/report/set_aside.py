"""Why rows were set aside: by reason how many there are, and some of them by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.report.columns import texts
from pipeline.report.safe_text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_SAMPLE: Final = 3
_KEY_LIMIT: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One code of ``schemas/problems.yaml``, how many rows have it, and the first of them.

    ``lines`` are source lines; ``keys`` the ids of the same rows, "row 7" where a row has none.
    """

    code: str
    rows: int
    lines: tuple[int, ...]
    keys: tuple[str, ...]


def reasons(quarantine: pd.DataFrame) -> list[Reason]:
    """Every reason, that of most rows first; a row with several is counted with each.

    Args:
        quarantine: Satisfies ``schemas.report.Problems``.
    """
    rows: dict[str, dict[int, str]] = {}
    columns = (texts(quarantine, name) for name in ("problem", "initiative_id"))
    lines = quarantine["source_line"].tolist()
    for line, code, key in zip(lines, *columns, strict=True):
        rows.setdefault(code, {})[line] = shortened(key, _KEY_LIMIT) or f"row {line}"
    found = [
        Reason(
            code=code,
            rows=len(keys),
            lines=tuple(list(keys)[:_SAMPLE]),
            keys=tuple(list(keys.values())[:_SAMPLE]),
        )
        for code, keys in rows.items()
    ]
    return in_order(found)


def in_order(found: Iterable[Reason]) -> list[Reason]:
    """Reasons, that of most rows first."""
    return sorted(found, key=lambda reason: (-reason.rows, reason.code))


def added(first: Reason, other: Reason) -> Reason:
    """One reason of two portions of a portfolio, ``other`` of rows further down."""
    return Reason(
        code=first.code,
        rows=first.rows + other.rows,
        lines=(*first.lines, *other.lines)[:_SAMPLE],
        keys=(*first.keys, *other.keys)[:_SAMPLE],
    )


def logged(found: Iterable[Reason]) -> list[dict[str, Any]]:
    """The same for run.log, which has no cell of the portfolio: lines in place of ids."""
    return [
        {"reason": reason.code, "rows": reason.rows, "lines": list(reason.lines)}
        for reason in found
    ]
