"""One initiative as a meeting sees it: verdict, evidence for both roles, flips, advisories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report import words
from pipeline.report.columns import first, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from pipeline.report.data import ReportData

_SHOWN_PROOFS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """One matched rule, as ``schemas.report.Evidence`` has it."""

    rule_id: str
    version: int
    title: str
    aspect: str
    role: str
    weight: int
    rationale: str
    facts: str
    passage: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One initiative. Roles are codes, unknown text is "", ``advisories`` are (severity, text)."""

    position: int
    initiative_id: str
    name: str
    unit: str
    verdict: str
    lean: str
    confidence: float
    project_score: int
    program_score: int
    rationale: str
    flips: str
    today: str
    evidence_ids: str
    proofs: tuple[Proof, ...]
    advisories: tuple[tuple[str, str], ...]

    @property
    def confidence_word(self) -> str:
        """High, Medium, Low, or "" where undecided."""
        return words.confidence(self.verdict, self.confidence)

    @property
    def turns(self) -> tuple[str, ...]:
        """What would flip it, in words."""
        return words.flips(self.flips)

    @property
    def strongest(self) -> tuple[Proof, ...]:
        """The proofs that weigh most, for either role."""
        ranked = sorted(self.proofs, key=lambda proof: (-proof.weight, proof.rule_id))
        return tuple(ranked[:_SHOWN_PROOFS])

    @property
    def why(self) -> str:
        """The strongest evidence in words, one a line; the rationale where there is none."""
        lines = [
            f"{words.role(proof.role)} ({proof.weight}): {proof.rationale or proof.title}"
            for proof in self.strongest
        ]
        return "\n".join(lines) or self.rationale


def cases(data: ReportData, positions: Sequence[int]) -> list[Case]:
    """The initiatives at these positions of ``data.initiatives``, in the order given."""
    frame = data.initiatives.iloc[list(positions)]
    keys = texts(frame, "initiative_id")
    proofs = _proofs(data.evidence, set(keys))
    advisories = _advisories(data.advisories, set(keys))
    columns = zip(
        positions,
        keys,
        texts(frame, "name"),
        texts(frame, "business_unit"),
        texts(frame, "verdict"),
        texts(frame, "lean"),
        first(frame, "confidence").tolist(),
        first(frame, "project_score").tolist(),
        first(frame, "program_score").tolist(),
        texts(frame, "rationale"),
        texts(frame, "flips"),
        texts(frame, "current_role"),
        texts(frame, "evidence"),
        strict=True,
    )
    return [
        Case(
            position=position,
            initiative_id=key,
            name=name,
            unit=" ".join(unit.split()),
            verdict=verdict,
            lean=lean,
            confidence=confidence,
            project_score=project_score,
            program_score=program_score,
            rationale=rationale,
            flips=flips,
            today=today,
            evidence_ids=evidence_ids,
            proofs=tuple(proofs.get(key, ())),
            advisories=tuple(advisories.get(key, ())),
        )
        for (
            position,
            key,
            name,
            unit,
            verdict,
            lean,
            confidence,
            project_score,
            program_score,
            rationale,
            flips,
            today,
            evidence_ids,
        ) in columns
    ]


def _rows(frame: pd.DataFrame, keys: set[str]) -> Iterator[tuple[object, ...]]:
    wanted = frame[frame["initiative_id"].isin(keys)]
    columns = [
        wanted[name].tolist() if wanted[name].dtype.kind in "iu" else texts(wanted, name)
        for name in wanted.columns
    ]
    return zip(*columns, strict=True)


def _proofs(frame: pd.DataFrame, keys: set[str]) -> dict[str, list[Proof]]:
    found: dict[str, list[Proof]] = {}
    for key, *rest in _rows(frame, keys):
        found.setdefault(str(key), []).append(_proof(rest))
    return found


def _proof(cells: list[object]) -> Proof:
    rule_id, version, title, aspect, role, weight, rationale, facts, passage, source = cells
    return Proof(
        rule_id=str(rule_id),
        version=int(str(version)),
        title=str(title),
        aspect=str(aspect),
        role=str(role),
        weight=int(str(weight)),
        rationale=str(rationale),
        facts=str(facts),
        passage=str(passage),
        source=str(source),
    )


def _advisories(frame: pd.DataFrame, keys: set[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, _, severity, text in _rows(frame, keys):
        found.setdefault(str(key), []).append((str(severity), str(text)))
    return found
