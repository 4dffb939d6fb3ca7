"""Hostile text files."""

import csv
import io

from fuzzing.cases import HEADER, SOUND, Cases

CASES = Cases()
MEBIBYTE = 1024 * 1024


def lines(*rows, delimiter=",", end="\n", header=HEADER):
    """The sound initiatives and some more rows, quoted where need be."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([header, *SOUND, *rows])
    return out.getvalue()


def odd(name="Odd", description="", **cells):
    """A row with one odd cell in it."""
    row = dict.fromkeys(HEADER, "")
    row |= {"Initiative ID": "O-1", "Name": name, "Description": description}
    return tuple({**row, **cells}[key] for key in HEADER)


PLAIN = lines()
FORMULAS = (
    '=HYPERLINK("http://x.invalid","click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-1+cmd",
    "@SUM(1)*cmd",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "＝1+1",  # noqa: RUF001
    "＋1",  # noqa: RUF001
    "－1+x",  # noqa: RUF001
    "＠x",  # noqa: RUF001
    "first\n=1+1",
    '"=1+1"',
    "'=1+1",
    "=1+1;=2+2",
    "%0A=1",
    "|=1",
)
MARKUP = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '" onmouseover="window.pwned=1',
    "' autofocus onfocus='window.pwned=1",
    "<svg/onload=window.pwned=1>",
    "{{ 7*7 }}{% raw %}",
    "{{ self.__init__.__globals__ }}",
    "<!--",
    "]]><script>window.pwned=1</script>",
    "javascript:window.pwned=1",
    "[x](javascript:window.pwned=1)",
    "<a href=javascript:window.pwned=1>x</a>",
    "<style>*{display:none}</style>",
    "&#60;script&#62;window.pwned=1&#60;/script&#62;",
    "\\u003cscript\\u003ewindow.pwned=1",
    "</textarea></title><script>window.pwned=1</script>",
)
STEERING = (
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\u202egnp.exe",
    "\u2066left\u2069",
    "\u200f\u200eright",
    "a\x08\x08b",
    "\x7f",
    "\u2028line\u2029paragraph",
    "\ufffe\uffff",
    "e" + "\u0301" * 500,
    "\U000e0041\U000e0042",
)


def in_every_cell(values):
    """Each value in every cell of a row of its own, and in a header of its own."""
    header = (*HEADER, *values)
    rows = [
        (f"{value}{place}", value, value, value, value, value, *[value] * len(values))
        for place, value in enumerate(values)
    ]
    sound = [(*row, *[""] * len(values)) for row in SOUND]
    out = io.StringIO()
    # A carriage return alone would not be quoted by itself.
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([header, *sound, *rows])
    return out.getvalue().encode("utf-8", "surrogatepass")


CASES.add("formulas.csv", read=len(FORMULAS) + 2)(lambda: in_every_cell(FORMULAS))
CASES.add("markup.csv", read=len(MARKUP) + 2)(lambda: in_every_cell(MARKUP))
CASES.add("steering.csv", read=len(STEERING) + 2)(lambda: in_every_cell(STEERING))

CASES.bytes("empty.csv", b"", "I005")
CASES.bytes("white.csv", b" \n\t\r\n\xef\xbb\xbf", "I005", "I024")
CASES.bytes("noise.csv", bytes(range(256)) * 4096, "I020", "I024", "I025")
CASES.bytes("zeros.csv", bytes(2 * MEBIBYTE), "I005", "I020")
CASES.bytes("page.xls", b"<html><table><tr><td>Name</td></tr></table>", "I009")
CASES.bytes("pickle.csv", b"\x80\x04\x95" + bytes(range(256)), "I020", "I024", "I025")
CASES.bytes("numbers.csv", b"1,2\n3,4\n", "I024")
CASES.bytes("no names.csv", b"Colour,Weight\nred,2\n", "I025")
CASES.bytes("header only.csv", b"Initiative ID,Name\n", "I026")
CASES.bytes("json.csv", b'[{"name": "a"}]', "I010")
CASES.bytes("document.csv", b"%PDF-1.7", "I007")
CASES.bytes("packed.csv", b"\x1f\x8b\x08\0", "I008")
CASES.bytes("rich.xls", b"{\\rtf1 x}", "I011")
CASES.bytes("text.xlsx", PLAIN.encode(), read=2)
CASES.bytes("\u202evsc.csv", PLAIN.encode(), read=2)
CASES.bytes("=1+1.csv", PLAIN.encode(), read=2)
CASES.bytes("new\nline <b>.csv", PLAIN.encode(), read=2)
CASES.bytes("two marks.csv", b"\xef\xbb\xbf\xef\xbb\xbf" + PLAIN.encode(), read=2)
CASES.bytes("wide.csv", PLAIN.encode("utf-16"), read=2)
CASES.bytes("wider.csv", PLAIN.encode("utf-32"), read=2)
CASES.bytes("wide, odd length.csv", PLAIN.encode("utf-16") + b"\n", read=3)
CASES.bytes("NULs.csv", lines(odd("a\0b\0")).encode(), read=3, quarantined=0)
CASES.bytes(
    "surrogates.csv",
    lines(odd("half \ud83d")).encode("utf-8", "surrogatepass"),
    read=3,
    quarantined=0,
)
CASES.bytes(
    "encodings.csv",
    lines(odd("Zürich")).encode() + ",Zürich,,,,\n".encode("latin-1"),
    read=4,
)
CASES.bytes("ends.csv", (PLAIN + "O-1,a,,,,\rO-2,b,,,,\r\nO-3,c,,,,").encode(), read=5)
CASES.bytes("form feeds.csv", lines(odd("a\x0cb\x1c\x85c")).encode(), read=3)
CASES.bytes("path.csv", lines(odd("../../../etc/passwd", "/dev/null")).encode(), read=3)
CASES.bytes("id is a path.csv", lines(odd(**{"Initiative ID": "../../x"})).encode(), read=3)
CASES.bytes("NA.csv", lines(odd(**{"Initiative ID": "NA"})).encode(), read=3, quarantined=0)
CASES.bytes(
    "a cell more.csv",
    lines().replace("\n", ",x\n").replace(",x\n", "\n", 1).encode(),
    read=2,
    is_sound=False,
)
CASES.bytes("ragged.csv", (PLAIN + "O-1\nO-2,b,c,1,1,1,1,1\n").encode(), read=4)
CASES.bytes("open quote.csv", (PLAIN + 'O-1,"a,b,c\nO-2,b,,,,\n').encode(), read=4, quarantined=1)
CASES.bytes(
    "open quote first.csv",
    PLAIN.replace("S-1", '"O-0,"x\nS-1', 1).encode(),
    read=3,
    quarantined=1,
)
CASES.bytes("open quotes.csv", (PLAIN + 'O,"a\n' * 5000).encode(), "I021")
CASES.bytes("quotes.csv", (PLAIN + '"' * MEBIBYTE).encode(), read=3)
CASES.bytes("blank rows.csv", (PLAIN + ",,,,,\n" * 500_000).encode(), read=2)
CASES.bytes("blank lines.csv", (PLAIN + "\n" * 1_500_000).encode(), read=2)
CASES.bytes("endless line.csv", b"a" * (16 * MEBIBYTE), "I023", "I024", "I025", "I026")
CASES.bytes("only delimiters.csv", b"," * (8 * MEBIBYTE), "I023", "I024", "I005")
CASES.bytes(
    "headers alike.csv",
    b"Name" + b",Name" * 1999 + b"\na\n",
    read=1,
    is_sound=False,
    is_slow=True,
)
CASES.bytes("long header.csv", lines(header=(*HEADER[:5], "B" * MEBIBYTE)).encode(), read=2)


@CASES.add("columns.csv", "I023")
def _columns():
    header = ",".join((*HEADER, *(f"c{place}" for place in range(10_000))))
    return f"{header}\n{'x,' * 10_005}x\n".encode()


@CASES.add("long cells.csv", read=4, quarantined=2)
def _long_cells():
    return lines(odd("a", "x" * (10 * MEBIBYTE)), odd("b" * (10 * MEBIBYTE))).encode()


# What a careless pattern could chew on for ever.
_CHEWY = ("9", " ", "1,", "a ", "(", "-", "1.", "\n", "31/", "€", ";", "0")


@CASES.add("chewy.csv", read=len(_CHEWY) + 2)
def _chewy():
    rows = [
        (f"O-{place}", f"n{place}", *[piece * (200_000 // len(piece)) + "!"] * 4)
        for place, piece in enumerate(_CHEWY)
    ]
    return lines(*rows).encode()


@CASES.add("too many rows.csv", "I022", is_slow=True)
def _rows():
    return PLAIN.encode() + b"O,x,,,,\n" * 1_100_000


@CASES.add("garbage.csv", "I020", "I021", "I022", "I023", "I024", "I025", "I026", is_slow=True)
def _garbage():
    import random

    return random.Random(1).randbytes(100 * MEBIBYTE)  # noqa: S311


@CASES.add("letters.csv", "I022", "I023", "I024", "I025", "I026", "I021", is_slow=True)
def _letters():
    import random

    chance = random.Random(2)  # noqa: S311
    block = bytes(chance.choice(b'abc,;"\n\t 019\xe4\xff') for _ in range(MEBIBYTE))
    return block * 100


@CASES.add("huge.csv", "I006", is_slow=True)
def _huge():
    return b"Name\n" + b"a" * (129 * MEBIBYTE)
