"""Pages for whoever looks after the archive: runs, changes, health."""

from pathlib import Path

import pytest
from archive_rows import open_writer
from browsing import PUBLISHERS, a_run, cells, get, headlines, page, path, save, words

from tradepress.browse.asking import kept_health
from tradepress.browse.asking.kept_health import KeptHealth
from tradepress.browse.pages import changed_page, run_page
from tradepress.commands.runs_command import runs

__all__ = ["path"]


def test_a_run_tells_what_came_of_it(path: Path) -> None:
    with a_run(path, "crawl signet", state="failed", exit_code=1, reason="no listing") as writer:
        ref = save(writer, "Lantern mark refused")
    tree = page(path, "/run/1")
    told = words(tree)
    assert "Failed, exit code 1. 1 address: 1 stored. no listing" in told
    assert "crawl signet" in words(tree, "//dd/code")
    assert words(tree, "//ul[@class='refs']/li") == f"Lantern mark refused {ref}"
    assert tree.xpath("//ul[@class='refs']//a/@href") == [f"/story/{ref}"]
    sums = [cells(row) for row in tree.xpath("//table[1]/tbody/tr")]
    assert sums[0] == [PUBLISHERS["signet"], "1", "1", "0", "0", "0", "0", "0"]
    assert get(path, "/run/2").status_code == 404


def test_a_run_says_in_words_why_addresses_ended_so(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `tradepress runs 1` does."""
    with a_run(path) as writer:
        for number, (outcome, reason) in enumerate(
            [("rejected", "soft_404"), ("failed", "http_403"), ("rejected", "before 2016-01-01")]
        ):
            writer.settle(f"http://signet.example/{number}", outcome, reason, source="signet")
    rows = page(path, "/run/1").xpath("//h2[@id='reasons']/following::table[1]/tbody/tr")
    told = [cells(row)[1:] for row in rows]
    assert told == [
        ["failed", "the site turned us away (HTTP 403)", "1"],
        ["rejected", "before 2016-01-01", "1"],
        ["rejected", "the page says that it is not there", "1"],
    ]
    runs.main(["1", "--archive", str(path)], standalone_mode=False)
    printed = capsys.readouterr().out
    assert all(f"signet: {outcome} 1, {reason}" in printed for outcome, reason, _ in told)


def test_of_a_large_run_some_stories_are_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_page, "MOST_REFS", 2)
    with a_run(path) as writer:
        for number in range(5):
            save(writer, f"Lantern {number}")
    tree = page(path, "/run/1")
    assert len(tree.xpath("//ul[@class='refs']/li")) == 2
    assert "3 more are not named here" in words(tree)


def test_runs_are_listed_newest_first_on_as_many_pages_as_they_need(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_page, "RUNS_SHOWN", 2)
    for number in range(5):
        with a_run(path, f"crawl {number}"):
            pass
    address, seen = "/runs", []
    while address:
        tree = page(path, address)
        seen += tree.xpath("//tbody/tr/th/a/@href")
        address = next(iter(tree.xpath("//a[@rel='next']/@href")), None)
    assert seen == [f"/run/{number}" for number in (5, 4, 3, 2, 1)]
    assert page(path, "/runs", before="x²") is not None


def test_a_run_that_was_killed_is_called_so(path: Path) -> None:
    with open_writer(path, command="crawl") as writer:
        writer.start_run("crawl", [], "0.1.0")
        writer.commit()
        assert "running" in words(page(path, "/runs"), "//td[@class='state']")
    assert words(page(path, "/runs"), "//td[@class='state']") == "killed"
    assert "Killed." in words(page(path, "/run/1"))


def test_changed_stories_are_listed_the_latest_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed_page, "CHANGED_SHOWN", 2)
    assert_none = "none was seen to change"
    address = "http://signet.example/news/{}"
    for body in ("first", "second"):
        with a_run(path) as writer:
            if body == "second":
                assert assert_none in words(page(path, "/changed"))
            for number in range(3):
                words_of = f"The {body} text of story {number}, which is another."
                save(writer, f"Lantern {number}", words_of, url=address.format(number))
            save(writer, "Never changed")
    first = page(path, "/changed")
    assert "3 stories are kept" in words(first)
    [more] = first.xpath("//a[@rel='next']/@href")
    shown = headlines(first) + headlines(page(path, more))
    assert shown == ["Lantern 2", "Lantern 1", "Lantern 0"]
    changes = first.xpath("//a[. = 'what changed']/@href")[0]
    assert "first" in words(page(path, changes), "//del")
    assert "The list ends before" in words(page(path, "/changed", page="9"))


def test_health_is_told_as_the_command_tells_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_health, "PATIENCE", 300)
    with a_run(path):
        pass
    assert "The Signet Gazette: learning, day 1" in words(page(path, "/health"))
    with a_run(path, state="failed", exit_code=4, reason="robots.txt forbids /news/"):
        pass
    tree = page(path, "/health")
    assert "the last crawl (run 2) failed" in words(tree, "//div[starts-with(@class, 'finding')]")
    assert "robots.txt forbids /news/" in words(tree)


def test_health_that_takes_long_keeps_no_page_waiting(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_run(path):
        pass
    kept = KeptHealth(path)
    monkeypatch.setattr(kept_health, "PATIENCE", 0)
    first = kept.seen()
    kept.close()
    assert first is None or first.states
    seen = kept.seen()
    assert seen is not None
    assert {state.source for state in seen.states} == set(PUBLISHERS)
    assert kept.seen() is seen  # it is not looked at again at once


def test_a_ledger_too_large_for_a_page_is_left_to_the_command(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_health, "PATIENCE", 300)
    monkeypatch.setattr(kept_health, "MOST_FETCHES", 1)
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
        save(writer, "Lantern mark allowed")
    assert "more to look through" in words(page(path, "/health"))
    assert "more to look through" in words(page(path, "/source/signet"))
