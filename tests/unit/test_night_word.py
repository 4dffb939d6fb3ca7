"""Word of a night goes to real servers; that none listens never changes the night."""

from __future__ import annotations

import http.server
import json
import threading

import pytest

from pipeline.errors import InputError
from pipeline.night.word import Outcome, told
from pipeline.signals import Stopped
from schemas.settings import Health, Notify

# Of what apprise imports.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
QUIET = Outcome(text="3 rows read, none quarantined", calls_for_attention=False)
LOUD = Outcome(text="3 rows read, 1 quarantined", calls_for_attention=True)
NOBODY = Notify()


@pytest.fixture
def listener():
    """A server that keeps what it is told; ``status`` is its answer."""
    calls = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            calls.append((self.path, body))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status = 200
    server.calls = calls
    server.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _health(listener):
    return Health(url=f"http://127.0.0.1:{listener.port}/secret-token")


def _notify(listener, on):
    return Notify(urls=(f"json://127.0.0.1:{listener.port}/secret-token",), on=on)


def test_start_and_success_are_called(listener):
    with told(NOBODY, _health(listener)) as night:
        assert listener.calls == [("/secret-token/start", "")]
        night.outcome = QUIET
    assert listener.calls[1:] == [("/secret-token", QUIET.text)]


def test_a_refusal_is_told_by_its_code_and_raised(listener):
    with pytest.raises(InputError), told(NOBODY, _health(listener)):
        raise InputError("the cell 'Operation Nightjar' is odd", hint="Mend it")
    path, body = listener.calls[1]
    assert (path, body) == ("/secret-token/fail", "Nothing was published: [I000], exit 4")


def test_a_fault_of_ours_is_told_and_raised(listener):
    with pytest.raises(ZeroDivisionError), told(NOBODY, _health(listener)):
        raise ZeroDivisionError
    assert listener.calls[1][0] == "/secret-token/fail"


def test_who_is_stopped_says_no_word(listener):
    with pytest.raises(Stopped), told(NOBODY, _health(listener)):
        raise Stopped(15)
    assert len(listener.calls) == 1


@pytest.mark.parametrize(
    ("on", "outcome", "sent"),
    [
        ("always", QUIET, True),
        ("attention", QUIET, False),
        ("attention", LOUD, True),
        ("failure", LOUD, False),
    ],
)
def test_who_is_notified_of_what(listener, on, outcome, sent):
    with told(_notify(listener, on), Health()) as night:
        night.outcome = outcome
    assert len(listener.calls) == sent
    if sent:
        assert json.loads(listener.calls[0][1])["message"] == outcome.text


@pytest.mark.parametrize("on", ["always", "attention", "failure"])
def test_everybody_is_notified_of_a_failure(listener, on):
    with pytest.raises(InputError), told(_notify(listener, on), Health()):
        raise InputError("odd", hint="Mend it")
    assert "[I000]" in json.loads(listener.calls[0][1])["message"]


def test_no_answer_or_a_bad_one_changes_nothing(listener, capsys):
    listener.status = 500
    with told(_notify(listener, "always"), _health(listener)) as night:
        night.outcome = QUIET
    said = capsys.readouterr().err
    assert "could not be called (status 500)" in said
    assert "could not be sent" in said
    listener.shutdown()
    listener.server_close()
    with told(_notify(listener, "always"), _health(listener)) as night:
        night.outcome = QUIET
    assert "secret-token" not in said + capsys.readouterr().err


def test_an_address_nobody_knows_is_told_by_its_place(listener, capsys):
    notify = Notify(
        urls=("nonsense://secret-token", *_notify(listener, "always").urls), on="always"
    )
    with told(notify, Health()) as night:
        night.outcome = QUIET
    said = capsys.readouterr().err
    assert "address 1 under [notify] urls" in said
    assert "secret-token" not in said
    assert len(listener.calls) == 1


def test_without_the_extra_it_is_said(capsys, monkeypatch):
    monkeypatch.setattr("pipeline.night.word.find_spec", lambda _: None)
    with told(Notify(urls=("json://127.0.0.1",), on="always"), Health()) as night:
        night.outcome = QUIET
    assert "[notify]" in capsys.readouterr().err


def test_addresses_stay_secret():
    assert "token" not in repr(Notify(urls=("json://token@host",)))
