"""What a declared source takes over of sites that nobody had declared, and what it does not."""

import sqlite3
from pathlib import Path

import pytest
from archive_rows import Writer, clock, writer
from cluster_jobs import Number
from conftest import Tradepress
from test_ingest_any_site import in_this_process, rows, save
from test_own_sources import SOUND

from tradepress.archive.care.verify import verify
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.stories.publishers import SAID
from tradepress.cluster.cluster_ingest import ARCHIVE, MergedShards
from tradepress.cluster.shards import publish_shard
from tradepress.cluster.task import Task, Worked
from tradepress.crawling.archive_run import source_row
from tradepress.declared_sources import source_named
from tradepress.undeclared_source import undeclared_source

__all__ = ["clock", "in_this_process", "writer"]

STORIES = "SELECT source, url FROM articles ORDER BY url"
STORY = "lantern-mark-lost-4710"


def declare(tmp_path: Path, name: str, *domains: str, section: str = "news") -> Path:
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "tradepress.toml").write_text(
        'contact = "me@library.example"\n[sources]\nfolder = "sources"\n'
    )
    path = tmp_path / f"sources/{name}.py"
    words = SOUND.replace('"gazette"', f'"{name}"').replace("https://gazette.", "https://www.")
    words = words.replace('("gazette.example",)', repr(domains)).replace("/news/", f"/{section}/")
    path.write_text(words.replace("//www.example/", f"//www.{domains[0]}/"))
    return path


def page(tmp_path: Path, url: str, headline: str = "Lantern mark lost") -> str:
    name = url.partition("://")[2].replace("/", "-") + ".html"
    save(tmp_path / name, url, headline)
    return name


def test_a_site_above_the_host_of_a_declared_source_stays(here: Tradepress, tmp_path: Path) -> None:
    declare(tmp_path, "otterblog", "blog.otter.example")
    above, own = f"https://otter.example/news/{STORY}", f"https://blog.otter.example/news/{STORY}"
    here("ingest", page(tmp_path, above), page(tmp_path, own, "Otter cleared"))
    assert here("merge", "archive.db", "--archive", "other.db").returncode == 0
    assert rows("other.db", STORIES) == [("otterblog", own), ("otter.example", above)]
    site, blog = source_row(undeclared_source(above)), source_row(source_named("otterblog"))
    with (
        open_archive(tmp_path / "new.db") as archive,
        archive.run(RunKind.FETCH, sources=[site, blog]) as run,
    ):
        assert run.addresses.add(site.name, [(above, None)])


def test_a_source_that_nobody_here_declares_takes_no_other_site_s_stories(
    here: Tradepress, tmp_path: Path
) -> None:
    file = declare(tmp_path, "govuk", "gov.uk")
    own, others = f"https://www.gov.uk/news/{STORY}", f"https://www.hmrc.gov.uk/news/{STORY}"
    here("ingest", page(tmp_path, own), "--archive", "theirs.db")
    file.unlink()
    here("ingest", page(tmp_path, others, "Otter cleared"))
    later = page(tmp_path, others.replace("4710", "4711"), "Teapot refused")
    for _ in range(2):
        assert here("merge", "theirs.db").returncode == 0
        here("ingest", later)
    assert [source for source, _ in rows("archive.db", STORIES)] == [
        "govuk",
        "hmrc.gov.uk",
        "hmrc.gov.uk",
    ]


def test_of_two_declared_sources_on_one_host_each_takes_its_own(
    here: Tradepress, tmp_path: Path
) -> None:
    urls = [f"https://gazette.example/{name}/{STORY}" for name in ("news", "sport")]
    pages = [
        page(tmp_path, url, headline)
        for url, headline in zip(urls, ("Lantern mark lost", "Otter cleared"), strict=True)
    ]
    here("ingest", *pages)
    declare(tmp_path, "aaa", "gazette.example")
    declare(tmp_path, "bbb", "gazette.example", section="sport")
    for number in (1, 0):
        assert "unchanged" in here("ingest", pages[number], "--again").stdout
    assert rows("archive.db", STORIES) == [("aaa", urls[0]), ("bbb", urls[1])]
    assert rows("archive.db", "SELECT name FROM sources ORDER BY 1") == [("aaa",), ("bbb",)]


@pytest.mark.parametrize("into", ["declared", "undeclared"])
def test_one_story_is_one_where_only_the_other_machine_knew_all_hosts(
    here: Tradepress, tmp_path: Path, into: str
) -> None:
    url = f"https://two.example/news/{STORY}"
    here("ingest", page(tmp_path, url), "--archive", "undeclared.db")
    file = declare(tmp_path, "otterblog", "blog.otter.example", "two.example")
    here("ingest", page(tmp_path, url), "--archive", "declared.db")
    text = file.read_text()
    file.unlink()
    other = "undeclared" if into == "declared" else "declared"
    for _ in range(2):
        done = here("merge", f"{other}.db", "--archive", f"{into}.db")
        assert (done.returncode, "failed" in done.stdout) == (0, False), done
    file.write_text(text)
    here("ingest", page(tmp_path, url), "--again", "--archive", f"{into}.db")
    assert rows(f"{into}.db", STORIES) == [("otterblog", url)]
    assert verify(tmp_path / f"{into}.db", history=True).findings == []


def test_what_was_withdrawn_on_any_host_of_a_source_stays_out(
    here: Tradepress, tmp_path: Path
) -> None:
    here("ingest", page(tmp_path, f"https://two.example/news/{STORY}"))
    ((ref,),) = rows("archive.db", "SELECT ref FROM articles")
    assert here("withdraw", ref, "--reason", "asked for", "--yes").returncode == 0
    declare(tmp_path, "otterblog", "blog.otter.example", "two.example")
    again = page(tmp_path, "https://blog.otter.example/news/some-other-address-4790")
    assert "withdrawn" in here("ingest", again).stdout
    assert rows("archive.db", STORIES) == []


def test_a_false_home_page_of_an_undeclared_site_is_not_believed(
    here: Tradepress, tmp_path: Path
) -> None:
    url = f"https://www.gazette.example/news/{STORY}"
    here("ingest", page(tmp_path, url), "--archive", "theirs.db")
    db = sqlite3.connect("theirs.db")
    with db:
        db.execute("UPDATE sources SET home_url = 'https://elsewhere.example/'")
    db.close()
    assert here("merge", "theirs.db").returncode == 0
    declare(tmp_path, "gazette", "gazette.example")
    assert "unchanged" in here("ingest", page(tmp_path, url), "--again").stdout
    assert rows("archive.db", STORIES) == [("gazette", url)]


def test_the_names_that_pages_say_are_found_by_the_index_of_refs(writer: Writer) -> None:
    steps = [*writer.db.query(f"EXPLAIN QUERY PLAN {SAID}", {"site": "gazette.example"})]
    plan = " ".join(step["detail"] for step in steps)
    assert "(ref>? AND ref<?)" in plan
    assert "TEMP B-TREE" not in plan


def test_a_part_s_addresses_without_a_story_are_the_declared_source_s(
    here: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "tiny.html").write_text("<h1>Otter</h1><p>Soon.</p>")
    (tmp_path / "made").mkdir()
    tiny = f"https://gazette.example/news/{STORY}"
    for files in ([page(tmp_path, tiny.replace("4710", "4711"))], ["tiny.html", "--url", tiny]):
        here("ingest", *files, "--archive", f"made/{ARCHIVE}")
    task = Task(job="ingest", input=Number(number=0), rules="these")
    shards = str(tmp_path / "shards")
    made = tmp_path / "made"
    shard = publish_shard(shards, task, made, Worked(counts={}), worker="here", asked_by="a test")
    declare(tmp_path, "gazette", "gazette.example")
    here("sources", "list")
    row = source_row(source_named("gazette"))
    with (
        open_archive(tmp_path / "home.db") as archive,
        archive.run(RunKind.INGEST, sources=[row]) as run,
    ):
        merging = MergedShards(run=run, keeps=lambda article: article, shards=shards)
        assert merging.take(shard, "the file", lambda: False) is None
        found = run.transaction.rows("SELECT source FROM urls")
        assert [row["source"] for row in found] == ["gazette", "gazette"]


def test_undeclared_sources_come_last(here: Tradepress, tmp_path: Path) -> None:
    """So none is taken over, and gone, before its stories come."""
    declare(tmp_path, "zeitung", "zeitung.example")
    for host in ("zeitung", "gazette"):
        here("ingest", page(tmp_path, f"https://{host}.example/news/{STORY}", f"{host} mark lost"))
    with open_other(tmp_path / "archive.db") as other:
        assert [one.name for one in other.sources()] == ["zeitung", "gazette.example"]
