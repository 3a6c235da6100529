"""`tradepress fetch`: single pages of a real server, under the conduct of a crawl."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Site, Tradepress, a_story

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
    assert tradepress("verify").returncode == 0


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
        + f"\n{site.home}/gone-mark\n"
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


def test_without_contact_or_to_a_private_address_nothing_is_asked(
    site: Site, tradepress: Tradepress, fetch: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    site.pages["/lantern-mark-lost"] = Answer(a_story("Lantern mark lost"))
    address = f"{site.home}/lantern-mark-lost"
    for arguments, words in (
        ((address,), "--contact"),
        ((), "Give an address"),
        ((address, "ftp://x/"), "not a web"),
    ):
        done = tradepress("fetch", *arguments)
        assert done.returncode == 2
        assert words in done.stderr
    ends = fetch(address, TRADEPRESS_ALLOW_ADDRESSES="")
    assert ends["lantern-mark-lost"]["reason"] == "private_address"
    assert site.requests == []


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
