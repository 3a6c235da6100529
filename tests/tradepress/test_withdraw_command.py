"""`tradepress withdraw`, and all commands that might bring a story back."""

import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_rows import Child, child
from conftest import Answer, Site, Tradepress, a_story, declare
from withdrawn_story import COMMON, TITLE, URL, WORDS, a_page, bytes_of, folder_of, path, words_in

from tradepress.archive.withdrawal.tombstone_file import tombstone_path

__all__ = ["child", "path"]

CONTACT = ("--contact", "archive@library.example")
PAGE_URL = "http://www.worldipreview.com/news/krummelpike-lantern-15001"


def ingest_page(here: Tradepress, folder: Path) -> Any:
    page = a_story("Zorblatt loses its lantern mark")
    (folder / "page.html").write_text(page.replace("A maker", "A vermiljoon maker"))
    result = here("ingest", "page.html", "--url", PAGE_URL)
    (folder / "page.html").unlink()
    return result


@pytest.mark.slow
def test_withdrawn_pages_are_not_ingested_again(here: Tradepress, tmp_path: Path) -> None:
    assert "stored    wipr-15001" in ingest_page(here, tmp_path).stdout
    here("backup")
    assert {"zorblatt", "vermiljoon", "krummelpike"} <= words_in(tmp_path)
    result = here("withdraw", "--yes", "wipr-15001", "--reason", "court  order")
    assert result.returncode == 0, result.stderr
    (backup,) = (tmp_path / "backups").glob("*.db")
    assert f"  {backup}\n" in result.stdout
    again = ingest_page(here, tmp_path)
    assert again.returncode == 1, again.stderr
    assert "rejected  withdrawn" in again.stdout
    shutil.rmtree(tmp_path / "backups")
    assert words_in(tmp_path) == set()
    shown = here("show", "wipr-15001")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "was withdrawn on" in shown.stderr
    assert "court order" in shown.stderr
    listed = json.loads(here("withdraw", "--list", "--json").stdout)
    assert [(row["ref"], row["reason"]) for row in listed] == [("wipr-15001", "court order")]
    assert "wipr-15001  court order" in here("withdraw", "--list").stdout
    repeated = here("withdraw", "--yes", "wipr-15001", "--reason", "again")
    assert (repeated.returncode, repeated.stdout) == (0, "")
    assert "was withdrawn on" in repeated.stderr
    assert here("verify").returncode == 0


@pytest.mark.slow
def test_only_the_copies_that_hold_it_are_named(here: Tradepress, tmp_path: Path) -> None:
    ingest_page(here, tmp_path)
    other = a_story("Another story here", words=f"<p>{COMMON}</p>")
    (tmp_path / "page.html").write_text(other)
    here("ingest", "page.html", "--url", "http://www.worldipreview.com/news/another-15002")
    (tmp_path / "page.html").unlink()
    assert here("backup").returncode == 0
    (before,) = (tmp_path / "backups").glob("*.db")
    before = before.rename(before.with_name("archive-20200101T000000Z.db"))
    shutil.copy(tmp_path / "archive.db", tmp_path / "copy.db")
    (tmp_path / "backups" / "archive-20190101T000000Z.db").write_bytes(b"not to be read")
    told = here("withdraw", "--yes", "wipr-15001", "--reason", "court order").stdout
    lines = told.splitlines()
    start = lines.index(
        "These copies still hold it; delete them, or see `tradepress docs withdrawal`:"
    )
    damaged = before.with_name("archive-20190101T000000Z.db")
    assert lines[start + 1 : start + 4] == [
        f"  {damaged}",
        f"  {before}",
        f"  {tmp_path / 'copy.db'}",
    ]
    assert lines[start + 4].startswith(
        f"So do the captured pages in {tmp_path / 'backups/archive.captures'}"
    )
    damaged.unlink()
    (tmp_path / "copy.db").unlink()
    assert here("backup", "--keep-all").returncode == 0
    listed = here("withdraw", "--list").stdout
    assert listed.splitlines()[1:] == [f"Still holds some of it: {before}"]
    before.unlink()
    assert words_in(tmp_path) == set()
    told = here("withdraw", "--yes", "wipr-15002", "--reason", "court order", "--json").stdout
    assert len(json.loads(told)["copies"]) == 1


def test_an_address_may_be_withdrawn_in_advance(here: Tradepress, tmp_path: Path) -> None:
    ingest_page(here, tmp_path)
    other = PAGE_URL.replace("15001", "15002")
    result = here("withdraw", "--yes", other, "--reason", "asked by mail", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert [row["ref"] for row in told["withdrawn"]] == ["wipr-15002"]
    assert told["articles"] == 0
    (tmp_path / "page.html").write_text(a_story("Another story here"))
    assert "withdrawn" in here("ingest", "page.html", "--url", other).stdout
    assert here("show", "wipr-15001").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wipr-9", "--reason", "x"], "no story has the ref wipr-9"),
        (["ftp://elsewhere.example/a", "--reason", "x"], "no http(s) address"),
        (["http://worldipreview.com/trademark/", "--reason", "x"], "none at such addresses"),
        (["http://[", "--reason", "x"], "no http(s) address"),
        (["wipr-15001@1", "--reason", "x"], "give wipr-15001"),
        (["wipr-15001"], "--reason"),
        (["wipr-15001", "--reason", " "], "--reason"),
        (["wipr-15001", "--reason", "\u200b\u2060\u00a0\ufeff"], "--reason"),
        (["wipr-15001", "--reason", "\u3164\u034f"], "--reason"),
        (["--source", "nobody", "--reason", "x"], "it has: wipr"),
        (["wipr-15001", "--source", "wipr", "--reason", "x"], "either"),
        (["wipr-15001", "--reason", "x", "--everywhere", "--keep-headline"], "either"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_erased(
    here: Tradepress, tmp_path: Path, arguments: list[str], words: str
) -> None:
    ingest_page(here, tmp_path)
    result = here("withdraw", "--yes", *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert here("show", "wipr-15001").returncode == 0
    assert not tombstone_path(tmp_path / "archive.db").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["", "n\n", "y\n"])
def test_without_a_terminal_nobody_can_be_asked(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    ingest_page(here, tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    result = here("withdraw", "wipr-15001", "--reason", "court order")
    assert (result.returncode, result.stdout) == (2, "")
    assert "--yes" in result.stderr.splitlines()[-1]
    assert here("show", "wipr-15001").returncode == 0
    assert not tombstone_path(tmp_path / "archive.db").exists()


@pytest.mark.parametrize(("typed", "code"), [("n\n", 1), ("\n", 1), ("y\n", 0)])
def test_on_a_terminal_it_asks(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    ingest_page(here, tmp_path)
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    result = here("withdraw", "wipr-15001", "--reason", "court order")
    assert result.returncode == code
    assert "wipr-15001  Zorblatt loses its lantern mark" in result.stderr
    assert (here("show", "wipr-15001").returncode == 0) is (code == 1)


def test_ctrl_c_at_the_question_says_that_nothing_was_erased(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_page(here, tmp_path)
    monkeypatch.setattr("sys.stdin", Terminal(""))  # ends, as at Ctrl-D
    result = here("withdraw", "wipr-15001", "--reason", "court order")
    assert (result.returncode, result.stdout) == (130, "")
    assert "Nothing was erased." in result.stderr.splitlines()
    assert here("show", "wipr-15001").returncode == 0


WITHDRAW = ("withdraw", "signet-7", "--reason", "court order", "--yes")


def test_near_copies_and_pages_of_other_stories_are_named(path: Path, here: Tradepress) -> None:
    result = here(*WITHDRAW, "--everywhere")
    assert result.returncode == 0
    plan = result.stderr.splitlines()
    assert plan[0].startswith("These captured pages of other stories show the headline or address")
    assert "are overwritten, too" in plan[0]
    assert [line.split()[0] for line in plan[1:]] == ["signet-2", "signet-3"]
    told = result.stdout.splitlines()
    assert told[:2] == [
        "Withdrawn: signet-7",
        "Erased: stories 1, versions 2, captured pages 5, words of links in other stories 2",
    ]
    assert "pages, 2 of other stories showed the headline" in told[2]
    assert told[3].startswith("Much the same text stands elsewhere")
    assert told[4].startswith("  makers-4  Marks & Makers, 2017-08-04 (cross-post, ")
    assert told[4].endswith(", of signet-7)")
    assert len(told) == 5
    assert words_in(path.parent) == set()


def test_raw_pages_of_other_stories_are_kept_and_named(path: Path, here: Tradepress) -> None:
    (file,) = (path.parent / "archive.captures").iterdir()
    result = here(*WITHDRAW)
    assert result.returncode == 0
    plan = result.stderr.splitlines()
    assert plan[0].endswith("are kept: --everywhere was not given, and comes too late now:")
    assert [line.split()[:2] for line in plan[1:]] == [
        ["signet-2", f"{file.name},"],
        ["signet-3", f"{file.name},"],
    ]
    assert "captured pages 3, words of links in other stories 2" in result.stdout
    assert words_in(path.parent) == {"zorblatt", "sidebarix", "krummelpike"}
    assert here("verify").returncode == 0


def test_the_plan_says_that_everywhere_can_only_be_had_now(
    path: Path, here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    plan = here(*WITHDRAW[:-1]).stderr.splitlines()
    assert plan[0].endswith("are kept. Only --everywhere overwrites them, and only now:")


@pytest.mark.parametrize("target", ["signet-7", URL, "--source=signet"])
def test_everywhere_comes_too_late_for_what_is_withdrawn(
    path: Path, here: Tradepress, target: str
) -> None:
    command = ("withdraw", target, "--reason", "court order", "--yes")
    assert here(*command).returncode == 0
    before = words_in(path.parent)
    late = here(*command, "--everywhere")
    assert (late.returncode, late.stdout) == (1, "")
    assert late.stderr.splitlines()[-1].startswith("too late for --everywhere: signet")
    assert words_in(path.parent) == before
    assert here(*command).returncode == 0


def test_what_was_withdrawn_everywhere_is_not_late(path: Path, here: Tradepress) -> None:
    assert here(*WITHDRAW, "--everywhere").returncode == 0
    again = here(*WITHDRAW, "--everywhere")
    assert again.returncode == 0
    assert "too late" not in again.stderr


def test_one_that_is_late_keeps_no_other_from_being_withdrawn(path: Path, here: Tradepress) -> None:
    assert here(*WITHDRAW).returncode == 0
    both = here(*WITHDRAW, "signet-5", "--everywhere")
    assert both.returncode == 1
    assert both.stdout.startswith("Withdrawn: signet-5\n")
    assert "too late for --everywhere: signet-7 is withdrawn already" in both.stderr


def damage(file: Path, offset: int, after: int = 200) -> None:
    with file.open("r+b") as stream:
        stream.seek(offset + after)
        stream.write(bytes(12))


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ((), 0, "can't be read and are kept, like all others; `tradepress verify` names the mend"),
        (("--everywhere",), 1, "`tradepress withdraw` of such a story overwrites its pages"),
    ],
)
def test_a_page_that_cannot_be_read_is_no_page_that_shows_nothing(
    path: Path, here: Tradepress, options: tuple[str, ...], code: int, words: str
) -> None:
    (file,) = (path.parent / "archive.captures").iterdir()
    with closing(sqlite3.connect(path)) as db:
        sql = "SELECT \"offset\" FROM captures WHERE url LIKE '%orrin-vale-5'"
        (offset,) = db.execute(sql).fetchone()
    damage(file, offset)
    result = here(*WITHDRAW, *options)
    assert result.returncode == code
    lines = result.stderr.splitlines()
    assert words in lines[lines.index(f"  signet-5  {file.name}, byte {offset}") - 1]


@pytest.mark.parametrize("after", [0, 200, -12])
def test_what_cannot_be_read_and_no_story_names_can_be_got_rid_of(
    path: Path, here: Tradepress, after: int
) -> None:
    captures = folder_of(path)
    row = captures.append(a_page(URL, "glimmerfax"))
    captures.append(a_page(f"{PAGE_URL}9", "The end"))
    captures.close()
    file = path.parent / "archive.captures" / row["file"]
    damage(file, row["offset"], after % row["length"])
    way_out = "`tradepress withdraw --everywhere`"
    found = here("verify")
    assert found.returncode == 1
    assert f"captures: {file} can't be read from byte {row['offset']} on" in found.stdout
    assert way_out in found.stdout
    for command in (WITHDRAW, ("withdraw",)):
        told = here(*command)
        assert told.returncode == 1
        assert way_out in told.stderr
    done = here("withdraw", "--everywhere")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Erased again: stories 0, versions 0, captured pages 1")
    assert here("withdraw").stdout == "Nothing is left to erase.\n"
    assert here("verify").returncode == 0


def test_a_torn_end_is_no_fault(path: Path, here: Tradepress) -> None:
    """A crawl may be writing it just now."""
    (file,) = (path.parent / "archive.captures").iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert here("verify").returncode == 0


def test_a_program_is_told_of_pages_of_other_stories(path: Path, here: Tradepress) -> None:
    told = json.loads(here(*WITHDRAW, "--json").stdout)
    assert (told["captures"], told["other_captures"]) == (3, 0)
    assert [page["ref"] for page in told["other_pages"]] == ["signet-2", "signet-3"]


def test_a_kept_headline_is_shown(path: Path, here: Tradepress) -> None:
    here("withdraw", "--yes", "signet-7", "--reason", "court order", "--keep-headline")
    words = f"signet-7 (“{TITLE}”) was withdrawn on "
    assert here("show", "signet-7").stderr.startswith(f"Error: {words}")
    assert f"“{TITLE}”" in here("withdraw", "--list").stdout
    assert here("search", "zorblatt").stdout.startswith("0 stories\n")


def test_a_search_of_a_former_day_tells_of_it(path: Path, here: Tradepress) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for table in ("articles", "version_rows"):
            db.execute(f"UPDATE {table} SET date_archived = '2020-01-01T09:00:00Z'")
    as_of = ("search", "lantern", "--as-of")
    assert "signet-7" in here(*as_of, "2020-06-01").stdout
    here("withdraw", "--yes", "signet-7", "--reason", "court order")
    *stories, told = here(*as_of, "2020-06-01").stdout.splitlines()
    assert told.startswith("withdrawn since: signet-7, ")
    assert told.endswith(", court order")
    assert not any("signet-7" in line for line in stories)
    assert "signet-7" not in here(*as_of, "2019-12-31").stdout


def test_a_whole_source(path: Path, here: Tradepress) -> None:
    told = json.loads(
        here("withdraw", "--yes", "--source", "signet", "--reason", "asked", "--json").stdout
    )
    assert (told["articles"], told["links"], told["other_captures"]) == (5, 0, 0)
    assert [row["ref"] for row in told["withdrawn"]][-2:] == ["signet-5", "signet"]
    assert words_in(path.parent) == set()
    assert b"orrin" not in bytes_of(path.parent / "archive.captures")
    assert here("show", "makers-4").returncode == 0
    assert here("verify").returncode == 0


# Killed, restored


STOPS = """
import sys
from pathlib import Path
from tradepress.archive.captures import warc
from tradepress.archive.withdrawal import erase_rows, erasing
from tradepress.command_line import run

def stop_at(step):
    print(step, flush=True)
    sys.stdin.readline()

def around(owner, name):
    before = getattr(owner, name)
    def stopped(*arguments):
        stop_at(f"before {name}")
        result = before(*arguments)
        stop_at(f"after {name}")
        return result
    setattr(owner, name, stopped)

filler = warc._filler
def half_a_filler(length, text):
    # The first half reaches the disk, then the process stops.
    (path,) = Path(sys.argv[1]).parent.glob("archive.captures/*.warc.gz")
    with path.open("r+b", buffering=0) as stream:
        stream.seek(places.pop(0))
        stream.write(filler(length, text)[: length // 2])
    stop_at("half overwritten")
    return filler(length, text)

places = []
erase = warc.WarcCaptures.erase
def remember_places(self, marked):
    marked = list(marked)
    places.extend(row["offset"] for row in marked)
    return erase(self, marked)

warc._filler = half_a_filler
warc.WarcCaptures.erase = remember_places
around(erasing, "write_tombstone_file")
around(erase_rows, "_delete_articles")
around(erasing, "erase_marked_pages")
around(erasing, "write_anew")
options = ["--reason", "court order", "--yes", "--everywhere", "--archive", sys.argv[1]]
run(["withdraw", "signet-7", *options])
"""

STEPS = [
    "before write_tombstone_file",
    "after write_tombstone_file",
    "before _delete_articles",
    "after _delete_articles",
    "before erase_marked_pages",
    *["half overwritten"] * 11,  # of 5 pages, a request that no row names, and 5 other records
    "after erase_marked_pages",
    "before write_anew",
    "after write_anew",
    "before write_tombstone_file",
    "after write_tombstone_file",
]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [*range(1, 7), 9, 10, 13, *range(15, len(STEPS))])
def test_a_kill_at_any_step_is_finished_by_the_next_command(
    path: Path, here: Tradepress, child: Callable[..., Child], stop: int
) -> None:
    process = child(STOPS, path)
    for step in STEPS[:stop]:
        assert process.line() == step
        process.go_on()
    assert process.line() == STEPS[stop]
    process.kill()
    assert "from a backup" not in here("verify").stdout
    assert here("withdraw").returncode == 0
    assert words_in(path.parent) == set()
    assert here("verify").returncode == 0
    (stone,) = json.loads(here("withdraw", "--list", "--json").stdout)
    assert (stone["ref"], stone["reason"]) == ("signet-7", "court order")
    assert json.loads(tombstone_path(path).read_text())["tombstones"][0]["is_erased"]


@pytest.mark.slow
def test_a_kill_before_the_file_stands_leaves_all_as_it_was(
    path: Path, here: Tradepress, child: Callable[..., Child]
) -> None:
    process = child(STOPS, path)
    assert process.line() == STEPS[0]
    process.kill()
    assert here("withdraw").stdout == "Nothing is left to erase.\n"
    assert words_in(path.parent) == set(WORDS)
    assert here("withdraw", "--list").stdout == "Nothing was withdrawn.\n"
    assert here("show", "signet-7").returncode == 0


@pytest.mark.slow
def test_an_older_backup_put_back_loses_it_again(here: Tradepress, tmp_path: Path) -> None:
    ingest_page(here, tmp_path)
    here("backup")
    here("withdraw", "--yes", "wipr-15001", "--reason", "court order")
    backups = tmp_path.with_name(f"{tmp_path.name}-backups")
    (tmp_path / "backups").rename(backups)
    (backup,) = backups.glob("*.db")
    for put_back in ("archive.db", "captures", "both"):
        if put_back != "captures":
            for file in tmp_path.glob("archive.db*"):
                if file != tombstone_path(tmp_path / "archive.db"):
                    file.unlink()
            shutil.copy(backup, tmp_path / "archive.db")
        if put_back != "archive.db":
            shutil.rmtree(tmp_path / "archive.captures")
            shutil.copytree(backups / "archive.captures", tmp_path / "archive.captures")
        assert words_in(tmp_path)
        told = here("withdraw")
        assert told.returncode == 0
        counts = "0, versions 0" if put_back == "captures" else "1, versions 1"
        assert told.stdout == (
            f"Erased again: stories {counts}, captured pages 1, words of links in other stories 0\n"
        )
        assert words_in(tmp_path) == set(), put_back
        assert here("verify").returncode == 0
        assert "was withdrawn on" in here("show", "wipr-15001").stderr
    assert "rejected  withdrawn" in ingest_page(here, tmp_path).stdout


# Every way in


@pytest.mark.slow
def test_no_way_brings_it_back(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    library.mkdir()

    def at_library(*arguments: str, code: int = 0) -> str:
        result = tradepress(*arguments, "--archive", "library/archive.db")
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout

    def listing(*paths: str) -> Answer:
        links = "".join(f"<a href='{path}'>A story on marks</a> " for path in paths)
        return Answer(f"<h1>Trademarks</h1>{links}")

    path = "/trademark/krummelpike-lantern-1001"
    other, late = "/trademark/another-story-1002", "/trademark/late-story-1003"
    linking = f"<p>{COMMON} Read of <a href='{path}'>the wobbelstein case</a>.</p>"
    page = a_story("Zorblatt loses its lantern mark").replace("A maker", "A vermiljoon maker")
    site.pages[path] = Answer(page)
    site.pages[other] = Answer(a_story("Another story of a mark", words=linking))
    site.pages["/trademark/"] = listing(path, other)
    declare(spiders, "gazette", site.home)
    crawl = ("crawl", "gazette", *CONTACT)
    assert "stored        2" in at_library(*crawl, "--no-trial")
    erased = {"zorblatt", "krummelpike", "vermiljoon", "wobbelstein"}
    assert erased <= words_in(library)
    held = {row["ref"] for row in json.loads(at_library("search", "court", "--json"))["stories"]}
    assert held == {"gazette-1001", "gazette-1002"}

    told = json.loads(
        at_library(
            "withdraw", f"{site.home}{path}", "--reason", "asked", "--json", "--yes", "--everywhere"
        )
    )
    assert (told["articles"], told["captures"], told["other_captures"]) == (1, 2, 1)
    # The body of the other story says so itself; it is not the withdrawn one's.
    others_own = {"wobbelstein"}
    assert words_in(library) == others_own

    # The same address again, one that redirects to it, and one that shows its text.
    moved, copied = "/trademark/moved-2001", "/trademark/copied-2002"
    site.pages[moved] = Answer(status=301, headers={"Location": path})
    site.pages[copied] = Answer(page)
    site.pages[late] = Answer(a_story("A late story of a mark", words=linking))
    site.pages["/trademark/"] = listing(path, f"{path}?utm_source=x", other, moved, copied, late)
    before = len(site.requests)
    again = at_library(*crawl)
    assert "stored        1" in again
    assert "it was withdrawn: 2" in again
    assert site.paths()[before:].count(path) == 1  # where the redirect led
    assert words_in(library) == others_own
    before = len(site.requests)
    at_library(*crawl)
    assert not {path, moved, copied} & set(site.paths()[before:])

    (tmp_path / "page.html").write_text(page)
    address = ("--url", f"{site.home}{path}", "--source", "gazette")
    assert "rejected  withdrawn" in at_library("ingest", "page.html", *address, code=1)
    at_library("reextract", "--apply", "--again")
    assert "no fault" in at_library("verify")
    at_library("backup")
    assert words_in(library) == others_own
    held = {row["ref"] for row in json.loads(at_library("search", "court", "--json"))["stories"]}
    assert held == {"gazette-1002", "gazette-1003"}
