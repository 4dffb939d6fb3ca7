"""Conditions as people write them in a cell: ``>= 3``, ``fixed | evolving``, ``mentions: a | b``.

A cell of a fact's own column holds comparisons joined by ``and``. The cell of a whole condition
names the facts and has ``and``, ``or`` and brackets: ``team_count >= 3 and (terms mentions: a or
has_end_date unknown)``. Both give the nodes that a rule file has under ``when``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Sequence

Node = dict[str, Any]

_TOKEN = re.compile(r"\.\.|>=|<=|!=|<>|[><=|():]|-?[0-9]+(?:\.[0-9]+)?(?![\w,])|[^\W\d]\w*")
_SPACE = re.compile(r"\s*")
_SIGNS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_WORDS = {operator: sign for sign, operator in _SIGNS.items()}
_OTHER_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "…": "..", "–": "-", "−": "-"})  # noqa: RUF001
_MOST_CHARACTERS = 8_000
_MOST_BRACKETS = 20
_EXAMPLES = "Write such as >= 3, 1..2, = fixed, fixed | evolving, known, unknown, mentions: a | b"


class ConditionFault(ValueError):  # noqa: N818 -- named for what it tells of
    """A cell that is no condition; ``problem`` without a full stop, ``hint`` with the way out."""

    def __init__(self, problem: str, hint: str = _EXAMPLES) -> None:
        super().__init__(f"{problem}. {hint}")
        self.problem = problem
        self.hint = hint


def cell_text(nodes: Sequence[Node]) -> str:
    """Comparisons of one fact as the cell of its column."""
    bounds = {operator: node[operator] for node in nodes for operator in node if operator != "fact"}
    if len(nodes) == 2 and set(bounds) == {"gte", "lte"}:  # noqa: PLR2004 -- both ends
        return f"{_value(bounds['gte'])}..{_value(bounds['lte'])}"
    return " and ".join(_comparison(node) for node in nodes)


def whole_text(node: Node) -> str:
    """A whole condition as one text; ``parse_whole`` reads the same tree back."""
    if "fact" in node:
        return f"{node['fact']} {_comparison(node)}"
    (join, members), *_ = node.items()
    joint = " and " if join == "all" else " or "
    return joint.join(
        whole_text(member) if "fact" in member else f"({whole_text(member)})" for member in members
    )


def _comparison(node: Node) -> str:
    operator, value = next((key, value) for key, value in node.items() if key != "fact")
    match operator:
        case "exists":
            return "known" if value else "unknown"
        case "equals":
            return f"= {_value(value)}"
        case "one_of":
            return f"= {' | '.join(map(_value, value))}"
        case "mentions_any":
            return f"mentions: {' | '.join(map(_value, value))}"
        case _:
            return f"{_WORDS[operator]} {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def parse_cell(fact: str, text: str) -> list[Node]:
    """The comparisons in the cell of a fact's column.

    Raises:
        ConditionFault: The cell is not in the language.
    """
    reader = _Reader(text)
    nodes = reader.comparisons(fact)
    while reader.take("and"):
        nodes += reader.comparisons(fact)
    reader.finish()
    return nodes


def parse_whole(text: str) -> Node:
    """A whole condition.

    Raises:
        ConditionFault: The text is not in the language.
    """
    reader = _Reader(text)
    node = reader.either()
    reader.finish()
    return node


class _Reader:
    """Walks over the tokens of one cell."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    @property
    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token where it is one of these, whatever its case; else ""."""
        token = self._next
        if token and token.lower() in wanted:
            self._place += 1
            return token.lower()
        return ""

    def finish(self) -> None:
        if self._next:
            raise ConditionFault(f"{self._next!r} is not expected here")

    def either(self) -> Node:
        members = [self._both()]
        while self.take("or"):
            members.append(self._both())
        return members[0] if len(members) == 1 else {"any": members}

    def _both(self) -> Node:
        members = [*self._single()]
        while self.take("and"):
            members += self._single()
        return members[0] if len(members) == 1 else {"all": members}

    def _single(self) -> list[Node]:
        if not self.take("("):
            return self.comparisons(self._word("the name of a fact").lower())
        self._depth += 1
        if self._depth > _MOST_BRACKETS:
            raise ConditionFault("too many brackets", "Split the rule")
        node = self.either()
        if not self.take(")"):
            raise ConditionFault("a bracket is open", "Close it with )")
        self._depth -= 1
        return [node]

    def comparisons(self, fact: str) -> list[Node]:
        """What is said of one fact; a range ``1..2`` is two comparisons."""
        if self.take("known"):
            return [{"fact": fact, "exists": True}]
        if self.take("unknown"):
            return [{"fact": fact, "exists": False}]
        if self.take("mentions"):
            self.take(":")
            return [{"fact": fact, "mentions_any": self._values()}]
        if self.take("!=", "<>"):
            raise ConditionFault("there is no 'is not'", "Name the values that are meant: a | b")
        sign = self.take(*_SIGNS)
        if sign:
            return [{"fact": fact, _SIGNS[sign]: self._one()}]
        self.take("=")
        first = self._one()
        if self.take(".."):
            return [{"fact": fact, "gte": first}, {"fact": fact, "lte": self._one()}]
        return [{"fact": fact, **_meant(fact, [first, *self._more()])}]

    def _values(self) -> list[Any]:
        return [self._one(), *self._more()]

    def _more(self) -> list[Any]:
        more = []
        while self.take("|"):
            more.append(self._one())
        return more

    def _one(self) -> Any:  # noqa: ANN401 -- a number, truth or a name
        word = self._word("a value")
        if word.lower() in ("true", "false"):
            return word.lower() == "true"
        if word[-1].isdigit() and word.lstrip("-")[0].isdigit():
            return float(word) if "." in word else int(word)
        return word.lower()  # no name of ours has capitals

    def _word(self, what: str) -> str:
        token = self._next
        if not token:
            raise ConditionFault(f"{what} is missing at the end")
        if not (token[0].isalnum() or token[0] in "-_") or token.lower() in ("and", "or"):
            raise ConditionFault(f"{token!r} stands where {what} is expected")
        self._place += 1
        return token


def _meant(fact: str, values: list[Any]) -> Node:
    """What plain values say, which depends on the fact: words of a text, or its only values."""
    spec = VOCABULARY.get(fact)
    if spec is not None and spec.kind == "terms":
        return {"mentions_any": values}
    return {"equals": values[0]} if len(values) == 1 else {"one_of": values}


def _tokens(text: str) -> list[str]:
    text = text.translate(_OTHER_SIGNS)
    if len(text) > _MOST_CHARACTERS:
        raise ConditionFault(f"the cell has {len(text):,} characters", "Split the rule")
    tokens = []
    place = _end_of(_SPACE, text, 0)
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            rest = text[place : place + 20].split()[0]
            raise ConditionFault(f"{rest!r} cannot be read")
        tokens.append(found[0])
        place = _end_of(_SPACE, text, found.end())
    return tokens


def _end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
