"""`python -m pipeline`, the same as the console script `staffing`."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from pipeline import outlets, signals

if TYPE_CHECKING:
    from types import TracebackType

    from pipeline.errors import PipelineError

_INTERRUPTED = 130
_OURS = ("pipeline", "schemas")
# New objects before Python looks for garbage. Nearly all that a command makes lives until its end,
# and to look through it as often as Python does by itself takes a fifth of a small run.
_LOOKS = (50_000, 20, 50)


def main() -> NoReturn:
    """Run one command and exit with its status."""
    # Before anything heavy is imported: a signal during imports must end quietly, too.
    signals.listen()
    # A run on a full disk must not leave half a compiled module behind: Python takes it for whole,
    # and every later run would fail.
    sys.dont_write_bytecode = True
    sys.excepthook = _tell_fault
    gc.set_threshold(*_LOOKS)
    outlet = outlets.install()
    try:
        status = run_command(outlet)
    except signals.Stopped as stopped:
        outlets.complain(f"stopped by {stopped.name}")
        # All is cleaned up by now; Python would go on for seconds to free what a large run holds.
        outlets.flush()
        os._exit(stopped.exit_status)
    # What is left goes with the process: to look through it once more takes most of a second.
    gc.freeze()
    sys.exit(status)


def run_command(outlet: outlets.Outlet | None = None) -> int:
    """Run the command that ``sys.argv`` names; what a user can mend becomes message and status.

    Args:
        outlet: Where standard output goes, to tell its faults from ours.
    """
    import click  # noqa: PLC0415 -- after the signal handlers

    from pipeline.cli import staffing  # noqa: PLC0415
    from pipeline.errors import OutputError, PipelineError  # noqa: PLC0415

    try:
        result = staffing.main(standalone_mode=False)
    except click.ClickException as error:
        if sys.stderr is not None:
            error.show()
        return error.exit_code
    except click.Abort as abort:
        # To click the end of a file is that of the keyboard; nothing here ever asks for input.
        if isinstance(abort.__cause__, EOFError):
            raise abort.__cause__  # noqa: B904 -- it is the cause
        return _INTERRUPTED
    except (PipelineError, MemoryError, ModuleNotFoundError) as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        outlets.complain(str(refusal))
        return refusal.exit_status
    except OSError as error:
        if outlet is None or outlet.fault is not error:
            raise
        outlets.complain(f"the output cannot be printed: {error.strerror}")
        return OutputError.exit_status
    return result if isinstance(result, int) else 0


def _refusal(error: Exception) -> PipelineError | None:
    """What to tell of a fault, ``None`` where it is ours and its traceback is wanted."""
    from pipeline.errors import OutOfMemory, PipelineError, SetUpOutdated  # noqa: PLC0415

    if isinstance(error, PipelineError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory()
    package = str(getattr(error, "name", None) or "").partition(".")[0]
    return None if package in ("", *_OURS) else SetUpOutdated(package)


def _tell_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """Python ends with status 1 after this."""
    sys.__excepthook__(kind, fault, trace)
    outlets.complain("This is a fault of ours; please report it with the lines above.")


if __name__ == "__main__":
    main()
