# ruff: noqa: RUF001 -- texts of users have such signs
from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rulebook.folding import fold_one
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.phrase_syntax import PhraseFault, compile_phrase
from pipeline.rulebook.rules import PhraseList


def matcher_of(**lists):
    """Phrases of each list; those after ``unless`` are its traps."""
    made = {}
    for name, phrases in lists.items():
        cut = phrases.index("unless") if "unless" in phrases else len(phrases)
        made[name] = PhraseList(
            id=name, title=name, phrases=tuple(phrases[:cut]), unless=tuple(phrases[cut + 1 :])
        )
    return PhraseMatcher(made)


def found(matcher, text):
    return matcher.found_in(fold_one(text))


# ---------------------------------------------------------------- the same, done plainly


def plain_pattern(phrase):
    """The compiled phrase for Python's own ``re``."""
    return compile_phrase(phrase).pattern.replace(r"[\p{L}\p{N}]", r"[^\W_]")


def plainly_found(phrase_list, folded):
    """Mask each occurrence of each trap, overlapping ones too; then search each phrase."""
    masked = list(folded)
    for trap in phrase_list.unless:
        for start in range(len(folded)):
            match = re.compile(plain_pattern(trap)).match(folded, start)
            if match:
                masked[match.start() + 1 : match.end() - 1] = "\x02" * (len(match.group()) - 2)
    text = "".join(masked)
    return any(re.search(plain_pattern(phrase), text) for phrase in phrase_list.phrases)


WORDS = st.sampled_from(("aaa", "aab", "bbb", "éaa", "two"))
SLOTS = st.one_of(
    WORDS,
    WORDS,
    WORDS.map("{}*".format),
    st.lists(WORDS, min_size=2, max_size=2, unique=True).map("|".join),
    WORDS.map("[{}]".format),
    st.sampled_from(("#", "_", "...")),
)


def is_phrase(phrase):
    try:
        compile_phrase(phrase)
    except PhraseFault:
        return False
    return True


PHRASES = st.lists(SLOTS, min_size=1, max_size=3).map(" ".join).filter(is_phrase)
LISTS = st.builds(
    PhraseList,
    id=st.just("x"),
    title=st.just("x"),
    phrases=st.lists(PHRASES, min_size=1, max_size=3).map(tuple),
    unless=st.lists(PHRASES, max_size=3).map(tuple),
)
# Folded already: folding one text costs milliseconds.
TEXTS = st.lists(
    st.sampled_from(("aaa", "aab", "bbb", "eaa", "aa", "2", "two", "aaab", ".", "中")), max_size=14
).map(lambda words: f" {' '.join(words)} ")


@settings(max_examples=250, deadline=None, derandomize=True)
@given(lists=st.lists(LISTS, min_size=1, max_size=3), folded=TEXTS)
def test_what_is_found_is_what_plain_search_finds(lists, folded):
    by_name = {f"list_{place}": item for place, item in enumerate(lists)}
    expected = {name for name, item in by_name.items() if plainly_found(item, folded)}
    matcher = PhraseMatcher(by_name)
    assert matcher.found_in(folded) == expected
    for name in by_name:
        spans = matcher.spans(name, folded)
        assert bool(spans) is (name in expected)
        assert spans == sorted(spans)
        for start, end in spans:
            assert folded[start] == folded[end - 1] == " "


@settings(max_examples=100, deadline=None, derandomize=True)
@given(phrase_list=LISTS, folded=st.lists(TEXTS, max_size=10))
def test_a_column_is_matched_as_its_texts_are(phrase_list, folded):
    matcher = PhraseMatcher({"x": phrase_list})
    hits = matcher.match(folded)
    expected = ["x" in matcher.found_in(text) for text in folded]
    assert ("x" in hits) is any(expected)
    if "x" in hits:
        assert hits["x"].tolist() == expected


# ---------------------------------------------------------------- by example


def test_case_accents_and_hyphens_do_not_matter():
    matcher = matcher_of(x=["état-major", "road map"])
    for text in ("ETAT MAJOR", "l’état–major", "a Road-Map", "ROAD\nMAP", "road (map)"):
        assert found(matcher, text) == {"x"}


def test_only_whole_words_are_found_and_none_across_a_sentence():
    matcher = matcher_of(x=["road map", "program"])
    for text in ("crossroad map", "road maps", "the road. Map it", "road\n\nmap", "programs"):
        assert found(matcher, text) == set()


@pytest.mark.parametrize("text", ["", " ", "?!", "...", "—", "\n\n", "\x01", "🙂"])
def test_nothing_is_found_where_no_words_are(text):
    assert found(matcher_of(x=["road map"]), text) == set()


def test_french_and_german():
    matcher = matcher_of(
        fr=["programme de transformation"], de=["mehrere projekte", "übergreifend*"]
    )
    assert found(matcher, "Un Programme de Transformation à l’échelle") == {"fr"}
    assert found(matcher, "Mehrere Projekte, bereichs-übergreifende Arbeit") == {"de"}
    assert found(matcher, "UBERGREIFEND") == {"de"}


def test_a_trap_takes_its_words_out_of_the_text():
    matcher = matcher_of(x=["program", "unless", "computer program"])
    assert found(matcher, "a computer program") == set()
    assert found(matcher, "a computer program for the program") == {"x"}


def test_a_trap_is_seen_each_time_also_right_after_itself():
    matcher = matcher_of(x=["support", "unless", "ongoing support"])
    assert found(matcher, "ongoing support ongoing support") == set()
    assert found(matcher, "ongoing support ongoing support support") == {"x"}


def test_traps_that_overlap_each_take_their_words():
    matcher = matcher_of(x=["grid", "water", "unless", "power water", "water grid"])
    assert found(matcher, "power water grid") == set()
    overlapping = matcher_of(x=["bbb", "unless", "bbb aaa bbb"])
    assert found(overlapping, "bbb aaa bbb aaa bbb") == set()


def test_the_longer_of_two_traps_counts_too():
    matcher = matcher_of(x=["roadmap", "unless", "product", "product roadmap"])
    assert found(matcher, "a product roadmap") == set()


def test_no_phrase_reads_across_a_trap():
    matcher = matcher_of(x=["many ... teams", "unless", "football clubs"])
    assert found(matcher, "many football clubs teams") == set()
    assert found(matcher, "many clubs teams") == {"x"}


def test_a_trap_of_one_list_is_none_of_another():
    matcher = matcher_of(x=["program", "unless", "computer program"], y=["program"])
    assert found(matcher, "a computer program") == {"y"}


def test_a_trap_after_letters_of_many_bytes_is_masked_at_its_place():
    matcher = matcher_of(x=["program", "unless", "中文 program", "日本 program"])
    assert found(matcher, "中文 program 日本 program 中文 program") == set()
    text = fold_one("中文 program 日本 program program")
    [(start, end)] = matcher.spans("x", text)
    assert text[start:end] == " program "
    assert start == text.rindex(" program")


def test_no_lists_at_all():
    assert PhraseMatcher({}).found_in(" a b ") == set()
    assert PhraseMatcher({}).match([" a "]) == {}


def test_a_megabyte_is_searched():
    """No quadratic time: these would take minutes (the test time-out is five)."""
    matcher = matcher_of(
        x=["ongoing ... work", "many # teams", "unless", "ongoing support", "support ongoing"]
    )
    for word in ("ongoing support ", "support é ongoing ", "ongoing a b c ", "many many 2 "):
        text = fold_one(word * (1_000_000 // len(word)))
        assert matcher.found_in(text) == set()


def test_a_search_that_gave_up_is_done_again_one_by_one(monkeypatch):
    """RE2 tells that its memory is full by finding nothing, not even what is always there."""

    class GivesUp:
        def Match(self, text):  # noqa: N802, ARG002 -- the library's name
            return []

    matcher = matcher_of(x=["road map"], y=["sea chart"])
    monkeypatch.setitem(vars(matcher), "_all", GivesUp())
    assert found(matcher, "the road map") == {"x"}


def test_many_phrases_at_once_are_each_found():
    words = [f"word{number} {'abc' * (number % 5)}x" for number in range(1000)]
    matcher = matcher_of(**{f"list_{number}": [word] for number, word in enumerate(words)})
    text = fold_one(" and ".join(words[100:900:7]))
    assert matcher.found_in(text) == {f"list_{number}" for number in range(100, 900, 7)}


# ---------------------------------------------------------------- denials


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("It consists of four projects.", True),
        ("It will not consist of four projects.", False),
        ("It never did consist of four projects.", False),
        ("It no longer consists of four projects.", False),
        ("One system rather than four projects, which consist of parts.", False),
        ("It is not large. It consists of four projects.", True),
        ("It not only consists of four projects, it steers them.", True),
        ("It is not one project but consists of four projects.", True),
        ("It does not consist of two projects; it consists of four projects.", True),
        ("It is not in any way easy, as it consists of four projects.", True),
    ],
)
def test_what_a_text_denies_is_not_found(text, counts):
    matcher = matcher_of(
        parts=["consist* of # projects", "unless", "not|never|no+longer|rather+than ... ~"]
    )
    assert (found(matcher, text) == {"parts"}) is counts
    assert bool(matcher.spans("parts", fold_one(text))) is counts


def test_a_long_denial_is_read_in_linear_time():
    """Twice the text takes about twice the steps, told by what is found, not by a clock."""
    matcher = matcher_of(parts=["four projects", "unless", "not ... ~"])
    assert found(matcher, "not four projects " * 5_000) == set()
    assert found(matcher, "not four projects " * 5_000 + ". And four projects") == {"parts"}
