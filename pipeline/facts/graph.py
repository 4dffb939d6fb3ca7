"""Facts of the portfolio graph: parents and children, dependencies in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.facts.table import FactColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray


def graph_facts(rows: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, FactColumn]:
    """Graph facts of ``rows``.

    Args:
        rows: Initiatives to describe, columns ``initiative_id``, ``parent_id``, ``depends_on``,
            ``business_unit``.
        everyone: These and the quarantined rows: a child that cannot be classified is still a
            child, so one bad row changes nobody else's facts.

    Returns:
        Columns by fact name; counts are unknown where the whole portfolio has no such link.
    """
    return {**_children(rows, everyone), **_dependencies(rows, everyone)}


def _children(rows: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, FactColumn]:
    links = everyone.loc[everyone["parent_id"].notna(), ["parent_id", "business_unit"]]
    per_parent = links.groupby("parent_id")
    has_parent = rows["parent_id"].notna().to_numpy()
    in_use = np.full(len(rows), bool(len(links)))
    ids = rows["initiative_id"]
    children = _looked_up(ids, per_parent.size())
    units = _looked_up(ids, per_parent["business_unit"].nunique())
    return {
        "has_parent": FactColumn(values=has_parent, known=has_parent),
        "child_count": FactColumn(values=children, known=in_use),
        "child_unit_count": FactColumn(values=units, known=in_use & (units > 0)),
    }


def _dependencies(rows: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, FactColumn]:
    links = (
        everyone.loc[everyone["depends_on"].notna(), ["initiative_id", "depends_on"]]
        .explode("depends_on")
        .rename(columns={"initiative_id": "source", "depends_on": "target"})
        .drop_duplicates()
    )
    unit = everyone.drop_duplicates("initiative_id").set_index("initiative_id")["business_unit"]
    source_unit = links["source"].map(unit)
    target_unit = links["target"].map(unit)
    links = links.assign(
        is_unknown=~links["target"].isin(unit.index),
        crosses=(source_unit.notna() & target_unit.notna() & (source_unit != target_unit)),
    )
    ids = rows["initiative_id"]
    out = rows["depends_on"].notna().to_numpy()
    in_use = np.full(len(rows), bool(len(links)))
    crossing = links[links["crosses"]]
    crosses = _looked_up(ids, crossing.groupby("source").size()) + _looked_up(
        ids, crossing.groupby("target").size()
    )
    return {
        "dependency_count": FactColumn(
            values=_looked_up(ids, links.groupby("source").size()), known=out
        ),
        "dependent_count": FactColumn(
            values=_looked_up(ids, links.groupby("target").size()), known=in_use
        ),
        "cross_unit_dependency_count": FactColumn(
            values=crosses, known=in_use & rows["business_unit"].notna().to_numpy()
        ),
        "unknown_dependency_count": FactColumn(
            values=_looked_up(ids, links[links["is_unknown"]].groupby("source").size()), known=out
        ),
    }


def _looked_up(ids: pd.Series[str], counts: pd.Series[int]) -> NDArray[np.int64]:
    return np.asarray(ids.map(counts).fillna(0), dtype=np.int64)


def derived_parents(accepted: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    """Initiatives made from parents that have no row of their own.

    Args:
        accepted: Accepted rows, the children.
        everyone: These and the quarantined rows; a parent among them is not made again.

    Returns:
        Rows with the columns of ``accepted``, in order of first mention; the index goes on from
        -1 downwards, since no source line is theirs. What the children do not agree on, or do not
        all know, is unknown.
    """
    children = everyone[everyone["parent_id"].notna()]
    orphaned = children[~children["parent_id"].isin(everyone["initiative_id"])]
    parents = orphaned[orphaned["parent_id"].isin(accepted["parent_id"])]
    ids = parents["parent_id"].drop_duplicates().to_list()
    if not ids:
        return accepted.iloc[:0]
    grouped = parents.groupby("parent_id", sort=False)
    made = pd.DataFrame(index=pd.Index(ids, name="parent_id"))
    made["initiative_id"] = ids
    made["name"] = grouped["parent_name"].first().reindex(ids)
    made["name"] = made["name"].fillna(made["initiative_id"])
    for column in ("business_unit", "sponsor", "currency"):
        made[column] = _agreed(parents, column).reindex(ids)
    made["project_count"] = grouped.size().reindex(ids).astype("Int64")
    made["start_date"] = grouped["start_date"].min().reindex(ids)
    made["end_date"] = grouped["end_date"].max().reindex(ids)
    made["budget"] = _total_budget(parents).reindex(ids)
    for column, source in (
        ("business_units", "business_unit"),
        ("vendors", "vendors"),
        ("teams", "teams"),
        ("technical_domains", "technical_domains"),
    ):
        made[column] = _gathered(parents, source).reindex(ids)
    return _like(made, accepted)


def _agreed(rows: pd.DataFrame, column: str) -> pd.Series:
    known = rows[rows[column].notna()].groupby("parent_id")[column]
    return known.first().where(known.nunique() == 1)


def _total_budget(rows: pd.DataFrame) -> pd.Series[float]:
    """The sum, where every child has a budget in the one currency."""
    grouped = rows.groupby("parent_id")
    complete = grouped["budget"].count() == grouped.size()
    currencies = rows["currency"].fillna("").groupby(rows["parent_id"]).nunique()
    return grouped["budget"].sum().where(complete & (currencies == 1))


def _gathered(rows: pd.DataFrame, column: str) -> pd.Series:
    """The distinct items of all children, in order of first mention, as tuples."""
    items = rows[["parent_id", column]].explode(column).dropna().drop_duplicates()
    return items.groupby("parent_id", sort=False)[column].agg(tuple)


def _like(made: pd.DataFrame, model: pd.DataFrame) -> pd.DataFrame:
    """``made`` with every column and dtype of ``model``; what it lacks is missing."""
    index = pd.RangeIndex(-1, -1 - len(made), -1, name=model.index.name)
    full: dict[str, pd.Series] = {}
    for name, dtype in model.dtypes.items():
        key = str(name)
        if key not in made:
            full[key] = pd.Series([None] * len(made), index=index, dtype=dtype)
            continue
        values = made[key].astype(object)
        values = values.where(values.notna(), None)
        full[key] = pd.Series(list(values), index=index, dtype=dtype)
    return pd.DataFrame(full, index=index)
