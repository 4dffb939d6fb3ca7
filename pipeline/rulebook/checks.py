"""Checks of one file beyond its form: names that must agree, and names that must exist."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from pipeline.rulebook.conditions import Condition, comparisons, needed_facts
from pipeline.rulebook.examples import example_faults
from pipeline.rulebook.forms import ComplexityForm, EvidenceForm, RuleForm, VerdictForm
from pipeline.rulebook.phrase_syntax import ITSELF, PhraseFault, compile_phrase, slots_of
from pipeline.rulebook.reader import did_you_mean
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipeline.rulebook.forms import PhraseForm, RulesetForm
    from pipeline.rulebook.loading import Loading
    from pipeline.rulebook.yaml_files import NodePath, YamlFile

# Code, path of the node, problem, hint.
Found = tuple[str, "NodePath", str, str]

_DECLARE = "Declare it in ruleset.yaml"


def check_settings(
    loading: Loading, file: YamlFile, form: RulesetForm, *, reserved: Collection[str]
) -> None:
    """Every aspect has a name and a prefix of its own, and no folder of another kind."""
    for key in ("id", "prefix"):
        seen: list[str] = []
        for index, aspect in enumerate(form.aspects):
            value = getattr(aspect, key)
            if value in seen or value in reserved:
                loading.fault(
                    "R046",
                    f"aspect {key} {value!r} is taken",
                    "Give each aspect its own",
                    file.at(("aspects", index, key)),
                )
            seen.append(value)


def check_phrases(loading: Loading, file: YamlFile, form: PhraseForm) -> None:
    """The list is named as its file; every phrase can be read and stands once."""
    if form.id != file.path.stem:
        loading.fault(
            "R030",
            f"id {form.id!r} is not the file's name",
            f"Write id: {file.path.stem}",
            file.at(("id",)),
        )
    for code, path, problem, hint in _history(form):
        loading.fault(code, problem, hint, file.at(path))
    for key in ("phrases", "unless"):
        seen: set[str] = set()
        for index, phrase in enumerate(getattr(form, key)):
            at = file.at((key, index))
            try:
                if key == "phrases" and ITSELF in slots_of(phrase):
                    raise PhraseFault(f"{ITSELF} stands for itself", "Use it under unless only")  # noqa: TRY301
                pattern = compile_phrase(phrase).pattern
            except PhraseFault as fault:
                loading.fault("R031", f"phrase {phrase!r}: {fault.problem}", fault.hint, at)
                continue
            if pattern in seen:
                loading.fault("R031", f"phrase {phrase!r} stands twice", "Delete one", at)
            seen.add(pattern)


def check_rule(
    loading: Loading,
    file: YamlFile,
    form: RuleForm,
    when: Condition | None,
    *,
    settings: RulesetForm,
    prefix: str,
) -> None:
    """Note everything in a rule that does not agree with its place or with the rulebook.

    Args:
        loading: Gets the faults.
        file: The rule's file.
        form: What it says.
        when: Its condition, or ``None`` where that has faults of its own.
        settings: What ruleset.yaml declares.
        prefix: What ids in its folder start with.
    """
    for code, path, problem, hint in (
        *_identity(loading, file, form, prefix),
        *_dates(form),
        *_history(form),
        *_numbers(form),
        *_declared(file, form, settings),
        *(_condition(form, when) if when is not None else ()),
    ):
        loading.fault(code, problem, hint, file.at(path))
    for path, problem, hint in example_faults(form, loading.phrase_names):
        loading.fault("R042", problem, hint, file.at(path))


def _identity(loading: Loading, file: YamlFile, form: RuleForm, prefix: str) -> Iterator[Found]:
    if form.id != file.path.stem:
        yield (
            "R033",
            ("id",),
            f"id {form.id!r} is not the file's name",
            f"Write id: {file.path.stem}",
        )
    if not form.id.startswith(f"{prefix}-"):
        yield "R034", ("id",), f"ids in {file.path.parent.name}/ start with {prefix}-", "Rename it"
    if form.id in loading.ids:
        problem = f"id {form.id!r} is used by {loading.ids[form.id]}, too"
        yield "R035", ("id",), problem, "Take the next free number"
    if form.id in loading.deprecated:
        hint = "Ids are never reused; take a new one"
        yield "R035", ("id",), f"id {form.id!r} is deprecated", hint


def _dates(form: RuleForm) -> Iterator[Found]:
    if form.modified < form.created:
        yield "R036", ("modified",), "modified lies before created", "Correct one of the two"
    if form.effective_from and form.effective_until and form.effective_until < form.effective_from:
        problem = "effective_until lies before effective_from"
        yield "R036", ("effective_until",), problem, "Correct one"


def _history(form: RuleForm | PhraseForm) -> Iterator[Found]:
    """Entries tell of versions there have been, the oldest first."""
    before = 0
    for index, item in enumerate(form.history):
        at: NodePath = ("history", index, "version")
        if item.version > form.version:
            problem = f"history tells of version {item.version}, and this is {form.version}"
            yield "R047", at, problem, "Raise version:, or correct the entry"
        if item.version <= before:
            problem = f"version {item.version} stands after version {before} in the history"
            yield "R047", at, problem, "Give each version one entry, the oldest first"
        before = item.version


def _numbers(form: RuleForm) -> Iterator[Found]:
    if isinstance(form, VerdictForm) and form.confidence.at_most < form.confidence.at_least:
        yield (
            "R045",
            ("confidence", "at_most"),
            "confidence would fall as the lead grows",
            "at_most is at least at_least",
        )


def _declared(file: YamlFile, form: RuleForm, settings: RulesetForm) -> Iterator[Found]:
    folder = file.path.parent.name
    if isinstance(form, EvidenceForm) and form.aspect != folder:
        yield "R037", ("aspect",), f"aspect {form.aspect!r} is not the folder's", f"Write {folder}"
    if isinstance(form, ComplexityForm) and form.factor not in settings.factors:
        hint = did_you_mean(form.factor, settings.factors, _DECLARE)
        yield "R038", ("factor",), f"unknown factor {form.factor!r}", hint
    for index, reference in enumerate(form.references):
        path: NodePath = ("references", index)
        document = settings.documents.get(reference.document)
        if document is None:
            hint = did_you_mean(reference.document, settings.documents, _DECLARE)
            problem = f"unknown document {reference.document!r}"
            yield "R039", (*path, "document"), problem, hint
        elif reference.passage not in document.passages:
            hint = did_you_mean(reference.passage, document.passages, _DECLARE)
            problem = f"{reference.document} has no passage {reference.passage!r}"
            yield "R040", (*path, "passage"), problem, hint


def _condition(form: RuleForm, when: Condition) -> Iterator[Found]:
    families = {VOCABULARY[comparison.fact].family for comparison in comparisons(when)}
    if isinstance(form, EvidenceForm) and form.decisive and "text" in families:
        yield "R041", ("decisive",), "a rule on words cannot be decisive", "Delete decisive:"
    yield from _template(form, when)


def _template(form: RuleForm, when: Condition) -> Iterator[Found]:
    """A rationale may name only facts that have one value in every match."""
    at: NodePath = ("rationale",)
    try:
        fields = list(string.Formatter().parse(form.rationale))
    except ValueError:
        yield "R043", at, "a brace in the rationale is open", "Write {fact}"
        return
    needed = {name for name in needed_facts(when) if VOCABULARY[name].kind != "terms"}
    for _, name, layout, conversion in fields:
        if name is None:
            continue
        if layout or conversion:
            # A layout may not fit the value, which nobody would know before the night.
            yield "R043", at, f"{{{name}}} carries a layout of its own", f"Write {{{name}}}"
        elif name not in needed:
            problem = f"the rationale names {{{name}}}, which is not known in every match"
            hint = did_you_mean(name, needed, "Leave it out, or require the fact in every branch")
            yield "R044", at, problem, hint
