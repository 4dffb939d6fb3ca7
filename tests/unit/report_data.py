"""Builds believable runs for the tests of the report writers; the same ones every time."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pandas as pd

from pipeline.demand import Roster, estimate
from pipeline.history import Changes
from pipeline.report.data import Counts, ReportData
from schemas import history
from schemas.columns import COLUMNS
from schemas.report import Advisories, Evidence, Initiatives, Problems, Rules
from schemas.settings import Capacity

HOSTILE = [
    '=HYPERLINK("http://evil.example","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "+cmd",
    "  =1+1",
    "＝1+1",  # noqa: RUF001
    "-24% in the Q2 report",
    "bell\x07 null\x00 nel\x85 non\uffff",
    "bidi \u202egnp.exe\u202c",
    "line\u2028separator\u2029",
    "two\r\nlines\rand more",
    "{{ 7 * 7 }}",
    "https://example.org/very/long",
    "_x0041_",
    "'quoted",
    "🚀" * 40,
]
RULES = [
    ("SCP-001", "scope", "program_manager", 3, "Several discrete projects"),
    ("SCP-002", "scope", "project_manager", 2, "One bounded deliverable"),
    ("STK-001", "stakeholder_management", "program_manager", 2, "Answers to executives"),
    ("DEC-001", "decision_making", "project_manager", 2, "Tactical decisions"),
    ("CHO-001", "choosing", "project_manager", 3, "A clear deadline"),
    ("ORG-001", "organizational_impact", "program_manager", 1, "Touches several business units"),
]
UNITS = ["Digital", "Finance", "Human resources", "Roads & bridges", "", "Health", "Ports"]
NAMES = ["Payroll replacement", "Rail modernisation", "Cloud migration", "Grants portal", "Reform"]


def _initiative(number: int, dice: random.Random, hostile: bool) -> tuple[dict, list, list]:
    key = f"I-{number:05d}"
    matched = dice.sample(RULES, dice.choice([0, 0, 1, 2, 3, 4])) if number else RULES
    matched = sorted(matched)
    project = sum(weight for _, _, role, weight, _ in matched if role == "project_manager")
    program = sum(weight for _, _, role, weight, _ in matched if role == "program_manager")
    lead = abs(project - program)
    lean = "" if not lead else "project_manager" if project > program else "program_manager"
    verdict = lean if lead >= 2 else "undecided"
    evil = HOSTILE[number % len(HOSTILE)] if hostile else ""
    name = evil if hostile and number % 3 == 0 else f"{NAMES[number % 5]} {number}"
    flips = {"project_manager": "project_count 1→3", "program_manager": "project_count 4→1"}
    advisories = []
    if number % 7 == 0:
        severity = "attention" if number % 2 else "note"
        advisories = [
            (key, "ADV-001", severity, f"The end date is near; see {evil or 'the plan'}.")
        ]
    evidence = [
        {
            "initiative_id": key,
            "rule_id": rule_id,
            "rule_version": 1,
            "title": title,
            "aspect": aspect,
            "evidence_for": role,
            "weight": weight,
            "rationale": f"{title}: the row names {number % 9 + 1} of them in its description.",
            "facts": f"project_count={number % 9 + 1}; stakeholder_level=executive",
            "passage": evil or "brings together four projects across departments",
            "source": "comparison table, scope",
        }
        for rule_id, aspect, role, weight, title in matched
    ]
    row = {
        "initiative_id": key,
        "name": name,
        "verdict": verdict,
        "lean": lean,
        "confidence": min(1.0, lead / 8) if verdict != "undecided" else 0.0,
        "project_score": project,
        "program_score": program,
        "complexity_level": number % 4 + 1 if number % 5 else None,
        "decided_by": f"V-{verdict}",
        "evidence": ";".join(rule[0] for rule in matched),
        "rationale": f"Evidence: {project} for a project manager, {program} for a program manager.",
        "flips": flips.get(verdict, ""),
        "advisories": "; ".join(text for *_, text in advisories),
        "source_line": number + 2,
        "description": evil or f"What initiative {number} is for, at some length. " * 3,
        "business_unit": evil if hostile and number % 11 == 0 else UNITS[number % len(UNITS)],
        "sponsor": evil,
        "depends_on": (f"I-{number - 1:05d}", evil or "I-00001") if number % 4 == 1 else None,
        "project_count": number % 9 + 1 if number % 3 else None,
        "start_date": "2024-02-29" if number % 2 else None,
        "budget": 6_279_429.0 + number / 4 if number % 2 else None,
        "currency": "GBP" if number % 2 else None,
        "current_role": "project_manager" if number % 4 == 0 else None,
        "Notes": evil,
        "Variance": "-£7,169.20",
    }
    return row, evidence, advisories


def _frame(rows: list[dict]) -> pd.DataFrame:
    decided = list(Initiatives.to_schema().columns)
    canonical = [c for c in COLUMNS if c.name not in {"initiative_id", "name"}]
    columns = {}
    for name in decided:
        values = [row[name] for row in rows]
        dtype = {
            "confidence": "float64",
            "project_score": "int64",
            "program_score": "int64",
            "complexity_level": "Int64",
            "source_line": "Int64",
        }.get(name, "str")
        columns[name] = pd.Series(values, dtype=dtype)
    for column in canonical:
        values = [row.get(column.name) for row in rows]
        dtype = {"count": "Int64", "money": "Float64", "list": "object"}.get(column.kind, "str")
        if column.kind == "date":
            columns[column.name] = pd.to_datetime(pd.Series(values, dtype="str")).astype(
                "datetime64[us]"
            )
        else:
            columns[column.name] = pd.Series(values, dtype=dtype)
    for name in ("Notes", "Variance"):
        columns[name] = pd.Series([row[name] for row in rows], dtype="str")
    frame = pd.DataFrame(columns)
    # An input column may be called like one of ours, and a header may be hostile too.
    frame.insert(len(frame.columns), "verdict", frame["Notes"], allow_duplicates=True)
    frame["=cmd()"] = frame["Notes"]
    return frame


def _typed(model: type, rows: list) -> pd.DataFrame:
    schema = model.to_schema().columns
    frame = pd.DataFrame(rows, columns=list(schema))
    return frame.astype({name: str(column.dtype) for name, column in schema.items()})


def _problems(lines: int, severity: str, hostile: bool) -> pd.DataFrame:
    rows = [
        {
            "source_line": 1000 + line,
            "initiative_id": f"Q-{line}",
            "column": "end_date",
            "value": HOSTILE[line % len(HOSTILE)] if hostile else "31.02.2024",
            "problem": "end-before-start" if severity == "quarantine" else "date-unread",
            "hint": "Correct one of the two dates.",
            "severity": severity,
            "file": "portfolio.csv",
            "sheet": "",
        }
        for line in range(lines)
    ]
    return _typed(Problems, rows)


def make(initiatives: int = 60, *, quarantined: int = 8, hostile: bool = True) -> ReportData:
    """A run with that many initiatives and quarantined rows; everything is made up."""
    dice = random.Random(7)  # noqa: S311 -- to make up data
    made = [_initiative(number, dice, hostile) for number in range(initiatives)]
    frame = _frame([row for row, _, _ in made])
    verdicts = frame.iloc[:, 2].tolist()
    counts = Counts(
        read=initiatives + quarantined,
        project_manager=verdicts.count("project_manager"),
        program_manager=verdicts.count("program_manager"),
        undecided=verdicts.count("undecided"),
        quarantined=quarantined,
        derived=0,
        warnings=3,
        blank_rows=1,
        totals_rows=2,
    )
    cells = pd.DataFrame(
        {
            "Project ID": [f"Q-{line}" for line in range(quarantined)],
            "=Header": [HOSTILE[line % len(HOSTILE)] for line in range(quarantined)],
        },
        index=pd.Index([1000 + line for line in range(quarantined)], name="source_line"),
        dtype="str",
    )
    rules = [
        (rule_id, 1, "evidence", "stable", aspect, title, f"{weight} for {role}", title, "table", 9)
        for rule_id, aspect, role, weight, title in RULES
    ]
    manifest = {
        "run_id": "2026-03-01-0a1b2c3d",
        "as_of": "2026-03-01",
        "status": "published",
        "input": {
            "name": "portfolio & plans <2026>.csv",
            "sha256": "ab" * 32,
            "bytes": 48211,
            "sheet": "",
            "encoding": "utf-8",
            "delimiter": ";",
            "header_line": 3,
            "mapping": {
                "initiative_id": {"headers": ["Project ID"], "by": "alias", "unit": None},
                "budget": {
                    "headers": ["Budget (£m)"],
                    "by": "alias",
                    "unit": 1_000_000,
                    "currency": "GBP",
                },
            },
            "unmapped": ["Notes", "=cmd()"],
        },
        "ruleset": {"id": "staffing", "version": "1.0.0", "sha256": "cd" * 32, "rules": len(RULES)},
        "counts": {"read": counts.read, "project_manager": counts.project_manager},
        "versions": {"python": "3.11", "durable-rules": "2.0.28"},
    }
    return ReportData(
        manifest=manifest,
        counts=counts,
        initiatives=frame,
        evidence=_typed(Evidence, [proof for _, proofs, _ in made for proof in proofs]),
        advisories=_typed(Advisories, [note for _, _, notes in made for note in notes]),
        quarantine=_problems(quarantined, "quarantine", hostile),
        warnings=_problems(3, "warning", hostile),
        quarantined_cells=cells,
        rules=_typed(Rules, rules),
    )


def with_demand(data: ReportData, roster: Roster | None = None) -> ReportData:
    """The run with the leads that it needs in four quarters; everything runs to September."""
    rows = data.initiatives.loc[:, ~data.initiatives.columns.duplicated()]
    rows = rows.assign(start_date=pd.Timestamp(2026, 1, 1), end_date=pd.Timestamp(2026, 9, 30))
    day, capacity = dt.date(2026, 3, 1), Capacity(quarters=4)
    return replace(data, demand=estimate(rows, as_of=day, capacity=capacity, roster=roster))


_ORDER = ("flipped", "added", "gone", "evidence")


def _changes(keys: list[str], names: list[str], verdicts: list[str]) -> pd.DataFrame:
    rows = []
    for place in range(0, len(keys), 4):
        kind = _ORDER[place // 4 % 4]
        now = verdicts[place]
        before = "undecided" if now == "project_manager" else "project_manager"
        flipped = kind == "flipped"
        rows.append(
            {
                "initiative_id": ("G-" if kind == "gone" else "") + keys[place],
                "name": names[place],
                "change": kind,
                "verdict_before": {"added": "", "evidence": now}.get(kind, before),
                "verdict_after": "" if kind == "gone" else now,
                "cause": "data" if flipped else "",
                "fields": "project_count 3→1" if flipped else "",
                "rules_began": "SCP-001;STK-001" if kind in {"flipped", "evidence"} else "",
                "rules_stopped": "CHO-001" if flipped else "",
                "points": "SCP-002 2→3; STK-002 1→0" if kind == "evidence" else "",
                "explanation": f"{HOSTILE[place % len(HOSTILE)]} went from 3 to 1.",
            }
        )
    rows.sort(key=lambda row: _ORDER.index(row["change"]))
    return _typed(history.Changes, rows)


def with_history(data: ReportData) -> ReportData:
    """The run as the third one of its portfolio: verdicts before it, changes, decisions."""
    keys = data.initiatives["initiative_id"].tolist()
    names = data.initiatives["name"].tolist()
    codes = ("agree", "project_manager", "program_manager", "defer")
    decisions = [
        {
            "initiative_id": keys[place],
            "decision": codes[place % 4],
            "decided_by": "Ada <b>Meyer</b>",
            "decided_on": "2026-02-11",
            "comment": "=1+1 as discussed",
            "run_id": "2026-02-01-bbbbbbbb",
            "state": "in_force" if place % 2 else "reopened",
            "reason": "" if place % 2 else "SCP-001 began to match.",
        }
        for place in range(1, len(keys), 7)
    ]
    past = [
        (
            key,
            f"2026-{first}-01-aaaaaaaa",
            f"2026-{first}-01",
            "r",
            f"2026-{first}-20",
            verdict,
            0.8,
        )
        for key in keys
        for first, verdict in (("01", "undecided"), ("02", "project_manager"))
    ]
    return replace(
        data,
        changes=Changes(
            since_run_id="2026-02-01-bbbbbbbb",
            since_as_of="2026-02-01",
            frame=_changes(keys, names, data.initiatives.iloc[:, 2].tolist()),
        ),
        decisions=_typed(history.Decisions, decisions),
        past=_typed(history.Past, past),
        taken=pd.DataFrame(
            [{**decisions[0], "decision": "defer", "decided_on": "2026-01-20"}, *decisions],
            dtype="str",
        ),
    )
