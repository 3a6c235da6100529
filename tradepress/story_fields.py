"""Says of each field of a story what it means, which columns have it, and who is told it.

From it follow what is kept without a text (:mod:`tradepress.steps.apply_policy`), exports
(:mod:`tradepress.research.export.columns`), releases (:mod:`tradepress.archive.care.frozen_copy`),
the public room (:mod:`tradepress.browse.asking.limits`), and what Datasette and `tradepress docs
archive` say of a column. What is not here, or is here as by default, they all withhold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

Kind = Literal["text", "integer", "number", "boolean", "date", "time", "texts", "objects"]
"""``date`` and ``time`` are texts; ``texts`` and ``objects`` are lists, as JSON in a column."""
Given = Literal["never", "with its text", "without its text", "to the public"]
"""Is ``with its text``: of stories whose text is given on; ``without its text``: in exports of all,
in releases as far as a catalogue has it. Each goes where those after it go, too."""
Table: TypeAlias = Literal["articles", "versions"]
TABLES: tuple[Table, ...] = get_args(Table)
ROWS_OF = {"versions": "version_rows"}
"""Maps a view that reads as a table to the table whose rows, keys and references it has."""
FORMATS: Mapping[Kind, str] = {
    "boolean": "true or false; in SQL 1 or 0",
    "date": "YYYY-MM-DD",
    "time": "UTC, YYYY-MM-DDThh:mm:ssZ",
    "texts": "list of texts; in CSV and SQL a JSON list",
    "objects": "JSON",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryField:
    """Holds what is decided of one field. Undecided, it holds words and is given to nobody."""

    name: str
    kind: Kind
    meaning: str
    """Says what the field means, for a person, in exports and in the reading room."""
    form: str = ""
    """Is the unit or form of its values, where the kind does not say it."""
    tables: tuple[Table, ...] = ()
    """Names the tables which have it as a column."""
    holds_words: bool = True
    """May it hold words of the text? Then no more of it goes without the text than a judge in
    :mod:`tradepress.steps.apply_policy` lets through; without a judge, nothing."""
    is_kept: bool = False
    """Does it stay in an archive that may not keep the text?"""
    given: Given = "never"
    is_exported: bool = False
    """Is it a column of exports?"""
    is_searched: bool = False
    """Is it in the full text?"""

    @property
    def format(self) -> str:
        return self.form or FORMATS.get(self.kind, "")


def _words(
    name: str, kind: Kind, tables: tuple[Table, ...], given: Given, meaning: str, **decided: Any
) -> StoryField:
    """Declares a column of exports. It is a text, or may quote one, unless it is said not to."""
    words = {"name": name, "kind": kind, "tables": tables, "given": given, "meaning": meaning}
    return StoryField(**{**words, "is_exported": True, **decided})


def _fact(
    name: str, kind: Kind, tables: tuple[Table, ...], meaning: str, **decided: Any
) -> StoryField:
    """Declares a name, a day, a number: it holds no words of the text; everybody is told it."""
    facts = {"holds_words": False, "is_kept": True, **decided}
    return _words(name, kind, tables, "to the public", meaning, **facts)


_BOTH = TABLES
_ARTICLES: tuple[Table, ...] = ("articles",)
_VERSIONS: tuple[Table, ...] = ("versions",)
_UNTOLD = {"is_exported": False}
_DATE = "ISO 8601: a day, or a time with offset"

# fmt: off
FIELDS: tuple[StoryField, ...] = (
    _fact("id", "integer", _BOTH,
        "Number of the row in this file; use ref to name a story elsewhere", **_UNTOLD),
    _fact("article_id", "integer", _VERSIONS, "The story, see articles", **_UNTOLD),
    _fact("ref", "text", _ARTICLES,
        "Stable public name (source and the site's own id, or 12 hex digits of its address)"),
    _fact("version", "integer", _BOTH, "Number of the version, from 1; REF@2 names the second"),
    _fact("version_id", "integer", _ARTICLES, "The current version, see versions", **_UNTOLD),
    _fact("current_version", "integer", (), "Number of the current version", **_UNTOLD),
    _fact("is_current", "boolean", (), "Is that the current version in the archive?"),
    _fact("source", "text", _ARTICLES, "Name of the paper in the archive, see sources"),
    _fact("site_id", "text", _ARTICLES,
        "The site's own identifier of the story; NULL if its address has none", **_UNTOLD),
    _fact("publisher", "text", (), "The paper by its own name"),
    _fact("cited_as", "text", (), "As what its stories are cited", form="newspaper or blog"),
    _fact("headline", "text", _BOTH, "As published, white space collapsed", is_searched=True),
    _words("authors", "texts", _BOTH, "without its text",
        "Names of people in the order of the page; empty if none is named", is_kept=True),
    _words("section", "text", _BOTH, "to the public",
        "The publisher's own word for the part of the paper; NULL if none", is_kept=True),
    _fact("published_day", "date", _ARTICLES,
        "Day as printed where the publisher is; what sorting and ranges use; NULL if undated"),
    _fact("published_month", "text", _ARTICLES,
        "The first seven characters of published_day; NULL if undated", form="YYYY-MM", **_UNTOLD),
    _fact("date_published", "text", _BOTH,
        "Publication as precise as the page has it; NULL if it shows no date", form=_DATE),
    _fact("date_published_raw", "text", _BOTH, "The date of publication as printed", **_UNTOLD),
    _fact("date_modified", "text", _BOTH,
        "When the publisher says it was last changed; NULL if the page does not say", form=_DATE),
    _fact("date_modified_raw", "text", _BOTH, "The date of change as printed", **_UNTOLD),
    _fact("language", "text", _BOTH,
        "Language of the story; NULL if neither page nor text tell", form="ISO 639-1"),
    _words("keywords", "texts", _BOTH, "without its text",
        "The publisher's keywords", is_kept=True),
    _fact("access", "text", _BOTH,
        "What the page says of itself; NULL if it does not say, which is not the same as open",
        form="open, registration or subscription"),
    _fact("completeness", "text", _BOTH,
        "How much the page gave of the story: its body (cut or whole), a summary alone, or not "
        "even that; what of it is kept is said by policy", form="body, teaser or headline"),
    _fact("is_truncated", "boolean", _BOTH,
        "Was only a teaser of the text openly served? NULL if that can't be told"),
    _fact("word_count", "integer", _ARTICLES,
        "Words of the body that the archive holds, also where an export leaves it out; NULL where "
        "more than a tenth of its letters are of scripts without spaces between words, as Han"),
    _fact("has_text", "boolean", (), "Is the body in this export?"),
    _fact("why_no_text", "text", (),
        "Why the body is not in this export; null if it is. Besides the body, description, "
        "corrections, the caption, links in the text and mentions below the headline are left out",
        form="not held (the archive has none), not asked for, policy (of source or operator), "
        "archive-only (held on a basis, for this archive alone), "
        "or what reserves it: tdm-reservation, noarchive, noai, ai-agents"),
    _fact("policy", "text", _BOTH,
        "What of it is kept, all, no text, or (on a declared basis) a text for this archive alone, "
        "as publisher and operator ask; NULL if nobody noted",
        form="store, archive-only or metadata-only"),
    _fact("policy_now", "text", (), "Of the current version", **_UNTOLD),
    _fact("reservations", "objects", _BOTH,
        "What the publisher reserves (term, such as tdm-reservation, noarchive, noai), where it "
        "says so (evidence), and in which words (value); empty if nothing was found"),
    _fact("reservations_now", "objects", (), "Of the current version", **_UNTOLD),
    _fact("url", "text", _BOTH, "Address that the story was read at, after redirects", form="URL"),
    _fact("canonical_url", "text", _ARTICLES,
        "Address that the page itself declares; NULL if none, or one that can't be right",
        form="URL"),
    _fact("source_home", "text", (), "Address of the paper", form="URL"),
    _fact("date_captured", "time", _BOTH,
        "When the page stood like this; NULL if nobody knows, as for a loose file"),
    _fact("date_archived", "time", _BOTH, "When this version was saved in the archive"),
    _fact("retrieved_from", "text", (),
        "Address at a web archive that the page was taken from; null if it came from elsewhere",
        form="URL"),
    _fact("cited_at", "time", (), "When its words were first seen to stand so", **_UNTOLD),
    _fact("cited_from", "text", (), "Address of that capture at a web archive", **_UNTOLD),
    _fact("has_capture", "boolean", (),
        "Is its page kept here? Of a release never: retrieved_from says where one is"),
    _fact("first_seen", "time", _ARTICLES,
        "When its page was first seen, by whatever capture; if nobody can date it, when saved"),
    _fact("last_seen", "time", _ARTICLES, "When it was last seen, see sightings"),
    _fact("gone_at", "time", _ARTICLES, "When its site first said that it is gone; else NULL"),
    _fact("confidence", "number", _BOTH,
        "How right the body can be expected to be (F1 of its words), as readings of the page "
        "agree; below 0.9 it is doubtful; NULL if nobody judged", form="0 to 1", is_kept=False),
    _fact("extractor", "text", _VERSIONS, "Name and version of the rules that read the page"),
    _fact("capture_id", "integer", _VERSIONS,
        "The stored page this was read from, see captures; NULL if none is kept", **_UNTOLD),
    _fact("run_id", "integer", _VERSIONS, "The run that saved it, see runs", **_UNTOLD),
    _fact("is_reread", "boolean", _VERSIONS,
        "Is it a stored page read again, so that the change is ours, not the publisher's?",
        **_UNTOLD),
    _fact("content_hash", "text", _BOTH,
        "Of headline, body, date of publication, authors, corrections; another: a new version"),
    _fact("duplicate_group", "integer", _ARTICLES,
        "Equal for stories with much the same text, in this archive alone; NULL if it has none"),
    _words("image_url", "text", _BOTH, "without its text",
        "Address of the lead image, which is not kept", form="URL", holds_words=False),
    _words("image_caption", "text", _BOTH, "with its text", "What the page has under that image"),
    _words("image_license", "text", _BOTH, "without its text",
        "Licence of that image as declared: an address or a name", holds_words=False),
    _fact("aliases", "texts", (), "Refs of stories that were merged into this one"),
    _fact("versions", "objects", (),
        "All its versions here, in order; is_reread: our rules have changed, not the paper"),
    _words("related_links", "objects", (), "without its text",
        "Links of the page in their order: block (kind), place (position, from 0), words, address, "
        "and the ref of the story here that each leads to (target), whose headline the words are "
        "if its text is not given on", is_kept=True),
    _words("mentions", "objects", (), "without its text",
        "Courts, offices, cases, numbers, firms that its texts name: place in a field (start and "
        "end, in characters from 0), kind, and normal form (value)"),
    _words("evidence", "objects", _VERSIONS, "without its text",
        "Where on the page each value was read (such as json-ld, dateline, url); in SQL a reading "
        "without a value gave what the column of its field has", is_kept=True),
    StoryField(name="capture", kind="objects", meaning="The page as received", is_kept=True),
    _words("credit", "texts", _BOTH, "without its text",
        "Agencies, desks and other organisations that it is credited to, no people; empty if none "
        "is named", is_kept=True),
    _words("also_titled", "texts", _BOTH, "to the public",
        "What else the page calls the story to machines (OpenGraph, JSON-LD, title); empty if it "
        "is the headline, or no more than its type or the paper's name differs",
        is_kept=True, is_searched=True),
    _fact("character_count", "integer", _ARTICLES,
        "Characters of the body that the archive holds, without white space: its length in "
        "whatever script"),
    _words("corrections", "texts", _BOTH, "with its text",
        "Correction and clarification notices; they are cut from the body"),
    _words("description", "text", _BOTH, "with its text",
        "The publisher's summary, standfirst or meta description", is_kept=True, is_searched=True),
    _words("body", "text", _BOTH, "with its text",
        "Paragraphs joined by a blank line, without captions, walls, sign-ups and lists of other "
        "stories; NULL if no text may be kept, or is given on", is_searched=True),
)
# fmt: on

GIVEN = frozenset(one.name for one in FIELDS if one.given != "never")
PUBLIC = frozenset(one.name for one in FIELDS if one.given == "to the public")
WITHOUT_TEXT = PUBLIC | {one.name for one in FIELDS if one.given == "without its text"}
KEPT = frozenset(one.name for one in FIELDS if one.is_kept)
"""Names what stays of a story whose text may not be kept: of OF_WORDS as far as it is judged."""
OF_WORDS = frozenset(one.name for one in FIELDS if one.holds_words)
LISTS = tuple(one.name for one in FIELDS if one.kind == "texts" and one.tables)
FLAGS = frozenset(one.name for one in FIELDS if one.kind == "boolean")
SEARCHED = tuple(one.name for one in FIELDS if one.is_searched)


def columns_of(table: Table) -> Mapping[str, str]:
    """Maps each column of it that is decided to what that means."""
    return {
        one.name: f"{one.meaning} ({one.format})" if one.format else one.meaning
        for one in FIELDS
        if table in one.tables
    }
