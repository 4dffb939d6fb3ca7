"""Mutants of phrase lists, texts that show them, and the examples of phrase lists."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rulebook.folding import fold_one
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.rules import PhraseList
from pipeline.ruletools.phrase_mutants import PhraseListMutants
from pipeline.ruletools.phrase_texts import texts, variants

PHRASES = (
    "family|bundle of [several] projects",
    "linked projects",
    "program*",
    "group|family of ... works",
    "# streams",
    "joint _ venture|venture",
)
TRAPS = ("not linked projects", "family|group of one", "program of study")


def phrase_list(phrases, unless=()):
    return PhraseList(id="p", title="P", phrases=tuple(phrases), unless=tuple(unless))


def finds(phrases, text):
    return "p" in PhraseMatcher({"p": phrases}).found_in(fold_one(text))


def mutated(phrases, mutant):
    """The mutant as a whole list, made without the shortcuts of the module."""
    key = "unless" if mutant.is_trap else "phrases"
    listed = [item for item in getattr(phrases, key) if item != mutant.phrase]
    if mutant.variant:
        listed.append(mutant.variant.phrase)
    return replace(phrases, **{key: tuple(listed)})


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_text_of_a_phrase_is_found_by_it(phrase):
    made = list(texts(phrase))
    assert made
    assert all(finds(phrase_list([phrase]), text) for text in made)


def test_each_alternative_is_left_out_in_turn():
    assert [variant.phrase for variant in variants("a|b big [x|y] thing")] == [
        "b big [x|y] thing",
        "a big [x|y] thing",
        "a|b big [y] thing",
        "a|b big [x] thing",
    ]


def test_the_texts_of_a_variant_have_what_it_drops():
    dropped = next(item for item in variants("family|bundle of projects") if item.alternative == 1)
    assert list(texts("family|bundle of projects", dropped)) == ["bundle of projects"]


def reader(phrases):
    matcher = PhraseMatcher({"p": phrases})
    return lambda reading: "p" in matcher.found_in(reading.folded)


TESTED = PhraseListMutants(phrase_list(PHRASES, TRAPS))
READS = reader(TESTED.phrases)
# Mutants as whole lists, without the shortcuts of the module.
OTHERS = {mutant: reader(mutated(TESTED.phrases, mutant)) for mutant in TESTED.mutants}
WORDS = st.sampled_from(
    [
        *("family", "bundle", "group", "of", "several", "projects", "linked", "not", "one", "."),
        *("program", "programs", "study", "works", "three", "streams", "joint", "big", "venture"),
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=9).map(" ".join), min_size=1, max_size=4))
def test_a_mutant_is_noticed_exactly_where_the_whole_list_reads_otherwise(some):
    for reading in TESTED.read(some):
        for mutant in TESTED.mutants:
            expected = READS(reading) is not OTHERS[mutant](reading)
            assert TESTED.notices(mutant, reading) is expected, (mutant, reading)


@pytest.mark.parametrize("mutant", TESTED.mutants, ids=lambda item: f"{item.path} {item.change}")
def test_what_is_suggested_tells_the_mutant_from_the_list(mutant):
    reading = TESTED.suggestion(mutant)
    assert reading is not None
    assert READS(reading) is not OTHERS[mutant](reading)


def test_a_phrase_that_another_covers_makes_no_difference():
    tested = PhraseListMutants(phrase_list(["joint venture", "joint"]))
    suggested = [tested.suggestion(mutant) for mutant in tested.mutants]
    assert suggested[0] is None
    assert suggested[1].text == "joint"


def test_a_trap_that_hides_nothing_makes_no_difference():
    tested = PhraseListMutants(phrase_list(["joint venture"], ["quite something else"]))
    assert tested.suggestion(tested.mutants[-1]) is None


def test_a_trap_may_reach_into_the_gap_of_a_phrase():
    inside = PhraseListMutants(phrase_list(["replace obsolete _"], ["range of goods"]))
    reading = inside.suggestion(inside.mutants[-1])
    assert reading.text == "replace obsolete range of goods"
