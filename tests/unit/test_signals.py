"""In this process; what whole runs do with signals is in tests/test_stopping.py."""

from __future__ import annotations

import os
import signal

import pytest

from pipeline import signals

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _handlers():
    before = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_signal_becomes_stopped_with_its_status(number):
    signals.listen()
    with pytest.raises(signals.Stopped) as caught:
        os.kill(os.getpid(), number)
    assert caught.value.exit_status == 128 + number
    assert caught.value.name == number.name
    assert not isinstance(caught.value, Exception)


def test_second_signal_is_ignored():
    signals.listen()
    with pytest.raises(signals.Stopped):
        os.kill(os.getpid(), signal.SIGTERM)
    for number in NUMBERS:
        os.kill(os.getpid(), number)


def test_hang_up_stays_ignored_under_nohup():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals.listen()
    os.kill(os.getpid(), signal.SIGHUP)


def test_last_step_lets_nobody_in_and_stays_so():
    signals.listen()
    with signals.last_step():
        os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)


def _fail() -> None:
    with signals.last_step():
        raise OSError


def test_last_step_that_fails_can_be_stopped_again():
    signals.listen()
    with pytest.raises(OSError, match=r"^$"):
        _fail()
    with pytest.raises(signals.Stopped):
        os.kill(os.getpid(), signal.SIGTERM)


def test_last_step_of_somebody_else_s_process_leaves_their_handlers_alone():
    before = [signal.getsignal(number) for number in NUMBERS]
    with signals.last_step():
        assert [signal.getsignal(number) for number in NUMBERS] == before
    assert [signal.getsignal(number) for number in NUMBERS] == before
