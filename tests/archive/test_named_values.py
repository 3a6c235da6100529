"""Filters by names: authors, courts, offices, cases, numbers and firms."""

from typing import Any

import pytest
from archive_rows import SISTER, Clock, Writer, asked, clock, count, find, save, story, writer

from tradepress.archive.errors import QueryError
from tradepress.archive.search.languages import language_names
from tradepress.archive.search.meant_names import UnknownName, with_meant_names
from tradepress.archive.search.named_values import (
    fold,
    has_words,
    mentioned_values,
    tokens_of,
)
from tradepress.archive.search.search_matches import find_matches
from tradepress.story import Mention

__all__ = ["clock", "writer"]

MENTIONED = (
    ("court", "General Court"),
    ("office", "EUIPO"),
    ("case", "Vale & Sons v Holm"),
    ("cjeu", "T-449/18"),
    ("registration", "EUTM 1234567"),
    ("firm", "Lantern Quince LLP"),
)

A_FIRM = Mention(field="body", start=0, end=1, kind="firm", value="Lantern Quince LLP")


@pytest.fixture
def named(writer: Writer) -> Writer:
    """Of four stories the first mentions one of each kind, and the third had Zoë as an author."""
    text = story(1)["body"]
    mentions = [
        Mention(field="body", start=place, end=place + 1, kind=kind, value=value)  # type: ignore[arg-type]
        for place, (kind, value) in enumerate(MENTIONED)
    ]
    save(writer, story(1, authors=["Petra Holm"], mentions=mentions, body=text))
    save(writer, story(2, authors=["Zoë Müller", "Petra Holm"], section="Designs"))
    save(writer, story(3, authors=["Zoë Müller"]))
    save(writer, story(4, authors=[], section=None, credit=["Quay Press Agency"]))
    writer.commit()
    return writer


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"author": "petra holm"}, [1, 2]),
        ({"author": "ZOE MULLER"}, [2, 3]),
        ({"author": ("petra holm", "zoe muller")}, [1, 2, 3]),
        ({"author": "holm"}, []),
        ({"author": "quay press agency"}, [4]),
        ({"court": "general court"}, [1]),
        ({"office": "euipo"}, [1]),
        ({"firm": "LANTERN QUINCE LLP"}, [1]),
        ({"case": "vale & sons v holm"}, [1]),
        ({"case": "Holm"}, [1]),
        ({"case": "sons"}, [1]),
        ({"case": "vale holm"}, []),
        ({"number": "t 449 18"}, [1]),
        ({"number": "T-449/18"}, [1]),
        ({"number": "eutm1234567"}, [1]),
        ({"number": "449/18"}, []),
        ({"number": ("T-449/18", "nothing")}, [1]),
        ({"court": "General Court", "author": "zoe muller"}, []),
    ],
)
def test_stories_by_name(named: Writer, filters: dict[str, Any], found: list[int]) -> None:
    for words in (None, "orrin"):
        for how in ({}, {"order": "date"}, {"as_of": "2026-11-24"}):
            hits = find(named.db, words, **filters, **how)
            assert sorted(hit.ref for hit in hits) == [f"signet-{number}" for number in found]
        assert count(named.db, words, **filters) == len(found)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("author:holm", [1, 2]),
        ('author:"quay press"', [4]),
        ('author:"petra holm"', [1, 2]),
        ("author:(mul* OR petra)", [1, 2, 3]),
        ("-author:holm", [3, 4]),
        ("section:design*", [2]),
        ("-section:trademarks", [2, 4]),
        ("section:nowhere", []),
    ],
)
def test_stories_by_words_of_a_name(named: Writer, words: str, found: list[int]) -> None:
    assert sorted(hit.ref for hit in find(named.db, words)) == [f"signet-{n}" for n in found]


def test_the_author_of_a_former_version(writer: Writer, clock: Clock) -> None:
    clock.now = "2020-01-01T09:00:00Z"
    save(writer, story(1, authors=["Zoë Müller"], section="Designs"))
    clock.now = "2020-03-01T09:00:00Z"
    save(writer, story(1, authors=["Petra Holm"], headline="Vale wins"))
    writer.commit()
    for words, filters in ((None, {"author": "Zoe Muller"}), ("author:zoe section:designs", {})):
        assert find(writer.db, words, **filters) == []
        (hit,) = find(writer.db, words, as_of="2020-02-01", **filters)
        assert hit.version == 1


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"author": "Petra Halm"}, "no author 'Petra Halm': did you mean Petra Holm?"),
        ({"court": "Generel Court"}, "no court 'Generel Court': did you mean General Court?"),
        ({"case": "Nobody"}, "no case 'Nobody': it has Vale & Sons v Holm."),
        ({"number": "1"}, "no number '1': it has EUTM 1234567, T-449/18."),
        ({"source": "SIGNER"}, "no source 'SIGNER': did you mean signet?"),
        ({"language": "Japanese"}, "no language 'Japanese': it has en."),
        ({"section": ("designs", "Cars")}, "no section 'Cars': it has Designs, Trademarks."),
        ({"firm": "Zz"}, "no firm 'Zz': it has Lantern Quince LLP."),
    ],
)
def test_a_name_that_no_story_has_is_refused(
    named: Writer, filters: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnknownName, match=words.replace("?", r"\?")):
        with_meant_names(named.db, asked(**filters))


def test_names_that_stories_have_are_known_in_any_case(named: Writer) -> None:
    known = {"author": "ZOE muller", "court": "general court", "case": "holm", "number": "t449/18"}
    with_meant_names(named.db, asked(source="signet", section="designs", language="EN", **known))


def test_former_versions_are_read_for_what_is_not_known_today_alone(
    writer: Writer, clock: Clock
) -> None:
    save(writer, story(1, authors=["Zoë Müller"], section="Designs"))
    clock.now = "2030-03-01T09:00:00Z"
    save(writer, story(1, authors=["Petra Holm"], headline="Vale wins", language=None))
    save(writer, story(2))
    writer.commit()
    known = {"author": "petra holm", "section": "trademarks", "language": "EN"}
    asked_for: list[str] = []
    with writer.db.tracer(lambda sql, _: asked_for.append(sql)):
        with_meant_names(writer.db, asked(**known))
    assert asked_for
    assert not any("versions" in sql for sql in asked_for)
    with_meant_names(writer.db, asked(author=("Petra Holm", "zoe muller"), section="DESIGNS"))


def test_a_search_by_mentions_or_author_reads_no_wide_row(named: Writer) -> None:
    for filters in ({"court": "General Court"}, {"author": "Petra Holm"}):
        for words in (None, "orrin", "author:holm", "-orrin"):
            for order in ("date", None):
                matches = find_matches(named.db, asked(words, **filters))
                sql = f"EXPLAIN QUERY PLAN {matches.select(order)}"
                steps = [row["detail"] for row in named.db.query(sql, matches.parameters)]
                read = [step for step in steps if " stories " in step or " mentions " in step]
                assert read
                assert all("COVERING INDEX" in step for step in read), steps


@pytest.mark.parametrize("kinds", [("court",), ("court", "firm")])
def test_a_kind_is_looked_for_among_the_mentions_of_a_story(
    named: Writer, kinds: tuple[str, ...]
) -> None:
    for words in (None, "orrin"):
        for day in ({}, {"as_of": "2026-11-24"}):
            matches = find_matches(named.db, asked(words, mentions=kinds, **day))
            sql = f"EXPLAIN QUERY PLAN {matches.select('date')}"
            steps = [row["detail"] for row in named.db.query(sql, matches.parameters)]
            looks = [step for step in steps if " mentions " in step]
            assert looks
            assert all("PRIMARY KEY (version_id=?)" in step for step in looks), steps


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert fold("Zoë  MÜLLER-Straße") == "zoe muller-strasse"
    assert fold("Løkken ŁÓDŹ Æ ı Ёж") == "lokken lodz ae i еж"
    assert tokens_of("O’Neill & Sons") == ["o", "neill", "sons"]
    assert has_words("Zoë Müller-Holm", "muller holm")
    assert has_words("Zoë Müller-Holm", "muller ho", is_prefix=True)
    assert not has_words("Zoë Müller-Holm", "zoe holm")
    assert not has_words("Holm", "holm vale")
    assert not has_words("Holm", "&")


def test_digits_are_a_marks_at_any_office_unless_stories_print_them_alone(writer: Writer) -> None:
    def tell(site_id: int, *values: str) -> None:
        mentions = [
            Mention(field="body", start=at, end=at + 1, kind="registration", value=value)
            for at, value in enumerate(values)
        ]
        save(writer, story(site_id, mentions=mentions))
        writer.commit()

    tell(1, "US 5123456", "EUTM 5123456", "T-512/34")
    offices = ["EUTM 5123456", "US 5123456"]
    assert mentioned_values(writer.db, "number", ["005123456"]) == offices
    tell(2, "5123456")
    assert mentioned_values(writer.db, "number", ["005123456"]) == ["5123456"]
    assert mentioned_values(writer.db, "number", ["us 5,123,456"]) == ["US 5123456"]


@pytest.fixture
def people(writer: Writer) -> Writer:
    """Two of a family, and others."""
    writer.save_source(SISTER)
    save(writer, story(1, authors=["Petra Holm"], language="ja"))
    save(writer, story(2, authors=["Petra Holm", "Ida Løkken"]))
    save(writer, story(3, authors=["Jan Holm"], mentions=[A_FIRM]))
    save(writer, story(4, authors=["Zoë Holm-Müller", "Petra Ellen Quay"]))
    writer.commit()
    return writer


@pytest.mark.parametrize(
    ("filters", "meant"),
    [
        ({"source": "The Signet Gazette"}, "signet"),
        ({"source": "signet gazette"}, "signet"),
        ({"source": "Marks & Makers"}, "makers"),
        ({"source": "MAKERS"}, "makers"),
        ({"language": "japanese"}, "ja"),
        ({"author": "P Holm"}, "Petra Holm"),
        ({"author": "Holm, Petra"}, "Petra Holm"),
        ({"author": "holm, p."}, "Petra Holm"),
        ({"author": "Holm J"}, "Jan Holm"),
        ({"author": "Lokken"}, "Ida Løkken"),
        ({"author": "I. LØKKEN"}, "Ida Løkken"),
        ({"author": "quay"}, "Petra Ellen Quay"),
        ({"author": "P E Quay"}, "Petra Ellen Quay"),
        ({"author": "ellen quay"}, "Petra Ellen Quay"),
        ({"author": "muller"}, "Zoë Holm-Müller"),
        ({"firm": "quince"}, "Lantern Quince LLP"),
    ],
)
def test_the_one_that_is_meant_is_taken(
    people: Writer, filters: dict[str, Any], meant: str
) -> None:
    (name,) = filters
    known = with_meant_names(people.db, asked(**filters))
    assert getattr(known, name) == (meant,)
    assert with_meant_names(people.db, known) == known


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"author": "Holm"}, "author 'Holm' may be Petra Holm (2 stories) or Jan Holm (1 story)"),
        ({"author": "Petra"}, "Petra Holm (2 stories) or Petra Ellen Quay (1 story)"),
        ({"author": "Q Holm"}, "no author 'Q Holm': did you mean"),
        ({"language": "jpn"}, "no language 'jpn': it has en, ja."),
    ],
)
def test_where_several_may_be_meant_they_are_named(
    people: Writer, filters: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnknownName) as error:
        with_meant_names(people.db, asked(**filters))
    assert words in str(error.value)


def test_a_refusal_shows_what_was_typed(people: Writer) -> None:
    query, typed = asked(court="CJEU"), {"court": ["ECJ"]}
    with pytest.raises(QueryError, match="no court 'ECJ'"):
        with_meant_names(people.db, query, typed)


WITHDRAWN = ("in", "iw", "ji", "mo", "sh")
"""Codes of ISO 639-1 of former days, which sites still write."""


def test_all_languages_have_names() -> None:
    names = language_names()
    assert sum(len(code) == 2 for code in names) == 184 + len(WITHDRAWN)
    assert (names["he"], names["cs"], names["ja"]) == ("Hebrew", "Czech", "Japanese")
    assert {*WITHDRAWN, "und"} < names.keys()
    assert len({*names.values()}) == len(names)  # two rows of a picture have two names
