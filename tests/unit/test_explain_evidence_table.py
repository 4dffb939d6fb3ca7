from __future__ import annotations

import io
import json

import pandas as pd
import pyarrow.parquet as pq

from pipeline.explain import evidence_table


def test_no_matches_are_a_file_with_its_columns():
    file = io.BytesIO()
    evidence_table.write(["A"], [[]], file)
    assert pq.read_table(file).column_names == [
        "initiative_id",
        "rule_id",
        "rule_version",
        "aspect",
        "evidence_for",
        "weight",
        "rationale",
    ]


def test_a_run_keeps_the_evidence_of_every_initiative(staffing, portfolio):
    assert staffing.here("classify", str(portfolio)).returncode == 0
    latest = staffing.folder / "out" / "latest"
    found = pd.read_parquet(latest / evidence_table.NAME)
    initiatives = pd.read_csv(latest / "initiatives.csv", keep_default_na=False)
    told = found.groupby("initiative_id", sort=False)["rule_id"].agg(";".join).to_dict()
    assert told == {
        key: rules
        for key, rules in zip(initiatives["initiative_id"], initiatives["evidence"], strict=True)
        if rules
    }
    points = found.groupby(["initiative_id", "evidence_for"])["weight"].sum()
    assert points["INI-2", "program_manager"] == initiatives["program_score"][1]
    assert found["rationale"].str.len().gt(0).all()
    listed = json.loads((latest / "manifest.json").read_text())["outputs"]
    assert evidence_table.NAME in [each["name"] for each in listed]
