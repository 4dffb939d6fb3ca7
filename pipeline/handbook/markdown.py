"""The handbook as Markdown, for repositories and wikis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.handbook.chapters import handbook
from pipeline.handbook.overview import KINDS
from pipeline.handbook.wording import Several
from pipeline.report.safe_text import displayed, in_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.handbook.chapters import Chapter, Entry, Handbook
    from pipeline.handbook.wording import Check
    from pipeline.rulebook.rules import Ruleset


def markdown(ruleset: Ruleset) -> str:
    """The whole handbook; every rule has its id for an anchor, such as ``#SCO-001``."""
    book = handbook(ruleset)
    told = f"Rule set {_text(ruleset.id)}, version {ruleset.version}, {len(ruleset.rules)} rules."
    content = f"Its content is {ruleset.sha256[:12]}."
    lines = ["# Handbook of the rules", "", f"{told} {content}", *_verdict(book)]
    lines += _voices(book)
    for chapter in book.aspects:
        lines += _aspect(chapter)
    for chapter in book.others:
        if chapter.entries:
            lines += _chapter(chapter)
    lines += [*_phrases(book), *_facts(book), *_documents(book)]
    return "\n".join(lines) + "\n"


def _text(text: object) -> str:
    """A text of somebody's as it is: no mark of Markdown or HTML in it does anything."""
    return in_markdown(str(text))


def _code(text: object) -> str:
    """A text as code, between more backticks than it has itself."""
    plain = " ".join(displayed(str(text)).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{space}{plain}{space}{fence}"


def _heading(title: str, key: str, depth: int = 2) -> Iterator[str]:
    yield ""
    yield f'<a id="{key}"></a>'
    yield ""
    yield f"{'#' * depth} {title}"
    yield ""


def _links(ids: Iterable[str]) -> str:
    return ", ".join(f"[{key}](#{key})" for key in ids) or "no rule"


def _verdict(book: Handbook) -> Iterator[str]:
    yield from _heading(_text(book.verdict.title), book.verdict.key)
    yield from (f"{place}. {_text(step)}" for place, step in enumerate(book.steps, start=1))
    for entry in book.verdict.entries:
        yield from _entry(entry)


def _voices(book: Handbook) -> Iterator[str]:
    """Aspects and roles against the kinds of facts."""
    yield from _heading("Evidence at a glance", "evidence")
    yield f"| Aspect | Role | {' | '.join(KINDS.values())} | Note |"
    yield f"|{' --- |' * (len(KINDS) + 3)}"
    for row in book.voices:
        aspect = f"[{_text(row.aspect)}](#{row.key})"
        cells = (_links(row.rules[kind]) for kind in KINDS)
        yield f"| {aspect} | {row.role} | {' | '.join(cells)} | {_text(row.note)} |"


def _aspect(chapter: Chapter) -> Iterator[str]:
    """Both roles side by side, then every rule."""
    yield from _heading(_text(chapter.title), chapter.key)
    yield f"| {' | '.join(side.title for side in chapter.sides)} |"
    yield f"|{' --- |' * len(chapter.sides)}"
    for row in range(max(len(side.entries) for side in chapter.sides)):
        cells = (_cell(side.entries[row : row + 1]) for side in chapter.sides)
        yield f"| {' | '.join(cells)} |"
    for side in chapter.sides:
        for entry in side.entries:
            yield from _entry(entry)


def _cell(entries: Iterable[Entry]) -> str:
    return "".join(
        f"[{entry.rule.id}](#{entry.rule.id}) {_text(entry.rule.title)} "
        f"(+{getattr(entry.rule, 'points', 0)})"
        for entry in entries
    )


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield from _heading(_text(chapter.title), chapter.key)
    for entry in chapter.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    rule = entry.rule
    yield from _heading(f"{rule.id} {_text(rule.title)}", rule.id, 3)
    status = " (experimental)" if rule.status == "experimental" else ""
    yield f"**{_text(entry.gives)}**{status}"
    yield ""
    yield f"When {'any' if entry.when.join == 'any' else 'all'} of:"
    yield ""
    yield from _checks(entry.when, "")
    yield ""
    yield f"> {_text(rule.rationale)}"
    yield ""
    for source in entry.sources:
        title = f"[{_text(source.title)}](#document-{source.document})"
        yield f"- Stands on {title}, {_text(source.where)}: {_text(source.claim)}"
    yield from (f"- Known gap: {_text(gap)}" for gap in rule.known_gaps)
    yield from (f"- {side}: {_text(text)}" for side, text in entry.examples)
    if len(entry.history) > 1:
        yield from (f"- {label}: {_text(text)}" for label, text in entry.history)
    yield f"- {'; '.join(f'{label}: {_text(text)}' for label, text in entry.dates)}"


def _checks(group: Several, indent: str) -> Iterator[str]:
    for one in group.members:
        if isinstance(one, Several):
            yield f"{indent}- {'any' if one.join == 'any' else 'all'} of:"
            yield from _checks(one, indent + "  ")
        else:
            yield f"{indent}- {_check(one)}"


def _check(check: Check) -> str:
    values = " or ".join(
        f"[{_text(value.text)}](#phrases-{value.phrases})" if value.phrases else _text(value.text)
        for value in check.values
    )
    fact = f"[{_code(check.fact)}](#fact-{check.fact})"
    subject = f"{_text(check.told)} ({fact}):" if check.told else fact
    return f"{subject} {check.verb} {values}".rstrip()


def _phrases(book: Handbook) -> Iterator[str]:
    yield from _heading("Phrase lists", "phrases")
    for entry in book.phrases:
        phrases = entry.phrases
        yield from _heading(_text(phrases.title), f"phrases-{phrases.id}", 3)
        yield f"{_code(phrases.id)}, read by {_links(entry.rules)}. {_text(phrases.note)}".rstrip()
        yield ""
        yield from (f"- {_code(phrase)}" for phrase in phrases.phrases)
        yield from (f"- unless {_code(phrase)}" for phrase in phrases.unless)
        yield from (f"- {label}: {_text(text)}" for label, text in entry.history)


def _facts(book: Handbook) -> Iterator[str]:
    yield from _heading("Facts", "facts")
    for family, entries in book.facts.items():
        yield from _heading(family.capitalize(), f"facts-{family}", 3)
        yield "| Fact | Meaning | Values | From columns | Where unknown | Read by |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for entry in entries:
            spec = entry.spec
            cells = (
                f'<a id="fact-{spec.name}"></a>{_code(spec.name)}',
                _text(spec.meaning),
                _text(entry.values),
                _text(", ".join(spec.columns)),
                _text(entry.unknown),
                _links(entry.readers),
            )
            yield f"| {' | '.join(cells)} |"


def _documents(book: Handbook) -> Iterator[str]:
    yield from _heading("Documents", "documents")
    for entry in book.documents:
        document = entry.document
        yield from _heading(_text(document.title), f"document-{document.id}", 3)
        yield _text(document.publisher)
        yield ""
        yield from (f"- {_text(passage)}: {_links(ids)}" for passage, ids in entry.passages)
