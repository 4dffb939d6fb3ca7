"""Whether the solver is installed; everything else works without it."""

from __future__ import annotations

from importlib.util import find_spec

from pipeline.errors import ConfigError


class AnalysisMissing(ConfigError):  # noqa: N818 -- named for what is missing
    """z3 is not installed."""

    code = "C020"


def require_solver(otherwise: str = "") -> None:
    """Refuse to go on without z3.

    Args:
        otherwise: What else the user can do, as the end of a sentence.

    Raises:
        AnalysisMissing: z3 is not installed.
    """
    if find_spec("z3") is None:
        raise AnalysisMissing(
            "the analysis of the whole set needs z3-solver, which is not installed",
            hint=f"Install it with pip install z3-solver{otherwise}",
        )
