"""Reads the line that carries a story's date, and often section and author with nothing between."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tradepress.archive.text_forms import one_line_each
from tradepress.extraction.dates import (
    CLOCK,
    DATE,
    UPDATE,
    YEAR,
    DateReading,
    find_date,
    read_match,
)
from tradepress.extraction.people import LEAD, SPLIT, is_person, read_names
from tradepress.extraction.sections import RUBRIC, SECTION
from tradepress.extraction.wording import pattern

LONGEST = 140
LONGEST_LABEL = 30
LONGEST_SENTENCE = 8
"""Bounds the words of a sentence: more than these with a full stop behind them are prose."""
LONGEST_SECTION = 40
LONGEST_BARE, LONGEST_OPENING = 60, 60
LABEL, WEEKDAY = pattern("label", "dates"), pattern("weekday", "dates")
WEEKDAY_BEHIND = re.compile(rf"\s*(?:{WEEKDAY.pattern})", re.I)
PREPOSITION, AFTER = pattern("preposition", "dates"), pattern("after", "dates")
SEAM = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z]{2})(?=[A-Z][a-z])")
"""Lies between a small letter and a capital, or an acronym and a capital with a small letter."""
NAME_PREFIX = re.compile(r"(?:^|[\sa-z])(?:Mc|Mac|De|Di|Du|La|Le|Fitz|Van|Von)$")
SEPARATORS = re.compile(r"\s*[|·•/\n\[]\s*|\s+[–—-]\s+")
SHORT_YEAR = re.compile(
    r"(?:[^\d,|/:]{2,30}[,|/:] ?)?(\d{1,2}([./])\d{1,2}\2)(\d\d)(?!\d)(?:[ ,].{0,20})?"
)
COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.I)
AFTER_CLOCK = re.compile(rf"^[\s,|]*(?:um |at |à )?(?:{CLOCK})?\s*(?:Uhr )?", re.I)
UNLIKE_SECTION = pattern("no_section", "dates")
NAMED_WITHIN = re.compile(
    r"(?:作者|记者|記者|撰文|執筆者?)\s?[:：]\s?([^\s:：|｜]{2,20})|[记記]者\s?([^\s:：/／]{2,4})\s?[/／]"
)
"""Matches the one who wrote it, within a line of labels or in ``記者林若水／台北報導``."""
FILED = re.compile(
    r"(?:(?:posted|published|filed|listed)[: ]+(?:in|under)|in(?= )|categor(?:y|ies))\b[: ]+"
    r"(?-i:(?=[A-Z]))",
    re.I,
)
"""Matches what stands before the section in ``… 2024 Posted in Trademarks``."""
BRACKETED = re.compile(r"\([^()]*\)")
RANGE = re.compile(r"\d\s?[-–]\s?$")
BY = re.compile(r"(?:^|\s)[Bb][Yy](?::|\s+[A-Z])|By:")
MORE_SECTION = re.compile(r" (?:&|and|or|in|of|for)(?!\w)")
"""Matches what follows a known section where it only opens the section's name."""
BEFORE_BRACKETS, AFTER_BRACKETS = re.compile(r"[^.()]{0,60}\("), re.compile(r"\) ?[-–—]")
CLOCK_ALONE = re.compile(rf"{CLOCK}[\s,|·•–-]*(?:on\b)?", re.I)
OVER = re.compile(
    r"(?:\([^()]{2,40}\)|/[^/]{2,30}/)?\s*(?:[–—|)]|--|- )"
    r"|\.\s+(?=[A-ZÀ-Þ“\"])|,\s[A-ZÀ-Þ][^.:;–—-]{2,30}\s?[:–—-]"
)
"""Matches what parts a date in a text's opening from it: ``May 4, 2004 (AP) --``."""
EDGES = " ,:|·•–—-/›>([]@"
BRACKETS = "([（［【"
OPENING = tuple(",|:-–—•·")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dateline:
    """Holds what one date line says."""

    date: DateReading | None = None
    modified: DateReading | None = None
    """Is the date that the line calls one of an update."""
    section: str | None = None
    authors: tuple[str, ...] = ()


def read_dateline(
    text: str,
    section_names: Sequence[str] = (),
    day_first: bool | None = None,
    pieces: Sequence[str] = (),
    above: str = "",
) -> Dateline | None:
    """Reads a line that is a date line as a whole; None for anything else, prose above all.

    ``pieces`` are those that mark-up keeps apart, where there is mark-up. The line ``above``
    counts where it labels this one (``Last updated``).
    """
    if not YEAR.search(text, 0, LONGEST):
        return None
    if parted := part_place_and_date(text):
        text, pieces = parted[0], ()
    if len(text) > LONGEST:
        return None
    parts = one_line_each(pieces)
    if len(above) <= LONGEST_LABEL and (LABEL.match(above) or UPDATE.search(above)):
        parts = (above, *(parts or (text,)))
    words = "\n".join(parts) or text
    matches = list(DATE.finditer(words))
    if not matches or (words.endswith(".") and len(words.split()) > LONGEST_SENTENCE):
        return None
    if RANGE.search(CLOCK_ALONE.sub("", words[: matches[0].start()])):
        return None  # the days of an event
    heads = SEPARATORS.split(words[: matches[0].start()])
    rest = words[matches[0].end() :]
    if weekday := WEEKDAY_BEHIND.match(rest):
        rest = rest[weekday.end() :]
    tails = SEPARATORS.split(AFTER.sub("", DATE.sub("\n", rest)))
    is_apart = tails[0].startswith(" ")
    is_labelled = "By:" in tails[0] and len(heads[0]) <= LONGEST_LABEL  # “News 4 May 2020 By: …”
    if not (is_labelled or _is_opening(heads[-1:] if parts else heads)):
        return None
    # “On 4 May 2021 in Berlin” says nothing of the page.
    is_filed = bool(LABEL.match(words)) or not tails[0].startswith(" in ")
    is_updated = len(matches) > 1 and len(tails[0]) <= LONGEST_LABEL and UPDATE.search(tails[0])
    told = _without_labels(tails[0])
    if is_apart and not (is_updated or _is_label(told, section_names, is_filed=is_filed)):
        return None
    section = next(filter(None, (_known_section(head, section_names) for head in heads)), None)
    section = section or next(filter(_is_section_word, (head.strip(EDGES) for head in heads)), None)
    authors: list[str] = []
    is_signed = any(BY.search(tail) for tail in tails)
    for lead, head in () if is_signed else zip(("", *heads), heads, strict=False):
        authors += _names_before(head, is_led=bool(LEAD.fullmatch(_without_labels(lead))))
    if named := NAMED_WITHIN.search(words):
        authors += read_names([named[1] or named[2]], declared=True)
    later: list[str] = []
    for i, tail in enumerate(tails):
        said, names = _read_piece(tail.strip(EDGES), section_names, is_glued=not (i or is_apart))
        section = section or (None if later else said)
        later += names
    dates: dict[bool, DateReading] = {}
    start = 0
    for match in matches:
        label, start = words[start : match.start()], match.end()
        found = read_match(match, day_first)
        if not match["hour"] and (clock := CLOCK_ALONE.search(label)):
            found = replace(find_date(f"{match[0]} {clock[0]}", day_first) or found, raw=found.raw)
        is_update = UPDATE.search(label) and not _is_section_word(label.strip(EDGES))
        dates.setdefault(bool(is_update), found)
    return Dateline(
        date=dates.get(False),
        modified=dates.get(True),
        section=section,
        authors=tuple(dict.fromkeys(authors or later)),
    )


def part_place_and_date(text: str) -> tuple[str, str] | None:
    """Returns the opening ``Docket (July 26, 2023`` of a text and what stands behind ``) --``."""
    before = BEFORE_BRACKETS.match(text)
    date = DATE.match(text, before.end()) if before else None
    after = AFTER_BRACKETS.match(text, date.end()) if date else None
    return (text[: after.start()], text[after.end() :]) if after else None


def read_labelled_date(text: str, day_first: bool | None, above: str = "") -> DateReading | None:
    """Returns the date that words such as ``Published on`` stand right before, be it on the line
    above, or with which a short line says who posted it and when."""
    match = DATE.search(text) if YEAR.search(text) else None
    if match is None:
        return None
    before, after = text[: match.start()], text[match.end() :]
    if UPDATE.search(before) or COPYRIGHT.search(before):
        return None
    led = WEEKDAY.sub("", before[-LONGEST_LABEL:]).rstrip(EDGES)
    is_labelled = any(not led[label.end() :].strip(EDGES) for label in LABEL.finditer(led))
    is_signed = len(text) <= LONGEST and (LABEL.match(before) or LEAD.match(before))
    is_posted = LABEL.match(AFTER_CLOCK.sub("", after))
    is_headed = not before and LABEL.fullmatch(above)
    is_told = is_labelled or is_signed or is_posted or is_headed
    return read_match(match, day_first) if is_told else None


def read_bare_date(text: str, day_first: bool | None) -> DateReading | None:
    """Returns the date that a short line begins with, and that is followed by no sentence; the year
    may be short (``Kultur, 2.11.22``)."""
    if len(text) > LONGEST_BARE or text.endswith("."):
        return None
    if match := DATE.match(text.lstrip(BRACKETS)):
        return read_match(match, day_first)
    if short := SHORT_YEAR.fullmatch(text):
        return find_date(f"{short[1]}20{short[3]}", day_first)
    return None


def read_opening_date(text: str, day_first: bool | None) -> DateReading | None:
    """Returns the date in a text's first words, set apart by brackets, a stroke or a dash."""
    match = DATE.search(text, 0, LONGEST) if YEAR.search(text, 0, LONGEST) else None
    if match is None or match.start() > LONGEST_OPENING:
        return None
    before, after = text[: match.start()].strip(), text[match.end() :].lstrip()
    is_apart = not before or before.endswith(("(", ",", "|", "/", "--")) or LABEL.search(before)
    is_over = OVER.match(after) or (not before and after[:1].isupper())
    return read_match(match, day_first) if is_apart and is_over else None


def read_section_line(text: str, section_names: Sequence[str]) -> Dateline | None:
    """Returns a date line without a date: a known section alone, or with authors glued to it."""
    section = _known_section(text, section_names) if len(text) <= LONGEST else None
    if section is None:
        return None
    rest = _without_channel(text[len(section) :])
    authors = read_names([rest])
    if rest and (rest[0] == " " or not authors):
        return None
    return Dateline(section=section, authors=authors)


def _without_labels(before: str) -> str:
    bare = WEEKDAY.sub("", LABEL.sub("", CLOCK_ALONE.sub("", before))).strip(EDGES)
    return PREPOSITION.sub("", bare)


def _names_before(head: str, *, is_led: bool = False) -> tuple[str, ...]:
    bare = _without_labels(BRACKETED.sub("", head))
    if _is_section_word(bare):
        return ()
    names = read_names([bare], declared=is_led or bool(LEAD.match(bare)))
    return () if UPDATE.search(" ".join(names)) else names


def _is_opening(heads: Sequence[str]) -> bool:
    """Are the words before a date a label, a weekday, people or one other word?"""
    for i, head in enumerate(heads):
        bare = _without_labels(head)
        is_marked = i + 1 < len(heads) or head.rstrip().endswith(OPENING)
        is_label = is_marked or LABEL.match(head) or UPDATE.search(head)
        is_short = (
            " " not in bare or _is_section_word(bare) or (is_label and len(bare) <= LONGEST_LABEL)
        )
        if not is_short and not _names_before(head):
            return False
    return True


def _is_label(after: str, section_names: Sequence[str], *, is_filed: bool) -> bool:
    """Are the words after the date a label, as ``by Amity`` or ``Patents``, and no sentence?"""
    return (
        not after
        or bool(LEAD.match(after))
        or _is_section_word(after)
        or (is_filed and bool(FILED.match(after)) and len(after) <= 2 * LONGEST_LABEL)
        or _known_section(after, section_names) is not None
        or is_person(after)
    )


def _read_piece(
    piece: str, section_names: Sequence[str], *, is_glued: bool
) -> tuple[str | None, tuple[str, ...]]:
    """Reads section and people in words after the date.
    ``PatentsPetra Holm``, glued to it, is split by a known section, else at the last seam that
    leaves a person, not within ``McGrannoch``."""
    if _is_section_word(piece):
        return piece, ()
    if filed := FILED.match(piece):
        return _as_section(piece[filed.end() :].split(",")[0]), ()
    section = _known_section(piece, section_names)
    if section and not MORE_SECTION.match(piece, len(section)):
        return section, read_names([_without_channel(piece[len(section) :])])
    if is_glued and (seams := [s.start() for s in SEAM.finditer(piece)]):
        seams = [at for at in seams if not NAME_PREFIX.search(piece[:at])]
        named = [at for at in seams if is_person(SPLIT.split(piece[at:])[0])]
        if at := next(iter((*reversed(named), *seams)), 0):
            return _as_section(piece[:at]), read_names([piece[at:]])
    if is_glued and not (section_names or LEAD.match(piece) or " and " in piece):
        return _as_section(piece), ()
    names = read_names([piece])
    return (None, names) if names else (_as_section(piece), ())


def _known_section(words: str, section_names: Sequence[str]) -> str | None:
    """Returns the longest known section the words begin with, if no small letter follows it."""
    for name in sorted(section_names, key=len, reverse=True):
        if words.casefold().startswith(name.casefold()):
            after = words[len(name) : len(name) + 1]
            if not after or not after.islower():
                return words[: len(name)]
    return None


def _is_section_word(words: str) -> bool:
    return len(words) <= LONGEST_SECTION and bool(
        SECTION.fullmatch(words) or RUBRIC.fullmatch(words)
    )


def _without_channel(words: str) -> str:
    return re.sub(r"^ Channel(?![a-z])", "", words)


def _as_section(words: str) -> str | None:
    """Returns the words if they can be an unlisted section: short, no label, no sentence."""
    section = words.removesuffix(" Channel").strip()
    is_other = any(other.search(section) for other in (UNLIKE_SECTION, LEAD, LABEL, UPDATE))
    is_short = 2 < len(section) <= LONGEST_SECTION and section.count(" ") <= 3
    return section if is_short and not is_other else None


def is_beside_date(words: str, line: str) -> bool:
    """Do they stand right behind or before a date of the line?"""
    for match in DATE.finditer(line):
        around = f"{EDGES})"
        before, after = line[: match.start()].rstrip(around), line[match.end() :].lstrip(around)
        if after.startswith(words) and not after[len(words) :][:1].isalnum():
            return True
        if before.endswith(words) and not before[: -len(words)][-1:].isalnum():
            return True
    return False
