"""Text cells to typed cells; what cannot be read becomes unknown, with a problem."""

from pipeline.parse.learned import Learned, filled, ids, learn, may_name
from pipeline.parse.portfolio import Whole, parse
from pipeline.parse.typed import Typed

__all__ = ["Learned", "Typed", "Whole", "filled", "ids", "learn", "may_name", "parse"]
