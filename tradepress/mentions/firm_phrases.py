"""Finds law firms by the words around them: "partner at X", "X & Y LLP", "represented by X & Y"."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tradepress.mentions.firms import firm_names
from tradepress.mentions.known_names import LEGAL_FORM, FoundName, firm_named
from tradepress.mentions.no_names import no_names
from tradepress.mentions.spot import Spot

CAPITAL = r"[A-ZÀ-Þ](?:[\w'-]*\w)?\.?"
NAME_WORD = re.compile(CAPITAL)
NAME_GLUE = re.compile(r",? (?:&|\+|and|y|de|van|von|e) (?=[A-ZÀ-Þ])|, (?=[A-ZÀ-Þ])| ")
ROLE = (
    r"(?:(?:partners?|associates?|counsel|shareholders?|principals?|attorneys?(?:[- ]at[- ]law)?"
    r"|lawyers?|solicitors?|barristers?|litigators?)(?: and [\w ]{3,20})?,? (?:at|with|of|from|in)"
    r"|(?:head|chair|co-chair|founder|director|member|specialist|agent)s?(?: [\w ]{3,40}?)? at)"
)
AT_FIRM = re.compile(
    r"(?:partners?|associates?|solicitors?|shareholders?|[Oo]f counsel)"
    r"(?:(?: (?:in|of) (?:the|its) [\w' -]{3,40}?)? (?:at|with)(?: the)?"
    r"|,? (?:in|at) (?:the|its) [\w' -]{3,40}? of) (?=[A-ZÀ-Þ])"
    r"|(?<=, )partner, (?=[A-ZÀ-Þ])|(?<=, senior )partner, (?=[A-ZÀ-Þ])"
)
FIRM_BEFORE = re.compile(r"(?:firm|boutique)s?,? (?=[A-ZÀ-Þ])")
OF_LAW = re.compile(
    r"\b(?:[Ll]aw|IP|[Ii]ntellectual [Pp]roperty|[Tt]rade ?mark|[Pp]atent|[Ll]egal|[Bb]outique"
    r"|[Aa]ttorney) (?:law )?$"
)
BEFORE_PAIR = re.compile(
    rf"(?:\b(?:represented|advised|instructed|assisted|defended|led|acted) by |\bjoin(?:s|ed|ing) "
    rf"|\b{ROLE} |\bfirms? |(?P<person>\b{CAPITAL} {CAPITAL},? (?:of|at|from) ))(?:the )?$"
)
NO_PERSON_OF = re.compile(
    r"(?:Associations?|Schools?|Journals?|Cent(?:er|re)|Institutes?|Museums?|Departments?|Colleges?"
    r"|Universit(?:y|ies)|Boards?|Council|Ministry|Society|Office|House|Director) (?:of|at|from) $"
)
LAST_BEFORE_PAIR = (
    *("by ", "joins ", "joined ", "joining ", "join ", "at ", "of ", "with ", "from ", "in "),
    *("firm ", "firms ", "the "),
)
ACTED = re.compile(
    r" (?:act(?:s|ed|ing)|is acting|advise[sd]|represent(?:s|ed)|hire[sd]|appoint(?:s|ed)"
    r"|recruit(?:s|ed)|promote[sd]|partner|attorney|associate|lawyer"
    r"|has (?:hired|opened|appointed|added|promoted))\b"
)
NOUN_BEFORE = re.compile(r"(?:\ba|\ban|,|senior|managing|founding|equity|former|trademark) $")
"""Matches what stands before "partner with", which else is a verb."""
NO_FIRM = re.compile(
    r"\b(?:University|College|School|Hospital|Institute|Museum|Church|Bank|Online|Fitness|Storage"
    r"|Consulting|Capital|Ventures|Accountants?|Architects?|Marketing|Dental|Realty|Resort|CPAs?)\b"
)
STOP = re.compile(r"\w{3}\.$")
SAID = re.compile(
    r"(?:'s)?,? (?:said|says|told|explains?|explained|argued?|comment(?:s|ed)|represent)"
)
SAYS = re.compile(rf"\b(?:said|says) {CAPITAL} (?:{CAPITAL} )+(?:of|at|with) $")
SMALL_CONTEXT = 60
OF_LAWYERS = re.compile(
    r"[Ll]aw [Ff]irm|[Aa]ttorney|[Ll]awyer|[Ss]olicitor|[Cc]ounsel\b|[Ll]itigat|\bLLP\b|[Ll]awsuit"
    r"|who represented|[Rr]epresented by|[Rr]eprésenté|[Aa]dvo[ck]at|[Aa]vocat|[Aa]bogad"
    r"|[Aa]nw[aä]lt|\bKanzlei"
)
"""Matches what stands around the name of a law firm that is told by no word of its own; there are
brokers, architects and dentists, too."""
OF_IP = re.compile(
    r"[Tt]rade ?[Mm]ark|[Pp]atent\b|\bIP\b|[Ii]ntellectual [Pp]roperty|[Cc]ounterfeit|[Ii]nfring"
    r"|[Dd]omain [Nn]ame|[Pp]assing off"
)
OF_LAW_ITSELF = re.compile(
    r"Law |\bL\.?L\.?P\b|Abogados|Advo[ck]at|Avocats|Solicitors|[Aa]nwälte|Attorneys"
)
NEAR, FAR = 600, 2000
POSSESSIVE = re.compile(r"\b(?:Their|Its|Your|Our|His|Her)\b")


def is_firm_here(text: str, found: FoundName) -> bool:
    """Tells whether a known name of a firm is one at this place, and no surname or company."""
    form, before = found.name.form, text[max(0, found.start - SMALL_CONTEXT) : found.start]
    if text[found.end : found.end + 3] in (" & ", " + "):
        return False
    if "&" not in form and not _is_of_lawyers(text, found.start, found.end, FAR):
        return False
    if " " in form and form not in ("Field Fisher", "Paul Hastings", "Howard Kennedy"):
        return not before.endswith(("& ", "- "))
    follows = text[found.end : found.end + 2]
    if LEGAL_FORM.match(text, found.end):
        return True
    if len(follows) == 2 and follows[0] == " " and follows[1].isupper():
        return False
    if ACTED.match(text, found.end):
        return True
    if form in firm_names().surnames or len(form) < 5 or " " in form:
        return bool(
            _leads_to_firm(before)
            or OF_LAW.search(re.sub(r"(?:firms?|boutiques?),? $", "", before))
        )
    return not NAME_WORD.fullmatch(before.rstrip().rpartition(" ")[2]) or before.endswith(", ")


def firms_by_phrase(text: str, signs: Iterable[int]) -> Iterator[Spot]:
    """Yields spots of firms in a text of plain spelling, whether known or not.

    :param signs: where in it a sign begins, see :func:`tradepress.mentions.firms.firm_signs`
    """
    for at in signs:
        found = AT_FIRM.match(text, at)
        if found and found[0] == "partner, " and not _speaks_of_lawyers(text, at, at, FAR):
            continue
        if found and (" with " not in found[0] or NOUN_BEFORE.search(text[max(0, at - 12) : at])):
            yield from _spot(text, found.end(), _name_from(text, found.end())[0])
        elif found := FIRM_BEFORE.match(text, at):
            if OF_LAW.search(text[max(0, at - SMALL_CONTEXT) : at]):
                yield from _spot(text, found.end(), _name_from(text, found.end())[0])
        elif found := _last_word().match(text, at):
            start = _start_of_name(text, at - (text[at - 1 : at] == ","))
            yield from _spot(text, start, found.end())
        elif text.startswith(" & ", at):
            yield from _pair(text, at, at + 3)


@cache
def _last_word() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(firm_names().endings)})(?: mbB)?(?![\w&])")


def _leads_to_firm(before: str) -> re.Match[str] | None:
    """Matches words behind which the name of a firm is to be expected."""
    if not before.endswith(LAST_BEFORE_PAIR) or NO_PERSON_OF.search(before):
        return None
    return BEFORE_PAIR.search(before)


def _pair(text: str, left: int, right: int) -> Iterator[Spot]:
    """Yields a firm of two or more names, the last of them joined by an ampersand."""
    start = _start_of_name(text, left)
    end, _ = _name_from(text, start)
    if start == left or end <= right:
        return
    before = text[max(0, start - SMALL_CONTEXT) : start]
    is_said_of = before.endswith((" of ", " at ", " with ")) and (
        SAID.match(text, end) or SAYS.search(before)
    )
    lead = None if is_said_of else _leads_to_firm(before)
    if is_said_of or (lead and (not lead["person"] or _speaks_of_lawyers(text, start, end))):
        yield from _spot(text, start, end)


def _spot(text: str, start: int, end: int) -> Iterator[Spot]:
    end -= len("'s") * text.endswith("'s", start, end)
    owner, genitive, _ = text[start:end].partition("'s ")
    start += len(owner + genitive) if genitive and " " not in owner else 0
    printed = text[start:end]
    if printed.startswith(tuple(" ,&")) or _last_word().fullmatch(printed):
        return
    if printed.startswith(firm_names().companies) or printed.split(" ")[0] in no_names().firm:
        return
    if NO_FIRM.search(printed) or POSSESSIVE.search(printed):
        return
    legal_form = LEGAL_FORM.match(text, end)
    name = LEGAL_FORM.sub("", printed)
    far = NEAR if name == printed and not legal_form else FAR
    if len(name) < 3 or not _is_of_lawyers(text, start, end, far):
        return
    value = firm_named(name) or name
    yield Spot(start=start, end=legal_form.end() if legal_form else end, kind="firm", value=value)


def _is_of_lawyers(text: str, start: int, end: int, far: int) -> bool:
    """Tells whether a firm is one of lawyers: by its own words, else by those around it."""
    if OF_LAW_ITSELF.search(text, start, end):
        return not re.match(r" [A-Z]", text[end : end + 2])
    return len(text) < NEAR or _speaks_of_lawyers(text, start, end, far)


def _speaks_of_lawyers(text: str, start: int, end: int, far: int = NEAR) -> bool:
    """Tells whether lawyers are named around a place, or farther off what they do in this trade."""
    return any(
        sign.search(text, max(0, start - length), start) or sign.search(text, end, end + length)
        for sign, length in ((OF_LAWYERS, far), (OF_IP, FAR))
    )


def _name_from(text: str, start: int) -> tuple[int, list[str]]:
    """Returns (end, words) of the name that begins at ``start``, at most eight words of it."""
    words: list[str] = []
    end, at = start, start
    while len(words) < 8:
        word = NAME_WORD.match(text, at)
        if word is None or (not words and word[0] in no_names().firm):
            break
        last = word.end()
        if word[0].endswith(".") and len(word[0]) > 3:
            last -= 1
        words.append(word[0])
        end = last
        if last < word.end():
            break
        glue = NAME_GLUE.match(text, end)
        if glue is None:
            break
        if glue[0] == ", " and not re.match(
            r"[A-ZÀ-Þ][\w'-]+(?:, [A-ZÀ-Þ][\w'-]+){0,4},? & ", text[glue.end() : glue.end() + 80]
        ):
            break
        if glue[0] == " and " and not _is_pair(text, glue.end()):
            break
        if glue[0].strip(" ,") in ("&", "+"):
            words.append("&")
        at = glue.end()
    return end, words


def _is_pair(text: str, start: int) -> bool:
    """Tells whether what stands behind "and" ends the name of a firm, and is no other person."""
    return bool(
        re.match(r"[A-ZÀ-Þ][\w'-]+(?:,? (?:LLP|said|says|told)|[,.;)]|$)", text[start : start + 40])
    )


def _start_of_name(text: str, end: int) -> int:
    """Finds where the name begins that ends at ``end``."""
    start = end
    for _ in range(6):
        before = text[max(0, start - 40) : start]
        word = re.search(
            r"(?:^|(?<=[\s(\"'‘“]))([A-ZÀ-Þ](?:[\w'-]*\w)?\.?),?(?: (?:&|and|\+))? ?\Z", before
        )
        if (
            word is None
            or word[1] in no_names().firm
            or word[1].endswith("'s")
            or STOP.search(word[1])
        ):
            break
        start -= len(before) - word.start(1)
    return start
