"""Makes a story as it can be stored: all that follows from the page alone, so that a process
that reads pages can work it out and the one that writes only writes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from tradepress.archive.clean import Value, clean, column_value, each, naming
from tradepress.archive.near_duplicates.fingerprint import text_signature
from tradepress.archive.stories.content_hash import content_hash, reads_the_same
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key
from tradepress.story import Capture, Link, LinkKind, Reading, Reservation, StoredArticle
from tradepress.story_fields import columns_of

COLUMNS = tuple(one.name for one in fields(StoredArticle) if one.name in columns_of("articles"))
"""Lists the columns of ``articles``; those of ``versions`` are these without OF_ARTICLE."""
CLEANED = tuple(name for name in COLUMNS if name != "reservations")
VALUE_DEPTH = 3
"""Is how deep a value lies in the evidence: in a reading, in a list, of a field."""
OF_ARTICLE = tuple(name for name in COLUMNS if name not in columns_of("versions"))


@dataclass(frozen=True, kw_only=True)
class StoredLink:
    """Is a link as table ``links`` has it."""

    kind: LinkKind
    text: str
    url: str | None
    position: int
    url_key: str | None
    site_id: str | None = None
    """Is the site's own id in its address, by which the target may be known."""


@dataclass(frozen=True, kw_only=True)
class CleanStory:
    """Is made by :func:`clean_story`; without slots, as it comes from the page workers."""

    article: StoredArticle
    """Has every value as a column can hold it."""
    columns: Mapping[str, Value]
    evidence: Value
    """Says for each field what gave it, as JSON."""
    links: tuple[StoredLink, ...]
    content_hash: str
    signature: bytes | None
    """Is the signature of its text, for near-duplicates; None: it has too little."""

    def captured(self, capture: Capture) -> "CleanStory":
        """Returns the story with the page that it was read from."""
        return replace(self, article=replace(self.article, capture=capture))


def article_in(story: CleanStory | StoredArticle) -> StoredArticle:
    """Returns the article of a story, cleaned or not."""
    return story.article if isinstance(story, CleanStory) else story


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownText:
    """Says what our own rules have made of a text."""

    article: StoredArticle
    content_hash: str
    signature: bytes | None = None
    """Is None where it is not known, or there is none."""
    evidence: str | None = None
    """Is the JSON of its evidence, if all values of the story are as they were cleaned before."""


def clean_story(article: StoredArticle, known: KnownText | None = None) -> CleanStory:
    """Cleans a story for the archive.

    :param known: spares its work, as far as the story has that text
    :raises ArticleRowError: a value can't be stored; names its field
    """
    evidence: Value = None if known is None else known.evidence
    cleaned = article if evidence is not None else _clean_article(article)
    if known is None or not reads_the_same(cleaned, known.article):
        known = KnownText(article=cleaned, content_hash=content_hash(cleaned))
    is_teaser = cleaned.is_truncated is True
    signature = None if is_teaser else known.signature
    columns = _columns(cleaned)
    return CleanStory(
        article=cleaned,
        columns=columns,
        evidence=_evidence(cleaned, columns) if evidence is None else evidence,
        links=tuple(map(stored_link, cleaned.related_links)),
        content_hash=known.content_hash,
        signature=signature or text_signature(cleaned.body, is_teaser=is_teaser),
    )


def stored_link(link: Link) -> StoredLink:
    """Returns a cleaned link with its URL key; of one that leads to no web page the words stay."""
    url, key = link.url, None
    try:
        key = url_key(url) if url else None
    except ValueError:
        url = None
    return StoredLink(
        kind=link.kind,
        text=link.text,
        url=url,
        position=link.position,
        url_key=key,
        site_id=link.site_id,
    )


def published_day(date_published: str | None) -> str | None:
    """Returns the day as printed where the publisher is; None if it is no whole day."""
    day = (date_published or "")[:10]
    return day if len(day) == 10 else None


def _clean_article(article: StoredArticle) -> StoredArticle:
    values = _cleaned({name: getattr(article, name) for name in CLEANED})
    with naming("related_links"):
        links = tuple(map(_clean_link, article.related_links))
    with naming("reservations"):
        reservations = tuple(Reservation(**_cleaned(asdict(one))) for one in article.reservations)
    return replace(article, **values, related_links=links, reservations=reservations)


def _clean_link(link: Link) -> Link:
    fields = _cleaned({"text": link.text, "url": link.url})
    is_clean = (link.text, link.url) == (fields["text"], fields["url"])
    return link if is_clean else replace(link, **fields)


def _cleaned(fields: Mapping[str, object]) -> dict[str, Any]:
    """Cleans each field; it keeps the type that it had."""
    return each(clean, fields)


def _columns(article: StoredArticle) -> dict[str, Value]:
    values = {name: getattr(article, name) for name in COLUMNS}
    return each(column_value, {**values, "reservations": [*map(asdict, article.reservations)]})


def _evidence(article: StoredArticle, columns: Mapping[str, Value]) -> Value:
    """Returns the readings of each field, those that gave what its column of ``versions`` has
    without a value: :func:`tradepress.archive.stored_json.read_evidence` puts it in."""
    of_version = {name: value for name, value in columns.items() if name not in OF_ARTICLE}
    with naming("evidence"):
        return column_value(
            {
                storable(name): [_reading(one, of_version.get(name)) for one in readings]
                for name, readings in article.evidence.items()
            }
        )


def _reading(one: Reading, column: Value) -> dict[str, object]:
    value, evidence = clean(one.value, VALUE_DEPTH), clean(one.evidence)
    if isinstance(value, str | list) and column_value(value) == column:
        return {"evidence": evidence}
    return {"value": value, "evidence": evidence}
