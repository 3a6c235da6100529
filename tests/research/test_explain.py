"""`archive.explain` and `tradepress explain`: why a story has what it has, byte by byte."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story

import tradepress
from tradepress.archive.captures.folder import capture_folder
from tradepress.command_line import run
from tradepress.research.explaining.explain_field import find_places
from tradepress.research.press_archive import PressArchive

HEADLINE = "Quill & Bräu loses the lantern mark"
PARAGRAPHS = (
    "Quill & Bräu has lost its lantern mark before the board, which saw no use of it for years.",
    "The brewer had shown invoices, a calendar and a photograph of a lamp, but no sale at all.",
    "Its rival, a maker of lamps in the next valley, had asked for the mark to be removed in May.",
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head>
<title>{HEADLINE.replace("&", "&amp;")} | Vale</title>
<script type="application/ld+json">{
    json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2019-03-04"})
}</script></head><body><article><h1>Quill &amp; Br&auml;u loses
  the lantern mark</h1><p class="byline">By Ada Orrin, 4 March 2019</p>
{"".join(f"<p>{one.replace('&', '&amp;')}</p>" for one in PARAGRAPHS)}
<h3>Related stories</h3><ul><li><a href="/n/2">Lamp maker opens a second valley</a></li></ul>
</article><footer><p>Vale Press, all rights reserved, printed in the valley.</p></footer></body>
"""
URL = "https://vale.example/news/quill-and-brau-loses-the-lantern-mark-77"


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one story, of a page in a file, and the page as captured."""
    folder = tmp_path_factory.mktemp("explained")
    (folder / "page.html").write_text(PAGE)
    found = tradepress.ingest(folder / "page.html", archive=folder / "archive.db", url=URL)
    assert found.counts["stored"] == 1
    return folder / "archive.db"


@pytest.fixture
def archive(ingested: Path) -> Iterator[PressArchive]:
    with tradepress.open(ingested) as opened:
        yield opened


def ref_of(archive: PressArchive) -> str:
    return next(archive.stories()).ref


def at(page: bytes, text: str) -> list[tuple[int, int]]:
    return [(one.offset, one.length) for one in find_places(page, text)]


@pytest.mark.parametrize(
    "written",
    [
        "Br\N{LATIN SMALL LETTER A WITH DIAERESIS}u & “Co”".encode(),
        b"Br&auml;u &amp; &ldquo;Co&rdquo;",
        b"Br&#228;u\n  &#38;&nbsp;&#8220;Co&#x201D;",
        b"Br&#0228;u &#038; &#x0201c;Co&#08221;",
        rb"Br\u00e4u & \u201cCo\u201D",
        rb"Br\u00E4u\n\u0026 \u201cCo" + "”".encode(),
        "Bräu & “Co”".encode("cp1252"),
    ],
)
def test_a_text_is_found_as_pages_write_it(written: bytes) -> None:
    assert at(b"<p>" + written + b"</p>", "Bräu & “Co”") == [(3, len(written))]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('He said: "a/b"', rb"He said: \"a\/b\""),
        ("It's <b>", b"It&apos;s &lt;b&gt;"),
        ("\U0001f3ee lamp", rb"\ud83c\udfee lamp"),
        ("a.c", b"a.c"),
    ],
)
def test_quotes_slashes_and_signs_are_found_escaped(text: str, written: bytes) -> None:
    assert at(b"<p>abc " + written, text) == [(7, len(written))]


def test_three_places_are_enough_and_nothing_is_found_that_is_not_there() -> None:
    assert len(at(b"lamp " * 9, "lamp")) == 3
    assert at(b"l<b>amp</b>", "lamp") == []
    assert at(b"no? lamp", "no\u4e00 lamp") == []


def test_of_a_long_page_it_is_said_how_far_it_was_looked_through(
    archive: PressArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepress.research.explaining.explain_field.MOST_BYTES", 50)
    told = archive.explain(ref_of(archive), "headline")
    end = "does not stand literally in the first 50 bytes of the captured page"
    assert told.places == ()
    assert told.remarks == (f"“{HEADLINE}” {end}",)


def test_a_headline_has_its_readings_bytes_rules_and_times(archive: PressArchive) -> None:
    told = archive.explain(ref_of(archive), "headline")
    assert told.value == HEADLINE
    assert {"h1", "json-ld headline"} <= {one.evidence for one in told.readings}
    assert told.extractor.startswith("tradepress ")
    page = PAGE.encode()
    stands = [page[one.offset : one.offset + one.length] for one in told.places]
    assert b"Quill &amp; Br&auml;u loses\n  the lantern mark" in stands
    assert rb"Quill & Br\u00e4u loses the lantern mark" in stands
    assert "say the same" in told.decided
    assert told.remarks == ()


def test_a_day_is_found_as_printed_and_as_declared(archive: PressArchive) -> None:
    told = archive.explain(ref_of(archive), "date_published")
    assert told.value == "2019-03-04"
    page = PAGE.encode()
    assert b"2019-03-04" in {page[one.offset : one.offset + one.length] for one in told.places}


def test_what_is_judged_is_not_looked_for(archive: PressArchive) -> None:
    told = archive.explain(ref_of(archive), "language")
    assert (told.value, told.places, told.remarks) == ("en", (), ())


def test_each_paragraph_of_the_page_is_kept_or_left_out_by_something(archive: PressArchive) -> None:
    told = archive.explain(ref_of(archive), "body")
    assert [one.text for one in told.paragraphs if one.is_kept] == [*PARAGRAPHS]
    left = {one.text: one.why for one in told.paragraphs if not one.is_kept}
    assert left["Related stories"] == "the block model, as unlikely"
    assert all(left.values())
    assert told.remarks[-1].endswith(": the text that is stored")
    assert len(told.places) == len(PARAGRAPHS)


def test_a_text_that_the_rules_no_longer_give_is_told(ingested: Path, tmp_path: Path) -> None:
    import shutil
    import sqlite3

    copy = tmp_path / "archive.db"
    shutil.copy(ingested, copy)
    shutil.copytree(capture_folder(ingested), capture_folder(copy))
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE version_rows SET body = 'Other words.'")
    with tradepress.open(copy) as archive:
        told = archive.explain(ref_of(archive), "body")
        assert told.remarks[0] == "“Other words.” does not stand literally in the captured page"
        assert told.remarks[1].endswith("another text than is stored")
    for file in capture_folder(copy).iterdir():
        file.unlink()
    with tradepress.open(copy) as archive:
        told = archive.explain(ref_of(archive), "body")
        assert "is missing from" in told.remarks[0]
        assert told.paragraphs == ()


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of a story without a page."""
    monkeypatch.chdir(tmp_path)
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for name in ("Lamp lost", "Lamp won"):
            save(
                writer,
                story(1, headline=name),
                evidence={
                    "headline": [
                        {"value": name, "evidence": "h1"},
                        {"value": "A lamp", "evidence": "og:title"},
                        {"value": f"{name} in court", "evidence": "feed"},
                    ]
                },
            )
        writer.end_run("done", 0)
    return tmp_path / "archive.db"


def test_what_other_versions_say_and_who_agrees_is_told(
    versions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "signet-1@1", "headline"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "signet-1@1 headline"
    assert "value       Lamp lost" in lines
    assert (
        "decided by  the first reading, the heading of the page; 1 of 2 others say the same"
        in lines
    )
    assert "witness     “Lamp lost in court”: the paper’s feed" in lines
    assert any(one.startswith("remark      no captured page of signet-1@1") for one in lines)
    assert lines[-1].startswith("version 2   Lamp won (saved ")
    assert run(["explain", "signet-1", "authors", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["value"], told["others"][0][2]) == (2, ["Petra Holm"], "the same")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["signet-9"], "no story has the ref signet-9"),
        (["signet-1@7"], "signet-1 has no version '7'"),
        (["signet-1", "title"], "no field 'title'; it has source, site_id, url,"),
    ],
)
def test_what_is_not_there_is_one_line(
    versions: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert run(["explain", *words]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
