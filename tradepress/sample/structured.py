"""What the sample papers' stories say of themselves to machines: JSON-LD as news sites write it."""

import json
from typing import Any

from tradepress.sample.story_files import SampleStory

PUBLISHER = "Tallow Row Media Limited"


def json_ld(story: SampleStory) -> str | None:
    """JSON-LD for a story's script element, or None where its page has none."""
    if not story.structured.startswith("json-ld"):
        return None
    article = _article(story)
    if story.structured == "json-ld":
        found: dict[str, Any] = {"@context": "https://schema.org", **article}
    else:
        found = {"@context": "https://schema.org", "@graph": [*_around(story), article]}
    return json.dumps(found, indent=1).replace("</", "<\\/")


def _article(story: SampleStory) -> dict[str, Any]:
    people = [{"@type": "Person", "name": name} for name in story.authors]
    article: dict[str, Any] = {
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": story.url},
        "headline": story.headline,
        "description": story.description,
        "datePublished": story.date_published,
        "dateModified": story.date_modified,
        "author": people[0] if len(people) == 1 else people or None,
        "articleSection": story.section,
        "image": f"{story.paper.home}/media/image/{story.slug}.svg" if story.caption else None,
        "publisher": _organization(story),
    }
    if story.wall != "after_story":
        free = not story.is_truncated
        # Both a boolean and a word are common in the wild.
        article["isAccessibleForFree"] = free if story.structured == "json-ld" else str(free)
    return {key: value for key, value in article.items() if value is not None}


def _around(story: SampleStory) -> list[dict[str, Any]]:
    home = story.paper.home
    crumbs = [("Home", home + "/"), (story.section or "News", f"{home}{section_path(story)}")]
    return [
        {
            "@type": "WebPage",
            "@id": story.url,
            "url": story.url,
            "name": f"{story.headline} | {story.paper.title}",
            "isPartOf": {"@type": "WebSite", "url": home + "/", "name": story.paper.title},
        },
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "name": name, "item": address}
                for place, (name, address) in enumerate(crumbs, 1)
            ],
        },
        {**_organization(story), "legalName": PUBLISHER},
    ]


def _organization(story: SampleStory) -> dict[str, Any]:
    return {
        "@type": "Organization",
        "name": story.paper.title,
        "url": story.paper.home + "/",
        "logo": {"@type": "ImageObject", "url": f"{story.paper.home}/static/icon.svg"},
    }


def section_path(story: SampleStory) -> str:
    """Path of the listing the story's section stands for."""
    if story.paper.name == "makers":
        return "/listing/news"
    return f"/{story.paper.sections[story.section]}/" if story.section else "/news/"
