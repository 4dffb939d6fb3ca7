"""Opens the zip container of a workbook without believing a word of its directory."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from pipeline.ingest.refusals import WorkbookDamaged, WorkbookUnsafe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.errors import Location
    from pipeline.ingest.limits import Limits

CHUNK = 1024 * 1024
SAVE_AGAIN = "Open it in Excel or LibreOffice and save it again as .xlsx."
# Whatever the standard library raises on a container that is not whole.
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)
_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30
_STORED, _DEFLATED = 0, 8


def directory(data: bytes, at: Location, limits: Limits) -> list[zipfile.ZipInfo]:
    """List the parts of a container.

    Raises:
        WorkbookUnsafe: More parts than ``limits.zip_parts``.
        WorkbookDamaged: No directory, or one that cannot be read.
    """
    # Counted before it is read: a directory of millions of entries takes gigabytes to hold.
    count = data.count(_ENTRY)
    if count > limits.zip_parts:
        raise WorkbookUnsafe(f"the workbook has {count:,} parts", hint=SAVE_AGAIN, at=at)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except FAULTS as error:
        raise damaged(at) from error


def damaged(at: Location) -> WorkbookDamaged:
    """The refusal of a container that is not whole."""
    return WorkbookDamaged("the workbook is damaged or cut short", hint=SAVE_AGAIN, at=at)


def beginning(data: bytes, part: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack no more than the first chunk of a part, and give ``most`` bytes of it; b"" if torn."""
    try:
        return next(chunks(data, part), b"")[:most]
    except FAULTS:
        return b""


def chunks(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one part without believing the size it declares.

    Raises:
        BadZipFile: No such part, a way of packing that no workbook uses, or a checksum that does
            not fit.
    """
    start = part.header_offset
    header = data[start : start + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = memoryview(data)[start + _LOCAL_HEADER + names :]
    if part.compress_type not in (_STORED, _DEFLATED):
        raise zipfile.BadZipFile
    stored = part.compress_type == _STORED
    pieces = _slices(packed[: part.compress_size]) if stored else _inflate(packed)
    checksum = 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if checksum != part.CRC:
        raise zipfile.BadZipFile


def _slices(packed: memoryview) -> Iterator[bytes]:
    for place in range(0, len(packed), CHUNK):
        yield bytes(packed[place : place + CHUNK])


def _inflate(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    place = 0
    while not inflater.eof:
        rest = inflater.unconsumed_tail or packed[place : place + CHUNK]
        if not inflater.unconsumed_tail:
            place += len(rest)
        chunk = inflater.decompress(rest, CHUNK)
        if not chunk and not inflater.unconsumed_tail and place >= len(packed):
            raise EOFError
        yield chunk
