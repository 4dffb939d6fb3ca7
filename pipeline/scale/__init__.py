"""Portfolios beyond the memory of a machine, or beyond the machine: classified part by part.

Two phases: what hangs on the whole portfolio is found out first, by joins, then every part is
classified by the same code as a portfolio that is read at once, and gives the same rows.
"""

from pipeline.scale.engine import Engine, LocalEngine
from pipeline.scale.engines import engine_of
from pipeline.scale.flips import count as count_flips
from pipeline.scale.line import Outcome, classify
from pipeline.scale.look import Job
from pipeline.scale.people import show

__all__ = [
    "Engine",
    "Job",
    "LocalEngine",
    "Outcome",
    "classify",
    "count_flips",
    "engine_of",
    "show",
]
