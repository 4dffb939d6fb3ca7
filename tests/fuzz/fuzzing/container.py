"""Workbooks made part by part, so that every part can be made wrong."""

import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"


def cell(value, place=""):
    """One cell of a sheet; text stands in the cell itself."""
    at = f' r="{place}"' if place else ""
    if isinstance(value, (int, float)):
        return f"<c{at}><v>{value}</v></c>"
    return f'<c{at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def grid(rows):
    """The rows of a sheet."""
    return "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)


def sheet(data, before="", after=""):
    """A worksheet part."""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}">{before}'
        f"<sheetData>{data}</sheetData>{after}</worksheet>"
    )


def parts(sheets, book_properties=""):
    """Every part of a workbook, from names of sheets ("~" before those to hide) and their XML."""
    names = list(sheets)
    listed = "".join(_listed(name, place) for place, name in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="r{place}" Type="{LINKS}/worksheet" '
        f'Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(names) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for place in range(1, len(names) + 1)
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        f'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{book_properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}</Relationships>",
        **{f"xl/worksheets/sheet{place}.xml": sheets[name] for place, name in enumerate(names, 1)},
    }


def _listed(name, place):
    state = ' state="hidden"' if name.startswith("~") else ""
    title = escape(name.removeprefix("~"))
    return f'<sheet name="{title}" sheetId="{place}" r:id="r{place}"{state}/>'


def pack(named, level=6):
    """A zip file of parts; a part may be a list of pieces, each written in turn."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in named.items():
            if isinstance(content, (str, bytes)):
                archive.writestr(name, content)
                continue
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in content:
                    file.write(piece)
    return out.getvalue()


def workbook(rows, **changed):
    """A workbook of one sheet; keywords are parts to replace or to add, named by ``PARTS``."""
    named = parts({"Portfolio": sheet(grid(rows))})
    return pack(named | {PARTS[key]: content for key, content in changed.items()})


PARTS = {
    "types": "[Content_Types].xml",
    "book": "xl/workbook.xml",
    "rels": "xl/_rels/workbook.xml.rels",
    "sheet": SHEET,
    "styles": "xl/styles.xml",
    "shared": "xl/sharedStrings.xml",
    "macros": "xl/vbaProject.bin",
    "core": "docProps/core.xml",
}
