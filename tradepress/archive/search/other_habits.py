"""Knows what people type by habit of other search systems, and how it is written here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Taken = Literal["refused", "told", "meant"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """Is something that has a meaning in another system."""

    taken: Taken
    """Says what becomes of it: it is refused, for it can mean nothing here; it is searched for as
    it stands, and that is told, for texts have it, too; or it means here what it means there."""
    of: str
    """Names the systems."""
    typed: str
    """Is an example."""
    sign: str
    """Is a pattern of what has the meaning, apart from the words beside it."""
    answer: str
    """Says how it is written here, with ``{before}`` and ``{after}`` for the words beside it,
    ``{pairs}`` for those of the phrase, each near the next, and the groups of the pattern."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Is a habit in what somebody typed."""

    habit: Habit
    shown: str
    place: int
    """Is counted from 0."""
    answer: str

    def __str__(self) -> str:
        where = f"{self.shown} (character {self.place + 1})"
        if self.habit.taken == "told":
            return f"{where} stands for itself; for what it is in {self.habit.of}, {self.answer}"
        is_word = self.habit not in IN_A_PHRASE and self.shown[0].isalpha()
        itself = f'; the word itself is "{self.shown}"' if is_word else ""
        return f"{where} is a sign of {self.habit.of}: {self.answer}{itself}"


def _alone(pattern: str) -> str:
    return rf"(?<![^\s()])(?:{pattern})(?=[\s()]|$)"


def _between(pattern: str) -> str:
    return rf"(?<=\s)(?:{pattern})(?=\s+[^\s)])"


def _named(names: str, own: str = "") -> str:
    """Makes a pattern of names that belong to what follows: ``ti:``, ``TI=``, ``TITLE(``.

    :param own: names that a colon may follow here, too
    """
    joined = r"(?:=(?=[^\s=)])|(?=\((?!e?s\))))"  # headline(s) is a word
    own = rf"|(?i:{own}){joined}" if own else ""
    return rf"(?<![^\s(-])(?<![^\s(]-)(?:(?i:{names})(?::(?=[^\s):])|{joined}){own})"


LAW, GOOGLE, LUCENE = "Lexis and Westlaw", "Google", "Lucene"
CATALOGUE, FIELDS = "library catalogues", "Lexis, Westlaw and library catalogues"
_LETTER, _END = r"[^\W\d_]", r"(?=[\s)]|$)"
_DAYS = "days are chosen by the filters since and until, beside the words"
_ANYWHERE = "which is looked for in all fields"

_REFUSED = (
    (LAW, "lantern!", rf"(?<=[^\W_])!+{_END}", "write {before}*"),
    (
        *(LAW, "court /s mark", _alone(r"(?i:(?:w|pre|near)?/(?:s|sent|seg)|\+s)")),
        "write {before} NEAR/25 {after}",
    ),
    (
        *(LAW, "court /p mark", _alone(r"(?i:(?:w|pre|near)?/(?:p|para)|\+p)")),
        "write {before} NEAR/75 {after}",
    ),
    (
        *(FIELDS, "court w/5 mark"),
        _alone(r"(?!NEAR/)(?i:(?:w|n|near|within)?/n?(?P<n>[0-9]{1,3})|near(?P<m>[0-9]{1,3}))"),
        "write {before} NEAR/{n} {after}",
    ),
    (
        *(FIELDS, "court pre/3 mark"),
        _alone(r"(?i:(?:pre|p|onear|next|adj)/(?P<n>[0-9]{1,3})|adj(?P<m>[0-9]{1,2}))|ADJ"),
        "write {before} NEAR/{n} {after}, in either order",
    ),
    (
        *(GOOGLE, "lamp AROUND(5) oil"),
        rf"(?<![^\s)])(?i:around)\((?P<n>[0-9]{{1,3}})\){_END}",
        "write {before} NEAR/{n} {after}",
    ),
    (GOOGLE, "lamp * oil", _between(r"\*+"), "write {before} NEAR/5 {after}"),
    (LUCENE, '"lamp oil"~5', r"(?<=[\"“”„])~(?P<n>[0-9]{1,3})(?![0-9])", "write {pairs}"),
    (
        *(
            "Lexis",
            "atleast3(lamp)",
            r"(?<![^\s(-])(?<![^\s(]-)(?i:atleast|atl)/?[0-9]+(?=\s*[(\w])",
        ),
        "write {after}: how often a word stands there can't be asked",
    ),
    (
        *("Lexis", "ALLCAPS(lamp)", _named("allcaps|caps|nocaps|singular|plural")),
        "write {after}: capitals don't count, and a word is no other form of it",
    ),
    (
        *(FIELDS, "HEADLINE(lamp oil)"),
        _named("hlead|hl|title|ti|intitle|allintitle|ttl", own="headline"),
        "write headline:{after}",
    ),
    (
        *(FIELDS, "text(lamp)", _named("text|te|tx|ft|fulltext|intext|allintext", own="body")),
        "write body:{after}",
    ),
    (
        *(CATALOGUE, "ab(lamp)", _named("summary|abstract|abs?|lead", own="description")),
        "write description:{after}",
    ),
    (FIELDS, "BYLINE(holm)", _named("by|byline|au|auth", own="author"), "write author:{after}"),
    (
        *(GOOGLE, "site:paper.example"),
        _named("site|inurl|allinurl|publication|pub|so|jn", own="source"),
        "a paper is chosen by the filter source, beside the words",
    ),
    (
        *(FIELDS, "date:2015"),
        _named("date|da|dt|yr|py|pd|year|pubdate|before|after|daterange", own="since|until"),
        _DAYS,
    ),
    (
        *(GOOGLE, "2015..2018"),
        rf"(?<![^\s(])[0-9]{{1,4}}\.\.+[0-9]{{1,4}}{_END}|\[[^\s\]]{{1,20}} TO [^\s\]]{{1,20}}\]",
        _DAYS,
    ),
    (
        *(FIELDS, "LANGUAGE(german)", _named("lang|la|lng", own="language")),
        "a language is chosen by the filter language, beside the words",
    ),
    (
        *(LAW, "COURT(general)"),
        _named("judges?|counsel|parties|docket", own="court|office|case|firm|number"),
        "courts, offices, cases, firms and numbers are chosen by filters, beside the words",
    ),
    (
        *(FIELDS, "SU(lamp)", _named("su|subjects?|kw|keywords?|de|mh|terms?")),
        "write {after}: no list of subjects is kept",
    ),
    (
        *("Scopus", "TITLE-ABS-KEY(lamp)", _named("title-abs-key|title-abs|key|tiab|ts|all|any")),
        f"write {{after}}, {_ANYWHERE}",
    ),
    (
        *(GOOGLE, "filetype:pdf", _named("filetype|ext|related|cache|link|inanchor|info|define")),
        "leave it out, nothing of the kind can be asked",
    ),
    (
        *("PubMed and Ovid", "lamp[ti]", rf"(?<=\S)(?:\[(?i:ti|title)\]|\.ti\.{_END})"),
        "write headline:{before}",
    ),
    (
        *("PubMed and Ovid", "lamp.mp."),
        rf"(?<=\S)(?:\[(?i:tiab|title/abstract|tw|mh|all)\]|\.(?:ti,ab|ab|tw|mp|kw)\.{_END})",
        f"write {{before}}, {_ANYWHERE}",
    ),
    (LAW, "domain BUT NOT panel", _between(r"BUT\s+NOT|ANDNOT"), "write {before} NOT {after}"),
    # 50 % is a number.
    ("Westlaw", "domain % panel", _between(r"(?<!\d\s)%"), "write {before} NOT {after}"),
    (LUCENE, "!panel", r"(?<![^\s(])!(?=[\w\"“„(])", "write -{after}"),
    (
        *(GOOGLE, "+lamp", rf"(?<![^\s(])\+(?={_LETTER}|[\"“„(])"),
        "write {after}: all words are wanted, as they stand",
    ),
    (
        *(CATALOGUE, "wom?n", r"(?<![^\s(:-])(?P<word>[^\W_]+)\?[\w?]*\w\??(?=[\s)*]|$)"),
        "write {word}*, or each spelling, as in (woman OR women)",
    ),
    (
        *(CATALOGUE, "wom#n", rf"(?<!{_LETTER})(?P<word>{_LETTER}{{3,}})#{_LETTER}*{_END}"),
        "write {word}*, or each spelling, as in (woman OR women)",
    ),
    # US$ is a word.
    (CATALOGUE, "lamp$", rf"(?<={_LETTER}{{4}})(?:\$[0-9]?|%){_END}", "write {before}*"),
    (
        *(LUCENE, "lamp~2", rf"(?<=[^\W_])~[0-9.]*{_END}"),
        "write {before}: other spellings can't be asked",
    ),
    (
        *(GOOGLE, "~lamp", rf"(?<![^\s(-])~(?={_LETTER})"),
        "write {after}: the switch variants knows some other names",
    ),
    (
        *(LUCENE, "lamp^3", rf"(?:(?<={_LETTER}{{3}})|(?<=[\"“”)]))\^[0-9.]+"),
        "write {before}: no word counts more than another",
    ),
)
_TOLD = (
    (
        *(LAW, "domain not panel", _between(r"(?!AND|OR|NOT)(?i:and|or|not)")),
        "write {before} {sign} {after}",
    ),
    (CATALOGUE, "lamp near oil", _between(r"(?!NEAR)(?i:near)"), "write {before} NEAR/5 {after}"),
    (
        *("Westlaw", "court +3 mark", _between(r"\+(?P<n>[0-9]{1,2})")),
        "write {before} NEAR/{n} {after}, in either order",
    ),
    (
        *("EBSCO", "court N5 mark", _between("[NW](?P<n>[0-9]{1,2})")),
        "write {before} NEAR/{n} {after}",
    ),
    ("Factiva", "lamp SAME oil", _between("SAME|WITH"), "write {before} NEAR/75 {after}"),
    (GOOGLE, "lamp | oil", r"\|+", "write {before} OR {after}"),
    ("EBSCO", "TI lamp", r"(?:^|(?<=\())TI(?=\s+[^\s)])", "write headline:{after}"),
    ("EBSCO", "AU holm", r"(?:^|(?<=\())AU(?=\s+[^\s)])", "write author:{after}"),
    (CATALOGUE, "lamp?", rf"(?<=[^\W_])\?+{_END}", "write {before}*"),
    (
        *("Embase", "'lamp oil'"),
        r"(?<![^\s(])(?:['‘](?P<word>[^\s'’\"]{1,50}\s[^'’\"]{0,99})['’]|«(?P<other>[^«»]{1,50}\s[^«»]{0,99})»)"
        + _END,
        'write "{word}"',
    ),
)
_MEANT = (
    (LAW, "lamp AND oil", "AND", "lamp oil"),
    (LAW, "lamp & oil", "&", "lamp oil"),
    (LUCENE, "lamp && oil", "&&", "lamp oil"),
    (LAW, "lamp AND NOT oil", "AND NOT", "lamp -oil"),
    (CATALOGUE, "ｌａｍｐ ＡＮＤ ｏｉｌ", "ＡＮＤ", "ｌａｍｐ ｏｉｌ"),
)
_REFUSED_IN_A_PHRASE = (
    (FIELDS, '"trade mark*"', r"(?<=[^\W_])\*+$", 'write "{phrase}"*'),
    (GOOGLE, '"trade * law"', r"\*+(?=\s)", "write {pairs}"),
)


def _habits(taken: Taken, rows: Sequence[tuple[str, str, str, str]]) -> tuple[Habit, ...]:
    return tuple(
        Habit(taken=taken, of=of, typed=typed, sign=sign, answer=answer)
        for of, typed, sign, answer in rows
    )


HABITS = (*_habits("refused", _REFUSED), *_habits("told", _TOLD), *_habits("meant", _MEANT))
IN_A_PHRASE = _habits("refused", _REFUSED_IN_A_PHRASE)
"""Holds what is no word within quotation marks either, where all else stands for itself."""

_OPERAND = r'(?:\w+:)?(?:["“„][^"“”„]*["“”„]?|\([^()]*\)|[^\s()"“”„|]+)'
_BEFORE, _AFTER = re.compile(rf"{_OPERAND}\s*$"), re.compile(rf"\s*(-?{_OPERAND})")
_BESIDE = 200
"""Limits the signs beside a habit that are looked at."""


def find_habits(text: str, phrases: Sequence[tuple[int, int]]) -> Iterator[Seen]:
    """Yields the habits in what somebody typed that mean something else here, or nothing.

    :param phrases: where what stands between quotation marks begins and ends
    """
    for habit in HABITS:
        for sign in re.finditer(habit.sign, text) if habit.taken != "meant" else ():
            if not any(start <= sign.start() < end for start, end in phrases):
                yield _seen(habit, sign, None)
    for habit in IN_A_PHRASE:
        for start, end in phrases:
            if within := re.compile(habit.sign).search(text, start, end):
                yield _seen(habit, within, text[start:end])


def _seen(habit: Habit, sign: re.Match[str], phrase: str | None) -> Seen:
    left = sign.string[max(0, sign.start() - _BESIDE) : sign.start()]
    right = sign.string[sign.end() : sign.end() + _BESIDE]
    before, after = _BEFORE.search(left), _AFTER.match(right)
    groups = {name: value for name, value in sign.groupdict().items() if value is not None}
    number = int(groups.get("n") or groups.get("m") or "0")
    words = (before[0] if phrase is None and before else phrase or "").strip('"“”„ ').split()
    near = [word for word in words if word.strip("*")]
    pairs = [f"{one} NEAR/{number or 1} {other}" for one, other in pairwise(near)]
    answer = habit.answer.format(
        before=before[0].strip() if before else "lamp",
        after=after[1] if after else "oil",
        pairs=" AND ".join(pairs) or "lamp NEAR/5 oil",
        phrase=(phrase or "").rstrip("* "),
        sign=sign[0].upper(),
        word=groups.get("word") or groups.get("other") or "",
        n=number,
    )
    begin = re.search(r'[^\s()"“”„]*$', left)
    rest = re.match(r'[^\s()"“”„]*', right)
    shown = (begin[0] if begin else "") + sign[0] + (rest[0] if rest else "")
    place = sign.start() - len(begin[0] if begin else "")
    return Seen(habit=habit, shown=shown, place=place, answer=answer)
