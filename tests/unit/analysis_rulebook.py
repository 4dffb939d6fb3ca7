"""Writes small sound rulebooks, for tests of the analysis; a test breaks them in one place."""

from __future__ import annotations

import yaml

from pipeline.rulebook import loader

FOLDERS = {
    "SCO": "scope",
    "VER": "verdict",
    "CPX": "complexity",
    "ADV": "advisory",
    "CLU": "cluster",
}
PROJECT, PROGRAM = "project_manager", "program_manager"
ANY = {"fact": "project_score", "gte": 0}


def fact(name, operator, value):
    return {"fact": name, operator: value}


def both(*members):
    return {"all": list(members)}


def either(*members):
    return {"any": list(members)}


def evidence(role, when, weight=2, **more):
    return {"aspect": "scope", "evidence_for": role, "weight": weight, "when": when, **more}


def verdict(order, given, when):
    confidence = {"at_least": 0.5, "at_most": 0.9}
    return {"order": order, "verdict": given, "confidence": confidence, "when": when}


def factor(level, when, name="staff"):
    return {"factor": name, "level": level, "when": when}


def advisory(when):
    return {"severity": "note", "when": when}


def cluster(order, given, when):
    return {"order": order, "recommendation": given, "when": when}


SOUND = {
    "SCO-001": evidence(PROGRAM, fact("project_count", "gte", 2), 3),
    "SCO-002": evidence(PROJECT, fact("project_count", "equals", 1), 3),
    "SCO-003": evidence(PROGRAM, fact("terms", "mentions_any", ["horizon"]), 2),
    "SCO-004": evidence(PROJECT, fact("terms", "mentions_any", ["one_thing"]), 2),
    "VER-010": verdict(10, PROJECT, fact("project_lead", "gte", 2)),
    "VER-020": verdict(20, PROGRAM, fact("program_lead", "gte", 2)),
    "VER-900": verdict(900, "undecided", ANY),
    "CPX-001": factor(1, fact("people_count", "lte", 10)),
    "CPX-002": factor(2, fact("people_count", "gt", 10)),
    "ADV-001": advisory(
        both(fact("verdict", "equals", PROGRAM), fact("current_role", "equals", PROJECT))
    ),
}
SETTINGS = {
    "id": "small",
    "version": "1.0.0",
    "hit_policy": "collect_sum",
    "aspects": [{"id": "scope", "title": "Scope", "prefix": "SCO"}],
    "factors": {"staff": "People at the peak"},
    "documents": {"source": {"title": "Source", "publisher": "Us", "passages": {"here": "Here"}}},
}
HEAD = {
    "status": "stable",
    "version": 1,
    "created": "2026-01-01",
    "modified": "2026-01-01",
    "owner": "Tests",
    "rationale": "So.",
}
CASES = [{"name": "one"}, {"name": "two"}]
REFERENCE = {"document": "source", "passage": "here", "claim": "so"}


def write(folder, changes=None, phrases=("horizon", "one_thing")):
    """Write the sound rulebook with some rules put in, or taken out with ``None``."""
    _dump(folder / "ruleset.yaml", SETTINGS)
    for name in phrases:
        text = name.replace("_", " ")
        _dump(folder / "phrases" / f"{name}.yaml", {"id": name, "title": name, "phrases": [text]})
    for key, body in {**SOUND, **(changes or {})}.items():
        path = folder / FOLDERS[key[:3]] / f"{key}.yaml"
        if body is None:
            path.unlink(missing_ok=True)
            continue
        examples = {"match": CASES, "no_match": CASES}
        rule = {"id": key, "title": f"Title of {key}", **HEAD, "examples": examples, **body}
        rule["references"] = [REFERENCE]
        _dump(path, rule)
    return folder


def load(folder, changes=None, **how):
    return loader.load(write(folder, changes, **how))


def _dump(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    # The examples of every rule are the same objects; aliases would be refused.
    text = yaml.dump(data, Dumper=_NoAliases, sort_keys=False, allow_unicode=True)
    path.write_text(text, encoding="utf-8")


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):  # noqa: ARG002 -- the signature is the library's
        return True
