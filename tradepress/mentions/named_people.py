"""Finds people whom a text names with what they have to do with a case: judges, counsel, partners.

Names in a text are personal data: this is no part of the finders that every text goes through; it
runs only where the operator asks for it.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from tradepress.mentions.known_names import firm_named, plain_spelling
from tradepress.mentions.no_names import no_names
from tradepress.mentions.place_names import places
from tradepress.mentions.spot import Spot, longest

NAME_PART = (
    r"(?:(?:Mc|O')[A-Z]\w+|[A-ZÀ-ÞŠŽŁČĆŚŹŻ][a-zß-ÿščćžłńśźżąęěřů]+(?:[-'][A-ZÀ-Þ]?\w+){0,3}"
    r"|[A-Z]\.|[A-Z](?= [A-ZÀ-Þ]))"
)
PARTICLE = (
    r"(?:van der|van den|van de|van|von der|von|de la|de los|de|del|da|dos|di|le|la|bin|al|ter)"
)
NAME = rf"(?<!\w){NAME_PART}(?: (?:{PARTICLE} )?{NAME_PART}){{0,3}}"
FULL_NAME = rf"(?<!\w){NAME_PART}(?: (?:{PARTICLE} )?{NAME_PART}){{1,3}}"
FULL_NAMES = rf"{FULL_NAME}(?:(?:, {FULL_NAME}){{0,6}},? and {FULL_NAME})?"
ROLE = (
    r"(?:(?:managing|senior|founding|named?|lead|chief|head|general|deputy|associate|vice|of|global"
    r"|IP|intellectual property|trademarks?|trade mark|brands?|brand protection|legal|patent|the|a"
    r"|an|its|in-house|former|acting|executive|US|UK|EU|European|then|who is|who was) ){0,6}"
    r"(?:partner|associate|counsel|attorney|attorney-at-law|lawyer|solicitor|barrister|shareholder"
    r"|principal|president|vice[- ]president|director|head|chief|chair|chairman|chairwoman|founder"
    r"|co-founder|professor|judge|executive|officer|spokes(?:man|woman|person)|commissioner|manager"
    r"|panellist|panelist|examiner|registrar|advocate general|consultant|CEO"
    r"|analyst)s?\b"
)
TITLE = (
    r"(?:(?:[Cc]hief |[Dd]istrict |[Mm]agistrate |[Cc]ircuit |[Aa]ssociate |[Pp]residing ){0,3}"
    r"(?:Judges?|Justices?|Magistrates?)(?: of [A-Z]\w+)?|Lord Justice|Lady Justice"
    r"|M(?:r|rs|s) Justice|Advocate[- ]General|HHJ|His Honour Judge|Her Honour Judge"
    r"|Hearing [Oo]fficer|Sir|Dame|Lord|Lady|[Pp]anell?ists?|Recorder|Senator"
    r"|[Cc]ommissioner(?: for (?:Trademarks|Patents))?"
    r"|[Ss]pokes(?:man|woman|person)|[Pp]rofessor|Prof\.?|Dr\.?|Mr\.?|Mrs\.?|Ms\.?)"
)
SAID = (
    r"(?:said|says|told|tells|explain(?:ed|s)|add(?:ed|s)|argue[ds]|comment(?:ed|s)|note[ds]|agree[ds]"
    r"|warn(?:ed|s)|wrote|writes|believes|ask(?:ed|s)|conclude[ds]|declined|recall(?:ed|s)|predicts"
    r"|point(?:ed|s) out|represent(?:ed|s)|testified|suggest(?:ed|s))"
)
BY_TITLE = rf"\b{TITLE} (?P<name>{NAME})"
BY_ROLE_BEHIND = rf"(?P<name>{FULL_NAME}),? (?:(?:who )?(?:is|was) )?{ROLE}"
BY_ROLE_OF = (
    rf"\b(?:partner|counsel|attorney|lawyer|head|director|chief executive|CEO) (?:of|at|with|for)"
    rf" (?:the )?[A-Z][\w&' .-]{{1,40}}?, (?P<name>{FULL_NAME})(?=[,.])"
)
BY_SAID = (
    rf"\b{SAID},? (?P<name>{FULL_NAME})(?=[,.;\n]|$| (?:of|at|from)\b)"
    rf"|(?P<other>{FULL_NAME}) {SAID}\b"
)
OF_FIRM = (
    rf"(?P<name>{FULL_NAME}) (?:of|at|from) (?=[A-Z][\w'-]+(?:,? (?:& )?[A-Z][\w'-]+){{0,6}}"
    r"(?: LLP|,? & [A-Z]| [A-Z]\w+,? (?:said|says|told)))"
)
OF_RANK = rf"(?P<name>{NAME}) (?:QC|KC|SC|LJ|J|JJ|CJ|MR|DJ)\b(?!\.)"
ACCORDING = rf"\b[Aa]ccording to (?P<name>{FULL_NAME})(?=[,.;]|$)"
PARTY = (
    r"(?:the )?(?:claimant|defendant|plaintiff|applicant|appellant|respondent|opponent|complainant"
    r"|registrar|petitioner)s?"
)
WHO = (
    rf"(?P<name>{FULL_NAME}),? (?:who (?:act(?:s|ed)|advis|appear|argued|chair|head|lead|led|is|was"
    r"|represent|runs|sat|sits|speaks|teach|wrote)"
    rf"|(?:for|appearing for|counsel for|acting for) {PARTY})"
)
REPRESENTED = (
    r"\b(?:represented|argued|heard|led|instructed|chaired|written|given) by "
    rf"(?P<names>{FULL_NAMES})"
)
OF_A_ROLE = rf"\b(?i:{ROLE}):?,? (?P<names>{FULL_NAMES})"
WITH_A_ROLE = (
    rf"(?P<names>{FULL_NAME}(?:, {FULL_NAME}){{0,6}},? and {FULL_NAME}),?"
    rf" (?:both |who are |are )?(?:{ROLE}|of\b|{SAID})"
)
BENCH = rf"\b(?:Judges|Justices|[Pp]anell?ists) (?P<names>{NAME}(?:, {NAME}){{0,6}},? and {NAME})"
IN_BRACKETS = rf"(?P<name>{FULL_NAME}) \((?=[A-Z][\w'-]+,? (?:& )?[A-Z][^()]*\))"
ROLE_COLON = rf"\b(?i:{ROLE}|panel|for {PARTY}): (?P<name>{FULL_NAME})"
TITLED = (BY_TITLE, BENCH, OF_RANK)
UNTITLED = (
    *(BY_ROLE_BEHIND, BY_ROLE_OF, BY_SAID, OF_FIRM, REPRESENTED, ACCORDING),
    *(WHO, OF_A_ROLE, WITH_A_ROLE, IN_BRACKETS, ROLE_COLON),
)


@cache
def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Compiles patterns at first use: it takes 30 ms, and few archives look for people."""
    return tuple(map(re.compile, patterns))


@cache
def _no_person() -> frozenset[str]:
    countries = {word for name, words in places().countries.items() for word in (name, *words)}
    states = {state for state in places().us_states if " " not in state}
    return no_names().person | countries | states


def find_people(text: str) -> Iterator[Spot]:
    """Yields spots of the kind person, in the order of the text; the value is the name as printed,
    with plain spelling. Titles are no part of it."""
    plain = plain_spelling(text)
    found: list[Spot] = []
    (one_name,) = _compiled(NAME)
    for patterns in (TITLED, UNTITLED):
        for match in chain.from_iterable(one.finditer(plain) for one in _compiled(*patterns)):
            for group in ("name", "names", "other"):
                if not match.groupdict().get(group):
                    continue
                for name in one_name.finditer(plain, *match.span(group)):
                    found += _spot(plain, *name.span(), is_titled=patterns is TITLED)
    yield from longest(found)


def _spot(text: str, start: int, end: int, *, is_titled: bool) -> list[Spot]:
    """Returns one spot, or none where the words are no name of a person."""
    words = text[start:end].split(" ")
    while words and (words[0] in _no_person()):
        start += len(words.pop(0)) + 1
    if end < len(text) and text[end - 1] == "." and len(words[-1]) > 2:
        end -= 1
    if text[start:end].endswith("'s"):
        end -= 2
    name = text[start:end]
    if text.startswith((" &", " LLP", " Ltd", " v "), end) or firm_named(name):
        return []
    has_other = any(word in _no_person() for word in words)
    if has_other or not words or (len(words) < 2 and not is_titled) or len(name) < 3:
        return []
    return [Spot(start=start, end=end, kind="person", value=name)]
