"""The sample papers: story files, pages of three generations, and the server that shows them."""

import gzip
import itertools
import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from lxml import html

from tradepress.sample import Edition, SamplePapers, SampleStory, load_edition, load_manifest
from tradepress.sample.manifest import build_manifest, manifest_text
from tradepress.sample.page_templates import NOT_STORIES, Page, Site
from tradepress.sample.story_files import PAPERS, EditionName, Paper, StoryError

SIGNET, MAKERS = PAPERS["signet"], PAPERS["makers"]
BASE, LATER = load_edition("base"), load_edition("later")
SITES: dict[tuple[str, str], Site] = {
    (edition.name, paper.name): Site(paper, edition)
    for edition in (BASE, LATER)
    for paper in PAPERS.values()
}
SECTIONS = {
    "signet": ("/trademark/", "/design/", "/copyright/", "/enforcement/", "/news/"),
    "makers": ("/listing/news",),
}
LANTERN = "/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107"


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


def ask(papers: SamplePapers, target: str, *, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection(urlsplit(papers.proxy_url).netloc, timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, target, headers=sent)
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


@pytest.fixture(scope="module")
def papers() -> Iterator[SamplePapers]:
    with SamplePapers() as running:
        yield running


@pytest.fixture(scope="module")
def later_papers() -> Iterator[SamplePapers]:
    with SamplePapers("later") as running:
        yield running


def parsed(page: Page, encoding: str = "utf-8") -> Any:
    return html.fromstring(page.body.decode(encoding))


def show(story: SampleStory, edition: EditionName = "base") -> Any:
    page = SITES[edition, story.paper.name].page(story.path)
    assert page.status == 200
    return parsed(page, story.encoding)


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def one(element: Any, query: str) -> Any:
    (found,) = element.xpath(query)
    return found


def of_template(template: str) -> list[SampleStory]:
    return [story for story in BASE.stories if story.template == template]


# Story files


def test_both_papers_have_stories_of_every_generation() -> None:
    for paper in PAPERS.values():
        templates = {story.template for story in BASE.of(paper)}
        assert templates == {"classic", "panel", "current"}
    for known in (BASE, LATER):
        assert [s.structured for s in known.stories].count("json-ld-graph") >= 1
        assert {s.wall for s in known.stories} >= {None, "after_story", "after_teaser", "silent"}


def test_ids_rise_with_the_date() -> None:
    for paper in PAPERS.values():
        dated = [s for s in LATER.of(paper) if s.id is not None and s.day]
        assert dated == sorted(dated, key=lambda s: (s.day, s.id), reverse=True)
        assert [s.id for s in dated] == sorted((s.id for s in dated if s.id), reverse=True)


def test_stories_share_no_wording() -> None:
    stories = {story.key: story for story in (*BASE.stories, *LATER.stories)}
    shingles = {}
    for key, story in stories.items():
        said = re.findall(r"[\w’]+", story.body.lower())
        shingles[key] = set(zip(said, said[1:], said[2:], said[3:], strict=False))
    twins = {frozenset((s.key, s.first_published_on)) for s in stories.values()}
    for one_key, other in itertools.combinations(stories, 2):
        if {one_key, other} not in twins:
            shared = shingles[one_key] & shingles[other]
            assert len(shared) <= 6, (one_key, other, shared)


def test_later_edition_differs_where_it_says() -> None:
    before, after = ({s.key: s for s in e.stories} for e in (BASE, LATER))
    assert set(after) - set(before) == set(LATER.new)
    assert set(before) - set(after) == {story.key for story in LATER.gone}
    for key in LATER.changed:
        assert after[key].body != before[key].body
    for key in LATER.headline_corrected:
        assert after[key].headline != before[key].headline
    for key in LATER.corrected:
        assert after[key].correction
        assert not before[key].correction
    for key, path in LATER.moved.items():
        assert after[key].path == path != before[key].path
        assert after[key].ref == before[key].ref
    assert all((LATER.new, LATER.changed, LATER.headline_corrected, LATER.corrected))
    assert LATER.gone
    assert LATER.moved


STORY = '+++\nslug = "lamp"\nid = 7\ntemplate = "panel"\nheadline = "A lamp"\n{}+++\n\n{}\n'


def lay_out(folder: Path, keys: str = "", body: str = "Words.") -> Path:
    place = folder / "stories" / "signet"
    place.mkdir(parents=True)
    (place / "lamp.md").write_text(STORY.format(keys, body), "utf-8")
    return folder


def test_body_is_read_without_its_markup(tmp_path: Path) -> None:
    body = "A [lamp](/news/lamp-7) burns\nbright.\n\n## Oil\n\n> “Dim.”\n\n- one\n- [two](b)"
    with pytest.raises(StoryError, match="markup"):
        load_edition(folder=lay_out(tmp_path, body=body))
    (tmp_path / "stories/signet/lamp.md").write_text(
        STORY.format("", body.replace("(b)", "(/b)")), "utf-8"
    )
    (story,) = load_edition(folder=tmp_path).stories
    assert story.body == "A lamp burns bright.\n\nOil\n\n“Dim.”\n\none\n\ntwo"
    assert [block.kind for block in story.blocks] == ["paragraph", "heading", "quotation", "list"]
    assert story.ref == "signet-7"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('title = "x"\n', "title: unknown key"),
        ("signup = 1\n", "signup: 1 is of the wrong type"),
        ('section = "Sports"\n', "section: 'Sports'"),
        ("date = 2017-08-04T10:00:00\n", "date: a time needs its offset"),
        ('wall = "high"\n', "wall: 'high'"),
        ('description = "x"\n', "description: only template current"),
        ('related = ["oil"]\n', "related: no story 'oil'"),
        ('top_stories = ["oil"]\n', "top_stories: no story 'oil'"),
        ('first_published_on = "makers/oil"\n', "first_published_on: no story 'makers/oil'"),
        ('aliases = ["news/lamp"]\n', "aliases: must start with '/'"),
        ('encoding = "klingon"\n', "encoding: unknown encoding"),
        ('credit = ""\n', "credit: empty"),
        ("authors = [1]\n", "authors: must be a list of words"),
    ],
)
def test_broken_story_files_are_named(tmp_path: Path, keys: str, message: str) -> None:
    with pytest.raises(StoryError, match=rf"lamp\.md: {re.escape(message)}"):
        load_edition(folder=lay_out(tmp_path, keys))


def test_two_stories_may_not_share_an_address(tmp_path: Path) -> None:
    lay_out(tmp_path)
    other = STORY.format('aliases = ["/news/lamp-7"]\n', "Words.").replace('"lamp"', '"oil"')
    (tmp_path / "stories/signet/oil.md").write_text(other.replace("id = 7", "id = 8"), "utf-8")
    with pytest.raises(StoryError, match="/news/lamp-7 is already taken by signet/lamp"):
        load_edition(folder=tmp_path)


@pytest.mark.parametrize(
    ("edition", "message"),
    [
        ('gone = ["signet/oil"]', "gone: 'signet/oil'"),
        ('new = ["signet/lamp"]', "new: 'signet/lamp'"),
        ('changed = ["signet/lamp"]', "changed: 'signet/lamp' has no file"),
        ("changes = []", "changes: unknown key"),
    ],
)
def test_broken_edition_files_are_named(tmp_path: Path, edition: str, message: str) -> None:
    lay_out(tmp_path)
    (tmp_path / "stories-later").mkdir()
    (tmp_path / "stories-later/edition.toml").write_text(edition, "utf-8")
    with pytest.raises(StoryError, match=f"edition.toml: {message}"):
        load_edition("later", folder=tmp_path)


# Manifest


def test_manifest_says_what_the_stories_say() -> None:
    committed = (files("tradepress.sample") / "manifest.json").read_text("utf-8")
    assert committed == manifest_text(build_manifest()), "run: python -m tradepress.sample"
    assert load_manifest() == build_manifest()


def test_manifest_names_every_story_once() -> None:
    manifest = load_manifest()
    refs = [entry["ref"] for entry in manifest["stories"]]
    assert len(refs) == len(set(refs)) == len(BASE.stories)
    assert "signet-12107" in refs
    assert {entry["reason"] for entry in manifest["not_stories"]} == {
        "soft_404",
        "consent",
        "login",
    }
    urls = [url for entry in manifest["stories"] for url in entry["urls"]]
    assert len(urls) == len(set(urls))
    later = manifest["later"]
    listed = {*later["new"], *later["changed"], *later["corrected"], *later["moved"]}
    assert listed <= {entry["ref"] for entry in later["stories"]}
    assert set(later["gone"]) <= set(refs)


# Pages of three generations


@pytest.mark.parametrize("edition", [BASE, LATER], ids=lambda edition: edition.name)
def test_every_page_holds_its_whole_story(edition: Edition) -> None:
    for story in edition.stories:
        page = show(story, edition.name)
        text = words(page)
        for paragraph in story.paragraphs:
            assert " ".join(paragraph.split()) in text, story.key
        assert words(one(page, "//h1")) == story.headline
        assert words(one(page, "//title")).endswith(story.paper.title)
        for said in (story.credit, story.correction, story.description):
            assert said is None or said in text, story.key


def test_classic_pages() -> None:
    for story in of_template("classic"):
        page = show(story)
        text = words(page)
        assert words(one(page, "//td[@class='content']//h2")) == story.headline
        assert text.endswith(story.paper.title)
        assert "Find News" in text
        assert "Already registered?" not in text
        if story.keywords:
            assert ", ".join(story.keywords) + "," in text
        dates = re.findall(r"\d\d-\d\d-\d{4}", text)
        related = [BASE.find(story.paper, slug) for slug in story.related]
        others = [other.day for other in related if other and other.day]
        own = [story.day] if story.day else []
        assert dates == [f"{day:%d-%m-%Y}" for day in others + own]
    assert any(story.related and story.day for story in of_template("classic"))


def test_panel_pages() -> None:
    for story in of_template("panel"):
        page = show(story)
        dateline = one(page, "//div[@class='dateline']").text_content()
        assert story.day
        day = f"{story.day.day} {story.day:%B %Y}"
        assert dateline == day + (story.section or "") + " and ".join(story.authors)
        assert page.xpath("//header//a[.='Subscribe']")
        if story.caption:
            assert words(one(page, "//figcaption")) == story.caption
        body = words(one(page, "//div[@class='article-body']"))
        assert ("Did you enjoy reading this story?" in body) is story.signup
        assert ("Today’s top stories:" in body) is bool(story.top_stories)
        assert "Already registered?" not in body
        walled = story.wall in ("after_story", "after_teaser")
        assert ("Already registered?" in words(page)) is walled
        for slug in story.more_on_this_story:
            other = BASE.find(story.paper, slug)
            assert other
            assert other.day
            line = f"{other.day.day} {other.day:%B %Y}   {other.first_sentence}"
            assert page.xpath(f"//div[@class='more']//a[starts-with(., {line!r})]")


def test_top_stories_are_linked_on_some_pages_only() -> None:
    linked = {
        bool(show(story).xpath("//p[.='Today’s top stories:']/following-sibling::p/a"))
        for story in of_template("panel")
        if any(BASE.find(story.paper, slug) for slug in story.top_stories)
    }
    assert linked == {True, False}


def test_current_pages() -> None:
    for story in of_template("current"):
        page = show(story)
        dateline = one(page, "//div[@class='dateline']").text_content()
        assert story.day
        day = f"{story.day.day} {story.day:%B %Y}"
        section = f"{story.section} Channel" if story.section else ""
        assert dateline == day + section + " and ".join(story.authors)
        assert words(one(page, "//div[@class='dek']")) == story.description
        assert story.description not in words(one(page, "//div[@class='body']"))
        assert page.xpath("//div[@class='cookies']")
        assert page.xpath("//form[@class='newsletter']")
        assert [link.text for link in page.xpath("//aside[@class='related']//a")] == [
            other.headline
            for slug in story.related
            if (other := BASE.find(story.paper, slug)) is not None
        ]


def json_ld_article(page: Any) -> dict[str, object]:
    found = json.loads(one(page, "//script[@type='application/ld+json']").text)
    nodes = found.get("@graph", [found])
    (article,) = (node for node in nodes if node["@type"] == "NewsArticle")
    return dict(article)


def test_structured_data_is_as_declared() -> None:
    for story in BASE.stories:
        page = show(story)
        scripts = page.xpath("//script[@type='application/ld+json']")
        scopes = page.xpath("//*[@itemtype='https://schema.org/NewsArticle']")
        assert len(scripts) == story.structured.startswith("json-ld")
        assert len(scopes) == (story.structured == "microdata")
        if scripts:
            article = json_ld_article(page)
            assert article["headline"] == story.headline
            assert article["datePublished"] == story.date_published
            assert article.get("dateModified") == story.date_modified
        if scopes:
            published = one(page, "//@itemprop[.='datePublished']/..")
            assert published.get("content") == story.date_published
            body = one(page, "//*[@itemprop='articleBody']")
            assert story.paragraphs[-1] in words(body)
    assert {bool(story.date_modified) for story in BASE.stories} == {True, False}


def test_canonical_links_and_the_one_that_lies() -> None:
    declared = {}
    for story in BASE.stories:
        found = show(story).xpath("//link[@rel='canonical']/@href")
        if story.template != "classic":
            assert found == [story.url]
        elif found:
            declared[story.key] = found[0]
    assert declared == {"signet/tessaly-foods-wins-purple-pouch-case": SIGNET.home + "/"}


def test_unchanged_stories_are_the_same_page_in_both_editions() -> None:
    same = 0
    changed = {*LATER.changed, *LATER.headline_corrected, *LATER.corrected, *LATER.moved}
    for story in BASE.stories:
        names = {*story.related, *story.top_stories, *story.more_on_this_story, story.slug}
        if changed.isdisjoint(f"{story.paper.name}/{name}" for name in names):
            before, after = (
                SITES[edition, story.paper.name].page(story.path) for edition in ("base", "later")
            )
            if after.status != 410:
                assert before.body == after.body, story.key
                same += 1
    assert same > len(BASE.stories) // 2


# Listings, feeds, sitemaps


def internal_links(page: Page, address: str) -> Iterator[str]:
    hosts = {paper.host for paper in PAPERS.values()}
    for href in parsed(page, "latin-1").xpath("//a/@href"):
        url = urldefrag(urljoin(address, href)).url
        if (urlsplit(url).hostname or "").removeprefix("www.") in hosts:
            yield url


def look_up(edition: EditionName, url: str) -> Page:
    parts = urlsplit(url)
    name = next(p.name for p in PAPERS.values() if p.host == parts.netloc.removeprefix("www."))
    return SITES[edition, name].page(parts.path or "/", parts.query)


@pytest.mark.parametrize("edition", ["base", "later"])
def test_no_link_of_any_page_is_broken(edition: EditionName) -> None:
    waiting = [paper.home + "/" for paper in PAPERS.values()]
    seen = set(waiting)
    while waiting:
        url = waiting.pop()
        page = look_up(edition, url)
        gone = {story.url for story in LATER.gone} if edition == "later" else set()
        assert page.status in ((410,) if url in gone else (200, 301)), url
        if page.status == 200 and page.content_type.startswith("text/html"):
            found = set(internal_links(page, url)) - seen
            seen |= found
            waiting += sorted(found)
    assert len(seen) > 100


@pytest.mark.parametrize("edition", [BASE, LATER], ids=lambda edition: edition.name)
@pytest.mark.parametrize("name", ["signet", "makers"])
def test_listings_lead_to_every_story(
    papers: SamplePapers, later_papers: SamplePapers, edition: Edition, name: str
) -> None:
    server = papers if edition is BASE else later_papers
    paper = PAPERS[name]
    waiting = [paper.home + path for path in SECTIONS[name]]
    listings, linked = set(waiting), set()
    while waiting:
        url = waiting.pop()
        answer = ask(server, url)
        assert answer.status == 200
        for link in internal_links(Page(body=answer.body), url):
            if urlsplit(link).path not in SECTIONS[name]:
                linked.add(link)
            elif link not in listings:
                listings.add(link)
                waiting.append(link)
    paths = {urlsplit(link).path for link in linked if paper.host in link}
    for story in edition.of(paper):
        assert paths & set(story.paths), story.key
    assert paths >= {entry.path for entry in NOT_STORIES if entry.paper is paper}
    assert paths >= {"/about", "/login", "/files/media-pack.pdf", "/contact", "/privacy"}
    assert any("utm_source=" in link for link in linked)
    assert any(f"www.{paper.host}/" in link for link in linked)
    main = {story.path for story in edition.of(paper)}
    assert paths & {alias for story in edition.of(paper) for alias in story.aliases} - main


def test_listings_link_with_fragments_and_without_words() -> None:
    page = parsed(SITES["base", "signet"].page("/news/"))
    assert page.xpath("//a[@class='thumb' and normalize-space(.)='']")
    every = [row.url for site in SITES.values() for row in site.rows()]
    assert any(url.endswith("#comments") for url in every)


def test_makers_listing_counts_and_glues() -> None:
    total = len(BASE.of(MAKERS))
    page = parsed(SITES["base", "makers"].page("/listing/news", "offset=10"))
    assert f"Showing 11 to 20 of {total} results" in words(page)
    assert any(
        re.fullmatch(r"(Trademarks|Brands|Domains)\d\d-\d\d-\d{4}\S.*", row.text_content())
        for row in page.xpath("//div[@class='meta']")
    )
    empty = SITES["base", "makers"].page("/listing/news", "offset=9000")
    assert empty.status == 200
    assert "Showing 0 of" in words(parsed(empty))


@pytest.mark.parametrize("name", ["signet", "makers"])
def test_feed_holds_the_newest_stories(name: str) -> None:
    page = SITES["later", name].page("/rss")
    assert page.content_type.startswith("application/rss+xml")
    items = ElementTree.fromstring(page.body).findall("channel/item")
    newest = [story for story in LATER.of(PAPERS[name]) if story.day][:15]
    assert [item.findtext("guid") for item in items] == [story.url for story in newest]
    assert [item.findtext("title") for item in items] == [story.headline for story in newest]


def sitemap_urls(site: Site, path: str) -> set[str]:
    page = site.page(path)
    assert page.status == 200
    urls = set()
    for entry in ElementTree.fromstring(page.body):
        (place, *_) = (child.text or "" for child in entry if child.tag.endswith("}loc"))
        if entry.tag.endswith("}sitemap"):
            urls |= sitemap_urls(site, urlsplit(place).path)
        else:
            urls.add(place)
    return urls


@pytest.mark.parametrize("name", ["signet", "makers"])
def test_sitemaps_hold_every_allowed_story(name: str) -> None:
    site = SITES["base", name]
    urls = sitemap_urls(site, "/sitemap.xml")
    for story in BASE.of(PAPERS[name]):
        assert (story.url in urls) is not story.disallowed
    assert b"<sitemapindex" in SITES["base", "signet"].page("/sitemap.xml").body
    assert b"<news:title>" in SITES["base", "signet"].page("/sitemap-news.xml").body
    assert (
        b"<lastmod>2014-07-16</lastmod>" in SITES["base", "signet"].page("/sitemap-2014.xml").body
    )
    assert SITES["base", "signet"].page("/sitemap-2005.xml").status == 404


# Server


def test_answers_as_proxy_and_as_origin(papers: SamplePapers) -> None:
    through_proxy = ask(papers, SIGNET.home + LANTERN)
    by_host = ask(papers, LANTERN, Host=SIGNET.host)
    assert through_proxy.status == by_host.status == 200
    assert through_proxy.body == by_host.body
    assert "Orrin &amp; Vale loses appeal" in by_host.body.decode()
    assert ("GET", SIGNET.home + LANTERN, 200) in papers.requests


def test_head_sends_no_body(papers: SamplePapers) -> None:
    head = ask(papers, SIGNET.home + LANTERN, method="HEAD")
    get = ask(papers, SIGNET.home + LANTERN)
    assert head.body == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.body))


def test_one_connection_serves_many_requests(papers: SamplePapers) -> None:
    connection = HTTPConnection(urlsplit(papers.proxy_url).netloc, timeout=10)
    connection.connect()
    socket = connection.sock
    for paper in PAPERS.values():
        connection.request("GET", f"{paper.home}/robots.txt")
        assert connection.getresponse().read().endswith(f"{paper.home}/sitemap.xml\n".encode())
        assert connection.sock is socket
    connection.close()


def test_www_hosts(papers: SamplePapers) -> None:
    assert ask(papers, f"http://www.{SIGNET.host}{LANTERN}").status == 200
    answer = ask(papers, f"http://www.{MAKERS.host}/listing/news?offset=10")
    assert answer.status == 301
    assert answer.headers["Location"] == f"{MAKERS.home}/listing/news?offset=10"


def test_a_browser_stays_on_localhost(papers: SamplePapers) -> None:
    host = f"signetgazette.localhost:{urlsplit(papers.proxy_url).port}"
    page = ask(papers, "/", Host=host).body.decode()
    assert f'href="http://{host.replace("signetgazette", "marksandmakers")}/"' in page
    assert "http://marksandmakers.example" not in page
    story = ask(papers, LANTERN, Host=host).body.decode()
    assert f'<link rel="canonical" href="http://{host}{LANTERN}">' in story
    assert "twren@signetgazette.example" in story
    slash = ask(papers, "/trademark", Host=host)
    assert (slash.status, slash.headers["Location"]) == (301, f"http://{host}/trademark/")


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("http://example.com/", "example.com", 502),
        ("https://signetgazette.example/", "signetgazette.example", 502),
        ("/", "127.0.0.1", 502),
        ("http://[::1/", "signetgazette.example", 400),
    ],
)
def test_other_hosts_are_refused(papers: SamplePapers, target: str, host: str, status: int) -> None:
    assert ask(papers, target, Host=host).status == status


def test_tunnels_and_forms_are_refused(papers: SamplePapers) -> None:
    assert ask(papers, f"{SIGNET.host}:443", method="CONNECT", Host=SIGNET.host).status == 405
    assert ask(papers, SIGNET.home + "/login", method="POST").status == 405


@pytest.mark.parametrize("paper", PAPERS.values(), ids=list(PAPERS))
def test_robots_forbids_members_and_search(papers: SamplePapers, paper: Paper) -> None:
    robots = ask(papers, paper.home + "/robots.txt")
    assert robots.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = robots.body.decode().splitlines()
    assert {"Disallow: /members/", "Disallow: /search"} <= set(lines)
    assert f"Sitemap: {paper.home}/sitemap.xml" in lines
    hidden = [story for story in BASE.of(paper) if story.disallowed]
    assert hidden
    assert all(story.path.startswith("/members/") for story in hidden)


def test_unchanged_pages_are_not_sent_again(papers: SamplePapers) -> None:
    first = ask(papers, SIGNET.home + LANTERN)
    tag = first.headers["ETag"]
    assert first.headers["Last-Modified"] == "Fri, 04 Aug 2017 12:00:00 GMT"
    again = ask(papers, SIGNET.home + LANTERN, If_None_Match=f'"other", {tag}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert ask(papers, SIGNET.home + LANTERN, If_None_Match='"other"').status == 200


def test_changed_stories_are_sent_again(papers: SamplePapers, later_papers: SamplePapers) -> None:
    for key in (*LATER.changed, *LATER.headline_corrected, *LATER.corrected):
        (story,) = (story for story in BASE.stories if story.key == key)
        tag = ask(papers, story.url).headers["ETag"]
        assert ask(later_papers, story.url, If_None_Match=tag).status == 200
    tag = ask(papers, SIGNET.home + LANTERN).headers["ETag"]
    assert ask(later_papers, SIGNET.home + LANTERN, If_None_Match=tag).status == 304


def test_gzip_where_accepted(papers: SamplePapers) -> None:
    plain = ask(papers, SIGNET.home + LANTERN)
    zipped = ask(papers, SIGNET.home + LANTERN, Accept_Encoding="gzip, deflate")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert plain.headers["Content-Encoding"] is None


def test_gone_and_moved_stories(papers: SamplePapers, later_papers: SamplePapers) -> None:
    for story in LATER.gone:
        assert ask(papers, story.url).status == 200
        assert ask(later_papers, story.url).status == 410
    for key in LATER.moved:
        (old,) = (story for story in BASE.stories if story.key == key)
        (new,) = (story for story in LATER.stories if story.key == key)
        assert ask(papers, new.url).status == 404
        answer = ask(later_papers, old.url)
        assert (answer.status, answer.headers["Location"]) == (301, new.url)
        assert ask(later_papers, new.url).status == 200


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("soft_404", "Sorry, we can’t find that page"),
        ("consent", "we value your privacy"),
        ("login", "Log in to your account"),
    ],
)
def test_pages_that_are_no_stories(papers: SamplePapers, reason: str, said: str) -> None:
    (entry,) = (entry for entry in load_manifest()["not_stories"] if entry["reason"] == reason)
    answer = ask(papers, entry["url"])
    assert answer.status == 200
    assert said in answer.body.decode()


def test_missing_pages_are_missing(papers: SamplePapers) -> None:
    for path in ("/trademark/no-such-story-1", "/members/", "/static/../stories", "/tag/none"):
        assert ask(papers, SIGNET.home + path).status == 404
    for paper in PAPERS.values():
        other = MAKERS if paper is SIGNET else SIGNET
        strange = next(story for story in BASE.of(other) if story.id)
        assert ask(papers, paper.home + strange.path).status == 404


def test_old_encodings_are_declared_in_one_place_each(papers: SamplePapers) -> None:
    declared = set()
    for story in BASE.stories:
        answer = ask(papers, story.url)
        if story.encoding == "utf-8":
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            continue
        in_header = answer.headers["Content-Type"] == f"text/html; charset={story.encoding}"
        in_meta = f"charset={story.encoding}".encode() in answer.body
        assert in_header is not in_meta
        declared.add((story.encoding, "header" if in_header else "meta"))
        letters = [letter for letter in story.body if ord(letter) > 0xA0 and ord(letter) < 0x100]
        assert letters
        assert all(letter.encode(story.encoding) in answer.body for letter in letters)
    assert declared >= {("windows-1252", "header"), ("windows-1252", "meta")}


def test_letters_an_old_encoding_lacks_are_escaped(tmp_path: Path) -> None:
    edition = load_edition(folder=lay_out(tmp_path, 'encoding = "iso-8859-1"\n', "“Ωmega” café"))
    page = Site(SIGNET, edition).page("/news/lamp-7")
    assert "&#8220;&#937;mega&#8221; café".encode("iso-8859-1") in page.body


def test_other_kinds_of_file(papers: SamplePapers) -> None:
    for path, kind, beginning in (
        ("/files/media-pack.pdf", "application/pdf", b"%PDF-1.4"),
        ("/static/signet.css", "text/css; charset=utf-8", b"/* The Signet Gazette"),
        ("/static/icon.svg", "image/svg+xml", b"<svg xmlns="),
        ("/media/image/lantern.svg", "image/svg+xml", b"<svg xmlns="),
    ):
        answer = ask(papers, SIGNET.home + path)
        assert answer.headers["Content-Type"] == kind
        assert answer.body.startswith(beginning)
    found = ask(papers, SIGNET.home + "/search?q=lantern").body.decode()
    assert "1 story found." in found
    assert f'href="{LANTERN}"' in found


def test_the_port_is_free_after_leaving() -> None:
    with SamplePapers() as running:
        address = urlsplit(running.proxy_url).netloc
        idle = HTTPConnection(address, timeout=10)
        idle.request("GET", SIGNET.home + "/robots.txt")
        assert idle.getresponse().read()
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        HTTPConnection(address, timeout=10).connect()
