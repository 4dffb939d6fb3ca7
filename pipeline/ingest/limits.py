"""How much a portfolio may ask of the machine; the table [limits] of staffing.toml."""

from schemas.settings import MEBIBYTE, Limits

__all__ = ["MEBIBYTE", "Limits"]
