"""Every reason to refuse a roster as a whole; each has a code of its own, exit status 4."""

# ruff: noqa: N818 -- each is named for what is wrong

from __future__ import annotations

from pipeline.errors import InputError


class RosterColumnMissing(InputError):
    """No header means the name or the role of a person."""

    code = "I201"


class RosterEmpty(InputError):
    """A header, and nobody below it."""

    code = "I202"


class RosterUseless(InputError):
    """Not one row of the roster can be used."""

    code = "I203"
