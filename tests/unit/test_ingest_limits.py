"""What a portfolio may ask of the machine is bounded, set in staffing.toml, and told."""

import io
import struct
import zipfile

import pytest

from pipeline.ingest import Limits, read
from pipeline.ingest import refusals as no


def container(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(data, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Name,A\n" + "x," * 500 + "\n", id="delimiters"),
        pytest.param("Name,A\n" + '"' * 500 + "\n", id="quotes"),
        pytest.param("Name,A\n" + "\n" * 500, id="lines"),
        pytest.param("Name,A\r" + "\r" * 500, id="old lines"),
    ],
)
def test_marks_are_counted_before_they_are_listed(file, text):
    with pytest.raises(no.TooManyCells, match="more than 400"):
        read(file(text.encode()), limits=Limits(cells=100))


def test_cells_of_irregular_text_are_counted(file):
    text = "Name,A,B\n" + "x,1,2\r" * 50  # two kinds of line end
    with pytest.raises(no.TooManyCells, match="too irregular"):
        read(file(text.encode()), limits=Limits(cells=100))
    assert len(read(file(text.encode()), limits=Limits(cells=200)).cells) == 50


def test_a_type_that_unpacks_without_end_is_not_unpacked(file):
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    data = container(mimetype=kind + bytes(64 * 1024 * 1024))
    with pytest.raises(no.WorkbookUnsafe, match="unpacks"):
        read(file(data, "a.ods"))


def test_a_directory_is_counted_before_it_is_read(file):
    entry = b"PK\x01\x02" + bytes(42)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 46 * 20_000, 31, 0)
    data = b"PK\x03\x04" + bytes(27) + entry * 20_000 + end
    with pytest.raises(no.WorkbookUnsafe, match="20,000 parts"):
        read(file(data, "a.xlsx"))


def test_a_part_that_was_altered_is_a_refusal(file):
    plain = "<row><c><v>123456789</v></c></row>" * 9
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", plain)
    altered = out.getvalue().replace(b"123456789", b"123456780", 1)
    with pytest.raises(no.WorkbookDamaged):
        read(file(altered, "a.xlsx"))


def test_noise_is_refused_before_it_is_decoded(file, monkeypatch):
    monkeypatch.setattr("pipeline.ingest.decode._found", None)
    with pytest.raises(no.NotText):
        read(file(bytes(range(256)) * 1000))


@pytest.mark.parametrize("encoding", ["unicode_escape", "hex", "rot13", "utf-7", "nonsense"])
def test_an_encoding_that_gives_no_text_is_a_refusal(file, encoding):
    mapping = file(f"encoding: {encoding}\n".encode(), "mapping.yaml")
    with pytest.raises(no.EncodingUnfit):
        read(file(b"Name\n\\ud800+2AA-\n"), mapping_file=mapping)


def test_limits_are_set_in_the_configuration(staffing, portfolio):
    (staffing.folder / "staffing.toml").write_text("[limits]\nrows = 2\n")
    run = staffing.here("classify", portfolio)
    assert run.returncode == 4
    assert "[I022] the table has more than 2 rows" in run.stderr
    (staffing.folder / "staffing.toml").write_text("[limits]\nrows = -1\nmemory = 3\n")
    run = staffing.here("classify", portfolio)
    assert run.returncode == 5
    assert "limits.rows" in run.stderr
    assert "limits.memory" in run.stderr


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = " + "[" * 4000, id="nested lists"),
        pytest.param("a." * 2000 + "b = 1", id="nested keys"),
        pytest.param("a." * 30_000 + "b = 1", id="endless key"),
        pytest.param("#" + "x" * 70_000, id="long line"),
        pytest.param("# x\n" * 20_000, id="long file"),
    ],
)
def test_a_configuration_that_nobody_wrote_is_a_refusal(staffing, portfolio, text):
    (staffing.folder / "staffing.toml").write_text(text)
    run = staffing.here("classify", portfolio)
    assert run.returncode == 5
    (staffing.folder / "staffing.toml").unlink()
    (staffing.folder / "mapping.toml").write_text(text)
    run = staffing.here("classify", portfolio, "--mapping", "mapping.toml")
    assert run.returncode == 5


def test_an_endless_configuration_is_read_to_its_limit(staffing, portfolio):
    run = staffing.here("classify", portfolio, "--config", "/dev/zero")
    assert run.returncode == 5
