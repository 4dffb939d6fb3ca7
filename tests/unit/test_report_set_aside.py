from __future__ import annotations

import json

import pandas as pd

from pipeline.report.set_aside import reasons

FRAME = pd.DataFrame(
    {
        "source_line": [3, 3, 3, 5, 6, 7, 9],
        "initiative_id": ["A", "A", "A", "B", "", "x" * 90, "D"],
        "problem": ["bad", "bad", "other", "bad", "bad", "bad", "other"],
    }
)


def test_each_reason_has_the_number_of_its_rows_and_the_first_of_them():
    bad, other = reasons(FRAME)
    assert (bad.code, bad.rows, bad.lines, bad.keys) == ("bad", 4, (3, 5, 6), ("A", "B", "row 6"))
    assert (other.code, other.rows, other.keys) == ("other", 2, ("A", "D"))
    assert len(reasons(FRAME.iloc[5:6])[0].keys[0]) < 30
    assert reasons(FRAME.iloc[:0]) == []


def test_the_log_of_a_run_has_lines_and_no_ids(staffing, quarantining):
    assert staffing.here("classify", quarantining).returncode == 3
    latest = staffing.folder / "out" / "latest"
    lines = [json.loads(line) for line in (latest / "run.log").read_text().splitlines()]
    (event,) = [line for line in lines if line["event"] == "quarantined"]
    (reason,) = event["reasons"]
    table = pd.read_csv(latest / "quarantine.csv")
    assert reason == {
        "reason": table["problem"][0],
        "rows": 1,
        "lines": [int(table["source_line"][0])],
    }
