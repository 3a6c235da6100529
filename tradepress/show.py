"""`tradepress show`: one story of the archive, as a person or a program reads it."""

import json
import textwrap
from pathlib import Path
from typing import Any

import click

from archive.articles import is_doubtful, load_article
from archive.open import open_archive
from tradepress.options import archive_option, json_option


@click.command()
@click.argument("ref")
@json_option
@archive_option
def show(ref: str, as_json: bool, archive: Path) -> int:
    """Show the story REF, for example wipr-14415, or one of its versions, wipr-14415@2."""
    db = open_archive(archive)
    try:
        article = load_article(db, ref)
        newest = load_article(db, article["ref"])["version"]
    finally:
        db.close()
    if as_json:
        click.echo(json.dumps(article, ensure_ascii=False, indent=1))
    else:
        print_article(article, newest=newest)
    return 0


def print_article(article: dict[str, Any], *, newest: int) -> None:
    """Headline, facts, body, corrections, links, places."""
    byline = ", ".join(article["authors"])
    facts = [article["date_published"] or "undated", article["section"], byline, article["source"]]
    click.secho(article["headline"], bold=True)
    click.echo(" · ".join(fact for fact in facts if fact))
    click.echo(f"{article['ref']}@{article['version']}  {article['url']}")
    first = (article["body"] or "").split("\n\n")[0]
    if article["gone_at"]:
        click.echo(f"(The publisher has taken this story down; noticed {article['gone_at'][:10]}.)")
    if article["version"] != newest:
        click.echo(f"(An earlier version; the current one is {article['ref']}@{newest}.)")
    if is_doubtful(article["confidence"]):
        click.echo(f"(Doubtful: confidence {article['confidence']:.2f}; compare with the page.)")
    if article["description"] and article["description"].rstrip("….") not in first:
        click.echo("\n" + textwrap.fill(article["description"], 90))
    for correction in article["corrections"]:
        click.echo("\n" + textwrap.fill(correction, 90))
    for paragraph in (article["body"] or "").split("\n\n"):
        click.echo("\n" + textwrap.fill(paragraph, 90))
    if article["is_truncated"]:
        click.echo("\n(Only this teaser was served.)")
    if article["related_links"]:
        click.echo()
    for link in article["related_links"]:
        click.echo(f"{link['kind']}: {link['text']}" + (f"  {link['url']}" if link["url"] else ""))
