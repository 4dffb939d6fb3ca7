"""Text cells to typed cells; what cannot be read becomes unknown, with a problem."""

from pipeline.parse.portfolio import parse
from pipeline.parse.typed import Typed

__all__ = ["Typed", "parse"]
