"""The rulebook as a workbook and back: nothing lost, every fault at its cell, nothing by halves."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import ERROR_CODES

from pipeline.rulebook import loader, lock
from pipeline.ruletools.exchange import importing, trial
from pipeline.ruletools.exchange.export import export_workbook
from pipeline.ruletools.exchange.faults import CellOverflow, NotAWorkbookName, WorkbookUnread

small = runpy.run_path(str(Path(__file__).with_name("small_rulebook.py")))["write"]
RULES = Path(__file__).resolve().parents[2] / "rules"
SOFFICE = shutil.which("soffice")
DAY = date(2026, 12, 1)


@pytest.fixture
def lenient(monkeypatch):
    """What `rules check` refuses has tests of its own; most changes here break an example."""
    monkeypatch.setattr(trial, "_new_faults", lambda *_: [])


@pytest.fixture
def rules(tmp_path):
    return small(tmp_path / "rules")


@pytest.fixture
def strict(rules, tmp_path):
    """An export of the small rulebook, open for edits."""
    path = tmp_path / "rules.xlsx"
    export_workbook(rules, path)
    return Book(path, rules)


@pytest.fixture
def book(strict, lenient):  # noqa: ARG001 -- it patches
    return strict


class Book:
    """A workbook that a test edits as an owner of rules would."""

    def __init__(self, path, rules):
        self.path = path
        self.rules = rules
        self.sheets = openpyxl.load_workbook(path)

    def cell(self, sheet, key, header, place=0):
        """The cell of a rule under a header, in its first or a further row."""
        cells = self.sheets[sheet]
        column = [one.value for one in cells[1]].index(header) + 1
        rows = [row for row in range(2, cells.max_row + 1) if cells.cell(row, 1).value == key]
        return cells.cell(rows[place], column)

    def set(self, sheet, key, header, value, place=0):
        cell = self.cell(sheet, key, header, place)
        cell.value = value
        return f"{sheet}]!{cell.coordinate}"

    def add(self, sheet, **values):
        cells = self.sheets[sheet]
        headers = [one.value for one in cells[1]]
        cells.append([values.get(header.replace(" ", "_")) for header in headers])
        return cells.max_row

    def delete(self, sheet, key):
        cells = self.sheets[sheet]
        for row in range(cells.max_row, 1, -1):
            if cells.cell(row, 1).value == key:
                cells.delete_rows(row)

    def read(self, as_of=DAY):
        self.sheets.save(self.path)
        return importing.read_workbook(self.path, self.rules, as_of=as_of)

    def faults(self):
        """The faults, one a line, each from its sheet on."""
        with pytest.raises(importing.WorkbookFaults) as caught:
            self.read()
        assert caught.value.exit_status == 5
        return [line.removeprefix(f"{self.path}[") for line in str(caught.value).splitlines()]

    def write(self):
        imported = self.read()
        importing.write(imported)
        return imported


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def changed(rules, before):
    now = contents(rules)
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


# The way there and back


def test_the_real_rulebook_comes_back_unchanged(tmp_path):
    path = tmp_path / "rules.xlsx"
    export_workbook(RULES, path)
    imported = importing.read_workbook(path, RULES, as_of=DAY)
    assert imported.comparison.changes == ()
    assert imported.diff == imported.left == ()


@pytest.mark.thorough
def test_without_the_rulebook_the_workbook_alone_makes_every_rule_again(tmp_path):
    """Nothing is kept because it was there before: all of it stands in the cells."""
    path = tmp_path / "rules.xlsx"
    export_workbook(RULES, path)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(RULES / "ruleset.yaml", copy)
    sheets = openpyxl.load_workbook(path)
    del sheets["Exported"]
    sheets.save(path)
    importing.write(importing.read_workbook(path, copy, as_of=DAY))
    one, other = loader.load(RULES), loader.load(copy)
    assert [rule.id for rule in one.rules] == [rule.id for rule in other.rules]
    assert one.phrases == other.phrases
    for rule in one.rules:
        twin = other.by_id[rule.id]
        names = set(rule.__dataclass_fields__) - {"when", "sha256"}
        assert all(getattr(rule, name) == getattr(twin, name) for name in names), rule.id


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed to save the workbook")
def test_a_workbook_saved_by_libreoffice_changes_nothing(tmp_path):
    path = tmp_path / "rules.xlsx"
    export_workbook(RULES, path)
    command = [
        SOFFICE,
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        tmp_path / "saved",
        path,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    imported = importing.read_workbook(tmp_path / "saved" / "rules.xlsx", RULES, as_of=DAY)
    assert imported.diff == ()


def test_an_unedited_workbook_writes_nothing(book):
    before = contents(book.rules)
    imported = book.write()
    assert imported.diff == ()
    assert contents(book.rules) == before


def test_the_same_rules_give_the_same_bytes(rules, tmp_path):
    export_workbook(rules, tmp_path / "one.xlsx")
    export_workbook(rules, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_rule_is_a_row_of_a_decision_table(book):
    row = [cell.value for cell in book.sheets["Scope"][3]]
    headers = [cell.value for cell in book.sheets["Scope"][1]]
    told = {header: value for header, value in zip(headers, row, strict=True) if value is not None}
    assert told == {
        "Rule": "SCO-002",
        "Title": "Few teams, fixed scope",
        "Role": "project manager",
        "Weight": 2,
        "Status": "stable",
        "team_count": "1..2",
        "scope_definition": "= fixed",
        "Rationale": "Few teams, and a scope that is fixed.",
        "Sources": "comparison | scope/program | spans several projects",
        "Known gaps": "Small programs exist.",
        "Owner": "The PMO",
        "Created": "2026-01-01",
        "Modified": "2026-01-02",
        "Version": 1,
    }


def test_alternatives_are_rows_of_one_id_and_deeper_conditions_a_text(book):
    assert book.cell("Scope", "SCO-003", "team_count").value == "> 5"
    assert book.cell("Scope", "SCO-003", "has_end_date").value == "unknown"
    words = book.cell("Scope", "SCO-003", "terms", place=1).value
    assert words == "mentions: many_things | other_things"
    assert book.cell("Challenges", "CHA-001", "When").value == (
        "team_count >= 3 and (domain_count >= 2 or unit_count >= 2)"
    )


def test_cells_stay_text_when_somebody_types_into_them(book):
    """Else a typed "= fixed" becomes a formula, and the condition is lost."""
    cell = book.cell("Scope", "SCO-002", "scope_definition")
    assert cell.data_type == "s"
    assert cell.number_format == "@"
    assert book.sheets["Scope"].column_dimensions["G"].width > 10


def test_the_order_of_rows_and_columns_does_not_matter(book):
    for name in ("Scope", "Examples", "Phrases"):
        cells = book.sheets[name]
        header, *rows = ([cell.value for cell in row] for row in cells.rows)
        rows.sort(key=lambda row: str(row[::-1]))
        for place, row in enumerate([header, *rows], start=1):
            for column, value in enumerate(row[::-1], start=1):
                cells.cell(place, column).value = value
    assert book.read().diff == ()


# Changes


def test_a_changed_condition_raises_version_and_date_of_its_file_alone(book):
    before = contents(book.rules)
    book.set("Scope", "SCO-002", "team_count", "1..3")
    imported = book.write()
    assert changed(book.rules, before) == ["scope/SCO-002.yaml"]
    added = [line for line in imported.diff if line.startswith("+") and line[:3] != "+++"]
    assert added[:3] == [
        "+version: 2",
        "+modified: 2026-12-01",
        "+    - {fact: team_count, lte: 3}",
    ]
    assert added[3] == "+history:"
    assert imported.diff[:2] == ("--- rules/scope/SCO-002.yaml", "+++ rules/scope/SCO-002.yaml")
    rule = loader.load(book.rules).by_id["SCO-002"]
    assert (rule.version, rule.modified) == (2, DAY)


def test_changed_prose_keeps_the_version(book):
    book.set("Scope", "SCO-001", "Rationale", "Made of {project_count} projects.")
    book.write()
    rule = loader.load(book.rules).by_id["SCO-001"]
    assert (rule.version, rule.modified) == (1, DAY)
    assert rule.rationale == "Made of {project_count} projects."


@pytest.mark.parametrize(
    ("sheet", "key", "header", "value"),
    [
        ("Scope", "SCO-001", "Weight", 2),
        ("Scope", "SCO-001", "Decisive", None),
        ("Scope", "SCO-001", "Role", "project manager"),
        ("Scope", "SCO-001", "Status", "experimental"),
        ("Scope", "SCO-003", "terms", "mentions: many_things"),
        ("Complexity", "CPX-001", "Level", 3),
        ("Verdict", "VER-010", "At most", 0.9),
        ("Verdict", "VER-010", "Order", 11),
        ("Advisory", "ADV-001", "Severity", "note"),
        ("Challenges", "CHA-001", "When", "team_count >= 4 and domain_count >= 1"),
        ("Scope", "SCO-001", "In force until", "2030-12-31"),
    ],
)
def test_every_change_of_meaning_satisfies_the_lock(book, sheet, key, header, value):
    lock.write(loader.load(book.rules), book.rules)
    place = 1 if header == "terms" else 0
    book.set(sheet, key, header, value, place=place)
    book.write()
    ruleset = loader.load(book.rules)
    assert ruleset.by_id[key].version == 2
    assert lock.faults(ruleset, book.rules, is_writing=True) == []


def test_a_version_that_somebody_raised_stays(book):
    book.set("Scope", "SCO-001", "Weight", 2)
    book.set("Scope", "SCO-001", "Version", 7)
    book.write()
    assert loader.load(book.rules).by_id["SCO-001"].version == 7


def test_a_new_rule_gets_a_file_and_starts_as_an_experiment(book):
    book.add(
        "Scope",
        Rule="SCO-010",
        Title="Very many projects",
        Role="Program_Manager",
        Weight=1,
        project_count=">= 9",
        Rationale="Many.",
        Sources="comparison | scope/program | many projects",
        Owner="Me",
    )
    book.add("Scope", Rule="SCO-010", team_count="9")
    for side, name, facts in (
        ("match", "nine", "project_count = 9"),
        ("match", "teams", "team_count = 9; has_end_date = no"),
        ("no match", "eight", "project_count = 8"),
        ("no match", "nothing", None),
    ):
        book.add("Examples", Rule="SCO-010", Expect=side, Name=name, Facts=facts)
    imported = book.write()
    assert "--- /dev/null" in imported.diff
    rule = loader.load(book.rules).by_id["SCO-010"]
    assert (rule.version, rule.status, rule.created, rule.modified) == (
        1,
        "experimental",
        DAY,
        DAY,
    )
    assert str(rule.when) == "project_count is at least 9 or team_count is 9"
    assert rule.examples[1].facts == {"team_count": 9, "has_end_date": False}


def test_a_fact_of_its_own_column_can_be_added(book):
    cells = book.sheets["Scope"]
    place = cells.max_column + 1
    cells.cell(1, place).value = "vendor_count"
    cells.cell(2, place).value = ">= 1"
    book.write()
    assert str(loader.load(book.rules).by_id["SCO-001"].when) == (
        "project_count is at least 3 and vendor_count is at least 1"
    )


def test_a_removed_rule_is_moved_never_deleted(book):
    before = (book.rules / "scope/SCO-001.yaml").read_bytes()
    book.delete("Scope", "SCO-001")
    imported = book.write()
    assert imported.diff == (
        "rename from rules/scope/SCO-001.yaml",
        "rename to rules/deprecated/SCO-001.yaml",
    )
    assert (book.rules / "deprecated/SCO-001.yaml").read_bytes() == before
    assert "SCO-001" not in loader.load(book.rules).by_id


def test_a_phrase_added_to_a_list_and_a_list_removed(book):
    book.add("Phrases", List="many_things", Use="phrase", Phrase="a heap of things")
    book.delete("Phrases", "other_things")
    book.set("Scope", "SCO-003", "terms", "many_things", place=1)
    book.write()
    ruleset = loader.load(book.rules)
    assert "a heap of things" in ruleset.phrases["many_things"].phrases
    assert "other_things" not in ruleset.phrases
    assert (book.rules / "deprecated/phrases/other_things.yaml").exists()


def test_examples_of_a_phrase_list_survive(tmp_path):
    text = (
        'id: many_things\ntitle: Many things\nphrases:\n  - "many things"\n  - "heaps"\n'
        'examples:\n  match:\n    - "So many things."\n  no_match:\n    - "A thing."\n'
    )
    rules = small(tmp_path / "rules", {"phrases/many_things.yaml": text})
    export_workbook(rules, tmp_path / "rules.xlsx")
    book = Book(tmp_path / "rules.xlsx", rules)
    assert book.read().diff == ()
    book.add("Phrases", List="many_things", Use="no match", Phrase="Nothing.")
    book.write()
    assert (rules / "phrases/many_things.yaml").read_text(encoding="utf-8") == (
        text + '    - "Nothing."\n'
    )


def test_rules_of_clusters_come_along(tmp_path):
    examples = ("{cluster_part_count: 3}", "{cluster_part_count: 9}", "{cluster_part_count: 2}")
    rule = runpy.run_path(str(Path(__file__).with_name("small_rulebook.py")))["rule"]
    text = rule(
        "CLU-001",
        "order: 1\nrecommendation: watch\nwhen: {fact: cluster_part_count, gte: 3}\n"
        "rationale: >-\n  It has {cluster_part_count} parts.\n",
        examples,
    )
    rules = small(tmp_path / "rules", {"cluster/CLU-001.yaml": text})
    export_workbook(rules, tmp_path / "rules.xlsx")
    book = Book(tmp_path / "rules.xlsx", rules)
    book.set("Cluster", "CLU-001", "Recommendation", "leave")
    book.write()
    assert loader.load(rules).by_id["CLU-001"].recommendation == "leave"


def test_comments_survive_in_files_that_do_not_change(book):
    book.set("Scope", "SCO-002", "Weight", 1)
    book.write()
    assert "# Why three" in (book.rules / "scope/SCO-001.yaml").read_text(encoding="utf-8")
    assert "# A comment" in (book.rules / "ruleset.yaml").read_text(encoding="utf-8")


def test_what_the_check_refuses_is_refused_at_its_cell_and_nothing_is_written(strict):
    """Broken examples of a rule and of a phrase list, a dead rule, a source that is gone."""
    before = contents(strict.rules)
    broken = strict.set("Scope", "SCO-001", "project_count", ">= 4")
    dead = strict.set("Challenges", "CHA-001", "When", "team_count >= 3 and team_count < 2")
    text = strict.add("Phrases", List="many_things", Use="match", Phrase="nothing of it")
    faults = strict.faults()
    [told] = [fault for fault in faults if fault.startswith("Examples]!D2: [R084]")]
    assert "SCO-001 does not match its example 'one'" in told
    assert told.endswith("Correct the rule, or the example")
    assert any(fault.startswith(f"{dead}: [A001] CHA-001 can never match") for fault in faults)
    assert any(fault.startswith(f"Phrases]!G{text}: [R085] many_things is not") for fault in faults)
    assert broken not in "".join(faults)
    assert contents(strict.rules) == before


def test_faults_that_the_rulebook_has_already_do_not_stop_an_import(strict):
    """Verdict rules of the small rulebook have no source, and one of its aspects says nothing."""
    strict.set("Scope", "SCO-001", "Title", "Three projects or more")
    strict.write()
    assert loader.load(strict.rules).by_id["SCO-001"].title == "Three projects or more"


def test_a_raised_version_gets_an_entry_of_its_history(book):
    book.set("Scope", "SCO-002", "team_count", "1..3")
    book.set("Scope", "SCO-001", "Weight", 2)
    book.set("Scope", "SCO-001", "History", "2 | 2026-11-30 | it counted too much")
    book.add("Phrases", List="other_things", Use="phrase", Phrase="noch etwas")
    imported = book.write()
    ruleset = loader.load(book.rules)
    [written] = ruleset.by_id["SCO-002"].history
    assert (written.version, written.date) == (2, DAY)
    assert written.change.startswith("condition team_count >= 1 and team_count <= 2 and")
    [own] = ruleset.by_id["SCO-001"].history
    assert own.change == "it counted too much"
    phrases = ruleset.phrases["other_things"]
    assert phrases.version == 2
    assert [item.change for item in phrases.history] == ["phrase 'noch etwas' added"]
    assert "+version: 2" in imported.diff
    lock.write(ruleset, book.rules)
    export_workbook(book.rules, book.path)
    assert importing.read_workbook(book.path, book.rules, as_of=DAY).diff == ()


def test_a_history_that_cannot_be_read_is_told_at_its_cell(book):
    at = book.set("Scope", "SCO-001", "History", "lighter now")
    [fault] = book.faults()
    assert fault.startswith(f"{at}: [X021] 'lighter now' is no history")
    assert "version | date | change" in fault


def test_a_change_of_the_rulebook_since_the_export_is_left_alone(book):
    path = book.rules / "scope/SCO-001.yaml"
    text = path.read_text(encoding="utf-8").replace("weight: 3", "weight: 2")
    path.write_text(text, encoding="utf-8")
    (book.rules / "advisory/ADV-001.yaml").unlink()
    book.set("Scope", "SCO-002", "Weight", 1)
    imported = book.write()
    assert imported.left == ("ADV-001", "SCO-001")
    assert path.read_text(encoding="utf-8") == text
    assert not (book.rules / "advisory/ADV-001.yaml").exists()


def test_a_rule_changed_on_both_sides_is_a_fault(book):
    path = book.rules / "scope/SCO-001.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("weight: 3", "weight: 2"))
    book.set("Scope", "SCO-001", "Weight", 1)
    (line,) = book.faults()
    assert line.startswith("Scope]!A2: [X024] SCO-001 is changed here, and changed in the rulebook")


def _edited(book):
    """A copy of the export in which one rule has another weight."""
    copy = Book(book.path, book.rules)
    copy.path = book.path.with_name("edited.xlsx")
    copy.set("Scope", "SCO-001", "Weight", 2)
    return copy


def test_an_older_export_does_not_contest_what_an_import_wrote(book):
    """The import has put a line of history where the older export has an empty cell."""
    edited = _edited(book)
    assert edited.write().diff
    assert "history:" in (book.rules / "scope/SCO-001.yaml").read_text(encoding="utf-8")
    older = book.read()
    assert (older.diff, older.left) == ((), ("SCO-001",))


def test_the_same_edited_workbook_changes_nothing_a_second_time(book):
    edited = _edited(book)
    edited.write()
    before = contents(book.rules)
    again = edited.write()
    assert (again.diff, again.left) == ((), ())
    assert not changed(book.rules, before)


def test_an_older_export_that_adds_a_rule_is_merged(book):
    _edited(book).write()
    before = contents(book.rules)
    cells = book.sheets["Scope"]
    row = next(row for row in range(2, cells.max_row + 1) if cells.cell(row, 1).value == "SCO-001")
    added = [cells.cell(row, column).value for column in range(1, cells.max_column + 1)]
    cells.append(["SCO-099", *added[1:]])
    examples = [[c.value for c in r] for r in book.sheets["Examples"] if r[0].value == "SCO-001"]
    for example in examples:
        book.sheets["Examples"].append(["SCO-099", *example[1:]])
    assert book.write().left == ("SCO-001",)
    assert changed(book.rules, before) == ["scope/SCO-099.yaml"]


@pytest.mark.parametrize(("header", "value"), [("Weight", 1), ("Title", "Another"), ("Version", 7)])
def test_an_older_export_that_says_something_else_is_still_contested(book, header, value):
    _edited(book).write()
    place = book.set("Scope", "SCO-001", header, value)
    [fault] = book.faults()
    assert fault.startswith(f"{place.split('!')[0]}!")
    assert "SCO-001 is changed here, and changed in the rulebook" in fault


def test_a_rule_that_came_after_the_export_is_no_removed_one(book):
    text = (book.rules / "scope/SCO-001.yaml").read_text(encoding="utf-8")
    later = book.rules / "scope/SCO-009.yaml"
    later.write_text(text.replace("SCO-001", "SCO-009").replace("gte: 3", "gte: 2"))
    imported = book.read()
    assert imported.diff == ()
    assert imported.left == ("SCO-009",)


# Faults


def test_every_fault_is_told_at_its_cell_all_at_once(book):
    stray = book.add("Examples", Rule="SCO-777", Expect="match", Name="stray")
    expected = [
        (book.set("Scope", "SCO-001", "project_count", ">= x"), "[R019] 'x' is not a whole number"),
        (book.set("Scope", "SCO-001", "Weight", "two"), "[X021] weight 'two' is not a whole"),
        (book.set("Scope", "SCO-001", "Role", "projct manager"), "Did you mean 'project manager'?"),
        (book.set("Scope", "SCO-002", "team_count", "!! 3"), "[X015] '!!' cannot be read"),
        (book.set("Scope", "SCO-002", "scope_definition", "fixed, evolving"), "[X015] ',' "),
        (book.set("Scope", "SCO-003", "terms", "many_thing", 1), "Did you mean 'many_things'?"),
        (book.set("Challenges", "CHA-001", "Owner", None), "[X019] CHA-001 has no owner"),
        (book.set("Challenges", "CHA-001", "Rationale", "{nope}"), "[R044]"),
        (book.set("Challenges", "CHA-001", "Sources", "comparison"), "[X021] 'comparison' is no"),
        (book.set("Complexity", "CPX-001", "Factor", "stuff"), "Did you mean 'staff'?"),
        (book.set("Verdict", "VER-010", "At least", "most"), "[X021] 'most' is not a number"),
        (book.set("Advisory", "ADV-001", "Created", "yesterday"), "[R005] created"),
        (book.set("Examples", "VER-900", "Facts", "projct_score = 1"), "Did you mean"),
        (book.set("Examples", "VER-010", "Facts", "lots"), "[X021] 'lots' is no fact with a value"),
        (book.set("Examples", "VER-010", "Expect", "perhaps", 1), "[X021] unknown expect"),
        (f"Examples]!A{stray}", "[X020] no sheet has a rule 'SCO-777'"),
        (book.set("Phrases", "many_things", "Phrase", "[oops"), "[R031]"),
        (book.set("Phrases", "other_things", "Title", None), "[X019] other_things has no title"),
    ]
    before = contents(book.rules)
    lines = book.faults()
    for place, part in expected:
        found = [line for line in lines if line.startswith(f"{place}: [")]
        assert any(part in line for line in found), (place, part, lines)
    assert len(lines) == len(expected)
    assert contents(book.rules) == before


def test_no_fault_is_without_a_way_out(book):
    book.set("Scope", "SCO-001", "Weight", "two")
    book.sheets["Scope"]["A9"] = "SCO-09"
    with pytest.raises(importing.WorkbookFaults) as caught:
        book.read()
    assert all(fault.hint for fault in caught.value.errors)


@pytest.mark.parametrize(
    "key", ["../../SCO-001", "SCO-1", "/etc/passwd", "SCO-001.yaml", "сло-001"]
)
def test_an_id_that_could_be_a_path_gets_nowhere(book, key):
    cell = book.sheets["Scope"]["A2"]
    cell.value = key
    assert any(line.startswith("Scope]!A2: [X026]") for line in book.faults())


def test_a_row_without_an_id_is_a_fault(book):
    row = book.add("Scope", Title="Who am I?")
    assert f"Scope]!A{row}: [X019] the row has no rule. " in book.faults()[0]


def test_a_sheet_that_is_gone_does_not_retire_its_rules(book):
    del book.sheets["Challenges"]
    (line,) = book.faults()
    assert "[X011] there is no sheet 'Challenges'" in line


def test_a_column_that_is_gone_is_a_fault(book):
    book.sheets["Scope"]["B1"] = "Titel"
    lines = book.faults()
    assert lines[0].startswith("Scope]: [X012] the column 'Title' is gone")
    assert lines[1] == "Scope]!B1: [X013] unknown column 'Titel'. Did you mean 'Title'?"


def test_a_misspelled_fact_or_a_column_without_header_is_a_fault(book):
    cells = book.sheets["Scope"]
    place = cells.max_column + 1
    cells.cell(1, place).value = "vendr_count"
    cells.cell(2, place + 1).value = ">= 3"
    lines = book.faults()
    assert lines[0].endswith("[X013] unknown column 'vendr_count'. Did you mean 'vendor_count'?")
    assert "a column with cells has no header" in lines[1]


def test_two_columns_of_one_header_are_a_fault(book):
    cells = book.sheets["Scope"]
    cells.cell(1, cells.max_column + 1).value = "project_count"
    assert "[X014] two columns have the header 'project_count'" in book.faults()[0]


def test_a_cell_with_an_error_is_not_taken_for_an_empty_one(book):
    """A typed ``=fixed`` becomes #NAME?, which readers of workbooks give as nothing."""
    cell = book.cell("Scope", "SCO-002", "scope_definition")
    assert "#NAME?" in ERROR_CODES
    cell.value, cell.data_type = "#NAME?", "e"
    (line,) = book.faults()
    assert line.startswith(f"Scope]!{cell.coordinate}: [X023] the cell shows #NAME?")
    book.set("Scope", "SCO-002", "team_count", None)
    assert book.faults() == [line]


def test_a_test_that_became_a_formula_is_read_as_it_was_typed(book):
    cell = book.cell("Scope", "SCO-002", "scope_definition")
    cell.value = "=evolving"
    assert cell.data_type == "f"
    book.write()
    when = str(loader.load(book.rules).by_id["SCO-002"].when)
    assert "scope_definition is evolving" in when


def test_a_formula_without_a_result_elsewhere_is_a_fault(book):
    place = book.set("Scope", "SCO-002", "Title", "=CONCAT(A1)")
    (line,) = book.faults()
    assert line.startswith(f"{place}: [X023] the formula of the cell has no result")


def test_a_rule_without_a_condition_is_a_fault(book):
    place = book.set("Scope", "SCO-001", "project_count", None)
    lines = book.faults()
    assert lines[0].startswith(f"Scope]!{place[-2]}"[:7])
    assert "[X017] this row of SCO-001 tests nothing" in lines[0]


def test_a_condition_in_both_places_is_a_fault(book):
    place = book.set("Scope", "SCO-001", "When", "project_count >= 3")
    (line,) = book.faults()
    assert line.startswith(f"{place}: [X016]")


def test_further_rows_must_not_contradict_the_first(book):
    place = book.set("Scope", "SCO-003", "Weight", 3, place=1)
    (line,) = book.faults()
    assert line.startswith(f"{place}: [X018] SCO-003 has another weight in a row above")


def test_a_rule_on_two_sheets_is_a_fault(book):
    row = book.add("Challenges", Rule="SCO-001", Title="Twice")
    assert f"Challenges]!A{row}: [X022] SCO-001 stands on the sheet Scope, too" in book.faults()[0]


def test_a_rule_on_the_sheet_of_another_aspect_is_a_fault(book):
    book.delete("Scope", "SCO-001")
    row = book.add(
        "Challenges",
        Rule="SCO-001",
        Title="Moved",
        Role="program manager",
        Weight=1,
        When="project_count >= 3",
        Rationale="Moved.",
        Sources="comparison | scope/program | moved",
        Owner="Me",
    )
    assert f"Challenges]!A{row}: [R034] ids in challenges/ start with CHA-" in book.faults()[0]


def test_too_few_examples_are_a_fault(book):
    for place in (1, 0):
        cell = book.cell("Examples", "SCO-001", "Rule", place)
        book.sheets["Examples"].delete_rows(cell.row)
    (line,) = book.faults()
    assert line.startswith("Scope]!A2: [X027] SCO-001 has 0 examples that it matches")


def test_a_version_that_goes_back_is_a_fault(book):
    place = book.set("Scope", "SCO-001", "Version", 0)
    (line,) = book.faults()
    assert line.startswith(f"{place}: [X025] SCO-001 goes back from version 1 to 0")


def test_an_id_that_was_retired_is_not_taken_again(book):
    (book.rules / "deprecated").mkdir()
    shutil.move(book.rules / "scope/SCO-001.yaml", book.rules / "deprecated/SCO-001.yaml")
    del book.sheets["Exported"]
    assert "Scope]!A2: [R035] id 'SCO-001' is deprecated" in book.faults()[0]


def test_a_faulty_rulebook_is_told_before_any_cell(book):
    (book.rules / "scope/SCO-001.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(loader.RulebookFaults):
        book.read()


@pytest.mark.parametrize(
    "content", [None, b"", b"id,name\n1,2\n", b"PK\x03\x04 cut short", b"%PDF-1.7"]
)
def test_what_is_no_workbook_is_refused(rules, tmp_path, content):
    path = tmp_path / "rules.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WorkbookUnread) as caught:
        importing.read_workbook(path, rules, as_of=DAY)
    assert caught.value.exit_status == 4
    assert str(path) in str(caught.value)


def test_a_failed_write_is_told_and_leaves_no_draft(book, monkeypatch):
    book.set("Scope", "SCO-001", "Weight", 1)
    imported = book.read()

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    before = contents(book.rules)
    with pytest.raises(trial.FileNotWrittenError, match="No space left"):
        importing.write(imported)
    assert contents(book.rules) == before


def test_export_wants_the_ending_of_a_workbook(rules, tmp_path):
    with pytest.raises(NotAWorkbookName):
        export_workbook(rules, tmp_path / "rules.csv")


def test_a_text_longer_than_a_cell_is_refused_not_cut(tmp_path):
    long = "word " * 7_000
    rules = small(tmp_path / "rules")
    path = rules / "scope/SCO-001.yaml"
    text = path.read_text(encoding="utf-8").replace("It is made", f"{long} It is made")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CellOverflow):
        export_workbook(rules, tmp_path / "rules.xlsx")
    assert not (tmp_path / "rules.xlsx").exists()
