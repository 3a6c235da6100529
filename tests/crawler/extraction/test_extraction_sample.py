"""Every story of the sample papers comes out of its page as its author wrote it."""

import pytest
from lxml import etree

from archive.story import LinkKind
from crawler.extraction import NotAnArticle, extract_article
from crawler.extraction.tree import parse_tree
from crawler.spiders import makers, signet
from tradepress.sample.page_templates import NOT_STORIES, NotStory, Site
from tradepress.sample.story_files import (
    LINK,
    PAPERS,
    Edition,
    PaperName,
    SampleStory,
    load_edition,
)

SOURCES = {"signet": signet.SOURCE, "makers": makers.SOURCE}
EDITIONS = {"base": load_edition("base"), "later": load_edition("later")}
STORIES = [
    pytest.param(edition, story, id=f"{edition.name}-{story.key}")
    for edition in EDITIONS.values()
    for story in edition.stories
]


def expected_links(edition: Edition, story: SampleStory) -> list[tuple[LinkKind, str, str | None]]:
    def found(slug: str) -> SampleStory:
        other = edition.find(story.paper, slug)
        assert other is not None
        return other

    related: list[tuple[LinkKind, str, str | None]] = [
        ("related", other.headline, other.url) for other in map(found, story.related)
    ]
    links: list[tuple[LinkKind, str, str | None]] = []
    if story.template == "classic":
        links += related
    for block in story.blocks:
        for part in block.parts:
            for words, href in LINK.findall(part):
                url = story.paper.home + href if href.startswith("/") else href
                links.append(("in_text", words, url))
    if story.first_published_on:
        name, slug = story.first_published_on.split("/")
        origin = edition.find(PAPERS[name], slug)
        assert origin is not None
        links.append(("first_published_on", origin.paper.title, origin.url))
    for slug in story.top_stories:
        top = edition.find(story.paper, slug)
        is_linked = top is not None and (story.id or len(story.slug)) % 2 == 0
        links.append(
            ("top_stories", top.headline if top else slug, top.url if top and is_linked else None)
        )
    for other in map(found, story.more_on_this_story):
        links.append(("more_on_this_story", other.first_sentence, other.url))
    if story.template != "classic":
        links += related
    unique: dict[str, tuple[LinkKind, str, str | None]] = {}
    for link in links:
        unique.setdefault(link[2] or link[1], link)
    return list(unique.values())


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
def test_story_comes_out_of_its_page(edition: Edition, story: SampleStory) -> None:
    page = Site(story.paper, edition).page(story.path)
    article = extract_article(
        page.body, story.url, SOURCES[story.paper.name], content_type=page.content_type
    )
    assert article.headline == story.headline
    assert (article.body or "").split("\n\n") == list(story.paragraphs)
    assert article.date_published == story.date_published
    assert article.date_modified == story.date_modified
    assert article.authors == story.authors
    shows_section = story.template != "classic" or story.structured.startswith("json-ld")
    assert article.section == (story.section if shows_section else None)
    assert article.is_truncated == story.is_truncated
    has_id = story.id is not None and not story.disallowed
    assert article.site_id == (str(story.id) if has_id else None)
    assert article.keywords == story.keywords
    assert article.corrections == ((story.correction,) if story.correction else ())
    assert article.language == "en"
    if story.description:
        assert article.description == story.description
    links = [(link.kind, link.text, link.url) for link in article.related_links]
    assert links == expected_links(edition, story)
    assert [link.position for link in article.related_links] == list(range(len(links)))


@pytest.mark.parametrize("with_url", [True, False], ids=["url", "no-url"])
@pytest.mark.parametrize(("edition", "story"), STORIES)
def test_story_comes_out_of_its_text_capture(
    edition: Edition, story: SampleStory, with_url: bool
) -> None:
    page = Site(story.paper, edition).page(story.path)
    article = extract_article(
        text_capture(page.body, story.encoding),
        story.url if with_url else None,
        SOURCES[story.paper.name],
    )
    assert article.headline == story.headline
    assert (article.body or "").split("\n\n") == list(story.paragraphs)
    assert article.date_published == (story.day.isoformat() if story.day else None)
    assert article.authors == story.authors
    assert article.section == (None if story.template == "classic" else story.section)
    assert article.is_truncated == story.is_truncated
    assert article.corrections == ((story.correction,) if story.correction else ())
    assert article.description == story.description
    if story.template == "classic":
        assert article.keywords == story.keywords
    found = {(link.kind, link.text) for link in article.related_links}
    offered = {(kind, words) for kind, words, _ in expected_links(edition, story)}
    missing = {link for link in offered - found if link[0] != "in_text"}
    # The panel's related stories stand in a column of their own.
    assert not missing or story.template == "panel"


@pytest.mark.parametrize("entry", NOT_STORIES, ids=lambda entry: entry.reason)
def test_page_without_story_is_refused_with_its_reason(entry: NotStory) -> None:
    page = Site(entry.paper, EDITIONS["base"]).page(entry.path)
    with pytest.raises(NotAnArticle) as refused:
        extract_article(page.body, entry.paper.home + entry.path, SOURCES[entry.paper.name])
    assert refused.value.reason == entry.reason


@pytest.mark.parametrize("name", ["signet", "makers"])
def test_listings_and_front_page_are_an_index(name: PaperName) -> None:
    paper = PAPERS[name]
    site = Site(paper, EDITIONS["base"])
    paths = ["/", "/trademark/", "/news/"] if name == "signet" else ["/", "/listing/news"]
    for path in paths:
        with pytest.raises(NotAnArticle) as refused:
            extract_article(site.page(path).body, paper.home + path, SOURCES[name])
        assert refused.value.reason == "index"
