"""Reading: one article, its versions, the runs."""

import pytest
from archive_rows import PAPER, SITE, Writer, clock, save, story, writer

from tradepress.archive.errors import ArchiveError, DamagedArchive, MixedArchive, NoSuchArticle
from tradepress.archive.frontier.sources import require_kind
from tradepress.archive.ledger.run_report import list_runs, load_run
from tradepress.archive.stories.articles import DOUBTFUL_BELOW, is_doubtful
from tradepress.archive.stories.story_record import load_story
from tradepress.commands.runs_command import listed_fields, report_fields

__all__ = ["clock", "writer"]


@pytest.mark.parametrize(
    ("confidence", "doubtful"),
    [
        (None, False),
        (0.0, True),
        (DOUBTFUL_BELOW - 0.01, True),
        (DOUBTFUL_BELOW, False),
        (1, False),
    ],
)
def test_no_opinion_is_no_doubt(writer: Writer, confidence: float | None, doubtful: bool) -> None:
    save(writer, story(confidence=confidence))
    kept = load_story(writer.db, "signet-1").confidence
    assert kept == confidence
    assert is_doubtful(kept) is doubtful


def test_a_version_has_its_own_links_and_address(writer: Writer) -> None:
    link = {"kind": "related", "text": "One", "url": None, "position": 0}
    save(writer, story(url=f"{SITE}/old/a-1"), links=[link])
    save(
        writer,
        story(url=f"{SITE}/new/a-1", headline="Orrin Vale loses again"),
        requested_url=f"{SITE}/old/a-1",
        links=[{**link, "text": "Two"}],
    )
    first, second = (load_story(writer.db, f"signet-1@{number}") for number in (1, 2))
    assert [entry.text for entry in first.links] == ["One"]
    assert [entry.text for entry in second.links] == ["Two"]
    assert (first.url, second.url) == (f"{SITE}/old/a-1", f"{SITE}/new/a-1")
    current = load_story(writer.db, "signet-1")
    assert current == second


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("signet-12108", "tradepress search"),
        ("signet-1", "tradepress search"),
        ("signet-12170", "did you mean signet-12107?"),
        ("signet-112107", "did you mean signet-12107?"),
        ("SIGNET-12107 ", "did you mean signet-12107?"),
        ("sgnet-12107", "did you mean signet-12107?"),
        ("zzz", "tradepress search"),
        ("", "tradepress search"),
        ("signet-12107@3", "it has 2 versions"),
        ("signet-12107@0", "it has 2 versions"),
        ("signet-12107@", "it has 2 versions"),
        ("signet-12107@two", "it has 2 versions"),
        ("signet-12107@²", "it has 2 versions"),
        ("signet-12107@99999999999999999999", "it has 2 versions"),
    ],
)
def test_a_ref_that_does_not_exist(writer: Writer, ref: str, words: str) -> None:
    save(writer, story(12107))
    save(writer, story(12107, headline="Orrin Vale loses again"))
    with pytest.raises(NoSuchArticle) as caught:
        load_story(writer.db, ref)
    assert words in str(caught.value)
    assert isinstance(caught.value, ArchiveError)


def test_a_story_whose_source_is_missing_is_damage(writer: Writer) -> None:
    save(writer, story())
    writer.commit()
    writer.db.execute("PRAGMA foreign_keys = OFF")
    writer.db.execute("DELETE FROM sources")
    with pytest.raises(DamagedArchive, match="the source of signet-1 can’t be read: this place"):
        load_story(writer.db, "signet-1")


def test_runs_are_listed_newest_first(writer: Writer) -> None:
    writer.end_run("failed", 1, "the site is down")
    writer.start_run("crawl signet", ["signet", "makers"], "0")
    first, second = list_runs(writer.db)
    assert (first.command, first.sources, first.state) == (
        "crawl signet",
        ("signet", "makers"),
        "running",
    )
    assert (second.state, second.reason, second.exit_code) == ("failed", "the site is down", 1)
    assert len(list_runs(writer.db, limit=1)) == 1


def test_for_a_program_a_run_has_these_keys(writer: Writer) -> None:
    save(writer, story(1))
    writer.end_run("done", 0)
    report = load_run(writer.db, 1)
    assert report is not None
    columns = [name for (name,) in writer.db.execute("SELECT name FROM pragma_table_info('runs')")]
    assert [*listed_fields(report.run)] == [*columns, "by_source"]
    told = report_fields(report)
    assert [*told] == [
        *(*columns, "by_source", "reasons", "seeds", "new_stories", "new_versions", "requests"),
        "root",
    ]
    assert (told["stored"], told["new_stories"]) == (report.run.urls, ("signet-1",))
    assert load_run(writer.db, 2) is None


def test_kinds_do_not_mix(writer: Writer) -> None:
    require_kind(writer.db, True, writer.path)
    with pytest.raises(MixedArchive, match=r"archive\.db holds the invented sample \(signet\)"):
        require_kind(writer.db, False, writer.path)
    writer.db.execute("UPDATE sources SET is_sample = 0")
    with pytest.raises(MixedArchive, match="belongs to real sources"):
        require_kind(writer.db, True, writer.path)
    assert PAPER["name"] == "signet"
