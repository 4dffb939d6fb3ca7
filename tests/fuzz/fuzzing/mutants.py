"""Valid portfolios and seeded mutants of them, as CSV text and as workbooks.

A mutant is a sound portfolio of which one or two rows, the bytes between rows, or bytes anywhere
were changed. It knows which initiatives nobody touched: their verdicts have to stay.
"""

import csv
import io
import random
from dataclasses import dataclass

from fuzzing import container
from fuzzing.texts import FORMULAS, MARKUP, STEERING

HEADER = (
    "Initiative ID",
    "Name",
    "Description",
    "Business unit",
    "Status",
    "Project count",
    "Team count",
    "Teams",
    "Start date",
    "End date",
    "Budget",
    "Stakeholder level",
    "Scope definition",
)
DELIMITERS = (",", ";", "\t", "|")
ENDS = ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
ODD = (
    *FORMULAS,
    *MARKUP,
    *STEERING,
    *("", " ", "NA", "null", "-", "n/a", "0", "-1", "1e400", "1e16", "9" * 400, "NaN", "inf"),
    *("2026-02-30", "31/12/9999", "0000-00-00", "03/04/2025", "45000", "Q4 2026", "2023-24"),
    *("£12.3m", "(1,200)", "1 234,50 €", "-£7,169.20", "1.234", "12 apples", "€", "10+", "2-3"),
    *("true", "yes", "x", "ja", "7 projects", "several", "a;b;c", ";;;", "a,b", "S-1", "O-1; S-2"),
    *('"', '""', 'a"b', "'", "\\", "a\nb", "a\r\nb", "a\tb", "\0", "x" * 5000, "é" * 40, "😀"),
    *("Total", "Initiative ID", "Name", "executive", "fixed", "=", "../x", "\ud800"),
)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One file: its name, bytes, what was done, and the ids that nobody touched.

    ``portfolio`` seeds the sound portfolio it was made from. ``whole`` tells that the file as a
    whole is sound enough to be read.
    """

    portfolio: str
    name: str
    data: bytes
    story: str
    untouched: frozenset
    whole: bool


def portfolio(chance):
    """Rows of a sound portfolio."""
    units = ("Retail", "Group IT", "Grid", "Finance")
    rows = []
    for number in range(chance.randint(4, 14)):
        projects = chance.choice(("", 1, 1, 2, 5, 12))
        rows.append(
            (
                f"S-{number}",
                f"Initiative {chance.choice(('Aspen', 'Birch', 'Cedar', 'Dogwood'))} {number}",
                chance.choice(
                    (
                        "One fixed delivery with a clear deadline",
                        "Several related projects run as one, over many departments",
                        "Roadmap of a long transformation; steering committee of executives",
                        "",
                    )
                ),
                chance.choice(units),
                chance.choice(("active", "planned", "")),
                str(projects),
                str(chance.choice(("", 1, 2, 8))),
                "; ".join(chance.sample(("Aa", "Bb", "Cc", "Dd"), chance.randint(0, 3))),
                f"20{chance.randint(20, 26)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
                f"20{chance.randint(27, 32)}-0{chance.randint(1, 9)}-2{chance.randint(0, 8)}",
                str(chance.choice(("", 90_000, 1_500_000, 250_000_000))),
                chance.choice(("", "team", "department", "executive")),
                chance.choice(("", "fixed", "evolving")),
            )
        )
    return rows


def as_csv(rows, delimiter=",", end="\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([HEADER, *rows])
    return out.getvalue()


def mutant(seed, number):
    """The mutant of a seed and a number; the same every time."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311
    # Few portfolios and many mutants of each: what a portfolio comes to has to be known first.
    origin = f"{seed}/{number % 8}"
    rows = portfolio(random.Random(origin))  # noqa: S311
    make = chance.choice((_cells, _cells, _records, _layout, _bytes, _book, _book_bytes))
    return Mutant(portfolio=origin, **make(chance, rows))


def _ids(rows):
    return frozenset(row[0] for row in rows)


def _odd_rows(chance, rows):
    """Change up to three rows in cells; the others are as they were."""
    rows = [list(row) for row in rows]
    touched, story = set(), []
    for _ in range(chance.randint(1, 3)):
        place, column = chance.randrange(len(rows)), chance.randrange(len(HEADER))
        touched.add(place)
        rows[place][column] = chance.choice(ODD)
        story.append(f"{HEADER[column]}={rows[place][column][:30]!a}")
    kept = frozenset(row[0] for place, row in enumerate(rows) if place not in touched)
    # An odd id may be that of a sound row, and an odd name that of its parent or its twin.
    kept -= {rows[place][0] for place in touched}
    return rows, kept, ", ".join(story)


def _cells(chance, rows):
    rows, kept, story = _odd_rows(chance, rows)
    text = as_csv(rows, quoting=csv.QUOTE_ALL)
    data = text.encode("utf-8", "surrogatepass")
    return {"name": "cells.csv", "data": data, "story": story, "untouched": kept, "whole": True}


def _records(chance, rows):
    """Break one record as text: a cell more, fewer, an open quote, a cut, a line twice."""
    place = chance.randrange(len(rows))
    lines = as_csv(rows).split("\n")[:-1]
    line = lines[place + 1]
    kinds = {
        "more": line + ",x,y",
        "fewer": line.rsplit(",", chance.randint(1, 9))[0],
        "quote": line.replace(",", ',"', 1),
        "cut": line[: chance.randrange(1, len(line))],
        "twice": line + "\n" + line,
        "glued": line + lines[place],
        "blank": "\n\n" + "," * chance.randint(0, 30) + "\n" + line,
    }
    kind = chance.choice(list(kinds))
    lines[place + 1] = kinds[kind]
    kept = _ids(rows) - {rows[place][0]}
    data = ("\n".join(lines) + "\n").encode()
    return {
        "name": "records.csv",
        "data": data,
        "story": f"{kind} in row {place}",
        "untouched": kept,
        "whole": True,
    }


def _layout(chance, rows):
    """Nothing is damaged: other encodings, delimiters, line ends, orders and title lines."""
    order = chance.sample(range(len(HEADER)), len(HEADER))
    delimiter, end = chance.choice(DELIMITERS), chance.choice(ENDS)
    encoding = chance.choice(ENCODINGS)
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    titles = chance.randint(0, 2)
    for _ in range(titles):
        writer.writerow(["Portfolio of the project office", *[""] * (len(HEADER) - 1)])
    for row in [HEADER, *rows]:
        writer.writerow([row[place] for place in order])
    return {
        "name": "layout.csv",
        "data": out.getvalue().encode(encoding),
        "story": f"{delimiter!r} {end!r} {encoding} {titles} titles",
        "untouched": _ids(rows),
        "whole": True,
    }


def _bytes(chance, rows):
    """Bytes flipped, cut out, doubled or put in anywhere; nobody knows which rows they were in."""
    data = bytearray(as_csv(rows).encode(chance.choice(ENCODINGS)))
    story = _spoil(chance, data)
    return {
        "name": "bytes.csv",
        "data": bytes(data),
        "story": story,
        "untouched": frozenset(),
        "whole": False,
    }


def _unknown(name, data, story):
    """A mutant of which nobody knows what was hit."""
    return {
        "name": name,
        "data": bytes(data),
        "story": story,
        "untouched": frozenset(),
        "whole": False,
    }


def _spoil(chance, data):
    story = []
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(max(1, len(data)))
        kind = chance.choice(("flip", "cut", "double", "put", "end"))
        if kind == "flip" and data:
            data[place] ^= 1 << chance.randrange(8)
        elif kind == "cut":
            del data[place : place + chance.randint(1, 40)]
        elif kind == "double":
            data[place:place] = data[place : place + chance.randint(1, 200)]
        elif kind == "put":
            data[place:place] = chance.choice(
                (
                    b"\0",
                    b'"',
                    b"\n",
                    b"\r",
                    b",",
                    b"\xff",
                    b"\xed\xa0\x80",
                    b"\xef\xbb\xbf",
                    b"\x1a",
                )
            )
        elif len(data) > 10:
            del data[-chance.randint(1, 10) :]
        story.append(f"{kind}@{place}")
    return ", ".join(story)


def _book(chance, rows):
    """A workbook with odd cells, whose parts may be odd as well."""
    rows, kept, story = _odd_rows(chance, rows)
    typed = [[_typed(chance, cell) for cell in row] for row in rows]
    odd = chance.choice(("", "", '<dimension ref="A1:XFD1048576"/>', "<sheetPr/>"))
    hidden = container.sheet(container.grid([HEADER, *rows[:2]]))
    sheets = {"Portfolio": container.sheet(container.grid([HEADER, *typed]), before=odd)}
    if chance.random() < 0.3:
        sheets = {"~Old": hidden, **sheets}
    return {
        "name": "book.xlsx",
        "data": container.pack(container.parts(sheets)),
        "story": f"{story} {odd}",
        "untouched": kept,
        "whole": True,
    }


def _typed(chance, cell):
    """A number as a number or as text; text without what XML cannot hold."""
    if cell.isdecimal() and cell.isascii() and len(cell) < 15 and chance.random() < 0.7:
        return int(cell)
    return "".join(sign for sign in cell if sign >= " " or sign in "\t\n").translate(_NO_XML)


_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))


def _book_bytes(chance, rows):
    """A workbook of which bytes were changed: of the file, or of one part before it was packed."""
    parts = container.parts({"Portfolio": container.sheet(container.grid([HEADER, *rows]))})
    if chance.random() < 0.5:
        data = bytearray(container.pack(parts))
        story = _spoil(chance, data)
        data = bytes(data)
    else:
        name = chance.choice(list(parts))
        part = bytearray(parts[name].encode())
        story = f"{name}: {_spoil(chance, part)}"
        data = container.pack(parts | {name: bytes(part)})
    return {
        "name": "bytes.xlsx",
        "data": data,
        "story": story,
        "untouched": frozenset(),
        "whole": False,
    }
