"""`tradepress show`: one story of the archive, as a person or a program reads it."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from archive.near_duplicates.pairs import near_duplicates_of
from archive.read_only import read_archive
from archive.stories.articles import is_doubtful, load_article
from archive.stories.ref import is_address
from archive.stories.reservation_words import in_words, why_no_text
from archive.story import METADATA_ONLY
from tradepress.commands.options import (
    archive_option,
    force_option,
    json_option,
    new_file,
    output_option,
    whole_number,
)
from tradepress.commands.printed import mention_lines, print_json

SERVED = {"teaser": "this summary", "headline": "the headline"}
"""What was served of a story without a body."""


@click.command()
@click.argument("ref", metavar="REF|URL")
@click.option("--versions", is_flag=True, help="List its versions and what each changed.")
@click.option(
    "--diff",
    nargs=2,
    type=whole_number(),
    metavar="A B",
    help="Compare version A with version B, word by word.",
)
@click.option("--capture", is_flag=True, help="Write the very page that it was read from.")
@output_option("With --capture: write the page into this file.", required=False)
@force_option
@json_option
@archive_option
def show(
    ref: str,
    versions: bool,
    diff: tuple[int, int] | None,
    capture: bool,
    output: Path | None,
    force: bool,
    as_json: bool,
    archive: Path,
) -> int:
    """Show the story REF (wipr-14415), its second version (wipr-14415@2), or that of an address."""
    if sum((versions, diff is not None, capture)) > 1:
        raise click.UsageError("Give one of --versions, --diff and --capture.")
    if (output or force) and not capture:
        raise click.UsageError("-o and --force go with --capture.")
    if capture:
        if as_json:
            raise click.UsageError("Give --capture or --json, not both.")
        from tradepress.commands.captured_page import write_page

        return write_page(ref, archive, output and new_file(output, force=force))
    if versions or diff:
        # Its colours are rich's, which takes a while to load.
        from tradepress.commands.versions_words import show_versions

        return show_versions(ref, diff, as_json, archive)
    with read_archive(archive) as db:
        article = load_article(db, ref)
        article["near_duplicates"] = near_duplicates_of(db, article["ref"])
        newest = load_article(db, article["ref"])["version"]
    if as_json:
        print_json(article)
    else:
        print_article(
            article,
            newest=newest,
            asked=article["ref"] if is_address(ref) else ref.partition("@")[0],
        )
    return 0


def print_article(article: dict[str, Any], *, newest: int, asked: str) -> None:
    """Headline, facts, body, corrections, links, the stories that cite it, places, mentions.

    :param newest: number of its current version
    :param asked: the ref by which it was asked for
    """
    click.secho(article["headline"], bold=True)
    head = "\n".join([*_facts(article), *_notes(article, newest, asked)])
    texts = [textwrap.fill(text, 90) for text in _texts(article)]
    click.echo("\n\n".join([head, *texts, *_rights(article), *_lists(article)]))


def _facts(article: dict[str, Any]) -> Iterator[str]:
    byline = ", ".join(article["authors"])
    day = article["date_published"] or "undated"
    yield " · ".join(filter(None, (day, article["section"], byline, article["publisher"])))
    yield f"{article['ref']}@{article['version']}  {article['url']}"
    captured = article["date_captured"] or "at an unknown time"
    yield f"captured {captured} · access {article['access'] or 'unknown'}"
    if article["retrieved_from"]:
        yield f"taken from {article['retrieved_from']}"


def _notes(article: dict[str, Any], newest: int, asked: str) -> Iterator[str]:
    """What a reader must know before relying on the text."""
    if asked != article["ref"]:
        yield f"({asked} was merged into this story.)"
    if article["gone_at"]:
        yield f"(The publisher has taken this story down; noticed {article['gone_at'][:10]}.)"
    if article["version"] != newest:
        yield f"(An earlier version; the current one is {article['ref']}@{newest}.)"
    if is_doubtful(article["confidence"]):
        yield f"(Doubtful: confidence {article['confidence']:.2f}; compare with the page.)"


def _texts(article: dict[str, Any]) -> Iterator[str]:
    paragraphs = (article["body"] or "").split("\n\n")
    if article["description"] and article["description"].rstrip("….") not in paragraphs[0]:
        yield article["description"]
    yield from article["corrections"]
    if article["body"]:
        yield from paragraphs


def _rights(article: dict[str, Any]) -> Iterator[str]:
    if article["policy"] == METADATA_ONLY:
        yield f"(No text is kept: {why_no_text(article['reservations'])}.)"
    elif article["completeness"] != "body":
        yield f"(Only {SERVED[article['completeness']]} was served.)"
    if article["is_truncated"] and article["body"]:
        yield "(Only this teaser was served.)"
    if article["reservations"]:
        yield "reserved: " + "; ".join(map(in_words, article["reservations"]))


def _lists(article: dict[str, Any]) -> list[str]:
    """Links, the stories that cite it, copies at other papers, what it names."""
    links = [
        f"{link['kind']}: {link['text']}"
        + (f"  {link['url']}" if link["url"] else "")
        + (f"  ({link['target']})" if link["target"] else "")
        for link in article["related_links"]
    ]
    citing = [
        f"{story['published_day'] or 'undated':<12}{story['ref']}  {story['headline']}"
        for story in article["cited_by"]
    ]
    near = [
        f"also at: {other['publisher']}, {other['ref']}, {other['published_day'] or 'undated'} "
        f"({other['kind']}, {other['similarity']:.2f})"
        for other in article["near_duplicates"]
    ]
    if citing:
        citing.insert(0, "Stories that cite this one:")
    named = mention_lines(article["mentions"])
    if named:
        named.insert(0, "Named in it:")
    return ["\n".join(lines) for lines in (links, citing, near, named) if lines]
