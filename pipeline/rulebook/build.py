"""A checked form becomes a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, assert_never

from pipeline.rulebook.conditions import Condition, comparisons
from pipeline.rulebook.forms import (
    AdvisoryForm,
    ClusterForm,
    ComplexityForm,
    EvidenceForm,
    PhraseForm,
    RuleForm,
    VerdictForm,
)
from pipeline.rulebook.rules import (
    AdvisoryRule,
    ClusterRule,
    ComplexityRule,
    EvidenceRule,
    Example,
    PhraseExample,
    PhraseList,
    Reference,
    Revision,
    Rule,
    VerdictRule,
)
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator


def build_rule(form: RuleForm, when: Condition, *, kind: str, sha256: str) -> Rule:
    """The rule of one file; ``form`` has passed every check."""
    head: dict[str, Any] = {
        "id": form.id,
        "kind": kind,
        "title": form.title,
        "status": form.status,
        "version": form.version,
        "created": form.created,
        "modified": form.modified,
        "owner": form.owner,
        "when": when,
        "rationale": " ".join(form.rationale.split()),
        "references": tuple(Reference(**item.model_dump()) for item in form.references),
        "known_gaps": tuple(form.known_gaps),
        "history": tuple(_history(form)),
        "examples": tuple(_examples(form)),
        "effective_from": form.effective_from,
        "effective_until": form.effective_until,
        "sha256": sha256,
    }
    match form:
        case EvidenceForm():
            return EvidenceRule(
                **head,
                aspect=form.aspect,
                evidence_for=form.evidence_for,
                weight=form.weight,
                decisive=form.decisive,
                basis=basis(when),
            )
        case ComplexityForm():
            return ComplexityRule(**head, factor=form.factor, level=form.level)
        case VerdictForm():
            return VerdictRule(
                **head,
                order=form.order,
                verdict=form.verdict,
                at_least=form.confidence.at_least,
                at_most=form.confidence.at_most,
            )
        case AdvisoryForm():
            return AdvisoryRule(**head, severity=form.severity)
        case ClusterForm():
            return ClusterRule(**head, order=form.order, recommendation=form.recommendation)
        case _:
            assert_never(form)  # type: ignore[arg-type]  # RuleForm itself is never filled


def basis(when: Condition) -> Literal["structure", "text", "size"]:
    """What a rule stands on: text if it reads any, size if nothing else, structure otherwise."""
    families = {VOCABULARY[comparison.fact].family for comparison in comparisons(when)}
    if "text" in families:
        return "text"
    return "size" if families == {"size"} else "structure"


def _examples(form: RuleForm) -> Iterator[Example]:
    for matches, cases in ((True, form.examples.match), (False, form.examples.no_match)):
        for case in cases:
            yield Example(name=case.name, facts=case.facts, text=case.text, matches=matches)


def _history(form: RuleForm | PhraseForm) -> Iterator[Revision]:
    return (Revision(**item.model_dump()) for item in form.history)


def build_phrase_list(form: PhraseForm, *, sha256: str) -> PhraseList:
    """The phrase list of one file."""
    sides = ((True, form.examples.match), (False, form.examples.no_match))
    return PhraseList(
        id=form.id,
        title=form.title,
        phrases=tuple(form.phrases),
        unless=tuple(form.unless),
        note=form.note,
        version=form.version,
        history=tuple(_history(form)),
        sha256=sha256,
        examples=tuple(
            PhraseExample(text=text, matches=matches) for matches, texts in sides for text in texts
        ),
    )
