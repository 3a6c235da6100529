"""`tradepress query` as a person types it, and whom it tells."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import feedparser
import pytest
from archive_rows import PAPER, Clock, asked, clock, open_writer, save, story
from conftest import Tradepress
from test_notify import Listener, listener

from tradepress.archive.read_only import read_archive
from tradepress.jobs.notify import Service
from tradepress.jobs.query_news import MOST_TOLD, QueryNews, compose_news, news_in, tell_news
from tradepress.research.queries.query_changes import ResultChange
from tradepress.research.queries.saved_queries import QueryDiff, QueryRun, SavedQueries

__all__ = ["clock", "listener"]

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def write(path: Path, *stories: dict[str, Any]) -> None:
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for one in stories:
            save(writer, one)
        writer.end_run("done", 0)


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "archive.db"
    write(path, story(1), story(2))
    return path


@pytest.mark.usefixtures("archive")
def test_a_saved_query_that_finds_nothing_says_why(here: Tradepress) -> None:
    told = here("query", "save", "none", "zeppelin")
    assert told.returncode == 0
    assert told.stdout.splitlines()[-1] == "  no story has “zeppelin”"


@pytest.mark.usefixtures("archive")
def test_a_feed_that_can_t_be_written_is_told(here: Tradepress) -> None:
    here("query", "save", "vale", "appeal")
    told = here("query", "run", "vale", "--atom", "/proc/vale.atom")
    assert told.returncode == 3
    assert "/proc/vale.atom" in told.stderr
    assert "check the folder and its rights" in told.stderr


def test_a_feed_replaces_a_feed_alone(here: Tradepress, archive: Path) -> None:
    here("query", "save", "vale", "appeal")
    saved = archive.parent / "queries" / "vale.json"
    before = saved.read_bytes()
    told = here("query", "run", "vale", "--atom", "queries/vale.json")
    assert told.returncode == 2
    assert "queries/vale.json is there and no feed" in told.stderr
    assert saved.read_bytes() == before
    for _ in range(2):
        assert here("query", "run", "vale", "--atom", "feed.xml").returncode == 0


def test_a_folder_of_queries_that_can_t_be_made_is_told(here: Tradepress, archive: Path) -> None:
    (archive.parent / "queries").write_text("a file")
    told = here("query", "save", "vale", "appeal")
    assert told.returncode == 3
    assert "check the folder and its rights" in told.stderr


def test_a_saved_query_says_what_is_new(here: Tradepress, archive: Path) -> None:
    assert here("query", "list").stdout.startswith("No query is saved;")
    saved = here("query", "save", "vale", "appeal", "--source", "signet")
    assert saved.stdout.splitlines()[0] == f"vale: 2 stories, saved in {archive.parent}/queries"
    assert here("query", "list").stdout == "vale        2  2026-11-24  appeal; source signet\n"
    write(archive, story(1, headline="Orrin Vale wins appeal"), story(3))
    ran = here("query", "run", "vale")
    assert (ran.returncode, ran.stderr) == (0, "")
    *lines, last = ran.stdout.splitlines()
    assert lines == [
        "vale: 3 stories, 1 new, 1 changed since run 1 (2026-11-24 09:00)",
        "  new        2017-08-04  signet-3@1  Orrin Vale loses appeal 3",
        "  changed    2017-08-04  signet-1@2  Orrin Vale wins appeal (was @1)",
    ]
    assert here("query", "run", "vale").stdout.splitlines() == [
        "vale: 3 stories, nothing new since run 2 (2026-11-24 09:00)",
        last,
    ]
    assert here("query", "diff", "vale", "1").stdout.splitlines()[1:3] == lines[1:]
    told = json.loads(here("query", "diff", "vale", "1", "2", "--json").stdout)
    assert [one["kind"] for one in told["changes"]] == ["added", "changed"]
    assert (told["before"]["run"], told["after"]["run"]) == (1, 2)
    assert last == f"sha256 {told['after']['sha256']}"
    assert here("query", "remove", "vale").stdout == "Removed: vale.\n"
    assert not list((archive.parent / "queries").iterdir())


@pytest.mark.usefixtures("archive")
def test_all_are_run_and_a_damaged_one_stops_no_other(here: Tradepress, tmp_path: Path) -> None:
    here("query", "save", "vale", "appeal")
    here("query", "save", "all")
    (tmp_path / "queries" / "broken.json").write_text("{")
    ran = here("query", "run", "--all", "--atom", "feed.xml")
    assert ran.returncode == 1
    assert [line.split(":")[0] for line in ran.stdout.splitlines()[::2]] == ["all", "vale"]
    assert "broken.json is no saved query" in ran.stderr
    read = feedparser.parse((tmp_path / "feed.xml").read_bytes())
    assert (read.bozo, len(read.entries)) == (False, 2)
    listed = here("query", "list")
    assert (listed.returncode, len(listed.stdout.splitlines())) == (1, 2)
    assert here("query", "run", "broken").returncode == 1
    assert len(json.loads(here("query", "run", "--all", "--json").stdout)) == 2


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["save", "Vale", "appeal"], "'Vale' can't be the name of a query"),
        (["save", "../vale", "appeal"], "can't be the name of a query"),
        (["save", "vale", "appeal", "--since", "2017-13"], "'2017-13' is not a date"),
        (["run"], "Give the NAME of a saved query, or --all."),
        (["run", "vale", "--all"], "Give the NAME of a saved query, or --all."),
        (["run", "vale"], "no saved query is called 'vale'; there are: lamps"),
        (["run", "lamps", "--atom", "nowhere/feed.xml"], "there is no folder nowhere"),
        (["run", "lamps", "--notify", "nonsense"], "no address that notifications can go to"),
        (["run", "lamps", "--notify", "mailto:a@b.example"], "can go to; write mailtos://user:"),
        (["diff", "lamps", "2"], "lamps has no run 2; it has 1"),
        (["diff", "lamps", "1", "1", "1"], "two numbers of runs at most"),
        (["save", "lamps", "other"], "is there already"),
    ],
)
def test_what_can_not_be_done_is_said(here: Tradepress, arguments: list[str], words: str) -> None:
    here("query", "save", "lamps", "lamps")
    told = here("query", *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert words in told.stderr
    (saved,) = json.loads(here("query", "list", "--json").stdout)
    assert (saved["name"], len(saved["runs"])) == ("lamps", 1)


@dataclass
class Post:
    """In the place of apprise: takes messages, or does not."""

    takes: bool = True
    taken: list[tuple[str, str]] = field(default_factory=list)

    def notify(self, body: str, title: str, **_: object) -> bool:
        if self.takes:
            self.taken.append((title, body))
        return self.takes


@dataclass
class Night:
    """The saved queries of an archive, run each night."""

    archive: Path
    services: list[Service]

    def __call__(self, *stories: dict[str, Any]) -> list[str]:
        """What could not be delivered, after these stories came in."""
        if stories:
            write(self.archive, *stories)
        with read_archive(self.archive) as db:
            queries = SavedQueries(db, self.archive)
            for name in queries.names():
                queries.run(name)
            return tell_news(self.services, queries, queries.names(), archive=self.archive)


def service(name: str, post: Post) -> Service:
    return Service(name=name, digest=name, apprise=post)  # type: ignore[arg-type]


def save_some(archive: Path) -> None:
    with read_archive(archive) as db:
        for name, words in (("appeals", "appeal"), ("lamps", "lamps"), ("zebras", "zebra")):
            SavedQueries(db, archive).save(name, asked(words))


def test_what_is_new_is_one_message_and_nothing_new_is_none(archive: Path) -> None:
    save_some(archive)
    post = Post()
    night = Night(archive, [service("post", post)])
    assert night() == []
    assert post.taken == []
    assert night(story(3), story(4, headline="Vale", body="Nothing on lights but lamps.")) == []
    ((title, body),) = post.taken
    assert title == "Tradepress: 3 new in appeals, lamps"
    assert body.splitlines() == [
        "appeals: 1 new since 2026-11-24",
        "- new: Orrin Vale loses appeal 3",
        f"  The Signet Gazette, 2017-08-04, signet-3@1, {story(3)['url']}",
        "",
        "lamps: 2 new since 2026-11-24",
        "- new: Orrin Vale loses appeal 3",
        f"  The Signet Gazette, 2017-08-04, signet-3@1, {story(3)['url']}",
        "- new: Vale",
        f"  The Signet Gazette, 2017-08-04, signet-4@1, {story(4)['url']}",
        "",
        f"Archive: {archive}",
    ]
    assert night() == []
    assert len(post.taken) == 1


def test_what_a_service_did_not_take_it_is_told_the_next_night(archive: Path) -> None:
    save_some(archive)
    first, second = Post(), Post(takes=False)
    night = Night(archive, [service("first", first), service("second", second)])
    failed = ["second took no message; it is told with the next run"]
    assert night(story(3)) == failed
    assert night(story(4)) == failed
    second.takes = True
    assert night() == []
    assert [title for title, _ in first.taken] == ["Tradepress: 2 new in appeals, lamps"] * 2
    ((title, _),) = second.taken
    assert title == "Tradepress: 4 new in appeals, lamps"


def test_whoever_looks_by_day_takes_nothing_from_the_message(archive: Path) -> None:
    save_some(archive)
    post = Post()
    night = Night(archive, [service("post", post)])
    night()
    write(archive, story(3))
    with read_archive(archive) as db:
        assert SavedQueries(db, archive).run("lamps").changes
    night()
    ((title, _),) = post.taken
    assert title == "Tradepress: 2 new in appeals, lamps"


def test_a_new_service_is_not_told_the_past(archive: Path) -> None:
    save_some(archive)
    Night(archive, [])(story(3))
    post = Post()
    Night(archive, [service("late", post)])()
    assert post.taken == []


def diff_of(*changes: ResultChange) -> QueryNews:
    run = QueryRun(
        number=1, at="2026-11-24T09:00:00Z", schema=1, stories=0, sha256="", added=(), removed=()
    )
    diff = QueryDiff(name="lamps", query=asked("lamps"), before=run, after=run, changes=changes)
    return QueryNews(diff=diff, changes=news_in(changes))


def test_our_own_better_rules_are_no_news_and_a_long_list_is_cut() -> None:
    reread = ResultChange(kind="changed", ref="a-1", version=2, former_version=1, is_reread=True)
    merged = ResultChange(kind="merged", ref="a-1", into="a-2")
    assert news_in([reread, merged]) == ()
    assert compose_news([], Path("archive.db")) is None
    many = [
        ResultChange(kind="withdrawn", ref=f"a-{number}", former_version=1, reason="asked to")
        for number in range(MOST_TOLD + 3)
    ]
    message = compose_news([diff_of(*many)], Path("archive.db"))
    assert message is not None
    assert message.title == "Tradepress: 53 withdrawn in lamps"
    assert "- withdrawn: a-0: asked to" in message.body
    assert "and 3 more: tradepress query diff lamps" in message.body


@pytest.mark.slow
def test_a_real_service_takes_it(here: Tradepress, archive: Path, listener: Listener) -> None:
    (archive.parent / "tradepress.toml").write_text(f'[notify]\nurls = ["{listener.url}"]\n')
    here("query", "save", "vale", "appeal")
    write(archive, story(3))
    told = here("query", "run", "--all", "--scheduled")
    assert (told.returncode, told.stderr) == (0, "")
    assert [title for title, _ in listener.taken()] == ["Tradepress: 1 new in vale"]
    listener.status = 500
    write(archive, story(4))
    told = here("query", "run", "vale", "--notify", listener.url)
    assert told.returncode == 1
    assert "took no message" in told.stderr
    assert "hunter2" not in told.stderr + (archive.parent / "queries/vale.json").read_text()
