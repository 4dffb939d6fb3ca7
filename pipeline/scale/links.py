"""Facts of the portfolio graph by joins: whatever has one key meets in one place.

Each function gets all rows of some keys and none of others, so that an engine can hand the keys to
many workers. What comes out is what ``pipeline.facts.graph`` says of the whole portfolio.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from pipeline.scale.keys import any_of, codes_of, distinct, first_of, known_codes, marked
from pipeline.scale.tables import CHILD_ROWS, ENDS, SHARES, made

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Roles of an end: what it says of its key.
ROW, CHILD, LINK = 0, 1, 2
ID, TITLE, ASKED = 0, 1, 2
DERIVED: Final = -1  # the part of what has no row


def ids_and_parents(settled: pd.DataFrame) -> pd.DataFrame:
    """Keyed by id: every initiative, and every parent that one names."""
    rows = settled[settled["stands"]]
    named = rows[rows["parent"] != ""]
    return pd.concat(
        [
            made(ENDS, key=rows["id"], role=ID),
            _ends(named, named["parent"], ASKED),
        ],
        ignore_index=True,
    )


def parents(ends: pd.DataFrame) -> pd.DataFrame:
    """By key: the parents that are named; ``role`` is ``ID`` where an initiative has that id."""
    codes, known = marked(ends["key"], (ends["role"] == ID).to_numpy())
    asked = (ends["role"] == ASKED).to_numpy()
    role = np.where(known[codes], ID, ASKED).astype(np.int32)
    return ends.assign(role=role)[asked]


def titles(settled: pd.DataFrame) -> pd.DataFrame:
    """Keyed by folded text: every id and every name that may stand for an initiative."""
    rows = settled[settled["stands"]]
    named = rows[rows["name"] != ""]
    return pd.concat(
        [
            _ends(rows, folded(rows["id"]), ID),
            _ends(named, folded(named["name"]), TITLE),
        ],
        ignore_index=True,
    )


def lost(ends: pd.DataFrame) -> pd.DataFrame:
    """Keyed by folded text: the parents that no initiative has as its id."""
    open_ = ends[ends["role"] == ASKED]
    return open_.assign(key=folded(open_["parent"]))


def found(ends: pd.DataFrame) -> pd.DataFrame:
    """By folded text: lost parents by the id that is meant, where one initiative alone can be.

    A row that names its own title is the parent's own row and has none.
    """
    codes = codes_of(ends["key"])
    size = int(codes.max(initial=-1)) + 1
    role = ends["role"].to_numpy()
    meant = np.full(size, -1)
    for kind in (TITLE, ID):  # an id is meant before a title
        mine = np.flatnonzero(role == kind)
        alone = np.bincount(codes[mine], minlength=size) == 1
        of_one = mine[alone[codes[mine]]]
        meant[codes[of_one]] = of_one
    asked = np.flatnonzero(role == ASKED)
    place = meant[codes[asked]]
    rows = ends.iloc[asked]
    told = ends["id"].iloc[place].set_axis(rows.index)
    parent = rows["parent"].where(place < 0, told)
    return rows.assign(parent=parent.mask(parent == rows["id"], ""), role=np.int32(ID))


def known(ends: pd.DataFrame) -> pd.DataFrame:
    """The parents that are ids."""
    return ends[ends["role"] == ID]


def ends_of_rows(settled: pd.DataFrame) -> pd.DataFrame:
    """Keyed by id: every initiative, and whatever it depends on."""
    rows = settled[settled["stands"]]
    linked = rows[rows["depends"] != ""]
    targets = [
        list(dict.fromkeys(each for each in json.loads(text) if not (is_accepted and each == own)))
        for text, own, is_accepted in zip(
            linked["depends"], linked["id"], linked["accepted"], strict=True
        )
    ]
    links = linked.assign(key=pd.Series(targets, index=linked.index, dtype=object)).explode("key")
    links = links[links["key"].notna()]
    return pd.concat(
        [_ends(rows, rows["id"], ROW), _ends(links, links["key"].astype("str"), LINK)],
        ignore_index=True,
    )


def ends_of_children(ends: pd.DataFrame) -> pd.DataFrame:
    """Keyed by the parent that is meant: every child."""
    rows = ends[ends["parent"] != ""]
    return _ends(rows, rows["parent"], CHILD)


def gather(ends: pd.DataFrame) -> pd.DataFrame:
    """By key: what the ends that meet say of each other, as shares of the rows they come from.

    A parent without a row has its share in the part ``DERIVED``, under the line of its first child.
    """
    codes = codes_of(ends["key"])
    size = int(codes.max(initial=-1)) + 1
    role = ends["role"].to_numpy()
    row, child, link = (np.flatnonzero(role == each) for each in (ROW, CHILD, LINK))
    units = known_codes(ends["unit"])
    unit = np.full(size, -1)
    unit[codes[row]] = units[row]
    has_row, has_child = any_of(codes[row], size), any_of(codes[child], size)
    is_unclear = (units[link] < 0) | (unit[codes[link]] < 0)
    crosses = ~is_unclear & (units[link] != unit[codes[link]])
    is_accepted = ends["accepted"].to_numpy()
    counts = {
        CHILD_ROWS: np.bincount(codes[child[is_accepted[child]]], minlength=size),
        "child_count": np.bincount(codes[child], minlength=size),
        "child_units": distinct(codes[child], units[child], size),
        "dependents": np.bincount(codes[link], minlength=size),
        "crosses": np.bincount(codes[link[crosses]], minlength=size),
        "unclear": np.bincount(codes[link[is_unclear]], minlength=size),
    }
    derived = ~has_row & any_of(codes[child[is_accepted[child]]], size)
    told = row[is_accepted[row] & (sum(counts.values())[codes[row]] > 0)]  # type: ignore[index]
    shares = [
        _shares(ends, told, **{name: each[codes[told]] for name, each in counts.items()}),
        _shares(
            ends,
            link,
            dependencies=1,
            crosses=crosses,
            unclear=is_unclear,
            unknown=~(has_row | has_child)[codes[link]],
        ),
        _shares(ends, child[derived[codes[child]]], is_orphan=True),
        _derived(ends, child[derived[codes[child]]], codes, counts),
    ]
    return pd.concat(shares, ignore_index=True)


def _derived(
    ends: pd.DataFrame,
    children: NDArray[np.intp],
    codes: NDArray[np.intp],
    counts: dict[str, NDArray[np.intp]],
) -> pd.DataFrame:
    line = ends["line"].to_numpy()
    order = children[np.lexsort((line[children], codes[children]))]
    first = order[first_of(codes[order])]
    return made(
        SHARES,
        part=np.full(len(first), DERIVED),
        line=line[first],
        text=ends["key"].iloc[first],
        **{name: each[codes[first]] for name, each in counts.items()},
    )


def _shares(ends: pd.DataFrame, places: NDArray[np.intp], **told: Any) -> pd.DataFrame:  # noqa: ANN401 -- columns
    rows = ends.iloc[places]
    return made(SHARES, part=rows["part"], line=rows["line"], **told)


def shares_of_parents(ends: pd.DataFrame) -> pd.DataFrame:
    """What a part is told of the parents of its rows."""
    rows = ends[ends["parent"] != ""]
    return made(SHARES, part=rows["part"], line=rows["line"], text=rows["parent"])


def folded(keys: pd.Series[str]) -> pd.Series[str]:
    """Texts that differ in case and white space alone become one."""
    return keys.str.split().str.join(" ").str.casefold()


def _ends(rows: pd.DataFrame, keys: pd.Series[str], role: int) -> pd.DataFrame:
    names = ("part", "line", "id", "parent", "unit", "accepted")
    return made(ENDS, key=keys, role=role, **{name: rows[name] for name in names})
