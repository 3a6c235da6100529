"""Says why a field of a story has its value, and where that stands in the captured page."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from html.entities import codepoint2name
from pathlib import Path

from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.stories.captured_version import NoCapture, captured_version
from tradepress.archive.stories.clean_story import COLUMNS, OF_ARTICLE
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.text_forms import one_line
from tradepress.archive.witnesses import DECIDED, LISTS, WITNESSES, is_same
from tradepress.research.explaining.reading_words import evidence_words, reading_words
from tradepress.story import Reading, ReadParagraph
from tradepress.story_fields import FLAGS

MOST, SOUGHT, AROUND, SHOWN = 3, 80, 60, 300
"""Limits the places of a text, the letters sought, the bytes around, the letters of a value."""
MOST_TEXTS, MOST_BYTES = 100, 2_000_000
"""Limits the texts that are sought, and how far into a page."""
LINKS = "related_links"
FIELDS = (*COLUMNS, LINKS)
LONGEST = 5.0
"""Limits the seconds in which texts are sought in a page."""
JUDGED = FLAGS | {"language", "access", "completeness", "confidence", "policy", "reservations"}
"""Names fields whose values no page prints."""
SPACE = rb"(?:\s|\xc2?\xa0|&nbsp;|&#160;|\\[nrt]|\\u00a0)+"
OTHERS = """
    SELECT version, date_archived, iif({0} IS (SELECT {0} FROM versions
        WHERE article_id = :id AND version = :own), 'the same', substr({0}, 1, 300))
    FROM versions WHERE article_id = :id AND version <> :own ORDER BY version DESC LIMIT 50
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Is where a text stands in a page as captured, without its Content-Encoding; in bytes."""

    offset: int
    length: int
    around: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """Is why a field of one version of a story has its value."""

    ref: str
    version: int
    field: str
    value: object
    decided: str
    readings: tuple[Reading, ...]
    """Lists all that was noted, the chosen one first; WITNESSES are not of the page."""
    extractor: str
    date_archived: str
    date_captured: str | None
    has_page: bool
    places: tuple[Place, ...]
    remarks: tuple[str, ...]
    """Says what does not stand in the page literally, or why there is no page."""
    others: tuple[tuple[int, str, str | None], ...]
    """Lists number and instant of other versions, and what they have."""
    paragraphs: tuple[ReadParagraph, ...] = ()
    """Are those of the page that the body was read from, by today's rules."""

    def told(self) -> Iterator[tuple[str, str]]:
        """Yields all of it in words, each with what it is."""
        yield "value", shown(self.value)
        yield "decided by", self.decided
        words = reading_words(self.field, self.readings)
        for one, said in zip(self.readings, words, strict=True):
            yield "witness" if one.evidence in WITNESSES else "reading", said
        captured = self.date_captured or "nobody knows when"
        yield "read", f"{self.date_archived} by {self.extractor}; captured {captured}"
        for at in self.places:
            yield f"byte {at.offset:,}", f"{at.length} bytes: … {at.around} …"
        yield from (("remark", one) for one in self.remarks)
        yield from ((f"version {n}", f"{shown(said)} (saved {at})") for n, at, said in self.others)
        for part in self.paragraphs[:MOST_TEXTS]:
            yield "kept" if part.is_kept else "left out", f"{part.why}: {part.text[:SOUGHT]}"


def explain_field(db: Database, ref: str, field: str, folder: Path | None) -> Explained:
    """Says why a field of a story has its value.

    :param folder: of the captures; None: they are not looked at
    :raises NoSuchArticle: no such ref, version or field; names the fields
    """
    if field not in FIELDS:
        raise NoSuchArticle(f"a story has no field {field!r}; it has {', '.join(FIELDS)}")
    story = load_story(db, ref)
    raw = getattr(story, f"{field}_raw", None)
    value = [one.text for one in story.links] if field == LINKS else getattr(story, field)
    # What can't be read of a damaged archive is told in the place of all of it.
    read = story.evidence.get(field.removesuffix("_raw")) or story.evidence.get("evidence", ())
    said = [one.value for one in read if one.evidence not in (*WITNESSES, "source")]
    texts = (story.body or "").split("\n\n") if field == "body" else [raw, value, *said]
    places, remarks, own = list[Place](), list[str](), f"{story.ref}@{story.version}"
    try:
        page = read_kept_page(folder, asdict(captured_version(db, own))) if folder else b""
        of = f"first {MOST_BYTES:,} bytes of the " if len(page) > MOST_BYTES else ""
        end = time.monotonic() + LONGEST
        for text in _sought(texts) if folder and field not in JUDGED else ():
            if time.monotonic() > end:  # of a page that was made to be long to look through
                remarks.append(f"more was not sought in the page: {LONGEST:g} seconds were over")
                break
            places += (found := [*find_places(page[:MOST_BYTES], text)])
            missing = f"“{text}” does not stand literally in the {of}captured page"
            remarks += [] if found else [missing]
    except (NoCapture, UnreadablePage) as error:
        page, remarks = b"", [str(error)]
    asked = {"id": resolve_ref(db, own)[0], "own": story.version}
    same = ("ref", "version", "extractor", "date_archived", "date_captured")
    return Explained(
        **{name: getattr(story, name) for name in same},
        field=field,
        value=value,
        decided=_decided(field, value, read),
        readings=read,
        has_page=bool(page),
        places=tuple(places),
        remarks=tuple(remarks),
        others=()
        if field in (*OF_ARTICLE, LINKS)
        else tuple(db.execute(OTHERS.format(field), asked)),
    )


def find_places(page: bytes, text: str) -> Iterator[Place]:
    """Yields the first places of a text: literal, with entities, or as JSON escapes it; white space
    is as good as any other."""
    pattern = SPACE.join(b"".join(map(_form, word)) for word in text.split())
    for _, at in zip(range(MOST), re.finditer(pattern, page), strict=False):
        around = page[max(at.start() - AROUND, 0) : at.end() + AROUND].decode(errors="replace")
        yield Place(offset=at.start(), length=len(at[0]), around=one_line(around))


def _form(letter: str) -> bytes:
    if letter.isascii() and letter.isalnum():
        return letter.encode()
    number, escaped = ord(letter), json.dumps(letter)[1:-1]
    forms = {letter, escaped, f"\\u{number:04x}", f"\\{letter}"}
    forms |= {f"&{codepoint2name.get(number, 'apos' if letter == chr(39) else '#0')};"}
    written = {form.encode() for form in forms} | {letter.encode("cp1252", "ignore") or b"\0"}
    each = map(re.escape, sorted(written, key=len, reverse=True))
    return b"(?i:" + b"|".join(each) + b"|&#0*%d;|&#x0*%x;)" % (number, number)


def _sought(values: Sequence[object]) -> list[str]:
    each = (one for value in values for one in (value if isinstance(value, tuple) else [value]))
    words = (one_line(one)[:SOUGHT].strip() for one in each if isinstance(one, str))
    return [*dict.fromkeys(filter(None, words))][:MOST_TEXTS]


def _decided(field: str, value: object, read: Sequence[Reading]) -> str:
    if not read:
        return "nothing is noted here of how it was read"
    by = {DECIDED: "what its source declares, before all others"} | dict.fromkeys(
        LISTS, "a listing"
    )
    votes = [one.value for one in read[1:] if isinstance(one.value, str | list | tuple)]
    kind = "date_published" if field.startswith("date_") else field
    same = sum(bool(value and one and is_same(kind, value, one)) for one in votes)
    memory = "; the memory of its site" if any("other stories" in o.evidence for o in read) else ""
    first = f"{by.get(read[0].evidence, 'the first reading')}, {evidence_words(read[0].evidence)}"
    others = f"; {same} of {len(votes)} others say the same" if votes else ""
    return f"{first}{others}{memory}"


def shown(value: object) -> str:
    """Returns a value in words, cut where it is long."""
    words = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "none")
    return one_line(words[:SHOWN]) + " …" * (len(words) > SHOWN)
