"""`tradepress ingest` and `extract` of records whose time or address nobody would think of."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from captured import Captured, write_warc
from conftest import Tradepress, a_story

from tradepress.archive.clock import has_come, later, on_clock, utc_text
from tradepress.crawling.page_workers import PageWorkers

WIPR = "https://www.worldipreview.com/trademark"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def a_capture(number: int, at: str = "2017-08-04T12:00:00", url: str = "") -> Captured:
    return Captured(
        url=url or f"{WIPR}/lantern-case-{number}", at=at, page=a_story(f"Lantern {number}")
    )


def stored(folder: Path, query: str = "SELECT headline FROM articles ORDER BY 1") -> list[Any]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return [row[0] for row in db.execute(query)]


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("9999-12-31T23:59:59", False),
        ("9999-01-01T00:00:00", False),
        ("2099-01-01T00:00:00", False),
        ("0001-01-01T00:00:00", True),
        ("0001-01-02T00:00:00", True),
    ],
)
def test_one_record_of_an_impossible_time_is_its_own_affair(
    here: Tradepress, tmp_path: Path, at: str, kept: bool
) -> None:
    captures = [a_capture(15001), a_capture(15002, at), a_capture(15003)]
    write_warc(tmp_path / "pages.warc.gz", captures)
    done = here("ingest", "pages.warc.gz")
    assert stored(tmp_path) == [f"Lantern {n}" for n in (15001, 15002, 15003) if kept or n != 15002]
    assert done.returncode == int(not kept)
    assert kept or f"it says that it was captured at {at}Z, which has not come" in done.stdout
    assert here("verify", "--quick").returncode == 0
    assert here("health").returncode in (0, 1)


def test_a_saved_page_of_a_day_to_come_is_named(here: Tradepress, tmp_path: Path) -> None:
    said = f"<!--\n Page saved with SingleFile\n url: {WIPR}/lantern-case-15001\n saved date: "
    date = "Fri Dec 31 9999 23:59:59 GMT-0500"
    (tmp_path / "page.html").write_text(f"{said}{date}\n-->{a_story('Lantern')}")
    done = here("ingest", "page.html")
    assert done.returncode == 1
    assert "which has not come" in done.stdout


@pytest.mark.parametrize("hours", [-27, -1, 1, 27])
def test_what_is_added_to_a_time_ends_where_calendars_do(hours: int) -> None:
    from datetime import UTC, date, datetime, timedelta, timezone

    span = timedelta(hours=hours)
    for end in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert later(end, span).year in (1, 9999)
        away = end.replace(tzinfo=timezone(timedelta(hours=14 if end.year == 1 else -12)))
        assert on_clock(away).year == end.year
        assert utc_text(away)[:4] == f"{end.year:04}"
        assert has_come(away) == (end.year == 1)
        assert on_clock(end, "Asia/Tokyo").year == on_clock(end, "America/Lima").year == end.year
    assert later(date.max, timedelta(1)) == date.max
    assert later(date.min, timedelta(-1)) == date.min
    assert later(date(2017, 8, 4), timedelta(1)) == date(2017, 8, 5)


def test_an_address_of_a_record_is_spelt_as_browsers_spell_it(
    here: Tradepress, tmp_path: Path
) -> None:
    odd = f"{WIPR}/news/../%2e%2e/trademark/lantern\x01\x7f-\xa0case-15002"
    write_warc(
        tmp_path / "pages.warc.gz",
        [
            a_capture(15001),
            a_capture(15002, url=odd),
            a_capture(15004, url="http://worldipreview.com:y:z/lantern-15004"),
            a_capture(15003),
        ],
    )
    done = here("ingest", "pages.warc.gz")
    urls = stored(tmp_path, "SELECT url FROM articles UNION SELECT url FROM urls ORDER BY 1")
    assert f"{WIPR}/lantern%01%7F-%C2%A0case-15002" in urls
    assert len(urls) == 3
    assert done.returncode == 1
    assert "its address is none" in done.stdout


def test_a_folder_with_a_link_to_itself_is_read_all_the_same(
    here: Tradepress, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "here").symlink_to(".")
    page = f"<link rel=canonical href='{WIPR}/lantern-case-15001'></head>"
    (folder / "page.html").write_text(a_story("Lantern").replace("</head>", page))
    done = here("ingest", "pages")
    assert stored(tmp_path) == ["Lantern"]
    assert done.returncode == 1
    assert "loop" in done.stdout
    named = here("ingest", "pages/loop")
    assert named.returncode == 1
    assert "Traceback" not in named.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "http://x:y:z/"),
        ("extract", "http://[::1/"),
        ("extract", "page.html", "--url", "http://x:y:z/"),
        ("ingest", "page.html", "--url", "http://x:y:z/"),
        ("ingest", "page.html", "--url", "lantern"),
        ("sources", "new", "http://x:y:z/"),
        ("sources", "new", "http://"),
    ],
)
def test_what_is_no_address_is_wrong_use(
    here: Tradepress, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "page.html").write_text(a_story("Lantern"))
    done = here(*arguments)
    assert done.returncode == 2
    assert "is not a web address" in " ".join(done.stderr.split())
    assert not (tmp_path / "archive.db").exists()


def test_a_list_of_addresses_is_read_as_browsers_read_them(
    here: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(a_story("Lantern").encode()))
    (tmp_path / "list.csv").write_text(f"file,url\npage.html.gz,{WIPR}/x/%2E./lantern-case-15001\n")
    assert here("ingest", "page.html.gz", "--addresses", "list.csv").returncode == 0
    shown = json.loads(here("show", f"{WIPR}/lantern-case-15001", "--json").stdout)
    assert shown["url"] == f"{WIPR}/lantern-case-15001"
