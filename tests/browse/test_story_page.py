"""The page of a story, of a version, of what changed, and of what is left of a withdrawn one."""

import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from archive_rows import Clock, clock
from browsing import a_run, answers, ask, get, page, pairs, path, save, words
from citations import cited_names
from conftest import Tradepress
from lxml import html

from tradepress.archive.stories.articles import DOUBTFUL_BELOW
from tradepress.browse.addresses.result_address import PAGE_SIZE
from tradepress.story import Mention

__all__ = ["clock", "path"]

LANTERN = {"url": "http://signet.example/news/lantern"}


def facts(tree: Any) -> dict[str, str]:
    return pairs(tree.xpath("//section[@class='facts']/dl")[0])


def evidence(tree: Any) -> dict[str, str]:
    return pairs(tree.xpath("//details[@class='evidence']/dl")[0])


def versions(tree: Any) -> list[str]:
    return [words(node) for node in tree.xpath("//ol[@class='versions']/li")]


def test_a_story_page_has_the_story_and_who_when_and_where(path: Path) -> None:
    with a_run(path, is_sample=False) as writer:
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
            is_truncated=False,
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
    tree = page(path, f"/story/{ref}")
    assert words(tree, "//title") == "Lantern mark refused – The Signet Gazette, 1 March 2016"
    assert tree.xpath("//link[@rel='canonical']/@href") == ["/story/signet-12107"]
    assert words(tree, "//h1") == "Lantern mark refused"
    assert tree.xpath("//article/@lang") == ["en"]
    byline = words(tree, "//article//p[@class='byline']")
    assert byline == "1 March 2016 The Signet Gazette Trademarks Petra Holm, Idris Colm"
    assert [words(node) for node in tree.xpath("//div[@class='prose']/*")] == [
        "The office refused the mark.",
        "onetwo",
        "It can be appealed.",
    ]
    assert tree.xpath("//div[@class='prose']/ul/li/text()") == ["one", "two"]
    before = [node.get("class") for node in tree.xpath("//article/p | //article/div")]
    assert before == ["correction", "standfirst", "prose"]
    assert words(tree, "//p[@class='standfirst']") == "A dek that is not in the body"
    told = facts(tree)
    assert told.pop("Captured")
    assert told.pop("Saved here")
    assert told == {
        "Published in": "The Signet Gazette",
        "Published": "1 March 2016 printed as “1 March 2016”",
        "By": "Petra Holm, Idris Colm",
        "Section": "Trademarks",
        "Language": "English",
        "Access": "for registered readers",
        "Length": "13 words, the whole story",
        "Keywords": "lanterns",
    }
    [original] = tree.xpath("//p[@class='original']/a")
    assert original.get("href") == "http://signet.example/news/lantern-mark-refused"
    assert "noopener" in original.get("rel")
    kinds = [node.text for node in tree.xpath("//section[@class='links']/h3")]
    assert kinds == ["Related", "Links in the text", "Top stories of that day"]
    [related] = tree.xpath("//section[@class='links']//a[. = 'Earlier ruling']/@href")
    assert words(page(path, related), "//h1") == "Earlier ruling"
    assert not tree.xpath("//section[@class='links']//a[contains(., 'A headline alone')]")
    assert tree.xpath("//section[@class='links']//a[@href='https://rulings.example/9']")
    cited_by = page(path, related).xpath("//section[@aria-labelledby='cited-by-title']//a")
    assert [link.text for link in cited_by] == ["Lantern mark refused"]


def test_a_text_without_spaces_is_as_long_as_its_letters(path: Path) -> None:
    with a_run(path) as writer:
        body = "商標を取り消した。\n\n審決。"
        ref = save(writer, "Lantern mark refused", body=body, is_truncated=False, site_id="7")
    assert facts(page(path, f"/story/{ref}"))["Length"] == "12 letters, the whole story"


def test_a_story_is_cited_in_four_styles_by_its_version(path: Path) -> None:
    with a_run(path, is_sample=False) as writer:
        ref = save(writer, "Lantern mark refused", authors=["Petra Holm"], site_id="7")
    tree = page(path, f"/story/{ref}")
    cited = [words(one) for one in tree.xpath("//p[@class='cite']")]
    assert len(cited) == 4
    (name,) = cited_names(path, [ref])
    assert all(one.endswith(f"Tradepress {name}]") for one in cited)
    assert get(path, f"/story/{name}").headers["location"] == "/story/signet-7@1"
    assert cited[0].startswith("Petra Holm, “Lantern Mark Refused,” The Signet Gazette")
    files = tree.xpath("//section[@class='citing']/p/a/@href")
    assert files == [f"/story/{ref}@1{ending}" for ending in (".ris", ".bib", ".csl.json", "")]


def test_evidence_is_told_in_words_a_click_away(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused")
    tree = page(path, f"/story/{ref}")
    assert not tree.xpath("//details/@open")
    marks = tree.xpath("//a[@class='why']/@href")
    for field, said in (
        ("headline", "“Lantern mark refused”: the heading of the page"),
        ("body", "1 letters: where the page has most text"),
    ):
        (at,) = [one for one in marks if one.endswith(f"/explain/{field}")][:1]
        assert said in words(page(path, at), "//main")
    assert "{" not in words(tree, "//body")
    assert not tree.xpath("//a[contains(@href, '/data/')][ancestor::main]")


def test_a_changed_story_lists_its_versions(path: Path) -> None:
    text = "The office refused the mark at first instance today."
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", text, **LANTERN)
    with a_run(path) as writer:
        text += " An appeal was filed on Monday."
        ref = save(writer, "Lantern mark refused again", text, **LANTERN)
    tree = page(path, f"/story/{ref}")
    newer, older = versions(tree)
    assert newer.startswith("Version 2, shown here, the newest")
    assert "headline, body (+6 −0 words)" in newer
    assert older.startswith("Version 1 ")
    assert "Headline: “Lantern mark refused”" in older
    changes, earlier = tree.xpath("//ol[@class='versions']/li/a/@href")
    then = page(path, earlier)
    assert "at first instance today." in words(then, "//div[@class='prose']")
    assert "appeal" not in words(then, "//div[@class='prose']")
    changed = page(path, changes)
    assert words(changed, "//h1") == "What changed: Lantern mark refused again"
    assert words(changed, "//section[@class='field']/h2") == "Headline Body"
    assert words(changed, "//section//ins") == "again An appeal was filed on Monday."
    assert changed.xpath("//section//del") == []


def test_of_several_versions_each_pair_is_compared(path: Path) -> None:
    with a_run(path) as writer:
        for word in ("refused", "upheld", "kept"):
            ref = save(writer, f"Lantern mark {word}", **LANTERN)
    tree = page(path, f"/story/{ref}/changes/1/2")
    others = tree.xpath("//span[@class='others']/a/@href")
    assert others == [f"/story/{ref}/changes/3/2", f"/story/{ref}/changes/1/3"]
    assert words(page(path, others[1]), "//section//ins").startswith("kept")
    assert words(page(path, f"/story/{ref}/changes/2/2"), "//p[@class='notice']") == (
        "They read the same."
    )


def test_a_page_that_was_read_again_is_no_change_of_the_paper(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", **LANTERN)
        ref = save(writer, "Lantern mark upheld", **LANTERN)
        save(writer, "Lantern mark kept", **LANTERN)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE version_rows SET is_reread = 1 WHERE version = 2")
    db.close()
    said = "the difference is ours, not the paper’s"
    assert said in words(page(path, f"/story/{ref}/changes/1/2"))
    assert said not in words(page(path, f"/story/{ref}/changes/1/3"))
    assert "re-extracted by other rules" in words(
        page(path, f"/story/{ref}@2"), "//div[@role='note']"
    )


def test_a_version_is_the_story_as_it_stood_then(path: Path, clock: Clock) -> None:
    with a_run(path, is_sample=False) as writer:
        for number, word in enumerate(("refused", "upheld"), 1):
            clock.now = f"2020-0{number}-01T09:00:00Z"
            ref = save(writer, f"Lantern {word}", f"It was {word}.", site_id="7", **LANTERN)
    older, newest = page(path, f"/story/{ref}@1"), page(path, f"/story/{ref}@2")
    banner = words(older, "//div[@role='note']")
    assert banner.startswith("Version 1 of 2, seen on 1 January 2020.")
    assert older.xpath("//div[@role='note']//a/@href") == [
        f"/story/{ref}",
        f"/story/{ref}/changes/1/2",
    ]
    assert older.xpath("//link[@rel='canonical']/@href") == [f"/story/{ref}@1"]
    assert "(version 1)" in words(older, "//title")
    assert words(older, "//h1") == "Lantern refused"
    assert f"Tradepress {cited_names(path, ['signet-7@1'])[0]}]" in words(
        older, "//p[@class='cite']"
    )
    assert "It is the newest one here." in words(newest, "//div[@role='note']")
    assert not page(path, f"/story/{ref}").xpath("//div[@role='note']")


def test_a_doubtful_story_says_so(path: Path) -> None:
    with a_run(path) as writer:
        doubtful, sure, unsaid = (
            save(writer, f"Lantern {confidence}", confidence=confidence)
            for confidence in (0.314, DOUBTFUL_BELOW, None)
        )
    for ref, is_doubtful, shown in (
        (doubtful, True, "0.31"),
        (sure, False, f"{DOUBTFUL_BELOW:.2f}"),
        (unsaid, False, "no opinion"),
    ):
        tree = page(path, f"/story/{ref}")
        warning = "It is doubtful that this is the whole story"
        assert (warning in words(tree, "//article")) is is_doubtful
        assert shown in evidence(tree).values()


def test_paragraphs_in_doubt_are_grey_and_say_why(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(
            writer, "Lantern mark refused", "It was refused.\n\n- one\n- two\n\nWrite to us."
        )
        doubts = [
            {"value": {"paragraph": 2, "of": 3}, "evidence": "unlikely to be part of the story"},
            {"value": {"paragraph": 3, "of": 3}, "evidence": "stands on 14 <other> stories"},
        ]
        known = json.dumps({"paragraphs": doubts})
        writer.write("UPDATE version_rows SET evidence = ?", [known])
        sure = save(writer, "Saddle mark refused", "It was refused.\n\nWrite to us.")
    tree = page(path, f"/story/{ref}")
    assert [words(node) for node in tree.xpath("//div[@class='prose']/*")] == [
        "It was refused.",
        "In doubt: unlikely to be part of the story onetwo",
        "In doubt: stands on 14 <other> stories Write to us.",
    ]
    assert tree.xpath("//div[@class='doubtful'][1]/ul/li/text()") == ["one", "two"]
    assert not page(path, f"/story/{sure}").xpath("//*[@class='doubtful']")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"is_truncated": True, "access": "subscription"},
            "Only this beginning was openly served; the whole story is on the publisher’s site, "
            "for subscribers.",
        ),
        ({}, "undated"),
        ({}, "the page shows no date"),
        ({}, "the page names nobody"),
        ({"access": None}, "Access not said"),
        ({"is_truncated": None}, "whether that is all can’t be told"),
        ({"policy": "metadata-only", "completeness": "teaser"}, "a summary alone"),
    ],
)
def test_what_is_not_known_is_said(path: Path, fields: dict[str, Any], said: str) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused", **fields)
    assert said in words(page(path, f"/story/{ref}"))


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
    tree = page(path, f"/story/{ref}")
    notice = words(tree, "//article/p[@class='notice']")
    assert notice.startswith(
        "This archive keeps no text of this story: the publisher asks that it not be archived."
    )
    assert tree.xpath("//article/p[@class='notice']/a/@href") == [
        "http://signet.example/news/cup-case-decided"
    ]
    assert "Only this beginning" not in words(tree)
    rights = words(tree, "//section[@aria-labelledby='rights-title']")
    assert "not be kept in public archives. said by: meta robots" in rights
    assert facts(tree)["Captured"].endswith("the page itself is not kept here")
    assert "cup may be" not in words(tree, "//head")


def test_a_story_that_is_gone_says_so(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused")
    with a_run(path) as writer:
        writer.settle(
            "http://signet.example/news/lantern-mark-refused", "rejected", "404", gone=True
        )
    assert "that this story is gone" in words(page(path, f"/story/{ref}"))


def test_a_ref_is_an_address_and_a_wrong_one_says_what_is_like_it(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused", site_id="12107")
    assert ref == "signet-12107"
    found, missing = answers(path, ["/story/signet-12107", "/story/signet-12017"])
    assert found.status_code == 200
    assert missing.status_code == 404
    tree = html.fromstring(missing.text)
    assert "no story with the ref signet-12017. Did you mean signet-12107?" in words(tree)
    assert tree.xpath("//p[@role='alert']/a/@href") == ["/story/signet-12107"]
    [link] = page(path, "/data", sql="select ref from articles").xpath("//td/a/@href")
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
    for ref, now in {
        "signet-0a": "signet-12107",
        "signet-0a@1": "signet-12107@1",
        "signet-12107@01": "signet-12107@1",
    }.items():
        assert get(path, f"/story/{ref}").headers["location"] == f"/story/{now}"
    for ref, said in {
        "signet-12107@1": "It was refused.",
        "signet-12107~401": "It was refused.",
        "signet-12107@2": "It was upheld.",
    }.items():
        assert words(page(path, f"/story/{ref}"), "//div[@class='prose']") == said
    row = page(path, "/data/versions/1")
    assert row.xpath("//p[@class='notice']/a/@href") == ["/story/signet-12107@1"]
    assert evidence(page(path, "/story/signet-12107"))["Former refs"] == (
        "signet-0a until 1 January 2999"
    )
    for ref in ("signet-12107@3", "signet-12107@0", "signet-12107@", "signet-0a/changes/1/3"):
        missing = get(path, f"/story/{ref}")
        assert missing.status_code == 404
        assert "holds no version" in missing.text
        assert "signet-12107</a> has 2 versions" in missing.text


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
    leading = page(path, f"/story/{ref}").xpath("//section[@class='links']//li/a")
    assert [(link.text, link.get("href")) for link in leading] == [
        ("by id", f"/story/{target}"),
        ("Kettle whistle off the boil", f"/story/{target}"),
    ]
    citing = page(path, f"/story/{target}").xpath(
        "//section[@aria-labelledby='cited-by-title']//a/@href"
    )
    assert citing == [f"/story/{ref}"]


def test_a_headline_that_changes_silently_stands_out(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", "It was refused.", **LANTERN)
        ref = save(writer, "Lantern mark upheld", "It was refused.", **LANTERN)
        said = {"date_modified": "2017-08-05"}
        save(writer, "Lantern mark kept", "It was refused.", **said, **LANTERN)
    tree = page(path, f"/story/{ref}")
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
    clock.now = "2020-03-01T09:00:00Z"
    reason = "ordered <b>by a court</b>"
    done = here("withdraw", ref, "--reason", reason, "--yes", *keep)
    assert done.returncode == 0, done.stderr
    for asked in (ref, f"{ref}@1", f"{ref}/changes/1/2"):
        answer = get(path, f"/story/{asked}")
        assert answer.status_code == 410
        assert pairs(html.fromstring(answer.text).xpath("//dl")[0]) == {
            "Ref": ref,
            "Source": "The Signet Gazette",
            "Published": "4 August 2017",
            "Saved here": "1 January 2020",
            "Withdrawn": "1 March 2020",
            "Reason": reason,
        }
        assert ("Lantern mark refused at last" in answer.text) is bool(keep)
    assert reason in words(page(path, "/data/tombstones"))
    [public] = ask(path, ("GET", f"/story/{ref}", {}), is_public=True)
    assert "/data/" not in public.text  # whose tables are closed


def test_what_a_text_names_is_marked_on_demand(path: Path) -> None:
    court = Mention(field="body", start=4, end=25, kind="court", value="Court of Appeal, 1st/2nd")
    law = Mention(field="headline", start=0, end=7, kind="statute", value="Lamp Act")
    with a_run(path) as writer:
        ref = save(
            writer,
            "Lantern & mark refused",
            "The <i>Court</i> of Appeal refused it.",
            mentions=(court, law),
            mention_rules="rules 1",
        )
    plain = page(path, f"/story/{ref}")
    assert not plain.xpath("//*[@class='named']")
    assert words(plain, "//section[@class='named-here']/ul") == "Court of Appeal, 1st/2nd Lamp Act"
    [of_court, _] = plain.xpath("//section[@class='named-here']//a[@class='mark']/@href")
    assert of_court == f"/story/{ref}?marks=court"
    [every] = plain.xpath("//section[@class='named-here']/p/a/@href")
    assert every == f"/story/{ref}?marks=court,statute"
    marked = page(path, of_court)
    [link] = marked.xpath("//div[@class='prose']//a[@class='named']")
    assert link.text == "<i>Court</i> of Appea"
    assert link.get("href") == "/court/Court%20of%20Appeal%2C%201st%2F2nd"
    assert words(marked, "//div[@class='prose']") == "The <i>Court</i> of Appeal refused it."
    assert not marked.xpath("//h1/*")
    both = page(path, every)
    assert not both.xpath("//section[@class='named-here']/p")
    assert words(both, "//h1/span[@class='named']") == "Lantern"
    one_less = both.xpath("//section[@class='named-here']//a[@class='mark']/@href")
    assert one_less == [f"/story/{ref}?marks=statute", f"/story/{ref}?marks=court"]
    assert not page(path, f"/story/{ref}", marks="nosuch").xpath("//*[@class='named']")


def test_the_story_before_and_after_is_of_the_same_paper_by_day(path: Path) -> None:
    with a_run(path) as writer:
        refs = [
            save(writer, f"Lantern {day}", date_published=day, source=source)
            for day, source in (
                ("2016-01-01", "signet"),
                ("2016-01-02", "makers"),
                ("2016-01-03", "signet"),
                ("2016-01-03", "makers"),
                ("2016-01-03T10:00:00Z", "signet"),
            )
        ]
        undated = save(writer, "Lantern undated")
    for ref, before, after in (
        (refs[0], None, refs[2]),
        (refs[2], refs[0], refs[4]),
        (refs[4], refs[2], None),
        (undated, None, None),
    ):
        tree = page(path, f"/story/{ref}")
        told = {a.get("rel"): a.get("href") for a in tree.xpath("//nav[@class='beside']/a")}
        wanted = {"prev": before, "next": after}
        assert told == {rel: f"/story/{to}" for rel, to in wanted.items() if to}


def test_who_comes_from_a_result_goes_on_in_it(path: Path) -> None:
    with a_run(path) as writer:
        refs = [
            save(writer, f"Kettle {n}", f"The lantern {n} was lit.", site_id=str(n))
            for n in range(PAGE_SIZE + 2)
        ][::-1]
    last = PAGE_SIZE - 1
    found = "q=lantern&order=date"
    tree = page(path, f"/story/{refs[last]}", **{"from": found})
    assert tree.xpath("//p[@class='crumbs']/a/@href") == [f"/stories?{found}"]
    assert words(tree, "//div[@class='prose']//mark") == "lantern"
    before, after = tree.xpath("//nav[@class='beside']/a/@href")
    assert urlsplit(before).path == f"/story/{refs[last - 1]}"
    assert parse_qs(urlsplit(before).query) == {"from": [found]}
    assert urlsplit(after).path == f"/story/{refs[last + 1]}"
    assert parse_qs(urlsplit(after).query) == {"from": [f"{found}&page=2"]}
    following = page(path, after)
    assert following.xpath("//nav[@class='beside']/a/@href")[0] == (
        f"/story/{refs[last]}?from=q%3Dlantern%26order%3Ddate"
    )
    for of_none in ("q=nothing", "nosuch=1", "q=%28", "since=x"):
        tree = page(path, f"/story/{refs[0]}", **{"from": of_none})
        assert words(tree, "//p[@class='crumbs']").startswith("Stories /")


def test_in_a_result_of_a_former_day_one_goes_on_in_the_versions_of_it(
    path: Path, clock: Clock
) -> None:
    for year in (2020, 2022):
        clock.now = f"{year}-01-01T09:00:00Z"
        with a_run(path) as writer:
            refs = [
                save(writer, f"Kettle {n}", f"The lantern {n} of {year}.", site_id=str(n))
                for n in (1, 2)
            ]
    found = {"from": "q=lantern&as_of=2021-01-01"}
    tree = page(path, f"/story/{refs[0]}@1", **found)
    [beside] = tree.xpath("//nav[@class='beside']/a/@href")
    assert urlsplit(beside).path == f"/story/{refs[1]}@1"


def test_a_title_of_a_hundred_kilobytes_leaves_room_for_the_story(path: Path) -> None:
    long = "<b>lantern</b> " * 7_000
    with a_run(path) as writer:
        ref = save(writer, long, "It was refused.")
    tree = page(path, f"/story/{ref}")
    assert len(words(tree, "//h1")) < 500
    assert words(tree, "//article/header/details/p") == long.strip()
    assert len(words(tree, "//title")) < 250
    assert not tree.xpath("//b")
