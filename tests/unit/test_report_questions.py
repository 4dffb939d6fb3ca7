"""questions.csv of whole runs: asked of every undecided initiative, and the answers hold."""

from __future__ import annotations

import csv
import json

import openpyxl

from pipeline import answers

HEAD = "Initiative ID,Name,Owner,Project count,Team count\n"


def classify(staffing, path, text, out):
    path.write_text(text, encoding="utf-8")
    assert staffing.here("classify", path, "--output", out).returncode == 0
    latest = out / "latest"
    asked = latest / "questions.csv"
    verdicts = {row["initiative_id"]: row["verdict"] for row in table(latest / "initiatives.csv")}
    return table(asked) if asked.exists() else [], verdicts


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_undecided_one_is_asked_even_beyond_those_explained(staffing, tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "EXPLAINED", 1)
    text = HEAD + "I-1,Move,Aoife Nolan,,\nI-2,Shift,,,\nI-3,Renew the grid,X,6,7\n"
    rows, verdicts = classify(staffing, tmp_path / "p.csv", text, tmp_path / "out")
    undecided = {key for key, verdict in verdicts.items() if verdict == "undecided"}
    assert undecided == {"I-1", "I-2"}
    assert {row["initiative_id"] for row in rows} == undecided
    first = rows[0]
    assert (first["name"], first["owner"], first["rank"]) == ("Move", "Aoife Nolan", "1")
    assert first["question"].endswith("?")
    book = openpyxl.load_workbook(tmp_path / "out" / "latest" / "report.xlsx")
    (head, *cells) = [
        [str(cell or "") for cell in row]
        for row in book["Review"].iter_rows(values_only=True)
        if {"I-1", "I-2", "I-3", "What is missing"} & set(row)
    ]
    shown = {row[head.index("Id")]: row[head.index("What is missing")] for row in cells}
    assert all("?" in shown[key] for key in undecided)
    manifest = json.loads((tmp_path / "out" / "latest" / "manifest.json").read_text())
    assert "questions.csv" in {output["name"] for output in manifest["outputs"]}


def test_an_answer_gives_the_verdict_that_is_promised(staffing, tmp_path):
    rows, _ = classify(staffing, tmp_path / "p.csv", HEAD + "I-1,Move,,,\n", tmp_path / "out")
    question = next(row for row in rows if row["columns"].split("; ")[0] == "project_count")
    for answer in question["answers"].split("; "):
        values, _, promised = answer.partition(": ")
        count = values.split()[0]
        text = HEAD + f"I-1,Move,,{count},\n"
        _, verdicts = classify(staffing, tmp_path / "p.csv", text, tmp_path / "out")
        assert verdicts["I-1"] == promised


def test_no_file_where_nothing_is_undecided(staffing, tmp_path):
    text = HEAD + "I-1,Renew the grid,X,6,7\n"
    rows, verdicts = classify(staffing, tmp_path / "p.csv", text, tmp_path / "out")
    assert (rows, set(verdicts.values())) == ([], {"program_manager"})
