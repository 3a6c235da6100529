"""Reads manifest.json: what both editions hold, to check a crawl against."""

import json
from pathlib import Path
from typing import TypedDict, cast


class StoryEntry(TypedDict):
    """Is one story as an archive should hold it."""

    ref: str
    paper: str
    headline: str
    date_published: str | None
    """Is ISO 8601, day or instant with offset, as the page shows it."""
    date_modified: str | None
    urls: list[str]
    """Are absolute, on the bare host; main address first."""
    section: str | None
    """Is the section as the page shows it: those of the classic generation print none."""
    authors: list[str]
    template: str
    disallowed: bool
    """Tells that robots.txt forbids its only address."""
    is_truncated: bool
    paragraphs: int
    sha256: str
    """Is the digest of the expected body: paragraphs joined by a blank line, UTF-8."""


class NotStoryEntry(TypedDict):
    """Is an address that looks like a story's but holds none."""

    url: str
    reason: str
    """Is ``soft_404``, ``consent`` or ``login``."""


class Later(TypedDict):
    """Holds what the later edition differs in; every list but ``stories`` holds refs."""

    stories: list[StoryEntry]
    """Are new, replaced and moved ones, as they stand then."""
    new: list[str]
    changed: list[str]
    headline_corrected: list[str]
    corrected: list[str]
    gone: list[str]
    moved: dict[str, str]
    """Maps a ref to the new address."""


class Manifest(TypedDict):
    """Is the whole file; ``stories`` are those of the base edition, newest first."""

    stories: list[StoryEntry]
    not_stories: list[NotStoryEntry]
    later: Later


def load_manifest() -> Manifest:
    """Returns the manifest as committed."""
    return cast(Manifest, json.loads(Path(__file__).with_name("manifest.json").read_bytes()))
