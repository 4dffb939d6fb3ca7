"""The straight line: the only place that knows the order of the steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import (
    answers,
    assemble,
    deciding,
    demand,
    facts,
    in_parts,
    ingest,
    manifest,
    parse,
    programs,
    publish,
    report,
    review,
    validate,
    verdict,
)
from pipeline.assemble import Checked, Classified
from pipeline.deciding import Deciders
from pipeline.errors import InputError, Location
from pipeline.handbook import publish_page
from pipeline.memory import Memory, for_decisions, if_any
from pipeline.night import names, steady, strange
from pipeline.options import Options, choices_of
from pipeline.report import set_aside
from pipeline.rulebook import loader
from pipeline.runlog import RunLog
from pipeline.summary import Summary
from pipeline.verify import Sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from pipeline.facts.store import Stored
    from pipeline.report.data import ReportData
    from pipeline.rulebook.rules import Ruleset
    from pipeline.validate import Validated


__all__ = ["Options", "Summary", "check", "classify", "decide", "find_demand", "find_programs"]


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
            limits=options.limits,
        )
        raw = replace(raw, source=replace(raw.source, name=assemble.utf8(raw.source.name)))
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


def classify(options: Options, begins: Callable[[str], None] | None = None) -> Summary:
    """Read, decide, explain, write and publish one portfolio.

    Args:
        options: What to do.
        begins: Called with the name of each step as it begins.

    Raises:
        PipelineError: Anything a user can mend; nothing is published.
        EngineDisagreement: The engine and its oracle differ; nothing is published.
    """
    log = RunLog(begins, echo=options.verbose)
    work = _classify_in_parts if in_parts.is_asked(options) else _classify
    with publish.output_folder(options.output, since=options.started) as held:
        named, options = options.output, replace(options, output=held)
        dropped = _take_over(options, log)
        summary = steady.steadily(
            options.portfolio,
            lambda watch: work(options, log, watch),
            patience=options.patience,
        )
    return replace(summary, dropped=dropped, folder=named / summary.run_id)


def _take_over(options: Options, log: RunLog) -> review.Dropped | None:
    """Empty the drop folder, if there is one, so that tonight's decisions count tonight."""
    folder = options.review.drop_folder
    if folder is None:
        return None
    with log.step("reviews"):
        request = review.Request(
            output=options.output,
            today=options.as_of,
            recall=if_any(options.history, options.output),
        )
        store = for_decisions(options.history, options.output)
        dropped = review.empty(folder, store, request)
    log.event(
        "reviews",
        decisions=dropped.taken,
        done=len(dropped.done),
        refused=len(dropped.refused),
        left=len(dropped.left),
        is_in_trouble=bool(dropped.trouble),
    )
    return dropped


def _classify(options: Options, log: RunLog, watch: steady.Watch) -> Summary:
    """One portfolio as it stands, into an output folder that is held."""
    memory = Memory(options.history, options.output, log, started=options.started)
    with log.step("rules"):
        ruleset = loader.load(options.rules, as_of=options.as_of)
    checked = check(options, log)
    roster = _roster(options, log)
    with log.step("history"):
        memory.open(ruleset)
    choices = choices_of(options, roster) | memory.choices()
    run_id = manifest.run_id(checked.raw, ruleset, as_of=options.as_of, options=choices)
    log.event("run", run_id=run_id, ruleset=ruleset.sha256, rows=len(checked.raw.cells))
    sample = Sample(count=options.verify, seed=run_id)
    classified = decide(checked.validated, ruleset, as_of=options.as_of, log=log, sample=sample)
    counts = assemble.counts(checked, classified)
    draft = manifest.draft(checked.raw, ruleset, counts, run_id=run_id, as_of=options.as_of)
    draft |= manifest.of_roster(roster, draft["status"])
    with log.step("programs"):
        found = _programs(checked.validated, classified)
    data = assemble.report_data(draft, counts, checked, classified, found)
    # First of all, for what changed since the last run is among what to look at first.
    with log.step("changes"):
        stored = answers.facts_to_keep(checked.raw, classified.initiatives)
        tonight = memory.tonight(data, ruleset, stored)
        data = memory.recall(data, tonight)
    with log.step("explain"):
        data = assemble.with_evidence(data, classified)
        explained = answers.explain_first(data, stored, ruleset, classified.initiatives.rows)
        missing = answers.still_open(
            ruleset, classified.initiatives, classified.verdicts, explained
        )
        data = replace(data, explanations=explained, missing=missing)
    with log.step("demand"):
        data = replace(data, demand=_demand(data.initiatives, options, roster))
    oddities = _oddities(options, data)
    with publish.stage(options.output) as staged:
        _write(data, classified, stored, log, staged)
        watch.confirm()
        is_new = publish.publish(staged, options.output, run_id)
    memory.remember(data, tonight, is_new=is_new)
    if memory.trouble:
        log.append(options.output / run_id / publish.RUN_LOG)
    return Summary(
        counts=counts,
        run_id=run_id,
        folder=options.output / run_id,
        seconds=log.elapsed,
        is_new=is_new,
        oddities=oddities,
        pruned=publish.prune(options.output, keep=options.keep),
        verified=len(sample.of(len(classified.initiatives.rows))),
        roster_set_aside=roster.rows_set_aside if roster else 0,
        changes=data.changes,
        trouble=memory.trouble,
    )


def _classify_in_parts(options: Options, log: RunLog, watch: steady.Watch) -> Summary:
    """One portfolio that is too large to be held, as far as that can be done part by part."""
    published = in_parts.classify(options, choices_of(options, None), log, watch)
    return Summary(
        counts=published.counts,
        run_id=published.run_id,
        folder=options.output / published.run_id,
        seconds=log.elapsed,
        is_new=published.is_new,
        oddities=published.oddities,
        pruned=publish.prune(options.output, keep=options.keep),
        verified=published.verified,
        trouble=published.trouble,
        parts=published.parts,
    )


def _write(
    data: ReportData, classified: Classified, stored: Stored, log: RunLog, staged: Path
) -> None:
    """Every file of a run, into the folder where it is staged."""
    with log.step("report"):
        outputs = [*report.write_all(data, staged), publish_page(classified.ruleset, staged)]
        outputs.append(answers.keep_facts(stored, staged))
        outputs.append(answers.keep_evidence(classified, staged))
        outputs.append(answers.keep_rules(classified.ruleset, staged))
    publish.write_file(staged / manifest.NAME, manifest.complete(data.manifest, outputs))
    log.event("quarantined", reasons=set_aside.logged(set_aside.reasons(data.quarantine)))
    log.event("done", seconds=round(log.elapsed, 3), **data.manifest["counts"])
    log.write(staged / publish.RUN_LOG)


def _oddities(options: Options, data: ReportData) -> tuple[strange.Oddity, ...]:
    """What about tonight calls for a look.

    Raises:
        StrangeNight: The configuration asks for a refusal, and nobody accepted it by hand.
    """
    last = strange.last_night(options.output)
    if last and not names.are_of_one_portfolio(last.source, data.manifest["input"]["name"]):
        last = None
    found = strange.strange(data, last, options.thresholds)
    if not options.accept_strange:
        strange.guard(options.portfolio, found, options.thresholds)
    return found


def _roster(options: Options, log: RunLog) -> demand.Roster | None:
    """The people there are, where a roster is given."""
    if options.roster is None:
        return None
    with log.step("roster"):
        return demand.read_roster(options.roster)


def _demand(
    initiatives: pd.DataFrame, options: Options, roster: demand.Roster | None
) -> demand.Demand:
    return demand.estimate(
        initiatives, as_of=options.as_of, capacity=options.capacity, roster=roster
    )


def decide(
    validated: Validated,
    ruleset: Ruleset,
    *,
    as_of: date,
    log: RunLog,
    sample: Sample | None = None,
) -> Classified:
    """Facts, evidence, verdicts, complexity, advisories and flips of every initiative.

    Raises:
        EngineDisagreement: The engine and its oracle differ, or it differs from itself on one of
            ``sample``, decided alone.
    """
    deciders = Deciders(ruleset)
    with log.step("facts"):
        initiatives = facts.derive(validated, deciders.matcher, as_of=as_of)
    return deciding.decide(initiatives, deciders, log, sample)


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


def find_demand(options: Options) -> demand.Demand:
    """Read and decide a portfolio, and estimate the leads that it needs.

    Raises:
        PipelineError: Anything a user can mend.
        EngineDisagreement: The engine and its oracle differ.
    """
    log = RunLog()
    ruleset = loader.load(options.rules, as_of=options.as_of)
    roster = _roster(options, log)
    checked = check(options, log)
    classified = decide(checked.validated, ruleset, as_of=options.as_of, log=log)
    initiatives = assemble.initiative_frame(checked.raw, classified)
    return _demand(initiatives, options, roster)


def _programs(validated: Validated, classified: Classified) -> programs.Programs:
    return programs.find(
        classified.initiatives.rows,
        [verdict.OUTCOMES[place] for place in classified.verdicts.verdict.tolist()],
        classified.ruleset.cluster,
        quarantined=validated.quarantined["initiative_id"].dropna().to_list(),
    )
