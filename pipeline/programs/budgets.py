"""What the members of each cluster cost together, where that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pipeline.programs.clusters import Found


def budgets(found: Found) -> tuple[Any, list[str]]:
    """Sum of the budgets of each cluster, and its currency.

    Whether the budget of a parent holds those of its children is not known of every portfolio; to
    count nothing twice, a parent in the cluster stands for all below it.

    Returns:
        Float64 amounts, missing unless all budgets are known in one currency, and the currencies,
        "" where the amount is missing.
    """
    network, cluster = found.network, found.cluster
    parent = network.parent
    is_below = (parent >= 0) & (cluster[parent] == cluster)
    counted = network.rows[["budget", "currency"]].assign(cluster=cluster)
    counted = counted[(cluster >= 0) & ~is_below]
    grouped = counted.groupby("cluster")
    known = grouped.count().eq(grouped.size(), axis=0).all(axis=1)
    known &= grouped["currency"].nunique().eq(1)
    numbers = pd.RangeIndex(found.size)
    is_known = known.reindex(numbers, fill_value=False).to_numpy(bool)
    amounts = grouped["budget"].sum().reindex(numbers).astype("Float64").where(is_known)
    currencies = grouped["currency"].first().reindex(numbers).to_numpy(object)
    return amounts.array, np.where(is_known, currencies, "").tolist()
