"""The straight line: the only place that knows the order of the steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline import (
    answers,
    facts,
    ingest,
    manifest,
    parse,
    programs,
    publish,
    report,
    validate,
    verdict,
)
from pipeline.engine.decide import Engine
from pipeline.errors import InputError, Location
from pipeline.explain import flips, frames, matches, passages, rationale
from pipeline.facts.text import search_text
from pipeline.handbook import publish_page
from pipeline.ingest import snapshot
from pipeline.report.data import Counts, ReportData
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.runlog import RunLog
from schemas import columns as canonical
from schemas import strict_yaml
from schemas.report import Initiatives as InitiativesModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.ingest.raw import RawPortfolio
    from pipeline.problems import Problem
    from pipeline.rulebook.rules import Ruleset
    from pipeline.validate import Validated


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What a run is asked to do; the clock is read by the caller alone."""

    portfolio: Path
    output: Path
    rules: Path
    as_of: date
    profile: str | None = None
    mapping: Path | None = None
    sheet: str | None = None
    started: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a run came to. ``is_new`` is false where the same run was published before."""

    counts: Counts
    run_id: str
    folder: Path
    seconds: float
    is_new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A portfolio up to validation."""

    raw: RawPortfolio
    validated: Validated


@dataclass(frozen=True, kw_only=True, slots=True)
class Classified:
    """Everything decided about a portfolio, before it is written."""

    ruleset: Ruleset
    initiatives: facts.Initiatives
    verdicts: verdict.Verdicts
    levels: NDArray[np.int64]
    evidence: list[list[matches.Match]]
    advisories: list[list[matches.Match]]
    flips: list[str]
    rule_matches: dict[str, int]
    matcher: PhraseMatcher


class NothingToClassify(InputError):  # noqa: N818 -- named for what it is
    """The file has a header and not one row."""

    code = "I090"


def check(options: Options, log: RunLog) -> Checked:
    """Ingest, parse and validate a portfolio; nothing is written.

    Raises:
        InputError: The file cannot be read or mapped, or has no rows.
    """
    with log.step("ingest"):
        raw = ingest.read(
            options.portfolio,
            profile=options.profile,
            mapping_file=options.mapping,
            sheet=options.sheet,
        )
        raw = replace(raw, source=replace(raw.source, name=_utf8(raw.source.name)))
    if raw.cells.empty:
        raise NothingToClassify(
            "the table has a header but no rows",
            hint="Export the portfolio again, with its initiatives",
            at=Location(path=options.portfolio, sheet=raw.source.sheet),
        )
    with log.step("parse"):
        typed = parse.parse(raw)
    with log.step("validate"):
        validated = validate.validate(typed, as_of=options.as_of)
    return Checked(raw=raw, validated=validated)


def _utf8(text: str) -> str:
    """Text that every file can hold; a file name or a cell may hold half a character."""
    return text.encode(errors="backslashreplace").decode()


def classify(options: Options) -> Summary:
    """Read, decide, explain, write and publish one portfolio.

    Raises:
        PipelineError: Anything a user can mend; nothing is published.
        EngineDisagreement: The engine and its oracle differ; nothing is published.
    """
    log = RunLog()
    with publish.output_folder(options.output, since=options.started):
        with log.step("rules"):
            ruleset = loader.load(options.rules, as_of=options.as_of)
        checked = check(options, log)
        run_id = manifest.run_id(
            checked.raw, ruleset, as_of=options.as_of, options=_choices(options)
        )
        log.event("run", run_id=run_id, ruleset=ruleset.sha256, rows=len(checked.raw.cells))
        classified = decide(checked.validated, ruleset, as_of=options.as_of, log=log)
        counts = _counts(checked, classified)
        draft = manifest.draft(checked.raw, ruleset, counts, run_id=run_id, as_of=options.as_of)
        with log.step("programs"):
            found = _programs(checked.validated, classified)
        with log.step("explain"):
            data = _report(draft, counts, checked, classified, found)
            explained = answers.explain_first(data, checked.raw, ruleset, classified.initiatives)
            data = replace(data, explanations=explained)
        with publish.stage(options.output) as staged:
            with log.step("report"):
                outputs = [*report.write_all(data, staged), publish_page(ruleset, staged)]
                outputs.append(answers.keep_facts(checked.raw, classified.initiatives, staged))
            publish.write_file(staged / manifest.NAME, manifest.complete(draft, outputs))
            log.event("done", seconds=round(log.elapsed, 3), **draft["counts"])
            log.write(staged / publish.RUN_LOG)
            is_new = publish.publish(staged, options.output, run_id)
    return Summary(
        counts=counts,
        run_id=run_id,
        folder=options.output / run_id,
        seconds=log.elapsed,
        is_new=is_new,
    )


def _choices(options: Options) -> dict[str, str]:
    """The options that can change a verdict; the mapping file by its content."""
    mapping = options.mapping and snapshot.take(options.mapping, most=strict_yaml.MAX_BYTES)
    return {
        "profile": options.profile or "",
        "mapping": mapping.sha256 if mapping else "",
        "sheet": options.sheet or "",
    }


def decide(validated: Validated, ruleset: Ruleset, *, as_of: date, log: RunLog) -> Classified:
    """Facts, evidence, verdicts, complexity, advisories and flips of every initiative."""
    matcher = PhraseMatcher(ruleset.phrases)
    with log.step("facts"):
        initiatives = facts.derive(validated, matcher, as_of=as_of)
    table = initiatives.table
    with log.step("engine"):
        engine, verdict_engine = Engine(ruleset.evidence), Engine(ruleset.verdict)
        evidence = engine.decide(table)
        verdicts = verdict.decide(ruleset, verdict_engine, verdict.tally(evidence))
        complexity = Engine(ruleset.complexity).decide(table)
        levels = verdict.complexity_levels(complexity)
        outcome = table.joined(verdict.outcome_facts(verdicts, levels))
        advisories = Engine(ruleset.advisory).decide(outcome)
    with log.step("flips"):
        flipping = flips.flips(ruleset, engine, verdict_engine, table, evidence, verdicts)
    return Classified(
        ruleset=ruleset,
        initiatives=initiatives,
        verdicts=verdicts,
        levels=levels,
        evidence=matches.by_initiative(evidence, table),
        advisories=matches.by_initiative(advisories, outcome),
        flips=flipping,
        rule_matches={
            rule.id: int(decisions.matched(rule.id).sum())
            for decisions in (evidence, complexity, advisories)
            for shard in decisions.shards
            for rule in shard.rules
        }
        | {
            rule.id: int((verdicts.rule == place).sum())
            for place, rule in enumerate(ruleset.verdict)
        },
        matcher=matcher,
    )


def find_programs(options: Options) -> programs.Programs:
    """Read and decide a portfolio, and find the programs nobody declared in it.

    Raises:
        PipelineError: Anything a user can mend.
        EngineDisagreement: The engine and its oracle differ.
    """
    log = RunLog()
    ruleset = loader.load(options.rules, as_of=options.as_of)
    checked = check(options, log)
    classified = decide(checked.validated, ruleset, as_of=options.as_of, log=log)
    return _programs(checked.validated, classified)


def _programs(validated: Validated, classified: Classified) -> programs.Programs:
    return programs.find(
        classified.initiatives.rows,
        [verdict.OUTCOMES[place] for place in classified.verdicts.verdict.tolist()],
        classified.ruleset.cluster,
        quarantined=validated.quarantined["initiative_id"].dropna().to_list(),
    )


class AccountingFault(Exception):  # noqa: N818 -- named for what it is
    """Rows read and rows accounted for differ: our bug, and nothing is published."""


def _counts(checked: Checked, classified: Classified) -> Counts:
    """The accounting identity, asserted on every run."""
    rows = classified.initiatives.rows.index > 0
    given = [
        int(((classified.verdicts.verdict == place) & rows).sum())
        for place in range(len(verdict.OUTCOMES))
    ]
    counts = Counts(
        read=len(checked.raw.cells),
        project_manager=given[0],
        program_manager=given[1],
        undecided=given[2],
        quarantined=len(checked.validated.quarantined),
        derived=classified.initiatives.derived_count,
        # Those of quarantined rows stand with them, in quarantine.csv.
        warnings=sum(
            problem.source_line not in checked.validated.quarantined.index
            for problem in checked.validated.problems
        ),
        blank_rows=checked.raw.blank_rows,
        totals_rows=checked.raw.totals_rows,
    )
    accounted = sum(given) + counts.quarantined
    if counts.read != accounted:
        raise AccountingFault(f"{counts.read} rows were read, {accounted} are accounted for")
    return counts


def _report(
    draft: dict[str, Any],
    counts: Counts,
    checked: Checked,
    classified: Classified,
    found: programs.Programs,
) -> ReportData:
    raw, validated = checked.raw, checked.validated
    initiatives = _initiative_frame(raw, classified)
    shown = range(min(len(initiatives), frames.MOST_EXPLAINED))
    quarantined = validated.quarantined.index
    return ReportData(
        manifest=draft,
        counts=counts,
        initiatives=initiatives,
        evidence=frames.evidence_frame(
            classified.ruleset,
            classified.initiatives,
            classified.evidence,
            _passages(classified, len(shown)),
            shown,
        ),
        advisories=frames.advisory_frame(classified.initiatives, classified.advisories),
        quarantine=_problem_frame(
            [problem for problem in validated.problems if problem.source_line in quarantined],
            checked,
        ),
        warnings=_problem_frame(
            [problem for problem in validated.problems if problem.source_line not in quarantined],
            checked,
        ),
        quarantined_cells=raw.cells.loc[quarantined],
        rules=frames.rule_frame(
            classified.ruleset, {**classified.rule_matches, **found.rule_matches}
        ),
        programs=found,
    )


def _passages(classified: Classified, most: int) -> passages.Passages:
    rows = classified.initiatives.rows.iloc[:most]
    return passages.Passages(
        classified.matcher,
        names=rows["name"].fillna("").to_list(),
        texts=search_text(rows).to_list(),
    )


def _initiative_frame(raw: RawPortfolio, classified: Classified) -> pd.DataFrame:
    """initiatives.csv: what was decided, the canonical columns, the other input columns."""
    rows, verdicts = classified.initiatives.rows, classified.verdicts
    outcomes = np.array([*verdict.OUTCOMES, ""], object)  # the last one for "no lean", which is -1
    rules = np.array([rule.id for rule in classified.ruleset.verdict], object)
    tally = verdicts.tally.columns
    lines = pd.array(rows.index.to_numpy(), dtype="Int64")
    lines[(rows.index < 0).nonzero()[0]] = pd.NA
    decided = pd.DataFrame(
        {
            "initiative_id": rows["initiative_id"].astype("str"),
            "name": rows["name"].astype("str"),
            "verdict": pd.array(outcomes[verdicts.verdict], dtype="str"),
            "lean": pd.array(outcomes[verdicts.lean], dtype="str"),
            "confidence": verdicts.confidence,
            "project_score": tally["project_score"].values,  # noqa: PD011 -- a dataclass
            "program_score": tally["program_score"].values,  # noqa: PD011
            "complexity_level": pd.array(
                np.where(classified.levels > 0, classified.levels, 0), dtype="Int64"
            ),
            "decided_by": pd.array(rules[verdicts.rule], dtype="str"),
            "evidence": _texts(
                [";".join(m.rule.id for m in found) for found in classified.evidence]
            ),
            "rationale": _texts(
                rationale.rationales(classified.ruleset, verdicts, classified.evidence)
            ),
            "flips": _texts(classified.flips),
            "advisories": _texts(
                ["; ".join(m.text for m in found) for found in classified.advisories]
            ),
            "source_line": lines,
        },
        index=rows.index,
    )
    decided["complexity_level"] = decided["complexity_level"].mask(classified.levels == 0)
    InitiativesModel.validate(decided, lazy=True)
    others = raw.cells[list(raw.unmapped)].reindex(rows.index)
    rest = [name for name in canonical.NAMES if name not in ("initiative_id", "name")]
    others.columns = pd.Index(_apart(others.columns, [*decided.columns, *rest]), dtype="str")
    return pd.concat([decided, rows[rest], others], axis=1).reset_index(drop=True)


def _apart(headers: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Headers of the input beside our columns; one that we use, too, is marked as the input's."""
    used = {*taken}
    apart = []
    for header in headers:
        name = header
        while name in used:
            name += " (input)"
        used.add(name)
        apart.append(name)
    return apart


def _texts(values: Sequence[str]) -> Any:  # noqa: ANN401 -- a pandas string array
    return pd.array(list(values), dtype="str")


def _problem_frame(problems: Sequence[Problem], checked: Checked) -> pd.DataFrame:
    """One row a problem, in order of line; a problem of the whole file stands first."""
    both = pd.concat([checked.validated.accepted, checked.validated.quarantined])
    ids = both["initiative_id"].to_dict()
    source = checked.raw.source
    columns = {
        "source_line": [problem.source_line for problem in problems],
        "initiative_id": [str(ids.get(problem.source_line, "")) for problem in problems],
        "column": [_utf8(problem.column) for problem in problems],
        "value": [_utf8(problem.value) for problem in problems],
        "problem": [problem.code for problem in problems],
        "hint": [_utf8(problem.cure) for problem in problems],
        "severity": [problem.severity for problem in problems],
        "file": [source.name] * len(problems),
        "sheet": [source.sheet] * len(problems),
    }
    frame = pd.DataFrame(columns)
    texts = [name for name in columns if name != "source_line"]
    frame = frame.astype({"source_line": "int64", **dict.fromkeys(texts, "str")})
    return frame.sort_values("source_line", kind="stable", ignore_index=True)
