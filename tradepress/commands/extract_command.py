"""Runs `tradepress extract`: one page, no archive: what would be taken, by which evidence."""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from tradepress.archive.stories.ref import article_ref
from tradepress.archive.stories.reservation_words import in_words
from tradepress.commands.options import (
    configured,
    contact_option,
    json_option,
    page_address,
    source_option,
)
from tradepress.commands.printed import mention_lines, print_json
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.declared_sources import all_sources, source_named, source_owning
from tradepress.extraction import DEFECT, NotAnArticle
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.read_story import Read, read_story
from tradepress.rights.header_reservations import header_reservations
from tradepress.source import Source
from tradepress.steps.apply_policy import judge_policy
from tradepress.steps.note_mentions import note_mentions
from tradepress.story import Article, strictest


@click.command()
@click.argument("page", metavar="FILE|URL|-")
@click.option("--url", type=page_address, metavar="URL", help="Address of the page, for a FILE.")
@source_option("Read it by this source's rules.")
@contact_option
@json_option
def extract(
    page: str, url: str | None, source_name: str | None, contact: str | None, as_json: bool
) -> int:
    """Read one page (HTML or a text capture) and show the story in it, and by which evidence.

    It is a FILE, a URL (asked for as politely as in a crawl) or - for standard input.
    Nothing is stored. Where there is no story the exit code is 1, and --json says why.
    """
    is_address = page.startswith(("http://", "https://"))
    page = page_address(page) if is_address else page
    address = page if is_address else url
    sources = all_sources()
    source = source_named(source_name) if source_name else None
    if source is None and address is not None:
        source = source_owning(address, sources)
    found = asked_page(page, source, contact) if is_address else first_page(page, url)
    try:
        with PageWorkers(1) as workers:
            read = asyncio.run(read_story(found, source, workers, sources=sources))
    except (NotAnArticle, TooComplex) as error:
        if not as_json:
            what = "could not be read" if error.reason == DEFECT else "is not a story"
            raise click.ClickException(f"{page} {what}: {error}") from error
        words = error.words if isinstance(error, NotAnArticle) else str(error)
        print_json({"url": found.url, "refused": {"reason": error.reason, "words": words}})
        return 1
    article = with_rights(read)
    if as_json:
        print_json(article_fields(article))
    else:
        print_fields(article)
    return 0


def with_rights(read: Read) -> Article:
    """Returns the story with what its answer reserves and what could be kept of it (the site is not
    asked), and with what it names."""
    article = read.article
    reservations = (*article.reservations, *header_reservations(read.page.http_headers))
    asked = None
    if read.source:
        asked = strictest(read.source.policy, configured().policy_of(read.source.name))
    article = replace(article, reservations=reservations, policy=asked)
    article = replace(article, policy=judge_policy(article))
    return note_mentions(article, people=configured().mentions.people)


def asked_page(url: str, source: Source | None, contact: str | None) -> FilePage:
    """Returns the page at an address.

    :raises click.UsageError: as things are set nothing can be asked
    :raises ConnectionError: the page can't be had
    """
    # Here, as a page in a file needs nothing of Scrapy.
    from scrapy.exceptions import UsageError

    from tradepress.jobs.site_visit import fetch_page

    try:
        return fetch_page(url, source, replace(configured(), contact=contact))
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def first_page(file: str, url: str | None) -> FilePage:
    """Returns the first page of a file, or of standard input.

    :raises click.ClickException: it can't be read
    """
    path = Path("/dev/stdin") if file == "-" else Path(file)
    try:
        return next(read_pages(path, url))
    except UnreadableFile as error:
        raise click.ClickException(f"{file}: {error}.") from error
    except StopIteration as error:
        raise click.ClickException(f"{file} holds no page.") from error


def article_fields(article: Article) -> dict[str, Any]:
    """Returns the story under the names of the design, ready for JSON."""
    fields = asdict(article)
    del fields["capture"], fields["mention_rules"]
    source, url = article.source, article.url
    ref = article_ref(source, article.site_id, url) if source and url else None
    day = article.date_published[:10] if article.date_published else None
    return {"ref": ref, **fields, "published_day": day}


def print_fields(article: Article) -> None:
    """Prints a story for a person: each field with what gave it."""
    evidence = article.evidence
    for name, value in article_fields(article).items():
        if name in ("evidence", "body", "related_links", "mentions") or value in (None, (), []):
            continue
        values = value if isinstance(value, (list, tuple)) else [value]
        if name == "reservations":
            values = [in_words(one) for one in article.reservations]
        words = "; ".join(map(str, values))
        if name == "confidence":
            words = f"{value:.2f}"
        by = f"   [{evidence[name][0].evidence}]" if evidence.get(name) else ""
        click.echo(f"{name:<20}{words}{by}")
    for link in article.related_links:
        click.echo(f"{'related_links':<20}{link.kind}: {link.text} {link.url or ''}")
    for line in mention_lines(article.mentions):
        click.echo(f"{'mentions':<20}{line}")
    click.echo(f"\n{article.body or '(no body)'}")
