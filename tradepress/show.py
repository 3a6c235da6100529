"""`tradepress show`: one story of the archive, as a person or a program reads it."""

import json
import textwrap
from pathlib import Path
from typing import Any

import click

from archive.near_duplicates.pairs import near_duplicates_of
from archive.open import read_archive
from archive.stories.articles import is_doubtful, load_article
from archive.stories.kept import METADATA_ONLY
from archive.stories.reservations import in_words, why_no_text
from tradepress.options import archive_option, json_option, whole_number
from tradepress.versions import show_versions


@click.command(short_help="Show a story or one of its versions, and what links to it.")
@click.argument("ref")
@click.option("--versions", is_flag=True, help="List its versions and what each changed.")
@click.option(
    "--diff",
    nargs=2,
    type=whole_number(),
    metavar="A B",
    help="Compare version A with version B, word by word.",
)
@json_option
@archive_option
def show(
    ref: str, versions: bool, diff: tuple[int, int] | None, as_json: bool, archive: Path
) -> int:
    """Show the story REF, for example wipr-14415, or one of its versions, wipr-14415@2."""
    if versions and diff:
        raise click.UsageError("Give --versions or --diff, not both.")
    if versions or diff:
        return show_versions(ref, diff, as_json, archive)
    db = read_archive(archive)
    try:
        article = load_article(db, ref)
        article["near_duplicates"] = near_duplicates_of(db, article["ref"])
        newest = load_article(db, article["ref"])["version"]
    finally:
        db.close()
    if as_json:
        click.echo(json.dumps(article, ensure_ascii=False, indent=1))
    else:
        print_article(article, newest=newest, asked=ref.partition("@")[0])
    return 0


def print_article(article: dict[str, Any], *, newest: int, asked: str) -> None:
    """Headline, facts, body, corrections, links, the stories that cite it, places.

    :param newest: number of its current version
    :param asked: the ref by which it was asked for
    """
    byline = ", ".join(article["authors"])
    facts = [
        article["date_published"] or "undated",
        article["section"],
        byline,
        article["publisher"],
    ]
    click.secho(article["headline"], bold=True)
    click.echo(" · ".join(fact for fact in facts if fact))
    click.echo(f"{article['ref']}@{article['version']}  {article['url']}")
    captured = article["date_captured"] or "at an unknown time"
    click.echo(f"captured {captured} · access {article['access'] or 'unknown'}")
    first = (article["body"] or "").split("\n\n")[0]
    if asked != article["ref"]:
        click.echo(f"({asked} was merged into this story.)")
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
    for paragraph in article["body"].split("\n\n") if article["body"] else ():
        click.echo("\n" + textwrap.fill(paragraph, 90))
    if article["policy"] == METADATA_ONLY:
        click.echo(f"\n(No text is kept: {why_no_text(article['reservations'])}.)")
    if article["is_truncated"] and article["body"]:
        click.echo("\n(Only this teaser was served.)")
    if article["reservations"]:
        click.echo("\nreserved: " + "; ".join(map(in_words, article["reservations"])))
    if article["related_links"]:
        click.echo()
    for link in article["related_links"]:
        places = [link["url"], link["target"] and f"({link['target']})"]
        click.echo("  ".join(filter(None, (f"{link['kind']}: {link['text']}", *places))))
    if article["cited_by"]:
        click.echo("\nStories that cite this one:")
    for story in article["cited_by"]:
        click.echo(f"{story['published_day'] or 'undated':<12}{story['ref']}  {story['headline']}")
    if article["near_duplicates"]:
        click.echo()
    for other in article["near_duplicates"]:
        place = f"{other['publisher']}, {other['ref']}, {other['published_day'] or 'undated'}"
        click.echo(f"also at: {place} ({other['kind']}, {other['similarity']:.2f})")
