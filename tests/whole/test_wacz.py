"""The sample's captures as a WACZ, before other web-archive tools and before our own ingest."""

import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import preloaded
import pytest
from needs import require_program
from replay import COLLECTION, add_files, pywb, replayweb, require_tool
from room_browser import FLAGS

from tradepress.archive.captures.cdxj import surt_key
from tradepress.archive.captures.kept_page import read_kept_page

pytestmark = pytest.mark.slow

ODD_ADDRESSES = [
    "http://www.News.example:80/a/../b?utm_source=x&q=1#top",
    "https://www2.news.example:443/",
    "http://user:pw@news.example:8080/x?",
    "http://news.example/a//b///c/./d/",
    "http://news.example/%7Efoo/%25C3%A9/%2e%2e/a%2Fb",
    "http://news.example/é?b=ü&a",
    "http://bücher.example/日本/?検索=商標",
    "http://news.example?b=2&a=1&a&&=",
    "http://news.example/x?a=1=2&a=%26&A=B",
    "http://news.example/p?jsessionid=0123456789abcdef0123456789abcdef&x=1",
    "http://news.example/p?x=1&sid=0123456789abcdef0123456789abcdef",
    "http://news.example/p?CFID=1&CFTOKEN=2&z=1",
    "http://news.example/(S(abcdefghijklmnopqrstuvwx))/a/news.aspx?id=4",
    "http://news.example/(abcdefghijklmnopqrstuvwx)/news.aspx",
    "http://127.0.0.1:8080/a b",
    "http://news..example./..",
    "http://https://news.example/x",
    "http:////news.example/x?y=1?z=2",
    "http://news.example/%zz%",
    "  http://news.example/a\tb/..  ",
    "http://WWW.www.a_b.example/%23?%23",
]
SURT = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample, crawled twice, and press.wacz of all its captures."""
    folder = tmp_path_factory.mktemp("wacz")
    for command in (["demo"], ["demo", "--later"], ["captures", "export", "-o", "press.wacz"]):
        result = tradepress(folder, *command)
        assert result.returncode == 0, result.stderr
    return folder


def tradepress(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return preloaded.run(["-m", "tradepress", *command], cwd=folder)


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(sql).fetchall()


def test_the_wacz_package_finds_it_valid(demo: Path) -> None:
    wacz = require_tool("wacz")
    command = [wacz, "validate", "-f", str(demo / "press.wacz")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert "the passed WACZ is valid" in result.stdout


def test_its_index_is_the_one_that_other_tools_make(demo: Path, tmp_path: Path) -> None:
    indexer = require_tool("cdxj-indexer")
    with zipfile.ZipFile(demo / "press.wacz") as package:
        package.extractall(tmp_path)
    warcs = sorted((tmp_path / "archive").iterdir())
    assert [warc.name.partition("-")[0] for warc in warcs] == ["makers", "signet"]
    theirs = subprocess.run(
        [indexer, "--sort", *map(str, warcs)], capture_output=True, text=True, check=True
    )
    ours = subprocess.run(
        ["gzip", "-dc", str(tmp_path / "indexes/index.cdx.gz")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert list(parsed(ours.stdout)) == list(parsed(theirs.stdout))


def parsed(lines: str) -> Iterator[tuple[str, dict[str, str]]]:
    for line in lines.splitlines():
        key, _, fields = line.partition(" {")
        yield key, json.loads("{" + fields)


def test_keys_are_those_of_other_tools() -> None:
    python = require_tool("python")
    theirs = subprocess.run(
        [python, "-c", SURT],
        input=json.dumps(ODD_ADDRESSES),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [surt_key(url) for url in ODD_ADDRESSES] == json.loads(theirs.stdout)


@pytest.mark.parametrize("how", ["wacz", "cdxj"])
def test_pywb_shows_every_story(demo: Path, tmp_path: Path, how: str) -> None:
    """Out of the package, or from the archive's own files by an index of them."""
    add_files(tmp_path, [demo / "press.wacz"], "--unpack-wacz")
    if how == "cdxj":
        own = tmp_path / "collections" / COLLECTION
        shutil.rmtree(own / "archive")
        (own / "archive").symlink_to(demo / "archive.captures")
        command = ["captures", "export", "--cdxj", "--force", "-o", "index.cdxj"]
        assert tradepress(demo, *command).returncode == 0
        shutil.copy(demo / "index.cdxj", own / "indexes" / "index.cdxj")
    stories = rows(
        demo / "archive.db",
        'SELECT captures.url, captures.date_captured, file, "offset", length, digest '
        "FROM versions JOIN captures ON captures.id = capture_id",
    )
    assert len(stories) > 67
    with pywb(tmp_path) as collection:
        for url, day, *where in stories:
            place = dict(zip(("file", "offset", "length", "digest"), where, strict=True))
            moment = "".join(filter(str.isdigit, day))
            with urlopen(f"{collection}/{moment}id_/{url}") as answer:
                assert answer.read() == read_kept_page(demo / "archive.captures", place)


def test_replayweb_page_shows_a_story(demo: Path, tmp_path: Path) -> None:
    program = require_program("chromium", "chromium-browser")
    from playwright.sync_api import sync_playwright  # takes a while

    ((url, day, headline),) = rows(
        demo / "archive.db",
        "SELECT captures.url, captures.date_captured, headline FROM versions "
        "JOIN captures ON captures.id = capture_id ORDER BY captures.id LIMIT 1",
    )
    moment = "".join(filter(str.isdigit, day))
    served = tmp_path / "served"
    served.mkdir()
    with (
        replayweb(served, demo / "press.wacz", url, moment) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        try:
            page = browser.new_page()
            page.goto(address)
            player = page.frame_locator("replay-web-page iframe")
            story = player.frame_locator("replay-app-main iframe, iframe").first
            story.get_by_text(headline).first.wait_for(timeout=60_000)
        finally:
            browser.close()


def test_every_story_comes_back_with_its_dates(demo: Path, tmp_path: Path) -> None:
    result = tradepress(tmp_path, "ingest", str(demo / "press.wacz"))
    assert result.returncode == 0, result.stderr
    told = """
        SELECT ref, versions.version, versions.headline, versions.body, versions.date_published,
            versions.date_captured
        FROM versions JOIN articles ON articles.id = article_id ORDER BY ref, versions.version
    """
    assert rows(tmp_path / "archive.db", told) == rows(demo / "archive.db", told)


def test_what_was_withdrawn_is_not_in_it(demo: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo, tmp_path / "own"))
    for command in (
        ["withdraw", "makers-3921", "--reason", "asked for", "--yes"],
        ["captures", "export", "-o", "press.wacz", "--force"],
    ):
        assert tradepress(folder, *command).returncode == 0
    for place, is_there in ((demo, True), (folder, False)):
        with zipfile.ZipFile(place / "press.wacz") as package:
            pages = package.read("pages/pages.jsonl").decode()
        assert ('"makers-3921"' in pages) is is_there


def test_by_its_own_index_it_lacks_nothing(demo: Path, tmp_path: Path) -> None:
    """Nor the visits that found a page at another address than it has."""
    archive, index = str(demo / "archive.db"), str(tmp_path / "own.cdxj")
    export = ("captures", "export", "--archive", archive)
    made = tradepress(tmp_path, *export, "--cdxj", "-o", index)
    assert made.returncode == 0, made.stderr
    told = tradepress(tmp_path, *export, "--not-in", index, "-o", "rest.wacz")
    assert told.stdout == "The other archive has them all: no file was written.\n"
    assert not (tmp_path / "rest.wacz").exists()
