"""Texts that one phrase describes: every spelling of it, in as few texts as will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pipeline.rulebook.phrase_syntax import slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# What stands for a gap of a phrase, and what follows a stem.
Filling: TypeAlias = "Mapping[str, str]"

STEM = "*"
# Another filling for each round, because a neighboring phrase may happen to find the first.
FILLINGS: tuple[Filling, ...] = (
    {"#": "three", "_": "large", "...": "", STEM: ""},
    {"#": "12", "_": "further", "...": "of the", STEM: "s"},
    {"#": "five", "_": "joint", "...": "new", STEM: "ing"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A phrase without one of the alternatives of one of its slots."""

    slot: int
    alternative: int
    dropped: str
    phrase: str


def variants(phrase: str) -> Iterator[Variant]:
    """The phrase with each alternative of each ``a|b`` left out in turn."""
    slots = slots_of(phrase)
    for place, slot in enumerate(slots):
        options = _options(slot)
        for index, option in enumerate(options):
            kept = "|".join(other for other in options if other != option)
            if kept:
                written = f"[{kept}]" if slot.startswith("[") else kept
                changed = [*slots[:place], written, *slots[place + 1 :]]
                yield Variant(
                    slot=place, alternative=index, dropped=option, phrase=" ".join(changed)
                )


def texts(
    phrase: str, variant: Variant | None = None, fillings: Iterable[Filling] = FILLINGS
) -> Iterator[str]:
    """Short texts that the phrase finds, none twice.

    Args:
        phrase: The phrase.
        variant: Only texts with the alternative that it drops.
        fillings: What to put into the gaps, one round of texts each.
    """
    slots = [(_options(slot), slot.startswith("[")) for slot in slots_of(phrase)]
    if variant is not None:
        options, _ = slots[variant.slot]
        slots[variant.slot] = ([options[variant.alternative]], False)
    most = max(len(options) for options, _ in slots)
    seen: set[str] = set()
    for filling in fillings:
        for left_out in (True, False) if any(optional for _, optional in slots) else (False,):
            for turn in range(most):
                words = (
                    _filled(options[turn % len(options)], filling)
                    for options, is_optional in slots
                    if not (is_optional and left_out)
                )
                text = " ".join(filter(None, words))
                if text not in seen:
                    seen.add(text)
                    yield text


def around(trap: str, phrases: Iterable[str]) -> Iterator[str]:
    """Texts in which some words of ``trap`` are also some words of one of the phrases."""
    words = trap.split()
    for phrase in filter(lambda phrase: _may_share(words, phrase), phrases):
        for text in texts(phrase, fillings=_made_of(words, phrase)):
            yield from _chained(words, text.split())
            yield from _chained(text.split(), words)


def _may_share(words: Sequence[str], phrase: str) -> bool:
    """Whether a phrase can find a text with any of these words in it."""
    options = [option for slot in slots_of(phrase) for option in _options(slot)]
    return any(
        option in ("...", "_", "#") or option.endswith(STEM) or option in words
        for option in options
    )


def _made_of(words: Sequence[str], phrase: str) -> list[Filling]:
    """Fillings of the gaps of a phrase by the first and the last words of a trap."""
    fillings = [FILLINGS[0]]
    gaps = set(slots_of(phrase)) & {"...", "_"}
    for size in range(1, min(len(words), 3) + 1) if gaps else ():
        fillings += (
            {**FILLINGS[0], "...": " ".join(part), "_": part[0]}
            for part in (words[:size], words[-size:])
        )
    return fillings


def _chained(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """The two one after the other, the words that end the one and begin the other only once."""
    for size in range(1, min(len(left), len(right)) + 1):
        if left[-size:] == right[:size]:
            yield " ".join((*left, *right[size:]))


def _options(slot: str) -> list[str]:
    return slot.removeprefix("[").removesuffix("]").split("|")


def _filled(option: str, filling: Filling) -> str:
    if option in filling:
        return filling[option]
    words = option.replace("+", " ")
    return words.removesuffix(STEM) + filling[STEM] if words.endswith(STEM) else words
