"""Lines told apart in bytes are those that Python itself tells apart."""

import io

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.lines import Lines


@given(st.text(st.sampled_from('ab,"\n\r\x0b\x0c\x85\u2028€😀')))
def test_lines_are_those_of_a_text_file(text):
    expected = list(io.StringIO(text, newline=""))
    lines = Lines(text.encode())
    assert [lines[place] for place in range(len(lines))] == expected
    assert lines[1:3] == expected[1:3]
