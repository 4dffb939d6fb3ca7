"""Files that are no portfolio are refused in words of their own, and nothing hangs."""

import gzip
import hashlib
import io
import os
import socket
import zipfile

import openpyxl
import pytest
from odf import opendocument, table, text

from pipeline.errors import InputError
from pipeline.ingest import Limits, read
from pipeline.ingest import refusals as no


def xlsx(*rows, title="Portfolio"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repack(data, change):
    """Rewrite the parts of a zip file; ``change`` maps name and bytes to bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return out.getvalue()


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), text)
    return out.getvalue()


def declared(name, data):
    if "sheet1" in name:
        return data.replace(b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet", 1)
    return data


def bomb():
    shared = b"<si><t>" + b"a" * 220_000_000 + b"</t></si>"
    return repack(
        xlsx(["Name"], ["a"]),
        lambda name, data: shared if name.endswith("styles.xml") else data,
    )


def named_twice():
    out = io.BytesIO(xlsx(["Name"], ["a"]))
    with (
        zipfile.ZipFile(out, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


def outside():
    out = io.BytesIO(xlsx(["Name"], ["a"]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../../etc/passwd", "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504

FILES = {
    "a.csv": (b"", no.FileEmpty, "no bytes"),
    "blank.csv": (b" \r\n\t\r\n", no.FileEmpty, "white space"),
    "page.xls": (b"<html><body><table><tr><td>Name</td></tr></table>", no.WebPage, "web page"),
    "login.csv": (b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html>", no.WebPage, "web page"),
    "comment.csv": (b"<!-- x --><html>", no.WebPage, "web page"),
    "wide.xls": ("<html><table>".encode("utf-16"), no.WebPage, "web page"),
    "saved.xls": (b"MIME-Version: 1.0\nX-Document-Type: Workbook", no.WebPage, "MHTML"),
    "a.json": (b'[{"name": "a"}]', no.MarkupDocument, "JSON"),
    "b.csv": (b'{"name": "a"}', no.MarkupDocument, "JSON"),
    "a.xml": (b"<?xml version='1.0'?><portfolio/>", no.MarkupDocument, "this is XML"),
    "2003.xls": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        no.MarkupDocument,
        "Excel 2003",
    ),
    "plan.xml": (
        b'<?xml version="1.0"?><Project xmlns="http://schemas.microsoft.com/project">',
        no.MarkupDocument,
        "Microsoft Project",
    ),
    "a.pdf": (b"%PDF-1.7 ...", no.FormatForeign, "PDF"),
    "a.parquet": (b"PAR1\x15\x04", no.ParquetDamaged, "Parquet"),
    "a.sqlite": (b"SQLite format 3\0", no.FormatForeign, "SQLite"),
    "a.png": (b"\x89PNG\r\n\x1a\n", no.FormatForeign, "picture"),
    "pointer.csv": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
        no.FormatForeign,
        "Git LFS",
    ),
    "a.csv.gz": (gzip.compress(b"Name\na\n"), no.FileCompressed, "gzip"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c", no.FileCompressed, "7z"),
    "a.zip": (zipped(a_DOT_csv="Name\na\n"), no.FileCompressed, "zip archive"),
    "a.docx": (zipped(word__document_DOT_xml="x"), no.OfficeDocument, "Word"),
    "a.odt": (
        zipped(mimetype="application/vnd.oasis.opendocument.text"),
        no.OfficeDocument,
        "OpenDocument text",
    ),
    "a.rtf": (b"{\\rtf1 x}", no.OfficeDocument, "rich text"),
    "a.doc": (OLE + "WordDocument".encode("utf-16-le"), no.OfficeDocument, "Word"),
    "a.mpp": (OLE + "Props14".encode("utf-16-le"), no.OfficeDocument, "Microsoft Project"),
    "old.xls": (OLE, no.WorkbookDamaged, "without a workbook"),
    "odd.xls": (OLE + "Workbook".encode("utf-16-le"), no.WorkbookDamaged, "cannot be read"),
    "locked.xlsx": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        no.PasswordProtected,
        "password",
    ),
    "cut.xlsx": (xlsx(["Name"], ["a"])[:-400], no.WorkbookDamaged, "cut short"),
    "bomb.xlsx": (bomb, no.WorkbookUnsafe, "unpacks to"),
    "twice.xlsx": (named_twice, no.WorkbookUnsafe, "two parts"),
    "outside.xlsx": (outside, no.WorkbookUnsafe, "odd name"),
    "entity.xlsx": (
        repack(xlsx(["Name"], ["a"]), declared),
        no.WorkbookDeclares,
        "declares",
    ),
    "nothing.xlsx": (xlsx(), no.SheetsEmpty, "no sheet holds a cell"),
    "program": (b"\x7fELF\x02", no.FormatForeign, "program"),
    "noise.csv": (bytes(range(32)) * 50, no.NotText, "neither text"),
    "header.csv": (b"Name,Status\n", no.RowsMissing, "no row below"),
    "numbers.csv": (b"1,2\n3,4\n", no.HeaderMissing, "no row looks like a header"),
    "other.csv": (b"Colour,Weight\nred,2\n", no.NameMissing, "'Colour', 'Weight'"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_portfolio_is_refused_by_name(tmp_path, name):
    data, kind, words = FILES[name]
    path = tmp_path / name
    path.write_bytes(data() if callable(data) else data)
    with pytest.raises(InputError) as caught:
        read(path)
    assert type(caught.value) is kind
    assert words in caught.value.problem
    assert caught.value.hint
    assert caught.value.exit_status == 4
    assert caught.value.at.path == path


def test_every_refusal_has_a_code_of_its_own():
    kinds = InputError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds) >= 15
    assert {kind.exit_status for kind in kinds} == {4}


def test_what_is_not_a_file_is_never_opened_for_long(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(no.FileIrregular):
        read(tmp_path / "pipe")
    with pytest.raises(no.FileIsFolder):
        read(tmp_path)
    with pytest.raises(no.FileMissing):
        read(tmp_path / "missing.csv")
    with pytest.raises(no.FileIrregular):
        read(type(tmp_path)("/dev/null"))
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)
        server.bind("socket")
        with pytest.raises(no.FileIrregular):
            read(tmp_path / "socket")
    with pytest.raises(no.FileUnreadable):
        read(tmp_path / "a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Name\na\n")
    path.chmod(0)
    with pytest.raises(no.FileUnreadable):
        read(path)


def test_the_limits_are_kept(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Name,A,B\n" + "x,1,2\n" * 20)
    with pytest.raises(no.FileTooLarge, match="more than the 10"):
        read(path, limits=Limits(file_bytes=10))
    with pytest.raises(no.TooManyRows):
        read(path, limits=Limits(rows=10))
    with pytest.raises(no.TooManyColumns):
        read(path, limits=Limits(columns=2))
    assert len(read(path, limits=Limits(rows=20, columns=3)).cells) == 20


def test_the_limits_of_workbooks_are_kept(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(["Name", "A", "B"], *(["x", 1, 2] for _ in range(200))))
    with pytest.raises(no.TooManyRows):
        read(path, limits=Limits(rows=10))
    with pytest.raises(no.TooManyColumns):
        read(path, limits=Limits(columns=2))
    with pytest.raises(no.WorkbookUnsafe, match="parts"):
        read(path, limits=Limits(zip_parts=3))
    with pytest.raises(no.WorkbookUnsafe, match="unpacks"):
        read(path, limits=Limits(zip_bytes=3000))
    with pytest.raises(no.WorkbookHeavy):
        read(path, limits=Limits(reader_seconds=0, reader_seconds_per_mebibyte=0))


def test_a_short_file_of_endless_rows_is_refused(tmp_path):
    document = opendocument.OpenDocumentSpreadsheet()
    grid = table.Table(name="P")
    for value, times in (("Name", 1), ("a", 1_048_000)):
        row = table.TableRow(numberrowsrepeated=times)
        cell = table.TableCell(valuetype="string")
        cell.addElement(text.P(text=value))
        row.addElement(cell)
        grid.addElement(row)
    document.spreadsheet.addElement(grid)
    document.save(str(tmp_path / "a.ods"))
    with pytest.raises(no.TooManyRows):
        read(tmp_path / "a.ods")


def test_a_child_without_memory_is_a_refusal(tmp_path):
    path = tmp_path / "a.xlsx"
    # Far more than the limit leaves: a bare process takes more in one environment than in another.
    names = (hashlib.shake_128(bytes([n // 256, n % 256])).hexdigest(1500) for n in range(6000))
    path.write_bytes(xlsx(["Name"], *([name] for name in names)))
    with pytest.raises((no.WorkbookHeavy, no.WorkbookDamaged)):
        read(path, limits=Limits(reader_memory=48 * 1024 * 1024))


def test_a_cell_at_the_far_corner_is_a_refusal_not_a_crash(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Name", "Status"])
    book.active.append(["a", "b"])
    book.active["XFD1048576"] = "x"
    book.save(path)
    with pytest.raises(no.WorkbookHeavy):
        read(path)


def test_the_name_of_a_file_is_not_believed(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("Name,Status\nx,y\n")
    raw = read(path)
    assert raw.source.format == "csv"
    assert [problem.code for problem in raw.problems] == ["format-renamed"]
    other = tmp_path / "a.csv"
    other.write_bytes(xlsx(["Name", "Status"], ["x", "y"]))
    raw = read(other)
    assert raw.source.format == "xlsx"
    assert [problem.code for problem in raw.problems] == ["format-renamed"]


def test_the_hash_is_of_the_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"Name,Status\nx,y\n")
    source = read(path).source
    assert source.bytes == 16
    assert source.sha256 == hashlib.sha256(b"Name,Status\nx,y\n").hexdigest()
    assert source.name == "a.csv"
