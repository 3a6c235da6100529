"""What is cited of a story, and which stories are meant."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from archive_rows import SISTER, Clock, Page, Pages, Writer, clock, open_writer, save, story, writer
from citations import EVERY, MEMENTO, PLAIN
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import load_story
from tradepress.research.citation.asked_stories import asked_stories, is_story_name
from tradepress.research.citation.author_names import AuthorName, author_name, is_label
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
        ("Ida M. Lund", "Lund", "Ida M."),
        ("J. R. McKinstry", "McKinstry", "J. R."),
        ("JR Holm", "Holm", "JR"),
        ("Zoë Ångström", "Ångström", "Zoë"),
        ("Ira DeVale", "DeVale", "Ira"),
        ("Yi-jin Yu", "Yu", "Yi-jin"),
        ("Kim Holm", "Holm", "Kim"),
        ("Van Holm", "Holm", "Van"),
        ("Ben Lawrence", "Lawrence", "Ben"),
        ("Jan van der Berg", "van der Berg", "Jan"),
        ("van der Berg, Jan", "van der Berg", "Jan"),
        ("Jan von und zu Berg", "von und zu Berg", "Jan"),
        ("Jan van ’t Berg", "van ’t Berg", "Jan"),
        ("Jan de La Montagne", "de La Montagne", "Jan"),
        ("Jan ben Orrin", "ben Orrin", "Jan"),
        ("Jan bin Orrin", "bin Orrin", "Jan"),
        ("Jan de la O", "de la O", "Jan"),
        ("Oscar De La O", "De La O", "Oscar"),
        ("Jan Van Der Berg", "Van Der Berg", "Jan"),
        ("Jeanne d’Arcy", "d’Arcy", "Jeanne"),
        ("Ali al-Holm", "al-Holm", "Ali"),
        ("Gabriel García Márquez", "García Márquez", "Gabriel"),
        ("Holm, Petra", "Holm", "Petra"),
        ("Holm, P. J.", "Holm", "P. J."),
        ("Petra Holm, PhD", "Holm", "Petra"),
        ("Petra Holm, MS, RD, FAND", "Holm", "Petra"),
        ("PETRA HOLM", "Holm", "Petra"),
        ("PETRA McDONALD", "McDonald", "Petra"),
        ("PETRA MCDONALD", "McDonald", "Petra"),
        ("PETRA D. O’DELL-HOLM", "O’Dell-Holm", "Petra D."),
        ("Petra Anna HOLM", "Holm", "Petra Anna"),
        ("JAN VAN DER BERG", "Van Der Berg", "Jan"),
    ],
)
def test_a_name_is_split_where_that_can_be_told(whole: str, family: str, given: str) -> None:
    assert author_name(whole) == AuthorName(whole=whole, family=family, given=given)


@pytest.mark.parametrize(
    ("whole", "suffix"),
    [
        ("Petra Holm Jr.", "Jr."),
        ("Petra Holm, Jr", "Jr"),
        ("Petra Holm Sr", "Sr"),
        ("Petra Holm II", "II"),
        ("Petra Holm III", "III"),
        ("PETRA HOLM IV", "IV"),
        ("Holm, Petra, Jr.", "Jr."),
    ],
)
def test_a_suffix_is_a_part_of_its_own(whole: str, suffix: str) -> None:
    assert author_name(whole) == AuthorName(
        whole=whole, given="Petra", family="Holm", suffix=suffix
    )


@pytest.mark.parametrize(
    ("whole", "language", "parts"),
    [
        ("Ana Vale Lund", "es", "Ana|Vale Lund"),
        ("José Luis Vale", "es", "José Luis|Vale"),
        ("José Luis Vale Lund", "es", "José Luis|Vale Lund"),
        ("Ana Vale de la Torre", "es", "Ana|Vale de la Torre"),
        ("Ana Vale y Lund", "es", "Ana|Vale y Lund"),
        ("Ana Vale i Lund", "ca", "Ana|Vale i Lund"),
        ("Ana Vale Lund", "pt", None),
        ("Ana García López", "pt", None),
        ("Ana de Sousa", "pt", "Ana|de Sousa"),
        ("Ana Vale Lund", "en", None),
        ("Ana García Lund", "en", None),
        ("María del Carmen", "es", None),
        ("Juan Carlos", "es", None),
        ("JAN VAN DER BERG", "nl", "Jan|van der Berg"),
        ("PETRA IŞIK", "tr", None),
        ("Zhang Wei", "zh", None),
        ("Zhang Wei", "en", None),
        ("Kim Jae-in", "en", None),
        ("Kim Jae-In", "en", None),
        ("Nguyen Van Anh", "en", None),
        ("Holm Petra", "hu", None),
    ],
)
def test_parts_hang_on_the_language(whole: str, language: str, parts: str | None) -> None:
    name = author_name(whole, language=language)
    told = "|".join(filter(None, (name.given, name.family)))
    assert (told or None) == parts


BODIES = (
    *("Deutsche Presse-Agentur", "Anadolu Ajansı", "Agence France-Presse", "Agencia EFE"),
    *("Polska Agencja Prasowa", "Agenzia Vale", "Tiskova Agentura", "Vale Ügynökség"),
    *("Kancelaria Holm", "Rechtsanwälte Holm", "Studio Legale Holm", "Cabinet Holm"),
    *("Holm Advocaten", "Holm Advokatbyrå", "Holm Asianajotoimisto", "Holm Abogados"),
    *("Holm Advogados", "Holm Hukuk", "Holm Ügyvédi Iroda", "Holmnachrichten Vale"),
    *("Holm GmbH", "Vale LLP", "ORRIN VALE LLP", "Orrin Vale, LLP", "Vale Holm S.A."),
    *("Reuters News", "ASU Online", "VLP Associates", "Petra Holm, Berlin Bureau", "vale.com"),
)


@pytest.mark.parametrize("whole", BODIES)
def test_agencies_and_firms_stay_whole_in_every_language(whole: str) -> None:
    assert author_name(whole) == AuthorName(whole=whole, is_body=True)


@pytest.mark.parametrize(
    "whole",
    [
        "Petra",
        "Mary Anne Holm",
        "Elizabeth II",
        "Dr Petra Holm",
        "Orrin & Vale",
        "Petra and Ida",
        "Petra und Ida",
        "Petra Holm, Berlin",
        "Petra Holm, Ida Lund",
        "The Beacon",
        "Le Phare",
        "Petra BBC",
        "BTM HOLM-VALE",
        "Frau Holm",
        "HOLM Petra",
        "PETRA ANNE HOLM",
        "petra holm",
        "Petra H0lm",
        "Petra von",
        "王 小明",
        "דנה כהן",
        "Дана Коган",
        "IPKat 2",
        "",
        ",",
        "Jr., II",
        "' -",
    ],
)
def test_a_name_that_cant_be_split_stays_whole(whole: str) -> None:
    assert author_name(whole) == AuthorName(whole=whole)


@given(st.lists(st.sampled_from([*"'-.,& ", "HOLM", "Mc", "De La O", "Petra", "Jr", "王", "ß"])))
def test_no_name_is_too_odd(pieces: list[str]) -> None:
    whole = " ".join("".join(pieces).split())
    name = author_name(whole, language="es", publication="Lantern")
    assert (name.given is None) == (name.family is None)
    assert is_label(whole, "Lantern") in (True, False)


@pytest.mark.parametrize(
    "whole",
    [
        *("MS, & RD.", "M.D.", "PhD", "By", "Staff", "Admin", "Follow us", "Senior Reporter"),
        *("News Desk", "Redaktion", "petra@gazette.example", "—", "Gazette staff"),
    ],
)
def test_a_label_is_no_author(whole: str) -> None:
    assert is_label(whole, "The Signet Gazette")


@pytest.mark.parametrize(
    "whole",
    ["MS", "R. R.", "AP", "王", "Judith Guest", "Lantern Staff", "The Signet Gazette", "admin7"],
)
def test_what_may_be_a_name_is_an_author(whole: str) -> None:
    assert not is_label(whole, "The Signet Gazette")


def test_the_paper_is_not_split() -> None:
    assert author_name("Lantern Beacon", publication="The Lantern Beacon").family is None
    assert author_name("Lantern Beacon", publication="The Gazette").family == "Beacon"


def test_where_nobody_signed_an_agency_is_the_author_and_is_not_parted(writer: Writer) -> None:
    told = ("Agence France-Presse", "Gazette Newsroom", "Signet Gazette", "Holm Institute")
    save(writer, story(1, authors=(), credit=told))
    save(writer, story(2, credit=told))
    save(writer, story(3, authors=("Gazette staff", "MS, & RD."), credit=told))
    writer.commit()
    bodies = [
        citation_of(load_story(writer.db, ref), "2026-11-27").authors
        for ref in ("signet-1", "signet-2", "signet-3")
    ]
    whole = tuple(
        AuthorName(whole=one, is_body=True) for one in ("Agence France-Presse", "Holm Institute")
    )
    assert bodies == [whole, (author_name("Petra Holm"),), whole]


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
        kept_on=kept.date_archived[:10],
    )
    assert citation.key == f"signet-1-{kept.content_hash[:10]}"
    assert (citation.archive, citation.archive_location) == ("Tradepress", name)
    assert citation.archived == f"Archived 2020-01-01T09:15:00Z, Tradepress {name}"


def test_a_capture_known_by_its_day_is_cited_as_that_day(writer: Writer) -> None:
    writer.transaction.captures = Pages()  # type: ignore[assignment]
    save(writer, story(1), capture=Page(date_captured=datetime(2025, 1, 5, tzinfo=UTC)))
    writer.commit()
    citation = citation_of(load_story(writer.db, "signet-1"), "2026-11-27")
    assert citation.captured_at == "2025-01-05"
    assert citation.archived == f"Archived 2025-01-05, Tradepress {citation.ref}"


def test_a_story_without_a_capture_says_when_it_was_kept(writer: Writer, clock: Clock) -> None:
    clock.now = "2026-11-24T09:15:00Z"
    save(writer, story(1), kind="file")
    writer.commit()
    citation = citation_of(load_story(writer.db, "signet-1"), "2026-11-27")
    assert citation.captured_at is None
    assert citation.archived == f"Kept 2026-11-24, Tradepress {citation.ref}"


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
    assert EVERY["no time"].archived == f"Kept 2026-11-25, Tradepress {EVERY['no time'].ref}"


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
