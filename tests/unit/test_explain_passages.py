# ruff: noqa: RUF001 -- texts of users have such signs
from __future__ import annotations

import runpy
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.explain.passages import Passages
from pipeline.explain.words import word_spans
from pipeline.rulebook.folding import fold
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.rules import PhraseList

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, all_of, any_of, evidence = (
    heart[name] for name in ("compare", "all_of", "any_of", "evidence")
)
MATCHER = PhraseMatcher(
    {
        "road": PhraseList(
            id="road", title="", phrases=("road map", "évaluation"), unless=("old road map",)
        ),
        "many": PhraseList(id="many", title="", phrases=("# projects",)),
    }
)
TEXT_RULE = evidence(1, compare("terms", "mentions_any", ("road", "many")))


def passage(text, rule=TEXT_RULE, name=""):
    return Passages(MATCHER, names=[name], texts=[text]).passage(rule, 0)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Road-Map", "Road-Map"),
        ("A ROAD MAP.", "A ROAD MAP"),
        ("one two three four five six road map", "… two three four five six road map"),
        ("road map one two three four five six", "road map one two three four five …"),
        ("The road.\n\nThe   road\tmap", "The road. The road map"),
        ("Une Évaluation complète", "Une Évaluation complète"),
        ("Une E\u0301valuation comple\u0300te", "Une E\u0301valuation comple\u0300te"),
        ("an old road map and a new road map", "… road map and a new road map"),
        ("It has 12 projects", "It has 12 projects"),
        ("nothing here", ""),
        ("", ""),
    ],
)
def test_the_words_that_matched_with_a_few_around_them(text, quoted):
    assert passage(text) == quoted


@pytest.mark.parametrize(
    "odd",
    [
        "½",
        "™",
        "№ 5",
        "5㎏",
        "ﷺ",
        "…",
        "²",
        "™½№",
        "e\u0301",
        "a\u200db",
        "Ŀl",
        "ŉ",
        "ĳ",
        "☃",
        "x\x01y",
    ],
)
@pytest.mark.parametrize("where", ["{odd} {rest}", "x {odd} {rest} y", "{odd}{odd} {rest}"])
def test_signs_that_fold_to_several_words_shift_nothing(odd, where):
    text = where.format(odd=odd, rest="a b c d e f road map")
    assert "b c d e f road map" in passage(text)


def test_the_first_of_several_passages_is_shown():
    assert passage("two projects and then a b c d e a road map").startswith("two projects")


def test_each_fact_reads_its_own_text():
    rule = evidence(1, compare("name_terms", "mentions_any", ("road",)))
    assert passage("only here a road map", rule, name="Plain") == ""
    assert passage("nothing", rule, name="The road map") == "The road map"


def test_of_several_comparisons_the_first_that_is_found_is_shown():
    rule = evidence(
        1,
        any_of(
            compare("team_count", "gte", 3),
            all_of(
                compare("name_terms", "mentions_any", ("road",)),
                compare("terms", "mentions_any", ("many",)),
            ),
        ),
    )
    assert passage("We run two projects", rule, name="No") == "We run two projects"
    assert passage("We run two projects", evidence(2, compare("team_count", "gte", 3))) == ""


SIGNS = "ab cÉßñ1½²™№…㎏ﷺ.-_\u0301\u200b\n中ĳŉĿﬁ\x01'’"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(texts=st.lists(st.text(st.sampled_from(SIGNS), max_size=25), min_size=1, max_size=30))
def test_every_folded_word_has_its_place_in_the_text(texts):
    folded = fold(pa.array(texts, pa.large_string())).to_pylist()
    cut = [text[start:end] for text in texts for start, end in word_spans(text)]
    again = iter(fold(pa.array(cut, pa.large_string())).to_pylist())
    for text, whole in zip(texts, folded, strict=True):
        words = [word for word in whole.split() if word != "."]
        spans = word_spans(text)
        assert len(spans) == len(words)
        assert spans == sorted(spans)
        for word in words:
            # A sign that is several words has one place for all of them.
            assert word in next(again).split()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    before=st.lists(st.sampled_from(("a", "É", "½", "№", "x.", "-", "b’c", "5㎏")), max_size=8),
    after=st.lists(st.sampled_from(("a", "ß", "½", "y!", "c")), max_size=8),
)
def test_a_passage_is_cut_from_the_text_and_holds_the_phrase(before, after):
    text = " ".join((*before, "Road-Map", *after))
    shown = passage(text)
    assert "Road-Map" in shown
    assert shown.removeprefix("… ").removesuffix(" …") in text
