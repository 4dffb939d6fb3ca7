"""Headers find their canonical columns: aliases, profiles, the user's own word, and the traps."""

import pytest

from pipeline.errors import ConfigError
from pipeline.ingest import mapping_file as config
from pipeline.ingest import read
from pipeline.ingest import refusals as no
from pipeline.ingest.headers import comparable, understand
from schemas.aliases import alias_table, profiles
from schemas.columns import NAMES


@pytest.fixture
def table(tmp_path):
    def write(header, *rows, delimiter=","):
        path = tmp_path / "portfolio.csv"
        rows = rows or [[f"v{n}" for n in range(len(header))]]
        lines = [delimiter.join(f'"{cell}"' for cell in row) for row in [header, *rows]]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def mapped(raw):
    return {column.canonical: column.headers for column in raw.mapping}


def column(raw, canonical):
    return next(column for column in raw.mapping if column.canonical == canonical)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Project_Name*", "project name"),
        ("projectName", "project name"),
        ("PROJECT\u00a0NAME", "project name"),
        ("Project\nName", "project name"),
        ("\uff30roject name?", "project name"),
        ("GMPP ID Number", "gmpp id number"),
        ("# of Projects", "number of projects"),
        ("Swarm #", "swarm"),
        ("Budget¹", "budget"),
        ("% Complete", "percent complete"),
        ("Straße", "strasse"),
    ],
)
def test_headers_are_made_comparable(header, key):
    assert comparable(header) == key


@pytest.mark.parametrize(
    ("header", "key", "unit", "currency"),
    [
        ("Budget (GBP million)", "budget", 10**6, "GBP"),
        ("Lifecycle Cost ($ M)", "lifecycle cost", 10**6, ""),
        ("Budget ($m)*", "budget", 10**6, ""),
        ("Budget (£m)", "budget", 10**6, "GBP"),
        ("Budget in k€", "budget", 1000, "EUR"),
        ("Budget TEUR", "budget", 1000, "EUR"),
        ("Budget (USD thousands)", "budget", 1000, "USD"),
        ("Budget (A$ M)", "budget", 10**6, "AUD"),
        ("Budget (£'000)", "budget", 1000, "GBP"),
        ("Kosten in Mio. EUR", "kosten", 10**6, "EUR"),
        ("Budget US$bn", "budget", 10**9, "USD"),
        ("Budget [CHF]", "budget", None, "CHF"),
        ("Phase B", "phase b", None, ""),
        ("Budget", "budget", None, ""),
    ],
)
def test_units_and_currencies_of_headers(header, key, unit, currency):
    understood = understand(header)
    assert key in understood.keys
    assert (understood.unit, understood.currency) == (unit, currency)


def test_the_alias_table_is_sound():
    columns = alias_table().columns
    assert set(columns) == set(NAMES)
    plain = {}
    for canonical, one in columns.items():
        for alias in one.aliases:
            example = alias.header.replace("{n}", "1").replace("{year}", "2020")
            assert comparable(example) == example
            if not alias.when_also and not alias.unless_also:
                assert alias.header not in plain, f"{alias.header}: {plain.get(alias.header)}"
                plain[alias.header] = canonical
        assert not {alias.header for alias in one.aliases} & set(one.never)


@pytest.mark.parametrize("name", profiles())
def test_a_profile_recognises_its_own_headers(table, name):
    profile = profiles()[name]
    for wanted in profile.recognise:
        assert all(comparable(header) == header for header in wanted)
    header = list(profile.recognise[0])
    for known in profile.columns.values():
        header += [
            alias.header.replace("{n}", "1")
            for alias in known.headers
            if alias.header not in header
        ]
    raw = read(table(header))
    assert raw.profile == name
    by = {column.canonical: column.by for column in raw.mapping}
    assert by["name"] == "profile"
    assert set(by) >= {key for key, known in profile.columns.items() if known.headers}


@pytest.mark.parametrize("canonical", NAMES)
def test_every_canonical_name_is_its_own_header(table, canonical):
    header = ["name", canonical] if canonical != "name" else ["name", "status"]
    found = column(read(table(header)), canonical)
    assert (found.headers, found.by) == ((canonical,), "name")


@pytest.mark.parametrize(
    ("header", "canonical"),
    [
        ("Vorhaben Nr.", "initiative_id"),
        ("Beschreibung", "description"),
        ("Abteilung", "business_unit"),
        ("Fecha de inicio", "start_date"),
        ("Coût total (k€)", "budget"),
        ("Dépendances", "depends_on"),
        ("Senior Responsible Owner (SRO) Name", "sponsor"),
        ("IPA Delivery Confidence Assessment", "status"),
        ("# of Projects", "project_count"),
        ("Current Role", "current_role"),
        ("Client Agency", "business_units"),
        ("Blocked By (Dependencies)", "depends_on"),
    ],
)
def test_headers_of_the_wild_are_known(table, header, canonical):
    assert canonical in mapped(read(table(["Project name", header])))


@pytest.mark.parametrize(
    "header",
    [
        "yearly_budget",
        "2013/2014 Budget (£million)",
        "Budget (2013/14)",
        "Budget (variance)",
        "Financial Year Baseline",
        "Cost Variance ($ M)",
        "Total FY2021 Spending ($M)",
        "Delivery Program",
        "Portfolio",
        "Category",
        "Role",
        "Major Project Status expires",
    ],
)
def test_false_friends_are_not_mapped(table, header):
    raw = read(table(["Project name", "Status", header]))
    assert raw.unmapped == (" ".join(header.split()),)


def test_a_program_column_is_the_parent_beside_a_name(table):
    raw = read(table(["Project", "Program", "Status"]))
    assert mapped(raw)["name"] == ("Project",)
    assert mapped(raw)["parent_name"] == mapped(raw)["parent_id"] == ("Program",)


@pytest.mark.parametrize("name", ["Name", "Title", "Project Name"])
@pytest.mark.parametrize("program", ["Programme Name", "Program Name"])
def test_the_name_of_the_program_is_the_parent_beside_a_name(table, name, program):
    for header in (["ID", name, program], ["ID", program, name]):
        found = mapped(read(table(header)))
        assert (found["name"], found["parent_name"]) == ((name,), (program,))


def test_a_program_column_is_the_name_where_there_is_no_other(table):
    assert mapped(read(table(["Programme", "Status"]))) == {
        "name": ("Programme",),
        "status": ("Status",),
    }


def test_children_of_investments(table):
    header = ["UII", "Investment Title", "Project ID", "Project Name"]
    found = mapped(read(table(header)))
    assert found["initiative_id"] == ("Project ID",)
    assert found["parent_id"] == ("UII",)
    assert found["parent_name"] == ("Investment Title",)
    alone = mapped(read(table(["UII", "Investment Title", "Budget"])))
    assert alone["initiative_id"] == ("UII",)
    assert alone["name"] == ("Investment Title",)
    assert "parent_id" not in alone


def test_the_key_that_tells_rows_apart_wins(table):
    header = ["Project ID", "ID", "Name"]
    raw = read(table(header, ["A", "1", "a"], ["A", "2", "b"], ["", "3", "c"]))
    assert mapped(raw)["initiative_id"] == ("ID",)
    snapshots = read(table(header, ["A", "x", "a"], ["A", "x", "a"], ["B", "x", "b"]))
    assert mapped(snapshots)["initiative_id"] == ("Project ID",)


def test_of_two_headers_for_one_column_the_better_known_wins_and_it_is_told(table):
    raw = read(table(["Name", "Latest budget", "Total budget (£m)"]))
    assert mapped(raw)["budget"] == ("Total budget (£m)",)
    assert raw.unmapped == ("Latest budget",)
    (problem,) = raw.problems
    assert (problem.code, problem.column) == ("header-alternate", "Latest budget")
    assert "'Total budget (£m)' is read as budget" in problem.cure


def test_an_empty_column_gives_way(table):
    raw = read(table(["Name", "Total budget", "Latest budget"], ["a", " ", "5"]))
    assert mapped(raw)["budget"] == ("Latest budget",)


def test_of_several_years_the_latest_wins(table):
    raw = read(table(["Name", "DCA 2024", "DCA 2026", "DCA 2025"]))
    assert mapped(raw)["status"] == ("DCA 2026",)


def test_duplicate_headers_get_labels_of_their_own(table):
    raw = read(table(["Name", "Status", "Status", "Status", ""], ["a", "x", "y", "z", "w"]))
    assert list(raw.cells.columns) == ["Name", "Status", "Status (2)", "Status (3)", "column 5"]
    assert mapped(raw)["status"] == ("Status",)
    assert "column 5" in raw.unmapped


def test_a_list_takes_all_its_headers(table):
    raw = read(table(["Name", "Teams", "Team 10", "Team 2"]))
    assert mapped(raw)["teams"] == ("Teams", "Team 2", "Team 10")


def test_jira_issues(table):
    header = [
        "Summary",
        "Issue key",
        "Issue id",
        "Project name",
        "Watchers",
        "Watchers",
        "Inward issue link (Blocks)",
        "Inward issue link (Blocks)",
        "Outward issue link (Blocks)",
        "Custom field (Start date)",
        "Due date",
        "Parent",
    ]
    raw = read(table(header))
    found = mapped(raw)
    assert raw.profile == "jira"
    assert found["name"] == ("Summary",)
    assert found["initiative_id"] == ("Issue key",)
    assert found["depends_on"] == ("Inward issue link (Blocks)", "Inward issue link (Blocks) (2)")
    assert found["start_date"] == ("Custom field (Start date)",)
    assert "Watchers (2)" in raw.unmapped


JIRA = ["Summary", "Issue key", "Issue id", "Parent"]


def test_parents_of_jira_named_by_the_issue_id_are_read_as_keys(table):
    rows = [
        ["a", "P-1", "10001", ""],
        ["b", "P-2", "10002", "10001"],
        ["c", "P-3", "10003", "10002"],
    ]
    raw = read(table(JIRA, *rows))
    assert list(raw.cells["Parent"]) == ["", "P-1", "P-2"]
    assert list(raw.cells["Issue id"]) == ["10001", "10002", "10003"]
    [told] = [each for each in raw.problems if each.code == "parent-by-second-key"]
    assert (told.source_line, told.column) == (0, "Parent")
    assert told.value == "named by 'Issue id'"


@pytest.mark.parametrize(
    "rows",
    [
        # One of the parents is no issue of this export.
        [["a", "P-1", "10001", "99999"], ["b", "P-2", "10002", "10001"]],
        # All are keys already.
        [["a", "P-1", "10001", ""], ["b", "P-2", "10002", "P-1"]],
        # Some are keys, some are ids: nobody knows what the others would be.
        [["a", "P-1", "10001", "P-2"], ["b", "P-2", "10002", "10001"]],
        # The second id does not tell the rows apart.
        [["a", "P-1", "10001", ""], ["b", "P-2", "10001", "10001"]],
        # The parent has no key.
        [["a", "", "10001", ""], ["b", "P-2", "10002", "10001"], ["c", "P-3", "10003", ""]],
        [["a", "P-1", "10001", ""], ["b", "P-2", "10002", ""]],
    ],
)
def test_parents_stay_as_they_are_where_the_issue_ids_do_not_tell_all(table, rows):
    raw = read(table(JIRA, *rows))
    assert list(raw.cells["Parent"]) == [row[3] for row in rows]
    assert "parent-by-second-key" not in {each.code for each in raw.problems}


def test_the_key_of_the_parent_is_taken_where_the_export_has_it(table):
    row = ["b", "P-2", "10002", "10001", "P-1"]
    raw = read(table([*JIRA, "Parent key"], ["a", "P-1", "10001", "", ""], row))
    assert mapped(raw)["parent_id"] == ("Parent key",)
    assert list(raw.cells["Parent"]) == ["", "10001"]


def test_azure_devops_titles_stand_in_for_each_other(table):
    header = ["ID", "Work Item Type", "Title 1", "Title 2", "State"]
    raw = read(table(header, ["1", "Epic", "a", "", "New"], ["2", "Feature", "", "b", "New"]))
    assert raw.profile == "azure_devops"
    assert mapped(raw)["name"] == ("Title 1", "Title 2")


def test_predecessors_of_project_plans_go_with_their_key(table):
    header = ["Unique ID", "ID", "Task Name", "Duration", "Start", "Finish", "Predecessors"]
    found = mapped(read(table(header)))
    assert (found["initiative_id"], found["depends_on"]) == (("ID",), ("Predecessors",))
    found = mapped(read(table([*header, "Unique ID Predecessors"])))
    assert found["initiative_id"] == ("Unique ID",)
    assert found["depends_on"] == ("Unique ID Predecessors",)


def test_what_stands_in_the_header_outweighs_the_profile(table):
    header = ["project_name", "department", "colour_rating", "description_aims"]
    raw = read(table([*header, "wlc_baseline"]))
    assert (column(raw, "budget").unit, column(raw, "budget").currency) == (10**6, "GBP")
    raw = read(table([*header, "wlc_baseline (EUR k)"]))
    assert (column(raw, "budget").unit, column(raw, "budget").currency) == (1000, "EUR")


def test_a_profile_may_be_forced_and_must_exist(table):
    raw = read(table(["Summary", "Status"]), profile="Jira")
    assert raw.profile == "jira"
    with pytest.raises(no.ProfileUnknown) as caught:
        read(table(["Name"]), profile="jirra")
    assert "Did you mean 'jira'?" in caught.value.hint


def test_a_table_without_names_says_what_it_has_and_what_to_write(table):
    with pytest.raises(no.NameMissing) as caught:
        read(table(["ID", "Projct Name", "Colour"]))
    assert "'ID', 'Projct Name', 'Colour'" in caught.value.problem
    assert "'Projct Name' comes close to 'project name'" in caught.value.hint
    assert "name: Projct Name" in caught.value.hint
    assert caught.value.at.line == 1


MAPPING = """
name: What it is called
budget: {header: Cost, unit: 1000, currency: EUR}
end_date: {date_order: month_first}
teams: [Crew, Squad]
business_unit: {constant: Head office}
"""


def test_the_users_mapping_is_on_top(table, tmp_path):
    file = tmp_path / "mapping.yaml"
    file.write_text(MAPPING)
    header = ["ID", "Name", "What it is called", "Cost", "Crew", "Squad", "End date"]
    raw = read(table(header), mapping_file=file)
    found = mapped(raw)
    assert found["name"] == ("What it is called",)
    assert column(raw, "name").by == "mapping"
    assert "Name" in raw.unmapped
    assert (column(raw, "budget").unit, column(raw, "budget").currency) == (1000, "EUR")
    assert column(raw, "end_date").date_order == "month_first"
    assert column(raw, "end_date").headers == ("End date",)
    assert found["teams"] == ("Crew", "Squad")
    assert list(raw.cells[found["business_unit"][0]]) == ["Head office"]


def test_a_mapping_file_as_toml_with_layout(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes("x|y\nBezeichnung|Ü\na|b\n".encode("cp850"))
    file = tmp_path / "mapping.toml"
    file.write_text(
        'header_row = 2\ndelimiter = "|"\nencoding = "cp850"\n[columns]\nname = "bezeichnung"\n'
    )
    raw = read(path, mapping_file=file)
    assert list(raw.cells.columns) == ["Bezeichnung", "Ü"]
    assert (raw.source.header_line, raw.source.encoding) == (2, "cp850")
    file.write_text("header_row = 9\n")
    with pytest.raises(no.HeaderElsewhere):
        read(path, mapping_file=file)
    file.write_text('encoding = "utf-8"\n')
    with pytest.raises(no.EncodingUnfit):
        read(path, mapping_file=file)


def test_a_mapped_header_must_be_there(table, tmp_path):
    file = tmp_path / "mapping.yaml"
    file.write_text("name: Titel des Projekts\n")
    with pytest.raises(no.MappedHeaderMissing) as caught:
        read(table(["ID", "Titel des Projekt"]), mapping_file=file)
    assert "Did you mean 'Titel des Projekt'?" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("nmae: X\n", config.MappingColumnUnknown, "Did you mean 'name'?"),
        ("name: A\nname: B\n", config.MappingFileFaulty, "Keep one"),
        ("budget: {header: A, units: 5}\n", config.MappingFileFaulty, "Did you mean 'unit'?"),
        ("budget: {header: A, unit: -1}\n", config.MappingFileFaulty, "A line such as"),
        ("budget: {header: A, currency: euro}\n", config.MappingFileFaulty, "A line such as"),
        ("name: {header: A, constant: b}\n", config.MappingFileFaulty, "A line such as"),
        ("name: A\ncolumns: {name: B}\n", config.MappingFileFaulty, "Keep one"),
        ("- a\n", config.MappingFileFaulty, "A line such as"),
        ("name: &a X\n", config.MappingFileFaulty, "quotes"),
        ("delimiter: ab\n", config.MappingFileFaulty, "A line such as"),
        (b"\xff\xfe", config.MappingFileMissing, "UTF-8"),
    ],
)
def test_a_faulty_mapping_file_is_refused(table, tmp_path, text, kind, words):
    file = tmp_path / "mapping.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        read(table(["Name"]), mapping_file=file)
    assert type(caught.value) is kind
    assert words in caught.value.hint
    assert caught.value.exit_status == 5
    assert caught.value.at.path == file


def test_a_missing_mapping_file_is_refused(table, tmp_path):
    with pytest.raises(config.MappingFileMissing):
        read(table(["Name"]), mapping_file=tmp_path / "none.yaml")
