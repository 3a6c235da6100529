"""`tradepress fetch`: single pages of a real server, under the conduct of a crawl."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import Answer, Site, Tradepress, a_story

from tradepress.archive.url_key import url_key
from tradepress.jobs.fetch import NOT_ASKED, STOPPED, FetchedPage
from tradepress.jobs.fetch import fetch as fetch_pages
from tradepress.source import Source

CONTACT = ("--contact", "me@library.example")


@pytest.fixture
def fetch(tradepress: Tradepress) -> Callable[..., dict[str, Any]]:
    """Fetches, and gives what was said for a program."""

    def run(*arguments: str, **environment: str) -> dict[str, Any]:
        done = tradepress("fetch", *arguments, "--json", *CONTACT, **environment)
        assert done.returncode in (0, 1), done.stderr
        told = json.loads(done.stdout)
        ends = {one["url"].rpartition("/")[2]: one for one in told["pages"]}
        assert done.returncode == int(
            any(one["outcome"] not in ("stored", "unchanged", "duplicate") for one in ends.values())
        )
        return ends

    return run


def test_a_page_is_kept_once_and_what_changed_is_a_version(
    site: Site, tradepress: Tradepress, fetch: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    page = a_story("Lantern mark lost").replace(
        "</head>", "<meta property='og:site_name' content='The Gazette'></head>"
    )
    site.pages["/lantern-mark-lost"] = Answer(page, headers={"ETag": '"1"'})
    ends = [fetch(f"{site.home}/lantern-mark-lost?utm_source=mail") for _ in range(2)]
    site.pages["/lantern-mark-lost"] = Answer(page.replace("a useful grip", "a hook"))
    ends.append(fetch(f"{site.home}/lantern-mark-lost"))
    told = [one["lantern-mark-lost"] for one in ends]
    assert [one["outcome"] for one in told] == ["stored", "unchanged", "stored"]
    assert len({one["ref"] for one in told}) == 1
    assert told[0]["ref"].startswith("127.0.0.1-")
    assert site.conditional == ["/lantern-mark-lost"] * 2
    assert site.paths().count("/robots.txt") == 3
    assert all("me@library.example" in agent for _, agent in site.requests)
    shown = json.loads(tradepress("show", told[0]["ref"], "--json").stdout)
    assert (shown["version"], shown["publisher"]) == (2, "The Gazette")
    runs = json.loads(tradepress("runs", "--json").stdout)
    assert [one["kind"] for one in runs] == ["fetch"] * 3
    assert tradepress("verify", "--history").returncode == 0


@pytest.mark.slow
def test_all_that_a_crawl_refuses_is_refused(
    site: Site, fetch: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    site.pages |= {
        "/robots.txt": Answer(
            "User-agent: *\nDisallow: /private/", headers={"Content-Type": "text/plain"}
        ),
        "/private/lantern-mark": Answer(a_story("Lantern mark lost")),
        "/reserved-mark": Answer(a_story("Otter mark lost"), headers={"tdm-reservation": "1"}),
        "/login-mark": Answer("<h1>Sign in</h1><form><input type=password></form>"),
        "/moved-mark": Answer(status=302, headers={"Location": "http://elsewhere.example/x"}),
        "/picture": Answer(b"\x89PNG\r\n", headers={"Content-Type": "image/png"}),
    }
    (tmp_path / "list.txt").write_text(
        "\n".join(["", *(f"{site.home}{path}" for path in site.pages if path != "/robots.txt")])
        + f"\n{site.home}/gone-mark\n",
        encoding="utf-8-sig",  # as Windows' editor writes it
    )
    ends = fetch("--addresses", "list.txt")
    assert {name: (one["outcome"], one["reason"]) for name, one in ends.items()} == {
        "lantern-mark": ("rejected", "robots"),
        "reserved-mark": ("stored", "its text may not be kept"),
        "login-mark": ("rejected", "login"),
        "moved-mark": ("rejected", "offsite"),
        "picture": ("rejected", "not_html"),
        "gone-mark": ("rejected", "http_404"),
    }
    assert "/private/lantern-mark" not in site.paths()
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT policy, body FROM articles").fetchall() == [("metadata-only", None)]
    db.close()


@pytest.mark.slow
def test_without_contact_or_to_a_private_address_nothing_is_asked(
    site: Site, tradepress: Tradepress, fetch: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    site.pages["/lantern-mark-lost"] = Answer(a_story("Lantern mark lost"))
    address = f"{site.home}/lantern-mark-lost"
    (tmp_path / "latin.txt").write_text(f"{site.home}/caf\xe9\n", encoding="latin-1")
    for arguments, words in (
        ((address,), "--contact"),
        ((), "Give an address"),
        ((address, "ftp://x/"), "not a web"),
        ((address, "http://a..b/"), "not a web"),
        ((address, "--addresses", "latin.txt"), "is not UTF-8"),
    ):
        done = tradepress("fetch", *arguments)
        assert done.returncode == 2
        assert words in done.stderr
    ends = fetch(address, TRADEPRESS_ALLOW_ADDRESSES="")
    assert ends["lantern-mark-lost"]["reason"] == "private_address"
    assert site.requests == []


@pytest.mark.slow
def test_a_declared_source_s_rules_hold_on_its_site(
    site: Site, spiders: Path, tradepress: Tradepress, fetch: Callable[..., dict[str, Any]]
) -> None:
    (spiders / "gazette.py").write_text(
        "from tradepress.source import Source\n\n"
        'SOURCE = Source(name="gazette", publisher="The Gazette", domains=("127.0.0.1",), '
        'language="en", timezone="Europe/London", feeds=("http://127.0.0.1/feed",), '
        'article_url=r"/news/[a-z-]+-\\d+", article_id=r"-(\\d+)$")\n'
    )
    site.pages["/news/lantern-mark-lost-4711"] = Answer(a_story("Lantern mark lost"))
    site.pages["/tag/lantern"] = Answer(a_story("Lantern mark again"))
    ends = fetch(f"{site.home}/news/lantern-mark-lost-4711", f"{site.home}/tag/lantern")
    assert ends["lantern-mark-lost-4711"]["ref"] == "gazette-4711"
    assert (ends["lantern"]["outcome"], ends["lantern"]["reason"]) == ("rejected", "index")
    assert "/feed" not in site.paths()


def test_what_was_not_asked_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first run comes to its end without one of its pages, the second is stopped."""
    states = ["done", "interrupted"]

    def run(sources: Sequence[Source], *_: object, **__: object) -> SimpleNamespace:
        return SimpleNamespace(sums=SimpleNamespace(id=len(states), state=states.pop(0)))

    def ends(_: Path, run_id: int) -> list[FetchedPage]:
        page = FetchedPage(url="", outcome="stored", reason=None, ref="a-1")
        return [replace(page, url=url_key(urls[1 if run_id == 2 else 3]))]

    monkeypatch.setattr("tradepress.jobs.fetch.SITES_AT_ONCE", 2)
    monkeypatch.setattr("tradepress.jobs.fetch.run_crawl", run)
    monkeypatch.setattr("tradepress.jobs.fetch._ends", ends)
    urls = [f"https://{name}.example/lantern-mark" for name in "abcdef"]
    done = fetch_pages(urls, archive=tmp_path / "archive.db", contact="me@library.example")
    told = [None if page.outcome == "stored" else page.reason for page in done.pages]
    assert told == [NOT_ASKED, None, STOPPED, None, STOPPED, STOPPED]


@pytest.mark.slow
def test_pages_of_a_source_that_is_no_longer_declared_are_its_own(
    site: Site, spiders: Path, fetch: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    file = spiders / "gazette.py"
    file.write_text(
        "from tradepress.source import Source\n\n"
        'SOURCE = Source(name="gazette", publisher="The Gazette", domains=("127.0.0.1",), '
        'language="en", timezone="Europe/London", feeds=("http://127.0.0.1/feed",), '
        'article_url=r"/[a-z-]+-\\d+")\n'
    )
    known, new = "lantern-mark-lost-4711", "otter-mark-lost-4712"
    site.pages[f"/{known}"] = Answer(a_story("Lantern mark lost"))
    site.pages[f"/{new}"] = Answer(a_story("Otter mark lost").replace("lanterns", "otters"))
    fetch(f"{site.home}/{known}")
    file.unlink()
    ends = fetch(f"{site.home}/{known}", f"{site.home}/{new}")
    assert [ends[name]["outcome"] for name in (known, new)] == ["unchanged", "stored"]
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT name, publisher FROM sources").fetchall() == [
        ("gazette", "The Gazette")
    ]
    db.close()
