"""The Lantern as six content systems serve it to a script: a page is a shell, and its story is JSON.

The shell has neither headline nor text; what a crawl is to store follows from ``PAPER`` alone.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from sites.lantern_paper import PAPER, LanternStory

from tradepress.source import DataFields

STORIES = PAPER[:3]
HASH = "b7" * 32
SHELL = (
    "<!doctype html><html lang=en><head><title>The Lantern</title>{head}</head><body>"
    "<noscript>You need to enable JavaScript to read The Lantern.</noscript>"
    "<div id=root></div><script src=/bundle.js></script></body></html>"
)

NO_FIELDS = DataFields()
Json = Any
"""Is what json.dumps takes."""


@dataclass(frozen=True, kw_only=True)
class System:
    """One content system: where it has a story's data, and in which form."""

    name: str
    page: Callable[[LanternStory], str]
    """Gives the path of the story's page."""
    template: str
    """Is what ``story_data`` is to be, without the site's address."""
    data: Callable[[LanternStory], Json]
    fields: DataFields = NO_FIELDS
    article_url: str = r"/[a-z]+/[a-z0-9-]+-\d{5}"
    article_id: str | None = r"-(\d{5})$"

    def address(self, story: LanternStory) -> str:
        """Path and query at which the story's data are."""
        path = self.page(story)
        values = {"id": str(story.number), "slug": path.rpartition("/")[2], "path": path}
        made = self.template
        for name, value in values.items():
            made = made.replace(f"{{{name}}}", value)
        return made

    def pages(
        self, home: str, stories: Sequence[LanternStory] = STORIES
    ) -> dict[str, tuple[str, str]]:
        """Path and query to content type and text of all that is served."""
        links = "".join(f"<url><loc>{home}{self.page(one)}</loc></url>" for one in stories)
        shell = SHELL.format(head="")
        served = {
            "/sitemap.xml": (
                "application/xml",
                f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{links}</urlset>",
            )
        }
        for story in stories:
            served[self.page(story)] = ("text/html", shell)
            served[self.address(story)] = ("application/json", json.dumps(self.data(story)))
        return served

    def declared(self, home: str) -> dict[str, object]:
        """What its source states, beside what all sources do."""
        return {
            "sections": (),
            "sitemaps": (f"{home}/sitemap.xml",),
            "article_url": self.article_url,
            "article_id": self.article_id,
            "story_data": home + self.template,
            "data_fields": self.fields,
        }


def html_of(story: LanternStory) -> str:
    return "".join(f"<p>{escape(one)}</p>" for one in story.paragraphs)


def by_section(story: LanternStory) -> str:
    return f"/{story.section}/{story.slug}-{story.number}"


def _rest(story: LanternStory) -> Json:
    others = [one for one in STORIES if one is not story]
    return {
        "article": {
            "id": story.number,
            "title": story.headline,
            "publishedAt": f"{story.day}T09:30:00Z",
            "authors": [{"name": story.author}],
            "content": html_of(story),
        },
        "related": [{"id": one.number, "title": one.headline} for one in others],
    }


def _contentful(story: LanternStory) -> Json:
    text = [
        {
            "nodeType": "paragraph",
            "data": {},
            "content": [{"nodeType": "text", "value": one, "marks": [], "data": {}}],
        }
        for one in story.paragraphs
    ]
    fields = {
        "headline": story.headline,
        "slug": story.slug,
        "publishDate": f"{story.day}",
        "author": story.author,
        "body": {"nodeType": "document", "data": {}, "content": text},
    }
    sys = {"id": f"5Ks{story.number}", "type": "Entry", "createdAt": "2026-11-30T10:00:00Z"}
    return {"total": 1, "items": [{"sys": sys, "fields": fields}]}


def _graphql(story: LanternStory) -> Json:
    node = {
        "__typename": "Article",
        "headline": story.headline,
        "datePublished": f"{story.day}T08:00:00+00:00",
        "byline": story.author,
        "paragraphs": [{"__typename": "Paragraph", "text": one} for one in story.paragraphs],
    }
    return {"data": {"article": node}}


def _drupal(story: LanternStory) -> Json:
    attributes = {
        "drupal_internal__nid": story.number,
        "title": story.headline,
        "created": f"{story.day}T07:00:00+00:00",
        "body": {"value": html_of(story), "format": "full", "processed": html_of(story)},
        "path": {"alias": by_section(story), "langcode": "en"},
    }
    name = {"type": "user--user", "id": "u1", "attributes": {"display_name": story.author}}
    node = {"type": "node--article", "id": f"0000{story.number}", "attributes": attributes}
    return {"jsonapi": {"version": "1.0"}, "data": [node], "included": [name]}


def _wordpress(story: LanternStory) -> Json:
    post = {
        "id": story.number,
        "date": f"{story.day}T09:00:00",
        "slug": f"{story.slug}-{story.number}",
        "title": {"rendered": escape(story.headline)},
        "content": {"rendered": html_of(story), "protected": False},
        "excerpt": {"rendered": f"<p>{escape(story.paragraphs[0][:90])} …</p>", "protected": False},
        "_embedded": {"author": [{"id": 3, "name": story.author}]},
    }
    return [post]


def _by_slug(story: LanternStory) -> Json:
    return {
        "headline": story.headline,
        "standfirst": f"A ruling of {story.day:%B}.",
        "published": f"{story.day:%d %B %Y}",
        "writers": [story.author],
        "markdown": "\n\n".join(story.paragraphs),
    }


VARIABLES = quote('{"path":"', safe="") + "{path}" + quote('"}', safe="")
EXTENSIONS = quote(f'{{"persistedQuery":{{"version":1,"sha256Hash":"{HASH}"}}}}', safe="")

SYSTEMS = (
    System(name="rest by id", page=by_section, template="/api/articles/{id}", data=_rest),
    System(name="rest by slug", page=by_section, template="/api/story?s={slug}", data=_by_slug),
    System(
        name="Contentful",
        page=by_section,
        template="/spaces/lantern/entries?content_type=story&fields.slug={slug}&limit=1",
        data=_contentful,
    ),
    System(
        name="GraphQL by a persisted query",
        page=by_section,
        template=f"/graphql?operationName=Story&variables={VARIABLES}&extensions={EXTENSIONS}",
        data=_graphql,
    ),
    System(
        name="Drupal's JSON:API",
        page=by_section,
        template="/jsonapi/node/article?filter[drupal_internal__nid]={id}&include=uid",
        data=_drupal,
        fields=DataFields(
            date_published="data.0.attributes.created",
            authors="included.*.attributes.display_name",
        ),
    ),
    System(
        name="WordPress",
        page=by_section,
        template="/wp-json/wp/v2/posts?slug={slug}&_embed=author",
        data=_wordpress,
        fields=DataFields(authors="0._embedded.author.*.name"),
    ),
)
