# ruff: noqa: RUF001 -- texts of users have such signs
from __future__ import annotations

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rulebook.folding import fold_one
from pipeline.rulebook.phrase_syntax import MIN_LETTERS, PhraseFault, compile_phrase


def found(phrase, text):
    return bool(re2.search(compile_phrase(phrase).pattern, fold_one(text)))


@pytest.mark.parametrize(
    ("phrase", "texts", "others"),
    [
        ("road map", ["The Road-Map of it", "road map"], ["roadmap", "road maps", "a road. Map"]),
        ("roadmap*", ["roadmaps", "a roadmap", "Roadmapping"], ["road map", "theroadmap"]),
        (
            "project|program plan",
            ["project plan", "Program-Plan"],
            ["plan", "projects plan", "project big plan"],
        ),
        ("team*|crew lead", ["teams lead", "team lead", "crew lead"], ["crews lead"]),
        (
            "# projects",
            ["2 projects", "99 projects", "250 projects", "Twelve projects", "drei projects"],
            ["1 projects", "one projects", "0 projects", "2024 projects", "02 projects"],
        ),
        ("led by _ board", ["led by the board"], ["led by board", "led by the main board"]),
        (
            "consists of ... projects",
            ["consists of projects", "consists of three big new projects"],
            ["consists of a b c d projects", "consists of. Projects"],
        ),
        ("[the] board", ["board", "the board", "a board"], ["boards"]),
        ("steering [the] board", ["steering board", "steering the board"], ["steering a board"]),
        ("[#] teams", ["teams", "two teams"], ["team"]),
        ("évaluation", ["Evaluation", "ÉVALUATION"], ["evaluations"]),
        ("straße", ["Strasse", "STRASSE"], ["strassen"]),
        ("l'état", ["l’état", "l etat"], ["letat"]),
        ("made+up|built of", ["made up of", "Built of"], ["made of", "up of", "made up. Of"]),
        ("work+package*", ["work package", "Work-Packages"], ["package", "works package"]),
    ],
)
def test_a_phrase_means(phrase, texts, others):
    assert [text for text in texts if not found(phrase, text)] == []
    assert [text for text in others if found(phrase, text)] == []


@pytest.mark.parametrize("number", ["two", "neuf", "ninety", "funf", "zehn", "hundred", "sechs"])
def test_numbers_in_words(number):
    assert found("# projects", f"{number} projects")


def test_numbers_fold_like_texts():
    assert found("# projekte", "fünf Projekte")


@pytest.mark.parametrize(
    "phrase",
    [
        *("", "   ", "-", "a|", "|a", "a||b", "[", "[]", "[a", "a]", "*", "a*b", "#|many teams"),
        *("foo (bar", "e.g. this", "node.js works", "a_b work", "...x work", "½ done here"),
        *("work & play", "c++ developers"),
    ],
)
def test_what_is_no_phrase_is_refused_with_a_cure(phrase):
    with pytest.raises(PhraseFault) as refused:
        compile_phrase(phrase)
    assert refused.value.problem
    assert refused.value.hint


@pytest.mark.parametrize("phrase", ["_", "...", "#", "[word]", "# _", "to|of|in", "ab*", "it a|b"])
def test_a_phrase_without_a_word_to_look_for_is_refused(phrase):
    with pytest.raises(PhraseFault, match=rf"no word of its own.*{MIN_LETTERS} letters"):
        compile_phrase(phrase)


@pytest.mark.parametrize(
    "phrase", ["abc", "to be", "abc*", "abc|xyz", "ab it", "[ab] abc", "# abc"]
)
def test_three_letters_in_a_row_of_plain_words_are_enough(phrase):
    compile_phrase(phrase)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(phrase=st.text(st.sampled_from("abé |*[]#_.-'½ß(\\+0"), max_size=12) | st.text(max_size=8))
def test_whatever_is_written_is_compiled_or_refused(phrase):
    try:
        compiled = compile_phrase(phrase)
    except PhraseFault:
        return
    assert re2.compile(compiled.pattern)
    assert compiled.pattern[0] == compiled.pattern[-1] == " " or compiled.pattern[-1] == "?"


def test_a_phrase_list_is_meant_by_a_sign():
    """What is denied is any phrase of the list."""
    denial = compile_phrase("not ... ~", ("four projects", "program of work"))
    assert re2.search(denial.pattern, fold_one("It has not, in truth, four projects."))
    assert re2.search(denial.pattern, fold_one("not a program of work"))
    assert not re2.search(denial.pattern, fold_one("It is not large. Four projects follow."))
    assert not re2.search(denial.pattern, fold_one("not three projects"))
