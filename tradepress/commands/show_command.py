"""Runs `tradepress show`: one story of the archive, as a person or a program reads it."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from tradepress.archive.near_duplicates.pairs import NearDuplicate, near_duplicates_of
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.like_this import LikeStory, like_this
from tradepress.archive.stories.articles import doubtful_paragraphs, is_doubtful
from tradepress.archive.stories.link_targets import CitingStory, cited_by
from tradepress.archive.stories.locations import locations_of
from tradepress.archive.stories.ref import is_address
from tradepress.archive.stories.reservation_words import HELD, held_on, in_words, why_no_text
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.text_forms import begins_with, counted
from tradepress.commands.options import (
    PIPE,
    archive_option,
    force_option,
    json_option,
    new_file,
    output_option,
    whole_number,
)
from tradepress.commands.printed import mention_lines, print_json
from tradepress.story import ARCHIVE_ONLY, METADATA_ONLY

SERVED = {"teaser": "this summary", "headline": "the headline"}
"""Says what was served of a story without a body."""
APART = (
    *("current_version", "is_current", "cited_as", "source_home", "policy_now", "reservations_now"),
    *("extractor", "has_capture", "duplicate_group", "links", "mentions", "versions", "aliases"),
    *("cited_at", "cited_from"),
)
"""Names what of a story is shown among what is around it, or by `--versions`, or not."""


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
@click.option("--like", is_flag=True, help="List stories about the same thing, and why.")
@click.option("--capture", is_flag=True, help="Write the very page that it was read from.")
@output_option("With --capture: write the page into this file.", required=False)
@force_option
@json_option
@archive_option
def show(
    ref: str,
    versions: bool,
    diff: tuple[int, int] | None,
    like: bool,
    capture: bool,
    output: Path | None,
    force: bool,
    as_json: bool,
    archive: Path,
) -> int:
    """Show the story REF (wipr-14415), its second version (wipr-14415@2), or that of an address."""
    if sum((versions, diff is not None, like, capture)) > 1:
        raise click.UsageError("Give one of --versions, --diff, --like and --capture.")
    if (output or force) and not capture:
        raise click.UsageError("-o and --force go with --capture.")
    if capture:
        if as_json:
            raise click.UsageError("Give --capture or --json, not both.")
        from tradepress.commands.captured_page import write_page

        file = None if output in (None, PIPE) else new_file(output, force=force)
        return write_page(ref, archive, file)
    if versions or diff:
        # Its colours are rich's, which takes a while to load.
        from tradepress.commands.versions_words import show_versions

        return show_versions(ref, diff, as_json, archive)
    if like:
        with read_archive(archive) as db:
            return show_like(like_this(db, ref), as_json)
    with read_archive(archive) as db:
        story = load_story(db, ref)
        shown = ShownStory(
            story=story,
            cited_by=cited_by(db, story.ref),
            locations=locations_of(db, story.ref),
            near_duplicates=near_duplicates_of(db, story.ref),
        )
    if as_json:
        print_json(shown_fields(shown))
    else:
        print_story(shown, asked=story.ref if is_address(ref) else ref.partition("@")[0])
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownStory:
    """Holds a story with what is shown around it."""

    story: Story
    cited_by: list[CitingStory]
    locations: list[str]
    near_duplicates: list[NearDuplicate]


def show_like(stories: Sequence[LikeStory], as_json: bool) -> int:
    """Prints the stories that are about the same thing, and what they share with it."""
    if as_json:
        print_json([asdict(one) for one in stories])
        return 0
    for one in stories:
        click.echo(f"{one.published_day or 'undated':<12}{one.ref}  {one.headline}")
        copies = f"; and {counted(one.copies, 'copy', 'copies')}" if one.copies else ""
        click.echo(f"{'':12}{one.publisher}: {', '.join(one.shared)}{copies}")
    if not stories:
        click.echo("No other story here shares enough rare words or names with it.", err=True)
    return 0


def shown_fields(shown: ShownStory) -> dict[str, Any]:
    """Returns a story under the names of the design, ready for JSON."""
    fields = asdict(shown.story)
    return {
        **{name: value for name, value in fields.items() if name not in APART},
        "cited_name": shown.story.cited_name,
        "related_links": [
            {name: value for name, value in link.items() if name != "leads_to"}
            for link in fields["links"]
        ],
        "cited_by": [asdict(one) for one in shown.cited_by],
        "mentions": fields["mentions"],
        "locations": shown.locations,
        "aliases": fields["aliases"],
        "near_duplicates": [asdict(one) for one in shown.near_duplicates],
    }


def print_story(shown: ShownStory, *, asked: str) -> None:
    """Prints headline, facts, body, corrections, links, citing stories, places, mentions.

    :param asked: the ref by which it was asked for
    """
    story = shown.story
    click.secho(story.headline, bold=True)
    head = "\n".join([*_facts(story), *_notes(story, asked)])
    texts = [textwrap.fill(text, 90) for text in _texts(story)]
    click.echo("\n\n".join([head, *texts, *_rights(story), *_lists(shown)]))


def _facts(story: Story) -> Iterator[str]:
    byline = ", ".join((*story.authors, *story.credit))
    day = story.date_published or "undated"
    yield " · ".join(filter(None, (day, story.section, byline, story.publisher)))
    if story.also_titled:
        yield f"also titled {' · '.join(story.also_titled)}"
    yield f"{story.ref}@{story.version}  {story.url}"
    captured = story.date_captured or "at an unknown time"
    access = story.access or "unknown"
    yield f"captured {captured} · access {access} · cited as {story.cited_name}"
    if story.retrieved_from:
        yield f"taken from {story.retrieved_from}"


def _notes(story: Story, asked: str) -> Iterator[str]:
    """Yields what a reader must know before relying on the text."""
    if asked != story.ref:
        yield f"({asked} was merged into this story.)"
    if story.gone_at:
        yield f"(The publisher has taken this story down; noticed {story.gone_at[:10]}.)"
    if not story.is_current:
        yield f"(An earlier version; the current one is {story.ref}@{story.current_version}.)"
    if is_doubtful(story.confidence):
        yield f"(Doubtful: confidence {story.confidence:.2f}; compare with the page.)"


def _texts(story: Story) -> Iterator[str]:
    paragraphs = (story.body or "").split("\n\n")
    if story.description and not begins_with(story.body or "", story.description):
        yield story.description
    yield from story.corrections
    doubts = doubtful_paragraphs(story.body, story.evidence)
    for place, paragraph in enumerate(paragraphs if story.body else ()):
        yield f"[in doubt: {doubts[place]}] {paragraph}" if place in doubts else paragraph


def _rights(story: Story) -> Iterator[str]:
    if story.policy == METADATA_ONLY:
        yield f"(No text is kept: {why_no_text(story.reservations)}.)"
    elif story.policy == ARCHIVE_ONLY:
        yield f"({HELD}; {held_on(story.evidence)}.)"
    elif story.completeness != "body":
        yield f"(Only {SERVED[story.completeness]} was served.)"
    if story.is_truncated and story.body:
        yield "(Only this teaser was served.)"
    if story.reservations:
        yield "reserved: " + "; ".join(map(in_words, story.reservations))


def _lists(shown: ShownStory) -> list[str]:
    """Returns links, the stories that cite it, copies at other papers, what it names."""
    links = [
        f"{link.kind}: {link.text}"
        + (f"  {link.url}" if link.url else "")
        + (f"  ({link.target})" if link.target else "")
        for link in shown.story.links
    ]
    citing = [
        f"{story.published_day or 'undated':<12}{story.ref}  {story.headline}"
        for story in shown.cited_by
    ]
    near = [
        f"also at: {other.publisher}, {other.ref}, {other.published_day or 'undated'} "
        f"({other.kind}, {other.similarity:.2f})"
        for other in shown.near_duplicates
    ]
    if citing:
        citing.insert(0, "Stories that cite this one:")
    named = mention_lines(shown.story.mentions)
    if named:
        named.insert(0, "Mentions:")
    return ["\n".join(lines) for lines in (links, citing, near, named) if lines]
