"""Reads one page without an archive: what would be taken of it, and by which evidence."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tradepress.archive.stories.ref import article_ref
from tradepress.configuration import Configuration
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.declared_sources import all_sources, as_configured, source_named, source_owning
from tradepress.extraction import NotAnArticle
from tradepress.jobs.event_loop import beside_a_loop
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.read_story import Read, read_story
from tradepress.notebook import Table
from tradepress.rights.header_reservations import header_reservations
from tradepress.source import Source
from tradepress.steps.apply_policy import judge_policy
from tradepress.steps.note_mentions import note_mentions
from tradepress.story import Article, strictest


class NothingAsked(ValueError):
    """Is raised where, as things are set, no page can be asked for; the message is one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction(Table):
    """Holds what was found on a page."""

    url: str | None
    """Says where it stands; None: nobody knows."""
    article: Article | None
    """Is None if there is no story."""
    refused: NotAnArticle | None
    """Says why there is none."""
    read: tuple[FilePage, Source | None] = field(repr=False)
    """Is what was read, and by whose rules; None: by those of all sites."""

    @property
    def ref(self) -> str | None:
        """Is what the archive would call the story, if no other one is called so."""
        story = self.article
        if story is None or not (story.source and story.url):
            return None
        return article_ref(story.source, story.site_id, story.url)

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        evidence = self.article.evidence if self.article else {}
        rows = [
            (name, value, evidence[name][0].evidence if evidence.get(name) else None)
            for name in ("headline", "date_published", "authors", "section", "body")
            if (value := getattr(self.article, name, None))
        ]
        caption = self.url or "A page"
        if self.refused is not None:
            caption += f": {self.refused}"
        return caption, ("field", "value", "evidence"), rows


@beside_a_loop
def extract(
    page: str | Path,
    *,
    url: str | None = None,
    source: str | None = None,
    contact: str | None = None,
    configuration: Configuration | None = None,
) -> Extraction:
    """Reads one page, HTML or a text capture, for the story in it; nothing is stored.

    Example:

    >>> found = tradepress.extract("saved.html", url=PAGE)
    >>> found.article.headline, found.ref
    ('Lantern mark lost', 'wipr-4713')

    :param page: a file; ``-`` for standard input; or an address, which is asked for as politely as
        in a crawl, from the main thread
    :param url: where the page of a file stood
    :param source: the name of the one by whose rules it is read; None: its site says it
    :param contact: the mail or web address of whoever asks; None: the configuration's
    :param configuration: None: that of the file and the environment, as the command has it
    :raises UnreadableFile: the file can't be read, or holds no page
    :raises NoSuchSource: it is not declared
    :raises NothingAsked: as things are set no page can be asked for
    :raises ConnectionError: the page can't be had
    """
    configuration = as_configured(configuration)
    if contact is not None:
        configuration = replace(configuration, contact=contact)
    address = str(page) if str(page).startswith(("http://", "https://")) else None
    sources = all_sources()
    rules = source_named(source) if source else None
    if rules is None and (stands_at := address or url) is not None:
        rules = source_owning(stands_at, sources)
    found = _asked_page(address, rules, configuration) if address else _first_page(page, url)
    try:
        with PageWorkers(1) as workers:
            read = asyncio.run(read_story(found, rules, workers, sources=sources))
    except (NotAnArticle, TooComplex) as error:
        if isinstance(error, TooComplex):
            error = NotAnArticle(error.reason, str(error))
        return Extraction(url=found.url, article=None, refused=error, read=(found, rules))
    article = _with_rights(read, configuration)
    by = (read.page, read.source)
    return Extraction(url=read.page.url, article=article, refused=None, read=by)


def _asked_page(url: str, source: Source | None, configuration: Configuration) -> FilePage:
    # Here, as a page in a file needs nothing of Scrapy.
    from scrapy.exceptions import UsageError

    from tradepress.jobs.site_visit import fetch_page

    try:
        return fetch_page(url, source, configuration)
    except UsageError as error:
        raise NothingAsked(str(error)) from error


def _first_page(file: str | Path, url: str | None) -> FilePage:
    path = Path("/dev/stdin") if file == "-" else Path(file)
    for page in read_pages(path, url):
        return page
    raise UnreadableFile("it holds no page")


def _with_rights(read: Read, configuration: Configuration) -> Article:
    """Adds what its answer reserves, what of it could be kept, and what it names."""
    article = read.article
    on_page = (*article.reservations, *header_reservations(read.page.http_headers))
    reservations = (*read.page.site_reservations, *on_page)  # of its data alone
    asked = None
    if read.source:
        asked = strictest(read.source.policy, configuration.policy_of(read.source.name))
    article = replace(article, reservations=reservations, policy=asked)
    article = replace(article, policy=judge_policy(article))
    return note_mentions(article, people=configuration.mentions.people)
