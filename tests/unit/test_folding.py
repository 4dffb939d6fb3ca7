# ruff: noqa: RUF001 -- texts of users have such signs
from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rulebook.folding import fold, fold_one

SIGNS = "aAbéÉßñøŁ1½²™№…  \t\n\r.!?;,:-–—'’\"()/&_#*\x01\x0b\u00a0\u2003\u2028\u0301ﬁ中ﬀIiİı"
TEXTS = st.text(st.sampled_from(SIGNS), max_size=40) | st.text(
    st.characters(exclude_categories=("Cs",)), max_size=40
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", "  "),
        ("   \n\t ", "  "),
        ("Data Center", " data center "),
        ("cross-team, multi–site & co", " cross team multi site co "),
        ("Évaluation de l’impact", " evaluation de l impact "),
        ("Straße für Züge", " strasse fur zuge "),
        ("STRASSE GROẞ", " strasse gross "),
        ("İstanbul", " istanbul "),
        ("cafe\u0301", " cafe "),
        ("ﬁbre ﬀ", " fibre ff "),
        ("one. Two", " one . two "),
        ("one.Two", " one two "),
        ("v1.7 of it", " v1 7 of it "),
        ("Really?! Yes; no", " really . yes . no "),
        ("The end.", " the end . "),
        ("...", " . "),
        ("?!", " . "),
        ("—", "  "),
        ("one\n\ntwo", " one . two "),
        ("one\n \t\r\n\n two", " one . two "),
        ("one\ntwo", " one two "),
        ("one.\n\n. two", " one . two "),
        ('It "works." Next', " it works . next "),
        ("(It works.) Next", " it works . next "),
        ("„Es läuft.“ Dann", " es lauft . dann "),
        ("one.\x0bTwo", " one . two "),
        ("one.\u2028Two", " one . two "),
        ("one.\u00a0Two", " one . two "),
        ("½ of 2²", " 1 2 of 22 "),
        ("a\x01b", " a . b "),
        ("日本語 text", " 日本語 text "),
    ],
)
def test_a_text_folds_to(text, folded):
    assert fold_one(text) == folded


# Folding costs milliseconds however few the texts, so the properties are checked by the column.
@settings(max_examples=60, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS | st.none(), max_size=8))
def test_a_column_folds_as_its_texts_do(texts):
    folded = fold(pa.array(texts, pa.large_string())).to_pylist()
    assert folded == [fold_one(text or "") for text in texts]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6), cut=st.integers(0, 6))
def test_chunks_and_short_strings_fold_alike(texts, cut):
    chunked = pa.chunked_array(
        [pa.array(texts[:cut], pa.string()), pa.array(texts[cut:], pa.string())]
    )
    assert fold(chunked).to_pylist() == fold(pa.array(texts, pa.large_string())).to_pylist()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS, min_size=5, max_size=20))
def test_what_is_folded_is_words_one_space_apart(texts):
    folded = fold(pa.array(texts, pa.large_string()))
    # Folding once more changes nothing.
    assert fold(folded).to_pylist() == folded.to_pylist()
    for text in folded.to_pylist():
        assert text[0] == text[-1] == " "
        words = text.split()
        assert text == (" " + " ".join(words) + " " if words else "  ")
        assert all(word == "." or word.isalnum() for word in words)
        assert text == text.lower()
        # No empty sentence: of two ends in a row one is left.
        assert " . . " not in text


def test_a_megabyte_folds():
    for text in (
        "word " * 200_000,
        ". " * 500_000,
        "a." * 500_000,
        "\n" * 1_000_000,
        "é" * 500_000,
    ):
        assert fold_one(text).startswith(" ")
