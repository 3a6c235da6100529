"""`tradepress ingest --mirror`: the tree of `wget --mirror`, by whatever names it was written."""

import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Site, Tradepress, a_story
from needs import require_program

from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.files.mirror import read_mirror

HOST = "www.worldipreview.com"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def write(path: Path, words: str = "", at: int = 1_500_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<html><head>{words}</head><body><p>A page.</p></body></html>")
    os.utime(path, (at, at))
    return path


@pytest.mark.parametrize(
    ("name", "words", "url"),
    [
        (f"{HOST}/index.html", "", f"http://{HOST}/"),
        (f"{HOST}/news/index.html", "", f"http://{HOST}/news/"),
        (f"{HOST}/news/kettle", "", f"http://{HOST}/news/kettle"),
        (f"{HOST}/a.php?id=7&x=2", "", f"http://{HOST}/a.php?id=7&x=2"),
        (f"{HOST}/a.php@id=7&x=2", "", f"http://{HOST}/a.php?id=7&x=2"),
        (f"{HOST}/index.html?p=3", "", f"http://{HOST}/?p=3"),
        (f"{HOST}/index.html@p=3.html", "", f"http://{HOST}/?p=3"),
        (f"{HOST}/a.php?id=7.html", "", f"http://{HOST}/a.php?id=7"),
        (f"{HOST}/a.php@id=7.html", "", f"http://{HOST}/a.php?id=7"),
        (f"{HOST}/a.aspx.html", "", f"http://{HOST}/a.aspx"),
        (f"{HOST}/kettle.html", "", f"http://{HOST}/kettle.html"),
        (
            f"{HOST}/kettle.html",
            f'<link rel="canonical" href="https://{HOST}/kettle">',
            f"https://{HOST}/kettle",
        ),
        (
            f"{HOST}/kettle.html",
            f"<meta property=og:url content=https://{HOST}/kettle.html>",
            f"https://{HOST}/kettle.html",
        ),
        (f"{HOST}/kettle", f"<a href='https://{HOST}/a'>", f"https://{HOST}/kettle"),
        (f"{HOST}/@anna/kettle.html", "", f"http://{HOST}/@anna/kettle.html"),
        (f"{HOST}/a b ü.html", "", f"http://{HOST}/a%20b%20%C3%BC.html"),
        (f"{HOST}/a%2Fb.html", "", f"http://{HOST}/a%2Fb.html"),
        (f"{HOST}/kettle.html.orig", "", f"http://{HOST}/kettle.html"),
        (f"{HOST}:8080/kettle.html", "", f"http://{HOST}:8080/kettle.html"),
        (f"{HOST}+8080/kettle.html", "", f"http://{HOST}:8080/kettle.html"),
        (f"{HOST}:443/kettle.html", "", f"https://{HOST}/kettle.html"),
        (f"https/{HOST}/kettle.html", "", f"https://{HOST}/kettle.html"),
        (f"http/{HOST}/kettle.html", "", f"http://{HOST}/kettle.html"),
        ("192.0.2.7/kettle.html", "", "http://192.0.2.7/kettle.html"),
    ],
)
def test_the_name_of_a_file_is_the_address_of_its_page(
    tmp_path: Path, name: str, words: str, url: str
) -> None:
    path = write(tmp_path / "mirror" / name, words)
    found, _ = read_mirror(tmp_path / "mirror")
    assert {one: line.url for one, line in found.lines.items()} == {path: url}
    assert found.lines[path].date_captured == datetime.fromtimestamp(1_500_000_000, UTC)
    assert found.faults == ()


def test_the_folder_of_one_host_is_read_alone(tmp_path: Path) -> None:
    write(tmp_path / HOST / "news" / "kettle.html")
    (found, _) = read_mirror(tmp_path / HOST)
    assert [line.url for line in found.lines.values()] == [f"http://{HOST}/news/kettle.html"]


def test_what_is_in_no_folder_of_a_host_is_told(here: Tradepress, tmp_path: Path) -> None:
    write(tmp_path / "mirror" / "kettle.html")
    write(tmp_path / "mirror" / HOST / "robots.txt")
    (tmp_path / "mirror" / HOST / "a.png").write_bytes(b"\x89PNG")
    done = here("ingest", "--mirror", "mirror")
    assert done.returncode == 1
    assert "it is in no folder of a host" in done.stdout
    assert "Left out of folders, as no pages: 2 files." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("page.html", "--mirror", "mirror"),
        ("--mirror", "nowhere"),
        ("--mirror", "mirror", "--url", f"https://{HOST}/a"),
        ("--mirror", "mirror", "--local", "2"),
    ],
)
def test_a_mirror_is_given_alone(
    here: Tradepress, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "mirror").mkdir()
    done = here("ingest", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def seen(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute("SELECT url, last_seen FROM articles ORDER BY url").fetchall()


@pytest.mark.parametrize("day", [None, "2019-05-04"])
def test_a_page_was_seen_when_its_file_was_changed(
    here: Tradepress, tmp_path: Path, day: str | None
) -> None:
    path = tmp_path / "mirror" / HOST / "trademark" / "lantern-case-15001.html"
    write(path).write_text(a_story("Lantern"))
    os.utime(path, (1_500_000_000, 1_500_000_000))
    done = here("ingest", "--mirror", "mirror", *(("--date-captured", day) if day else ()))
    assert done.returncode == 0, done.stdout
    at = "2019-05-04T00:00:00Z" if day else "2017-07-14T02:40:00Z"
    assert seen(tmp_path) == [(f"http://{HOST}/trademark/lantern-case-15001.html", at)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [(), ("-E", "--restrict-file-names=windows"), ("-E", "-k", "-K")]
)
def test_what_wget_mirrors_comes_in(
    here: Tradepress, tmp_path: Path, site: Site, options: tuple[str, ...]
) -> None:
    changed = {"Last-Modified": "Mon, 05 Feb 2018 10:00:00 GMT"}
    links = "<a href=/news/>x</a> <a href='/story.php?id=7'>y</a> <a href=/lantern-1>z</a>"
    site.pages["/"] = Answer(f"<html><body><p>Home {links}</p></body></html>")
    site.pages["/news/"] = Answer(a_story("News"), headers=changed)
    site.pages["/story.php?id=7"] = Answer(a_story("Seven"), headers=changed)
    site.pages["/lantern-1"] = Answer(a_story("One"), headers=changed)
    command = [require_program("wget"), "-q", "--mirror", "--no-proxy", *options, site.home + "/"]
    subprocess.run(command, cwd=tmp_path, check=False)
    here("ingest", "--mirror", ".")
    found = dict(seen(tmp_path))
    at = found[f"{site.home}/story.php?id=7"]
    assert at == "2018-02-05T10:00:00Z" or "-k" in options  # which writes the files anew
    urls = set(found)
    assert urls & {f"{site.home}/lantern-1", f"{site.home}/lantern-1.html"}
