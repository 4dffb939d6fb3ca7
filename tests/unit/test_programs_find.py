"""Clusters of initiatives that nobody declared a program, and what the rules say of them."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import programs
from pipeline.rulebook.loading import RulebookFaults

helper = runpy.run_path(str(Path(__file__).with_name("programs_portfolio.py")))
rows, cluster_rules = helper["rows"], helper["cluster_rules"]


def find(frame, rules=(), verdict="project_manager", **options):
    return programs.find(frame, [verdict] * len(frame), rules, **options)


def one(found):
    assert len(found.clusters) == 1
    return found.clusters.iloc[0]


def chain(count, **extra):
    """Initiatives of which each waits for the one before."""
    return [
        {
            "initiative_id": f"A{place:04}",
            "name": f"{_word(place)} works",
            "depends_on": (f"A{place - 1:04}",) if place else None,
            **extra,
        }
        for place in range(count)
    ]


def _word(place):
    """A name of its own for every number, without digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{place:05}") + "q"


def alike(count, prefix="B", **shared):
    return [
        {"initiative_id": f"{prefix}{place}", "name": f"{prefix} {_word(place)}", **shared}
        for place in range(count)
    ]


def test_dependencies_tie_initiatives():
    units = ("North", "South", "North")
    links = chain(3)
    for initiative, unit in zip(links, units, strict=True):
        initiative["business_unit"] = unit
    cluster = one(find(rows(*links, {"initiative_id": "Z", "name": "Alone here"})))
    assert cluster["members"] == "A0000; A0001; A0002"
    assert (cluster["member_count"], cluster["unit_count"]) == (3, 2)
    assert (cluster["dependencies"], cluster["cross_team_dependencies"]) == (2, 2)
    assert cluster["ties"] == "2 dependencies; business unit “North” (2 of 3)"
    assert cluster["name"] == "Around aaaabq works"


def test_a_member_says_what_ties_it():
    found = find(rows(*chain(3)))
    assert found.members["ties"].to_list() == [
        "is awaited by A0001",
        "waits for A0000; is awaited by A0002",
        "waits for A0001",
    ]
    assert set(found.members["cluster_id"]) == set(found.clusters["cluster_id"])


def test_the_id_of_a_cluster_is_made_of_its_members():
    cluster = one(find(rows(*chain(3))))
    digest = hashlib.sha256(b"A0000\0A0001\0A0002").hexdigest()
    assert cluster["cluster_id"] == f"C-{digest[:8]}"


def test_two_are_a_pair():
    assert find(rows(*chain(2))).clusters.empty


@pytest.mark.parametrize(
    ("shared", "is_cluster"),
    [
        ({"strategic_goals": ("Safety",)}, False),
        ({"business_unit": "Legal", "sponsor": "Ada"}, False),
        ({"vendors": ("Acme",), "technical_domains": ("Cloud",)}, False),
        ({"strategic_goals": ("Safety",), "vendors": ("Acme",)}, True),
        ({"sponsor": "Ada", "vendors": ("Acme",)}, True),
        ({"sponsor": "TBC", "vendors": ("Acme",)}, False),
        ({"strategic_goals": ("N/A", "various"), "vendors": ("Acme",)}, False),
    ],
)
def test_shared_values_tie_in_two_ways_one_of_them_telling(shared, is_cluster):
    assert len(find(rows(*alike(3, **shared))).clusters) == is_cluster


def test_spellings_of_a_value_are_one():
    frame = rows(
        *alike(1, "B", strategic_goals=("Net Zero",), vendors=("Müller",)),
        *alike(1, "C", strategic_goals=("net  zero",), vendors=("MULLER",)),
        *alike(1, "D", strategic_goals=("NET ZERO",), vendors=("muller",)),
    )
    cluster = one(find(frame))
    assert cluster["name"] == "NET ZERO"
    assert cluster["ties"].startswith("goal “NET ZERO” (3 of 3); vendor “MULLER” (3 of 3)")


def test_what_many_share_ties_nobody():
    shared = {"strategic_goals": ("Safety",), "vendors": ("Acme",), "sponsor": "Ada"}
    assert len(find(rows(*alike(8, **shared))).clusters) == 1
    assert find(rows(*alike(31, **shared))).clusters.empty


def test_what_everybody_waits_for_ties_nobody():
    def waiting(count):
        return rows(
            {"initiative_id": "hub", "name": "Cloud platform"},
            *alike(count, depends_on=("hub",)),
        )

    assert len(find(waiting(29)).clusters) > 0
    assert find(waiting(30)).clusters.empty


@pytest.mark.parametrize(
    ("names", "is_cluster"),
    [
        (("Email Renewal", "Email renewal", "EMAIL RENEWAL (2)"), True),
        (("Bow Street Sewer, Phase I", "Bow Street Sewer Phase II", "Bow Street Sewer 3B"), True),
        (("Phase 1", "Phase 2", "Phase 3"), False),
        (("O&M", "O & M", "O&M 2"), False),
        (("Roof 1", "Roof 2", "Roof 3"), False),
    ],
)
def test_a_series_of_names_ties(names, is_cluster):
    frame = rows(*({"initiative_id": name, "name": name} for name in names))
    assert len(find(frame).clusters) == is_cluster


def test_names_of_children_do_not_tie_their_programs():
    frame = rows(
        *({"initiative_id": f"P{n}", "name": f"Program {_word(n)}"} for n in range(3)),
        *(
            {"initiative_id": f"C{n}", "name": "Operations and maintenance", "parent_id": f"P{n}"}
            for n in range(3)
        ),
    )
    assert find(frame).clusters.empty


def test_a_declared_program_is_not_news():
    children = alike(4, parent_id="P", strategic_goals=("Safety",), vendors=("Acme",))
    assert find(rows({"initiative_id": "P", "name": "Program"}, *children)).clusters.empty


def test_programs_that_depend_on_each_other_are_one_cluster():
    frame = rows(
        {"initiative_id": "P", "name": "Program p"},
        {"initiative_id": "P1", "name": "One p", "parent_id": "P"},
        {"initiative_id": "Q", "name": "Program q"},
        {"initiative_id": "Q1", "name": "One q", "parent_id": "Q", "depends_on": ("P1",)},
    )
    found = find(frame)
    assert one(found)["members"] == "P; P1; Q; Q1"
    assert one(found)["declared_programs"] == "P; Q"
    ties = dict(zip(found.members["initiative_id"], found.members["ties"], strict=True))
    assert ties["Q1"] == "waits for P1; part of Q"
    assert ties["P"] == "declared program with 1 below it"


def test_a_parent_of_too_many_is_no_program():
    frame = rows({"initiative_id": "all", "name": "Portfolio"}, *chain(31, parent_id="all"))
    clusters = find(frame).clusters
    assert len(clusters) > 1
    assert not clusters["members"].str.contains("all").any()


def test_parents_in_a_circle_do_no_harm():
    frame = rows(
        {"initiative_id": "P", "name": "p", "parent_id": "Q"},
        {"initiative_id": "Q", "name": "q", "parent_id": "P"},
        {"initiative_id": "R", "name": "r", "depends_on": ("P",)},
    )
    cluster = one(find(frame))
    assert (cluster["members"], cluster["declared_programs"]) == ("P; Q; R", "P")


@pytest.mark.parametrize("length", [26, 300, 1_200])
def test_a_long_chain_is_split(length):
    clusters = find(rows(*chain(length))).clusters
    assert len(clusters) > 1
    assert clusters["member_count"].max() <= 25
    assert clusters["member_count"].sum() > 0.6 * length


def test_the_first_rule_that_matches_says_what_to_do(tmp_path):
    rules = cluster_rules(
        tmp_path,
        (20, "leave", "{fact: cluster_member_count, gte: 1}"),
        (10, "watch", "{fact: cluster_dependency_count, gte: 2}"),
    )
    cluster = one(find(rows(*chain(3)), rules))
    assert (cluster["recommendation"], cluster["rule_id"]) == ("watch", "CLU-002")


def test_an_edited_rule_changes_what_is_recommended(tmp_path):
    frame = rows(*chain(4))
    said = []
    for least in (3, 4):
        when = f"{{fact: cluster_dependency_count, gte: {least}}}"
        told = "{cluster_dependency_count} of them."
        rules = cluster_rules(tmp_path, (1, "program_manager", when, f'"{told}"'))
        found = find(frame, rules)
        said.append((*one(found)[["recommendation", "rationale"]], found.rule_matches["CLU-001"]))
    assert said == [
        ("program_manager", "3 of them.", 1),
        ("leave", "No cluster rule covers it.", 0),
    ]


def test_clusters_for_a_program_manager_stand_first(tmp_path):
    when = "{fact: cluster_common_goal_count, gte: 1}"
    rules = cluster_rules(tmp_path, (1, "program_manager", when))
    frame = rows(*chain(5), *alike(3, strategic_goals=("Safety",), vendors=("Acme",)))
    assert find(frame, rules).clusters["recommendation"].to_list() == ["program_manager", "leave"]


def test_cluster_rules_read_facts_of_clusters_only(tmp_path):
    with pytest.raises(RulebookFaults, match="cluster rules may not read 'team_count'"):
        cluster_rules(tmp_path, (1, "watch", "{fact: team_count, gte: 1}"))


@pytest.mark.parametrize(
    ("fact", "extra", "known"),
    [
        ("cluster_unit_count", {"business_unit": "Legal"}, 1),
        ("cluster_cross_team_dependency_count", {"business_unit": "Legal"}, 0),
        ("cluster_cross_team_dependency_count", {"teams": ("red",)}, 0),
        ("cluster_common_goal_count", {"strategic_goals": ("Safety",)}, 1),
    ],
)
def test_what_nobody_names_is_unknown(tmp_path, fact, extra, known):
    rules = cluster_rules(
        tmp_path,
        (1, "watch", f"{{fact: {fact}, exists: false}}"),
        (2, "program_manager", f"{{fact: {fact}, gte: {known}}}"),
    )
    assert one(find(rows(*chain(3)), rules))["recommendation"] == "watch"
    assert one(find(rows(*chain(3, **extra)), rules))["recommendation"] == "program_manager"


def test_teams_apart_make_a_dependency_cross():
    links = chain(3, business_unit="Legal")
    for initiative, teams in zip(links, (("a", "b"), ("b",), ("c",)), strict=True):
        initiative["teams"] = teams
    assert one(find(rows(*links)))["cross_team_dependencies"] == 1


@pytest.mark.parametrize(
    ("fact", "count"),
    [
        ("cluster_part_count", 4),
        ("cluster_member_count", 5),
        ("cluster_program_count", 1),
        ("cluster_dependency_count", 4),
        ("cluster_tie_count", 1),
        ("cluster_program_manager_count", 5),
        ("cluster_cycle_count", 1),
        ("cluster_same_name_count", 0),
    ],
)
def test_facts_of_a_cluster(tmp_path, fact, count):
    links = chain(4)
    links[0]["depends_on"] = ("A0003",)
    frame = rows(*links, {"initiative_id": "K", "name": "Kid", "parent_id": "A0000"})
    rules = cluster_rules(
        tmp_path,
        (1, "watch", f"{{fact: {fact}, gt: {count}}}"),
        (2, "program_manager", f"{{fact: {fact}, gte: {count}}}"),
    )
    found = find(frame, rules, verdict="program_manager")
    assert one(found)["rule_id"] == "CLU-002"


def test_parts_of_one_name_are_counted(tmp_path):
    rules = cluster_rules(tmp_path, (1, "watch", "{fact: cluster_same_name_count, gte: 3}"))
    series = [{"initiative_id": f"E{n}", "name": f"Email renewal {n}"} for n in range(3)]
    assert one(find(rows(*series), rules))["recommendation"] == "watch"


@pytest.mark.parametrize(
    ("changes", "amount", "currency"),
    [
        ({}, 30, "EUR"),
        ({"A0001": {"budget": None}}, None, ""),
        ({"A0001": {"currency": "GBP"}}, None, ""),
        ({"A0001": {"currency": None}}, None, ""),
        ({"A0001": {"parent_id": "A0000"}, "A0003": {"depends_on": ("A0002",)}}, 30, "EUR"),
    ],
)
def test_a_budget_is_summed_where_it_can_be(changes, amount, currency):
    links = chain(4 if "A0003" in changes else 3, budget=10.0, currency="EUR")
    for initiative in links:
        initiative.update(changes.get(initiative["initiative_id"], {}))
    cluster = one(find(rows(*links)))
    assert cluster["currency"] == currency
    assert pd.isna(cluster["budget"]) if amount is None else cluster["budget"] == amount


def test_an_empty_portfolio_has_no_programs():
    found = find(rows())
    assert found.clusters.empty
    assert found.members.empty
    assert found.findings.empty


names = st.sampled_from(("North", "South", "Water", "Roads"))
many = st.one_of(st.none(), st.lists(names, min_size=1, max_size=3, unique=True).map(tuple))


@st.composite
def portfolios(draw):
    count = draw(st.integers(0, 24))
    ids = [f"{place:02}" for place in range(count)]
    some = st.lists(st.sampled_from([*ids, "nobody"]), max_size=3, unique=True).map(tuple)
    initiatives = [
        {
            "initiative_id": key,
            "name": f"{draw(names)} {draw(names)} {draw(st.sampled_from(('', 'phase 2')))}",
            "business_unit": draw(st.one_of(st.none(), names)),
            "sponsor": draw(st.one_of(st.none(), names)),
            "strategic_goals": draw(many),
            "vendors": draw(many),
            "depends_on": tuple(each for each in draw(some) if each != key) or None,
            "parent_id": draw(st.sampled_from([None, None, None, *ids])),
            "budget": draw(st.one_of(st.none(), st.just(1.0))),
            "currency": "EUR",
        }
        for key in ids
    ]
    for initiative in initiatives:
        if initiative["parent_id"] == initiative["initiative_id"]:
            initiative["parent_id"] = None
    return initiatives


def same(found, other):
    for name in ("clusters", "members", "findings"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(other, name))


@settings(max_examples=12, deadline=None)
@given(portfolios(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(initiatives, chance):
    shuffled = initiatives.copy()
    chance.shuffle(shuffled)
    same(find(rows(*initiatives)), find(rows(*shuffled)))


@settings(max_examples=12, deadline=None)
@given(portfolios(), st.sampled_from(("", "0", "05x", "zz")))
def test_an_initiative_tied_to_nobody_changes_nothing(initiatives, key):
    stranger = {
        "initiative_id": f"{key} stranger",
        "name": "Something else entirely",
        "sponsor": "Nobody's",
        "vendors": ("Unheard of",),
        "strategic_goals": ("Solitude",),
    }
    same(find(rows(*initiatives)), find(rows(stranger, *initiatives)))


@settings(max_examples=12, deadline=None)
@given(portfolios())
def test_clusters_are_a_partition_of_some_initiatives(initiatives):
    found = find(rows(*initiatives))
    assert found.members["initiative_id"].is_unique
    listed = [tuple(each.split("; ")) for each in found.clusters["members"]]
    assert all(len(each) >= 3 for each in listed)
    assert sorted(key for each in listed for key in each) == sorted(found.members["initiative_id"])
    assert found.clusters["member_count"].to_list() == [len(each) for each in listed]
