"""What is cited of a story, and which stories are meant."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from archive_rows import SISTER, Clock, Page, Pages, Writer, clock, open_writer, save, story, writer
from citations import EVERY, MEMENTO, PLAIN

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import load_story
from tradepress.research.citation.asked_stories import asked_stories, is_story_name
from tradepress.research.citation.author_names import AuthorName, author_name
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.press_archive import PressArchive

__all__ = ["clock", "writer"]


@pytest.mark.parametrize(
    ("whole", "family", "given"),
    [
        ("Petra Holm", "Holm", "Petra"),
        ("Rory O’Dell", "O’Dell", "Rory"),
        ("Emeka Sandoval-Hurst", "Sandoval-Hurst", "Emeka"),
        ("Jean-Luc Dubois", "Dubois", "Jean-Luc"),
        ("Jan van der Berg", "van der Berg", "Jan"),
        ("Ida M. Lund", "Lund", "Ida M."),
        ("J. R. McKinstry", "McKinstry", "J. R."),
        ("JR Holm", "Holm", "JR"),
        ("Zoë Ångström", "Ångström", "Zoë"),
    ],
)
def test_a_name_is_split_where_that_can_be_told(whole: str, family: str, given: str) -> None:
    name = author_name(whole)
    assert (name.whole, name.family, name.given) == (whole, family, given)


@pytest.mark.parametrize(
    "whole",
    [
        "Petra",
        "Mary Anne Holm",
        "Gabriel García Márquez",
        "Petra Holm Jr.",
        "Dr Petra Holm",
        "Orrin & Vale",
        "Lantern Staff",
        "The Gazette",
        "Vale LLP",
        "Reuters News",
        "ASU Online",
        "VLP Associates",
        "petra holm",
        "PETRA HOLM",
        "Holm, Petra",
        "Petra H0lm",
        "王 小明",
        "דנה כהן",
        "Дана Коган",
        "petra@gazette.example",
        "IPKat 2",
    ],
)
def test_a_name_that_cant_be_split_stays_whole(whole: str) -> None:
    name = author_name(whole)
    assert (name.whole, name.family, name.given) == (whole, None, None)


def test_a_name_is_not_split_by_the_rules_of_another_language() -> None:
    assert author_name("Zhang Wei", language="zh").family is None
    assert author_name("Lantern Post", publication="The Lantern Post").family is None
    assert author_name("Lantern Post", publication="The Gazette").family == "Post"


def test_where_nobody_signed_an_agency_is_the_author_and_is_not_parted(writer: Writer) -> None:
    told = ("Agence France-Presse", "Gazette Newsroom", "Signet Gazette", "Holm Institute")
    save(writer, story(1, authors=(), credit=told))
    save(writer, story(2, credit=told))
    writer.commit()
    bodies = [
        citation_of(load_story(writer.db, ref), "2026-11-27").authors
        for ref in ("signet-1", "signet-2")
    ]
    whole = (AuthorName(whole="Agence France-Presse"), AuthorName(whole="Holm Institute"))
    assert bodies == [whole, (author_name("Petra Holm"),)]


def test_the_facts_of_a_story(writer: Writer) -> None:
    writer.transaction.captures = Pages()  # type: ignore[assignment]
    page = Page(date_captured=datetime(2020, 1, 1, 9, 15, tzinfo=UTC))
    save(writer, story(1, date_published="2017-08-04T10:00:00+01:00"), capture=page)
    writer.commit()
    kept = load_story(writer.db, "signet-1")
    citation, name = citation_of(kept, "2026-11-27"), f"signet-1@{kept.content_hash[:10]}"
    assert citation == replace(
        PLAIN,
        ref=name,
        authors=(author_name("Petra Holm"),),
        headline="Orrin Vale loses appeal 1",
        publication="The Signet Gazette",
        issued="2017-08-04",
        section="Trademarks",
        url="http://signetgazette.example/trademark/orrin-vale-1",
        captured_at="2020-01-01T09:15:00Z",
    )
    assert citation.key == f"signet-1-{kept.content_hash[:10]}"
    assert (citation.archive, citation.archive_location) == ("Tradepress", name)
    assert citation.archived == f"Archived 2020-01-01T09:15:00Z, Tradepress {name}"


def test_a_version_is_cited_as_it_stood(writer: Writer, clock: Clock) -> None:
    save(writer, story(1, headline="Lantern mark refused", authors=[]))
    clock.now = "2027-01-01T09:00:00Z"
    save(writer, story(1, headline="Beacon mark refused", authors=["Ida Lund"]))
    writer.commit()
    first, second, current = asked_stories(writer.db, ["signet-1@1", "signet-1@2", "signet-1"])
    told = [citation_of(one, "2026-11-27") for one in (first, second, current)]
    assert [one.headline for one in told] == ["Lantern mark refused", *["Beacon mark refused"] * 2]
    assert [one.ref for one in told] == [one.cited_name for one in (first, second, current)]
    assert told[0].ref != told[1].ref == told[2].ref
    again = load_story(writer.db, told[0].ref)
    assert (again.version, again.headline) == (1, first.headline)
    assert [len(one.authors) for one in told] == [0, 1, 1]


def test_who_holds_the_page() -> None:
    assert EVERY["blog"].archive == "Internet Archive"
    assert EVERY["blog"].archive_location == MEMENTO
    elsewhere = replace(PLAIN, memento="https://arquivo.example/wayback/2018/http://x.example/")
    assert elsewhere.archive == "arquivo.example"
    assert elsewhere.archived == (
        "Archived 2026-11-24T09:15:00Z, https://arquivo.example/wayback/2018/http://x.example/, "
        "Tradepress makers-5431@5eed0f1a3c"
    )
    assert EVERY["no time"].archived == f"Archived, Tradepress {EVERY['no time'].ref}"


@pytest.mark.parametrize(
    ("published", "issued"),
    [("2017-08", "2017-08"), ("2017", "2017"), (None, None)],
)
def test_no_more_of_the_day_is_said_than_is_known(
    writer: Writer, published: str | None, issued: str | None
) -> None:
    save(writer, story(1))
    writer.commit()
    dated = replace(load_story(writer.db, "signet-1"), date_published=published)
    assert citation_of(dated, "2026-11-27").issued == issued


def test_a_blog_is_cited_as_one(writer: Writer) -> None:
    writer.save_source({**SISTER, "cited_as": "blog"})
    save(writer, story(3, source="makers", url=f"{SISTER['home_url']}news/3"))
    save(writer, story(1))
    writer.commit()
    told = {one.ref: one.cited_as for one in asked_stories(writer.db, StoryQuery())}
    assert told == {"makers-3": "blog", "signet-1": "newspaper"}


def test_an_unknown_ref_is_told_before_anything_is_given(writer: Writer) -> None:
    save(writer, story(1))
    writer.commit()
    with pytest.raises(NoSuchArticle, match="did you mean signet-1"):
        asked_stories(writer.db, ["signet-1", "signet-11"])


@pytest.mark.parametrize(
    ("word", "is_name"),
    [
        ("signet-1", True),
        ("Signet-abc", True),
        ("wipr-14415", True),
        ("gazette-0a1b2c3d4e5f", True),
        ("other-1@2", True),
        ("https://signetgazette.example/x", True),
        ("trade-mark", False),
        ("covid-19", False),
        ("signet", False),
        ('"signet-1"', False),
        ("-signet", False),
        ("petra@gazette.example", False),
    ],
)
def test_names_and_words_are_told_apart(writer: Writer, word: str, is_name: bool) -> None:
    assert is_story_name(writer.db, word) is is_name


def test_the_archive_cites(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cite") / "archive.db"
    with open_writer(path) as one:
        one.save_source({**SISTER, "name": "signet"})
        one.start_run("tests", ["signet"], "0")
        save(one, story(1))
        save(one, story(2, date_published="2016-01-02"))
        one.end_run("done", 0)
    with PressArchive(path) as archive:
        by_ref = "".join(archive.cite("signet-1", format="ris", accessed="2026-11-27"))
        by_query = list(archive.cite(StoryQuery(since="2017"), format="ris", accessed="2026-11-27"))
        assert by_query == [by_ref]
        assert [line[:4] for line in archive.cite(StoryQuery(), style="apa")] == ["Holm"] * 2
        assert "".join(archive.cite([], format="csl-json")) == "[]\n"
        for wrong, words in (
            ({"style": "mla"}, "no style 'mla': give one of apa, bluebook, chicago, oscola"),
            ({"format": "endnote"}, "no format 'endnote': give one of text, html"),
            (
                {"format": "ris", "style": "apa"},
                "a style goes with text, markdown, html, not with ris",
            ),
        ):
            with pytest.raises(ValueError, match=words):
                archive.cite("signet-1", **wrong)  # type: ignore[arg-type]
