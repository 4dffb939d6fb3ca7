"""What a run in parts shows of initiatives is what a run at once shows of the same ones."""

import datetime as dt
import json
from dataclasses import asdict

import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from pipeline import ingest, report, run
from pipeline.demand import portions
from pipeline.report import set_aside, whole
from pipeline.report.attention import agenda
from pipeline.report.brief.content import brief
from pipeline.report.tally import tallies
from pipeline.run import Options
from pipeline.scale import people, spool, told

DAY = dt.date(2026, 6, 30)


def publish(portfolio, rules, output, **more):
    """A published run, and what its report was made from."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((report, "write_all"), (people, "write_for_people")):
            write = getattr(module, name)

            def kept(data, folder, write=write):
                made.append(data)
                return write(data, folder)

            patch.setattr(module, name, kept)
        options = Options(portfolio=portfolio, rules=rules, output=output, as_of=DAY, **more)
        run.classify(options)
    return output / "latest", made[0]


@pytest.fixture(scope="session")
def portfolios(root, tmp_path_factory):
    """An ordinary portfolio and one with every kind of trouble, and twice the same unit."""
    folder = tmp_path_factory.mktemp("portfolios")
    messy = ingest.read(root / "sample_data" / "messy.csv").cells
    messy.to_parquet(folder / "messy.parquet", index=False)
    return {
        "sample": root / "sample_data" / "portfolio.csv",
        "messy": folder / "messy.parquet",
    }


@pytest.fixture(scope="session", params=["sample", "messy"])
def both(request, portfolios, root, tmp_path_factory):
    """The same portfolio at once and in parts: folder and data of each."""
    folder = tmp_path_factory.mktemp("both")
    path, rules = portfolios[request.param], root / "rules"
    return (
        publish(path, rules, folder / "at once"),
        publish(path, rules, folder / "in parts", chunk_rows=20),
    )


def test_the_frames_are_the_same(both):
    (_, at_once), (_, in_parts) = both
    for name in ("initiatives", "evidence", "advisories", "quarantine", "warnings"):
        assert_frame_equal(getattr(in_parts, name), getattr(at_once, name), obj=name)
    assert_frame_equal(in_parts.quarantined_cells, at_once.quarantined_cells)
    assert in_parts.counts == at_once.counts
    assert in_parts.explanations == at_once.explanations
    assert in_parts.missing == at_once.missing


def test_counts_of_the_whole_are_the_same(both):
    (_, at_once), (_, in_parts) = both
    counted = in_parts.whole
    assert counted.units == whole.units_of(at_once.initiatives)
    assert counted.confidences == whole.confidences_of(at_once.initiatives)
    assert counted.problems == whole.problems_of(at_once.quarantine)
    assert counted.set_aside == set_aside.reasons(at_once.quarantine)
    assert counted.warnings == len(at_once.warnings)
    assert agenda(in_parts) == agenda(at_once)
    assert tallies(in_parts) == tallies(at_once)


def test_the_demand_is_the_same(both):
    (folder, at_once), (of_parts, in_parts) = both
    assert_frame_equal(in_parts.demand.by_unit, at_once.demand.by_unit)
    assert_frame_equal(in_parts.demand.totals, at_once.demand.totals)
    assert in_parts.demand.states == at_once.demand.states
    assert in_parts.demand.projects_without_row == at_once.demand.projects_without_row
    for name in ("demand.csv", "questions.csv"):
        assert (of_parts / name).read_bytes() == (folder / name).read_bytes()


def test_rules_that_were_not_asked_are_not_said_to_match_nothing(both):
    (_, at_once), (_, in_parts) = both
    asked = at_once.rules[at_once.rules["kind"] != "cluster"].reset_index(drop=True)
    assert len(asked) < len(at_once.rules)
    assert_frame_equal(in_parts.rules, asked)


def cells(folder, sheet):
    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize("sheet", ["Review", "Evidence", "Quarantine", "Warnings", "Demand"])
def test_the_sheets_are_the_same(both, sheet):
    (folder, at_once), (of_parts, in_parts) = both
    text = json.dumps(cells(folder, sheet), default=str)
    mine = json.dumps(cells(of_parts, sheet), default=str)
    assert mine == text.replace(at_once.manifest["run_id"], in_parts.manifest["run_id"])


def test_the_decisions_of_the_brief_are_the_same(both):
    (_, at_once), (_, in_parts) = both
    assert brief(in_parts).decisions == brief(at_once).decisions
    assert brief(in_parts).headline == brief(at_once).headline
    assert brief(in_parts).summary == brief(at_once).summary


def test_what_was_not_looked_for_is_not_said_to_be_none(both):
    (_, _), (folder, _) = both
    for name in ("brief.md", "report.html"):
        text = (folder / name).read_text(encoding="utf-8").lower()
        assert "not looked for" in text
        assert "none found" not in text
    assert any(
        "Which verdicts changed is not told" in str(row[0]) for row in cells(folder, "Summary")
    )
    assert not any("not decided" in str(row[0]) for row in cells(folder, "Summary"))
    about = {row[0]: row[1] for row in cells(folder, "About")}
    assert "programs.csv" in about["Not made"]
    assert not (folder / spool.FOLDER).exists()


@pytest.fixture
def cut(root, portfolios, tmp_path, monkeypatch):
    """A run in parts that shows ten initiatives, and the same portfolio at once."""
    at_once = publish(portfolios["sample"], root / "rules", tmp_path / "at once")
    monkeypatch.setattr(told, "FIRST", 10)
    monkeypatch.setattr(spool, "FIRST", 10)
    monkeypatch.setattr(spool, "_TOGETHER", 15)
    in_parts = publish(portfolios["sample"], root / "rules", tmp_path / "parts", chunk_rows=7)
    return at_once, in_parts


def test_the_first_of_all_parts_are_shown_and_the_rest_is_pointed_to(cut):
    (_, at_once), (folder, in_parts) = cut
    order = agenda(at_once)
    ids = at_once.initiatives["initiative_id"]
    first = [ids[place] for place in order.order[:10]]
    shown = in_parts.initiatives["initiative_id"]
    assert [shown[place] for place in agenda(in_parts).order] == first
    assert agenda(in_parts).to_decide == order.to_decide
    assert tallies(in_parts) == tallies(at_once)
    total = len(ids)
    note = f"Shows the first 10 of {total} initiatives; initiatives.csv and initiatives.parquet"
    assert note in str(cells(folder, "Review")[2][0])
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"the first 10 of {total} initiatives, those to look at first" in page
    assert "have the 10 to look at first" in page
    assert "in the charts." in page


def test_the_page_of_a_run_at_once_says_nothing_of_parts(cut):
    (folder, _), _ = cut
    assert "was read in" not in (folder / "report.html").read_text(encoding="utf-8")


def test_units_that_are_seldom_are_one_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(portions, "MOST_UNITS", 4)
    frame = pd.DataFrame(
        {
            "initiative_id": [f"I-{n}" for n in range(9)],
            "verdict": "project_manager",
            "lean": "project_manager",
            "business_unit": ["A", "A", "A", "B", "B", "c", "D", "E", None],
            "start_date": pd.Timestamp(DAY),
            "end_date": pd.Timestamp(DAY),
        }
    )
    below = pd.Series(0, index=frame["initiative_id"])
    capacity = Options(portfolio=None, output=None, rules=None, as_of=DAY).capacity
    found = portions.portion(frame, below, as_of=DAY, capacity=capacity)
    names = {"A": 6, "B": 4, "c": 2, "D": 2, "E": 2, "": 2}
    demand = portions.together([found, found], names, as_of=DAY, capacity=capacity)
    now = demand.by_unit[demand.by_unit["quarter"] == demand.quarters[0]]
    assert dict(zip(now["business_unit"], now["initiatives"], strict=True)) == {
        "A": 6,
        "B": 4,
        "All other units": 6,
        "Not stated": 2,
    }
    assert demand.totals["initiatives"].sum() == 18
    assert asdict(found)["states"]["counted"] == 9
