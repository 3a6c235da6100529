"""Reads what a person types into a search, as an expression: `tradepress docs query-language`."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal, TypeVar, cast

from tradepress.archive.errors import EmptyQuery, QueryError
from tradepress.archive.search.other_habits import Seen, find_habits
from tradepress.archive.searched_form import searched_form
from tradepress.archive.text_forms import storable
from tradepress.story import TextField

NameField = Literal["author", "section"]

MOST_TERMS = 64
"""Limits the words and phrases of a query."""
MOST_WORDS = 300
"""Limits words, those within phrases too: a phrase's cost grows with the square of its length.
Where each letter is a word, letters count."""
MOST_SHORT = 3
"""Limits words of one or two letters with a star: each is thousands of words."""
MOST_DEPTH = 30
"""Limits brackets within brackets."""
MOST_REMARKS = 3
FARTHEST = 1000
"""Limits the words between the two of a NEAR."""

TEXT_FIELDS: dict[str, TextField] = {
    "headline": "headline",
    "description": "description",
    "body": "body",
}
NAME_FIELDS: dict[str, NameField] = {"author": "author", "section": "section"}
"""Names the columns of names; the full text does not hold them."""
_FIELDS = (*TEXT_FIELDS, *NAME_FIELDS)
_FILTERS = (
    *("source", "language", "access", "court", "office", "case", "number", "firm"),
    *("since", "until"),
)
"""Lists what is asked beside the words."""
_WIDE = str.maketrans("（）：＊＂｜＆", '():*"|&')
"""Maps signs of full width, as they are typed beside Chinese and Japanese."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<operator>(?<![^\s()])(?:AND|OR|NOT|NEAR(?:/[^\s()]*)?)(?=[\s()]|$))
    | (?P<minus>-+)(?=[^\s)-])
    | (?P<open>\() | (?P<close>\))
    | (?P<field>(?i:headline|description|body|author|section)):(?=[^\s)])
    | ["“”„](?P<phrase>[^"“”„]*)["“”„]?(?P<star>\*?)
    | (?P<word>[^\s()]+ (?:\([^\s()]*\)[^\s()]*)*)  # also 43(a), 8(1)(b)
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Is a word, or several side by side as they stand."""

    text: str
    """Is what was typed, with one word or more; whatever stands between words means nothing."""
    is_prefix: bool = False
    """Tells whether the last word only begins so."""
    field: TextField | None = None
    """Is None if any field will do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """Asks for one of these and one of those in one text, in any order, not far from each other."""

    these: tuple[Words, ...]
    those: tuple[Words, ...]
    distance: int
    """Limits the words between them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """Asks for these in a passage that strangers may read; nobody types it, see
    :func:`tradepress.archive.search.public_words.for_strangers`."""

    words: "Expression"
    """Holds words, NEARs, or alternatives of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Asks for stories whose author's name, or whose section's, has these words side by side."""

    field: NameField
    text: str
    is_prefix: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AllOf:
    """Asks for two or more together, none of them an AllOf."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EitherOf:
    """Asks for one of two or more, none of them an EitherOf."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Not:
    part: "Expression"


Expression = Words | Near | Passage | Named | AllOf | EitherOf | Not
_Group = TypeVar("_Group", AllOf, EitherOf)


def parse_query(text: str) -> Expression:
    """Reads what a person typed.

    :raises EmptyQuery: it has nothing to search for
    :raises QueryError: it can't be read; says what is wrong, and where

    >>> parse_query("lamp -headline:oil")
    AllOf(parts=(Words(text='lamp', is_prefix=False, field=None), \
Not(part=Words(text='oil', is_prefix=False, field='headline'))))
    """
    seen = [one for one in _habits(text) if one.habit.taken == "refused"]
    if seen:
        raise QueryError(str(min(seen, key=lambda one: one.place)))
    tokens = list(_tokens(_typed(text)))
    if not any(token.kind == "words" for token in tokens):
        raise EmptyQuery(f"nothing to search for in {_shortened(text)}: give a word")
    terms = sum(token.kind == "words" for token in tokens)
    if terms > MOST_TERMS:
        raise QueryError(f"a query has {MOST_TERMS} words and phrases at most, this one {terms}")
    words = [_WORD.findall(searched_form(token.text)) for token in tokens if token.kind == "words"]
    prefixes = [_WORD.findall(token.text)[-1:] for token in tokens if token.is_prefix]
    short = [
        word for last in prefixes for word in last if len(word) < 3 and word == searched_form(word)
    ]
    if len(short) > MOST_SHORT:
        raise QueryError(
            f"a query has {MOST_SHORT} words at most that begin with one or two letters, and here "
            f"are {len(short)}: write more letters before the *, not {short[0]}*"
        )
    if sum(map(len, words)) > MOST_WORDS:
        raise QueryError(f"a query has {MOST_WORDS} words at most, with those of its phrases")
    return _Parser(tokens).whole()


def remarks(text: str) -> list[str]:
    """Returns what is to be told of a query that is not refused: signs that mean more in other
    systems, one line each, without a full stop.

    >>> remarks("lamp near oil")[0][-21:]
    'write lamp NEAR/5 oil'
    """
    seen = sorted(_habits(text), key=lambda one: one.place)
    is_refused = any(one.habit.taken == "refused" for one in seen)
    return [] if is_refused else [str(one) for one in seen[:MOST_REMARKS]]


def _typed(text: str) -> str:
    return storable(text).translate(_WIDE)


def _habits(text: str) -> Iterator[Seen]:
    text = _typed(text)
    phrases = [one.span("phrase") for one in _TOKEN.finditer(text) if one["phrase"] is not None]
    return find_habits(text, phrases) if any(map(is_word_sign, text)) else iter(())


def join(kind: type[_Group], parts: list[Expression]) -> Expression:
    """Joins parts into one expression; groups of the same kind in it become one.

    :param parts: one or more
    """
    flat: list[Expression] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else [part])
    return flat[0] if len(flat) == 1 else kind(parts=tuple(flat))


def inner_parts(expression: Expression) -> tuple[Expression, ...]:
    """Returns what stands right within an expression, from left to right."""
    match expression:
        case AllOf(parts=parts) | EitherOf(parts=parts):
            return parts
        case Near(these=these, those=those):
            return (*these, *those)
        case Not(part=part) | Passage(words=part):
            return (part,)
    return ()


def as_typed(expression: Expression) -> str:
    """Writes an expression as a person would type it; :func:`parse_query` reads the same of it.

    >>> as_typed(parse_query('headline:(lamp OR oil) NOT "bad faith"'))
    '(headline:lamp OR headline:oil) -"bad faith"'
    """
    match expression:
        case Words() | Named():
            text = re.sub('["“”„]', " ", expression.text)
            is_plain = text.isalpha() and not text.isupper()  # no operator, no habit
            field = f"{expression.field}:" if expression.field else ""
            return field + (text if is_plain else f'"{text}"') + "*" * expression.is_prefix
        case Near(these=these, those=those, distance=distance):
            bare = [[replace(words, field=None) for words in side] for side in (these, those)]
            sides = [as_typed(join(EitherOf, [*side])) for side in bare]
            one, other = (f"({side})" if " OR " in side else side for side in sides)
            near = f"{one} NEAR/{distance} {other}"
            return f"{these[0].field}:({near})" if these[0].field else near
        case Not(part=part):
            is_group = isinstance(part, AllOf | EitherOf)
            sign = "NOT " if isinstance(part, Not) else "-"
            return f"{sign}({as_typed(part)})" if is_group else sign + as_typed(part)
        case AllOf(parts=parts):
            typed = [(part, as_typed(part)) for part in parts]
            return " ".join(f"({one})" if isinstance(p, EitherOf) else one for p, one in typed)
    return " OR ".join(map(as_typed, inner_parts(expression)))


def is_word_sign(character: str) -> bool:
    """Tells what begins a word to FTS5's unicode61: a letter, a number, private use. Marks belong
    to the word before them."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


_Kind = Literal["words", "field", "minus", "open", "close", "OR", "AND", "NOT", "NEAR", "end"]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    kind: _Kind
    text: str
    place: int
    """Is counted from 0."""
    is_prefix: bool = False

    @property
    def where(self) -> str:
        return f"{self.text} (character {self.place + 1})"


def _tokens(text: str) -> Iterator[_Token]:
    """Yields the tokens that mean something: signs that stand alone are left out, with all of
    theirs.

    :raises QueryError: a field without its word, a name that is no field, a star in a word
    """
    belonging: list[_Token] = []  # a minus or field right before
    for match in _TOKEN.finditer(text):
        token = _token(match)
        if token is None:
            belonging.clear()
        elif token.kind in ("minus", "field"):
            belonging.append(token)
        else:
            yield from (*belonging, token)
            belonging.clear()
    yield _Token(kind="end", text="its end", place=len(text))


def _token(match: re.Match[str]) -> _Token | None:
    """Returns the token of a match; None if it means nothing."""
    kind, typed, place = match.lastgroup, match[0], match.start()
    if kind in ("minus", "open", "close"):
        return _Token(kind=cast(_Kind, kind), text=typed, place=place)
    if kind == "field":
        return _Token(kind="field", text=match["field"].lower(), place=place)
    operator = unicodedata.normalize("NFKC", typed)
    is_bare = place == 0 or re.fullmatch(r"[\s()]", match.string[place - 1])
    if kind == "operator" or (is_bare and operator in ("AND", "OR", "NOT")):
        return _operator(operator, place)
    words, star = match["phrase"], bool(match["star"])
    if words is None:
        _require_no_field(match)
        words = typed.rstrip("*")
        star = words != typed
        if "*" in words and any(map(is_word_sign, words)):
            where = f"{_shortened(typed)} (character {place + 1})"
            raise QueryError(f"the * in {where} does not end a word: write trade*")
    if not any(map(is_word_sign, words)):
        return None
    return _Token(kind="words", text=words, place=place, is_prefix=star)


def _operator(text: str, place: int) -> _Token:
    if text in ("AND", "OR", "NOT"):
        return _Token(kind=cast(_Kind, text), text=text, place=place)
    token = _Token(kind="NEAR", text=text, place=place)
    number = text.partition("/")[2]
    if not re.fullmatch(r"[0-9]{1,4}", number) or int(number) > FARTHEST:
        raise QueryError(
            f"{token.where} has no number of words, 0 to {FARTHEST}, behind it: write lamp NEAR/5 "
            'oil; the word itself is "NEAR"'
        )
    return token


def _require_no_field(match: re.Match[str]) -> None:
    """Refuses a word that begins with what looks like a field.

    :raises QueryError: a word begins with what looks like a field, and can't be one
    """
    name, colon, rest = match[0].partition(":")
    is_attached = bool(rest) or match.string[match.end() : match.end() + 1] in ("(", '"')
    if not colon or not name.isalpha():
        return
    where = f"{name}: (character {match.start() + 1})"
    lower = name.lower()
    itself = f'the word itself is "{name}"'
    if lower in _FIELDS:
        raise QueryError(f"{where} needs a word right behind it, {lower}:lamp; {itself}")
    if is_attached and lower in _FILTERS:
        raise QueryError(f"{where} is no field of the words but a filter beside them; {itself}")
    close = get_close_matches(lower, _FIELDS, n=1, cutoff=0.8)
    if close:
        raise QueryError(f"{where} is no field: did you mean {close[0]}:? {itself}")


class _Parser:
    """Parses a query, with one look at each token, from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def whole(self) -> Expression:
        found = self.any_of(None)
        if self.next.kind == "close":
            raise QueryError(f"the bracket {self.next.where} closes none that is open")
        return found

    def any_of(self, field: str | None) -> Expression:
        parts = [self.all_of(field)]
        while self.next.kind == "OR":
            self.take()
            parts.append(self.all_of(field))
        return join(EitherOf, parts)

    def all_of(self, field: str | None) -> Expression:
        parts = [self.one(field)]
        while self.next.kind not in ("OR", "close", "end"):
            if self.next.kind == "AND":
                self.take()
            parts.append(self.one(field))
        return join(AllOf, parts)

    def one(self, field: str | None) -> Expression:
        """Returns a word, phrase or bracket, with what stands before it, or two that are near."""
        if self.next.kind in ("minus", "NOT"):
            self.take()
            return Not(part=self.nested(self.one, field))
        these = self.operand(field)
        if self.next.kind != "NEAR":
            return these
        near = self.take()
        those = self.operand(field)
        if self.next.kind == "NEAR":
            raise QueryError(
                f"{self.next.where} follows another one: write a NEAR/3 b AND b NEAR/3 c"
            )
        sides = _near(these, near), _near(those, near)
        if len({words.field for side in sides for words in side}) > 1:
            raise QueryError(
                f"the two sides of {near.where} stand in two fields: write headline:(a NEAR/3 b)"
            )
        return Near(these=sides[0], those=sides[1], distance=int(near.text[5:]))

    def nested(self, parse: Callable[[str | None], Expression], field: str | None) -> Expression:
        """Parses what belongs to a sign that was read.

        :raises QueryError: too many within each other
        """
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise QueryError(f"more than {MOST_DEPTH} brackets within each other")
        found = parse(field)
        self.depth -= 1
        return found

    def operand(self, field: str | None) -> Expression:
        token = self.take()
        if token.kind == "words":
            return _words(token, field)
        if token.kind == "field":
            if field is not None:
                raise QueryError(f"{token.text}: (character {token.place + 1}) stands in {field}:")
            return self.nested(self.one, token.text)
        if token.kind == "open":
            return self.bracket(token, field)
        before = self.tokens[self.place - 2] if self.place > 1 else None
        is_last = token.kind in ("close", "end")
        if before and (is_last or before.kind not in ("words", "close", "open")):
            raise QueryError(f"nothing to search for follows {before.where}{_itself(before)}")
        raise QueryError(f"nothing to search for before {token.where}{_itself(token)}")

    def bracket(self, opening: _Token, field: str | None) -> Expression:
        found = self.nested(self.any_of, field)
        if self.take().kind != "close":
            raise QueryError(f"the bracket {opening.where} is never closed")
        return found


def _itself(token: _Token) -> str:
    return f'; the word itself is "{token.text}"' if token.text.isalpha() else ""


def _words(token: _Token, field: str | None) -> Words | Named:
    if field in NAME_FIELDS:
        return Named(field=NAME_FIELDS[field], text=token.text, is_prefix=token.is_prefix)
    return Words(
        text=token.text, is_prefix=token.is_prefix, field=TEXT_FIELDS[field] if field else None
    )


def _near(expression: Expression, near: _Token) -> tuple[Words, ...]:
    """Returns one side of a NEAR."""
    parts = expression.parts if isinstance(expression, EitherOf) else (expression,)
    words = tuple(part for part in parts if isinstance(part, Words))
    if len(words) < len(parts):
        raise QueryError(
            f"{near.where} stands between words, phrases, or brackets of them with OR, "
            "and between nothing else"
        )
    return words


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
