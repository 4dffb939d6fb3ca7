from __future__ import annotations

import numpy as np
import pytest

from pipeline.engine.classes import group, members


@pytest.mark.parametrize(("width", "kind"), [(0, np.uint8), (5, np.uint8), (16, np.uint16)])
@pytest.mark.parametrize("size", [0, 1, 500, 20_000])
def test_narrow_codes(width, kind, size):
    check(np.random.default_rng(1).integers(0, 1 << width, size).astype(kind), width)


@pytest.mark.parametrize("size", [0, 1, 500])
def test_wide_codes(size):
    codes = np.random.default_rng(1).integers(0, 40, size).astype(np.uint64) << np.uint64(52)
    check(codes, 60)


def check(codes, width):
    found = group(codes, width)
    used = found.member >= 0
    assert sorted(found.codes[used].tolist()) == sorted(set(codes.tolist()))
    assert found.codes[found.of].tolist() == codes.tolist()
    assert codes[found.member[used]].tolist() == found.codes[used].tolist()


def test_what_is_rare_is_found():
    codes = np.zeros(10_000, np.uint8)
    codes[9_000], codes[9_500] = 3, 7
    found = group(codes, 4)
    assert found.member[[3, 7]].tolist() == [9_000, 9_500]


def test_classes_are_numbered_in_the_narrowest_kind():
    assert group(np.arange(256, dtype=np.uint16), 16).of.dtype == np.uint8
    assert group(np.arange(257, dtype=np.uint16), 16).of.dtype == np.uint16


@pytest.mark.parametrize("count", [2, 16, 200])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.8, 1.0])
def test_who_is_in_a_chosen_class(count, share):
    chance = np.random.default_rng(1)
    of = chance.integers(0, count, 3_000).astype(np.uint8)
    chosen = chance.random(count) < share
    assert members(of, chosen).tolist() == chosen[of].tolist()
