from __future__ import annotations

import numpy as np
import pytest

from pipeline.engine.atoms import evaluate, parts_of, signatures
from pipeline.facts.table import FactColumn, FactTable
from pipeline.rulebook.conditions import Comparison


def table(values):
    values = np.asarray(values)
    known = np.random.default_rng(1).random(len(values)) < 0.9
    columns = {"team_count": FactColumn(values=values, known=known)}
    return FactTable(size=len(values), columns=columns, terms={})


def compare(operator, value):
    return Comparison(fact="team_count", operator=operator, value=value)


TESTS = [
    compare("exists", value=True),
    *(compare(name, 200) for name in ("equals", "gt", "gte", "lt", "lte")),
    compare("gte", -1),
    compare("lt", 10**12),
]


@pytest.mark.parametrize("most", [100, 255, 256, 40_000, 10**14])
@pytest.mark.parametrize("least", [0, -5, -(10**14)])
@pytest.mark.parametrize("size", [10, 5_000, (1 << 17) + 3])
def test_narrower_numbers_compare_as_they_did(least, most, size):
    facts = table(np.random.default_rng(2).integers(least, most, size, endpoint=True))
    [codes] = signatures([TESTS], parts_of(facts, {"team_count"}))
    for place, each in enumerate(TESTS):
        expected = evaluate(each, facts)
        assert np.array_equal((codes >> np.uint8(place)) & 1, expected)


def test_each_group_of_tests_has_its_own_bits():
    facts = table(np.random.default_rng(3).integers(0, 400, 300))
    groups = [TESTS[:2], TESTS[1:5], [], TESTS]
    found = signatures(groups, parts_of(facts, {"team_count"}))
    for tests, codes in zip(groups, found, strict=True):
        expected = sum(
            evaluate(each, facts).astype(int) << place for place, each in enumerate(tests)
        )
        assert np.array_equal(codes, np.broadcast_to(expected, 300))


def test_only_what_is_asked_for_is_made_ready():
    [part] = parts_of(table([1, 2]), {"people_count"})
    assert not part.columns
