"""Addresses of a site are told apart by what was read, by feeds, and by the company they keep."""

from dataclasses import replace

from tradepress.discovery.candidates import Candidate, Candidates
from tradepress.source import Source
from tradepress.story import Article
from tradepress.survey.seen_site import (
    SeenSite,
    family_of,
    farthest_page,
    listing_places,
    sister_lists,
    sitemap_places,
    sitemaps_of_index,
    story_place,
    told_apart,
)
from tradepress.survey.site_page import SeenLink, SeenPage, SitePage, read_site_page

HOME = "https://gazette.example"
SITE = Source(
    name="elsewhere",
    publisher="gazette.example",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    article_url=".*",
)
HEADLINES = {
    "/news/lantern-case": "Lantern maker loses its case",
    "/news/kettle-case": "Kettle whistle goes to appeal",
    "/events/spring-dinner": "Spring dinner for all keepers",
    "/files/rates.pdf": "Our rates for advertisements",
}
MENU = {"/news": "News", "/about": "About us", "/author/wren": "Tobias Wren", "/marks": "Marks"}


def page(path: str, links: dict[str, str] | None = None, *, is_story: bool = False) -> SeenPage:
    return SeenPage(
        page=SitePage(url=HOME + path, body=b""),
        links=tuple(
            SeenLink(url=HOME + to, words=words, is_menu=to in MENU)
            for to, words in (links or {}).items()
        ),
        article=Article(headline="A", body="B") if is_story else None,
    )


def seen(*pages: SeenPage, feed: tuple[str, ...] = ()) -> SeenSite:
    site = SeenSite(home=f"{HOME}/", site=SITE, pages={one.page.url: one for one in pages})
    if feed:
        articles = tuple(Candidate(url=HOME + path) for path in feed)
        site.feeds[f"{HOME}/feed"] = Candidates(articles=articles)
    return site


FRONT = page("/", HEADLINES | MENU)


def test_nothing_is_a_story_before_one_of_its_kind_was_read() -> None:
    told = told_apart(seen(FRONT))
    assert told.stories == ()
    assert set(told.open) == {f"{HOME}/news/lantern-case", f"{HOME}/news/kettle-case"}
    assert {f"{HOME}/about", f"{HOME}/author/wren", f"{HOME}/files/rates.pdf"} <= {*told.others}
    assert f"{HOME}/events/spring-dinner" in told.others


def test_one_that_reads_as_a_story_speaks_for_its_kind_and_a_refused_one_against() -> None:
    read = seen(FRONT, page("/news/lantern-case", is_story=True))
    assert f"{HOME}/news/kettle-case" in told_apart(read).stories
    refused = seen(FRONT, page("/news/lantern-case"))
    assert f"{HOME}/news/kettle-case" in told_apart(refused).others


def test_a_story_in_a_menu_of_what_is_read_most_is_no_other_address() -> None:
    told = {"/news/hare-may-leap-again": "Hare leaps"}
    links = (SeenLink(url=HOME + to, words=words, is_menu=True) for to, words in told.items())
    front = replace(FRONT, links=(*FRONT.links, *links))
    read = told_apart(seen(front, page("/news/lantern-case", is_story=True)))
    assert f"{HOME}/news/hare-may-leap-again" not in (*read.others, *read.stories)


def test_an_event_that_reads_as_a_story_is_none_unless_a_feed_has_it() -> None:
    event = page("/events/spring-dinner", is_story=True)
    assert f"{HOME}/events/spring-dinner" not in told_apart(seen(FRONT, event)).stories
    listed = seen(FRONT, event, feed=("/events/spring-dinner",))
    assert f"{HOME}/events/spring-dinner" in told_apart(listed).stories


def test_a_feed_that_has_little_else_alone_makes_stories_of_podcasts() -> None:
    news = ("/news/lantern-case", "/news/kettle-case")
    mixed = seen(FRONT, feed=(*news, "/podcast/hares"))
    assert f"{HOME}/podcast/hares" in told_apart(mixed).others
    alone = seen(FRONT, feed=("/podcast/hares", "/podcast/kettles"))
    assert f"{HOME}/podcast/hares" in told_apart(alone).stories


def test_where_stories_have_dates_a_page_without_one_is_none() -> None:
    stories = [dated(page(f"/news/{name}", is_story=True)) for name in ("lantern", "kettle")]
    kit = page("/kits/press", is_story=True)
    assert f"{HOME}/kits/press" in told_apart(seen(FRONT, kit)).stories
    assert f"{HOME}/kits/press" in told_apart(seen(FRONT, *stories, kit)).others
    undated = page("/news/hare", is_story=True)
    assert f"{HOME}/news/hare" in told_apart(seen(FRONT, *stories, undated)).stories


def dated(story: SeenPage) -> SeenPage:
    assert story.article is not None
    return replace(story, article=replace(story.article, date_published="2024-05-08"))


def test_a_page_that_all_lead_to_by_few_words_is_a_list_whatever_it_reads_like() -> None:
    site = SeenSite(home=f"{HOME}/", site=SITE)
    menu = {"/section.php?of=3": "Marks"}
    site.add(page("/section.php?of=3", {"/story.php?id=1": "Lantern maker loses"}, is_story=True))
    assert site.pages[f"{HOME}/section.php?of=3"].is_story
    for path in ("/", "/story.php?id=1", "/story.php?id=2"):
        site.add(page(path, menu, is_story=path != "/"))
    assert not site.pages[f"{HOME}/section.php?of=3"].is_story
    assert site.pages[f"{HOME}/story.php?id=1"].is_story


def test_kinds_that_are_not_on_the_list_the_operator_gave_are_no_stories() -> None:
    links = {f"/news/{n}": f"Kettle whistle goes to appeal {n}" for n in range(5)}
    site = seen(page("/news", links), page("/guides/moorings", is_story=True))
    assert f"{HOME}/guides/moorings" in told_apart(site).stories
    site.start = f"{HOME}/news"
    assert f"{HOME}/guides/moorings" in told_apart(site).others


def test_sister_lists_are_those_above_stories_and_those_of_a_kind_that_lists() -> None:
    stories = {f"/marks/a-long-slug-{n}": f"Kettle whistle goes to appeal {n}" for n in range(3)}
    menu = {"/marks": "Marks", "/news": "News"}
    front = page("/", stories | menu)
    read = dated(page("/marks/a-long-slug-0", is_story=True))
    assert sister_lists(seen(front, read)) == [f"{HOME}/marks"]


def test_the_second_page_of_a_list_is_no_list_of_its_own() -> None:
    stories = {f"/costs-{n}.html": f"Kettle whistle goes to appeal {n}" for n in range(3)}
    more = {"/list/marks2.html": "⟩", "/list/marks4.html": "»", "/list/costs.html": "Costs"}
    site = seen(
        page("/list/marks.html", stories | more), dated(page("/costs-0.html", is_story=True))
    )
    site.pages |= {url: page(url.removeprefix(HOME), more) for url in (f"{HOME}/", f"{HOME}/a")}
    assert sister_lists(site) == [f"{HOME}/list/costs.html"]


def test_kinds_are_looked_at_in_turn_those_of_feeds_first() -> None:
    site = seen(FRONT, feed=("/marks/hare-leaps", "/marks/hare-rests"))
    first = story_place(site)
    assert first == f"{HOME}/marks/hare-leaps"
    site.pages[first] = page("/marks/hare-leaps", is_story=True)
    second = story_place(site)
    assert second == f"{HOME}/news/lantern-case"
    site.failures[second] = "http_404"
    assert story_place(site) == f"{HOME}/marks/hare-rests"


def test_lists_of_news_come_first_and_people_not_at_all() -> None:
    assert listing_places(seen(FRONT)) == [f"{HOME}/news", f"{HOME}/marks"]


def test_the_farthest_page_of_a_list() -> None:
    pages = {"/news/page/2/": "2", "/news/page/9/": "9", "/other/page/30/": "30"}
    assert farthest_page(seen(page("/news/", pages))) == f"{HOME}/news/page/9/"
    assert farthest_page(seen(FRONT)) is None


def test_sitemaps_are_those_of_robots_txt_and_of_an_index_the_first_and_the_last() -> None:
    site = seen(FRONT)
    assert sitemap_places(site) == [f"{HOME}/sitemap.xml"]
    site.robots = f"Sitemap: https://other.example/a.xml\nsitemap: {HOME}/map.xml\n"
    assert sitemap_places(site) == [f"{HOME}/map.xml"]
    names = ("page-1", "post-1", "post-2", "post-3", "category-1")
    listed = Candidates(pages=tuple(Candidate(url=f"{HOME}/{name}.xml") for name in names))
    assert sitemaps_of_index(listed) == [f"{HOME}/post-1.xml", f"{HOME}/post-3.xml"]


def test_a_program_is_a_kind_of_its_own() -> None:
    story, event = f"{HOME}/story.php?id=4711", f"{HOME}/event.php?id=3"
    assert family_of(story) != family_of(event)
    assert family_of(f"{HOME}/2024/05/a.html") == family_of(f"{HOME}/2023/11/b.html")


def test_a_list_that_calls_itself_a_menu_is_one_of_stories() -> None:
    """As SPIP's."""
    body = b"<ul class=menu><li class=hentry><a href=/a>A</a><li><a href=/b>B</a></ul>"
    links = read_site_page(SitePage(url=f"{HOME}/", body=body), SITE).links
    assert [(link.words, link.is_menu) for link in links] == [("A", False), ("B", True)]
