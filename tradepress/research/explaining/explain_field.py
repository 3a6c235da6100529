"""Says why a field of a story has its value: what was read, who says so, too, what decided, and
where it stands in the captured page."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.database import Database
from tradepress.archive.stories.captured_version import NoCapture, captured_version
from tradepress.archive.stories.clean_story import COLUMNS, OF_ARTICLE
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.text_forms import one_line
from tradepress.archive.witnesses import DECIDED, LISTS, WITNESSES, is_same
from tradepress.research.explaining.page_places import LONGEST, Place, find_places
from tradepress.story import Reading, ReadParagraph
from tradepress.story_fields import FLAGS

MOST_PLACES, MOST_SOUGHT, MOST_VERSIONS, LONGEST_VALUE = 3, 200, 50, 300
"""Bound places of each text, texts sought, versions told, letters of their values."""
OTHERS = """
    SELECT version, date_archived, is_reread, substr({field}, 1, :longest) AS value,
        {field} IS (SELECT {field} FROM versions WHERE article_id = :id AND version = :own)
    FROM versions WHERE article_id = :id AND version <> :own ORDER BY version DESC LIMIT :most
"""
FOREIGN, MEMORY = (*WITNESSES, "source"), "other stories"
"""Names evidence that is nowhere on the page; and what evidence of the site's memory says."""
JUDGED = FLAGS | {"language", "access", "completeness", "confidence", "policy", "reservations"}
"""Names fields whose values no page prints."""


class NoSuchField(ValueError):
    """Says that a story has no such field, and which it has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherVersion:
    """Is what another version of the story has in the field, up to LONGEST_VALUE letters."""

    version: int
    date_archived: str
    is_reread: bool
    value: object
    is_same: bool


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
    """Names the rules that read the page."""
    date_archived: str
    date_captured: str | None
    places: tuple[Place, ...] = ()
    """Lists where it stands in the captured page; of the body where each paragraph begins."""
    not_found: tuple[str, ...] = ()
    """Holds what does not stand there literally."""
    no_page: str = ""
    """Says why no page was searched."""
    others: tuple[OtherVersion, ...] = ()
    read_again: str = ""
    """Says of the body what today's rules made of the page just now, and which they are."""
    paragraphs: tuple[ReadParagraph, ...] = ()
    """Lists the paragraphs that they saw, in the order of the page."""

    def told(self) -> Iterator[tuple[str, str]]:
        """Yields all of it but the paragraphs in words, each with what it is."""
        yield "value", _words(self.value)
        yield "decided by", self.decided
        for one in self.readings:
            words = "witness" if one.evidence in WITNESSES else "reading"
            yield words, f"{_words(one.value)}: {one.evidence}"
        captured = f"captured {self.date_captured or 'at an unknown time'}"
        yield "read", f"{self.date_archived} by {self.extractor}; its page {captured}"
        for place in self.places:
            yield f"byte {place.offset:,}", f"{place.length} bytes: … {place.around} …"
        for sought in self.not_found:
            yield "not found", f"“{sought}” does not stand literally in the captured page"
        if self.no_page:
            yield "no page", self.no_page
        for other in self.others:
            same = "the same" if other.is_same else _words(other.value)
            reread = ", the same page re-extracted" if other.is_reread else ""
            yield f"version {other.version}", f"{same} (saved {other.date_archived}{reread})"
        if self.read_again:
            yield "read again", self.read_again


def explain_field(db: Database, ref: str, field: str, folder: Path | None) -> Explained:
    """Says why a field of a story has its value.

    :param folder: of the captures; None: they are not looked at
    :raises NoSuchArticle: no such ref or version
    :raises NoSuchField: no such field; names them all
    """
    if field not in COLUMNS:
        raise NoSuchField(f"a story has no field {field!r}; it has {', '.join(COLUMNS)}")
    story = load_story(db, ref)
    read, places, no_page = story.evidence.get(field.removesuffix("_raw"), ()), list[Place](), ""
    sought = [*_sought(story, field, read)] if folder else []
    try:
        if folder:
            kept = captured_version(db, f"{story.ref}@{story.version}")
            page = read_kept_page(folder, asdict(kept))
            places += find_places(page, sought, kept.content_type or "", MOST_PLACES)
    except (NoCapture, UnreadablePage) as error:
        no_page = str(error)
    found = {one.sought for one in places}
    is_of_version = field not in OF_ARTICLE
    others = db.execute(
        OTHERS.format(field=field if is_of_version else "NULL"),
        {
            "id": resolve_ref(db, story.ref)[0],
            "own": story.version,
            "most": MOST_VERSIONS * is_of_version,
            "longest": LONGEST_VALUE,
        },
    )
    return Explained(
        **{name: getattr(story, name) for name in ("ref", "version", "extractor")},
        date_archived=story.date_archived,
        date_captured=story.date_captured,
        field=field,
        value=getattr(story, field),
        decided=_decided(field, getattr(story, field), read),
        readings=read,
        places=tuple(places),
        not_found=() if no_page else tuple(one for one in sought if one not in found),
        no_page=no_page,
        others=tuple(
            OtherVersion(
                version=version,
                date_archived=at,
                is_reread=bool(reread),
                value=said,
                is_same=same == 1,
            )
            for version, at, reread, said, same in others
        ),
    )


def _sought(story: Story, field: str, read: Sequence[Reading]) -> list[str]:
    """Lists what is to be looked for in the page: nothing where a value is judged, not printed."""
    own = [getattr(story, f"{field}_raw", None), getattr(story, field)]
    texts = [*own, *(one.value for one in read if one.evidence not in FOREIGN)]
    if field == "body":
        texts = (story.body or "").split("\n\n")
    each = (one for text in texts for one in (text if isinstance(text, list | tuple) else [text]))
    words = (one_line(one)[:LONGEST].strip() for one in each if isinstance(one, str))
    return [] if field in JUDGED else [*dict.fromkeys(filter(None, words))][:MOST_SOUGHT]


def _decided(field: str, value: object, read: Sequence[Reading]) -> str:
    if not read:
        return "nothing was noted of how it was read"
    first = read[0].evidence
    by = "the first reading in the order of these rules"
    if first == DECIDED:
        by = "the place that its source declares, before all others"
    elif first in LISTS:
        by = "a listing, as the page says nothing that counts"
    kind = "date_published" if field.startswith("date_") else field
    votes = [one.value for one in read[1:] if isinstance(one.value, str | list | tuple)]
    same = sum(bool(value and one and is_same(kind, value, one)) for one in votes)
    vote = f"; {same} of {len(votes)} others say the same" if votes else ""
    memory = "; and the memory of its site" if any(MEMORY in one.evidence for one in read) else ""
    return f"{by} ({first}){vote}{memory}"


def _words(value: object) -> str:
    """Returns a value in words, cut where it is long."""
    parts = value if isinstance(value, list | tuple) else [value]
    words = one_line("; ".join(map(str, parts))) if value not in (None, "", ()) else "none"
    return words if len(words) <= LONGEST_VALUE else f"{words[:LONGEST_VALUE]} …"
