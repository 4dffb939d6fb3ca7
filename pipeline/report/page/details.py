"""What the page shows of one initiative when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.explain.in_words import asked, changes, fell_short
from pipeline.report import words
from pipeline.report.columns import texts
from pipeline.report.safe_text import displayed
from schemas.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from pipeline.explain.missing import Question
    from pipeline.explain.record import Explanation
    from pipeline.report.cases import Case, Proof
    from pipeline.report.data import ReportData
    from pipeline.report.page.catalogue import Catalogue
    from pipeline.report.standing import Standing

_TEXT_LIMIT: Final = 500
_LONG_LIMIT: Final = 2_000
# The verdict stands above them, the name and the unit in the row.
_KNOWN: Final = tuple(
    column.name for column in COLUMNS if column.name not in {"initiative_id", "name"}
)
_STATES: Final = {"in_force": "In force", "waiting": "Waiting", "reopened": "Opened again"}


class Details:
    """Makes the details of initiatives; what is not known or not there is left out.

    An initiative has ``rationale``, ``decided`` [number of the verdict rule], ``scores`` of project
    and program, ``evidence`` [[rule, role, points, rationale, facts, passage, source]],
    ``ids`` of the rules that matched where a large run keeps their evidence in evidence.parquet,
    ``misses`` [[rule, role, points, [shortfalls]]], ``flips`` and ``questions`` in words,
    ``advisories`` [[severity, text]], ``known`` [[name, value]], ``past`` [[first day, last day,
    verdict, percent]], ``taken`` decisions [[day, decision, by whom, how it stands]], ``change``
    [code, before, after, cause, explanation], ``decision`` [sentence, comment], ``unexplained``
    where near misses were not looked for,
    ``programs`` [[id of the cluster, name]], and ``suggested`` [person, reason]. Rules are numbers
    of the catalogue.

    Args:
        data: The run.
        catalogue: Gets the rules that are named.
        decided: Earlier decisions, by id.
    """

    def __init__(
        self, data: ReportData, catalogue: Catalogue, decided: Mapping[str, Standing]
    ) -> None:
        self._data = data
        self._catalogue = catalogue
        self._decided = decided
        self._past = _by_id(data.past, ("first_as_of", "last_as_of", "verdict", "confidence"))
        frame = None if data.changes is None else data.changes.frame
        names = ("change", "verdict_before", "verdict_after", "cause", "explanation")
        self._changes = _by_id(frame, names)
        self._taken = _by_id(data.taken, ("decided_on", "decision", "decided_by"))
        self._programs = _programs(data)
        staffing = data.demand.staffing if data.demand else None
        self._suggested = _by_id(staffing.assignment if staffing else None, ("suggested", "reason"))

    def of(self, found: Sequence[Case]) -> list[dict[str, Any]]:
        """The details of these initiatives, in their order."""
        frame = self._data.initiatives.iloc[[case.position for case in found]]
        known = zip(*(texts(frame, name) for name in (*_KNOWN, "source_line")), strict=True)
        decided_by = texts(frame, "decided_by")
        return [
            {
                key: value
                for key, value in (self._verdict(case, rule) | self._history(case)).items()
                if value
            }
            | {"known": _known(told)}
            for case, rule, told in zip(found, decided_by, known, strict=True)
        ]

    def _verdict(self, case: Case, rule: str) -> dict[str, Any]:
        explained = self._data.explanations.get(case.position)
        return {
            "rationale": displayed(case.rationale, limit=_LONG_LIMIT),
            "decided": [self._catalogue.place(rule)] if rule else [],
            "scores": [case.project_score, case.program_score],
            "evidence": [self._proof(proof) for proof in case.proofs],
            "ids": []
            if case.proofs
            else [self._catalogue.place(rule) for rule in case.evidence_ids.split(";") if rule],
            "advisories": [[severity, _shown(text)] for severity, text in case.advisories],
            "flips": _flips(case, explained),
            "unexplained": explained is None,
            "questions": [_shown(asked(each)) for each in self._questions(case, explained)],
            "misses": self._misses(explained) if explained else [],
        }

    def _proof(self, proof: Proof) -> list[Any]:
        return [
            self._catalogue.place(proof.rule_id, title=proof.title, aspect=proof.aspect),
            proof.role,
            proof.weight,
            _shown(proof.rationale),
            _shown(proof.facts),
            _shown(proof.passage),
            _shown(proof.source),
        ]

    def _questions(self, case: Case, explained: Explanation | None) -> tuple[Question, ...]:
        if explained is not None:
            return explained.missing
        return self._data.missing.get(case.position, ())

    def _misses(self, explained: Explanation) -> list[list[Any]]:
        return [
            [
                self._catalogue.place(miss.rule_id, title=miss.title, aspect=miss.aspect),
                miss.role,
                miss.points,
                [_shown(fell_short(failed)) for failed in miss.failed],
            ]
            for miss in explained.why_not
        ]

    def _decisions(self, key: str) -> list[list[str]]:
        """Day, decision, by whom and how it stands, of each one on an initiative, oldest first."""
        taken, latest = self._taken.get(key, []), self._decided.get(key)
        rows = [
            [day, words.DECISION_CODES[code], _shown(by), "Replaced"] for day, code, by in taken
        ]
        if rows and latest is not None:
            rows[-1][-1] = _STATES[latest.state]
        return rows

    def _history(self, case: Case) -> dict[str, Any]:
        key = case.initiative_id
        found = self._decided.get(key)
        change = self._changes.get(key)
        return {
            "past": [
                [first, last, verdict, f"{round(float(confidence) * 100)}"]
                for first, last, verdict, confidence in self._past.get(key, ())
            ],
            "taken": self._decisions(key),
            "change": [_shown(text) for text in change[-1]] if change else [],
            "decision": [_shown(found.told), _shown(found.comment)] if found else [],
            "programs": self._programs.get(key, []),
            "suggested": [
                _shown(text)
                for person, reason in self._suggested.get(key, ())[:1]
                for text in (person, f"{reason[:1].upper()}{reason[1:]}.")
            ],
        }


def _flips(case: Case, explained: Explanation | None) -> list[str]:
    found = explained.counterfactual if explained else None
    if explained and found:
        return [_shown(text) for text in changes(explained.verdict, found)]
    return [_shown(turn) for turn in case.turns]


def _known(told: Sequence[str]) -> list[list[str]]:
    return [
        [words.spaced(name), displayed(text, limit=_LONG_LIMIT)]
        for name, text in zip((*_KNOWN, "source_line"), told, strict=True)
        if text
    ]


def _by_id(frame: pd.DataFrame | None, names: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each initiative as texts."""
    found: dict[str, list[tuple[str, ...]]] = {}
    if frame is not None:
        columns = (frame[name].astype("str").tolist() for name in names)
        for key, *row in zip(frame["initiative_id"].tolist(), *columns, strict=True):
            found.setdefault(key, []).append(tuple(row))
    return found


def _programs(data: ReportData) -> dict[str, list[list[str]]]:
    """The clusters that an initiative is in, as far as the page shows them."""
    if data.programs is None:
        return {}
    clusters = data.programs.clusters
    names = dict(zip(texts(clusters, "cluster_id"), texts(clusters, "name"), strict=True))
    members = data.programs.members
    found: dict[str, list[list[str]]] = {}
    for cluster, key in zip(
        texts(members, "cluster_id"), texts(members, "initiative_id"), strict=True
    ):
        found.setdefault(key, []).append([cluster, _shown(names.get(cluster, cluster))])
    return found


def _shown(text: str) -> str:
    return displayed(text, limit=_TEXT_LIMIT)
