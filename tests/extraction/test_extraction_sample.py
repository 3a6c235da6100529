"""Every story of the sample papers comes out of its page as its author wrote it."""

import hashlib
import json
from dataclasses import dataclass

import pytest
from conftest import ROOT
from lxml import etree

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.tree import parse_tree
from tradepress.sample.editions import EditionName, Page, SampleSite
from tradepress.sample.manifest import load_manifest
from tradepress.spiders import makers, signet
from tradepress.story import LinkKind

SITES = {
    (source, edition): SampleSite(source.domains[0], edition)
    for source in (signet.SOURCE, makers.SOURCE)
    for edition in ("base", "later")
}
SOURCES = {source.domains[0]: source for source, _ in SITES}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A story as its author wrote it, and as its page is to show it."""

    url: str
    headline: str
    paragraphs: list[str]
    links: list[tuple[LinkKind, str, str | None]] = ()  # type: ignore[assignment]
    date_published: str | None = None
    date_modified: str | None = None
    day: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    says_section: bool = False
    template: str
    encoding: str
    is_truncated: bool = False
    site_id: str | None = None
    keywords: tuple[str, ...] = ()
    correction: str | None = None
    description: str | None = None


FILE = json.loads((ROOT / "tests" / "pages" / "sample_stories.json").read_text("utf-8"))
STORIES = [
    pytest.param(edition, Expected(**story), id=f"{edition}-{story['url'].rpartition('/')[2]}")
    for edition in ("base", "later")
    for story in FILE[edition]
]
"""Of the later edition those that differ."""


def page_of(edition: EditionName, url: str) -> Page:
    _, _, host, path = url.split("/", 3)
    return SITES[SOURCES[host], edition].page(f"/{path}")


def text_capture(page: bytes, encoding: str) -> str:
    """The story's part of a page as a text capture has it: elements glued, blocks as lines."""
    root = parse_tree(page.decode(encoding))
    assert root is not None
    story = root.xpath("//div[@class='item']|//div[@class='article']|//article")[0]
    etree.strip_elements(story, "form", "svg", "button", with_tail=False)
    for element in story.iter("p", "div", "li", "br", "h1", "h2", "h3", "h4", "figcaption"):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    lines = (line.strip() for line in "".join(map(str, story.itertext())).splitlines())
    return "\n\n".join(line for line in lines if line)


@pytest.mark.parametrize(("edition", "story"), STORIES)
def test_story_comes_out_of_its_page(edition: EditionName, story: Expected) -> None:
    page = page_of(edition, story.url)
    source = SOURCES[story.url.split("/")[2]]
    article = extract_article(page.body, story.url, source, content_type=page.content_type)
    assert article.headline == story.headline
    assert (article.body or "").split("\n\n") == story.paragraphs
    assert article.date_published == story.date_published
    assert article.date_modified == story.date_modified
    assert article.authors == tuple(story.authors)
    assert article.section == (story.section if story.says_section else None)
    assert article.is_truncated == story.is_truncated
    assert article.site_id == story.site_id
    assert article.keywords == tuple(story.keywords)
    assert article.corrections == ((story.correction,) if story.correction else ())
    assert article.language == "en"
    if story.description:
        assert article.description == story.description
    links = [[link.kind, link.text, link.url] for link in article.related_links]
    assert links == list(story.links)
    assert [link.position for link in article.related_links] == list(range(len(links)))


@pytest.mark.parametrize("with_url", [True, False], ids=["url", "no-url"])
@pytest.mark.parametrize(("edition", "story"), STORIES)
def test_story_comes_out_of_its_text_capture(
    edition: EditionName, story: Expected, with_url: bool
) -> None:
    page = page_of(edition, story.url)
    article = extract_article(
        text_capture(page.body, story.encoding),
        story.url if with_url else None,
        SOURCES[story.url.split("/")[2]],
    )
    assert article.headline == story.headline
    assert (article.body or "").split("\n\n") == story.paragraphs
    assert article.date_published == story.day
    assert article.authors == tuple(story.authors)
    assert article.section == (None if story.template == "classic" else story.section)
    assert article.is_truncated == story.is_truncated
    assert article.corrections == ((story.correction,) if story.correction else ())
    assert article.description == story.description
    if story.template == "classic":
        assert article.keywords == tuple(story.keywords)
    found = {(link.kind, link.text) for link in article.related_links}
    offered = {(kind, words) for kind, words, _ in story.links}
    missing = {link for link in offered - found if link[0] != "in_text"}
    # The panel's related stories stand in a column of their own.
    assert not missing or story.template == "panel"


def test_the_manifest_says_what_the_authors_wrote() -> None:
    manifest = load_manifest()
    entries = {
        "base": {entry["urls"][0]: entry for entry in manifest["stories"]},
        "later": {entry["urls"][0]: entry for entry in manifest["later"]["stories"]},
    }
    assert entries["base"].keys() == {story["url"] for story in FILE["base"]}
    for param in STORIES:
        edition, story = param.values
        entry = entries[edition].get(story.url)
        if entry is not None:
            told = (entry["headline"], entry["date_published"], entry["is_truncated"])
            assert told == (story.headline, story.date_published, story.is_truncated)
            assert entry["paragraphs"] == len(story.paragraphs)
            body = "\n\n".join(story.paragraphs).encode()
            assert entry["sha256"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("entry", load_manifest()["not_stories"], ids=lambda entry: entry["reason"])
def test_page_without_story_is_refused_with_its_reason(entry: dict[str, str]) -> None:
    source = SOURCES[entry["url"].split("/")[2]]
    with pytest.raises(NotAnArticle) as refused:
        extract_article(page_of("base", entry["url"]).body, entry["url"], source)
    assert refused.value.reason == entry["reason"]


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://signetgazette.example{path}" for path in ("/", "/trademark/", "/news/")),
        *(f"http://marksandmakers.example{path}" for path in ("/", "/listing/news")),
    ],
)
def test_listings_and_front_page_are_an_index(url: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        extract_article(page_of("base", url).body, url, SOURCES[url.split("/")[2]])
    assert refused.value.reason == "index"
