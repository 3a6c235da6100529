"""A dossier says of each story what may be given on, in both forms, and nothing in it runs."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_rows import clock, save, story
from browsing import a_run
from dossiers import W, document_of, everything, page_of, paragraphs_of, written
from exported import an_article, make_archive
from hypothesis import given, settings
from hypothesis import strategies as st
from naughty_stories import save_naughty_stories

import tradepress
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.dossier import dossier as gathering
from tradepress.research.dossier.dossier import Dossier, clean, gather_dossier
from tradepress.research.dossier.write_dossier import FORMS
from tradepress.research.export.withheld_text import export_rows
from tradepress.research.press_archive import PressArchive
from tradepress.story import Mention

__all__ = ["clock"]

CANARY = "zzcanary"
ENDINGS = ("html", "docx")
Made = Callable[..., tuple[Dossier, bytes]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with a_run(tmp_path / "archive.db") as writer:
        for number in range(1, 4):
            save(
                writer,
                story(
                    number,
                    headline=f"Lantern & lamp {number}",
                    body=f"Lanterns burn {number} times.\n\nThe CJEU heard of the lantern.",
                    description="Lanterns burn",
                    date_published=f"201{9 - number}-03-0{number}" if number < 3 else None,
                    mentions=[
                        Mention(field="body", start=4, end=8, kind="court", value="CJEU"),
                        Mention(field="body", start=4, end=8, kind="case", value="Vale v Orrin"),
                        Mention(field="body", start=4, end=8, kind="cjeu", value="C-1/17"),
                    ],
                ),
            )
        save(writer, story(1, headline="Lantern & lamp 1", body="Lanterns burn no more."))
    return tmp_path / "archive.db"


@pytest.fixture
def made(archive: Path) -> Iterator[Made]:
    """A dossier of the archive, and the bytes of its file."""
    with PressArchive(archive) as opened:

        def make(asked: Any, ending: str = "html", **how: Any) -> tuple[Dossier, bytes]:
            path = archive.with_name(f"made.{ending}")
            query = StoryQuery(words=asked) if isinstance(asked, str) else asked
            dossier = opened.dossier(query, path=path, accessed="2026-12-01", **how)
            return dossier, path.read_bytes()

        yield make


def test_a_page_has_all_of_a_dossier(made: Made) -> None:
    dossier, file = made("lantern", style="apa")
    page = page_of(file)
    assert page.findtext(".//h1/bdi") == "lantern"
    facts = " ".join(page.xpath("//header//dd//text()"))
    assert "2026-12-01" in facts
    assert "archive.db" in facts
    assert "APA" in facts
    names = [one.story.cited_name for one in dossier.stories]
    told = hashlib.sha256("".join(f"{name}\n" for name in names).encode()).hexdigest()
    assert told in facts
    listed = page.xpath("//nav//li/a[starts-with(@href, '#story')]")
    assert [link.text_content() for link in listed] == [
        f"Lantern & lamp {number}" for number in (2, 1, 3)
    ]
    assert all(page.xpath(f"//*[@id='{link[1:]}']") for link in page.xpath("//a/@href[.<'$']"))
    days = [row.findtext("td") for row in page.xpath("//tbody/tr")]
    assert days == ["2017-03-02", "2017-08-04", "undated"]
    assert len(page.xpath("//*[local-name()='rect'][@class='bar']")) == 2
    assert {mark.text for mark in page.iter("mark")} == {"Lantern", "lantern"}
    article = page.xpath("//article[.//*[@id='story_1']]")[0]
    told_facts = dict(
        zip(
            (term.text for term in article.iter("dt")),
            (term.getnext().text_content() for term in article.iter("dt")),
            strict=True,
        )
    )
    assert told_facts["Courts"] == "CJEU"
    assert told_facts["Cases"] == "Vale v Orrin"
    assert told_facts["Numbers"] == "C-1/17"
    assert told_facts["Paper"] == "The Signet Gazette"
    assert told_facts["Version"] == f"1 of 1, {names[0]}"
    assert article.xpath("count(.//p[b])") == 0, "the text begins with its summary"
    assert "Lanterns burn 2 times." in article.text_content()
    assert page.xpath("//p[@class='cite']")[0].findtext("i") == "The Signet Gazette"
    assert len(page.xpath("//section[@aria-labelledby='bibliography']//li")) == 3
    assert "Nothing was left out." in page.text_content()


def test_of_several_versions_it_says_what_each_changed(made: Made) -> None:
    page = page_of(made(["signet-1"])[1])
    told = page.xpath("//dt[.='What changed']/following-sibling::dd[starts-with(., 'Version')]")
    assert [re.sub(r"\(\d{4}-.*?\)", "(DAY)", one.text_content()) for one in told] == [
        "Version 1 (DAY): the first",
        "Version 2 (DAY): description, date published, body (+2 −8 words)",
    ]


def test_a_docx_says_what_the_page_says(made: Made) -> None:
    _, page_file = made("lantern", style="apa")
    _, file = made("lantern", "docx", style="apa")
    page, document = page_of(page_file), document_of(file)
    headings = [node.text_content() for node in page.iter("h2")]
    assert paragraphs_of(document, "Heading1") == headings
    said = "".join(paragraphs_of(document))
    for block in page.xpath("//h1 | //p | //dd | //li | //td"):
        assert block.text_content() in said
    italic = [
        run.findtext(f"{W}t")
        for run in document.iter(f"{W}r")
        if run.find(f"{W}rPr/{W}i") is not None
    ]
    assert "The Signet Gazette" in italic
    found = [run for run in document.iter(f"{W}r") if run.find(f"{W}rPr/{W}highlight") is not None]
    assert {run.findtext(f"{W}t") for run in found} == {"Lantern", "lantern"}
    anchors = {mark.get(f"{W}name") for mark in document.iter(f"{W}bookmarkStart")}
    links = [link.get(f"{W}anchor") for link in document.iter(f"{W}hyperlink")]
    assert {link for link in links if link} <= anchors
    assert len([link for link in links if link]) == 9


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_asked_for_by_name_stands_in_that_order(made: Made, ending: str) -> None:
    dossier, file = made(["signet-3", "signet-1@1", "signet-2", "signet-3"], ending)
    assert [(one.story.ref, one.story.version) for one in dossier.stories] == [
        *(("signet-3", 1), ("signet-1", 1), ("signet-2", 1))
    ]
    assert "3 stories by name" in everything(file)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_query_that_finds_nothing_makes_an_empty_one(made: Made, ending: str) -> None:
    dossier, file = made("zebra", ending)
    assert (dossier.stories, dossier.counts) == ([], None)
    assert "Nothing was left out." in everything(file)


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_file_holds_what_is_withheld(tmp_path: Path, ending: str) -> None:
    reserved = {
        "noai": {"reservations": [{"term": "noai", "evidence": "meta", "value": "noai"}]},
        "mined": {
            "reservations": [{"term": "tdm-reservation", "evidence": "header", "value": "1"}]
        },
        "kept": {},
        "mapped": {"reservations": [{"term": "noarchive", "evidence": "meta", "value": "x"}]},
    }
    with a_run(tmp_path / "archive.db") as writer:
        for number, (name, how) in enumerate(reserved.items(), 1):
            for version in ("first", "second"):
                save(
                    writer,
                    story(
                        number,
                        headline=f"Lantern {name}, {version}",
                        description=f"{CANARY} in short",
                        body=f"{CANARY} {version} text of {name}, {CANARY}.",
                        corrections=[f"{CANARY} corrected"],
                        mentions=[
                            Mention(field="body", start=0, end=3, kind="court", value=CANARY)
                        ],
                        **how,
                    ),
                )
        save(writer, story(9, headline="Lantern given", body=f"Open lantern, {version}."))
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        for table, key in (("articles", "id"), ("version_rows", "article_id")):
            db.execute(
                f"UPDATE {table} SET policy = 'archive-only' "
                f"WHERE {key} = (SELECT id FROM articles WHERE ref = 'signet-3')"
            )
    path = tmp_path / f"made.{ending}"
    with PressArchive(tmp_path / "archive.db") as opened:
        dossier = opened.dossier(StoryQuery(words="lantern"), path=path)
    assert dossier.with_text == 1
    said = everything(path.read_bytes())
    assert CANARY not in said
    assert CANARY not in repr(dossier)
    assert " words)" not in said
    assert "headline" in "".join(change for one in dossier.stories for change in one.changes)
    for why in ("that AI not use it", "reserves text and data mining", "for this archive alone"):
        assert said.count(why) == 2, why


def test_what_a_source_asks_by_now_counts(made: Made) -> None:
    dossier, file = made("lantern", policies={"signet": "metadata-only"})
    assert dossier.with_text == 0
    assert "burn" not in everything(file)


def test_texts_beyond_what_a_dossier_holds_are_named(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_LETTERS", 70)
    dossier, file = made("lantern")
    assert [bool(one.paragraphs) for one in dossier.stories] == [True, False, False]
    assert "all that a dossier holds" in everything(file)


def test_of_stories_beyond_what_a_dossier_holds_is_told(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_STORIES", 2)
    path = archive.with_name("made.html")
    with PressArchive(archive) as opened:
        dossier = opened.dossier(StoryQuery(words="lantern"), path=path)
        assert (len(dossier.stories), dossier.is_cut) == (2, True)
        named = opened.dossier(["signet-3", "signet-2", "signet-1"], path=path)
    assert [one.story.ref for one in named.stories] == ["signet-3", "signet-2"]
    assert "More stories: a dossier has the first" in everything(path.read_bytes())


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> </title></style>",
    '{ MERGEFIELD x } { HYPERLINK "http://evil.example" \\o } DDEAUTO c:\\\\cmd "/k calc"',
    "{\\rtf1{\\field{\\*\\fldinst HYPERLINK x}}}",
    "=cmd|' /C calc'!A0",
    ']]> <!-- <w:fldSimple w:instr="DDE"/> &lt; &#x202e; &amp;',
    "{{ 777 * 777 }} {% include 'x' %} {# x #}",
    "gnp.\u202eexe\u2066 \u200fx \x02marked\x03 \x00\x0b\x1f\ufffe",
    "בית המשפט <b>פסק</b>, نص عربي",
)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_words(archive: Path, ending: str, text: str) -> None:
    hostile = {
        "headline": text,
        "body": f"{text}\n\n{text} lantern",
        "description": f"In short: {text}",
        "authors": (text,),
        "credit": (text,),
        "section": text,
        "publisher": text,
        "url": f"javascript:alert('{text}')",
        "retrieved_from": f"file:///{text}",
        "language": f'x" onclick="{text}',
        "corrections": (text,),
        "date_published": text,
    }
    with PressArchive(archive) as opened:
        bare = replace(opened.story("signet-2"), **hostile)
        file = of_rows(opened, bare, ending)
    said = clean(text)
    if ending == "html":
        page = page_of(file)
        (heading,) = page.xpath("//h2[@id='story_1']")
        assert heading.text_content() == f"1. {said}"
        shown = page.text_content()
    else:
        document = document_of(file)
        assert f"1. {said}" in paragraphs_of(document, "Heading1")
        shown = "\n".join(paragraphs_of(document))
    assert said in shown
    assert not re.search("[\u202a-\u202e\u2066\u2067\x00-\x08]", written(file))
    assert "603729" not in shown


def of_rows(opened: PressArchive, bare: Any, ending: str) -> bytes:
    made = gather_dossier(
        opened.db,
        export_rows([bare]),
        StoryQuery(words="lantern"),
        archive="archive.db",
        style="chicago",
        accessed="2026-12-01",
    )
    return b"".join(FORMS[ending][1](made))


@pytest.fixture(scope="module")
def one_story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PressArchive]:
    path = tmp_path_factory.mktemp("any") / "archive.db"
    with PressArchive(make_archive(path, [an_article()])) as opened:
        yield opened


@given(text=st.text(max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_words_can_be_read_back(one_story: PressArchive, text: str) -> None:
    bare = replace(one_story.story("gazette-1"), headline=text, body=f"{text}\n\n{text}")
    page = page_of(of_rows(one_story, bare, "html"))
    assert (
        page.xpath("//h2[@id='story_1']")[0].text_content().strip() == f"1. {clean(text)}".strip()
    )
    document = document_of(of_rows(one_story, bare, "docx"))
    assert f"1. {clean(text)}" in paragraphs_of(document, "Heading1")


def test_what_runs_from_the_right_is_said_to(archive: Path) -> None:
    text = "בית המשפט פסק"
    with PressArchive(archive) as opened:
        bare = replace(
            opened.story("signet-2"), headline=text, body=text, description="", language="he"
        )
        page = page_of(of_rows(opened, bare, "html"))
        document = document_of(of_rows(opened, bare, "docx"))
    assert page.xpath("//h2/bdi[@lang='he']")[0].text == text
    assert page.xpath("//div[@lang='he']/p[@dir='auto']")[0].text == text
    (paragraph,) = [one for one in document.iter(f"{W}p") if "".join(one.itertext()) == text]
    assert paragraph.find(f"{W}pPr/{W}bidi") is not None
    assert paragraph.find(f"{W}r/{W}rPr/{W}rtl") is not None
    assert paragraph.find(f"{W}r/{W}rPr/{W}lang").get(f"{W}bidi") == "he"


def test_no_form_has_another_ending(archive: Path) -> None:
    with PressArchive(archive) as opened:
        with pytest.raises(ValueError, match=r"ends in \.html or \.docx"):
            opened.dossier(["signet-1"], path=archive.with_name("made.pdf"))
        with pytest.raises(ValueError, match="not a day"):
            opened.dossier(["signet-1"], path=archive.with_name("made.html"), accessed="x")
    assert not archive.with_name("made.pdf").exists()


def test_without_python_docx_a_line_says_what_to_install(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(ImportError, match=r"tradepress\[docx\]"):
        made("lantern", "docx")
    assert made("lantern")[1]


def test_the_digest_of_a_captured_page_is_told(archive: Path) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        db.execute(
            "INSERT INTO captures (id, run_id, url, digest, file, offset, length, origin) "
            "VALUES (7, 1, 'http://x.example/', 'sha1:LANTERN', '', 0, 0, 'crawl')"
        )
        db.execute("UPDATE version_rows SET capture_id = 7")
    with tradepress.open(archive) as opened:
        opened.dossier(["signet-2"], path=archive.with_name("made.html"))
    assert "sha1:LANTERN" in archive.with_name("made.html").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("count", [20, 500])
def test_many_stories_are_one_file(tmp_path: Path, ending: str, count: int) -> None:
    many = (
        an_article(number, date_published=f"{1990 + number % 30}-05-06") for number in range(count)
    )
    archive, path = make_archive(tmp_path / "archive.db", many), tmp_path / f"made.{ending}"
    with PressArchive(archive) as opened:
        dossier = opened.dossier(StoryQuery(words="lantern"), path=path)
    assert len(dossier.stories) == dossier.with_text == count
    file = path.read_bytes()
    if ending == "html":
        assert len(page_of(file).xpath("//article")) == count
    else:
        assert len(paragraphs_of(document_of(file), "Heading1")) == count + 4


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_naughty_strings_are_words(tmp_path: Path, ending: str) -> None:
    saved = save_naughty_stories(tmp_path / "archive.db")
    path = tmp_path / f"made.{ending}"
    with PressArchive(tmp_path / "archive.db") as opened:
        dossier = opened.dossier(StoryQuery(), path=path)
    assert len(dossier.stories) == len(saved)
    file = path.read_bytes()
    if ending == "html":
        heads = [node.text_content() for node in page_of(file).xpath("//article/h2")]
    else:
        heads = paragraphs_of(document_of(file), "Heading1")[2:-2]
    assert heads == [f"{one.number}. {clean(one.story.headline)}" for one in dossier.stories]
