"""One block of an invented portfolio: every canonical column as text, "" for an empty cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.generate import graph, latent, story
from pipeline.generate.chance import between, known, listed, weighted, where
from pipeline.generate.words import words
from schemas.columns import BY_NAME, NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.generate.chance import Integers
    from pipeline.generate.latent import Latent

# Rows are no snapshots of one another.
COLUMNS = tuple(name for name in NAMES if name != "reported_on")

# Share of filled cells in a sparse, a usual and a rich export. What rules would like best is what
# real exports have least; columns that are not named are filled wherever there is something.
_KNOWN = {
    "description": (0.80, 0.97, 1.0),
    "business_unit": (0.85, 0.98, 1.0),
    "sponsor": (0.20, 0.75, 0.95),
    "status": (0.50, 0.90, 1.0),
    "priority": (0.20, 0.60, 0.90),
    "parent_id": (0.60, 0.80, 1.0),
    "depends_on": (0.10, 0.50, 0.90),
    "project_count": (0.02, 0.10, 0.80),
    "team_count": (0.02, 0.15, 0.85),
    "teams": (0.01, 0.12, 0.70),
    "people_count": (0.02, 0.15, 0.80),
    "technical_domains": (0.02, 0.25, 0.85),
    "business_units": (0.03, 0.25, 0.85),
    "vendors": (0.05, 0.35, 0.80),
    "stakeholder_level": (0.02, 0.30, 0.90),
    "stakeholder_count": (0.01, 0.10, 0.75),
    "decision_level": (0.01, 0.20, 0.85),
    "strategic_goals": (0.03, 0.30, 0.85),
    "deliverable_type": (0.05, 0.35, 0.85),
    "scope_definition": (0.01, 0.20, 0.85),
    "delivery_model": (0.03, 0.30, 0.90),
    "start_date": (0.60, 0.90, 1.0),
    "end_date": (0.50, 0.85, 0.95),
    "budget": (0.60, 0.85, 0.97),
    "current_role": (0.05, 0.35, 0.85),
    "owner": (0.30, 0.75, 0.95),
}

# Weights of a column's choices, in their order, for a project, a program and what is unclear.
_CHOICES = {
    "stakeholder_level": ((0.35, 0.53, 0.12), (0.03, 0.25, 0.72), (0.30, 0.48, 0.22)),
    "decision_level": ((0.52, 0.43, 0.05), (0.04, 0.28, 0.68), (0.35, 0.45, 0.20)),
    "scope_definition": ((0.86, 0.14), (0.18, 0.82), (0.50, 0.50)),
    "delivery_model": ((0.78, 0.19, 0.03), (0.06, 0.62, 0.32), (0.40, 0.35, 0.25)),
    "current_role": ((0.86, 0.14), (0.22, 0.78), (0.62, 0.38)),
}

_CURRENCIES = ("EUR", "GBP", "USD", "CHF")
_CURRENCY_SHARES = (0.80, 0.12, 0.05, 0.03)
_OPEN_END_SHARE = 0.7


def block(rng: np.random.Generator, *, rows: int, first: int) -> pa.Table:
    """Draw ``rows`` initiatives whose ids count on from ``first``."""
    truth = latent.draw(rng, rows, units=len(words().slots["unit"]))
    ids = _numbered("INI-", np.arange(first, first + rows), 7)
    links = graph.link(rng, truth, ids)
    columns = {"initiative_id": ids, "depends_on": links.depends_on}
    columns |= _texts(rng, truth)
    columns |= _lineage(rng, links, ids, first)
    columns |= _counts(rng, truth, links)
    columns |= _lists(rng, truth)
    columns |= _choices(rng, truth)
    columns |= _money_and_dates(rng, truth, columns["delivery_model"])
    for name, shares in _KNOWN.items():
        columns[name] = where(known(rng, truth.richness, shares), columns[name])
    # Neither says anything without the other.
    for name, of in (("currency", "budget"), ("parent_name", "parent_id")):
        columns[name] = pc.if_else(pc.equal(columns[of], ""), "", columns[name])
    return pa.table({name: columns[name] for name in COLUMNS})


def _texts(rng: np.random.Generator, truth: Latent) -> dict[str, pa.StringArray]:
    row_slots = story.slots(rng, truth)
    kind = truth.kind
    results = [words().slots[f"result_{name}"] for name in ("project", "program", "unclear")]
    sizes = np.array([len(result) for result in results])
    before = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    result = pc.take(pa.concat_arrays(results), before[kind] + rng.integers(0, sizes[kind]))
    return {
        "name": story.names(rng, truth, row_slots),
        "description": story.descriptions(rng, truth, row_slots),
        "business_unit": row_slots["unit"],
        "deliverable_type": result,
        "sponsor": _any(rng, "sponsor", len(kind)),
        "status": _any(rng, "status", len(kind)),
        "priority": _any(rng, "priority", len(kind)),
        "owner": pc.binary_join_element_wise(
            _any(rng, "first", len(kind)), _any(rng, "last", len(kind)), " "
        ),
    }


def _lineage(
    rng: np.random.Generator, links: graph.Graph, ids: pa.StringArray, first: int
) -> dict[str, pa.StringArray]:
    ghost_ids = _numbered(f"PRG-{first:07d}-", np.maximum(links.ghost, 0), 4)
    own = where(links.parent >= 0, pc.take(ids, np.maximum(links.parent, 0)))
    return {
        "parent_id": pc.if_else(pa.array(links.ghost >= 0), ghost_ids, own),
        "parent_name": story.parent_names(rng, links.ghost),
    }


def _counts(
    rng: np.random.Generator, truth: Latent, links: graph.Graph
) -> dict[str, pa.StringArray]:
    counts = {
        # A program never claims fewer projects than name it as their parent.
        "project_count": np.maximum(truth.projects, graph.children(links.parent)),
        "team_count": truth.teams,
        "people_count": truth.people,
        "stakeholder_count": between(rng, truth.kind, ((1, 8), (5, 30), (1, 12))),
    }
    return {name: pc.cast(pa.array(values), pa.string()) for name, values in counts.items()}


def _lists(rng: np.random.Generator, truth: Latent) -> dict[str, pa.StringArray]:
    lists = words().slots

    def sized(ranges: Sequence[tuple[int, int]]) -> Integers:
        return between(rng, truth.kind, ranges)

    return {
        "teams": listed(rng, lists["team"], truth.teams),
        "technical_domains": listed(rng, lists["domain"], sized(((1, 3), (2, 6), (1, 3)))),
        "business_units": listed(
            rng, lists["unit"], sized(((1, 2), (2, 6), (1, 3))), first=truth.unit
        ),
        "vendors": listed(rng, lists["vendor"], sized(((0, 2), (0, 4), (0, 2)))),
        "strategic_goals": listed(rng, lists["goal"], sized(((0, 1), (1, 3), (0, 2)))),
    }


def _choices(rng: np.random.Generator, truth: Latent) -> dict[str, pa.StringArray]:
    return {
        name: pc.take(
            pa.array(BY_NAME[name].choices, pa.string()), weighted(rng, truth.kind, weights)
        )
        for name, weights in _CHOICES.items()
    }


def _money_and_dates(
    rng: np.random.Generator, truth: Latent, delivery_model: pa.StringArray
) -> dict[str, pa.StringArray]:
    rows = len(truth.kind)
    endless = pc.equal(delivery_model, "continuous").to_numpy(zero_copy_only=False)
    open_end = endless & (rng.random(rows) < _OPEN_END_SHARE)
    currency = weighted(rng, np.zeros(rows, dtype=np.int64), [_CURRENCY_SHARES])
    return {
        "start_date": pc.cast(pa.array(truth.start), pa.string()),
        "end_date": where(~open_end, pc.cast(pa.array(truth.end), pa.string())),
        "budget": pc.cast(pa.array(truth.budget.astype(np.int64)), pa.string()),
        "currency": pc.take(pa.array(_CURRENCIES), currency),
    }


def _any(rng: np.random.Generator, slot: str, rows: int) -> pa.StringArray:
    entries = words().slots[slot]
    return pc.take(entries, rng.integers(0, len(entries), rows))


def _numbered(prefix: str, numbers: Integers, width: int) -> pa.StringArray:
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")
