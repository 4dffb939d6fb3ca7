"""From a file to text cells whose columns are understood; the one door is :func:`read`."""

from pipeline.ingest.limits import Limits
from pipeline.ingest.raw import MappedColumn, RawPortfolio, Source
from pipeline.ingest.reading import read

__all__ = ["Limits", "MappedColumn", "RawPortfolio", "Source", "read"]
