"""Frames as JSON has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One object a row; missing is ``None``."""
    found: list[dict[str, Any]] = json.loads(frame.to_json(orient="records"))
    return found
