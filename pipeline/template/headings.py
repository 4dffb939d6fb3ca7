"""Canonical column names as people write them."""

from __future__ import annotations


def heading(column: str) -> str:
    """The header cell of a canonical column: "parent_id" becomes "Parent ID"."""
    words = column.split("_")
    first, rest = words[0].capitalize(), ["ID" if word == "id" else word for word in words[1:]]
    return " ".join([first, *rest])
