"""Fragments of the page's address: one initiative, a state of the list, a section.

``#INI-0042`` opens an initiative, ``#?verdict=undecided`` filters the list, and the two go
together: ``#INI-0042?verdict=undecided``. Sections are ``#~summary`` and the like. In an id every
sign that could be taken for one of these is encoded, so a hostile id is an id and nothing else.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from pipeline.report.safe_text import displayed


def to_initiative(initiative_id: str) -> str:
    """The fragment that opens an initiative."""
    return "#" + quote(displayed(initiative_id), safe="").replace("~", "%7E")


def to_list(**state: str) -> str:
    """The fragment that shows the list filtered: ``verdict``, ``unit``, ``confidence`` and so on.

    An empty unit stands for those that state none.
    """
    return "#?" + urlencode({key: displayed(value) for key, value in state.items()})


def slug(text: str) -> str:
    """What a fragment says for a few words of ours; the script of the page makes the same."""
    return text.lower().replace(",", "").replace(" ", "-")


def to_rule(rule_id: str) -> str:
    """The entry of a rule in the handbook, which lies beside the page in every run."""
    return "handbook.html#" + quote(displayed(rule_id), safe="")
