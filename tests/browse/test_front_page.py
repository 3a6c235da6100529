"""The front page: what the archive is, for whoever has never seen it; of a crawl that went wrong a
line, whatever else was run since."""

from pathlib import Path

import pytest
from archive_rows import open_writer
from browsing import a_run, ask, cells, get, headlines, page, path, save, words
from lxml import html

__all__ = ["path"]

RUN = "//p[starts-with(@class, 'run ')]"


@pytest.mark.parametrize("crawl", ["crawl", "crawl signet --scheduled", "demo"])
def test_a_crawl_that_failed_is_told_and_leads_to_what_came_of_it(path: Path, crawl: str) -> None:
    with a_run(path, crawl, exit_code=1, state="failed", reason="makers answered 500"):
        pass
    with a_run(path, "ingest crawl-2017.warc.gz", reason="two files could not be read"):
        pass
    [told] = page(path, "/").xpath(RUN)
    assert "failed" in words(told)
    assert "makers answered 500" in words(page(path, told.xpath("a/@href")[0]))


def test_a_crawl_that_went_well_takes_no_room(path: Path) -> None:
    with a_run(path, "crawl", exit_code=1, state="failed"):
        pass
    with a_run(path):
        pass
    assert not page(path, "/").xpath(RUN)


def test_a_crawl_that_still_goes_on_is_not_called_done(path: Path) -> None:
    with open_writer(path, command="crawl") as writer:
        writer.start_run("crawl", [], "0.1.0")
        assert "has not ended, or was killed" in words(page(path, "/"))


def test_an_archive_of_the_past_alone_says_so(path: Path) -> None:
    with a_run(path, "backfill signet --from wayback") as writer:
        save(writer, "Lantern mark refused")
    assert "It has never been crawled" in words(page(path, "/"))


def test_an_archive_without_a_story_says_what_to_run(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    front = words(page(path, "/"))
    assert "This archive holds no stories yet." in front
    assert "tradepress demo" in front


def test_it_tells_what_there_is_and_all_that_it_offers_finds_something(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Appeal on the lantern", date_published="2014-05-01", authors=["Petra Holm"])
        save(writer, "Lantern mark refused", date_published="2016-03-01")
        save(writer, "Kettle mark allowed", date_published="2016-07-01", source="makers")
        save(writer, "Undated notice")
    tree = page(path, "/")
    assert "4 stories of 2 sources, published from 2014 to 2016" in words(
        tree, "//p[@class='lead']"
    )
    assert headlines(tree)[0] == "Kettle mark allowed"
    offered = tree.xpath("//p[@class='examples']/a/@href[contains(., 'stories')]")
    assert len(offered) >= 3
    bars = tree.xpath("//section[@aria-labelledby='years-title']//table//a/@href")
    assert len(bars) == 2
    for address in (*offered, *bars):
        assert headlines(page(path, address)), address
    years = tree.xpath("//section[@aria-labelledby='years-title']//table/tbody/tr")
    assert [cells(row) for row in years] == [["2014", "1"], ["2015", "0"], ["2016", "2"]]
    assert "1 story without a day of publication" in words(tree)
    papers = tree.xpath("//section[@aria-labelledby='sources-title']//a/@href")
    assert papers == ["/source/signet", "/source/makers"]


def test_the_menu_says_where_one_is(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    for address, said in {
        "/sources": ["Sources page"],
        "/source/signet": ["Sources true"],
        "/stories": ["Stories page"],
        "/stories/values?facet=source": ["Stories true"],
        "/runs": ["Runs page"],
        "/run/1": ["Runs true"],
        "/numbers": ["Courts & people true", "Case numbers page"],
        "/marks": ["Courts & people true", "Marks page"],
        "/data/links": ["Tables and SQL true"],
        "/": [],
    }.items():
        current = page(path, address).xpath("//nav/a[@aria-current]")
        assert [f"{words(link)} {link.get('aria-current')}" for link in current] == said, address


@pytest.mark.parametrize(
    ("hosts", "headers", "is_here_alone"),
    [
        ([], {}, True),
        (["press.library.example"], {}, False),
        ([], {"x-forwarded-for": "192.0.2.7"}, False),
    ],
)
def test_the_footer_is_true_behind_another_server(
    path: Path, hosts: list[str], headers: dict[str, str], is_here_alone: bool
) -> None:
    with a_run(path):
        pass
    [answer] = ask(path, ("GET", "/", headers), public_hosts=hosts)
    footer = words(html.fromstring(answer.text), "//footer")
    assert ("this machine only" in footer) is is_here_alone


def test_what_can_not_be_found_leads_on(path: Path) -> None:
    with a_run(path):
        pass
    for address in ("/nowhere", "/source/nix", "/run/9"):
        answer = get(path, address)
        assert answer.status_code == 404
        links = html.fromstring(answer.text).xpath("//main//a/@href")
        assert links == ["/stories", "/sources", "/"]
