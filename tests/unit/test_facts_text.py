from __future__ import annotations

import runpy
from pathlib import Path

from pipeline.facts.text import SEAM, search_text, text_terms
from pipeline.rulebook.folding import fold_one
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.rules import PhraseList

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
frame, row = heart["frame"], heart["row"]


def terms_of(rows, **lists):
    made = {
        name: PhraseList(id=name, title=name, phrases=tuple(phrases))
        for name, phrases in lists.items()
    }
    found = text_terms(rows, PhraseMatcher(made))
    return {key: hits.tolist() for key, hits in found.items()}


def test_terms_reads_name_and_description_and_name_terms_the_name():
    rows = frame(
        row("A", name="Road map", description="Many teams"),
        row("B", name="Many teams", description="Nothing"),
        row("C", name=None, description=None),
    )
    assert terms_of(rows, road=["road map"], many=["many teams"]) == {
        ("terms", "road"): [True, False, False],
        ("terms", "many"): [True, True, False],
        ("name_terms", "road"): [True, False, False],
        ("name_terms", "many"): [False, True, False],
    }


def test_no_phrase_reads_across_name_and_description():
    for name in ("The road", "The road ", "The road:", "The road —"):
        rows = frame(row("A", name=name, description="map of it"))
        assert terms_of(rows, road=["road map"]) == {}


def test_a_list_that_is_found_nowhere_is_left_out():
    assert terms_of(frame(row("A", name="x y z")), road=["road map"]) == {}


def test_texts_that_are_equal_are_searched_once(monkeypatch):
    searched = []
    find = PhraseMatcher.found_in
    monkeypatch.setattr(
        PhraseMatcher, "found_in", lambda self, text: searched.append(text) or find(self, text)
    )
    rows = frame(*(row(f"R{place}", name="Road map") for place in range(20)))
    assert terms_of(rows, road=["road map"])["terms", "road"] == [True] * 20
    assert len(searched) == 2  # once as name, once as name and description


def test_text_of_a_row_without_a_description():
    [text] = search_text(frame(row("A", name="Road map")))
    assert text == f"Road map{SEAM}"
    assert fold_one(text).strip() in ("road map", "road map .")


def test_no_rows():
    assert terms_of(frame(), road=["road map"]) == {}
