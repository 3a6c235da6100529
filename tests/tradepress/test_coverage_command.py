"""`tradepress coverage`: of the sample, as it is counted by hand, and of what a pywb has not."""

import json
from collections import Counter
from pathlib import Path

import pytest
import replay
from archive_rows import PAPER, open_writer
from captured import Captured, write_warc
from conftest import Tradepress, a_story, declare

SIGNET = """\
year     known  held  whole  in part  no text  missing
2013         2     2      2        0        0        0
2014         3     3      3        0        0        0
2015         3     3      2        1        0        0
2016         7     4      4        0        0        3
2017         4     4      3        1        0        0
2018         3     3      3        0        0        0
2019         2     2      1        1        0        0
2020         1     1      1        0        0        0
2021         2     1      0        1        0        1
2022         2     2      2        0        0        0
2023         1     1      1        0        0        0
2024         2     1      1        0        0        1
2025         2     2      2        0        0        0
2026         3     2      2        0        0        1
undated      3     3      3        0        0        0
all         40    34     30        4        0        6
Not to be had: robots.txt forbids it: 3
Not to be had: the page shows a question for consent alone: 1
Not to be had: the page says that it is not there: 1
Not to be had: the page asks for a login: 1
No web archive was asked what it has of it: `tradepress backfill signet --from wayback`
"""
HOME = "http://gazette.example"
YEARS = (2014, 2015, 2018, 2019)


@pytest.mark.slow
def test_of_the_sample(tradepress: Tradepress) -> None:
    assert tradepress("demo").returncode == 0
    told = tradepress("coverage", "signet")
    assert (told.returncode, told.stdout, told.stderr) == (0, SIGNET, "")
    makers = json.loads(tradepress("coverage", "makers", "--json").stdout)
    assert makers["total"] == {
        "known": 30,
        "held": 28,
        "whole": 26,
        "part": 2,
        "without_text": 0,
        "missing": 2,
    }
    assert [(m["month"], m["refused"]) for m in makers["months"] if m["refused"]] == [
        ("2013-07", 1),
        ("2014-10", 1),
    ]
    misspelt = tradepress("coverage", "signett")
    assert misspelt.returncode == 2
    assert "no source 'signett': did you mean signet?" in misspelt.stderr


@pytest.mark.slow
def test_of_a_web_archive_with_a_hole_of_two_years(
    tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    """The site lists a story of each month of six years; the web archive has those of four, of
    which two were fetched."""
    declare(spiders, "gazette", HOME, domains=("gazette.example",))
    urls = {
        f"{year}-{month:02}": f"{HOME}/trademark/lantern-{1000 + 12 * (year - 2014) + month}"
        for year in range(2014, 2020)
        for month in range(1, 13)
    }
    gazette = {**PAPER, "name": "gazette", "home_url": HOME, "is_sample": False}
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(gazette)
        writer.start_run("crawl", ["gazette"], "0")
        for month, url in urls.items():
            writer.add_urls("gazette", [(url, f"{HOME}/sitemap.xml")])
            writer.write("UPDATE urls SET date_listed = ? WHERE url = ?", [f"{month}-15", url])
        writer.end_run("done", 0)
    pages = [
        Captured(url=url, at=f"{month}-20T12:00:00", page=a_story("A lantern", f"15 {month}"))
        for month, url in urls.items()
        if int(month[:4]) in YEARS
    ]
    replay.add_files(tmp_path / "pywb", [write_warc(tmp_path / "past.warc.gz", pages)])
    with replay.pywb(tmp_path / "pywb") as address:
        (tmp_path / "tradepress.toml").write_text(
            f'contact = "a@library.example"\n[backfill]\nwayback = "{address}"\n'
        )
        past = ("backfill", "gazette", "--from", "wayback", "--limit", "2", "--yes")
        assert tradepress(*past).returncode == 0
    told = tradepress("coverage", "gazette", "--json")
    found = json.loads(told.stdout)
    sums = {name: found["total"][name] for name in ("known", "held", "missing")}
    assert sums == {"known": 72, "held": 2, "missing": 70}
    by_year: Counter[tuple[str, str]] = Counter()
    for month in found["months"]:
        for name in ("at_site", "in_archives"):
            by_year[month["month"][:4], name] += month[name]
    assert {key: number for key, number in by_year.items() if number} == {
        ("2014", "in_archives"): 10,
        **{(year, "in_archives"): 12 for year in ("2015", "2018", "2019")},
        **{(year, "at_site"): 12 for year in ("2016", "2017")},
    }
    assert [(one["host"], one["stories"], one["requests"]) for one in found["places"]] == [
        (None, 24, 24),
        ("127.0.0.1", 46, 46),
    ]
    assert found["asked"] == ["127.0.0.1"]
    words = tradepress("coverage", "gazette").stdout
    assert "To be had from 127.0.0.1: 46 stories, 46 requests (`tradepress backfill gaz" in words
    assert "To be had from the site: 24 stories, 24 requests (`tradepress crawl gazette`)" in words
