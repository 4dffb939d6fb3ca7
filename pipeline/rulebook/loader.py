"""Loads a rules folder: every fault of every file at once, or a Ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import Location
from pipeline.rulebook import yaml_files
from pipeline.rulebook.build import build_phrase_list, build_rule
from pipeline.rulebook.checks import check_phrases, check_rule, check_settings
from pipeline.rulebook.digest import digest, meaning, phrase_meaning
from pipeline.rulebook.forms import FORMS, PhraseForm, RulesetForm
from pipeline.rulebook.loading import DEPRECATED, PHRASES, SETTINGS, Loading, RulebookFaults
from pipeline.rulebook.reader import ConditionReader, did_you_mean
from pipeline.rulebook.rules import (
    AdvisoryRule,
    Aspect,
    ClusterRule,
    ComplexityRule,
    Document,
    EvidenceRule,
    Ruleset,
    VerdictRule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

__all__ = ["DEPRECATED", "PHRASES", "SETTINGS", "RulebookFaults", "load"]

SUFFIXES = (".yaml", ".yml")
KINDS = {"verdict": "VER", "advisory": "ADV", "complexity": "CPX", "cluster": "CLU"}


def load(root: Path, *, as_of: date | None = None) -> Ruleset:
    """Read the rulebook under ``root``.

    Args:
        root: Folder with ruleset.yaml, one folder of rules an aspect, verdict/, advisory/,
            complexity/, cluster/ and phrases/; deprecated/ is never read.
        as_of: Keep only the rules in force on that day; ``None`` keeps all.

    Raises:
        RulebookFaults: Anything is wrong in any file; the message has a line for each fault.
    """
    loading = Loading(root=root)
    settings = _settings(loading)
    if settings is None:
        # Without the aspects no folder can be told from another, but phrases can be read.
        _load_phrases(loading)
        raise loading.refusal()
    _load_phrases(loading)
    for folder, kind, prefix in _folders(loading, settings):
        for path in _rule_files(loading, folder):
            _load_rule(loading, settings, path, kind=kind, prefix=prefix)
    if loading.faults:
        raise loading.refusal()
    return _ruleset(loading, settings, as_of)


def _settings(loading: Loading) -> RulesetForm | None:
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
    if form is not None:
        check_settings(loading, file, form, reserved={*KINDS, PHRASES, DEPRECATED})
    return form


def _load_phrases(loading: Loading) -> None:
    for path in _rule_files(loading, loading.root / PHRASES):
        file = loading.read(path)
        # A list with a fault still exists: rules that name it are not wrong for it.
        loading.phrase_names.add(path.stem)
        if file is None:
            continue
        form, faults = yaml_files.fill(PhraseForm, file)
        loading.faults.extend(faults)
        if form is None:
            continue
        check_phrases(loading, file, form)
        loading.files[f"{PHRASES}/{path.stem}"] = file
        loading.phrases[path.stem] = build_phrase_list(form, sha256=phrase_meaning(file.data))


def _folders(loading: Loading, settings: RulesetForm) -> Iterator[tuple[Path, str, str]]:
    """Folder, kind and id prefix of every folder of rules; what would go unread is a fault."""
    aspects = reversed(settings.aspects)  # of two of one name the first counts; it is a fault
    known = {aspect.id: ("evidence", aspect.prefix) for aspect in aspects}
    known |= {kind: (kind, prefix) for kind, prefix in KINDS.items()}
    for path in sorted(loading.root.iterdir()):
        if path.is_file():
            if path.suffix in SUFFIXES and path.name != SETTINGS:
                loading.fault(
                    "R032",
                    f"{path.name} lies in no folder of rules",
                    "Move it to the folder of its aspect",
                    Location(path=path),
                )
        elif path.name in (PHRASES, DEPRECATED) or path.name.startswith((".", "_")):
            continue
        elif path.name in known:
            yield path, *known[path.name]
        else:
            loading.fault(
                "R032",
                f"folder {path.name!r} is no aspect",
                did_you_mean(path.name, known, f"One of {', '.join(known)}"),
                Location(path=path),
            )


def _rule_files(loading: Loading, folder: Path) -> Iterator[Path]:
    """The YAML files of a folder by name; what nobody would read is a fault."""
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        # Editors leave links to nowhere as their locks; they are no files, and no harm.
        if path.suffix.lower() not in SUFFIXES or path.is_dir() or not path.exists():
            continue
        if not path.is_file():
            loading.fault(
                "R032",
                f"{path.name} is a pipe or a device, not a file",
                "Remove it, or put the rule in its place",
                Location(path=path),
            )
        elif path.parent == folder and path.suffix == SUFFIXES[0]:
            yield path
        else:
            loading.fault(
                "R032",
                f"{path.name} would not be read",
                f"Name it {path.stem}.yaml, right in {folder.name}/",
                Location(path=path),
            )


def _load_rule(
    loading: Loading, settings: RulesetForm, path: Path, *, kind: str, prefix: str
) -> None:
    file = loading.read(path)
    if file is None:
        return
    form, faults = yaml_files.fill(FORMS[kind], file)
    loading.faults.extend(faults)
    reader = ConditionReader(kind=kind, phrase_lists=sorted(loading.phrase_names), lines=file.lines)
    when = reader.read(file.data.get("when")) if "when" in file.data else None
    for item in reader.faults:
        loading.fault(item.code, item.problem, item.hint, Location(path=file.path, line=item.line))
    if form is None:
        return
    before = len(loading.faults)
    check_rule(loading, file, form, when, settings=settings, prefix=prefix)
    loading.ids.setdefault(form.id, path.relative_to(loading.root).as_posix())
    if when is not None and len(loading.faults) == before:
        loading.rules[form.id] = build_rule(form, when, kind=kind, sha256=meaning(file.data))
        loading.files[form.id] = file


def _ruleset(loading: Loading, settings: RulesetForm, as_of: date | None) -> Ruleset:
    rules = [
        rule for _, rule in sorted(loading.rules.items()) if as_of is None or rule.is_active(as_of)
    ]
    verdicts = [rule for rule in rules if isinstance(rule, VerdictRule)]
    clusters = [rule for rule in rules if isinstance(rule, ClusterRule)]
    return Ruleset(
        id=settings.id,
        version=settings.version,
        sha256=digest(loading.files),
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
        cluster=tuple(sorted(clusters, key=lambda rule: (rule.order, rule.id))),
        by_id={rule.id: rule for rule in rules},
        files={
            file.path.relative_to(loading.root).as_posix(): file.text
            for file in loading.files.values()
        },
    )
