"""What every page of ours shares: its looks, its content security policy, its escaping."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.report.safe_text import displayed

_TEMPLATES = files("pipeline.report").joinpath("templates")


def stylesheet() -> str:
    """The style of a page: light, dark and print."""
    return _TEMPLATES.joinpath("page.css").read_text(encoding="utf-8")


def policy(style: str, script: str) -> str:
    """A content security policy under which nothing runs or loads but these two texts."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def environment(package: str) -> Environment:
    """The templates of a package; whatever they print is made harmless, then escaped.

    Args:
        package: Its dotted name; the templates lie in its folder ``templates``.
    """
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever a template prints of a user's text goes through this, then is escaped.
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """What is marked safe in a template is ours, and stays as it is."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else displayed(value)
