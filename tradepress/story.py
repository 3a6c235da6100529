"""Declares the vocabulary: what one story is, in schema.org's words. Imports nothing of ours.

Without slots: they cross to the page workers and back, and slots of frozen classes are pickled
field by field, in Python.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Self, TypeVar, get_args

Access = Literal["open", "registration", "subscription"]
Policy = Literal["store", "archive-only", "metadata-only", "skip"]
Completeness = Literal["body", "teaser", "headline"]
"""Says how much of a story is there: its body (cut or whole), a summary, or not even that."""
Origin = Literal["crawl", "file", "wayback", "commoncrawl", "ccnews"]
"""Says how a page came in: asked of its site, from a file, or from a web archive."""
TextField = Literal["headline", "description", "body"]
MentionKind = Literal[
    "case",
    "court",
    "office",
    "firm",
    "person",
    "statute",
    "nice-class",
    "us-docket",
    "us-appeal",
    "us-report",
    "ttab",
    "cjeu",
    "euipo",
    "uk-neutral",
    "udrp",
    "registration",
    "application",
]
CitedAs = Literal["newspaper", "blog"]
"""Says what a story is cited as: an article of a paper, or a post of a blog."""
LinkKind = Literal["related", "top_stories", "more_on_this_story", "in_text", "first_published_on"]

AnyArticle = TypeVar("AnyArticle", bound="Article")
POLICIES: tuple[Policy, ...] = ("store", "metadata-only", "skip")
"""Lists the policies that source and operator may ask for, the loosest first."""
MENTION_KINDS: tuple[MentionKind, ...] = get_args(MentionKind)
NUMBER_KINDS: tuple[MentionKind, ...] = MENTION_KINDS[MENTION_KINDS.index("us-docket") :]
"""Lists mentions that are the number of something: a case, a decision, a mark."""
ASKED_KINDS: tuple[str, ...] = ("number", *MENTION_KINDS)
"""Lists what stories are asked for and counted by; ``number`` is all of NUMBER_KINDS."""
METADATA_ONLY: Policy = "metadata-only"
"""Is the policy under which no text of a story is kept."""
ARCHIVE_ONLY: Policy = "archive-only"
"""Is the policy under which a reserved text is held on a declared basis, for this archive alone:
its metadata is all that leaves it, by whatever way."""


def strictest(*policies: Policy) -> Policy:
    """Returns the one of them that lets least be kept."""
    return max(policies, key=get_args(Policy).index)


@dataclass(frozen=True, kw_only=True)
class Link:
    """Is one link a story offers, in the order of the page."""

    kind: LinkKind
    """Says which block of the page it stands in."""
    text: str
    """Holds the visible words, white space collapsed."""
    url: str | None = None
    """Is an absolute http(s) address; None where the page gives only a headline."""
    position: int
    """Is 0-based, counted over all links of the story."""
    site_id: str | None = None
    """Is the site's own id in its address, where that is a story of the same source."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Is one value that one kind of evidence gave for a field."""

    value: object
    """Is JSON-serialisable."""
    evidence: str
    """Says where it was read, for example ``json-ld``, ``og:title``, ``dateline`` or ``url``."""


class ReadParagraph(NamedTuple):
    """Is one paragraph of a page: kept in the body or left out, and by what."""

    text: str
    is_kept: bool
    why: str


@dataclass(frozen=True, kw_only=True, order=True)
class Mention:
    """Is something of the trademark world that a text names, at one place."""

    field: TextField
    start: int
    """Is 0-based, in characters (code points) of that field; ``text[start:end]`` is what stands
    there."""
    end: int
    kind: MentionKind
    value: str
    """Is its normal form: one for all spellings, and for old names today's."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Holds what listings, feeds and sitemaps say of a story, beside its address."""

    date_published: str | None = None
    """Is in ISO 8601, a day or an instant with offset."""
    listed_by: str | None = None
    """Says by whose word the day is: ``feed``, ``news-sitemap``, ``section`` or ``sitemap``."""
    headline: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """Is one thing that the publisher keeps for itself, or says that it does not."""

    term: str
    """Is ``noarchive``, ``noindex``, ``nosnippet``, ``max-snippet``, ``noai``, ``noimageai``,
    ``tdm-reservation``, ``tdm-policy``, or ``ai-agents``: robots.txt forbids the page to agents
    that collect for AI."""
    evidence: str
    """Says where: a ``meta`` element, a ``header``, or the path of a file of the site."""
    value: str
    """Is as written; of ``tdm-reservation`` 1, 0, or ``unknown`` where the site's file could not be
    had; of ``tdm-policy`` an address; of ``ai-agents`` their names; of ``max-snippet`` the letters
    that may be quoted at most."""


def forbidding(told: Iterable[Reservation]) -> tuple[Reservation, ...]:
    """Returns what is told but for permissions: one place gives none for what another reserves."""
    return tuple(one for one in told if (one.term, one.value) != ("tdm-reservation", "0"))


@dataclass(frozen=True, kw_only=True)
class PackedPage:
    """Is a page as it is written into a WARC file."""

    member: bytes
    """Is one record, gzipped."""
    digest: str
    """Is the digest of the payload, as WARC writes it: ``sha1:`` and base32."""
    request: bytes | None = None
    """Is the gzipped record of the request that it answered; None: nobody knows what we sent."""
    copied_id: str | None = None
    """Is the ID of a record that was copied from a file; None: it was made here, with a new one."""
    received: "PackedPage | None" = None
    """Is the answer of the site of a page that was rendered."""


@dataclass(frozen=True, kw_only=True)
class Capture:
    """Is one page as received: the bytes that can be read again by a better rule."""

    url: str
    """Is the address the bytes came from, after redirects."""
    requested_url: str | None = None
    """Is the address asked for, before redirects; None if it is the same."""
    body: bytes
    """Is the payload as received, before any decompression."""
    content_type: str | None = None
    status: int | None = None
    """Is the HTTP status; None for a page that came from a file."""
    http_headers: tuple[tuple[str, str], ...] = ()
    """Are response headers as received; empty for a page that came from a file."""
    date_captured: datetime | None = None
    """Is the aware UTC instant at which the page stood like this; None if nobody knows."""
    origin: Origin = "crawl"
    retrieved_from: str | None = None
    """Is the address at a web archive that the bytes were taken from (a memento, RFC 7089); None:
    from the site itself, or from a file."""
    seen_until: datetime | None = None
    """Is the aware UTC instant up to which a web archive's index shows the same bytes; None: as
    ``date_captured``."""
    request_headers: tuple[tuple[str, str], ...] = ()
    """Are the request's headers as we sent them; empty: it was not we who asked the site."""
    source: str | None = None
    """Is the name of the Source it belongs to."""
    record_id: str | None = None
    """Is the ID of the record in which it came from a file, by which another record may name it."""
    data: "Capture | None" = None
    """Is the answer that its script loads the story from, where that was asked for, too."""
    packed: PackedPage | None = None
    """Is the page as whoever read it packed it; None: it is packed when it is stored."""
    received: "Capture | None" = None
    """Is the answer of the site, where this is the page as a browser rendered it; None: this is
    what was received."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revisit:
    """Is a visit at which a page was the same as before: it had the same payload, or it was "not
    modified" (304). Times are UTC."""

    url: str
    seen_at: str
    offset: int = 0
    """Is the first byte of its record in its file, or of the member that holds it."""
    digest: str | None = None
    """Is that of the payload; None: its record does not say it, nor what follows."""
    refers_to: str | None = None
    """Is the ID of the record that holds the page."""
    refers_to_url: str | None = None
    refers_to_date: str | None = None


@dataclass(frozen=True, kw_only=True)
class SiteMarks:
    """Is what the memory of its site keeps of a page: `tradepress docs extraction`. Bytes are
    hexadecimal."""

    key: str
    """Is that of the archive for which it was read: another one has no use for it."""
    hashes: str
    """Are keyed hashes of what it shows, packed."""
    told: str
    """Is a digest of what the memory said of the page when it was read; empty: nothing."""
    places: str
    """Holds the elements of body, headline, byline and date, a line each as a CSS selector; an
    empty one where it is shown nowhere."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """Is one story as one page shows it. None and empty mean: the page does not say."""

    source: str | None = None
    """Is the name of the Source, for example ``wipr``."""
    site_id: str | None = None
    """Is the site's own identifier, for example ``14415``; the ref is made from it."""
    url: str | None = None
    """Is the final address after redirects, absolute."""
    canonical_url: str | None = None
    """Is what the page declares, absolute; None if it declares none or if it lies."""
    headline: str | None = None
    """Is the headline as printed, white space collapsed."""
    also_titled: tuple[str, ...] = ()
    """Holds what else the page calls the story to machines, and not only in other quotes or with
    the name of the site."""
    description: str | None = None
    """Is the publisher's own summary (standfirst or meta description)."""
    body: str | None = None
    """Holds paragraphs joined by a blank line."""
    date_published: str | None = None
    """Is in ISO 8601: ``2017-08-04`` when only the day is known, with offset when the time is.
    Never filled from modified, first-seen or today."""
    date_published_raw: str | None = None
    """Is the string as printed."""
    date_modified: str | None = None
    date_modified_raw: str | None = None
    authors: tuple[str, ...] = ()
    """Holds names of people, in page order."""
    credit: tuple[str, ...] = ()
    """Holds agencies, desks and other organisations that it is credited to."""
    section: str | None = None
    """Is the publisher's own word."""
    language: str | None = None
    """Is in ISO 639-1."""
    keywords: tuple[str, ...] = ()
    access: Access | None = None
    """Is what the page says of itself; unknown is None, never open."""
    completeness: Completeness = "body"
    """Is what the page gave of the story; what of it is kept is said by ``policy``."""
    is_truncated: bool | None = None
    """Is True when only a teaser was served; decided by the text, not by a wall block."""
    confidence: float | None = None
    """Is the F1 of words that the body can be expected to have, 0 to 1 (calibrated, see
    `tradepress docs extraction`); None: nobody judged."""
    paragraph_odds: tuple[float, ...] = ()
    """Are the log odds of each paragraph of the body to be the story's; empty: nobody judged."""
    corrections: tuple[str, ...] = ()
    """Are correction and clarification notices, cut from the body."""
    image_url: str | None = None
    """Is the address of the lead image as declared, absolute; the image itself is not kept."""
    image_caption: str | None = None
    """Is what the page declares under it."""
    image_license: str | None = None
    """Says under which it may be used: an address or the name of a licence, as declared."""
    related_links: tuple[Link, ...] = ()
    policy: Policy | None = None
    """Says what may be kept of the story. Until the pipelines: what source and operator ask for;
    from then on what follows from that and from the reservations."""
    reservations: tuple[Reservation, ...] = ()
    """Are what the publisher reserves. Of several with one term the first counts."""
    mentions: tuple[Mention, ...] = ()
    """Are what its texts name, in their order; found by the pipelines, never by a page's rules."""
    mention_rules: str | None = None
    """Is the name of the rules that looked for mentions; None: nobody looked."""
    evidence: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    """Holds for each field the readings that were found, the chosen one first."""
    capture: Capture | None = None
    """Holds the raw page, once the way in has attached it."""
    site_marks: SiteMarks | None = None
    """Is for the memory of its site; None: it was read without one."""

    def __str__(self) -> str:
        """Names the story for Scrapy's log, which would print the text of one that may not be
        kept."""
        return f"story {self.url} ({self.source})"


@dataclass(frozen=True, kw_only=True)
class StoredArticle(Article):
    """Is one story of a source, at an address: what the archive stores, and what it gives back."""

    source: str = field()  # without field() the default of Article would count here, too
    url: str = field()

    @classmethod
    def of(cls, article: Article, *, source: str, url: str | None = None) -> Self:
        """Gives a story its source; one without an address has an empty one, which none stores."""
        return cls(**{**vars(article), "source": source, "url": url or article.url or ""})
