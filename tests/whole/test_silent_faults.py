"""What a site does without a word is told in the first night, and `sources check --apply` mends
it: night by night, on a source that a check found well before."""

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress, declare
from sites.young_paper import YoungPaper

pytestmark = pytest.mark.slow  # crawls
CONTACT = ("--contact", "tests@library.example")
EVENT = "/events/the-vessby-marks-dinner-of-this-spring/"


@dataclass(kw_only=True)
class ServedPaper(YoungPaper):
    """The paper on a site that knows by its ETag what a crawler has."""

    site: Site

    def publish(
        self, form: str, numbers: Sequence[int], *, day: dt.date | None = None
    ) -> list[str]:
        new = super().publish(form, numbers, day=day)
        for path, (kind, words) in self.pages().items():
            tag = f'"{sha256(words.encode()).hexdigest()[:12]}"'
            self.site.pages[path] = Answer(words, headers={"Content-Type": kind, "ETag": tag})
        return new


@pytest.fixture
def paper(site: Site) -> YoungPaper:
    return ServedPaper(home=site.home, site=site)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The operator's sources; what a check found well is kept there."""
    (tmp_path / "tradepress.toml").write_text('contact = "tests@library.example"\n')
    (tmp_path / "sources").mkdir()
    return tmp_path / "sources"


def stored(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder.parent / "archive.db")) as db:
        return {url for (url,) in db.execute("SELECT url FROM articles")}


def crawl(tradepress: Tradepress) -> str:
    night = tradepress("crawl", "sapling", "--no-trial", *CONTACT)
    assert night.returncode == 0, night.stdout + night.stderr
    return night.stderr


def require_well(tradepress: Tradepress) -> None:
    health = tradepress("health")
    assert health.returncode == 0, health.stdout


def begin(
    paper: YoungPaper, folder: Path, tradepress: Tradepress, form: str, article_url: str
) -> None:
    """The first night of a source that was checked and is well."""
    home = paper.home
    declare(
        folder,
        "sapling",
        home,
        sections=(f"{home}/",),
        feeds=(f"{home}/feed.xml",),
        article_url=article_url,
        article_id=None,
        unverified="Its addresses.",
    )
    urls = paper.publish(form, range(88, 100))
    told = tradepress("sources", "check", "sapling", *CONTACT)
    assert told.returncode == 0, told.stdout
    assert "[sapling]" in (folder / "verified.toml").read_text()
    assert "refuses" not in crawl(tradepress)
    assert stored(folder) == set(urls)
    require_well(tradepress)


@pytest.mark.parametrize(
    ("form", "article_url", "later"),
    [
        ("/?p={n}", r"/\?p=\d{1,2}", "/?p={n}"),
        ("/spip.php?article{n}", r"/spip\.php\?article\d{1,2}", "/spip.php?article{n}"),
        ("/story-{n}", r"/story-\d{1,2}", "/story-{n}"),
        ("/n/{n}/{s}", r"/n/\d{1,2}/[a-z0-9-]+", "/n/{n}/{s}"),
        ("/news/{s}/", r"/news/[a-z0-9-]+/", "/analysis/{s}/"),
        ("/news/{s}/", r"/news/[a-z0-9-]+/", "/2026/{n}/{s}.html"),
    ],
)
def test_a_single_story_of_another_form_is_told_and_mended(
    paper: YoungPaper,
    folder: Path,
    tradepress: Tradepress,
    form: str,
    article_url: str,
    later: str,
) -> None:
    begin(paper, folder, tradepress, form, article_url)
    (new,) = paper.publish(later, [100])
    for _ in range(2):  # in a night without news, too
        told = crawl(tradepress)
        assert f"article_url refuses 1 entry of the feed {paper.home}/feed.xml" in told
        assert new in told
        health = tradepress("health")
        assert health.returncode == 1
        assert "article_url refuses entries of the feed" in health.stdout
        assert "(1 of 12)" in health.stdout
        assert new not in stored(folder)
    mend = tradepress("sources", "check", "sapling", "--apply", *CONTACT)
    assert mend.returncode == 1, mend.stdout
    assert f"Mended: {folder / 'sapling.py'}" in mend.stderr, mend.stdout + mend.stderr
    assert 'unverified="Its addresses."' in (folder / "sapling.py").read_text().replace("'", '"')
    check = tradepress("sources", "check", "sapling", *CONTACT)
    assert check.returncode == 0, check.stdout
    further = paper.publish(later, [101, 1000, 10000])
    assert "refuses" not in crawl(tradepress)
    assert {new, *further} <= stored(folder)
    require_well(tradepress)


def test_what_is_not_wanted_is_told_until_it_is_ignored(
    paper: YoungPaper, folder: Path, tradepress: Tradepress
) -> None:
    begin(paper, folder, tradepress, "/news/{s}/", "/news/[a-z0-9-]+/")
    paper.beside[EVENT] = "The Vessby marks dinner of this spring"
    paper.publish("/news/{s}/", [100])
    assert EVENT in crawl(tradepress)
    assert "(1 of 13)" in tradepress("health").stdout
    check = tradepress("sources", "check", "sapling", "--apply", *CONTACT)
    assert check.returncode == 1
    assert f"such as {paper.home}{EVENT}" in check.stdout
    assert "ignored_url" in check.stdout
    assert "Mended" not in check.stderr
    file = folder / "sapling.py"
    file.write_text(
        file.read_text().replace("article_id=", "ignored_url='/events/.+', article_id=")
    )
    assert tradepress("sources", "check", "sapling", *CONTACT).returncode == 0
    assert "refuses" not in crawl(tradepress)
    require_well(tradepress)


def test_what_was_learned_of_a_young_site_holds_when_it_has_grown(
    paper: YoungPaper, folder: Path, tradepress: Tradepress
) -> None:
    first = paper.publish("/?p={n}", range(88, 100))
    made = tradepress("sources", "new", paper.home, "--name", "sapling", *CONTACT)
    assert made.returncode == 0, made.stdout + made.stderr
    crawl(tradepress)
    later = paper.publish("/?p={n}", [100, 101, 998, 1000, 100000])
    assert "refuses" not in crawl(tradepress)
    assert stored(folder) == {*first, *later}
