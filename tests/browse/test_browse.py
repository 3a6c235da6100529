"""Datasette on an archive: what people read, what a hostile page can't do, what is set."""

import asyncio
import csv
import io
import itertools
import json
import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import chromium
import pytest
import yaml
from archive_rows import Clock, clock, open_writer
from browsing import (
    a_run,
    answers,
    browsing,
    get,
    headlines,
    page,
    pairs,
    path,
    save,
    story_address,
    words,
)
from conftest import ROOT, Tradepress
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from archive.stories.articles import DOUBTFUL_BELOW
from browse import open_datasette, rendering
from browse.listening import HOST

__all__ = ["clock", "path"]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</title></textarea></pre><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "\x02<b>\x03<i>\x02",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript:alert(1)",
    "<mark onmouseover=alert(1)>",
]


# The front page


def test_the_front_page_says_what_the_archive_holds_and_how_the_last_crawl_went(path: Path) -> None:
    with a_run(path, exit_code=1, reason="makers answered 500") as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-01", section="Trademarks")
        save(writer, "Kettle handle upheld", date_published="2024-05-29T09:15:00+01:00")
        save(writer, "Ribbon dispute ends", source="makers", date_published="2019-12-31")
        save(writer, "A feature without a day")
        writer.settle("http://makers.example/news/x", "failed", "500", source="makers")
    tree = page(path, "/")
    front = words(tree)
    assert "This archive holds 4 stories from 2 sources, published from 2016 to 2024" in front
    assert "5 addresses: 4 stored, 1 failed." in front
    assert "makers answered 500" in front
    assert "Texts belong to their publishers" in front
    assert headlines(tree) == [
        "Kettle handle upheld",
        "Ribbon dispute ends",
        "Lantern mark refused",
        "A feature without a day",
    ]
    first, last = (words(card) for card in (tree.xpath("//li[@class='card']")[i] for i in (0, -1)))
    assert "29 May 2024 The Signet Gazette" in first
    assert "undated" in last
    [search] = tree.xpath("//main//form[@role='search']")
    assert search.get("action") == "/archive/search"
    assert search.xpath("//label[@for='q']")


def test_links_of_the_front_page_lead_somewhere(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-01")
        save(writer, "An undated feature", source="makers")
    links = page(path, "/").xpath("//a/@href[starts-with(., '/')]")
    assert len(links) > 10
    assert {a.status_code for a in answers(path, links)} == {200}


@pytest.mark.parametrize("is_sample", [True, False])
def test_only_a_sample_says_do_not_cite(path: Path, is_sample: bool) -> None:
    with a_run(path, is_sample=is_sample) as writer:
        ref = save(writer, "Lantern mark refused", date_published="2016-03-01")
    for address in ("/", "/archive/articles", "/stories", story_address(path, ref)):
        assert ("Invented sample: do not cite" in words(page(path, address))) is is_sample
    assert ("To cite: “Lantern" in words(page(path, story_address(path, ref)))) is not is_sample


def test_a_failed_crawl_and_a_reading_of_files_are_told_apart(path: Path) -> None:
    with a_run(path, "ingest", state="done"):
        pass
    assert "It has never been crawled: its stories come from files." in words(page(path, "/"))
    with a_run(path, "crawl", state="failed", exit_code=4, reason="robots.txt forbids /news/"):
        pass
    crawl, files = (words(node) for node in page(path, "/").xpath("//p[starts-with(@class,'run')]"))
    assert crawl.startswith("Last crawl:")
    assert "failed" in crawl
    assert "robots.txt forbids /news/" in crawl
    assert files.startswith("Files last read:")


def test_a_run_that_still_goes_on_is_not_called_done(path: Path) -> None:
    with open_writer(path, command="crawl") as writer:
        writer.start_run("crawl", [], "0.1.0")
        assert "has not ended, or was killed" in words(page(path, "/"))


def test_an_empty_archive_has_words(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    front = words(page(path, "/"))
    assert "This archive holds no stories yet." in front
    assert "tradepress demo" in front
    assert "It has never been crawled." in front
    assert "No row here yet." in words(page(path, "/archive/articles"))
    assert "The archive holds no stories yet." in words(page(path, "/stories", q="lantern"))
    assert "No rows." in words(page(path, "/archive/runs"))


# A story


def test_a_story_page_has_the_story_and_where_it_comes_from(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Earlier ruling", date_published="2015-01-02")
        ref = save(
            writer,
            "Lantern mark refused",
            "The office refused the mark.\n\n- one\n- two\n\nIt can be appealed.",
            site_id="12107",
            date_published="2016-03-01",
            date_published_raw="1 March 2016",
            authors=["Petra Holm", "Idris Colm"],
            section="Trademarks",
            description="A dek that is not in the body",
            keywords=["lanterns"],
            access="registration",
            language="en",
            corrections=["Correction: the office was misnamed."],
            links=[
                {
                    "kind": "related",
                    "text": "Earlier ruling",
                    "url": "http://signet.example/news/earlier-ruling",
                },
                {"kind": "top_stories", "text": "A headline alone", "url": None},
                {"kind": "in_text", "text": "the ruling", "url": "https://rulings.example/9"},
            ],
        )
    tree = page(path, story_address(path, ref))
    story = words(tree)
    assert words(tree, "//h1") == "Lantern mark refused"
    byline = words(tree, "//article//p[@class='byline']")
    assert byline == "1 March 2016 The Signet Gazette Trademarks Petra Holm, Idris Colm"
    paragraphs = [node.text_content() for node in tree.xpath("//div[@class='prose']/p")]
    assert paragraphs == ["The office refused the mark.", "- one- two", "It can be appealed."]
    assert words(tree, "//p[@class='standfirst']") == "A dek that is not in the body"
    assert "Correction: the office was misnamed." in words(tree, "//p[@class='correction']")
    [original] = tree.xpath("//p[@class='original']/a[contains(., 'original')]")
    assert original.get("href") == "http://signet.example/news/lantern-mark-refused"
    assert "noopener" in original.get("rel")
    kinds = [node.text for node in tree.xpath("//section[@class='links']/h3")]
    assert kinds == ["Related", "Links in the text", "Top stories of that day"]
    [related] = tree.xpath("//section[@class='links']//a[. = 'Earlier ruling']/@href")
    assert headline_at(path, related) == "Earlier ruling"
    assert not tree.xpath("//section[@class='links']//a[contains(., 'A headline alone')]")
    assert tree.xpath("//section[@class='links']//a[@href='https://rulings.example/9']")
    assert f"{ref}@1" in story
    assert "printed as “1 March 2016”" in story
    assert "the page does not say" not in words(tree, "//dl[1]")
    told = pairs(tree.xpath("//dl")[-1])
    assert list(told) == ["headline", "body"]
    assert json.loads(told["body"]) == [{"value": 1, "evidence": "density"}]
    [as_json] = tree.xpath("//p[@class='original']/a[contains(., 'JSON')]/@href")
    assert get(path, as_json).json()["rows"][0][1] == ref
    cited_by = page(path, related).xpath("//section[@aria-labelledby='cited-by-title']//a")
    assert [link.text for link in cited_by] == ["Lantern mark refused"]


def headline_at(path: Path, address: str) -> str:
    return words(page(path, address), "//h1")


def test_a_changed_story_lists_its_versions(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", "The office refused the mark at first instance today.")
    with a_run(path) as writer:
        address = "http://signet.example/news/lantern-mark-refused"
        ref = save(
            writer,
            "Lantern mark refused again",
            "The office refused the mark at first instance today. An appeal was filed on Monday.",
            url=address,
        )
    tree = page(path, story_address(path, ref))
    versions = [words(node) for node in tree.xpath("//ol[@class='versions']/li")]
    names = [version.split(",")[0] for version in versions]
    assert names == [f"{ref}@2 (shown here)", f"{ref}@1"]
    assert "Headline then: “Lantern mark refused”" in versions[1]
    assert "headline, body (+6 −0 words)" in versions[0]
    changes, older = tree.xpath("//ol[@class='versions']/li/a/@href")
    assert "at first instance today." in words(page(path, older), "//div[@class='prose']")
    changed = page(path, changes)
    assert words(changed, "//h1") == "What changed: Lantern mark refused again"
    assert words(changed, "//section[@class='field']/h2") == "Headline Body"
    assert words(changed, "//ins") == "again An appeal was filed on Monday."
    assert changed.xpath("//del") == []
    assert "at first instance today." in words(changed, "//div[@class='prose']")
    assert ref in words(page(path, "/archive/changed"))


def test_doubtful_stories_are_listed_least_sure_first_and_say_so(path: Path) -> None:
    with a_run(path) as writer:
        refs = [
            save(writer, f"Lantern {name} mark", confidence=confidence)
            for name, confidence in {
                "a": 0.4,
                "b": None,
                "c": 0.314,
                "d": 0.99,
                "e": DOUBTFUL_BELOW,
            }.items()
        ]
    listed = page(path, "/archive/doubtful").xpath("//table[@class='rows']/tbody/tr")
    assert [words(row, "td[1] | td[2]") for row in listed] == [f"{refs[2]} 0.314", f"{refs[0]} 0.4"]
    warning = "whole story and nothing else (confidence 0.31)"
    assert warning in words(page(path, story_address(path, refs[2])), "//article")
    for ref, shown in ((refs[3], "0.99"), (refs[1], "no opinion")):
        tree = page(path, story_address(path, ref))
        assert "doubtful" not in words(tree, "//article")
        assert f"Confidence {shown}" in words(tree, "//dl[1]")


def test_the_words_for_doubt_name_the_threshold() -> None:
    described = yaml.safe_load((ROOT / "browse" / "metadata.yml").read_text())["databases"]
    for said in (
        described["archive"]["queries"]["doubtful"]["description"],
        described["archive"]["tables"]["articles"]["columns"]["confidence"],
    ):
        assert f"below {DOUBTFUL_BELOW}" in said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_truncated": True, "access": "subscription"}, "Only this beginning was openly served"),
        ({}, "undated"),
        ({}, "the page shows no date"),
        ({"access": None}, "Access the page does not say"),
        ({"is_truncated": None}, "can’t be told"),
    ],
)
def test_what_is_not_known_is_said(path: Path, fields: dict[str, Any], said: str) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused", **fields)
    assert said in words(page(path, story_address(path, ref)))


def test_a_story_without_its_text_says_why_and_leads_to_the_publisher(path: Path) -> None:
    reserved = [{"term": "noarchive", "evidence": "meta robots", "value": "noarchive"}]
    with a_run(path) as writer:
        ref = save(
            writer,
            "Cup case decided",
            description="What a cup may be.",
            policy="metadata-only",
            reservations=reserved,
            is_truncated=True,
        )
    shown = page(path, story_address(path, ref))
    assert "keeps no text of this story: the publisher asks that it not be archived." in words(
        shown
    )
    assert "Only this beginning" not in words(shown)
    described = pairs(shown.xpath("//section[@class='provenance']/dl")[0])
    assert described["Reserved"] == "noarchive (meta robots)"
    assert shown.xpath("//p[@class='original']/a/@href")[0].startswith("http://")
    for query in ("cup", "what may be"):
        found = page(path, "/stories", q=query)
        assert headlines(found) == ["Cup case decided"]
        assert "no text kept" in words(found)


def test_a_story_that_is_gone_says_so_everywhere(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused")
    with a_run(path) as writer:
        writer.settle(
            "http://signet.example/news/lantern-mark-refused", "rejected", "404", gone=True
        )
    assert "that this story is gone" in words(page(path, story_address(path, ref)))
    assert "gone from the site" in words(page(path, "/stories"))


def test_a_ref_is_an_address(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused", site_id="12107")
    assert ref == "signet-12107"
    found, missing = answers(path, ["/story/signet-12107", "/story/signet-1"])
    assert found.status_code == 302
    assert headline_at(path, found.headers["location"]) == "Lantern mark refused"
    assert missing.status_code == 404
    assert "holds no story with the ref signet-1" in missing.text
    [link] = page(path, "/archive", sql="select ref from articles").xpath("//td/a/@href")
    assert link == "/story/signet-12107"


def test_a_version_and_a_former_ref_are_addresses_too(path: Path) -> None:
    with a_run(path) as writer:
        one = {"site_id": "12107", "url": "http://signet.example/news/lantern-12107"}
        save(writer, "Lantern mark refused", "It was refused.", **one)
        save(writer, "Lantern mark upheld", "It was upheld.", **one)
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO aliases (ref, article_id, first_version, last_version, merged_at) "
            "VALUES ('signet-0a', 1, 1, 2, '2999-01-01T00:00:00Z')"
        )
    db.close()
    for ref, headline in {
        "signet-12107@1": "It was refused.",
        "signet-12107~401": "It was refused.",
        "signet-12107@2": "Lantern mark upheld",
        "signet-0a": "Lantern mark upheld",
        "signet-0a@1": "It was refused.",
    }.items():
        assert headline in words(page(path, f"/story/{ref}"), "//main")
    older = page(path, "/story/signet-12107@1")
    assert words(older, "//h1") == "Lantern mark refused"
    assert "Version 1 of signet-12107, The Signet Gazette" in words(older, "//p[@class='notice']")
    assert "The current one is signet-12107@2." in words(older, "//p[@class='notice']")
    story = page(path, "/story/signet-0a")
    assert "Former refs signet-0a until 1 January 2999" in words(story, "//dl[1]")
    for ref in ("signet-12107@3", "signet-12107@0", "signet-12107@", "signet-0a/changes/1/3"):
        missing = get(path, f"/story/{ref}")
        assert missing.status_code == 404
        assert "holds no version" in missing.text


def test_links_lead_to_the_archived_story_however_it_is_known(path: Path) -> None:
    with a_run(path) as writer:
        day = {"date_published": "2017-08-04"}
        target = save(writer, "Kettle whistle off the boil", site_id="77", **day)
        links = [
            {"kind": "top_stories", "text": "Kettle whistle off the boil", "url": None},
            {
                "kind": "related",
                "text": "by id",
                "url": "http://signet.example/m/77",
                "site_id": "77",
            },
        ]
        ref = save(writer, "Fox on milk carton", links=links, **day)
    leading = page(path, story_address(path, ref)).xpath("//section[@class='links']//li/a")
    assert [(link.text, link.get("href")) for link in leading] == [
        ("by id", f"/story/{target}"),
        ("Kettle whistle off the boil", f"/story/{target}"),
    ]
    citing = page(path, story_address(path, target)).xpath(
        "//section[@aria-labelledby='cited-by-title']//a/@href"
    )
    assert citing == [f"/story/{ref}"]


def test_a_headline_that_changes_silently_stands_out(path: Path) -> None:
    address = {"url": "http://signet.example/news/x"}
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", "It was refused.", **address)
        ref = save(writer, "Lantern mark upheld", "It was refused.", **address)
        said = {"date_modified": "2017-08-05"}
        save(writer, "Lantern mark kept", "It was refused.", **said, **address)
    tree = page(path, story_address(path, ref))
    silent = tree.xpath("//ol[@class='versions']/li[strong[@class='silent']]/@value")
    assert silent == ["2"]
    assert "no date of modification and no notice says so" in words(tree)


@pytest.mark.parametrize("keep", [[], ["--keep-headline"]])
def test_a_withdrawn_story_leaves_what_its_tombstone_says(
    path: Path, clock: Clock, here: Tradepress, keep: list[str]
) -> None:
    clock.now = "2020-01-01T09:00:00Z"
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused at last", "It was.", date_published="2017-08-04")
        save(writer, "Another story")
    address = story_address(path, ref)
    clock.now = "2020-03-01T09:00:00Z"
    reason = "ordered <b>by a court</b>"
    done = here("withdraw", ref, "--reason", reason, "--yes", *keep)
    assert done.returncode == 0, done.stderr
    for asked in (ref, f"{ref}@1", f"{ref}/changes/1/2"):
        answer = get(path, f"/story/{asked}")
        assert answer.status_code == 410
        facts = pairs(html.fromstring(answer.text).xpath("//dl")[0])
        assert facts == {
            "Ref": ref,
            "Source": "The Signet Gazette",
            "Published": "4 August 2017",
            "Saved here": "1 January 2020",
            "Withdrawn": "1 March 2020",
            "Reason": reason,
        }
        assert ("Lantern mark refused at last" in answer.text) is bool(keep)
    assert get(path, address).status_code == 404
    then = page(path, "/stories", q="another or lantern", as_of="2020-02-01")
    assert reason in words(then, "//section[@class='withdrawn']//li")
    assert "holds 1 story from 1 source" in words(page(path, "/"))
    assert reason in words(page(path, "/archive/tombstones"))


# Hostile pages


def test_what_a_page_put_in_is_inert_on_every_page(path: Path) -> None:
    with a_run(path) as writer:
        for number, payload in enumerate(PAYLOADS):
            save(
                writer,
                f"{payload} headline",
                f"{payload} body appeal\n\n{payload}",
                url=f"http://signet.example/news/{number}",
                description=f"{payload} description",
                authors=[payload],
                section=payload,
                keywords=[payload],
                corrections=[payload],
                date_published_raw=payload,
                confidence=0.1,
                links=[
                    {"kind": "related", "text": payload, "url": f"http://x.example/{payload}"},
                    {"kind": "in_text", "text": "x", "url": "javascript:alert(1)"},
                    {"kind": "in_text", "text": "x", "url": "data:text/html,<script>x</script>"},
                ],
            )
    # What the writer would not have let in.
    db = sqlite3.connect(path)
    with db:
        for column in ("url", "canonical_url", "published_day", "date_published", "access"):
            if column != "access":
                for number, payload in enumerate(PAYLOADS):
                    db.execute(
                        f"UPDATE articles SET {column} = ? WHERE id = ?", [payload, number + 1]
                    )
        db.execute("UPDATE articles SET headline = ? WHERE id = 3", [PAYLOADS[6]])
        db.execute("UPDATE sources SET publisher = ? WHERE name = 'signet'", [PAYLOADS[2]])
        db.execute("UPDATE runs SET reason = ?, command = ?", [PAYLOADS[0], PAYLOADS[1]])
        db.execute("UPDATE versions SET evidence = ?", [json.dumps({PAYLOADS[1]: PAYLOADS[0]})])
    db.close()
    payload = quote(PAYLOADS[4])
    addresses = [
        "/",
        "/archive",
        "/archive/articles",
        "/archive/articles?_search=appeal",
        f"/archive/articles?section={payload}&_search={payload}&_where=1%3D1--{payload}",
        "/stories?q=appeal",
        f"/stories?q={payload}&source={payload}&since={payload}&forms={payload}",
        f"/stories?source={payload}&author={payload}&order={payload}",
        "/stories/values?facet=section",
        f"/stories/values?facet=author&section={payload}",
        f"/archive?sql=select+*,:x+from+articles&x={payload}",
        f"/archive?sql={payload}",
        f"/story/{payload}",
        f"/{payload}",
        "/archive/by_year",
        "/archive/runs",
        "/archive/changed",
        "/archive/doubtful",
        "/archive/versions",
        "/archive/links",
        "/archive/sources/signet",
        "/archive/runs/1",
        "/archive/versions/2",
        "/archive/links/2",
        *(f"/archive/articles/{number + 1}" for number in range(len(PAYLOADS))),
    ]
    for address, answer in zip(addresses, answers(path, addresses), strict=True):
        assert answer.status_code < 500, (address, answer.text)
        if answer.status_code == 302:
            continue
        tree = html.fromstring(answer.text)
        assert not tree.xpath("//script | //img | //iframe | //b | //i"), address
        assert not tree.xpath("//svg[not(@aria-hidden)]"), address
        attributes = {(str(name), value) for node in tree.iter() for name, value in node.items()}
        assert not [name for name, _ in attributes if name.startswith("on")], address
        for name, value in attributes:
            if name in ("href", "action", "src"):
                assert re.match(r"(https?://|[/?#])", value), (address, value)
    assert "49" not in words(page(path, "/archive/articles/6"), "//h1")


def test_links_out_of_a_table_have_no_opener(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    for address in ("/archive/locations", "/archive?sql=select+url+from+locations"):
        links = page(path, address).xpath("//td/a[starts-with(@href, 'http://signet')]")
        assert links
        assert all("noopener" in link.get("rel") for link in links)


def test_csv_runs_no_formula_and_loses_nothing(path: Path) -> None:
    long_body = "=cmd()\n\n" + 'He said "no", twice.\n' * 20_000
    with a_run(path) as writer:
        save(writer, "=HYPERLINK(1)", long_body)
        save(writer, "@SUM(1)", "- a list\n- of two")
    answer = get(path, "/archive/articles.csv", _sort="id")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["headline"] for row in rows] == ["'=HYPERLINK(1)", "'@SUM(1)"]
    assert rows[0]["body"] == "'" + long_body
    assert rows[1]["body"] == "'- a list\n- of two"
    assert rows[0]["url"] == "http://signet.example/news/hyperlink-1"
    numbers = get(path, "/archive.csv", sql="select -1.5 as a, '-1' as b, '-1+1' as c")
    assert numbers.text.split() == ["a,b,c", "-1.5,-1,'-1+1"]
    raw = get(path, "/archive/articles.json", _shape="array", _sort="id").json()
    assert raw[0]["headline"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/archive/articles", "/archive/articles.json", "/archive/articles.csv"),
        *("/robots.txt", "/static/tradepress.css", "/nowhere", "/archive?sql=drop", "/story/x"),
        "/-/versions",
    ],
)
def test_every_answer_has_the_security_headers(path: Path, address: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    headers = get(path, address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]


def test_robots_are_kept_out(path: Path) -> None:
    with a_run(path):
        pass
    assert get(path, "/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_nobody_writes_or_downloads_the_archive(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    before = path.read_bytes()
    for address in (
        "/archive?sql=delete+from+articles",
        "/archive?sql=with+x+as+(select+1)+delete+from+articles",
        "/archive?sql=attach+'/tmp/x.db'+as+x",
        "/archive.db",
    ):
        assert get(path, address).status_code in (400, 403, 404)
    served = open_datasette(path)

    async def write() -> None:
        await served.invoke_startup()
        await served.get_database("archive").execute_write("DELETE FROM articles")

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(write())
    served.executor.shutdown()
    assert path.read_bytes() == before


def test_a_visitors_mistake_prints_no_traceback(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_run(path):
        pass
    for address in ("/archive/nope", "/archive/articles/99", "/archive?sql=drop+table+x"):
        answer = get(path, address)
        assert answer.status_code in (400, 404)
        assert len(html.fromstring(answer.text).xpath("//h1")) == 1
    assert get(path, "/archive/articles/99.json").json()["error"] == "Record not found"
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err


# Pages as such


def test_pages_are_fit_for_screen_readers_and_need_no_script(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(40):
            save(writer, f"Buckle number {number}", date_published=f"2016-01-{number % 28 + 1:02}")
    addresses = [
        *("/", "/archive", "/archive/articles", "/archive/articles/1", "/stories?q=buckle"),
        *("/stories?q=nosuch", "/stories?q=buckle+OR", "/stories/values?facet=source"),
        *("/archive/runs", "/archive/versions", "/archive/versions/1", "/archive?sql=select+:a"),
        *("/archive/articles?source=signet&headline__contains=x", "/archive/nope"),
    ]
    for address, answer in zip(addresses, answers(path, addresses), strict=True):
        tree = html.fromstring(answer.text)
        assert tree.get("lang") == "en"
        assert len(tree.xpath("//h1")) == 1, address
        assert len(tree.xpath("//main")) == 1
        assert tree.xpath("//title")[0].text
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), address
        assert not tree.xpath("//script | //style | //@style"), address
        for field in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            named = field.get("aria-label") or field.xpath("ancestor::label")
            assert named or field.get("id") in tree.xpath("//label/@for"), (address, field.attrib)
        levels = [int(node.tag[1]) for node in tree.xpath("//h1 | //h2 | //h3")]
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), address


def test_every_table_and_column_that_people_see_is_described(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    described = yaml.safe_load((ROOT / "browse" / "metadata.yml").read_text())
    tables = described["databases"]["archive"]["tables"]
    served = open_datasette(path)

    async def visible() -> dict[str, list[str]]:
        await served.invoke_startup()
        database = served.get_database("archive")
        hidden = await database.hidden_table_names()
        names = [name for name in await database.table_names() if name not in hidden]
        return {name: await database.table_columns(name) for name in names}

    columns = asyncio.run(visible())
    served.executor.shutdown()
    assert "articles" in columns
    shown = {name: table for name, table in tables.items() if not table.get("hidden")}
    assert {name: sorted(table["columns"]) for name, table in shown.items()} == {
        name: sorted(names) for name, names in columns.items()
    }
    for name, table in shown.items():
        assert table["title"], name
        assert table["description"], name
        assert all(table["columns"].values()), name
    for query in described["databases"]["archive"]["queries"].values():
        assert query["title"]
        assert query["description"]


def test_every_table_and_query_has_a_page(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-01")
    links = page(path, "/archive").xpath("//dl[@class='listed']/dt/a/@href")
    assert len(links) > 10
    for link, answer in zip(links, answers(path, links), strict=True):
        assert answer.status_code == 200, link


# How it is served


def test_the_settings_keep_pages_quick_and_the_archive_at_home(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    assert HOST == "127.0.0.1"
    served = open_datasette(path)
    expected = {
        "suggest_facets": False,
        "allow_download": False,
        "facet_time_limit_ms": 1000,
        "sql_time_limit_ms": 2000,
        "max_returned_rows": 1000,
        "trace_debug": False,
        "template_debug": False,
    }
    assert {name: served.setting(name) for name in expected} == expected
    assert (served.cors, served.immutables) == (False, set())
    assert served.setting("default_page_size") <= 50
    asyncio.run(served.invoke_startup())
    assert set(served.databases) == {"archive", "_internal"}
    assert served.databases["archive"].is_mutable
    served.executor.shutdown()


@pytest.mark.parametrize("name", ["news.db", "Archive #2 (100%25)?.sqlite", "ärchiv.db"])
def test_the_archive_is_called_archive_whatever_its_file_is_called(
    tmp_path: Path, name: str
) -> None:
    with a_run(tmp_path / name) as writer:
        save(writer, "Lantern mark refused")
    assert headlines(page(tmp_path / name, "/stories")) == ["Lantern mark refused"]
    assert page(tmp_path / name, "/archive") is not None


def test_what_is_written_meanwhile_is_seen(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    served = open_datasette(path)

    async def count() -> int:
        answer = await served.client.get("/archive/articles.json?_shape=array&_nl=on")
        return len(answer.text.splitlines())

    async def before_and_after() -> tuple[int, int, int]:
        await served.invoke_startup()
        before = await count()
        with a_run(path) as writer:
            save(writer, "Kettle shape upheld")
            during = await count()
        return before, during, await count()

    assert asyncio.run(before_and_after()) == (1, 1, 2)
    served.executor.shutdown()


@pytest.mark.slow  # a process and a browser
def test_a_real_browser_reads_it_from_a_real_server(path: Path, tmp_path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern <script>document.title='hacked'</script> mark refused")
    picture = tmp_path / "front.png"
    with browsing(path) as served, chromium.opened(tmp_path / "profile") as tab:
        tab.open(served.home, width=390)
        tab.picture(picture)
        tab.open(f"{served.home}/stories?q=lantern", width=390)
        dom = html.fromstring(tab.measure("document.documentElement.outerHTML"))
    assert words(dom, "//title").startswith("lantern: 1 story")
    assert headlines(dom) == ["Lantern <script>document.title='hacked'</script> mark refused"]
    assert picture.read_bytes().startswith(b"\x89PNG")


# Values as words


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:text/html,x", "vbscript:x", "//host/x", "/news/x", "http:x"),
        *("http://", "https:///x", "file:///etc/passwd", " http://a.example/", "java\nscript:x"),
        *(
            "http://a.example/\n",
            "http://a.example/<b>",
            "http://a\\b.example",
            "http://[x/",
            "",
            None,
        ),
        *("http://a.example/\"onmouseover='x'", 7),
    ],
)
def test_only_web_addresses_become_links(address: object) -> None:
    assert "<a" not in rendering.web_link(address)
    assert "<a" not in (rendering.cell("url", address) or "")


def test_web_addresses_become_links() -> None:
    assert rendering.web_link("HTTPS://a.example/?a=1&b=2", "<b>") == (
        '<a href="HTTPS://a.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">&lt;b&gt;</a>'
    )


@given(st.text(alphabet=st.sampled_from("\x02\x03<>&\"'amrk /\n")))
def test_marks_and_paragraphs_make_no_other_tags(text: str) -> None:
    for shown, allowed in (
        (rendering.marked(text), {"mark"}),
        (rendering.paragraphs(text), {"p", "br"}),
    ):
        tags = re.findall(r"<\s*(/?)([^>]*)>", shown)
        assert {name for _, name in tags} <= allowed
        assert "\x02" not in rendering.marked(text)
        assert shown.count("<mark>") == shown.count("</mark>")


@given(st.text())
def test_no_value_breaks_the_words_for_it(text: str) -> None:
    for show in (rendering.in_days, rendering.in_minutes, rendering.names, rendering.fields):
        show(text)
    for column in ("ref", "url", "authors", "evidence", "body"):
        rendering.cell(column, text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2017-08-04", "4 August 2017"),
        ("2017-08-04T23:30:00-05:00", "4 August 2017"),
        (None, "undated"),
        ("", "undated"),
        ("2017-13-40", "2017-13-40"),
    ],
)
def test_days_read_as_the_publisher_printed_them(value: str | None, shown: str) -> None:
    assert rendering.in_days(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-24T08:05:41Z", "24 November 2026, 08:05 UTC"),
        ("2026-11-24T08:05:41+00:00", "24 November 2026, 08:05 UTC"),
        ("2026-11-24T08:05:41-05:00", "24 November 2026, 08:05 -05:00"),
        (None, "not known"),
        ("soon", "soon"),
    ],
)
def test_instants_read_with_their_zone(value: str | None, shown: str) -> None:
    assert rendering.in_minutes(value) == shown
