"""Makes the facts of a citation of a story, in one place."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tradepress.archive.stories.story_record import Story
from tradepress.research.citation.author_names import AuthorName, cited_authors
from tradepress.research.citation.letter_case import headline_as_sentence
from tradepress.research.export.withheld_text import reserved
from tradepress.story import CitedAs

OWN_ARCHIVE = "Tradepress"
WEB_ARCHIVES = {"web.archive.org": "Internet Archive", "data.commoncrawl.org": "Common Crawl"}
"""Names web archives by host; others are called by their host."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """Is one version of one story as it is cited; unknown is None, and every text is one line."""

    ref: str
    """Is its name in every archive that has this version: ``wipr-14415@3f9a2c71d0``."""
    cited_as: CitedAs
    authors: tuple[AuthorName, ...]
    headline: str
    publication: str
    issued: str | None
    """Is the day, month or year of publication as far as it is known, ISO 8601; None: undated."""
    section: str | None
    language: str | None
    """Is the language in ISO 639-1."""
    url: str
    captured_at: str | None
    """Says when the page was first seen to stand so, UTC, or on which day; None: nobody knows."""
    kept_on: str
    """Is the day on which this version was taken into the archive, ISO 8601."""
    memento: str | None
    """Is the address of that capture at a web archive, if it is of one."""
    accessed: str
    """Is a day, ISO 8601."""
    headline_as_sentence: str | None = None
    """Is a headline that is printed as a title as a sentence has it, by the story's own letters;
    None: as it is printed."""
    abstract: str | None = None
    """Is the publisher's own summary; None: there is none, or it is not given on."""

    @property
    def key(self) -> str:
        """Returns ``wipr-14415-3f9a2c71d0``: the ref in letters that all formats take, unique for
        good."""
        return self.ref.replace("@", "-")

    @property
    def archive(self) -> str:
        """Says who holds the page as it was."""
        if self.memento is None:
            return OWN_ARCHIVE
        host = urlsplit(self.memento).hostname or ""
        return WEB_ARCHIVES.get(host, host)

    @property
    def archive_location(self) -> str:
        """Says where it lies there: an address, or else the ref."""
        return self.memento or self.ref

    @property
    def archived(self) -> str:
        """Says when and where: ``Archived 2026-11-24T09:15:00Z, Tradepress wipr-1@3f9a2c71d0``; of
        a page of which nobody knows when it stood so, when it was kept."""
        when = f"Archived {self.captured_at}" if self.captured_at else f"Kept {self.kept_on}"
        return ", ".join(filter(None, (when, self.memento, f"{OWN_ARCHIVE} {self.ref}")))


def citation_of(story: Story, accessed: str) -> Citation:
    """Makes the citation of this version of the story.

    :param accessed: the day on which it was looked at, ISO 8601
    """
    publication = _line(story.publisher)
    issued = re.match(r"\d{4}(?:-\d\d){0,2}", story.date_published or "")
    headline = _line(story.headline)
    as_sentence = headline_as_sentence(
        headline, None if reserved(story) or story.is_truncated else story.body
    )
    return Citation(
        ref=story.cited_name,
        cited_as=story.cited_as,
        authors=cited_authors(
            map(_line, story.authors), map(_line, story.credit), story.language, publication
        ),
        headline=headline,
        headline_as_sentence=as_sentence if as_sentence != headline else None,
        publication=publication,
        issued=issued[0] if issued else None,
        section=_line(story.section or "") or None,
        language=story.language,
        url=story.url,
        # Who knew but the day wrote its first second; the day is right of any other second, too.
        captured_at=(story.cited_at or "").removesuffix("T00:00:00Z") or None,
        kept_on=story.date_archived[:10],
        memento=story.cited_from,
        accessed=accessed,
        abstract=None if reserved(story) else _line(story.description or "") or None,
    )


def _line(text: str) -> str:
    return " ".join(text.split())
