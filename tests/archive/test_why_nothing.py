"""Why a search finds nothing."""

from typing import Any

import pytest
from archive_rows import PAPER, SISTER, Writer, asked, clock, count, save, story, writer

from tradepress.archive.search.why_nothing import explain_nothing, why_nothing

__all__ = ["clock", "writer"]


@pytest.fixture
def filled(writer: Writer) -> Writer:
    writer.save_source(SISTER)
    save(writer, story(1, headline="Lamp, a trade mark, refused", date_published="2015-03-02"))
    save(writer, story(2, headline="Oil refused", date_published="2018-01-31", section="Designs"))
    writer.commit()
    return writer


@pytest.mark.parametrize(
    ("words", "filters", "reasons"),
    [
        ("lantrn", {}, ["no story has “lantrn”"]),
        ("lantrn OR headline:orrin", {}, ["no story has “lantrn”", "no headline has “orrin”"]),
        ("zzz*", {}, ["no story has “zzz*”"]),
        ("ohim ohim", {"variants": True}, ["no story has “ohim”"]),
        ("trademark zzz", {"variants": True}, ["no story has “zzz”"]),
        (
            "headline:(lamp oil)",
            {},
            ["no story fits the words as they are put together"],
        ),
        ("lamp", {"section": "Designs"}, ["without section Designs: 1 story"]),
        (
            "lamp",
            {"since": "2016", "section": "Designs"},
            ["without any of the filters: 1 story"],
        ),
        (
            None,
            {"since": "2016", "until": "2017", "doubtful": True},
            ["without any of the filters: 2 stories"],
        ),
        (None, {"doubtful": True}, ["without doubtful: 2 stories"]),
        ("author:hulm", {}, ["no author has “hulm” in the name: it has Petra Holm"]),
        (
            "lamp",
            {"since": "2017", "until": "2016"},
            ["since 2017 lies after until 2016: no day is both"],
        ),
        (None, {"until": "2014"}, ["the stories begin on 2015-03-02, later than 2014"]),
        (
            None,
            {"since": "2019", "source": "signet"},
            ["the stories of signet end on 2018-01-31, earlier than 2019"],
        ),
        (
            None,
            {"since": "2019", "source": ("signet", "makers")},
            ["the stories of signet, makers end on 2018-01-31, earlier than 2019"],
        ),
        ("lamp", {"since": "2018-01-31"}, ["without since 2018-01-31: 1 story"]),
        (
            "lamp",
            {"since": "2017-08-04", "until": "2017"},
            ["without since 2017-08-04: 1 story"],
        ),
        (
            "oil",
            {"until": "2015-03"},
            ["without until 2015-03: 1 story"],
        ),
        (
            "lamp",
            {"as_of": "2020-01-01"},
            ["the archive held its first story on 2026-11-24, later than 2020-01-01"],
        ),
        (
            "lamp",
            {"seen_on": "2020-01-01"},
            ["the archive knows of the first page seen on 2026-11-24, later than 2020-01-01"],
        ),
        (
            "signet-1 signet-2 lamp",
            {},
            [
                "“signet-1” is the name of a story, and a name stands alone",
                "“signet-2” is the name of a story, and a name stands alone",
            ],
        ),
        (
            "https://signetgazette.example/nowhere",
            {},
            ["no story is kept from https://signetgazette.example/nowhere"],
        ),
    ],
)
def test_reasons(
    filled: Writer, words: str | None, filters: dict[str, Any], reasons: list[str]
) -> None:
    assert count(filled.db, words, **filters) == 0
    assert why_nothing(filled.db, asked(words, **filters)) == reasons


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ("lamp -lamp -zzz", ["without -lamp: 1 story"]),
        ("lamp NOT refused", ["without -refused: 1 story"]),
        ("refused -lamp -oil", ["without -lamp: 1 story", "without -oil: 1 story"]),
        ("lamp -trade -refused", ["without -trade -refused: 1 story"]),
        ('refused -(lamp OR "oil")', ["without -(lamp OR oil): 2 stories"]),
        ("-refused", ["without -refused: 2 stories"]),
        ("zzz -lamp", ["no story has “zzz”"]),
    ],
)
def test_what_excludes_all_is_named(filled: Writer, words: str, reasons: list[str]) -> None:
    assert why_nothing(filled.db, asked(words)) == reasons


def test_a_way_out_of_what_is_excluded_is_a_query(filled: Writer) -> None:
    words = 'refused -headline:"trade mark" -oil (trade OR lamp)'
    (way,) = explain_nothing(filled.db, asked(words)).ways_out
    assert way.excluded == '-headline:"trade mark"'
    assert count(filled.db, way.query.words) == way.stories == 1


def test_an_empty_archive_says_so(writer: Writer) -> None:
    assert PAPER["name"] == "signet"
    assert why_nothing(writer.db, asked("lamp")) == ["the archive holds no stories yet"]
