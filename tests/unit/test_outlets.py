from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.outlets import Outlet, printable


def test_outlet_passes_on(tmp_path):
    with (tmp_path / "out").open("wb") as file:
        outlet = Outlet(file.fileno(), must_arrive=True)
        assert outlet.write(b"one") == 3
        assert outlet.write(memoryview(b"two")) == 3
        assert not outlet.isatty()
    assert (tmp_path / "out").read_bytes() == b"onetwo"


@pytest.mark.parametrize("must_arrive", [True, False])
def test_reader_who_has_gone_is_no_fault(must_arrive):
    reader, writer = os.pipe()
    os.close(reader)
    outlet = Outlet(writer, must_arrive=must_arrive)
    assert outlet.write(b"x") == 1
    assert outlet.write(b"y") == 1
    assert outlet.fault is None
    os.close(writer)


def test_full_disk_is_told_once_where_it_matters():
    with Path("/dev/full").open("wb", buffering=0) as full:
        outlet = Outlet(full.fileno(), must_arrive=True)
        with pytest.raises(OSError, match="No space") as caught:
            outlet.write(b"x")
        assert outlet.fault is caught.value
        assert outlet.write(b"y") == 1


def test_full_disk_is_passed_over_where_it_does_not_matter():
    with Path("/dev/full").open("wb", buffering=0) as full:
        outlet = Outlet(full.fileno(), must_arrive=False)
        assert outlet.write(b"x") == 1
        assert outlet.fault is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ä, 漢\tand\nlines", "plain, ä, 漢\tand\nlines"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb\x07", "a\\rb\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("left\u202eright", "left\\u202eright"),
    ],
)
def test_nothing_steers_the_terminal(text, shown):
    assert printable(text) == shown


@given(st.text())
def test_printable_twice_is_once(text):
    assert printable(printable(text)) == printable(text)
    assert "\x1b" not in printable(text)
