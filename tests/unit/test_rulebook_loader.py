"""Every fault of a rulebook: its code, its line, what is wrong and what to do, all at once."""

from __future__ import annotations

import copy
import datetime as dt
import runpy
from pathlib import Path

import pytest
import yaml

from pipeline.rulebook import loader
from pipeline.rulebook.conditions import Comparison, Group
from pipeline.rulebook.loader import RulebookFaults

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
write, BASIC, SETTINGS = heart["write_rulebook"], heart["BASIC"], heart["SETTINGS"]
RULE = "scope/SCO-001.yaml"


def faults(folder, files=None):
    """Path within the rulebook, line, code, problem and hint of every fault."""
    write(folder, files)
    with pytest.raises(RulebookFaults) as refused:
        loader.load(folder)
    return [
        (
            fault.at.path.relative_to(folder).as_posix(),
            fault.at.line,
            fault.code,
            fault.problem,
            fault.hint,
        )
        for fault in refused.value.errors
    ]


def changed(name, *, drop=(), **more):
    """A sound file with some keys replaced; ``__`` in a key goes one level down."""
    data = copy.deepcopy(BASIC[name])
    for key, value in more.items():
        inner = data
        *outer, last = key.split("__")
        for step in outer:
            inner = inner[int(step) if isinstance(inner, list) else step]
        inner[last] = value
    for key in drop:
        del data[key]
    return data


def one(folder, name, data, code):
    """The one fault that a changed file brings, on the line where ``data`` has the marked key."""
    [(path, line, found, problem, hint)] = faults(folder, {name: data})
    assert (path, found) == (name, code)
    return line, problem, hint


def line_of(data, key):
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True).splitlines()
    return 1 + next(
        number for number, line in enumerate(text) if line.strip().startswith(f"{key}:")
    )


def test_a_sound_rulebook_loads(tmp_path):
    ruleset = loader.load(write(tmp_path))
    assert [rule.id for rule in ruleset.evidence] == ["CHA-001", "SCO-001", "SCO-002", "SCO-003"]
    assert [rule.id for rule in ruleset.verdict] == ["VER-010", "VER-011", "VER-900"]
    assert ruleset.by_id["SCO-001"].when == Comparison(fact="team_count", operator="gte", value=3)
    assert isinstance(ruleset.by_id["CHA-001"].when, Group)
    assert {rule.id: rule.basis for rule in ruleset.evidence} == {
        "CHA-001": "structure",
        "SCO-001": "structure",
        "SCO-002": "text",
        "SCO-003": "structure",
    }
    assert ruleset.phrases["many_teams"].phrases == ("many teams", "several crews")
    assert len(ruleset.sha256) == 64


def test_every_fault_of_every_file_at_once_in_order_of_place(tmp_path):
    files = {
        "challenges/CHA-001.yaml": changed("challenges/CHA-001.yaml", weight=4, status="draft"),
        RULE: changed(RULE, when={"all": [{"fact": "tem_count", "gte": 3}, {"fact": "x"}]}),
        "scope/SCO-002.yaml": "id: [",
        "phrases/many_teams.yaml": changed("phrases/many_teams.yaml", phrases=["the", "a b c ("]),
    }
    found = [(path, code) for path, _, code, _, _ in faults(tmp_path, files)]
    assert found == [
        ("challenges/CHA-001.yaml", "R005"),
        ("challenges/CHA-001.yaml", "R005"),
        ("phrases/many_teams.yaml", "R031"),
        (RULE, "R014"),
        (RULE, "R014"),
        ("scope/SCO-002.yaml", "R002"),
    ]


def test_a_message_has_a_line_for_each_fault_with_place_code_problem_and_cure(tmp_path):
    write(tmp_path, {RULE: changed(RULE, when={"fact": "tem_count", "gte": 3}, weight=9)})
    with pytest.raises(RulebookFaults) as refused:
        loader.load(tmp_path)
    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    path = tmp_path / RULE
    fact_line = path.read_text(encoding="utf-8").splitlines().index("  fact: tem_count") + 1
    assert (
        f"{path}:{fact_line}: [R014] unknown fact 'tem_count'. Did you mean 'team_count'?" in lines
    )
    assert refused.value.exit_status == 5
    assert all(fault.hint for fault in refused.value.errors)


# ---------------------------------------------------------------- files


def test_a_folder_without_settings_is_no_rulebook(tmp_path):
    [(path, line, code, problem, hint)] = faults(tmp_path, {"ruleset.yaml": None})
    assert (path, line, code) == (".", None, "R001")
    assert "ruleset.yaml" in problem
    assert "--rules" in hint


def test_a_file_that_is_no_utf8(tmp_path):
    line, problem, hint = one(tmp_path, RULE, b"title: caf\xe9", "R001")
    assert (line, problem, hint) == (None, "not UTF-8", "Save it as UTF-8")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: SCO-001\nwhen: {fact: team_count, gte: 3\n", None),
        ("id: &a SCO-001\ntitle: *a\n", 1),
        ("- a list\n", 1),
        ("", 1),
        ("just words\n", 1),
    ],
)
def test_a_file_that_is_no_clean_mapping(tmp_path, text, line):
    found, problem, hint = one(tmp_path, RULE, text, "R002")
    assert line is None or found == line
    assert problem
    assert hint


def test_keys_that_stand_twice_hide_no_other_fault_of_the_file(tmp_path):
    text = yaml.safe_dump(changed(RULE, weight=9), sort_keys=False)
    lines = [*text.splitlines(), "status: stable", "when: {fact: tem_count, gte: 3}"]
    found = faults(tmp_path, {RULE: "\n".join(lines) + "\n"})
    assert [(code, problem) for _, _, code, problem, _ in found] == [
        ("R005", "weight: should be less than or equal to 3 (found 9)"),
        ("R002", f"the key 'status' is already on line {lines.index('status: stable') + 1}"),
        ("R002", f"the key 'when' is already on line {lines.index('when:') + 1}"),
        ("R014", "unknown fact 'tem_count'"),
    ]


def test_a_value_outside_a_closed_set_is_told_the_nearest_one(tmp_path):
    _, _, hint = one(tmp_path, RULE, changed(RULE, evidence_for="programm_manager"), "R005")
    assert hint == "Did you mean 'program_manager'?"
    _, _, hint = one(tmp_path, RULE, changed(RULE, status="xyz"), "R005")
    assert hint == "One of experimental, stable"


def test_an_unreadable_file(tmp_path):
    write(tmp_path)
    (tmp_path / "scope" / "SCO-009.yaml").symlink_to(tmp_path / "nowhere.yaml")
    ruleset = loader.load(tmp_path)  # a dangling link is no file
    assert "SCO-009" not in ruleset.by_id


def test_a_key_that_nobody_knows(tmp_path):
    data = changed(RULE, wieght=2)
    line, problem, hint = one(tmp_path, RULE, data, "R003")
    assert line == line_of(data, "wieght")
    assert (problem, hint) == ("unknown key 'wieght'", "Did you mean 'weight'?")


def test_a_key_that_nobody_knows_inside_a_reference_is_compared_with_its_neighbors(tmp_path):
    reference = {"document": "source", "passage": "scope", "claim": "x", "pasage": "y"}
    _, problem, hint = one(tmp_path, RULE, changed(RULE, references=[reference]), "R003")
    assert (problem, hint) == ("unknown key 'pasage'", "Did you mean 'passage'?")
    reference = {"document": "source", "passage": "scope", "claim": "x", "zzz": "y"}
    _, _, hint = one(tmp_path, RULE, changed(RULE, references=[reference]), "R003")
    assert hint == "Known keys: document, passage, claim"


def test_a_key_that_is_missing(tmp_path):
    _, problem, hint = one(tmp_path, RULE, changed(RULE, drop=["owner"]), "R004")
    assert (problem, hint) == ("missing key 'owner'", "Add owner:")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("weight", 4, "less than or equal to 3"),
        ("weight", "2", "found '2'"),
        ("weight", True, "found True"),
        ("version", 0, "greater than or equal to 1"),
        ("status", "draft", "experimental"),
        ("created", "01.02.2026", "written as 2026-11-24 (found '01.02.2026')"),
        ("created", 20260101, "found 20260101"),
        ("modified", "2026-02-30", "found '2026-02-30'"),
        ("owner", "", "found ''"),
        ("evidence_for", "manager", "project_manager"),
        ("references", [], "at least 1"),
        ("id", "SCO-1", "found 'SCO-1'"),
    ],
)
def test_a_value_that_does_not_fit(tmp_path, key, value, said):
    data = changed(RULE, **{key: value})
    line, problem, _ = one(tmp_path, RULE, data, "R005")
    assert line == line_of(data, key)
    assert problem.startswith(f"{key}: ")
    assert said in problem


def test_too_few_examples(tmp_path):
    data = changed(RULE, examples={"match": [{"name": "a"}], "no_match": [{"name": "b"}]})
    found = faults(tmp_path, {RULE: data})
    assert [(code, problem.split(":")[0]) for _, _, code, problem, _ in found] == [
        ("R005", "examples.match"),
        ("R005", "examples.no_match"),
    ]


# ---------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("when", "code", "said", "hint"),
    [
        ({"fact": "tem_count", "gte": 1}, "R014", "'tem_count'", "'team_count'"),
        ({"fact": "zzzzzz", "gte": 1}, "R014", "'zzzzzz'", "staffing rules docs"),
        ({"fact": ["team_count"], "gte": 1}, "R014", "team_count", "'team_count'"),
        ({"fact": 3, "gte": 1}, "R014", "3", "staffing rules docs"),
        ({"fact": "has_owner", "equals": True}, "R015", "evidence rules may not", "context"),
        ({"fact": "project_score", "gte": 1}, "R015", "evidence rules may not", "tally"),
        ({"fact": "team_count"}, "R016", "exactly one operator", "equals, gt"),
        ({"fact": "team_count", "gt": 1, "lt": 3}, "R016", "exactly one operator", "equals, gt"),
        ({"fact": "team_count", "gtee": 1}, "R017", "unknown operator 'gtee'", "'gte'"),
        ({"fact": "team_count", "one_of": [1]}, "R017", "not for integer facts", "One of equals"),
        ({"fact": "terms", "exists": True}, "R017", "not for terms facts", "mentions_any"),
        ({"fact": "team_count", "exists": 1}, "R018", "1 is not true or false", "true or false"),
        ({"fact": "has_end_date", "equals": "yes"}, "R018", "'yes'", "true or false"),
        ({"fact": "team_count", "gte": 2.5}, "R019", "not a whole number", "Write one"),
        ({"fact": "team_count", "gte": True}, "R019", "not a whole number", "Write one"),
        ({"fact": "team_count", "gte": "3"}, "R019", "not a whole number", "Write one"),
        ({"fact": "team_count", "gte": 10**15}, "R019", "too large", "10**15"),
        ({"fact": "team_count", "gte": -(10**15)}, "R019", "too large", "10**15"),
        ({"fact": "budget_eur", "gte": "much"}, "R019", "not a number", "Write a number"),
        ({"fact": "budget_eur", "gte": 1e16}, "R019", "too large", "10**15"),
        ({"fact": "budget_eur", "gte": 0.00001}, "R019", "more than 4 decimals", "Round"),
        ({"fact": "budget_eur", "gte": 1.23456}, "R019", "more than 4 decimals", "Round"),
        ({"fact": "terms", "mentions_any": "many_teams"}, "R020", "needs a list", "[one, two]"),
        ({"fact": "terms", "mentions_any": []}, "R020", "needs a list", "[one, two]"),
        (
            {"fact": "terms", "mentions_any": ["many_teams", "many_teams"]},
            "R020",
            "twice",
            "Delete one",
        ),
        (
            {"fact": "terms", "mentions_any": ["many_team"]},
            "R021",
            "unknown phrase list 'many_team'",
            "'many_teams'",
        ),
        (
            {"fact": "terms", "mentions_any": [["many_teams"]]},
            "R021",
            "unknown phrase list",
            "many_teams",
        ),
        (
            {"fact": "scope_definition", "equals": "fxed"},
            "R021",
            "unknown value of scope_definition 'fxed'",
            "'fixed'",
        ),
        ({"fact": "scope_definition", "equals": 3}, "R021", "3", "fixed, evolving"),
        ({"fact": "scope_definition", "one_of": ["open"]}, "R021", "'open'", "fixed, evolving"),
        ({}, "R010", "a condition is a mapping", "all:"),
        ({"al": [{"fact": "team_count", "gte": 1}]}, "R012", "'al' is no single", "'all'"),
        (
            {"all": [{"fact": "team_count", "gte": 1}], "any": []},
            "R012",
            "all and any",
            "one of all, any, fact",
        ),
        ({"all": []}, "R013", "'all' needs a list", "Add one"),
        ({"any": {"fact": "team_count", "gte": 1}}, "R013", "'any' needs a list", "Add one"),
        ({"all": ["team_count"]}, "R010", "a condition is a mapping", "all:"),
        ({"all": [None]}, "R010", "a condition is a mapping", "all:"),
    ],
)
def test_a_condition_that_cannot_be_read(tmp_path, when, code, said, hint):
    data = changed(RULE, when=when)
    line, problem, cure = one(tmp_path, RULE, data, code)
    assert line >= line_of(data, "when")
    assert said in problem
    assert hint in cure


def test_a_key_that_is_no_text_is_a_fault_like_any_other(tmp_path):
    found = faults(tmp_path, {RULE: changed(RULE, when={"fact": "team_count", 1: 1})})
    assert ("R017", "unknown operator 1") in [(code, problem) for _, _, code, problem, _ in found]


def nested(depth):
    node = {"fact": "team_count", "gte": 1}
    for _ in range(depth - 1):
        node = {"all": [node]}
    return node


def test_conditions_four_deep_are_read_and_five_deep_are_not(tmp_path):
    loader.load(write(tmp_path, {RULE: changed(RULE, when=nested(4))}))
    _, problem, hint = one(tmp_path, RULE, changed(RULE, when=nested(5)), "R011")
    assert "deeper than 4" in problem
    assert hint == "Split the rule"


def test_each_fault_of_a_condition_has_its_own_line(tmp_path):
    text = """\
    all:
      - {fact: tem_count, gte: 1}
      - {fact: team_count, gte: 1}
      - any:
          - {fact: domain_count, gte: 1.5}
          - fact: terms
            mentions_any:
              - nothing_such
    """
    head = yaml.safe_dump(changed(RULE, drop=["when"]), sort_keys=False)
    body = head + "when:\n" + text
    found = faults(tmp_path, {RULE: body})
    start = body.splitlines().index("when:") + 1
    assert [(line - start, code) for _, line, code, _, _ in found] == [
        (2, "R014"),
        (5, "R019"),
        (7, "R021"),
    ]


@pytest.mark.parametrize(
    ("name", "fact"),
    [("verdict/VER-010.yaml", "team_count"), ("verdict/VER-010.yaml", "verdict")],
)
def test_a_verdict_stands_on_the_tally_alone(tmp_path, name, fact):
    when = {"fact": fact, "exists": True}
    _, problem, _ = one(tmp_path, name, changed(name, when=when), "R015")
    assert "verdict rules may not read" in problem


# ---------------------------------------------------------------- names that must agree


def test_a_phrase_list_is_named_as_its_file(tmp_path):
    name = "phrases/many_teams.yaml"
    line, problem, hint = one(tmp_path, name, changed(name, id="few_teams"), "R030")
    assert (line, hint) == (1, "Write id: many_teams")
    assert "few_teams" in problem


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        (["many teams", "a ( b"], "is no word"),
        (["many teams", "many teams"], "stands twice"),
        (["many teams", "Many-Teams"], "stands twice"),
        (["many teams", "many teams "], "stands twice"),
        (["many teams", "_ ..."], "no word of its own"),
        (["many teams", "node.js work"], "is no word"),
    ],
)
def test_a_phrase_that_cannot_be_read_or_stands_twice(tmp_path, phrases, said):
    name = "phrases/many_teams.yaml"
    data = changed(name, phrases=phrases)
    line, problem, _ = one(tmp_path, name, data, "R031")
    assert line == line_of(data, "phrases") + 2
    assert said in problem
    assert repr(phrases[1].strip()) in problem


def test_a_phrase_may_stand_among_phrases_and_traps(tmp_path):
    name = "phrases/many_teams.yaml"
    write(tmp_path, {name: changed(name, unless=["many teams"])})
    assert loader.load(tmp_path).phrases["many_teams"].unless == ("many teams",)


def test_one_fault_of_a_phrase_list_brings_none_in_the_rules_that_read_it(tmp_path):
    name = "phrases/many_teams.yaml"
    one(tmp_path, name, "phrases: [", "R002")


def test_a_folder_that_is_no_aspect(tmp_path):
    found = faults(tmp_path, {"scoop/SCO-009.yaml": BASIC[RULE]})
    assert found == [
        ("scoop", None, "R032", "folder 'scoop' is no aspect", "Did you mean 'scope'?")
    ]


@pytest.mark.parametrize(
    "path", ["SCO-009.yaml", "scope/deep/SCO-009.yaml", "scope/SCO-009.yml", "phrases/x/y.yaml"]
)
def test_a_file_that_nobody_would_read_is_not_passed_over(tmp_path, path):
    [(found, _, code, _, hint)] = faults(tmp_path, {path: BASIC[RULE]})
    assert (found, code) == (path, "R032")
    assert hint


def test_deprecated_and_hidden_folders_are_not_read(tmp_path):
    write(tmp_path, {"deprecated/scope/SCO-777.yaml": "id: [", ".git/x.yaml": "id: ["})
    loader.load(tmp_path)


def test_the_id_is_the_file_name(tmp_path):
    line, _, hint = one(tmp_path, RULE, changed(RULE, id="SCO-009"), "R033")
    assert (line, hint) == (1, "Write id: SCO-001")


def test_the_id_starts_with_the_prefix_of_its_folder(tmp_path):
    name = "scope/CHA-009.yaml"
    _, problem, _ = one(tmp_path, name, changed(RULE, id="CHA-009"), "R034")
    assert problem == "ids in scope/ start with SCO-"


def test_an_id_is_used_once(tmp_path):
    # The file name would say otherwise, so both faults are told.
    name = "scope/SCO-009.yaml"
    found = faults(tmp_path, {name: BASIC[RULE]})
    assert [(path, code) for path, _, code, _, _ in found] == [(name, "R033"), (name, "R035")]
    assert found[1][3] == "id 'SCO-001' is used by scope/SCO-001.yaml, too"


def test_an_id_that_was_retired_is_never_used_again(tmp_path):
    _, problem, hint = (
        one(tmp_path, RULE, BASIC[RULE], "R035")
        if write(tmp_path, {"deprecated/2025/SCO-001.yaml": "old"})
        else (None, "", "")
    )
    assert problem == "id 'SCO-001' is deprecated"
    assert "never reused" in hint


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"modified": "2025-12-31"}, "modified"),
        ({"effective_from": "2026-02-01", "effective_until": "2026-01-31"}, "effective_until"),
    ],
)
def test_days_that_cannot_be(tmp_path, more, key):
    data = changed(RULE, **more)
    line, problem, _ = one(tmp_path, RULE, data, "R036")
    assert line == line_of(data, key)
    assert "lies before" in problem


def test_the_aspect_is_the_folder(tmp_path):
    _, _, hint = one(tmp_path, RULE, changed(RULE, aspect="challenges"), "R037")
    assert hint == "Write scope"


def test_a_factor_is_declared(tmp_path):
    data = changed(RULE, drop=["aspect", "evidence_for", "weight"], factor="staf", level=2)
    data |= {"id": "CPX-001"}
    name = "complexity/CPX-001.yaml"
    _, problem, hint = one(tmp_path, name, data, "R038")
    assert (problem, hint) == ("unknown factor 'staf'", "Did you mean 'staff'?")


def test_documents_and_passages_exist(tmp_path):
    data = changed(RULE, references__0__document="sauce")
    _, problem, hint = one(tmp_path, RULE, data, "R039")
    assert (problem, hint) == ("unknown document 'sauce'", "Did you mean 'source'?")
    data = changed(RULE, references__0__passage="scoop")
    _, problem, hint = one(tmp_path, RULE, data, "R040")
    assert (problem, hint) == ("source has no passage 'scoop'", "Did you mean 'scope'?")
    data = changed(RULE, references__0__passage="elsewhere")
    _, _, hint = one(tmp_path, RULE, data, "R040")
    assert hint == "Declare it in ruleset.yaml"


@pytest.mark.parametrize("fact", ["terms", "name_terms"])
def test_words_alone_are_never_decisive(tmp_path, fact):
    when = {
        "any": [{"fact": "team_count", "gte": 3}, {"fact": fact, "mentions_any": ["many_teams"]}]
    }
    data = changed(RULE, when=when, decisive=True)
    line, _, hint = one(tmp_path, RULE, data, "R041")
    assert (line, hint) == (line_of(data, "decisive"), "Delete decisive:")


@pytest.mark.parametrize(
    ("facts", "said", "hint"),
    [
        ({"tem_count": 3}, "unknown fact 'tem_count'", "'team_count'"),
        ({"team_count": "3"}, "team_count is '3'", "Write a whole number, or leave it out"),
        ({"team_count": 10**15}, "team_count is 1000000000000000", "leave it out"),
        ({"budget_eur": 0.00001}, "budget_eur is 1e-05", "leave it out"),
        ({"has_end_date": 1}, "has_end_date is 1", "Write true or false, or"),
        ({"scope_definition": "open"}, "scope_definition is 'open'", "fixed, evolving"),
        ({"terms": ["many_team"]}, "unknown phrase list 'many_team'", "'many_teams'"),
        ({"terms": "many_teams"}, "terms is a list", "[one, two]"),
    ],
)
def test_facts_of_examples_exist_and_fit(tmp_path, facts, said, hint):
    data = changed(RULE, examples__match=[{"name": "a", "facts": facts}, {"name": "b"}])
    _, problem, cure = one(tmp_path, RULE, data, "R042")
    assert said in problem
    assert hint in cure


def test_examples_have_names_of_their_own(tmp_path):
    data = changed(RULE, examples__no_match=[{"name": "a"}, {"name": "a"}])
    _, problem, _ = one(tmp_path, RULE, data, "R042")
    assert problem == "example 'a' stands twice"


@pytest.mark.parametrize(
    ("rationale", "code"),
    [
        ("{team_count teams", "R043"),
        ("{team_count:>9} teams", "R043"),
        ("{team_count!r} teams", "R043"),
        ("{team_count:{team_count}} teams", "R043"),
        ("{domain_count} domains", "R044"),
        ("{} teams", "R044"),
        ("{team_count.real} teams", "R044"),
        ("{team_count[0]} teams", "R044"),
    ],
)
def test_a_rationale_that_could_not_be_filled_in(tmp_path, rationale, code):
    data = changed(RULE, rationale=rationale)
    line, _, hint = one(tmp_path, RULE, data, code)
    assert line == line_of(data, "rationale")
    assert hint


def test_a_rationale_names_no_fact_of_one_branch_only_and_no_list(tmp_path):
    branches = {"any": [{"fact": "team_count", "gte": 3}, {"fact": "domain_count", "gte": 3}]}
    one(tmp_path, RULE, changed(RULE, when=branches, rationale="{team_count} teams"), "R044")
    words = {"fact": "terms", "mentions_any": ["many_teams"]}
    one(tmp_path, RULE, changed(RULE, when=words, rationale="It says {terms}."), "R044")
    absent = {"fact": "team_count", "exists": False}
    one(tmp_path, RULE, changed(RULE, when=absent, rationale="{team_count} teams"), "R044")
    both = {"all": [{"fact": "team_count", "gte": 3}, branches]}
    loader.load(write(tmp_path, {RULE: changed(RULE, when=both, rationale="{team_count} teams")}))


def test_confidence_does_not_fall_as_the_lead_grows(tmp_path):
    name = "verdict/VER-010.yaml"
    data = changed(name, confidence={"at_least": 0.8, "at_most": 0.7})
    line, problem, _ = one(tmp_path, name, data, "R045")
    assert line == line_of(data, "at_most")
    assert "confidence" in problem


@pytest.mark.parametrize(
    ("aspect", "said"),
    [
        ({"id": "scope", "title": "Again", "prefix": "NEW"}, "aspect id 'scope'"),
        ({"id": "other", "title": "Other", "prefix": "SCO"}, "aspect prefix 'SCO'"),
        ({"id": "verdict", "title": "Verdict", "prefix": "NEW"}, "aspect id 'verdict'"),
        ({"id": "phrases", "title": "Phrases", "prefix": "NEW"}, "aspect id 'phrases'"),
    ],
)
def test_every_aspect_has_a_name_and_prefix_of_its_own(tmp_path, aspect, said):
    data = {**SETTINGS, "aspects": [*SETTINGS["aspects"], aspect]}
    _, problem, hint = one(tmp_path, "ruleset.yaml", data, "R046")
    assert said in problem
    assert hint == "Give each aspect its own"


# ---------------------------------------------------------------- days and hashes


@pytest.mark.parametrize(
    ("day", "is_in_force"),
    [
        ("2026-01-31", False),
        ("2026-02-01", True),
        ("2026-02-15", True),
        ("2026-02-28", True),
        ("2026-03-01", False),
    ],
)
def test_a_rule_is_in_force_from_its_first_day_to_its_last(tmp_path, day, is_in_force):
    data = changed(RULE, effective_from="2026-02-01", effective_until="2026-02-28")
    write(tmp_path, {RULE: data})
    ruleset = loader.load(tmp_path, as_of=dt.date.fromisoformat(day))
    assert ("SCO-001" in ruleset.by_id) is is_in_force
    assert ("SCO-001" in {rule.id for rule in ruleset.evidence}) is is_in_force
    assert "SCO-001" in loader.load(tmp_path).by_id


@pytest.mark.parametrize("bound", ["effective_from", "effective_until"])
def test_one_bound_is_enough(tmp_path, bound):
    write(tmp_path, {RULE: changed(RULE, **{bound: "2026-02-01"})})
    days = [dt.date(2026, 1, 31), dt.date(2026, 2, 1), dt.date(2026, 2, 2)]
    found = ["SCO-001" in loader.load(tmp_path, as_of=day).by_id for day in days]
    assert found == ([False, True, True] if bound == "effective_from" else [True, True, False])


def test_hashes_see_content_and_not_layout(tmp_path):
    before = loader.load(write(tmp_path / "a"))
    text = "# a comment\n" + yaml.safe_dump(BASIC[RULE], sort_keys=True, default_flow_style=True)
    laid_out = loader.load(write(tmp_path / "b", {RULE: text}))
    assert laid_out.sha256 == before.sha256
    prose = loader.load(write(tmp_path / "c", {RULE: changed(RULE, title="Other words")}))
    assert prose.sha256 != before.sha256
    assert prose.by_id["SCO-001"].sha256 == before.by_id["SCO-001"].sha256
    meaning = loader.load(write(tmp_path / "d", {RULE: changed(RULE, weight=3)}))
    assert meaning.by_id["SCO-001"].sha256 != before.by_id["SCO-001"].sha256


def test_verdict_rules_come_in_their_order_not_that_of_their_ids(tmp_path):
    name = "verdict/VER-900.yaml"
    ruleset = loader.load(write(tmp_path, {name: changed(name, order=1)}))
    assert [rule.id for rule in ruleset.verdict] == ["VER-900", "VER-010", "VER-011"]


def test_an_experimental_rule_weighs_nothing(tmp_path):
    ruleset = loader.load(write(tmp_path, {RULE: changed(RULE, status="experimental")}))
    assert ruleset.by_id["SCO-001"].weight == 2
    assert ruleset.by_id["SCO-001"].points == 0


def test_a_rationale_is_one_line_whatever_its_layout(tmp_path):
    data = changed(RULE, rationale="one\n  two   three\n")
    assert loader.load(write(tmp_path, {RULE: data})).by_id["SCO-001"].rationale == "one two three"
