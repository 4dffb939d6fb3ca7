"""The handbook of a rules folder as files."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from pipeline.errors import Location
from pipeline.handbook import PAGE_NAME, markdown, write_page
from pipeline.rulebook import loader
from pipeline.whole_file import FileNotWrittenError, writing

if TYPE_CHECKING:
    from pathlib import Path

MARKDOWN_NAME: Final = "handbook.md"


def write_handbook(root: Path, folder: Path) -> list[Path]:
    """Write handbook.html and handbook.md of the rules under ``root``; the files written.

    Raises:
        RulebookFaults: The rulebook is faulty; nothing is written.
        FileNotWrittenError: The folder cannot be made, or a file not be written.
    """
    ruleset = loader.load(root)
    page = BytesIO()
    write_page(ruleset, page)
    content = {PAGE_NAME: page.getvalue(), MARKDOWN_NAME: markdown(ruleset).encode()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWrittenError(
            f"the folder cannot be made: {error.strerror or error}",
            hint="Name another one with --output",
            at=Location(path=folder),
        ) from error
    for name, data in content.items():
        with writing(folder / name) as draft:
            draft.write_bytes(data)
    return [folder / name for name in content]
