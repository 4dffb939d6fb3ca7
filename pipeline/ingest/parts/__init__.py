"""Portfolios too large to be held: cut into parts, understood once, then read part by part.

A part is read as a small portfolio of its own under the header of the whole, so that its rows come
out as they do when the file is read at once. That works for text files of regular records in UTF-8
and for Parquet files, and for folders of either.
"""

from pipeline.ingest.parts.cut import Part
from pipeline.ingest.parts.outline import Glance, Outline, Wish, glance, outline
from pipeline.ingest.parts.read import ReadPart, read_part, without_rows
from pipeline.ingest.parts.sources import Sources, find_sources

__all__ = [
    "Glance",
    "Outline",
    "Part",
    "ReadPart",
    "Sources",
    "Wish",
    "find_sources",
    "glance",
    "outline",
    "read_part",
    "without_rows",
]
