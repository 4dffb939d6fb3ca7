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
    assert sorted(found.codes) == sorted(set(codes.tolist()))
    code_of = dict(zip(found.numbers, found.codes, strict=True))
    assert [code_of[number] for number in found.of.tolist()] == codes.tolist()
    assert codes[found.member].tolist() == found.codes
    assert all(number < found.count for number in found.numbers)


def test_what_is_rare_is_found():
    codes = np.zeros(10_000, np.uint8)
    codes[9_000], codes[9_500] = 3, 7
    found = group(codes, 4)
    assert (found.codes, found.member) == ([0, 3, 7], [0, 9_000, 9_500])


def test_what_is_rare_is_found_among_many():
    codes = np.zeros(10_000, np.uint8)
    codes[9_000:9_100] = np.arange(100, 200)
    check(codes, 8)


def test_classes_are_numbered_in_the_narrowest_kind():
    assert group(np.arange(256, dtype=np.uint16), 16).of.dtype == np.uint8
    assert group(np.arange(257, dtype=np.uint16), 16).of.dtype == np.uint16


@pytest.mark.parametrize("width", range(5))
def test_every_choice_of_narrow_classes(width):
    count = 1 << width
    of = np.tile(np.arange(count, dtype=np.uint8), 3)
    chance = np.random.default_rng(1)
    every = range(1 << count) if width < 4 else chance.integers(0, 1 << count, 2_000).tolist()
    for bits in every:
        chosen = np.array([bits >> place & 1 for place in range(count)], bool)
        assert np.array_equal(members(of, chosen), chosen[of])


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", [0, (1 << 17) + 5])
def test_who_is_in_a_chosen_class_of_many(size, kind):
    of = np.random.default_rng(1).integers(0, 16, size).astype(kind)
    chosen = np.arange(16) % 3 == 1
    found = members(of, chosen)
    assert np.array_equal(found, chosen[of])
    found |= True  # the caller's own


@pytest.mark.parametrize("count", [2, 16, 200])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.8, 1.0])
def test_who_is_in_a_chosen_class(count, share):
    chance = np.random.default_rng(1)
    of = chance.integers(0, count, 3_000).astype(np.uint8)
    chosen = chance.random(count) < share
    assert members(of, chosen).tolist() == chosen[of].tolist()
