"""The sample papers: two editions as files, and the server that shows them."""

import gzip
import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from lxml import html

from tradepress.sample.editions import EDITIONS, PAPERS, EditionName, Page, SampleSite
from tradepress.sample.manifest import load_manifest
from tradepress.sample.server import SamplePapers

SIGNET, MAKERS = (f"http://{host}" for host in PAPERS)
SITES = {
    (edition, host): SampleSite(host, edition) for edition in ("base", "later") for host in PAPERS
}
MANIFEST = load_manifest()
LATER = MANIFEST["later"]
STORIES = {entry["ref"]: entry for entry in MANIFEST["stories"]}
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


def look_up(edition: EditionName, url: str) -> Page:
    parts = urlsplit(url)
    site = SITES[edition, parts.netloc.removeprefix("www.")]
    return site.page(parts.path or "/", parts.query)


# Manifest


def test_manifest_names_every_story_once() -> None:
    assert len(STORIES) == len(MANIFEST["stories"])
    assert "signet-12107" in STORIES
    assert {entry["reason"] for entry in MANIFEST["not_stories"]} == {
        "soft_404",
        "consent",
        "login",
    }
    urls = [url for entry in MANIFEST["stories"] for url in entry["urls"]]
    assert len(urls) == len(set(urls))
    listed = {*LATER["new"], *LATER["changed"], *LATER["corrected"], *LATER["moved"]}
    assert listed <= {entry["ref"] for entry in LATER["stories"]}
    assert set(LATER["gone"]) <= set(STORIES)


@pytest.mark.parametrize("edition", ["base", "later"])
def test_every_address_of_a_story_leads_to_it(edition: EditionName) -> None:
    for entry in STORIES.values() if edition == "base" else LATER["stories"]:
        pages = [look_up(edition, url) for url in entry["urls"]]
        assert len({page.body for page in pages if page.location is None}) == 1, entry["ref"]
        assert {page.location for page in pages} <= {None, entry["urls"][0]}


# Files


@pytest.mark.parametrize("edition", ["base", "later"])
def test_every_file_is_listed_and_every_listed_one_is_there(edition: EditionName) -> None:
    folder = EDITIONS / edition
    entries = json.loads((folder / "pages.json").read_text("utf-8"))
    for address in entries:
        assert look_up(edition, address).status in (200, 301, 410)
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    listed = {entry.get("file") for entry in entries.values()}
    assert files - listed <= {"pages.json", "signet/404.html", "makers/404.html"}


def test_the_later_edition_holds_only_what_differs() -> None:
    for file in (EDITIONS / "later").rglob("*"):
        before = EDITIONS / "base" / file.relative_to(EDITIONS / "later")
        assert not (file.is_file() and before.exists() and before.read_bytes() == file.read_bytes())


def internal_links(page: Page, address: str) -> Iterator[str]:
    for href in html.fromstring(page.body.decode("latin-1")).xpath("//a/@href"):
        url = urldefrag(urljoin(address, href)).url
        if (urlsplit(url).hostname or "").removeprefix("www.") in PAPERS:
            yield url


@pytest.mark.parametrize("edition", ["base", "later"])
def test_no_link_of_any_page_is_broken_and_every_story_is_linked(edition: EditionName) -> None:
    waiting = [f"http://{host}/" for host in PAPERS]
    seen = set(waiting)
    while waiting:
        url = waiting.pop()
        page = look_up(edition, url)
        gone = {STORIES[ref]["urls"][0] for ref in LATER["gone"]} if edition == "later" else set()
        assert page.status in ((410,) if url in gone else (200, 301)), url
        if page.status == 200 and page.content_type.startswith("text/html"):
            found = set(internal_links(page, url)) - seen
            seen |= found
            waiting += sorted(found)
    linked = {url.partition("?")[0].replace("://www.", "://") for url in seen}
    for entry in STORIES.values() if edition == "base" else LATER["stories"]:
        assert linked & set(entry["urls"]), entry["ref"]
    assert any("utm_source=" in link for link in seen)
    assert any("://www." in link for link in seen)


def sitemap_urls(host: str, path: str) -> set[str]:
    page = SITES["base", host].page(path)
    assert page.status == 200
    urls = set()
    for entry in ElementTree.fromstring(page.body):
        (place, *_) = (child.text or "" for child in entry if child.tag.endswith("}loc"))
        if entry.tag.endswith("}sitemap"):
            urls |= sitemap_urls(host, urlsplit(place).path)
        else:
            urls.add(place)
    return urls


@pytest.mark.parametrize(("host", "paper"), PAPERS.items())
def test_sitemaps_hold_every_allowed_story(host: str, paper: str) -> None:
    urls = sitemap_urls(host, "/sitemap.xml")
    for entry in STORIES.values():
        if entry["paper"] == paper:
            assert (entry["urls"][0] in urls) is not entry["disallowed"]


# Server


def test_answers_as_proxy_and_as_origin(papers: SamplePapers) -> None:
    through_proxy = ask(papers, SIGNET + LANTERN)
    by_host = ask(papers, LANTERN, Host=urlsplit(SIGNET).netloc)
    assert through_proxy.status == by_host.status == 200
    assert through_proxy.body == by_host.body
    assert "Orrin &amp; Vale loses appeal" in by_host.body.decode()
    assert ("GET", SIGNET + LANTERN, 200) in papers.requests


def test_head_sends_no_body(papers: SamplePapers) -> None:
    head = ask(papers, SIGNET + LANTERN, method="HEAD")
    get = ask(papers, SIGNET + LANTERN)
    assert head.body == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.body))


def test_one_connection_serves_many_requests(papers: SamplePapers) -> None:
    connection = HTTPConnection(urlsplit(papers.proxy_url).netloc, timeout=10)
    connection.connect()
    socket = connection.sock
    for home in (SIGNET, MAKERS):
        connection.request("GET", f"{home}/robots.txt")
        assert connection.getresponse().read().endswith(f"{home}/sitemap.xml\n".encode())
        assert connection.sock is socket
    connection.close()


def test_www_hosts(papers: SamplePapers) -> None:
    assert ask(papers, f"http://www.{urlsplit(SIGNET).netloc}{LANTERN}").status == 200
    answer = ask(papers, f"http://www.{urlsplit(MAKERS).netloc}/listing/news?offset=10")
    assert answer.status == 301
    assert answer.headers["Location"] == f"{MAKERS}/listing/news?offset=10"


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
    assert (
        ask(
            papers, f"{urlsplit(SIGNET).netloc}:443", method="CONNECT", Host=urlsplit(SIGNET).netloc
        ).status
        == 405
    )
    assert ask(papers, SIGNET + "/login", method="POST").status == 405


@pytest.mark.parametrize("home", [SIGNET, MAKERS])
def test_robots_forbids_members_and_search(papers: SamplePapers, home: str) -> None:
    robots = ask(papers, home + "/robots.txt")
    assert robots.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = robots.body.decode().splitlines()
    assert {"Disallow: /members/", "Disallow: /search"} <= set(lines)
    assert f"Sitemap: {home}/sitemap.xml" in lines
    hidden = [url for entry in STORIES.values() if entry["disallowed"] for url in entry["urls"]]
    assert any(url.startswith(f"{home}/members/") for url in hidden)


def test_unchanged_pages_are_not_sent_again(papers: SamplePapers) -> None:
    first = ask(papers, SIGNET + LANTERN)
    tag = first.headers["ETag"]
    assert first.headers["Last-Modified"] == "Fri, 04 Aug 2017 12:00:00 GMT"
    again = ask(papers, SIGNET + LANTERN, If_None_Match=f'"other", {tag}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert ask(papers, SIGNET + LANTERN, If_None_Match='"other"').status == 200


def test_changed_stories_are_sent_again(papers: SamplePapers, later_papers: SamplePapers) -> None:
    for ref in (*LATER["changed"], *LATER["headline_corrected"], *LATER["corrected"]):
        url = STORIES[ref]["urls"][0]
        tag = ask(papers, url).headers["ETag"]
        assert ask(later_papers, url, If_None_Match=tag).status == 200
    tag = ask(papers, SIGNET + LANTERN).headers["ETag"]
    assert ask(later_papers, SIGNET + LANTERN, If_None_Match=tag).status == 304


def test_gzip_where_accepted(papers: SamplePapers) -> None:
    plain = ask(papers, SIGNET + LANTERN)
    zipped = ask(papers, SIGNET + LANTERN, Accept_Encoding="gzip, deflate")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert plain.headers["Content-Encoding"] is None


def test_gone_and_moved_stories(papers: SamplePapers, later_papers: SamplePapers) -> None:
    for ref in LATER["gone"]:
        (url,) = STORIES[ref]["urls"]
        assert ask(papers, url).status == 200
        assert ask(later_papers, url).status == 410
    for ref, new in LATER["moved"].items():
        old = STORIES[ref]["urls"][0]
        assert ask(papers, new).status == 404
        answer = ask(later_papers, old)
        assert (answer.status, answer.headers["Location"]) == (301, new)
        assert ask(later_papers, new).status == 200


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
        assert ask(papers, SIGNET + path).status == 404
    for home, other in ((SIGNET, MAKERS), (MAKERS, SIGNET)):
        (path, *_) = (
            url.removeprefix(other)
            for entry in STORIES.values()
            for url in entry["urls"]
            if url.startswith(other)
        )
        assert ask(papers, home + path).status == 404


def test_old_encodings_are_declared_in_one_place_each(papers: SamplePapers) -> None:
    declared = set()
    for entry in STORIES.values():
        answer = ask(papers, entry["urls"][0])
        said = re.search(r"charset=(.+)", answer.headers["Content-Type"])
        if said and said[1] == "utf-8":
            continue
        in_meta = re.search(rb"charset=([\w-]+)", answer.body)
        assert bool(said) is not bool(in_meta)
        assert re.search(rb"[\xa1-\xff]", answer.body)
        declared.add("header" if said else "meta")
        assert (said[1] if said else in_meta[1].decode()) in ("windows-1252", "iso-8859-1")
    assert declared == {"header", "meta"}


def test_other_kinds_of_file(papers: SamplePapers) -> None:
    for path, kind, beginning in (
        ("/files/media-pack.pdf", "application/pdf", b"%PDF-1.4"),
        ("/static/signet.css", "text/css; charset=utf-8", b"/* The Signet Gazette"),
        ("/static/icon.svg", "image/svg+xml", b"<svg xmlns="),
        ("/media/image/lantern.svg", "image/svg+xml", b"<svg xmlns="),
    ):
        answer = ask(papers, SIGNET + path)
        assert answer.headers["Content-Type"] == kind
        assert answer.body.startswith(beginning)
    assert ask(papers, SIGNET + "/search?q=lantern").status == 200


def test_the_port_is_free_after_leaving() -> None:
    with SamplePapers() as running:
        address = urlsplit(running.proxy_url).netloc
        idle = HTTPConnection(address, timeout=10)
        idle.request("GET", SIGNET + "/robots.txt")
        assert idle.getresponse().read()
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        HTTPConnection(address, timeout=10).connect()
