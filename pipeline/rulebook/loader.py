"""Loads a rules folder: every fault of every file at once, or a Ruleset."""

from __future__ import annotations

import hashlib
import json
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.errors import Location, ManyErrors, RulebookError
from pipeline.rulebook import yaml_files
from pipeline.rulebook.build import build_rule
from pipeline.rulebook.conditions import Condition, comparisons, needed_facts
from pipeline.rulebook.examples import example_faults
from pipeline.rulebook.forms import FORMS, PhraseForm, RuleForm, RulesetForm
from pipeline.rulebook.phrase_syntax import PhraseFault, compile_phrase
from pipeline.rulebook.reader import ConditionReader, did_you_mean
from pipeline.rulebook.rules import (
    AdvisoryRule,
    Aspect,
    ComplexityRule,
    Document,
    EvidenceRule,
    PhraseList,
    Rule,
    Ruleset,
    VerdictRule,
)
from pipeline.rulebook.yaml_files import FileFault, YamlFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

SETTINGS = "ruleset.yaml"
PHRASES = "phrases"
DEPRECATED = "deprecated"
KINDS = {"verdict": "VER", "advisory": "ADV", "complexity": "CPX"}


class RulebookFaults(ManyErrors, RulebookError):
    """Every fault of a rulebook, in order of file and line."""

    exit_status = 5


@dataclass
class _Loading:
    """What has been read so far; faults are collected, not raised."""

    root: Path
    faults: list[FileFault] = field(default_factory=list)
    phrases: dict[str, PhraseList] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)

    def fault(self, code: str, problem: str, hint: str, at: Location) -> None:
        self.faults.append(FileFault(code, problem, hint=hint, at=at))

    def read(self, path: Path) -> YamlFile | None:
        try:
            return yaml_files.read(path, root=self.root)
        except FileFault as fault:
            self.faults.append(fault)
            return None

    def finish(self) -> None:
        """Raise what was found, sorted by place."""
        if self.faults:
            self.faults.sort(
                key=lambda fault: (str(fault.at and fault.at.path), fault.at and fault.at.line or 0)
            )
            raise RulebookFaults(self.faults)


def load(root: Path, *, as_of: date | None = None) -> Ruleset:
    """Read the rulebook under ``root``.

    Args:
        root: Folder with ruleset.yaml, one folder of rules an aspect, verdict/, advisory/,
            complexity/ and phrases/; deprecated/ is never read.
        as_of: Keep only the rules in force on that day; ``None`` keeps all.

    Raises:
        RulebookFaults: Anything is wrong in any file; the message has a line for each fault.
    """
    loading = _Loading(root=root)
    settings = _settings(loading)
    if settings is None:
        loading.finish()
        raise AssertionError("a missing ruleset.yaml is a fault")  # pragma: no cover
    _load_phrases(loading)
    for folder, kind, prefix in _folders(loading, settings):
        for path in sorted(folder.glob("*.y*ml")):
            _load_rule(loading, settings, path, kind=kind, prefix=prefix)
    loading.finish()
    return _ruleset(loading, settings, as_of)


def _settings(loading: _Loading) -> RulesetForm | None:
    path = loading.root / SETTINGS
    if not path.is_file():
        loading.fault(
            "R001",
            "no ruleset.yaml, so this is no rules folder",
            "Name a folder that has one, with --rules",
            Location(path=loading.root),
        )
        return None
    file = loading.read(path)
    if file is None:
        return None
    form, faults = yaml_files.fill(RulesetForm, file)
    loading.faults.extend(faults)
    loading.files[SETTINGS] = file
    return form


def _load_phrases(loading: _Loading) -> None:
    for path in sorted((loading.root / PHRASES).glob("*.y*ml")):
        file = loading.read(path)
        if file is None:
            continue
        form, faults = yaml_files.fill(PhraseForm, file)
        loading.faults.extend(faults)
        if form is None:
            continue
        if form.id != path.stem:
            loading.fault(
                "R030",
                f"id {form.id!r} is not the file's name",
                f"Write id: {path.stem}",
                file.at(("id",)),
            )
        for key in ("phrases", "unless"):
            for index, phrase in enumerate(getattr(form, key)):
                _check_phrase(loading, file, (key, index), phrase)
        loading.files[f"{PHRASES}/{path.stem}"] = file
        loading.phrases[path.stem] = PhraseList(
            id=form.id,
            title=form.title,
            phrases=tuple(form.phrases),
            unless=tuple(form.unless),
            note=form.note,
        )


def _check_phrase(loading: _Loading, file: YamlFile, path: tuple[str, int], phrase: str) -> None:
    try:
        compile_phrase(phrase)
    except PhraseFault as fault:
        loading.fault("R031", f"phrase {phrase!r}: {fault.problem}", fault.hint, file.at(path))
    if file.data[path[0]].index(phrase) != path[1]:
        loading.fault("R031", f"phrase {phrase!r} stands twice", "Delete one", file.at(path))


def _folders(loading: _Loading, settings: RulesetForm) -> Iterator[tuple[Path, str, str]]:
    """Folder, kind and id prefix of every folder of rules; unknown folders are faults."""
    known = {aspect.id: ("evidence", aspect.prefix) for aspect in settings.aspects}
    known |= {kind: (kind, prefix) for kind, prefix in KINDS.items()}
    for folder in sorted(path for path in loading.root.iterdir() if path.is_dir()):
        if folder.name in known:
            yield folder, *known[folder.name]
        elif folder.name not in (PHRASES, DEPRECATED) and not folder.name.startswith((".", "_")):
            loading.fault(
                "R032",
                f"folder {folder.name!r} is no aspect",
                did_you_mean(folder.name, known, f"One of {', '.join(known)}"),
                Location(path=folder),
            )


def _load_rule(
    loading: _Loading, settings: RulesetForm, path: Path, *, kind: str, prefix: str
) -> None:
    file = loading.read(path)
    if file is None:
        return
    form, faults = yaml_files.fill(FORMS[kind], file)
    loading.faults.extend(faults)
    reader = ConditionReader(kind=kind, phrase_lists=list(loading.phrases), lines=file.lines)
    when = reader.read(file.data.get("when")) if "when" in file.data else None
    for item in reader.faults:
        loading.fault(item.code, item.problem, item.hint, Location(path=file.shown, line=item.line))
    if form is None or when is None:
        return
    before = len(loading.faults)
    _check_identity(loading, file, form, prefix)
    _check_meaning(loading, file, form, when, settings)
    if len(loading.faults) == before:
        loading.rules[form.id] = build_rule(form, when, kind=kind, sha256=_meaning(file.data))
        loading.files[form.id] = file


def _check_identity(loading: _Loading, file: YamlFile, form: RuleForm, prefix: str) -> None:
    def fault(code: str, key: str, problem: str, hint: str) -> None:
        loading.fault(code, problem, hint, file.at((key,)))

    if form.id != file.path.stem:
        fault("R033", "id", f"id {form.id!r} is not the file's name", f"Write id: {file.path.stem}")
    if not form.id.startswith(prefix):
        fault("R034", "id", f"ids in {file.path.parent.name}/ start with {prefix}-", "Rename it")
    if form.id in loading.rules:
        fault("R035", "id", f"id {form.id!r} is used twice", "Take the next free number")
    if any((loading.root / DEPRECATED).rglob(f"{form.id}.y*ml")):
        fault("R035", "id", f"id {form.id!r} is deprecated", "Ids are never reused; take a new one")
    if form.modified < form.created:
        fault("R036", "modified", "modified lies before created", "Correct one of the two")
    if form.effective_from and form.effective_until and form.effective_until < form.effective_from:
        fault(
            "R036", "effective_until", "effective_until lies before effective_from", "Correct one"
        )


def _check_meaning(
    loading: _Loading, file: YamlFile, form: RuleForm, when: Condition, settings: RulesetForm
) -> None:
    def fault(code: str, path: tuple[str | int, ...], problem: str, hint: str) -> None:
        loading.fault(code, problem, hint, file.at(path))

    aspect = getattr(form, "aspect", None)
    if aspect is not None and aspect != file.path.parent.name:
        fault(
            "R037",
            ("aspect",),
            f"aspect {aspect!r} is not the folder's",
            f"Write {file.path.parent.name}",
        )
    factor = getattr(form, "factor", None)
    if factor is not None and factor not in settings.factors:
        fault(
            "R038",
            ("factor",),
            f"unknown factor {factor!r}",
            did_you_mean(factor, settings.factors, "Declare it in ruleset.yaml"),
        )
    for index, reference in enumerate(form.references):
        document = settings.documents.get(reference.document)
        if document is None:
            hint = did_you_mean(
                reference.document, settings.documents, "Declare it in ruleset.yaml"
            )
            fault(
                "R039",
                ("references", index, "document"),
                f"unknown document {reference.document!r}",
                hint,
            )
        elif reference.passage not in document.passages:
            hint = did_you_mean(reference.passage, document.passages, "Declare it in ruleset.yaml")
            fault(
                "R040",
                ("references", index, "passage"),
                f"{reference.document} has no passage {reference.passage!r}",
                hint,
            )
    _check_template(loading, file, form, when)
    if getattr(form, "decisive", False) and any(
        comparison.fact.endswith("terms") for comparison in comparisons(when)
    ):
        fault("R041", ("decisive",), "a rule on words cannot be decisive", "Delete decisive:")
    for path, problem, hint in example_faults(form, loading.phrases):
        fault("R042", path, problem, hint)


def _check_template(loading: _Loading, file: YamlFile, form: RuleForm, when: Condition) -> None:
    """A rationale may name only facts that are known whenever the rule matches."""
    try:
        names = [
            name for _, name, _, _ in string.Formatter().parse(form.rationale) if name is not None
        ]
    except ValueError:
        loading.fault(
            "R043", "a brace in the rationale is open", "Write {fact}", file.at(("rationale",))
        )
        return
    needed = needed_facts(when)
    for name in names:
        if name not in needed:
            loading.fault(
                "R044",
                f"the rationale names {{{name}}}, which is not known in every match",
                did_you_mean(name, needed, "Leave it out, or require the fact in every branch"),
                file.at(("rationale",)),
            )


# What decides; prose, examples and dates may change without a new version.
_MEANING = (
    "when",
    "status",
    "aspect",
    "evidence_for",
    "weight",
    "decisive",
    "factor",
    "level",
    "order",
    "verdict",
    "confidence",
    "severity",
    "effective_from",
    "effective_until",
)


def _meaning(data: dict[str, Any]) -> str:
    kept = {key: data[key] for key in _MEANING if key in data}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _ruleset(loading: _Loading, settings: RulesetForm, as_of: date | None) -> Ruleset:
    rules = [
        rule for _, rule in sorted(loading.rules.items()) if as_of is None or rule.is_active(as_of)
    ]
    verdicts = [rule for rule in rules if isinstance(rule, VerdictRule)]
    return Ruleset(
        id=settings.id,
        version=settings.version,
        sha256=_digest(loading),
        hit_policy=settings.hit_policy,
        aspects=tuple(Aspect(**aspect.model_dump()) for aspect in settings.aspects),
        factors=settings.factors,
        documents={
            key: Document(id=key, **document.model_dump())
            for key, document in settings.documents.items()
        },
        phrases=loading.phrases,
        evidence=tuple(rule for rule in rules if isinstance(rule, EvidenceRule)),
        complexity=tuple(rule for rule in rules if isinstance(rule, ComplexityRule)),
        verdict=tuple(sorted(verdicts, key=lambda rule: (rule.order, rule.id))),
        advisory=tuple(rule for rule in rules if isinstance(rule, AdvisoryRule)),
        by_id={rule.id: rule for rule in rules},
    )


def _digest(loading: _Loading) -> str:
    """One hash over the content of every file, whatever its bytes look like."""
    content = {key: file.data for key, file in loading.files.items()}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
