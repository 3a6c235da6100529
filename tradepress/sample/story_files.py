"""The story files of the sample papers: read, checked, and the text a reader should get."""

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

EditionName = Literal["base", "later"]
PaperName = Literal["signet", "makers"]
Template = Literal["classic", "panel", "current"]
Wall = Literal["after_story", "after_teaser", "silent"]
Structured = Literal["json-ld", "json-ld-graph", "microdata", "none"]
BlockKind = Literal["paragraph", "heading", "quotation", "list"]

HERE = Path(__file__).parent
LINK = re.compile(r"\[([^\]]+)\]\(((?:https?://|/)[^)\s]*)\)")
SLUG = re.compile(r"[a-z0-9-]+")


class StoryError(ValueError):
    """A story file or edition.toml breaks the format; the message names file and key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """One invented newspaper."""

    name: PaperName
    """Short name: the source and the first half of every ref."""
    host: str
    title: str
    tagline: str
    sections: Mapping[str, str]
    """Section as printed, and its word in addresses."""
    contact: str
    """Whom the paywall block asks readers to e-mail."""
    e_mail: str

    @property
    def home(self) -> str:
        """Absolute address of the paper without a final slash."""
        return f"http://{self.host}"


PAPERS_FILE = tomllib.loads((HERE / "papers.toml").read_text("utf-8"))
PAPERS: Mapping[str, Paper] = {entry["name"]: Paper(**entry) for entry in PAPERS_FILE["papers"]}


class TextBlock(NamedTuple):
    """One block of a body: a paragraph, sub-heading or quotation of one part, or a list."""

    kind: BlockKind
    parts: tuple[str, ...]
    """Source text with link markup, white space collapsed; more than one only in a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleStory:
    """One story of one edition. None and empty mean: the page does not show it."""

    paper: Paper
    slug: str
    headline: str
    template: Template
    blocks: tuple[TextBlock, ...]
    id: int | None = None
    """The site's own id; rises with the date."""
    section: str | None = None
    date: dt.date | dt.datetime | None = None
    """The day, or an instant with offset."""
    authors: tuple[str, ...] = ()
    description: str | None = None
    caption: str | None = None
    credit: str | None = None
    keywords: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    """Slugs of the same paper."""
    top_stories: tuple[str, ...] = ()
    """Slugs of the same paper, or headlines of stories that are not there."""
    more_on_this_story: tuple[str, ...] = ()
    signup: bool = False
    wall: Wall | None = None
    first_published_on: str | None = None
    """``paper/slug`` of the story this one repeats."""
    aliases: tuple[str, ...] = ()
    structured: Structured = "none"
    encoding: str = "utf-8"
    correction: str | None = None
    disallowed: bool = False
    moved_to: str | None = None
    """Path it lives at now; the path it had redirects there."""
    revised_on: dt.date | None = None
    """Day on which a later edition replaced its text."""

    @property
    def key(self) -> str:
        """``paper/slug``."""
        return f"{self.paper.name}/{self.slug}"

    @property
    def ref(self) -> str:
        """The stable name: ``signet-12107``, or ``signet-<12 hex>`` where the site gives no id."""
        if self.id is not None:
            return f"{self.paper.name}-{self.id}"
        digest = hashlib.sha256((self.paper.home + self.first_path).encode()).hexdigest()
        return f"{self.paper.name}-{digest[:12]}"

    @property
    def first_path(self) -> str:
        """Main path in the base edition."""
        if self.disallowed:
            return f"/members/{self.slug}"
        if self.id is None:
            if self.paper.name == "signet" and self.template == "current" and self.section:
                return f"/{self.paper.sections[self.section]}/{self.slug}"
            return f"/article/{self.slug}"
        folder = "news"
        if self.paper.name == "signet" and self.section:
            folder = self.paper.sections[self.section]
        return f"/{folder}/{self.slug}-{self.id}"

    @property
    def path(self) -> str:
        """Main path in this edition."""
        return self.moved_to or self.first_path

    @property
    def url(self) -> str:
        return self.paper.home + self.path

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that leads to the story, main path first."""
        return tuple(dict.fromkeys((self.path, self.first_path, *self.aliases)))

    @property
    def day(self) -> dt.date | None:
        """Day of publication as printed."""
        return self.date.date() if isinstance(self.date, dt.datetime) else self.date

    @property
    def date_published(self) -> str | None:
        """ISO 8601 as the page gives it: classic and panel print a day unless marked up."""
        shows_time = self.structured != "none" or self.template == "current"
        if isinstance(self.date, dt.datetime) and shows_time:
            return self.date.isoformat()
        return self.day.isoformat() if self.day else None

    @property
    def date_modified(self) -> str | None:
        """ISO 8601 where the page's structured data gives it: some stories, and revised ones."""
        if not self.structured.startswith("json-ld") or self.date is None:
            return None
        if self.revised_on:
            return self.revised_on.isoformat()
        if len(self.slug) % 2:
            return None
        later = (
            dt.timedelta(hours=2, minutes=14)
            if isinstance(self.date, dt.datetime)
            else dt.timedelta(1)
        )
        return (self.date + later).isoformat()

    @property
    def is_truncated(self) -> bool:
        """Does the page hold no more than the beginning?"""
        return self.wall in ("after_teaser", "silent")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Words of the body as a reader should get them, without link markup."""
        return tuple(plain(part) for block in self.blocks for part in block.parts)

    @property
    def body(self) -> str:
        """The body an extractor should return."""
        return "\n\n".join(self.paragraphs)

    @property
    def first_sentence(self) -> str:
        return re.split(r"(?<=[.!?])\s+(?=[A-Z“])", self.paragraphs[0], maxsplit=1)[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """Both papers as they stand at one time."""

    name: EditionName
    stories: tuple[SampleStory, ...]
    """Newest first; undated ones last."""
    new: tuple[str, ...] = ()
    """This and the following: ``paper/slug``, what differs from the base edition."""
    changed: tuple[str, ...] = ()
    headline_corrected: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    """Gained a correction notice."""
    gone: tuple[SampleStory, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    """``paper/slug`` to the new path."""

    def find(self, paper: Paper, slug: str) -> SampleStory | None:
        """The story with this slug, also one that is gone by now."""
        both = (*self.stories, *self.gone)
        return next((s for s in both if s.paper is paper and s.slug == slug), None)

    def of(self, paper: Paper) -> tuple[SampleStory, ...]:
        """The stories of one paper, newest first."""
        return tuple(story for story in self.stories if story.paper is paper)


def plain(marked: str) -> str:
    """Text without link markup."""
    return LINK.sub(r"\1", marked)


def load_edition(name: EditionName = "base", *, folder: Path = HERE) -> Edition:
    """Read all story files of an edition.

    ``folder`` holds ``stories`` and, for the later edition, ``stories-later``; the bundled
    papers by default. Raises StoryError for anything the format does not allow.
    """
    base = {story.key: story for story in _read_folder(folder / "stories")}
    _check(base, base)
    if name == "base":
        return Edition(name=name, stories=_newest_first(base.values()))
    later = {story.key: story for story in _read_folder(folder / "stories-later")}
    lists, moved = _read_changes(folder / "stories-later" / "edition.toml", base, later)
    revised_on = max(
        (story.day for story in (*base.values(), *later.values()) if story.day), default=None
    )
    gone = lists.pop("gone")
    stories = {key: story for key, story in base.items() if key not in gone}
    for key, story in later.items():
        stories[key] = replace(story, revised_on=revised_on) if key in base else story
    for key, path in moved.items():
        stories[key] = replace(stories[key], moved_to=path)
    _check(stories, base | later)
    return Edition(
        name=name,
        stories=_newest_first(stories.values()),
        gone=tuple(base[key] for key in gone),
        moved=moved,
        **lists,
    )


def _newest_first(stories: Collection[SampleStory]) -> tuple[SampleStory, ...]:
    def age(story: SampleStory) -> tuple[dt.date, int, str]:
        return story.day or dt.date.min, story.id or 0, story.slug

    return tuple(sorted(stories, key=age, reverse=True))


# Reading one file

_TEXTS = (
    *("slug", "template", "section", "headline", "description", "caption", "credit", "wall"),
    *("first_published_on", "structured", "encoding", "correction"),
)
_LISTS = ("authors", "keywords", "related", "top_stories", "more_on_this_story", "aliases")
_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(_LISTS, list),
    **dict.fromkeys(("signup", "disallowed"), bool),
    "id": int,
    "date": dt.date,
}
_CHOICES = {
    "template": get_args(Template),
    "wall": get_args(Wall),
    "structured": get_args(Structured),
}


def _read_folder(folder: Path) -> list[SampleStory]:
    stories = []
    for paper in PAPERS.values():
        for file in sorted((folder / paper.name).glob("*.md")):
            try:
                stories.append(_read_story(file, paper))
            except ValueError as error:
                raise StoryError(f"{paper.name}/{file.name}: {error}") from error
    return stories


def _read_story(file: Path, paper: Paper) -> SampleStory:
    opening, *rest = re.split(r"^\+\+\+[ \t]*$\n?", file.read_text("utf-8"), flags=re.M)
    if opening.strip() or len(rest) != 2:
        raise StoryError("front matter must stand between two lines '+++'")
    keys = tomllib.loads(rest[0])
    _check_keys(paper, keys)
    if f"{keys['slug']}.md" != file.name:
        raise StoryError(f"slug: must be the file's name, not {keys['slug']!r}")
    keys |= {key: tuple(keys[key]) for key in _LISTS if key in keys}
    return SampleStory(paper=paper, blocks=_read_blocks(rest[1]), **keys)


def _check_keys(paper: Paper, keys: Mapping[str, Any]) -> None:
    for key in ("slug", "template", "headline"):
        if key not in keys:
            raise StoryError(f"{key}: missing")
    _check_values(keys)
    if not SLUG.fullmatch(keys["slug"]):
        raise StoryError("slug: only a-z, 0-9 and hyphens")
    if "section" in keys and keys["section"] not in paper.sections:
        raise StoryError(f"section: {keys['section']!r} is not a section of the paper")
    if isinstance(keys.get("date"), dt.datetime) and keys["date"].utcoffset() is None:
        raise StoryError("date: a time needs its offset")
    if "description" in keys and keys["template"] != "current":
        raise StoryError("description: only template current has a dek")
    if any(not path.startswith("/") for path in keys.get("aliases", ())):
        raise StoryError("aliases: must start with '/'")
    try:
        "".encode(keys.get("encoding", "utf-8"))
    except LookupError as error:
        raise StoryError(f"encoding: {error}") from error


def _check_values(keys: Mapping[str, Any]) -> None:
    for key, value in keys.items():
        if key not in _TYPES:
            raise StoryError(f"{key}: unknown key")
        if not isinstance(value, _TYPES[key]) or (key == "id" and isinstance(value, bool)):
            raise StoryError(f"{key}: {value!r} is of the wrong type")
        if isinstance(value, list) and not all(isinstance(part, str) and part for part in value):
            raise StoryError(f"{key}: must be a list of words")
        if key in _CHOICES and value not in _CHOICES[key]:
            raise StoryError(f"{key}: {value!r} is not one of {_CHOICES[key]}")
        if value == "":
            raise StoryError(f"{key}: empty; leave the key out")


def _read_blocks(body: str) -> tuple[TextBlock, ...]:
    blocks: list[TextBlock] = []
    for chunk in re.split(r"\n\s*\n", body.strip()):
        lines = [" ".join(line.split()) for line in chunk.splitlines()]
        if all(line.startswith("- ") for line in lines):
            blocks.append(TextBlock("list", tuple(line[2:] for line in lines)))
        elif all(line.startswith("> ") for line in lines):
            blocks.append(TextBlock("quotation", (" ".join(line[2:] for line in lines),)))
        elif len(lines) == 1 and lines[0].startswith("## "):
            blocks.append(TextBlock("heading", (lines[0][3:],)))
        else:
            blocks.append(TextBlock("paragraph", (" ".join(lines),)))
    for block in blocks:
        for part in block.parts:
            if not part or re.search(r"^(?:[#>-] |##|\+\+\+)|\*\*|\]\(|<[a-z/]", plain(part)):
                raise StoryError(f"body: markup the format does not know in {part[:40]!r}")
    return tuple(blocks)


# Checking what stories say of each other


def _check(stories: Mapping[str, SampleStory], known: Mapping[str, SampleStory]) -> None:
    """Do all references lead somewhere, and are ids and paths used once?"""
    seen: dict[tuple[str, str], str] = {}
    for story in stories.values():
        place = f"{story.key}.md"
        for name in ("related", "top_stories", "more_on_this_story"):
            for slug in cast("tuple[str, ...]", getattr(story, name)):
                is_slug = name != "top_stories" or SLUG.fullmatch(slug)
                if is_slug and f"{story.paper.name}/{slug}" not in known:
                    raise StoryError(f"{place}: {name}: no story {slug!r}")
        if story.first_published_on and story.first_published_on not in known:
            raise StoryError(f"{place}: first_published_on: no story {story.first_published_on!r}")
        for path in (*story.paths, f"id {story.id or story.slug}"):
            other = seen.setdefault((story.paper.name, path), story.key)
            if other != story.key:
                raise StoryError(f"{place}: {path} is already taken by {other}")


def _read_changes(
    file: Path, base: Mapping[str, SampleStory], later: Mapping[str, SampleStory]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """What edition.toml says: lists of story keys by name, and the moved ones."""
    changes = tomllib.loads(file.read_text("utf-8"))
    moved: dict[str, str] = changes.pop("moved", {})
    replaced = ("changed", "headline_corrected", "corrected")
    lists = {name: tuple(changes.pop(name, ())) for name in ("new", "gone", *replaced)}
    if changes:
        raise StoryError(f"edition.toml: {next(iter(changes))}: unknown key")
    for name, keys in {**lists, "moved": tuple(moved)}.items():
        for key in keys:
            if (key in base) == (name == "new"):
                raise StoryError(f"edition.toml: {name}: {key!r} is not right for this list")
            if (name == "new" or name in replaced) and key not in later:
                raise StoryError(f"edition.toml: {name}: {key!r} has no file in stories-later")
    listed = {key for name in ("new", *replaced) for key in lists[name]} | set(moved)
    for key, story in later.items():
        if key not in listed:
            raise StoryError(f"edition.toml: {key!r} is in stories-later but in no list")
        if key in base and base[key].id != story.id:
            raise StoryError(f"stories-later/{key}.md: id: must stay {base[key].id}")
    return lists, moved
