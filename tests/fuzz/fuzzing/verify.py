"""What must be true of every run, whatever was in its file."""

import csv
import json
import re

CODE = re.compile(r": \[([A-Z][0-9]{3})\] ")
# The contract's statuses of a run that ended in order.
PUBLISHED, REFUSED = (0, 3), (4,)
ROLES = ("project_manager", "program_manager", "undecided")


def code_of(outcome):
    """The code of a refusal; "" without one."""
    found = CODE.search(outcome.stderr)
    return found.group(1) if found else ""


def faults_of(outcome, output):
    """What is wrong with how a run ended; an empty list if nothing is.

    ``output`` is its folder, ``None`` of a command that publishes nothing.
    """
    faults = []
    if outcome.status not in (*PUBLISHED, *REFUSED):
        faults.append(f"status {outcome.status}")
    if "Traceback" in outcome.stderr or "Error:" in outcome.stderr:
        faults.append("a traceback")
    if outcome.timed_out:
        faults.append("it hung")
    if outcome.status in REFUSED and not code_of(outcome):
        faults.append("a refusal without a code")
    if output is None:
        return faults
    if outcome.status in REFUSED and output.exists():
        faults.append("a refusal that left something behind")
    if not faults and outcome.status in PUBLISHED:
        faults += _faults_of_run(outcome.status, output / "latest")
    return faults


def _faults_of_run(status, run):
    faults = []
    counts = counts_of(run)
    told = sum(counts[role] for role in ROLES)
    if counts["read"] != told + counts["quarantined"]:
        faults.append(f"rows do not add up: {counts}")
    if status != (3 if counts["quarantined"] else 0):
        faults.append(f"status {status} with {counts['quarantined']} quarantined rows")
    rows = table(run / "initiatives.csv")
    if len(rows) != told + counts["derived"]:
        faults.append(f"{len(rows)} rows in initiatives.csv, {counts}")
    lines = [row["source_line"] for row in rows if row["source_line"]]
    aside = {row["source_line"] for row in table(run / "quarantine.csv")}
    if len(set(lines)) != len(lines) or aside & set(lines):
        faults.append("a row stands in two places")
    if len(aside) != counts["quarantined"]:
        faults.append(f"{len(aside)} rows in quarantine.csv, {counts}")
    return faults


def counts_of(run):
    return json.loads((run / "manifest.json").read_text(encoding="utf-8"))["counts"]


def table(path):
    """Rows of a CSV file by column."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    finally:
        csv.field_size_limit(before)


def verdicts_of(run):
    """Verdict and scores of every initiative by its id."""
    columns = ("verdict", "project_score", "program_score", "evidence")
    return {
        row["initiative_id"]: tuple(row[name] for name in columns)
        for row in table(run / "initiatives.csv")
    }
