"""Gives the documentation that comes with the program: its pages, and the sections that answer a
question.

The pages are Markdown files in folders by reader; ``index.md`` lists them all, in their order. The
same files are a site by `make docs`, `tradepress docs` in a terminal and ``/help`` in the reading
room.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from markdown.extensions.toc import slugify, unique

from tradepress.archive.searched_form import MARK_END, MARK_START

LISTED = re.compile(r"\]\((?:[\w./-]*/)?([\w-]+)\.md\)(?:: (.+))?")
"""Matches a page in ``index.md``, and what is said of it there."""
FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
MARKUP = re.compile(r"<!--.*?-->|```\w*|!?\[([^\]]*)\]\([^)]*\)|[`*|]+|-{3,}", re.DOTALL)
QUESTION_WORDS = re.compile(
    "a|all|an|and|any|are|as|at|be|been|by|can|could|do|does|for|from|have|how|i|if|in|into|is|it|"
    "its|me|my|not|of|on|one|or|our|out|should|so|some|that|the|their|them|there|they|this|to|we|"
    "what|when|where|which|who|whom|why|will|with|you|your",
    re.IGNORECASE,
)
"""Matches a word of a question that every page has."""
WEIGHTS = "8, 4, 1"
"""Weighs a word in the title of a page, in a heading, and in the text below it."""
BEHIND = 0.6
"""Weighs what explains, behind what tells how to do something."""


@dataclass(frozen=True, kw_only=True)
class DocPage:
    """Is one page."""

    name: str
    """Is the file's name without its ending: no two pages have the same."""
    path: Path
    text: str
    """Is Markdown."""
    summary: str
    """Is what ``index.md`` says of it."""

    @property
    def title(self) -> str:
        heading = HEADING.search(self.text)
        return plain(heading[2]) if heading else self.name


@dataclass(frozen=True, kw_only=True)
class DocSection:
    """Is what stands below one heading of a page."""

    page: DocPage
    heading: str
    anchor: str
    passage: str
    """Is cut from it, with MARK_START and MARK_END around the words asked for."""


def documentation_folder() -> Path:
    """Returns the folder of the pages: in an installation beside this file, else in a checkout."""
    installed = Path(__file__).with_name("docs")
    return installed if installed.is_dir() else Path(__file__).parents[1] / "docs"


def read_pages() -> dict[str, DocPage]:
    """Returns all pages by name, in the order of ``index.md``, which is the first."""
    files = {path.stem: path for path in documentation_folder().rglob("*.md")}
    listed = dict(LISTED.findall(files["index"].read_text(encoding="utf-8")))
    return {
        name: DocPage(
            name=name,
            path=files[name],
            text=files[name].read_text(encoding="utf-8"),
            summary=plain(listed.get(name, "")),
        )
        for name in dict.fromkeys(["index", *listed, *sorted(files)])
    }


def find_sections(asked: str, *, most: int = 8) -> list[DocSection]:
    """Returns of each page that has some of the words its best section, the best page first.

    Words are compared by their English stems; of a question those count that not every page has.
    """
    words = re.findall(r"\w+", asked)
    words = [word for word in words if not QUESTION_WORDS.fullmatch(word)] or words
    pages = read_pages()
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(
            "CREATE VIRTUAL TABLE sections USING fts5("
            "title, heading, text, name UNINDEXED, anchor UNINDEXED, "
            "tokenize = 'porter unicode61')"
        )
        rows = (
            (f"{page.title} {page.summary}", heading, text, page.name, anchor)
            for page in pages.values()
            if page.name != "index"
            for heading, anchor, text in _sections(page)
        )
        db.executemany("INSERT INTO sections VALUES (?, ?, ?, ?, ?)", rows)
        found = db.execute(
            "SELECT name, heading, anchor, snippet(sections, 2, ?, ?, '…', 24), "
            f"bm25(sections, {WEIGHTS}) AS score FROM sections "
            "WHERE sections MATCH ? ORDER BY score",
            [MARK_START, MARK_END, " OR ".join(f'"{word}"' for word in words or [""])],
        ).fetchall()
    best: dict[str, tuple[float, DocSection]] = {}
    for name, heading, anchor, passage, score in found:
        page, cut = pages[name], " ".join(passage.split())
        section = DocSection(page=page, heading=heading, anchor=anchor, passage=cut)
        weight = BEHIND if page.path.parent.name == "explanation" else 1
        best.setdefault(name, (weight * score, section))
    return [section for _, section in sorted(best.values(), key=lambda one: one[0])[:most]]


def plain(markdown: str) -> str:
    """Returns words without marks of Markdown; of a link its words."""
    return MARKUP.sub(lambda match: match[1] or "", markdown).strip()


def _sections(page: DocPage) -> Iterator[tuple[str, str, str]]:
    """Yields each heading with its anchor and the plain words below it."""
    fences = [match.span() for match in FENCED.finditer(page.text)]
    headings = [
        match
        for match in HEADING.finditer(page.text)
        if not any(start <= match.start() < end for start, end in fences)
    ]
    ends = [match.start() for match in headings[1:]] + [len(page.text)]
    anchors: set[str] = set()
    for match, end in zip(headings, ends, strict=True):
        heading = plain(match[2])
        yield heading, unique(slugify(heading, "-"), anchors), plain(page.text[match.end() : end])
