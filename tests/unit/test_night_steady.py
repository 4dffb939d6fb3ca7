"""A portfolio that somebody is still writing is waited for, then refused."""

from __future__ import annotations

import os

import pytest

from pipeline.errors import InputError
from pipeline.night import steady


class Hands:
    """A clock that only moves when somebody waits, and what happens to the file meanwhile."""

    def __init__(self, path, *changes):
        self.path, self.changes, self.time = path, list(changes), 1_000.0
        self.waited = 0

    def sleep(self, seconds):
        self.time += seconds
        self.waited += 1
        if self.changes and (change := self.changes.pop(0)):
            self.path.write_text(change)
            os.utime(self.path, (self.time, self.time))

    @property
    def clock(self):
        return steady.Clock(now=lambda: self.time, elapsed=lambda: self.time, sleep=self.sleep)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "portfolio.csv"
    path.write_text("half")
    os.utime(path, (500, 500))
    return path


def _work(path, *, during=()):
    """Read the file; ``during`` changes it after it was read, one change an attempt."""
    changes = list(during)

    def work(watch):
        read = path.read_text()
        if changes and (change := changes.pop(0)):
            path.write_text(change)
        watch.confirm()
        return read

    return work


def test_a_file_at_rest_is_not_waited_for(path):
    hands = Hands(path)
    assert steady.steadily(path, _work(path), clock=hands.clock) == "half"
    assert hands.waited == 0


def test_a_file_that_moves_during_the_work_is_read_again(path):
    hands = Hands(path)
    assert steady.steadily(path, _work(path, during=["whole"]), clock=hands.clock) == "whole"
    assert hands.time - 1_000 >= steady.STILLNESS


def test_it_has_to_stand_still_for_a_while(path):
    hands = Hands(path, "", "", "more", "", "more and more", "")
    result = steady.steadily(path, _work(path, during=["whole"]), clock=hands.clock)
    assert result == "more and more"


def test_a_file_that_never_rests_is_refused(path):
    hands = Hands(path, *(f"line {number}" for number in range(10_000)))
    with pytest.raises(steady.InputMoving, match="still being written") as caught:
        steady.steadily(path, _work(path, during=["x"]), patience=20, clock=hands.clock)
    assert caught.value.exit_status == 4
    assert 15 <= hands.time - 1_000 <= 25


def test_no_patience_refuses_at_once(path):
    hands = Hands(path)
    with pytest.raises(steady.InputMoving):
        steady.steadily(path, _work(path, during=["x"]), patience=0, clock=hands.clock)
    assert hands.waited == 0


def _picky(path):
    def work(watch):
        if "whole" not in path.read_text():
            raise InputError("unreadable", hint="Mend it")
        watch.confirm()
        return "whole"

    return work


def test_half_a_file_may_be_unreadable_until_it_is_whole(path):
    os.utime(path, (999.5, 999.5))
    hands = Hands(path, "whole")
    assert steady.steadily(path, _picky(path), clock=hands.clock) == "whole"


def test_a_bad_file_that_is_old_is_refused_without_waiting(path):
    hands = Hands(path)
    with pytest.raises(InputError, match="unreadable"):
        steady.steadily(path, _picky(path), clock=hands.clock)
    assert hands.waited == 0


def test_a_fresh_bad_file_is_looked_at_once_more(path):
    os.utime(path, (999.5, 999.5))
    hands = Hands(path)
    with pytest.raises(InputError, match="unreadable"):
        steady.steadily(path, _picky(path), clock=hands.clock)
    assert hands.waited == 1


def test_a_file_swapped_for_another_of_the_same_size_has_moved(path):
    watch = steady.Watch(path)
    other = path.with_name("other")
    other.write_text("full")
    os.utime(other, (500, 500))
    other.replace(path)
    assert watch.has_moved()


def test_what_is_no_file_is_not_watched(tmp_path):
    assert not steady.Watch(tmp_path).has_moved()
    assert not steady.Watch(tmp_path / "none").has_moved()
