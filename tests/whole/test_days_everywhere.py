"""Page, terminal, library, saved queries and feeds read the same days and refuse the same."""

from pathlib import Path

import pytest
from archive_rows import Clock, clock
from browsing import a_run, answers, get, page, path, save, words
from click.testing import CliRunner
from lxml import html

import tradepress
from tradepress.archive.errors import QueryError
from tradepress.commands.count_command import count
from tradepress.commands.export_command import export
from tradepress.commands.query_command import query
from tradepress.commands.search_command import search
from tradepress.research.queries.query_feed import feed_of

__all__ = ["clock", "path"]

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

READ = (
    *("2016", "2016-03", "2016-03-07", "2016-02-29", "0001", "9999-12-31", " 2016 "),
    *("today", "yesterday", "this month", "last month", "this year", "Last Year"),
    *("1 day ago", "30 days ago", "2 weeks ago", "6 months ago", "3 years ago"),
)
REFUSED = (
    *("2023-13", "2023-02-30", "2023-13-45", "2023-00", "0000", "2015-02-29", "2016-3", "16"),
    *("04.08.2017", "8/4/2017", "2017-8-4", "20170804", "2017/08/04", "２０１６", "2016-W03"),
    *("2016-03-07T00:00", "soon", "last week", "ago", "-1 days ago", "9999 years ago", "2016~"),
)


@pytest.fixture
def archive(path: Path, clock: Clock) -> Path:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-07", site_id="1")
        save(writer, "Lantern mark granted", date_published="2026-11-10", site_id="2")
    return path


def read_everywhere(path: Path, name: str, asked: str) -> set[str]:
    """What page, terminal and library say: a number of stories, or a refusal."""
    typed = ["--archive", str(path), f"--{name.replace('_', '-')}", asked]
    told = set()
    try:
        with tradepress.open(path) as opened:
            told.add(f"{opened.count(tradepress.StoryQuery(**{name: asked})).total}")
    except QueryError as error:
        told.add(f"{error}.")
    for command in (search, count):
        answer = CliRunner().invoke(command, [*typed, "--json"])
        refused = answer.output.partition(f"'--{name.replace('_', '-')}': ")[2].strip()
        number = answer.output.count('"ref"') if command is search else None
        assert answer.exit_code == (2 if refused else 0), answer.output
        told |= {refused} if refused else {str(number)} if number is not None else set()
    found = get(path, "/stories", **{name: asked})
    tree = html.fromstring(found.text)
    if found.status_code == 400:
        told.add(words(tree, "//p[@role='alert']").removeprefix("Search not understood: "))
    else:
        told.add(str(len(tree.xpath("//ol[@class='cards']/li"))))
    return told


@pytest.mark.parametrize("asked", [*READ, *REFUSED])
def test_page_terminal_and_library_agree(archive: Path, asked: str) -> None:
    for name in ("since", "until", "as_of", "seen_on"):
        (told,) = read_everywhere(archive, name, asked)
        is_refused = asked in REFUSED or ("_" in name and told.endswith("days ago."))
        assert told.isdigit() is not is_refused


@pytest.mark.parametrize("asked", REFUSED)
def test_files_feeds_and_saved_queries_refuse_too(archive: Path, asked: str) -> None:
    bad = tradepress.StoryQuery(since=asked)
    with tradepress.open(archive) as opened:
        for ask in (opened.search, opened.count, opened.why_nothing, opened.cite, opened.to_pandas):
            with pytest.raises(QueryError, match="is not a date"):
                ask(bad)
        with pytest.raises(QueryError, match="is not a date"):
            opened.export(bad, path=archive.parent / "x.csv", format="csv")
        with pytest.raises(QueryError, match="is not a date"):
            opened.queries.save("bad", bad)
    for one in answers(archive, [f"/stories{end}?since={asked}" for end in (".atom", ".csv")]):
        assert one.status_code == 400
        assert "is not a date" in one.text


def test_a_saved_query_keeps_words_and_each_run_means_its_own_day(
    archive: Path, clock: Clock
) -> None:
    asked = ["save", "latest", "lantern", "--since", "30 days ago", "--archive", str(archive)]
    assert CliRunner().invoke(query, asked).exit_code == 0
    with tradepress.open(archive) as opened:
        assert opened.queries.load("latest").query.since == "30 days ago"
        assert opened.queries.load("latest").runs[0].stories == 1
        clock.now = "2026-12-24T09:00:00Z"
        assert opened.queries.run("latest").after.stories == 0
        assert b"<entry>" not in feed_of(opened.db, [opened.queries.load("latest")])
        clock.now = "2026-12-10T23:59:59Z"
        assert opened.queries.run("latest").after.stories == 1
        assert b"<entry>" in feed_of(opened.db, [opened.queries.load("latest")])


def test_what_is_given_on_tells_the_day(archive: Path) -> None:
    typed = ["--since", "last year", "--format", "csv", "-o", str(archive.parent / "x.csv")]
    assert CliRunner().invoke(export, [*typed, "--archive", str(archive)]).exit_code == 0
    about = (archive.parent / "x.csv.about.json").read_text()
    assert '"since": "2025"' in about
    with tradepress.open(archive) as opened:
        query = tradepress.StoryQuery(since="30 days ago")
        made = opened.release(query, archive.parent / "r", title="t", creators=["a"])
        assert opened.count(query).query.since == "2026-10-25"
    told = "".join(
        one.read_text() for one in made.folder.glob("*") if one.suffix in (".md", ".json")
    )
    assert "2026-10-25" in told
    assert "days ago" not in told


def test_a_page_says_which_day_is_meant_and_its_links_keep_the_words(archive: Path) -> None:
    tree = page(archive, "/stories?q=lantern&since=30+days+ago&as_of=today")
    assert "Published from 25 October 2026 on" in words(tree, "//main")
    assert tree.xpath("//input[@name='since']/@value") == ["30 days ago"]
    assert tree.xpath("//input[@name='as_of']/@value") == ["2026-11-24"]
    (feed,) = tree.xpath("//link[@type='application/atom+xml']/@href")
    assert "since=30+days+ago" in feed
    assert "as_of=today" in feed
    assert any("since=2026-10-25" in one for one in tree.xpath("//@href | //@value"))  # to be cited
    # A link that asks for another time says so in figures.
    narrowed = page(archive, "/stories?since=2016&until=today")
    years = [one for one in narrowed.xpath("//svg//a/@href") if "since=2016" in one]
    assert years
    assert not any("today" in one for one in years if "until=2016" in one)
