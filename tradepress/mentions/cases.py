"""Finds names of cases: "Matal v Tam", "In re Brunetti", "Ex parte Quill".

The normal form has ``v`` without a dot, straight quotes, no legal forms (Inc, Ltd, GmbH) and no
"et al", so that one case has one name however the paper prints it: "Tiffany v eBay".
"""

import re
from collections.abc import Iterator

from tradepress.mentions.known_names import plain_spelling
from tradepress.mentions.no_names import no_names
from tradepress.mentions.place_names import places
from tradepress.mentions.spot import Spot, longest

LONGEST = 110
"""Limits the characters of one party that are looked at."""

LEGAL = (
    r"(?:Inc|Incorporated|LLC|L\.L\.C|Ltd|Limited|LLP|LP|L\.P|[Pp]lc|PLC"
    r"|GmbH(?: & Co\.? (?:KGaA|KG|OHG))?|AG|KG|SE|S\.E|SAS|S\.A\.S|SARL|S\.A\.R\.L|S\.à\.? ?r\.l"
    r"|S\.r\.l|Srl|SRL|SpA|S\.p\.A|S\.A|SA(?: de CV)?|S\.A\. de C\.V|BV|B\.V|NV|N\.V|AB|A/S|ApS|AS"
    r"|Oyj|Oy|SLU|SL|S\.L|Kft|Sp\. z o\.o|Corporation|Corp|Company|Co|Pty|Pte|Pvt|Private|Sdn|Bhd"
    r"|KK|K\.K|PJSC|OOO|NA|N\.A)"
)
SHORTENED = (
    r"(?:[A-Z](?:\.[A-Z])+|[A-Z]|Inc|Ltd|Co|Corp|Bros|Cos|Mfg|Int'l|Ass'n|St|Dr|Jr|Sr|Nat'l|Indus"
    r"|Elecs|Prods?|Techs?|Assocs?|Ent|Dep't|Univ|Comm'n|Labs?|Ins|Sys|Grp|Hosp|Pharm|Mktg|Am|Pty"
    r"|Pvt|Pte|Broad|Chem|Found|Gen|Ind|Mach|Res|Serv|Servs|Distrib|Enters?|Props?|Mgmt|Holdgs?)\."
)
"""Matches what reporters shorten names of parties to; other words with a stop end a sentence."""
NAME = (
    r"(?:[A-ZÀ-Þ][\w'&+/!-]*(?:\.[A-Za-z][\w'-]*)*(?: \d{1,3}(?![\d.:/-]))?"
    r"|\d[\w'-]*[A-Z][\w'-]*|[a-z]{1,5}[A-Z0-9]\w*|[a-z]+\.[a-z][\w.]*\w)"
)
"""Matches a word with a capital, "3M", or a brand that begins small: eBay, easyGroup."""
PLACE = (
    r"\((?!(?:Pat|Ch|IPEC|QB|KB|Comm|TCC|Admin|CA|HL|TTAB|Fed|CJEU)\))"
    r"[A-Z][\w.]*(?: [A-Z][\w.]*){0,2}\)"
)
GLUE = (
    r"(?:&|\+|and|of(?: the)?|de(?: la| los)?|la|le|du|des|del|der|den|van(?: de[rn]?)?"
    r"|von(?: der)?|für|et|y|e|di|da|do|zum|zur|ten)"
)
OTHERS = r"(?:,? et al\.?|,? (?:and|&) (?:[Oo]thers|[Oo]rs|[Aa]nr|[Aa]nother)\b\.?)"
WORD = rf"(?:{LEGAL}\b\.?|{SHORTENED}|{NAME}|{PLACE})"
OTHER_CASE = r"(?!(?:[A-Z(][\w'.&()-]*,? ){1,6}(?:v|vs)\.? |[Ii]n re |Ex parte |the )"
"""Excludes what begins another case behind "and"."""


def _party(glue: str) -> str:
    patents = r"|(?<=Patents), (?=Designs)"
    return rf"{WORD}(?:(?:,? (?={LEGAL}\b)|,? (?={PLACE})| (?:{glue} )?{patents}){WORD})*"


VERSUS = re.compile(r" (?:(?:vs?|versus|-v-)\.?|c\.(?= [A-ZÀ-Þ])|\./\.) (?=[\w(\"'“‘])")
"""Matches what stands between two parties: in French papers also "c.", in German ones "./."."""
OF_THE_PARTY = re.compile(
    r"'s (?:(?:Trade ?Marks?|Patents?|Designs?) )?(?:Application|Petition)s?\b"
)
"""Matches what follows "Re" and a party, as the reports of Commonwealth courts title a case."""
IDENTIFIED = re.compile(
    r" Identified (?:on|in) (?:the )?(?:Attached )?(?:Schedule|Exhibit) [\"']?A\b[\"']?"
)
"""Matches what is said of defendants whose names are in a list that is sealed."""
ALONE = re.compile(
    r"(?:n(?<=\b[Ii]n) (?:[Rr]e:?|the [Mm]atter of)|x(?<=\b[Ee]x) [Pp]arte"
    r"|Re(?:(?<=\ARe)|(?<=[\"'(“\n]Re)|(?<=\b[Ii]n Re)|(?<=\b[Ss]ee Re)|(?<=\band Re)|(?<=, Re)))"
    r" (?:the )?(?=[A-Z0-9])"
)
"""Matches "In re" and "Ex parte" from their second letter: these are rarer than a border."""
BEFORE = re.compile(rf"(?:^|(?<=[\s\"'(“‘—–]))[\"'“‘]?{_party(GLUE)}{OTHERS}?[\"'”’]?$")
BEHIND = re.compile(
    r"[\"'“‘]?(?:[Tt]he )?"
    r"(?:(?:EUIPO|OHIM|OHMI|Office for Harmoni[sz]ation in the Internal Market)\b"
    rf"|{_party(f'(?:{GLUE}(?<!and)|and(?= {OTHER_CASE}))')}){OTHERS}?"
)
SPOKEN_OF = r"(?:'s?)? (?:case|ruling|decision|judgment|judgement|dispute|litigation|appeal|saga)\b"
OF_IT = re.compile(
    r" (?!and\b|or\b|case|ruling|decision|judg|dispute|litigation|appeal|is\b|was\b|say)[a-z]"
)
"""Matches what is the party's, behind a genitive; no name of it, as in "v Jack Daniel's case"."""
OF_LAW_AROUND = re.compile(
    r"\b[Cc]ourts?\b|[Rr]uling|[Ll]awsuit|\bsu(?:ed|es|ing)\b|\b[Ss]uits? (?:against|over|by|in)\b"
    r"|[Ll]itiga|[Jj]udge?ment|\bJudge|[Ii]nfring|[Tt]rade ?[Mm]ark|[Pp]atent\b|\b[Pp]laintiff"
    r"|[Cc]opyright(?! (?:©|\(c\)|by|\d)|s? [Rr]eserved)(?<!© [Cc]opyright)|TTAB|EUIPO|USPTO"
    r"|(?<!-)\b[Aa]ppeals? (?!to\b)|[Dd]omain [Nn]ame|\bUDRP\b|[Cc]omplainant\b|\bOpposition\b"
    r"|[Pp]recedential|Lanham|Serial No"
)
RIVALS = re.compile(
    r"\b(?:[Pp]redictions?|[Pp]review|[Oo]dds|[Ss]pread|[Kk]ick-?off|[Dd]erby|[Ff]ans|[Ff]ace-?off"
    r"|[Cc]omparison|[Pp]oll|[Ll]eague|[Pp]layoffs?|(?:[Ss]emi|[Qq]uarter)-?finals?"
    r"|(?:[Ll]ast|[Nn]ext|[Tt]itle) fight|[Rr]anking|[Cc]hampion(?:ship)?)\b"
)
"""Matches what the line says of teams, candidates and goods that stand against each other."""
MODEL = re.compile(r"[A-Za-z]\d| (?!19|20)\d")
"""Matches what is of goods that are compared, as "PS5" and "RTX 4070"."""
NEAR, FAR = 300, 2000
"""Limit the characters in which something of law is near "vs", and near "v"."""
SMALL_BEFORE = re.compile(r"(?<![\w'-])[a-z][\w-]{2,}$")
SMALL_BEHIND = re.compile(rf"[a-z][\w-]{{2,}}(?={SPOKEN_OF})")
IN_LEGAL_FORM = re.compile(rf"(?:,? {LEGAL}\b\.?)+(?= |$|[,.;:)])")
HAS_LETTER = re.compile(r"[^\W\d_]")
TAIL = re.compile(rf"(?:,? (?:& )?{LEGAL}\b\.?|{OTHERS})+$")

BRANDS_OF_STOPS = re.compile(
    r"(?:New (?:Balance|York|Look|Era|Zealand|Life|Jersey|Line|World|South|England|Orleans)"
    r"|First (?:National|American|Choice|Bank|Data)|Post (?:Foods|Holdings|Office|Consumer)"
    r"|US (?:Polo|Soccer|Bank|Olympic|Patent)|Final Touch|Second (?:Life|Cup)|Court of Master"
    r"|Under Armour|Victory Motor|Trial Lawyers|Brief Stop|Back Bay|War Horse|All Saints"
    r"|Two Pesos)\b"
)
NO_VERBS = (
    "United",
    "Limited",
    "Unlimited",
    "Incorporated",
    "Associated",
    "Allied",
    "Consolidated",
)


def find_cases(text: str) -> Iterator[Spot]:
    """Yields spots of the kind case, in the order of the text."""
    plain = plain_spelling(text)
    spots = list(_between_parties(plain))
    for found in ALONE.finditer(plain):
        end = _end_of_party(plain, found.end())
        if end is None:
            continue
        is_plain = found[0][0] == "R" or "matter" in found[0]
        if is_plain and len(plain) > NEAR and not _speaks_of_law(plain, found.start(), end, FAR):
            continue
        title = OF_THE_PARTY.match(plain, end)
        end = title.end() if title else end
        how = {"x": "Ex parte", "R": "Re", "n": "In re"}[found[0][0]]
        start = found.start() - (how != "Re")
        value = f"{how} {normal_party(plain[found.end() : end])}"
        spots.append(Spot(start=start, end=end, kind="case", value=value))
    yield from longest(spots)


def _between_parties(text: str) -> Iterator[Spot]:
    last_end = 0
    for found in VERSUS.finditer(text):
        start = _start_of_party(text, found.start(), last_end)
        end = _end_of_party(text, found.end())
        is_spoken_of = re.match(SPOKEN_OF, text[end : end + 20]) if end else None
        if start is None and (is_spoken_of or end is None):
            small = SMALL_BEFORE.search(
                text[max(last_end, found.start() - LONGEST) : found.start()]
            )
            start = found.start() - len(small[0]) if small else None
        if end is None and start is not None:
            other = SMALL_BEHIND.match(text, found.end())
            end = other.end() if other else None
        if start is None or end is None or not _is_of_law(text, found, start, end):
            continue
        sides = [normal_party(text[start : found.start()]), normal_party(text[found.end() : end])]
        if (
            all(map(HAS_LETTER.search, sides))
            and " v ".join(sides).lower() not in no_names().cases
            and not _are_countries(sides)
        ):
            yield Spot(start=start, end=end, kind="case", value=" v ".join(sides))
            last_end = end


def _is_of_law(text: str, found: re.Match[str], start: int, end: int) -> bool:
    """Tells whether two stand against each other before a court, and are no teams, candidates or
    goods: by the words around them, and by their own."""
    before, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[before:start] + text[end : line_end if line_end >= 0 else len(text)]
    if found[0].strip(" .") in ("vs", "versus"):
        is_row = VERSUS.match(text, end) or VERSUS.search(text, max(0, start - 12), start + 1)
        sides = (text[start : found.start()], text[found.end() : end])
        return _speaks_of_law(text, start, end, NEAR) and not (
            is_row
            or MODEL.search(text, start, end + 3)
            or RIVALS.search(line)
            or any(_is_common(text, side) for side in sides)
        )
    if _speaks_of_law(text, start, end, NEAR):
        return True
    is_far = len(text) < NEAR or _speaks_of_law(text, start, end, FAR)
    return is_far and not RIVALS.search(line)


def _speaks_of_law(text: str, start: int, end: int, far: int) -> bool:
    parts = (max(0, start - far), start), (end, end + far)
    return any(OF_LAW_AROUND.search(text, *part) for part in parts)


def _is_common(text: str, printed: str) -> bool:
    """Tells whether these words, two or more, stand in the text in small letters, too: they make no
    name, but are of a headline in title case."""
    words = re.findall(r"\w{2,}", printed.lower())
    return len(words) > 1 and all(re.search(rf"\b{word}\b", text) for word in words)


def normal_party(printed: str) -> str:
    """Returns a party as it stands in the normal form of its case."""
    party = printed.strip("\"'“”‘’,; ").removeprefix("the ").removeprefix("The ")
    return " ".join((TAIL.sub("", party) or party).split())


def _are_countries(sides: list[str]) -> bool:
    """Tells whether the sides are countries, as of a match or of a trade war."""
    names = {"England", "Wales", "Scotland", "UK", "US", "EU", "China", "Europe"}
    names |= places().countries.keys()
    return all(side in names or f"the {side}" in names for side in sides)


def _start_of_party(text: str, end: int, not_before: int) -> int | None:
    """Finds where the party begins that ends at ``end``; None if there stands none."""
    begin = max(not_before, end - LONGEST)
    found = BEFORE.search(text[begin:end])
    if found is None:
        return None
    start = begin + found.start()
    for word in reversed(list(re.finditer(r"[^ ]+", found[0]))):
        at, behind = start + word.start(), found[0][word.end() :]
        is_last = word.start() and (not behind or IN_LEGAL_FORM.fullmatch(behind))
        core = word[0].strip("\"'“‘(,")
        if core in no_names().case and not (is_last or BRANDS_OF_STOPS.match(text, at)):
            start += word.end() + 1
            break
    lead = re.match(rf"(?:{GLUE} |[\"'“‘])*", text[start:end])
    start += lead.end() if lead else 0
    return start if start < end and not text[start].isspace() else None


def _end_of_party(text: str, start: int) -> int | None:
    """Finds where the party ends that begins at ``start``; None if there stands none."""
    found = BEHIND.match(text, start, min(len(text), start + LONGEST))
    if found is None:
        return None
    end = found.end()
    for nth, word in enumerate(re.finditer(r"[^ ]+", found[0])):
        at = start + word.start()
        core = word[0].strip("\"'“‘(,").removesuffix("'s")
        is_party = (nth == 0 and core.isupper()) or IN_LEGAL_FORM.match(text[at + len(word[0]) :])
        is_verb = nth and core.endswith("ed") and core not in NO_VERBS
        if (is_verb or (core in no_names().case and core != "The")) and not (
            is_party or BRANDS_OF_STOPS.match(text, at)
        ):
            end = at - 1 if nth else start
            break
    party = re.sub(rf"(?: {GLUE}|,|,? et al\.?|[\"”])+$", "", text[start:end])
    if party.endswith("'s") and OF_IT.match(text, end):
        party = party.removesuffix("'s")
    party = party.rstrip("'")
    if listed := IDENTIFIED.match(text, start + len(party)):
        return listed.end()
    return start + len(party) if party.strip("\"'“‘") else None
