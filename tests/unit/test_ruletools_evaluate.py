"""staffing rules evaluate: measures against labels that were worked out by hand."""

import json
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.rules import rules as commands
from pipeline.errors import InputError
from pipeline.ruletools import labelled as reading
from pipeline.ruletools.measures import mean_of_two, wilson

write = runpy.run_path(str(Path(__file__).with_name("ruletools_rulebook.py")))["write"]

# Decided: a, b right and c wrong; d leans right, e is a tie, f is ambiguous and undecided.
LABELLED = """\
id,name,text,label,source,group,strength
a,One,a family of projects,program,uk,g1,strong
b,Two,linked projects,Program,uk,g1,strong
c,Three,a bundle of projects,project,uk,g2,weak
d,Single,nothing to say,project_manager,au,,strong
e,Five,nothing to say,program_manager,au,,strong
f,Six,nothing to say,ambiguous,au,g3,strong
g,Seven,nothing to say,,au,g3,strong
"""


@pytest.fixture
def rules(tmp_path):
    return write(tmp_path / "rules")


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.csv"
    path.write_text(LABELLED, encoding="utf-8")
    return path


def run(*arguments):
    result = CliRunner().invoke(
        commands, ["evaluate", *map(str, arguments)], standalone_mode=False, catch_exceptions=False
    )
    return result.stdout


def measured(path, rules, *arguments):
    return json.loads(run(path, "--rules", rules, "--format", "json", *arguments))


def test_the_calibration_counts_right_verdicts_by_band_of_confidence(labelled, rules):
    bands = measured(labelled, rules)["calibration"]
    filled = [band for band in bands if band["right"]["of"]]
    assert sum(band["right"]["of"] for band in filled) == 3
    assert sum(band["right"]["count"] for band in filled) == 2
    for band in filled:
        assert band["least"] <= band["mean"] <= band["most"]
        assert band["right"]["low"] <= band["right"]["share"] <= band["right"]["high"]
    told = run(labelled, "--rules", rules)
    assert "Confidence      mean  right of its verdicts" in told
    assert told.count(" to 0.") + told.count(" to 1.00 ") >= len(filled)


def test_the_headline_is_what_a_person_counts(labelled, rules):
    found = measured(labelled, rules)
    overall = found["overall"]
    assert (overall["n"], overall["ambiguous"], found["left_out"]) == (5, 1, 1)
    assert overall["decided"]["share"] == pytest.approx(3 / 5)
    assert overall["accuracy"]["share"] == pytest.approx(2 / 3)
    # a, b right, c wrong, d leans right, e ties and counts as half
    assert overall["accuracy_with_lean"]["count"] == 3.5
    assert overall["balanced"]["share"] == pytest.approx((2 / 2 + 0 / 1) / 2)
    assert overall["balanced_with_lean"]["share"] == pytest.approx((2.5 / 3 + 1 / 2) / 2)
    assert overall["undecided"]["share"] == 1
    assert found["facts_from"] == "name and text"


def test_the_confusion_table_counts_labels_against_verdicts(labelled, rules):
    assert measured(labelled, rules)["confusion"] == {
        "project_manager": {"project_manager": 0, "program_manager": 1, "undecided": 1},
        "program_manager": {"project_manager": 0, "program_manager": 2, "undecided": 1},
        "ambiguous": {"project_manager": 0, "program_manager": 0, "undecided": 1},
    }


def test_the_lean_can_stand_for_the_verdict(labelled, rules):
    found = measured(labelled, rules, "--lean")["confusion"]
    assert found["project_manager"] == {
        "project_manager": 1,
        "program_manager": 1,
        "undecided": 0,
    }


def test_each_rule_is_measured_for_its_role(labelled, rules):
    found = {rule["id"]: rule for rule in measured(labelled, rules)["rules"]}
    words = found["SCO-003"]
    assert (words["matches"], words["weight"]) == (3, 2)
    assert words["precision"]["share"] == pytest.approx(2 / 3)
    assert words["lift"] == pytest.approx((2 / 3) / (1 / 2))
    assert [item["id"] for item in words["wrong"]] == ["c"]
    assert found["SCO-004"]["lift"] is None  # it matches none of the other role's
    assert found["SCO-001"]["matches"] == 0


def test_text_only_hides_the_name_which_may_hold_the_answer(labelled, rules):
    found = measured(labelled, rules, "--text-only")
    assert found["facts_from"] == "the text alone"
    matches = {rule["id"]: rule["matches"] for rule in found["rules"]}
    assert matches["SCO-004"] == 0  # "Single" stands in a name


def test_groups_are_measured_apart(labelled, rules):
    groups = measured(labelled, rules, "--by", "source")["groups"]
    assert list(groups) == ["au", "uk"]
    assert groups["uk"]["accuracy"]["count"] == 2
    assert groups["au"]["n"] == 2
    assert groups["au"]["balanced"]["share"] is None  # nothing is decided there


@pytest.mark.parametrize(
    ("arguments", "n"),
    [
        (("--only", "strength=strong"), 4),
        (("--only", "strength=strong", "--only", "source=uk"), 2),
        (("--only", "strength=strong", "--only", "strength=weak"), 5),
        # of g1 the first; rows without a group all stay
        (("--one-per-group",), 4),
        (("--one-per-group", "--only", "strength=weak"), 1),
    ],
)
def test_rows_can_be_chosen(labelled, rules, arguments, n):
    assert measured(labelled, rules, *arguments)["overall"]["n"] == n


def test_wrong_initiatives_are_named_up_to_a_number(labelled, rules):
    shown = run(labelled, "--rules", rules, "--wrong", 1)
    assert "wrong: c Three: label project_manager, verdict program_manager" in shown
    assert "Wrong verdicts: 1" in shown
    assert "wrong: " not in run(labelled, "--rules", rules, "--wrong", 0)
    assert "66.7 %" in shown


def test_columns_of_structure_are_read_where_the_file_has_them(tmp_path, rules):
    path = tmp_path / "p.csv"
    path.write_text(
        "Initiative ID,Name,Description,Project count,Label\n"
        "A,One,words,4,program\nB,Two,words,1,project\n,,,,\nC,,words,2,project\n",
        encoding="utf-8",
    )
    found = measured(path, rules)
    assert found["facts_from"] == "all columns"
    # C has no name, so a run would quarantine it
    assert (found["overall"]["n"], found["left_out"]) == (2, 1)
    assert found["overall"]["accuracy"]["share"] == 1
    assert found["overall"]["decided"]["share"] == 1
    assert measured(path, rules, "--text-only")["overall"]["decided"]["count"] == 0


def test_what_pandas_takes_for_missing_is_text(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("id,name,text,label\nNA,None,null,project\n", encoding="utf-8")
    rows = reading.read(path).rows
    assert rows.iloc[0].to_list() == ["NA", "None", "null", "project_manager"]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"name,text\na,b\n", "I101", "label"),
        (b"label,other\nproject,b\n", "I101", "text"),
        (b"name,text,label\na,b,portfolio\n", "I102", "'portfolio'"),
        (b"name,text,label\na,b,\n", "I103", "no labelled row"),
        (b"\xff\xfe\x00\x01\x02", "I100", "cannot be read"),
        (b"", "I100", "cannot be read"),
    ],
)
def test_what_cannot_be_measured_is_bad_input(tmp_path, content, code, words):
    path = tmp_path / "l.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        reading.read(path)
    assert caught.value.code == code
    assert caught.value.exit_status == 4


def test_a_missing_file_and_a_missing_column_are_bad_input(tmp_path, labelled, rules):
    with pytest.raises(InputError, match="cannot be read"):
        reading.read(tmp_path / "none.csv")
    with pytest.raises(InputError, match="'sauce'") as caught:
        run(labelled, "--rules", rules, "--by", "sauce")
    assert "source" in caught.value.hint


def test_no_row_that_fits_is_bad_input(labelled, rules):
    with pytest.raises(InputError, match="no labelled row is left"):
        run(labelled, "--rules", rules, "--only", "source=uk", "--only", "group=")


@pytest.mark.parametrize(
    ("only", "told", "hint"),
    [
        (("source=mars",), "'mars' in the column 'source'", "for example, 'au', 'uk'"),
        (("strength=weak", "strength=stong"), "'stong' in the column", "Did you mean 'strong'?"),
        (("strength=strong", "source=uk", "source=x", "source=y"), "'x' or 'y' in", "'au', 'uk'"),
    ],
)
def test_a_value_of_no_row_is_told_even_beside_one_that_matches(labelled, rules, only, told, hint):
    flags = [word for each in only for word in ("--only", each)]
    with pytest.raises(InputError, match=told) as caught:
        run(labelled, "--rules", rules, *flags)
    assert (caught.value.code, caught.value.exit_status) == ("I104", 4)
    assert hint in caught.value.hint


def test_wilson_gives_the_values_of_the_literature():
    # 15 of 148, from Newcombe 1998: 0.0624 to 0.1605
    found = wilson(15, 148)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0624, 0.1605)
    assert wilson(0, 0).share is None
    assert mean_of_two(wilson(1, 1), wilson(0, 0)).share is None


@given(st.integers(0, 300), st.integers(1, 300))
def test_an_interval_holds_its_share_within_zero_and_one(count, of):
    found = wilson(min(count, of), of)
    assert 0 <= found.low <= found.share <= found.high <= 1
    both = mean_of_two(found, wilson(of // 2, of))
    assert 0 <= both.low <= both.share <= both.high <= 1
