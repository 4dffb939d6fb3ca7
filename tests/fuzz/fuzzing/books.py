"""Hostile workbooks."""

import io
import re
import struct
import zipfile

from fuzzing.cases import HEADER, SOUND, Cases
from fuzzing.container import HEAD, MAIN, SHEET, cell, grid, pack, parts, sheet, workbook
from fuzzing.texts import FORMULAS, MARKUP, PLAIN, STEERING

CASES = Cases()
MEBIBYTE = 1024 * 1024
ROWS = (HEADER, *SOUND)
GOOD = workbook(ROWS)
# Characters that no XML file can hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def named():
    """Parts of the sound workbook, to be changed."""
    return parts({"Portfolio": sheet(grid(ROWS))})


def in_every_cell(values):
    values = [_NO_XML.sub("", value) for value in values]
    rows = [(f"{value}{place}", *[value] * 5) for place, value in enumerate(values)]
    return workbook([*ROWS, *rows])


CASES.bytes("good.xlsx", GOOD, read=2, quarantined=0)
CASES.bytes("macros.xlsm", workbook(ROWS, macros=b"\xd0\xcf\x11\xe0"), read=2, quarantined=0)
CASES.bytes("workbook.csv", GOOD, read=2, quarantined=0)
CASES.add("formulas.xlsx", read=len(FORMULAS) + 2)(lambda: in_every_cell(FORMULAS))
CASES.add("markup.xlsx", read=len(MARKUP) + 2)(lambda: in_every_cell(MARKUP))
CASES.add("steering.xlsx", read=len(STEERING) + 2)(lambda: in_every_cell(STEERING))

# ---------------------------------------------------------------- declarations

LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    '<!ENTITY a{} "{}">'.format(place, f"&a{place - 1};" * 10) for place in range(1, 12)
)
DOCTYPES = {
    "laughs": f"<!DOCTYPE x [{LAUGHS}]>",
    "outside": '<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>',
    "over the net": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>',
}
for _title, _doctype in DOCTYPES.items():
    for _part in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", SHEET):
        _xml = named()[_part].replace(HEAD, HEAD + _doctype, 1)
        if _part == SHEET:
            _xml = _xml.replace("Sound program", "&a11;", 1)
        CASES.bytes(
            f"{_title} in {_part.replace('/', ' ')}.xlsx", pack(named() | {_part: _xml}), "I014"
        )
CASES.bytes(
    "laughs in UTF-16.xlsx",
    pack(
        named()
        | {
            SHEET: named()[SHEET]
            .replace('encoding="UTF-8"', 'encoding="UTF-16"')
            .replace("?>", f"?>{DOCTYPES['laughs']}", 1)
            .encode("utf-16")
        }
    ),
    "I014",
)
CASES.bytes(
    "laughs in properties.xlsx",
    workbook(ROWS, core=f"{HEAD}{DOCTYPES['laughs']}<x>&a11;</x>"),
    "I014",
)
CASES.bytes(
    "laughs.ods",
    pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"{HEAD}{DOCTYPES['laughs']}<x>&a11;</x>",
        }
    ),
    "I014",
)

# ---------------------------------------------------------------- bombs


def zeros(size, piece=MEBIBYTE):
    """``size`` mebibytes of spaces, a piece at a time."""
    return [b" " * piece] * size


@CASES.add("dense sheet.xlsx", "I013")
def _dense():
    head, tail = sheet(grid(ROWS)).encode().split(b"</sheetData>")
    return pack(named() | {SHEET: [head, *zeros(60), b"</sheetData>" + tail]})


@CASES.add("dense, elsewhere.xlsx", "I013")
def _elsewhere():
    return pack(named() | {"xl/media/a.bin": zeros(60)})


@CASES.add("dense type.ods", "I013", "I015")
def _dense_type():
    return pack({"mimetype": [b"application/vnd.oasis.opendocument.spreadsheet", *zeros(60)]})


@CASES.add("large.xlsx", "I013", "I016", is_slow=True)
def _large():
    import random

    block = random.Random(3).randbytes(MEBIBYTE // 2) + bytes(20 * MEBIBYTE)  # noqa: S311
    return pack(named() | {"xl/media/a.bin": [block] * 30}, level=1)


@CASES.add("many parts.xlsx", "I013")
def _many_parts():
    return pack(named() | {f"x/{place}": b"" for place in range(20_000)})


@CASES.add("parts beyond number.xlsx", "I013", is_slow=True)
def _beyond_number():
    """A directory of two million entries, each of which names the same bytes."""
    entry = b"PK\x01\x02" + struct.pack(
        "<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    )
    start = b"PK\x03\x04" + bytes(26) + b"x"
    directory = (entry + b"x") * 2_000_000
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, len(directory), len(start), 0)
    return start + directory + end


def again(name, content=b"x"):
    """The sound workbook with one more part of a given name, written as it stands."""
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.filelist.append(info)
        archive.filelist.pop()
        archive.writestr(info, content)
    return out.getvalue()


CASES.add("outside.xlsx", "I013")(lambda: again("../../etc/cron.d/x"))
CASES.add("absolute.xlsx", "I013")(lambda: again("/etc/cron.d/x"))
CASES.add("drive.xlsx", "I013")(lambda: again("C:\\x"))
CASES.add("twice.xlsx", "I013")(lambda: again("XL/workbook.xml"))
CASES.bytes(
    "lying size.xlsx",
    GOOD.replace(struct.pack("<I", len(named()[SHEET])), struct.pack("<I", 7)),
    "",
    "I015",
    is_sound=False,
)


@CASES.add("long shared string.xlsx", "I013", "I016", is_slow=True)
def _long_shared():
    shared = [
        f'{HEAD}<sst xmlns="{MAIN}"><si><t>'.encode(),
        *[b"a" * MEBIBYTE] * 220,
        b"</t></si></sst>",
    ]
    return pack(named() | {"xl/sharedStrings.xml": shared}, level=9)


@CASES.add("long shared string, padded.xlsx", "I016", "I013", "", is_slow=True)
def _padded():
    """Dense enough to hurt, and padded so that the file as a whole is not dense."""
    import random

    shared = [
        f'{HEAD}<sst xmlns="{MAIN}"><si><t>'.encode(),
        *[b"a" * MEBIBYTE] * 220,
        b"</t></si></sst>",
    ]
    padding = random.Random(4).randbytes(3 * MEBIBYTE)  # noqa: S311
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 6 + "</row>"
    types = named()["[Content_Types].xml"].replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    links = named()["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        '<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    return pack(
        named()
        | {
            "[Content_Types].xml": types,
            "xl/_rels/workbook.xml.rels": links,
            "xl/sharedStrings.xml": shared,
            SHEET: sheet(grid(ROWS) + rows * 100),
            "xl/media/a.bin": padding,
        }
    )


# ---------------------------------------------------------------- sizes that lie or hurt

LIES = ("A1:XFD1048576", "A1:XFD104857600", "A1:ZZZZ99999999", "XFD1048576", "A1:A100000000", "?")
for _place, _lie in enumerate(LIES):
    CASES.bytes(
        f"lie {_place}.xlsx",
        pack(named() | {SHEET: sheet(grid(ROWS), before=f'<dimension ref="{_lie}"/>')}),
        "",
        "I015",
        "I016",
        is_sound=False,
    )


@CASES.add("empty rows.xlsx", "I013", "I022", "I016")
def _empty_rows():
    return pack(named() | {SHEET: [*_opened(), *[b"<row/>" * 10_000] * 150, *_closed()]}, level=1)


@CASES.add("prefixed empty rows.xlsx", "", "I013", "I016", "I022", is_sound=False)
def _prefixed():
    text = sheet(grid(ROWS)).replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    head, tail = text.replace("xmlns=", "xmlns:x=", 1).encode().split(b"</x:sheetData>")
    body = [b"<x:row/>" * 10_000] * 150
    return pack(named() | {SHEET: [head, *body, b"</x:sheetData>" + tail]}, level=1)


@CASES.add("formatted rows.xlsx", "", "I013", "I016", "I022", is_sound=False, is_slow=True)
def _formatted():
    row = '<row s="1" customFormat="1">' + '<c s="1"/>' * 20 + "</row>"
    return pack(
        named() | {SHEET: [*_opened(), *[(row * 1000).encode()] * 100, *_closed()]}, level=1
    )


def _opened():
    return [sheet(grid(ROWS)).encode().split(b"</sheetData>")[0]]


def _closed():
    return [b"</sheetData></worksheet>"]


CASES.add("columns.xlsx", "I023")(
    lambda: workbook([[*HEADER, *map(str, range(16_378))], [*SOUND[0], *["x"] * 16_378]])
)


@CASES.add("sheets.xlsx", "I023", "I016", is_slow=True)
def _sheets():
    far = sheet(f'<row r="1">{cell("Name", "A1")}{cell("x", "XFD1")}</row>')
    return pack(parts({f"S{place}": far for place in range(600)}))


CASES.bytes(
    "corner.xlsx",
    pack(
        named() | {SHEET: sheet(grid(ROWS) + f'<row r="1048576">{cell("x", "XFD1048576")}</row>')}
    ),
    "I016",
)


@CASES.add("dense numbers.xlsx", "", "I016", "I013", "I022", is_sound=False, is_slow=True)
def _numbers():
    row = f"<row>{cell('O')}{cell('n')}{'<c><v>1</v></c>' * 60}</row>".encode()
    return pack(named() | {SHEET: [*_opened(), *[row * 100] * 2_500, *_closed()]}, level=1)


# ---------------------------------------------------------------- damaged, locked, odd

CASES.bytes("cut.xlsx", GOOD[: len(GOOD) // 2], "I015")
CASES.bytes("no end.xlsx", GOOD[:-30], "I015")
CASES.bytes("flipped.xlsx", GOOD[:400] + bytes([GOOD[400] ^ 255]) + GOOD[401:], "", "I015")
CASES.bytes("only the end.xlsx", GOOD[-22:], "I015")
CASES.bytes("empty archive.xlsx", b"PK\x05\x06" + bytes(18), "I008")
CASES.bytes("no sheet.xlsx", pack({k: v for k, v in named().items() if k != SHEET}), "I015")
CASES.bytes("sheet is text.xlsx", pack(named() | {SHEET: PLAIN}), "I015", "I019")
CASES.bytes("sheet is cut.xlsx", pack(named() | {SHEET: named()[SHEET][:700]}), "I015")
CASES.bytes("zip.xlsx", pack({"a.csv": PLAIN}), "I008")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CASES.bytes("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "I012")
CASES.bytes("old.xls", OLE + "Workbook".encode("utf-16-le"), "I015")
CASES.bytes("letter.doc", OLE + "WordDocument".encode("utf-16-le"), "I011")
CASES.bytes("page.xlsx", b"<html><table><tr><td>Name</td></tr></table>", "I009")
CASES.bytes("stream.xls", b"\x09\x08\x10\x00" + bytes(2000), "I015")
CASES.bytes(
    "stale and hidden.xlsx",
    pack(
        parts(
            {
                "~Old": sheet(grid([HEADER, ("S-1", "Sound program", "", "1", "1", "")])),
                "Portfolio": sheet(grid(ROWS)),
            }
        )
    ),
    read=2,
)
CASES.bytes("only hidden.xlsx", pack(parts({"~Old": sheet(grid(ROWS))})), "I018")
CASES.bytes("nothing.xlsx", pack(parts({"A": sheet("")})), "I019")
CASES.bytes(
    "errors.xlsx",
    workbook(
        ROWS,
        sheet=sheet(
            grid(ROWS)
            + "<row>"
            + "".join(f'<c t="e"><v>{text}</v></c>' for text in ("#REF!", "#N/A", "#DIV/0!"))
            + cell("x")
            + "</row>"
        ),
    ),
    "",
)
CASES.bytes(
    "odd shared strings.xlsx",
    workbook(
        ROWS,
        sheet=sheet(grid(ROWS) + '<row><c t="s"><v>99999999</v></c><c t="s"><v>-1</v></c></row>'),
    ),
    "",
    "I015",
)
CASES.bytes(
    "odd numbers.xlsx",
    workbook(
        [
            *ROWS,
            ("O-1", "a", "", 1e308, -1e-308, 1e16),
            ("O-2", "b", "", float("nan"), float("inf"), -0.0),
        ]
    ),
    "",
    "I015",
)
