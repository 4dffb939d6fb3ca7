"""Invented portfolios: the same from the same seed, plausible, and shaped like real exports."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import OutputError
from pipeline.generate import files, portfolio, write
from pipeline.generate.chance import LIST_SEPARATOR, listed
from pipeline.generate.words import fill, words
from pipeline.whole_file import FileNotWrittenError
from schemas.columns import BY_NAME, NAMES

ROOT = Path(__file__).parents[2]
EXPECTED_COLUMNS = [name for name in NAMES if name != "reported_on"]


@pytest.fixture(scope="module")
def rows():
    return portfolio(6000, seed=11)


def known(column):
    return column[column != ""]


def entries(cells):
    return known(cells).str.split(LIST_SEPARATOR)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path, suffix):
    paths = [tmp_path / f"{name}{suffix}" for name in ("a", "b", "c")]
    for path, seed in zip(paths, (5, 5, 6), strict=True):
        write(path, rows=300, seed=seed)
    first, again, other = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other


@pytest.mark.thorough
def test_the_bytes_do_not_depend_on_the_process(tmp_path):
    script = (
        "import sys; from pathlib import Path; from pipeline.generate import write; "
        "write(Path(sys.argv[1]), rows=200, seed=5)"
    )
    written = []
    for name, variables in {
        "a.csv": {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        "b.csv": {"PYTHONHASHSEED": "2", "TZ": "America/Lima"},
    }.items():
        path = tmp_path / name
        subprocess.run(
            [sys.executable, "-c", script, str(path)],
            check=True,
            cwd=ROOT,
            env=os.environ | variables,
        )
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_a_file_holds_what_the_frame_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "BLOCK_ROWS", 40)
    frame = portfolio(100, seed=3)
    write(tmp_path / "p.csv", rows=100, seed=3)
    write(tmp_path / "p.parquet", rows=100, seed=3)
    read = pd.read_csv(tmp_path / "p.csv", dtype=str, keep_default_na=False, na_filter=False)
    pd.testing.assert_frame_equal(read, frame)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "p.parquet"), frame)


def test_full_blocks_do_not_depend_on_how_many_follow(monkeypatch):
    monkeypatch.setattr(files, "BLOCK_ROWS", 40)
    long, short = portfolio(100, seed=3), portfolio(40, seed=3)
    pd.testing.assert_frame_equal(long.head(40), short)
    assert long["initiative_id"].is_unique


def test_blocks_are_drawn_one_at_a_time(tmp_path, monkeypatch):
    sizes = []
    draw = files.block
    monkeypatch.setattr(files, "BLOCK_ROWS", 40)
    monkeypatch.setattr(
        files, "block", lambda rng, **said: sizes.append(said["rows"]) or draw(rng, **said)
    )
    write(tmp_path / "p.csv", rows=100, seed=3)
    assert sizes == [40, 40, 20]


def test_the_columns_are_the_canonical_ones_as_text(rows):
    assert list(rows.columns) == EXPECTED_COLUMNS
    assert {str(kind) for kind in rows.dtypes} == {"str"}
    assert not rows.isna().any().any()


def test_no_rows_make_a_file_with_a_header_only(tmp_path):
    write(tmp_path / "p.csv", rows=0, seed=1)
    assert (tmp_path / "p.csv").read_text(encoding="utf-8") == ",".join(EXPECTED_COLUMNS) + "\n"
    assert portfolio(0, seed=1).shape == (0, len(EXPECTED_COLUMNS))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32))
def test_any_small_portfolio_can_be_drawn(count, seed):
    assert len(portfolio(count, seed=seed)) == count


def test_every_row_has_an_id_of_its_own_and_a_name(rows):
    assert rows["initiative_id"].is_unique
    assert (rows[["initiative_id", "name"]] != "").all().all()


@pytest.mark.parametrize(
    "column", [name for name in EXPECTED_COLUMNS if BY_NAME[name].kind == "choice"]
)
def test_choices_stay_within_their_closed_set(rows, column):
    assert set(known(rows[column])) == set(BY_NAME[column].choices)


@pytest.mark.parametrize(
    "column", [name for name in EXPECTED_COLUMNS if BY_NAME[name].kind == "count"]
)
def test_counts_are_whole_numbers_from_one(rows, column):
    assert (known(rows[column]).astype(int) >= 1).all()


def test_an_end_lies_after_its_start(rows):
    both = rows[(rows["start_date"] != "") & (rows["end_date"] != "")]
    assert len(both) > len(rows) / 3
    assert (
        both["start_date"].map(date.fromisoformat) < both["end_date"].map(date.fromisoformat)
    ).all()


def test_an_amount_comes_with_its_currency_and_the_other_way_round(rows):
    assert ((rows["budget"] == "") == (rows["currency"] == "")).all()
    assert (known(rows["budget"]).astype(int) > 0).all()


def test_parents_are_rows_or_have_no_row_and_a_name(rows):
    parents = known(rows["parent_id"])
    with_row = parents.isin(rows["initiative_id"])
    assert with_row.any()
    assert not with_row.all()
    titles = rows.loc[parents.index, "parent_name"]
    assert ((titles == "") == with_row).all()
    assert (parents != rows.loc[parents.index, "initiative_id"]).all()
    assert parents.value_counts().max() >= 4


def test_a_ghost_has_one_title(rows):
    ghosts = rows[rows["parent_name"] != ""]
    titles = ghosts[["parent_id", "parent_name"]].drop_duplicates()
    assert len(titles) < len(ghosts)
    assert titles["parent_id"].is_unique


def test_a_parent_claims_at_least_the_projects_that_name_it(rows):
    children = known(rows["parent_id"]).value_counts()
    claimed = rows.set_index("initiative_id")["project_count"]
    claimed = claimed[claimed.index.isin(children.index) & (claimed != "")].astype(int)
    assert len(claimed) > 0
    assert (claimed >= children[claimed.index]).all()


def test_dependencies_name_earlier_rows_once_each_and_cross_units(rows):
    position = pd.Series(rows.index, index=rows["initiative_id"])
    unit = rows.set_index("initiative_id")["business_unit"]
    crossing = 0
    for row, ids in entries(rows["depends_on"]).items():
        assert len(set(ids)) == len(ids)
        assert (position[ids] < row).all()
        crossing += (unit[ids] != rows.loc[row, "business_unit"]).any()
    assert crossing > 0


def test_lists_never_name_an_entry_twice_and_agree_with_the_count(rows):
    for column in ("teams", "technical_domains", "business_units", "vendors", "strategic_goals"):
        assert entries(rows[column]).map(lambda words: len(set(words)) == len(words)).all()
    both = rows[(rows["teams"] != "") & (rows["team_count"] != "")]
    assert (
        both["teams"].str.split(LIST_SEPARATOR).map(len) == both["team_count"].astype(int)
    ).all()


def test_what_rules_want_most_is_what_most_rows_lack(rows):
    filled = (rows != "").mean()
    for column in ("project_count", "team_count", "people_count", "depends_on"):
        assert 0.02 < filled[column] < 0.30
    for column in ("description", "business_unit", "start_date", "budget"):
        assert filled[column] > 0.70


def test_columns_hang_together(rows):
    projects = known(rows["project_count"]).astype(int)
    teams = known(rows["team_count"]).astype(int)
    strategic = rows["decision_level"] == "strategic"
    operational = rows["decision_level"] == "operational"
    for counts in (projects, teams):
        assert counts[strategic].mean() > 1.5 * counts[operational].mean()


def test_budgets_are_spread_over_orders_of_magnitude(rows):
    amounts = known(rows["budget"]).astype(float)
    assert amounts.quantile(0.99) > 100 * amounts.quantile(0.01)


def test_descriptions_are_varied_and_of_a_natural_length(rows):
    texts = known(rows["description"])
    assert texts.nunique() > 0.9 * len(texts)
    assert 220 < texts.str.len().mean() < 340
    assert not texts.str.contains(r"[{}]|  ", regex=True).any()
    assert texts.str.endswith((".", "please.")).all()


def test_a_text_that_counts_projects_agrees_with_the_count(rows):
    told = rows[rows["description"].str.contains("set of three projects", regex=False)]
    told = told[told["project_count"] != ""]
    assert len(told) > 0
    assert set(told["project_count"]) <= {"3"}


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
    st.sampled_from([7, 11, 13]),
    st.integers(0, 2**32),
)
def test_list_cells_have_the_size_asked_for(sizes, total, seed):
    rng = np.random.default_rng(seed)
    cells = listed(rng, pa.array([f"w{i}" for i in range(total)]), np.array(sizes)).to_pylist()
    split = [cell.split(LIST_SEPARATOR) if cell else [] for cell in cells]
    assert [len(set(words)) for words in split] == sizes


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30))
def test_each_row_gets_its_own_template_and_words(chosen):
    slot = pa.array([f"x{row}" for row in range(len(chosen))])
    templates = [("A ", "s", "."), ("plain",), ("", "s", " and ", "s", "")]
    wanted = [
        (f"A x{row}.", "plain", f"x{row} and x{row}")[pick] for row, pick in enumerate(chosen)
    ]
    assert fill(templates, np.array(chosen), {"s": slot}).to_pylist() == wanted


@pytest.mark.parametrize("slot", ["unit", "team", "domain", "vendor", "goal"])
def test_lists_that_are_walked_in_steps_have_a_prime_number_of_words(slot):
    total = len(words().slots[slot])
    assert all(total % divisor for divisor in range(2, total))
    assert len(set(words().slots[slot].to_pylist())) == total


def test_another_kind_of_file_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(OutputError, match=r"\[G001\].*'\.xlsx'.*\.csv or \.parquet"):
        write(tmp_path / "p.xlsx", rows=10, seed=1)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    target = tmp_path / "missing" / "p.csv"
    with pytest.raises(FileNotWrittenError, match=r"p\.csv: \[O001\].*No such file"):
        write(target, rows=10, seed=1)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_the_former_file(tmp_path, monkeypatch):
    target = tmp_path / "p.csv"
    target.write_text("former", encoding="utf-8")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "block", fail)
    with pytest.raises(FileNotWrittenError, match="No space left"):
        write(target, rows=10, seed=1)
    assert target.read_text(encoding="utf-8") == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]
