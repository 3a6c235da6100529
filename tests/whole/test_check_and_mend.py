"""A paper changed since it was declared: `sources check` names the change, `--apply` mends the
file, and a crawl then stores what the site holds."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress
from sites.lantern_paper import DECLARATION, Change, Lantern
from sqlite_utils import Database

from tradepress.configuration import read_toml
from tradepress.jobs.check_source import MOST_REQUESTS
from tradepress.verified import FILE_NAME

pytestmark = pytest.mark.slow  # crawls
DAY = timedelta(days=1)
CONTACT = ("--contact", "press@library.example")


def serve(site: Site, *changes: Change) -> Lantern:
    paper = Lantern(home=site.home, changes=changes)
    site.pages = {
        path: Answer(text, headers={"Content-Type": content_type})
        for path, (content_type, text) in paper.pages().items()
    }
    return paper


def stored(archive: Path) -> dict[str, tuple[str, str, tuple[str, ...], str, str]]:
    """As ``Lantern.held``."""
    rows = Database(archive).query(
        "SELECT ref, headline, date_published, authors, section, body FROM articles"
    )
    return {
        row["ref"]: (
            row["headline"],
            row["date_published"],
            tuple(json.loads(row["authors"])),
            row["section"],
            row["body"],
        )
        for row in rows
    }


def crawl(tradepress: Tradepress, archive: Path) -> None:
    told = tradepress("crawl", "lantern", "--no-trial", "--archive", str(archive), *CONTACT)
    assert told.returncode in (0, 4), told.stderr


CHANGES: tuple[Change, ...] = ("layout", "addresses", "wall", "sections")
READ_ANYWAY = (("layout",), ("wall",))
"""Names changes after which texts, days and names come out right without a mend."""


@pytest.mark.parametrize("changes", [*((one,) for one in CHANGES), CHANGES], ids="+".join)
def test_a_change_is_mended(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path, changes: tuple[Change, ...]
) -> None:
    file = spiders / "lantern.py"
    file.write_text(DECLARATION.format(home=site.home))
    paper = serve(site, *changes)
    crawl(tradepress, tmp_path / "before.db")
    if (tmp_path / "before.db").exists():
        is_wrong = stored(tmp_path / "before.db") != paper.held()
        assert is_wrong is (changes not in READ_ANYWAY)

    told = tradepress("sources", "check", "lantern", *CONTACT)
    assert told.returncode == 1, told.stderr
    assert "+++ b/lantern.py" in told.stdout
    assert file.read_text() == DECLARATION.format(home=site.home)
    told = tradepress("sources", "check", "lantern", "--apply", *CONTACT)
    assert told.returncode == 1, told.stderr
    assert f"Mended: {file}" in told.stderr
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--check", "--line-length", "100", file], check=True)

    told = tradepress("sources", "check", "lantern", *CONTACT)
    assert told.returncode == 0, told.stdout + told.stderr
    crawl(tradepress, tmp_path / "after.db")
    assert stored(tmp_path / "after.db") == paper.held()
    if "wall" in changes:  # mended as one
        (row,) = Database(tmp_path / "after.db").query(
            "SELECT min(is_truncated) AS cut, group_concat(DISTINCT access) AS access FROM articles"
        )
        assert row == {"cut": 1, "access": "registration"}


def test_a_paper_as_declared_needs_no_mend(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    """The check keeps the day, and asks for little: robots.txt, and MOST_REQUESTS pages."""
    (tmp_path / "tradepress.toml").write_text("")
    (spiders / "lantern.py").write_text(DECLARATION.format(home=site.home))
    paper = serve(site)
    told = tradepress("sources", "check", "lantern", "--json", *CONTACT)
    assert told.returncode == 0, told.stdout + told.stderr
    (check,) = json.loads(told.stdout)
    asked = [
        path for path in site.paths() if path not in ("/robots.txt", "/.well-known/tdmrep.json")
    ]
    assert len(asked) == check["requests"] <= MOST_REQUESTS
    day = datetime.now(UTC).date()
    record = read_toml((tmp_path / "sources" / FILE_NAME).read_text())
    assert [*record] == ["lantern"]
    assert record["lantern"]["day"] in (day, day - DAY)
    crawl(tradepress, tmp_path / "archive.db")
    assert stored(tmp_path / "archive.db") == paper.held()


def test_sites_one_after_the_other(site: Site, spiders: Path, tradepress: Tradepress) -> None:
    """One forbids what is asked, one has changed; the exit code is that of the worst."""
    declared = DECLARATION.format(home=site.home)
    (spiders / "lantern.py").write_text(declared)
    barred = declared.replace('"lantern"', '"barred"').replace(site.home, f"{site.home}/members")
    (spiders / "barred.py").write_text(barred)
    serve(site, "wall")
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /members/\n")
    told = tradepress("sources", "check", "barred", *CONTACT)
    assert told.returncode == 4, told.stdout + told.stderr
    assert "Nothing could be fetched" in told.stdout
    assert set(site.paths()) == {"/robots.txt"}
    told = tradepress("sources", "check", "barred", "lantern", "--json", *CONTACT)
    assert told.returncode == 1, told.stdout + told.stderr
    first, second = json.loads(told.stdout)
    assert {one["reason"] for one in first["listings"]} == {"robots"}
    assert second["diff"]
