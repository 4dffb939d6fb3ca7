"""`python -m pipeline`, the same as the console script `staffing`."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

BUG = 1
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """A signal asked us to stop; not an Exception, so that nothing on the way swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_status = 128 + number


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def main() -> NoReturn:
    """Run one command and exit with its status."""
    # Before anything heavy is imported: a signal during imports must end quietly, too.
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        status = _run()
    except Stopped as stopped:
        for number in _SIGNALS:  # a second signal must not break the clean-up off
            signal.signal(number, signal.SIG_IGN)
        print(f"stopped by {signal.Signals(stopped.exit_status - 128).name}", file=sys.stderr)  # noqa: T201
        status = stopped.exit_status
    sys.exit(status)


def _run() -> int:
    import click  # noqa: PLC0415 -- after the signal handlers

    from pipeline.cli import staffing  # noqa: PLC0415
    from pipeline.errors import PipelineError  # noqa: PLC0415

    try:
        result = staffing.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 128 + signal.SIGINT
    except PipelineError as error:
        click.echo(str(error), err=True)
        return error.exit_status
    except BrokenPipeError:
        # Whoever read our output has gone, such as `head`; what they wanted they have.
        sys.stdout = None
        return 0
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
