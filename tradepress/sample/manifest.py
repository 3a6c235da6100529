"""manifest.json: what both editions of the sample papers hold, to check a crawl against."""

import hashlib
import json
from typing import TypedDict, cast

from tradepress.sample.page_templates import NOT_STORIES
from tradepress.sample.story_files import HERE, SampleStory, load_edition


class StoryEntry(TypedDict):
    """One story as an archive should hold it."""

    ref: str
    paper: str
    headline: str
    date_published: str | None
    """ISO 8601, day or instant with offset, as the page shows it."""
    date_modified: str | None
    urls: list[str]
    """Absolute, on the bare host; main address first."""
    section: str | None
    """As the page shows it: those of the classic generation print none."""
    authors: list[str]
    template: str
    disallowed: bool
    """robots.txt forbids its only address."""
    is_truncated: bool
    paragraphs: int
    sha256: str
    """Of the expected body: paragraphs joined by a blank line, UTF-8."""


class NotStoryEntry(TypedDict):
    """An address that looks like a story's but holds none."""

    url: str
    reason: str
    """``soft_404``, ``consent`` or ``login``."""


class Later(TypedDict):
    """What the later edition differs in; every list but ``stories`` holds refs."""

    stories: list[StoryEntry]
    """New, replaced and moved ones, as they stand then."""
    new: list[str]
    changed: list[str]
    headline_corrected: list[str]
    corrected: list[str]
    gone: list[str]
    moved: dict[str, str]
    """ref to the new address."""


class Manifest(TypedDict):
    """The whole file; ``stories`` are those of the base edition, newest first."""

    stories: list[StoryEntry]
    not_stories: list[NotStoryEntry]
    later: Later


def load_manifest() -> Manifest:
    """The manifest as committed."""
    return cast(Manifest, json.loads((HERE / "manifest.json").read_bytes()))


def build_manifest() -> Manifest:
    """The manifest as it follows from the story files."""
    base, later = load_edition("base"), load_edition("later")
    refs = {story.key: story.ref for story in (*base.stories, *later.stories)}
    differing = {*later.new, *later.changed, *later.headline_corrected, *later.corrected}
    return {
        "stories": [_entry(story) for story in base.stories],
        "not_stories": [
            {"url": entry.paper.home + entry.path, "reason": entry.reason} for entry in NOT_STORIES
        ],
        "later": {
            "stories": [
                _entry(story) for story in later.stories if story.key in {*differing, *later.moved}
            ],
            "new": [refs[key] for key in later.new],
            "changed": [refs[key] for key in later.changed],
            "headline_corrected": [refs[key] for key in later.headline_corrected],
            "corrected": [refs[key] for key in later.corrected],
            "gone": [story.ref for story in later.gone],
            "moved": {story.ref: story.url for story in later.stories if story.moved_to},
        },
    }


def manifest_text(manifest: Manifest) -> str:
    """The manifest as its file holds it."""
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


def _entry(story: SampleStory) -> StoryEntry:
    in_json = story.structured in ("json-ld", "json-ld-graph")
    return {
        "ref": story.ref,
        "paper": story.paper.name,
        "headline": story.headline,
        "date_published": story.date_published,
        "date_modified": story.date_modified,
        "urls": [story.paper.home + path for path in story.paths],
        "section": None if story.template == "classic" and not in_json else story.section,
        "authors": list(story.authors),
        "template": story.template,
        "disallowed": story.disallowed,
        "is_truncated": story.is_truncated,
        "paragraphs": len(story.paragraphs),
        "sha256": hashlib.sha256(story.body.encode()).hexdigest(),
    }
