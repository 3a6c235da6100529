"""Addresses with dots: what a server makes of them is judged before anything is asked for."""

import json
import posixpath
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare
from test_crawl import CONTACT, rows

AROUND = (
    "/news/../{place}/dots-{number}",
    "/news/%2e%2e/{place}/coded-{number}",
    "/news/.%2E/{place}/half-{number}",
    "/news\\..\\{place}\\back-{number}",
    "/{place}/./still-{number}",
    "/news/x/%2E%2e\\../{place}/mixed-{number}",
    "/news%2f..%2f{place}/slashed-{number}",
)
"""Ways to a folder that don't name it first."""


def as_served(path: str) -> str:
    """The file that a server gives for the path of a request."""
    return posixpath.normpath(unquote(path.partition("?")[0]).replace("\\", "/"))


def ways_to(site: Site, place: str, first: int) -> list[str]:
    """Addresses of stories in a folder, all of which the site serves, in whatever spelling."""
    paths = [way.format(place=place, number=first + n) for n, way in enumerate(AROUND)]
    for path in paths:
        story = Answer(a_story(f"Lantern of {place} {path[-4:]}"))
        site.pages |= dict.fromkeys((path, path.replace("\\", "/"), as_served(path)), story)
    return paths


def a_listing(paths: list[str]) -> str:
    return "<h1>Trademarks</h1>" + "".join(f'<a href="{path}">A story</a>' for path in paths)


def a_feed(home: str, paths: list[str]) -> str:
    items = "".join(f"<item><title>A</title><link>{home}{path}</link></item>" for path in paths)
    return f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>'


def a_sitemap(home: str, paths: list[str]) -> str:
    urls = "".join(f"<url><loc>{home}{path}</loc></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


@pytest.mark.slow
def test_no_way_around_robots_and_reservations_by_dots(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/\n")
    rules = [{"location": "/old/../reserved/", "tdm-reservation": 1}]
    site.pages["/.well-known/tdmrep.json"] = Answer(json.dumps(rules))
    redirects = ways_to(site, "private", 1300)
    moved = [f"/moved-{1400 + n}" for n in range(len(redirects))]
    for path, target in zip(moved, redirects, strict=True):
        site.pages[path] = Answer(status=302, headers={"Location": target})
    refresh = '<meta http-equiv="refresh" content="0; url={}">'
    site.pages["/moved-1500"] = Answer(refresh.format("/news/%2e%2e/private/dots-1300"))
    # The second of two refreshes comes behind an address that was spelt anew.
    site.pages["/moved-1501"] = Answer(refresh.format("/a/%2e%2e/moved-1502"))
    site.pages["/moved-1502"] = Answer(refresh.format("/news/%2e%2e/private/dots-1300"))
    site.pages["/open/plain-1600"] = Answer(a_story("Lantern in the open"))
    listed = [*ways_to(site, "private", 1000), *ways_to(site, "reserved", 2000)]
    site.pages["/trademark/"] = Answer(
        a_listing([*listed, *moved, "/moved-1500", "/moved-1501", "/news/../open/plain-1600"])
    )
    site.pages["/feed"] = Answer(a_feed(site.home, ways_to(site, "private", 1100)))
    site.pages["/sitemap"] = Answer(a_sitemap(site.home, ways_to(site, "private", 1200)))
    declare(
        spiders,
        "gazette",
        site.home,
        feeds=(f"{site.home}/feed",),
        sitemaps=(f"{site.home}/sitemap",),
        article_url=r"/.+-\d{4}",
        article_id=r"-(\d{4})$",
    )
    tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert [path for path in site.paths() if as_served(path).startswith("/private")] == []
    assert "/moved-1502" in site.paths()
    stored = rows(tmp_path / "archive.db", "SELECT headline, url, body IS NULL FROM articles")
    assert ("Lantern in the open", f"{site.home}/open/plain-1600", 0) in stored
    reserved = [is_kept_out for headline, _, is_kept_out in stored if "reserved" in str(headline)]
    assert reserved == [1] * (len(AROUND) - 1)


def test_what_an_older_archive_or_a_declaration_has_is_judged_as_well(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/\n")
    paths = ways_to(site, "private", 1000)
    declare(spiders, "gazette", site.home, sections=tuple(site.home + path for path in paths))
    tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert site.paths() == ["/robots.txt"]
