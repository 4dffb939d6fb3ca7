"""YAML that people write is read as they mean it, and everything clever is refused."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemas.strict_yaml import MAX_BYTES, MAX_DEPTH, YamlFault, load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("a:", {"a": None}),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("1e6", 1e6),
        ("-.5", -0.5),
        (".inf", ".inf"),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
        ("=", "="),
        ("<<: x", {"<<": "x"}),
        ("[a, 1, no]", ["a", 1, "no"]),
        ("a: {b: [true]}", {"a": {"b": [True]}}),
        ("9" * 19, "9" * 19),
        ("'1'", "1"),
    ],
)
def test_a_scalar_is_what_it_looks_like(text, value):
    read = load(text, name="x.yaml")
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' is already on line 1"),
        ("x:\n  - k: 1\n    k: 2\n", 3, "the key 'k' is already on line 2"),
        ("a: &x 1\nb: *x\n", 1, "anchors and aliases"),
        ("a: !!python/object:os.system x\n", 1, "the tag"),
        ("a: !thing x\n", 1, "the tag"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: [1, 2\nb: 3\n", 2, "not YAML"),
        ("{[a]: 1}", 1, "a key is a list"),
        ("a: 1\nb: \ud800\n", 2, "surrogate"),
        ("a: \x00", None, "control character"),
        ("[" * (MAX_DEPTH + 1), 1, "nested deeper"),
        ("[" * 200_000, 1, "nested deeper"),
        ("a" * (MAX_BYTES + 1), None, "bytes"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text, line, words):
    with pytest.raises(YamlFault) as caught:
        load(text, name="x.yaml")
    assert caught.value.line == line
    assert words in caught.value.problem
    assert caught.value.hint
    assert str(caught.value).startswith("x.yaml")


def test_depth_at_the_limit_is_read():
    assert load("[" * MAX_DEPTH + "]" * MAX_DEPTH, name="x") is not None


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**17), 10**17)
        | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
        | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text("abcno", min_size=1), inner)
        ),
        max_leaves=10,
    )
)
def test_what_yaml_writes_is_read_back(value):
    class NoAliases(yaml.SafeDumper):
        def ignore_aliases(self, data):  # noqa: ARG002
            return True

    read = load(yaml.dump(value, Dumper=NoAliases, allow_unicode=True), name="x")
    if isinstance(value, float):
        assert math.isclose(read, value)
    else:
        assert read == value


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        load(text, name="x")
    except YamlFault as fault:
        assert fault.problem  # noqa: PT017
