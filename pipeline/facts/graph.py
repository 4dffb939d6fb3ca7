"""Facts of the portfolio graph: parents and children, dependencies in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.facts.table import FactColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools


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
    children = everyone.loc[everyone["parent_id"].notna(), ["parent_id", "business_unit"]]
    per_parent = children.groupby("parent_id")
    links = _links(everyone)
    ids = rows["initiative_id"]
    counts = {
        "child_count": _looked_up(ids, per_parent.size()),
        "child_units": _looked_up(ids, per_parent["business_unit"].nunique()),
        "dependents": _looked_up(ids, links.groupby("target").size()),
        "dependencies": _looked_up(ids, links.groupby("source").size()),
        "crosses": _at_either_end(ids, links[links["crosses"]]),
        "unclear": _at_either_end(ids, links[links["is_unclear"]]),
        "unknown": _looked_up(ids, links[links["is_unknown"]].groupby("source").size()),
    }
    return counted_facts(
        rows, counts, has_children=bool(len(children)), has_dependencies=bool(len(links))
    )


def counted_facts(
    rows: pd.DataFrame,
    counts: Mapping[str, NDArray[np.int64]],
    *,
    has_children: bool,
    has_dependencies: bool,
) -> dict[str, FactColumn]:
    """Graph facts of rows whose links have been counted.

    Args:
        rows: Initiatives to describe.
        counts: Of each, its children and the units they name; initiatives that depend on it, those
            it depends on and how many of these nobody knows; dependencies at either end that cross
            units, and those of which nobody can tell.
        has_children: Whether anything in the portfolio has a parent.
        has_dependencies: Whether anything in the portfolio depends on anything.
    """
    has_parent = rows["parent_id"].notna().to_numpy()
    has_unit = rows["business_unit"].notna().to_numpy()
    has_list = rows["depends_on"].notna().to_numpy()
    children = np.full(len(rows), has_children)
    dependencies = np.full(len(rows), has_dependencies)
    # Where the unit of one end is unknown, none that cross are known, which is not none.
    is_clear = has_unit & ((counts["crosses"] > 0) | (counts["unclear"] == 0))
    return {
        "has_parent": FactColumn(values=has_parent, known=has_parent),
        "child_count": FactColumn(values=counts["child_count"], known=children),
        "child_unit_count": FactColumn(
            values=counts["child_units"], known=children & (counts["child_units"] > 0)
        ),
        "dependency_count": FactColumn(values=counts["dependencies"], known=has_list),
        "dependent_count": FactColumn(values=counts["dependents"], known=dependencies),
        "cross_unit_dependency_count": FactColumn(
            values=counts["crosses"], known=dependencies & is_clear
        ),
        "unknown_dependency_count": FactColumn(values=counts["unknown"], known=has_list),
    }


def _links(everyone: pd.DataFrame) -> pd.DataFrame:
    """One row per dependency: source, target, and what is known of the two."""
    links = (
        everyone.loc[everyone["depends_on"].notna(), ["initiative_id", "depends_on"]]
        .explode("depends_on")
        .rename(columns={"initiative_id": "source", "depends_on": "target"})
        .astype("str")
        .drop_duplicates(ignore_index=True)
    )
    unit = everyone.drop_duplicates("initiative_id").set_index("initiative_id")["business_unit"]
    source_unit, target_unit = links["source"].map(unit), links["target"].map(unit)
    is_unclear = source_unit.isna() | target_unit.isna()
    # A parent without a row of its own is an initiative too.
    is_known = is_among(links["target"], everyone["initiative_id"]) | is_among(
        links["target"], everyone["parent_id"]
    )
    return links.assign(
        is_unknown=~is_known,
        is_unclear=is_unclear,
        crosses=~is_unclear & source_unit.ne(target_unit),
    )


def _at_either_end(ids: pd.Series[str], links: pd.DataFrame) -> NDArray[np.int64]:
    ends = [_looked_up(ids, links.groupby(end).size()) for end in ("source", "target")]
    return ends[0] + ends[1]


def resolved_parents(rows: pd.DataFrame) -> pd.Series[str]:
    """The parent of each row, by id where another row can be meant.

    An export may name a parent in another case, or by its title. A title that several rows bear
    stays as it is; a row that names its own title is the parent's own row and has none.
    """
    parents = rows["parent_id"]
    ids = rows["initiative_id"]
    lost = parents.notna() & ~is_among(parents, ids)
    if not lost.any():
        return parents
    found = _folded(parents[lost]).map(_unique(ids, ids)).astype("str")
    found = found.fillna(_folded(parents[lost]).map(_unique(rows["name"], ids)).astype("str"))
    resolved = parents.copy()
    resolved[lost] = found.fillna(parents[lost])
    return resolved.mask(lost & (resolved == ids))


def _unique(keys: pd.Series[str], ids: pd.Series[str]) -> pd.Series[str]:
    """Ids by folded key, for keys that one row alone has."""
    known = keys.notna()
    table = pd.Series(ids[known].to_numpy(), index=_folded(keys[known]).to_numpy(), dtype="str")
    return table[~table.index.duplicated(keep=False)]


def _folded(keys: pd.Series[str]) -> pd.Series[str]:
    return keys.str.split().str.join(" ").str.casefold()


def is_among(keys: pd.Series[str], others: pd.Series[str]) -> Bools:
    """Where a key stands anywhere in ``others``; a missing one never does."""
    # Ten times as fast as isin, which makes Python strings of both first.
    found: Bools = pd.Index(others.dropna().unique()).get_indexer(pd.Index(keys)) >= 0
    return found


def _looked_up(ids: pd.Series[str], counts: pd.Series[int]) -> NDArray[np.int64]:
    return np.asarray(ids.map(counts).fillna(0), dtype=np.int64)


def derived_parents(accepted: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    """Initiatives made from parents that have no row of their own.

    Args:
        accepted: Accepted rows, the children.
        everyone: These and the quarantined rows; a parent among them is not made again.

    Returns:
        Rows with the columns of ``accepted``, in order of first mention; the index goes on from
        -1 downwards, since no source line is theirs. Unit, sponsor and currency are those that all
        children name; dates and budget span all children, and are unknown where one child's is;
        lists gather what any child names.
    """
    children = everyone[everyone["parent_id"].notna()]
    orphaned = children[~is_among(children["parent_id"], everyone["initiative_id"])]
    parents = orphaned[is_among(orphaned["parent_id"], accepted["parent_id"])]
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
    made["start_date"] = _of_all(parents, "start_date", "min").reindex(ids)
    made["end_date"] = _of_all(parents, "end_date", "max").reindex(ids)
    # A sum of several currencies, or of amounts in none, is no amount.
    made["budget"] = _of_all(parents, "budget", "sum").reindex(ids).where(made["currency"].notna())
    for column, source in (
        ("business_units", "business_unit"),
        ("vendors", "vendors"),
        ("teams", "teams"),
        ("technical_domains", "technical_domains"),
    ):
        made[column] = _gathered(parents, source).reindex(ids)
    return _like(made, accepted)


def _agreed(rows: pd.DataFrame, column: str) -> pd.Series:
    """The value that every child gives."""
    grouped = rows.groupby("parent_id")[column]
    return grouped.first().where((grouped.count() == grouped.size()) & grouped.nunique().eq(1))


def _of_all(rows: pd.DataFrame, column: str, how: str) -> pd.Series:
    """The values of all children as one; missing where one child's is."""
    grouped = rows.groupby("parent_id")[column]
    return grouped.agg(how).where(grouped.count() == grouped.size())


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
