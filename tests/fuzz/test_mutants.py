"""Seeded mutants of valid portfolios: whatever was done, rows add up and sound ones stay sound."""

import pytest
from fuzzing.checking import Checker, faults_by_command

VARIANTS, SEED = 500, "ci"
BATCH = 50


@pytest.fixture(scope="module")
def checker(tmp_path_factory, small_rules):
    return Checker(SEED, tmp_path_factory.mktemp("mutants"), small_rules)


@pytest.mark.parametrize("first", range(0, VARIANTS, BATCH))
def test_mutants_are_read_or_refused_and_sound_rows_stay(checker, first):
    faults = {}
    for number in range(first, first + BATCH):
        found = checker.faults(number, decides=number % 10 == 0)
        if found:
            faults[number, checker.mutant(number)[0].story] = found
    assert not faults


@pytest.mark.parametrize("number", range(0, VARIANTS, VARIANTS // 5))
def test_mutants_by_the_command_end_in_order(forks, checker, small_rules, number):
    assert not faults_by_command(forks, checker, number, small_rules)
