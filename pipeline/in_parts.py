"""A whole run on a portfolio that is read in parts: published as any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipeline import answers, assemble, manifest, publish, scale
from pipeline.errors import Location
from pipeline.handbook import publish_page
from pipeline.ingest.parts import Wish, find_sources, outline, without_rows
from pipeline.ingest.refusals import NotInParts
from pipeline.memory import Memory
from pipeline.night import names, strange
from pipeline.report import set_aside
from pipeline.rulebook import loader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.facts.store import Stored
    from pipeline.ingest.parts import Outline
    from pipeline.night import steady
    from pipeline.options import Options
    from pipeline.report.data import Counts, ReportData
    from pipeline.runlog import RunLog
    from pipeline.scale import Engine, Outcome

ROWS: Final = 100_000
"""Rows of a part where nobody asks for another number."""
LEFT_OUT: Final = (
    "programs.csv",
    "changes.csv",
    "history",
)
"""What a run in parts does not make: programs, since their search walks the whole portfolio graph,
and what compares with earlier runs; not the same as none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What a run in parts came to; see ``pipeline.summary.Summary``."""

    counts: Counts
    run_id: str
    is_new: bool
    oddities: tuple[strange.Oddity, ...]
    verified: int
    parts: int
    trouble: str


def is_asked(options: Options) -> bool:
    """Whether a portfolio is to be read in parts: a folder never is read at once."""
    return options.engine != "local" or options.chunk_rows > 0 or options.portfolio.is_dir()


def classify(
    options: Options, choices: dict[str, str], log: RunLog, watch: steady.Watch
) -> Published:
    """Classify one portfolio part by part into an output folder that is held.

    Args:
        options: What to do.
        choices: The options that can change an output.
        log: Of this run.
        watch: On the portfolio.

    Raises:
        PipelineError: Anything a user can mend; nothing is published.
        EngineDisagreement: The engine and its oracle differ; nothing is published.
    """
    _refuse_roster(options)
    with log.step("rules"):
        ruleset = loader.load(options.rules, as_of=options.as_of)
    memory = Memory(options.history, options.output, log, started=options.started)
    with log.step("history"):
        memory.open(ruleset)
    rows = options.chunk_rows or ROWS
    with scale.engine_of(options.engine, options.cluster) as engine:
        with log.step("ingest"):
            found = _outline(options, rows, engine)
        choices = choices | memory.choices() | {"chunk_rows": str(rows)}
        raw = without_rows(found)
        run_id = manifest.run_id(raw, ruleset, as_of=options.as_of, options=choices)
        log.event("run", run_id=run_id, ruleset=ruleset.sha256, parts=len(found.parts))
        with publish.stage(options.output) as staged:
            job = scale.Job(
                outline=found,
                ruleset=ruleset,
                as_of=options.as_of,
                run_id=run_id,
                staged=staged.resolve(),
                verify=options.verify,
                capacity=options.capacity,
                decided=memory.decided(),
            )
            outcome = scale.classify(engine, job, log)
            with log.step("last night"):
                oddities = _oddities(options, raw.source.name, outcome, engine)
            _write(outcome, {"rows": rows, "count": len(found.parts)}, memory, log)
            watch.confirm()
            is_new = publish.publish(staged, options.output, run_id)
    return Published(
        counts=outcome.counts,
        run_id=run_id,
        is_new=is_new,
        oddities=oddities,
        verified=outcome.verified,
        parts=len(found.parts),
        trouble=memory.trouble,
    )


def _refuse_roster(options: Options) -> None:
    if options.roster is not None:
        raise NotInParts(
            "a roster is set against single initiatives, of which a run in parts holds some alone",
            hint="Leave --roster out, or read the portfolio at once.",
            at=Location(path=options.roster),
        )


def _write(outcome: Outcome, parts: Mapping[str, int], memory: Memory, log: RunLog) -> None:
    """Everything of a run but the tables, which are there, into the folder where it is staged."""
    job, ruleset = outcome.job, outcome.job.ruleset
    raw = without_rows(job.outline)
    draft = manifest.draft(raw, ruleset, outcome.counts, run_id=job.run_id, as_of=job.as_of)
    draft |= {"parts": parts, "left_out": list(LEFT_OUT)}

    def recall(data: ReportData, stored: Stored) -> ReportData:
        return memory.recall_decisions(data, memory.tonight(data, ruleset, stored))

    with log.step("report"):
        outputs = [*outcome.outputs, *scale.show(outcome, draft, recall)]
        outputs += [publish_page(ruleset, job.staged), answers.keep_rules(ruleset, job.staged)]
    manifest_ = manifest.complete(draft, outputs, job.staged)
    publish.write_file(job.staged / manifest.NAME, manifest_)
    log.event("quarantined", reasons=set_aside.logged(outcome.whole.set_aside))
    log.event("done", seconds=round(log.elapsed, 3), **draft["counts"])
    log.write(job.staged / publish.RUN_LOG)


def _outline(options: Options, rows: int, engine: Engine) -> Outline:
    # Workers have working folders of their own.
    sources = find_sources(options.portfolio.resolve(), rows, options.limits)
    wish = Wish(
        profile=options.profile,
        mapping_file=options.mapping,
        sheet=options.sheet,
        limits=options.limits,
    )
    found = outline(sources, wish, engine.each)
    name = assemble.utf8(options.portfolio.name or sources.path.name)
    return replace(found, source=replace(found.source, name=name))


def _oddities(
    options: Options, source: str, outcome: Outcome, engine: Engine
) -> tuple[strange.Oddity, ...]:
    """What about tonight calls for a look.

    Raises:
        StrangeNight: The configuration asks for a refusal, and nobody accepted it by hand.
    """
    last = strange.last_night(options.output, with_verdicts=False)
    if last and not names.are_of_one_portfolio(last.source, source):
        last = None
    verdicts = (0, 0)
    if last is not None:
        before = (options.output / last.run_id).resolve()
        verdicts = scale.count_flips(engine, outcome.job, before)
    found = strange.strange_counts(
        outcome.counts.read, outcome.troubled, last, options.thresholds, verdicts
    )
    if not options.accept_strange:
        strange.guard(options.portfolio, found, options.thresholds)
    return found
