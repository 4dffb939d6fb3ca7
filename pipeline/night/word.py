"""Word of a night to those who asked for it. That it cannot be sent never changes the night.

Messages hold counts, a code and the name of the folder: no cell, no name of a person, no address.
"""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from pipeline.errors import PipelineError
from pipeline.outlets import complain
from pipeline.signals import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings import Health, Notify

_TRIES: Final = 2
_TITLE: Final = "Staffing classifier"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What there is to tell: a line of text, and whether somebody should look."""

    text: str
    calls_for_attention: bool


class Night:
    """Takes what came of the run, while it is told of."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None


@contextmanager
def told(notify: Notify, health: Health) -> Iterator[Night]:
    """Tell of the night within: its start, and how it ended.

    Whoever is asked to stop does so at once, without word; a watcher sees that the end is missing.
    """
    _ping(health, "/start", "")
    night = Night()
    try:
        yield night
    except PipelineError as error:
        _fail(notify, health, f"Nothing was published: [{error.code}], exit {error.exit_status}")
        raise
    except (Stopped, SystemExit, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException:
        _fail(notify, health, "Nothing was published: a fault of ours, exit status 1")
        raise
    outcome = night.outcome
    if outcome is not None:
        _ping(health, "", outcome.text)
        if notify.on == "always" or (notify.on == "attention" and outcome.calls_for_attention):
            _notify(notify, outcome.text)


def _fail(notify: Notify, health: Health, text: str) -> None:
    _ping(health, "/fail", text)
    _notify(notify, text)


def _ping(health: Health, path: str, text: str) -> None:
    """Call the address of the switch; only http and https can stand in the configuration."""
    if health.url is None:
        return
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked on load
        str(health.url).rstrip("/") + path, data=text.encode(), method="POST"
    )
    fault = ""
    for _ in range(_TRIES):
        try:
            with urllib.request.urlopen(request, timeout=health.seconds):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            fault = f"status {error.code}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            # The text of such an error may hold the address, which is a secret.
            fault = type(error).__name__
    complain(f"the health check could not be called ({fault}); the run goes on")


def _notify(notify: Notify, text: str) -> None:
    if not notify.urls:
        return
    if find_spec("apprise") is None:
        complain(
            "nobody was notified: install the extra, pip install 'staffing-classifier[notify]'"
        )
        return
    import apprise  # noqa: PLC0415 -- an extra, and slow to import

    logging.getLogger("apprise").addHandler(logging.NullHandler())  # it may name addresses
    notifier = apprise.Apprise()
    known = [notifier.add(url.get_secret_value()) for url in notify.urls]
    if not all(known):
        complain(f"address {known.index(False) + 1} under [notify] urls is none that apprise knows")
    if any(known) and not notifier.notify(title=_TITLE, body=text):
        complain("a notification could not be sent; the run is as it is")
