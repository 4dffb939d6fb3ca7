"""The handbook as one page that loads nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import IO, TYPE_CHECKING, Final

from pipeline.handbook.chapters import handbook
from pipeline.handbook.overview import KINDS
from pipeline.report import theme
from pipeline.report.files import create

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rulebook.rules import Ruleset

PAGE_NAME: Final = "handbook.html"
_TEMPLATES = files("pipeline.handbook").joinpath("templates")


def write_page(ruleset: Ruleset, file: IO[bytes]) -> None:
    """Write the page; every rule has its id for an anchor, such as ``#SCO-001``.

    Args:
        ruleset: The rules to tell of; the bytes depend on them alone.
        file: Open for writing bytes.
    """
    style = theme.stylesheet() + _text("handbook.css")
    script = _text("handbook.js")
    template = theme.environment("pipeline.handbook").get_template("handbook.html.j2")
    page = template.render(
        book=handbook(ruleset),
        kinds=KINDS,
        policy=theme.policy(style, script),
        style=style,
        script=script,
    )
    file.write(page.encode("utf-8", "replace"))


def publish_page(ruleset: Ruleset, folder: Path) -> Path:
    """Write the page into the folder of a run, for the report to link to; its path.

    Raises:
        FileNotWrittenError: The file is there already, or the disk refuses.
    """
    path = folder / PAGE_NAME
    with create(path) as file:
        write_page(ruleset, file)
    return path


def _text(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text(encoding="utf-8")
