"""Runs `tradepress extract`: one page, no archive: what would be taken, by which evidence."""

from dataclasses import asdict
from typing import IO, Any

import click

from tradepress.archive.ledger.reason_words import SCRIPT_STEP
from tradepress.archive.stories.reservation_words import in_words
from tradepress.commands.options import (
    configured,
    contact_option,
    json_option,
    page_address,
    source_option,
)
from tradepress.commands.printed import mention_lines, print_json
from tradepress.interrupt import held
from tradepress.story import Article


@click.command()
@click.argument("page", metavar="FILE|URL|-")
@click.option("--url", type=page_address, metavar="URL", help="Address of the page, for a FILE.")
@source_option("Read it by this source's rules.")
@contact_option
@click.option("--report", type=click.File("w", "utf-8"), help="Write what to attach to a bug.")
@json_option
def extract(
    page: str,
    url: str | None,
    source_name: str | None,
    contact: str | None,
    report: IO[str] | None,
    as_json: bool,
) -> int:
    """Read one page (HTML or a text capture) and show the story in it, and by which evidence.

    It is a FILE, a URL (asked for as politely as in a crawl) or - for standard input.
    Nothing is stored. Where there is no story the exit code is 1, and --json says why.
    """
    with held():
        from tradepress.extraction import DEFECT
        from tradepress.jobs.extract_page import NothingAsked
        from tradepress.jobs.extract_page import extract as extract_page
        from tradepress.jobs.files.file_page import UnreadableFile

    is_address = page.startswith(("http://", "https://"))
    try:
        found = extract_page(
            page_address(page) if is_address else page,
            url=url,
            source=source_name,
            contact=contact,
            configuration=configured(),
        )
    except UnreadableFile as error:
        raise click.ClickException(f"{page}: {error}.") from error
    except NothingAsked as error:
        raise click.UsageError(str(error)) from error
    if report is not None:
        from tradepress.jobs.extract_report import extract_report

        report.write(extract_report(found))
    if found.article is not None:
        if as_json:
            print_json(article_fields(found.article, found.ref))
        else:
            print_fields(found.article, found.ref)
        return 0
    refused = found.refused
    assert refused is not None
    if not as_json:
        what = "could not be read" if refused.reason == DEFECT else "is not a story"
        step = f". {SCRIPT_STEP}" if refused.reason == "script" else ""
        raise click.ClickException(f"{page} {what}: {refused}{step}")
    print_json({"url": found.url, "refused": {"reason": refused.reason, "words": refused.words}})
    return 1


def article_fields(article: Article, ref: str | None = None) -> dict[str, Any]:
    """Returns the story under the names of the design, ready for JSON."""
    fields = asdict(article)
    del fields["capture"], fields["mention_rules"]
    day = article.date_published[:10] if article.date_published else None
    return {"ref": ref, **fields, "published_day": day}


def print_fields(article: Article, ref: str | None = None) -> None:
    """Prints a story for a person: each field with what gave it."""
    evidence = article.evidence
    for name, value in article_fields(article, ref).items():
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
