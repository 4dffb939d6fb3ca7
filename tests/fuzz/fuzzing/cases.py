"""What a hostile file is made of, and what is to become of it."""

from collections.abc import Callable
from dataclasses import dataclass

HEADER = ("Initiative ID", "Name", "Description", "Project count", "Team count", "Budget")
# Two initiatives that no damage elsewhere may change, and what they are.
SOUND = (
    ("S-1", "Sound program", "Several related projects of four departments", "7", "9", "120000000"),
    ("S-2", "Sound project", "One fixed delivery by one team", "1", "1", "90000"),
)
VERDICTS = {"S-1": "program_manager", "S-2": "project_manager"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One hostile file.

    ``codes`` are the refusals that are right; "" among them says that the file may be published.
    ``read`` is how many rows it then has, ``quarantined`` how many of them are set aside; ``None``
    where that is nobody's promise. ``is_sound`` tells that the sound initiatives are in it,
    ``is_slow`` that it takes seconds to make or to read.
    """

    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...] = ("",)
    read: int | None = None
    quarantined: int | None = None
    is_sound: bool = True
    is_slow: bool = False


class Cases(dict):
    """Cases by name; :meth:`add` is a decorator of what makes the bytes."""

    def add(self, name, *codes, **told):
        def register(make):
            told.setdefault("is_sound", not codes)
            self[name] = Case(name=name, make=make, codes=codes or ("",), **told)
            return make

        return register

    def bytes(self, name, data, *codes, **told):
        self.add(name, *codes, **told)(lambda: data)
