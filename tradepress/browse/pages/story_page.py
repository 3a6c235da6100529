"""Shows ``/story/wipr-14415``: one story, or ``/story/wipr-14415@2``: as it stood in that
version."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from tradepress.archive.clock import utc_now
from tradepress.archive.errors import NoSuchArticle, WithdrawnArticle
from tradepress.archive.search.like_this import LikeStory, like_this
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.articles import doubtful_paragraphs
from tradepress.archive.stories.ref import nearest_ref
from tradepress.archive.stories.reservation_words import why_no_text
from tradepress.archive.stories.story_record import RelatedLink, Story
from tradepress.archive.text_forms import begins_with
from tradepress.browse.addresses.named_kinds import Named
from tradepress.browse.addresses.result_address import ResultAddress, read_address
from tradepress.browse.page_visit import PageVisit, named_path, story_path
from tradepress.browse.pages.story_metadata import StoryMetadata, metadata_of
from tradepress.browse.queries.around_story import (
    AroundStory,
    StoryBeside,
    around_story,
    beside_in_result,
    hits_in_story,
    withdrawal_of,
)
from tradepress.browse.words.marked_text import MarkedText, Place
from tradepress.browse.words.rendering import KIND_WORDS, capitalize_first
from tradepress.browse.words.story_words import rights_of
from tradepress.browse.words.value_words import MENTION_WORDS
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.citation.style_names import STYLE_NAMES, STYLES
from tradepress.research.citation.styled_runs import as_html, as_text
from tradepress.research.citation.styled_text import styled_text
from tradepress.research.citation.write_citations import DEFAULT_STYLE
from tradepress.story import METADATA_ONLY, NUMBER_KINDS, LinkKind, Mention, MentionKind

LONGEST_HEADLINE = 400
"""Limits the letters of it that stand above the text; the rest is folded away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StyledCitation:
    """Holds how one style cites the story."""

    style: str
    text: str
    html: Markup


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedValue:
    """Is something that the text names."""

    name: str
    times: int
    path: str | None
    """Leads to the page of all that is kept on it; None: there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedKind:
    """Holds all of one kind that the text names."""

    kind: MentionKind
    words: str
    values: Sequence[NamedValue]
    is_marked: bool
    path: str
    """Leads to this page with these marked in the text, or no longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryPage:
    """Holds what the template shows."""

    around: AroundStory
    is_version: bool
    """Was a version asked for by its number?"""
    headline: Markup
    whole_headline: str | None
    """Is None if it stands above as it is."""
    description: Markup | None
    """Is None if there is none, or the body begins with it."""
    body: Markup
    named: Sequence[NamedKind]
    marks_path: str | None
    """Leads to this page with all of them marked; None: they are, or are of one kind."""
    like: Sequence[LikeStory]
    links: Mapping[LinkKind, Sequence[RelatedLink]]
    citations: Sequence[StyledCitation]
    """Lists the citations, the usual one first."""
    metadata: StoryMetadata
    rights: Sequence[tuple[str, str]]
    came_from: ResultAddress | None
    earlier: tuple[str, StoryBeside] | None
    """Holds its path, and what is told of it: of the result the reader comes from, or the paper."""
    later: tuple[str, StoryBeside] | None

    @property
    def story(self) -> Story:
        return self.around.story

    @property
    def name(self) -> str:
        """Returns what is cited: the ref with the version."""
        return f"{self.story.ref}@{self.story.version}"

    @property
    def of_section(self) -> ResultAddress:
        """Returns the stories of the paper in that section."""
        query = StoryQuery(source=(self.story.source,), section=(self.story.section or "",))
        return ResultAddress(query=query)

    @property
    def why_no_text(self) -> str | None:
        """Says why in a sentence; None: there is a text."""
        if self.story.body:
            return None
        if self.story.policy == METADATA_ONLY:
            why = why_no_text(self.story.reservations)
            return f"This archive keeps no text of this story: {why}."
        what = "this summary" if self.story.completeness == "teaser" else "its headline"
        return f"Only {what} was openly served; the story is on the publisher’s site."


async def story_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    ref = tilde_decode(request.url_vars["ref"])
    try:
        around = await visit.ask_of_story(around_story, ref)
    except NoSuchArticle as error:
        return await no_story(visit, ref, error)
    story, is_version = around.story, "@" in ref
    name = f"{story.ref}@{story.version}" if is_version else story.ref
    if name != ref:  # it has another name since it was merged
        return Response.redirect(story_path(datasette, name))
    citations, came_from, like = await asyncio.gather(
        asyncio.to_thread(citations_of, as_named(story, visit)),
        came_here(visit, around),
        like_here(visit, story),
    )
    page = page_of_story(visit, around, name, citations, came_from, like)
    return await visit.show("story.html", page)


@dataclass(frozen=True, kw_only=True, slots=True)
class CameFrom:
    """Is the result that a reader comes from, and what it has to do with the story."""

    address: ResultAddress
    earlier: StoryBeside | None
    later: StoryBeside | None
    hits: Mapping[str, Sequence[Place]]
    """Maps the name of a text to where its words stand; none in a former version."""


async def came_here(visit: PageVisit, around: AroundStory) -> CameFrom | None:
    """Makes the result again; None: the reader comes from none that has this story, or it takes
    too long."""
    given = visit.request.args.get("from")
    if not given:
        return None
    story = around.story
    try:
        address = read_address(parse_qsl(given))
        earlier, later = await visit.ask(beside_in_result, address, story.ref)
        hits = {}
        if story.is_current:
            hits = await visit.ask_of_story(hits_in_story, story.ref, address.query)
    except (ValueError, QueryInterrupted):
        return None
    return CameFrom(address=address, earlier=earlier, later=later, hits=hits)


async def like_here(visit: PageVisit, story: Story) -> Sequence[LikeStory]:
    """Finds stories about the same thing; none beside a former version, or if it takes too long."""
    if not story.is_current:
        return ()
    with suppress(QueryInterrupted):
        return await visit.ask(like_this, story.ref, limit=5, common=visit.archive.common)
    return ()


def as_named(story: Story, visit: PageVisit) -> Story:
    """Takes the hashes out of a story whose text strangers may not read, and so out of its
    citation. Of one without a text all but its authors is known: who guesses them, or the order of
    words, sees by the fingerprint whether they are right."""
    if not visit.is_public or story.body:
        return story
    versions = tuple(replace(one, content_hash="") for one in story.versions)
    return replace(story, content_hash="", versions=versions)


def citations_of(story: Story) -> list[StyledCitation]:
    """Cites the story in all styles, as looked at today."""
    citation = citation_of(story, utc_now()[:10])
    found = []
    for style in sorted(STYLE_NAMES, key=lambda style: style != DEFAULT_STYLE):
        runs = styled_text(style).runs(citation)
        html = Markup(as_html(runs))
        found.append(StyledCitation(style=STYLES[style].title, text=as_text(runs), html=html))
    return found


def page_of_story(
    visit: PageVisit,
    around: AroundStory,
    name: str,
    citations: Sequence[StyledCitation],
    came_from: CameFrom | None,
    like: Sequence[LikeStory],
) -> StoryPage:
    """Puts the page of a story together.

    :param name: of story or version, as it was asked for
    """
    story = around.story
    address = came_from.address if came_from else None
    hits = came_from.hits if came_from else {}
    asked = {kind for value in visit.request.args.getlist("marks") for kind in value.split(",")}
    marks = [kind for kind in MENTION_WORDS if kind in asked]
    texts = {
        field: MarkedText(
            text or "",
            mentions=[one for one in story.mentions if one.field == field and one.kind in marks],
            hits=hits.get(field, ()),
            linked=lambda one: (
                path_of_named(visit, one),
                f"{capitalize_first(MENTION_WORDS[one.kind])}: {one.value}",
            ),
        )
        for field, text in (
            ("headline", story.headline),
            ("description", story.description),
            ("body", story.body),
        )
    }
    has_standfirst = story.description and not begins_with(story.body or "", story.description)

    def beside(one: StoryBeside | None) -> tuple[str, StoryBeside] | None:
        at = replace(address, page=one.page) if address and one else None
        return (story_path(visit.datasette, one.ref, came_from=at), one) if one else None

    linked = [link for link in story.links if link.text or link.url or link.target]
    if visit.is_public and not story.body:  # in the order of the text they would tell of it
        linked.sort(key=lambda link: link.text)
    named = named_in(visit, story, name, marks, address)
    all_named = [one.kind for one in named]
    is_long = len(story.headline) > LONGEST_HEADLINE
    return StoryPage(
        around=around,
        is_version="@" in name,
        headline=texts["headline"].line(0, LONGEST_HEADLINE),
        whole_headline=story.headline if is_long else None,
        description=texts["description"].line() if has_standfirst else None,
        body=texts["body"].paragraphs(doubtful_paragraphs(story.body, story.evidence)),
        named=named,
        marks_path=story_path(visit.datasette, name, marks=all_named, came_from=address)
        if len(named) > 1 and not all(one.is_marked for one in named)
        else None,
        like=like,
        links={
            kind: links
            for kind in KIND_WORDS
            if (links := [link for link in linked if link.kind == kind])
        },
        citations=citations,
        metadata=metadata_of(as_named(story, visit), visit),
        rights=[*rights_of(story)],
        came_from=address,
        earlier=beside(came_from.earlier if came_from else around.earlier),
        later=beside(came_from.later if came_from else around.later),
    )


def named_in(
    visit: PageVisit,
    story: Story,
    name: str,
    marks: Sequence[MentionKind],
    came_from: ResultAddress | None,
) -> list[NamedKind]:
    """Lists what the texts of a story name, kind by kind; nothing of a text that is not shown."""
    named = []
    shown = [one for one in story.mentions if getattr(story, one.field)]
    for kind, words in MENTION_WORDS.items():
        of_kind = [one for one in shown if one.kind == kind]
        if not of_kind:
            continue
        paths = {one.value: path_of_named(visit, one) for one in of_kind}
        others = [one for one in marks if one != kind]
        then = others if kind in marks else [*others, kind]
        named.append(
            NamedKind(
                kind=kind,
                words=capitalize_first(words),
                values=[
                    NamedValue(name=value, times=times, path=paths[value])
                    for value, times in Counter(one.value for one in of_kind).most_common()
                ],
                is_marked=kind in marks,
                path=story_path(visit.datasette, name, marks=then, came_from=came_from),
            )
        )
    return named


def path_of_named(visit: PageVisit, mention: Mention) -> str | None:
    """Leads to the page of what a text names; None: this kind has none."""
    named = "number" if mention.kind in NUMBER_KINDS else mention.kind
    if named not in get_args(Named):
        return None
    return named_path(visit.datasette, named, mention.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoStory:
    """Holds what the template shows where there is no such story or version."""

    asked: str
    ref: str | None
    """Names the story that has no such version, or whose ref is like it."""
    versions: int | None
    """Counts the versions of that story; None: the story is another one."""


async def no_story(visit: PageVisit, ref: str, error: NoSuchArticle) -> Response:
    """Answers 410 with what is left of a withdrawn story; 404 with what is like the ref."""
    if isinstance(error, WithdrawnArticle):
        return await visit.show("withdrawn.html", await visit.ask(withdrawal_of, ref), status=410)
    name = ref.partition("@")[0]
    page = NoStory(asked=ref, ref=await visit.ask(nearest_ref, name), versions=None)
    try:
        around = await visit.ask(around_story, name)
    except NoSuchArticle:
        return await visit.show("no_story.html", page, status=404)
    page = NoStory(asked=ref, ref=around.story.ref, versions=len(around.versions))
    return await visit.show("no_story.html", page, status=404)
