"""Saved queries in pages: the files of `tradepress query`, and words for what goes wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from archive_rows import PAPER, open_writer
from browsing import a_run, path, save
from conftest import ROOT
from forms import Reader, reading
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.pages import saved_queries_page
from tradepress.browse.queries import saved
from tradepress.browse.queries.saved import proposed_name, run_lines
from tradepress.research.queries.saved_queries import NAME, SavedQueries

__all__ = ["path"]

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    """Of an archive with two stories of lanterns."""
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2017-08-04", site_id="1")
        save(writer, "Lantern mark granted", date_published="2016-02-01", site_id="2")
    with reading(path) as one:
        yield one


def said(tree: Any) -> str:
    return " ".join(tree.xpath("string(//main)").split())


def one_more(path: Path, headline: str = "A lantern again") -> None:
    with open_writer(path) as writer:
        writer.start_run("tests", ["signet"], "0")
        save(writer, headline, date_published="2018-01-01")
        writer.commit()
        writer.end_run("done", 0)


def kept(reader: Reader, address: str = "/stories?q=lantern", **typed: str) -> Any:
    return reader.press(reader.page(address), "Save", **typed)


def test_a_query_is_saved_in_the_words_that_were_typed(reader: Reader, path: Path) -> None:
    kept(reader, "/stories?q=lantern&since=99+years+ago&until=2017", name="old")
    with read_archive(path) as db:
        saved_query = SavedQueries(db, path).load("old").query
    assert (saved_query.since, saved_query.until) == ("99 years ago", "2017")
    assert "since 99 years ago" in said(reader.page("/saved/old"))


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=30), max_size=3))
def test_a_proposed_name_can_be_one(words: str, sections: list[str]) -> None:
    query = StoryQuery(words=words or None, section=tuple(sections))
    name = proposed_name(query)
    assert NAME.fullmatch(name)
    assert NAME.fullmatch(proposed_name(query, [name]))
    assert proposed_name(query, [name]) != name


def test_a_name_is_proposed_from_the_words() -> None:
    assert proposed_name(StoryQuery(words="“Lantern mark”", since="2016")) == (
        "lantern-mark-since-2016"
    )
    assert proposed_name(StoryQuery()) == "all-stories"
    assert proposed_name(StoryQuery(words="商標")) == "query"
    assert proposed_name(StoryQuery(), ["all-stories", "all-stories-2"]) == "all-stories-3"


def test_a_result_is_saved_and_says_what_is_new(reader: Reader, path: Path) -> None:
    assert "No query is saved yet." in said(reader.page("/saved"))
    answer = kept(reader, "/stories?q=lantern&since=2016&order=date&page=1")
    assert answer.headers["location"] == "/saved/lantern-since-2016"
    shown = reader.follow(answer)
    assert "Saved as lantern-since-2016, with its first run." in said(shown)
    assert "Nothing new: 2 stories then, 2 stories now." in said(shown)
    one_more(path)
    [line] = reader.page("/saved").xpath("//ul[contains(@class, 'saved')]/li")
    words = " ".join(line.text_content().split())
    assert words.startswith("lantern-since-2016 lantern; since 2016 3 stories now")
    assert "1 new since the last run" in words
    page = reader.page("/saved/lantern-since-2016")
    assert "1 new: 2 stories then, 3 stories now." in said(page)
    [change] = page.xpath("//ul[contains(@class, 'changes')]/li")
    assert " ".join(change.text_content().split()).startswith(
        "new A lantern again The Signet Gazette, 1 January 2018"
    )
    result = page.xpath("//a[starts-with(., 'All 3 stories')]/@href")
    assert result == ["/stories?q=lantern&since=2016&copies=apart"]
    assert "3 stories" in said(reader.page(result[0]))


def test_a_run_is_kept_and_runs_are_compared(reader: Reader, path: Path) -> None:
    kept(reader)
    one_more(path)
    shown = reader.follow(reader.press(reader.page("/saved/lantern"), "Run now"))
    assert "Run 2 is kept: 3 stories, 1 new." in said(shown)
    assert "What is new since run 1" in said(shown)
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("*")]
        for row in shown.xpath("//tbody/tr")
    ]
    assert [[row[0], *row[2:6]] for row in rows] == [
        ["2", "3", "1", "0", "0"],
        ["1", "2", "", "", ""],
    ]
    assert "Nothing new: 3 stories then, 3 stories now." in said(reader.page("/saved/lantern"))
    between = shown.xpath("//a[.='the run before']/@href")
    assert between == ["/saved/lantern?since=1&until=2"]
    assert "1 new: 2 stories then, 3 stories at run 2." in said(reader.page(between[0]))
    form = shown.xpath("//form[@class='compare']")[0]
    assert [box.get("max") for box in form.xpath(".//input")] == ["2", "2"]
    assert "3 stories now" in said(reader.page("/saved/lantern?since=1&until="))
    for wrong in ("since=7", "since=2&until=1"):
        assert "run" in said(reader.page(f"/saved/lantern?{wrong}"))


def test_what_is_kept_in_memory_is_what_the_archive_and_the_file_say(
    reader: Reader, path: Path
) -> None:
    kept(reader)
    for number in range(3):
        assert f"{number or 'nothing'} new" in said(reader.page("/saved"))
        one_more(path, f"Lantern number {number}")
        assert f"{number + 1} new" in said(reader.page("/saved"))
        assert f"{number + 1} new" in said(reader.page("/saved/lantern"))
    with read_archive(path) as db:
        SavedQueries(db, path).run("lantern")
    assert "nothing new" in said(reader.page("/saved"))
    assert "3 new" in said(reader.page("/saved/lantern?since=1"))


def test_a_query_is_removed_after_a_question(reader: Reader) -> None:
    kept(reader)
    page = reader.page("/saved/lantern")
    assert page.xpath("//details//button[.='Remove it']")
    shown = reader.follow(reader.press(page, "Remove it"))
    assert "Removed: lantern." in said(shown)
    assert "No query is saved yet." in said(shown)
    assert reader.ask("GET", "/saved/lantern").status_code == 404
    again = reader.ask("GET", reader.press(page, "Remove it").headers["location"])
    assert "no saved query is called 'lantern'" in again.text.replace("&#39;", "'")


def test_a_name_must_be_free_and_of_plain_signs(reader: Reader) -> None:
    kept(reader)
    for name in ("Lantern", "lan tern", "", "../x", "-x", "x" * 65, "<b>"):
        answer = kept(reader, name=name)
        assert answer.status_code == 400
        assert "up to 64 of a-z, 0-9 and -" in answer.text
        assert "<b>" not in answer.text
    answer = kept(reader, name="lantern")
    assert answer.status_code == 400
    assert "a saved query is called lantern already" in answer.text
    assert 'value="lantern-2"' in answer.text


def test_a_query_that_can_t_be_read_or_that_names_nobody_is_told(reader: Reader) -> None:
    tree = reader.page("/stories?q=lantern")
    for result, words in (
        ("q=lantern+OR", "OR"),
        ("source=nobody", "nobody"),
        ("oddity=1", "oddity"),
    ):
        answer = reader.press(tree, "Save", result=result, name="odd")
        assert answer.status_code == 400
        assert words in answer.text


def test_files_that_are_broken_by_hand_are_told(reader: Reader, path: Path) -> None:
    kept(reader)
    kept(reader, name="changed")
    folder = path.parent / "queries"
    (folder / "broken.json").write_text("{")
    (folder / "folder.json").mkdir()
    found = json.loads((folder / "changed.json").read_text())
    found["runs"][0]["stories"], found["runs"][0]["sha256"] = 5, "0" * 64
    (folder / "changed.json").write_text(json.dumps(found))
    (folder / "empty.json").write_text(json.dumps({**found, "runs": []}))
    listed = said(reader.page("/saved"))
    assert "broken is no saved query" in listed
    assert "mend or remove it" in listed
    assert "folder is no file: remove it" in listed
    assert "was changed by hand" in listed
    assert "never run" in listed
    assert str(path.parent) not in listed
    broken = reader.page("/saved/broken")
    assert "broken is no saved query" in said(broken)
    assert not broken.xpath("//button[.='Run now']")
    shown = reader.follow(reader.press(reader.page("/saved/changed"), "Run now"))
    assert "changed is as it was: the lines of run 1 of changed" in said(shown)
    assert "It was never run" in said(reader.page("/saved/empty"))
    reader.follow(reader.press(reader.page("/saved/empty"), "Run now"))
    assert "Nothing new" in said(reader.page("/saved/empty"))
    reader.follow(reader.press(broken, "Remove it"))
    assert not (folder / "broken.json").exists()


def test_a_folder_that_can_t_be_written_is_told(
    reader: Reader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(reader)

    def read_only(*_: object) -> None:
        raise OSError(30, "Read-only file system", "/somewhere/queries")

    monkeypatch.setattr(SavedQueries, "_write", read_only)
    answer = kept(reader, name="other")
    assert answer.status_code == 400
    assert "can&#39;t be written (Read-only file system)" in answer.text
    assert "/somewhere" not in answer.text
    shown = reader.follow(reader.press(reader.page("/saved/lantern"), "Run now"))
    assert "lantern is as it was" in said(shown)


def test_queries_is_a_file(reader: Reader, path: Path) -> None:
    (path.parent / "queries").write_text("a file")
    answer = kept(reader)
    assert answer.status_code == 400
    assert "can&#39;t be written (" in answer.text
    assert "No query is saved yet." in said(reader.page("/saved"))


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"public_hosts": ["press.example"]}, {}),
        ({}, {"X-Forwarded-For": "192.0.2.7"}),  # by a web server that hides its own name
    ],
)
def test_who_comes_from_elsewhere_writes_nothing(
    path: Path, options: dict[str, Any], headers: dict[str, str]
) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    with reading(path) as other:
        kept(other)
        pages = [other.page("/saved/lantern")] * 2 + [other.page("/stories?q=lantern")]
    with reading(path, **options) as reader:
        reader.headers |= headers
        assert not reader.page("/stories?q=lantern").xpath("//button[.='Save']")
        page = reader.page("/saved/lantern")
        assert "1 story then, 1 story now" in said(page)
        assert not page.xpath("//button[.='Run now' or .='Remove it']")
        for tree, button in zip(pages, ("Run now", "Remove it", "Save"), strict=True):
            answer = reader.press(tree, button)
            assert answer.status_code == 403
            assert "tradepress query" in answer.text
    with reading(path, is_saving_for_all=True, **options) as reader:
        reader.headers |= headers
        shown = reader.follow(reader.press(reader.page("/saved/lantern"), "Remove it"))
        assert "Removed: lantern." in said(shown)


@pytest.mark.parametrize("is_for_all", [False, True])
def test_the_public_sees_no_saved_query(reader: Reader, path: Path, is_for_all: bool) -> None:
    """Neither what a library looks for, nor who wrote a story, nor a way to write a file."""
    kept(reader)
    saved_one, result = reader.page("/saved/lantern"), reader.page("/stories?q=lantern")
    with reading(path, is_public=True, is_saving_for_all=is_for_all) as public:
        public.cookies = dict(reader.cookies)
        assert public.ask("GET", "/saved").headers["location"] == "/reading-list"
        assert "lantern" not in public.ask("GET", "/reading-list").text
        for address in ("/saved/lantern", "/saved/lantern.atom", "/saved/lantern/run"):
            assert public.ask("GET", address).status_code == 404
        for button in ("Run now", "Remove it"):
            assert public.press(saved_one, button).status_code == 404
        assert public.press(result, "Save").status_code == 403
        page = public.page("/stories?q=lantern")
        assert not page.xpath("//button[.='Save']")
        public.press(page, "Add ticked stories to the reading list", ref=["signet-1"])
        assert "Lantern mark refused" in said(public.page("/reading-list"))


@pytest.mark.slow
def test_a_query_that_takes_too_long_is_told(
    reader: Reader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(reader)
    monkeypatch.setattr(saved_queries_page, "MOST_SECONDS", -1)
    listed = "2 stories at the last run open it to see what is new"
    assert listed in said(reader.page("/saved")).replace(" · ", " ")
    reader.page("/saved/lantern?since=1")
    reader.page("/saved/lantern")
    assert "2 stories now" in said(reader.page("/saved"))  # it is known meanwhile
    one_more(path)
    assert listed in said(reader.page("/saved")).replace(" · ", " ")

    def endless(asked: Any, *_: object) -> None:
        db = asked.db if isinstance(asked, SavedQueries) else asked
        db.execute(
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
        ).fetchall()

    monkeypatch.setattr(SavedQueries, "diff_of", endless)
    assert saved.TOO_LONG in said(reader.page("/saved/lantern"))
    monkeypatch.setattr(saved, "run_query", endless)
    monkeypatch.setattr(saved_queries_page, "MOST_RUNNING", 10)
    shown = reader.follow(reader.press(reader.page("/saved/lantern"), "Run now"))
    assert "lantern is as it was: it took longer than a minute" in said(shown)


def test_its_feed_is_one(reader: Reader) -> None:
    kept(reader)
    answer = reader.ask("GET", "/saved/lantern.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert {one.title for one in feed.entries} == {"Lantern mark granted", "Lantern mark refused"}
    assert feed.feed.title == "Tradepress: lantern"
    links = {one.rel: urlsplit(one.href) for one in feed.feed.links}
    assert links["self"].path == "/saved/lantern.atom"
    [link] = reader.page("/saved/lantern").xpath("//link[@type='application/atom+xml']/@href")
    assert link == "/saved/lantern.atom"
    assert reader.ask("GET", "/saved/none.atom").status_code == 404


def test_a_story_that_changed_is_counted_once(reader: Reader, path: Path) -> None:
    kept(reader)
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(
            writer,
            "Lantern mark refused",
            "It was refused after all.",
            date_published="2017-08-04",
            site_id="1",
        )
        writer.end_run("done", 0)
    reader.follow(reader.press(reader.page("/saved/lantern"), "Run now"))
    with read_archive(path) as db:
        last, first = run_lines(SavedQueries(db, path).load("lantern"))
    assert (last.added, last.changed, last.gone) == (0, 1, 0)
    assert (first.added, first.changed, first.gone) == (0, 0, 0)
    [change] = reader.page("/saved/lantern?since=1").xpath("//ul[contains(@class,'changes')]/li")
    assert change.xpath("a/@href") == ["/story/signet-1"]
    assert change.xpath(".//a[.='what changed']/@href") == ["/story/signet-1/changes/1/2"]


def command(path: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tradepress", "query", *words, "--archive", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return out


@pytest.mark.slow
def test_page_and_command_see_the_same_files(reader: Reader, path: Path) -> None:
    kept(reader)
    assert "lantern" in told(command(path, "list"))
    told(command(path, "save", "granted", "granted"))
    assert "1 story now" in said(reader.page("/saved"))
    one_more(path, "Another lantern granted")
    told(command(path, "run", "granted"))
    assert "Nothing new: 2 stories then, 2 stories now." in said(reader.page("/saved/granted"))
    reader.follow(reader.press(reader.page("/saved/lantern"), "Run now"))
    assert "3 stories, nothing new since run 2" in told(command(path, "diff", "lantern"))
    told(command(path, "remove", "granted"))
    assert reader.ask("GET", "/saved/granted").status_code == 404
    reader.follow(reader.press(reader.page("/saved/lantern"), "Remove it"))
    assert "No query is saved" in told(command(path, "list"))


@pytest.mark.slow
def test_two_processes_at_once_lose_no_run(reader: Reader, path: Path) -> None:
    kept(reader)
    processes = [command(path, "run", "lantern") for _ in range(3)]
    page = reader.page("/saved/lantern")
    for _ in range(5):
        reader.press(page, "Run now")
    for process in processes:
        told(process)
    found = json.loads((path.parent / "queries" / "lantern.json").read_text())
    assert len(found["runs"]) == 1 + 3 + 5
    assert "Nothing new" in said(reader.page("/saved/lantern"))
