"""Other spellings, old names and other languages, where a search asks for them."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from archive_rows import Writer, clock, find, save, story, writer

from tradepress.archive.errors import QueryError
from tradepress.archive.search import word_variants
from tradepress.archive.search.named_values import fold, tokens_of
from tradepress.archive.search.public_words import for_strangers
from tradepress.archive.search.query_language import parse_query
from tradepress.archive.search.query_sql import MOST_PAIRS, full_text
from tradepress.archive.search.word_variants import (
    MOST_VARIANTS,
    MOST_WORDS,
    with_variants,
)

__all__ = ["clock", "writer"]

DATA = tomllib.loads(Path(word_variants.__file__).with_suffix(".toml").read_text("utf8"))
CONCEPTS: list[dict[str, str]] = DATA["concept"]
HEADLINES = {
    1: "Trademark refused by OHIM",
    2: "Trade mark refused by EUIPO",
    3: "Trade-mark taken by the Office for Harmonization in the Internal Market",
    4: "The mark of a trade in colour",
    5: "SIPO licences",
    6: "CNIPA licenses a trademark attorney",
    7: "A U.S. judge",
    8: "The US lamp",
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trademark", [1, 2, 3, 6]),
        ("trade mark", [1, 2, 3, 4, 6]),
        ('"trade mark"', [1, 2, 3, 6]),
        ("headline:(trade mark)", [1, 2, 3, 4, 6]),
        ("ohim", [1, 2, 3]),
        ('"trademark refused"', [1, 2]),
        ("(trade mark) EUIPO", [1, 2, 3]),
        ("trademark NEAR/3 euipo", [1, 2, 3]),
        ("trademark NEAR/2 euipo", [1, 2]),
        ("cnipa licence*", [5, 6]),
        ("-trademark", [4, 5, 7, 8]),
        ("US", [7, 8]),
        ("U.S.", [7, 8]),
        ('"u.s. judge"', [7]),
        ("color", [4]),
        ("trademark -ohim", [6]),
    ],
)
def test_words_stand_for_their_variants(writer: Writer, query: str, found: list[int]) -> None:
    for number, headline in HEADLINES.items():
        save(writer, story(number, headline=headline, body=f"Case {number}."))
    writer.commit()
    hits = find(writer.db, query, variants=True, fold=False)
    assert sorted(hit.ref for hit in hits) == [f"signet-{number}" for number in found]


def test_without_being_asked_words_stand_for_themselves(writer: Writer) -> None:
    save(writer, story(1, headline="Trade mark refused", body="It was."))
    writer.commit()
    assert find(writer.db, "trademark") == []


def test_what_has_no_variants_stays_as_it_is() -> None:
    for query in ("lamp", '"odd faith" -oil', "author:trademark", "(a OR b) NEAR/3 c"):
        assert with_variants(parse_query(query)) == parse_query(query)


def test_all_that_is_typed_with_variants_is_one_query_of_the_full_text() -> None:
    query = " ".join(["trademark NEAR/5 OHIM", *["CNIPA"] * 20])
    assert full_text(with_variants(parse_query(query))) is not None
    phrase = with_variants(parse_query(f'"{"trademark ohim " * 3}"'))
    assert str(phrase).count("Words(") <= MOST_VARIANTS + 1


def test_each_group_is_of_different_words_and_each_word_in_one_group() -> None:
    groups = [[tuple(tokens_of(one)) for one in line.split("|")] for line in DATA["spellings"]]
    members = [member for group in groups for member in group]
    assert len(members) == len(set(members))
    assert all(len(group) > 1 for group in groups)
    assert max(map(len, members)) <= MOST_WORDS
    assert 15 <= len(groups) <= 60


def test_each_concept_is_of_several_languages_whose_sources_are_named() -> None:
    assert len(CONCEPTS) >= 60
    assert all(len(concept) > 1 for concept in CONCEPTS)
    assert {code for concept in CONCEPTS for code in concept} == {*DATA["sources"]}
    terms = [line.split(" | ") for concept in CONCEPTS for line in concept.values()]
    assert all(len({one.casefold() for one in line}) == len(line) for line in terms)
    assert all(one and one == one.strip() and "|" not in one for line in terms for one in line)
    rows = DATA["han"].split()
    letters = Counter(letter for row in rows for letter in set(row))
    assert {len(row) for row in rows} == {3}
    assert max(letters.values()) == 1


def test_each_concept_is_found_by_its_term_in_any_language(writer: Writer) -> None:
    for number, concept in enumerate(CONCEPTS, start=1):
        term = [*concept.values()][-1].partition(" | ")[0]
        save(writer, story(number, headline=f"{number} {term}", body=f"Story {number}."))
    writer.commit()
    missing = [
        term
        for number, concept in enumerate(CONCEPTS, start=1)
        for line in concept.values()
        for term in line.split(" | ")[:1]
        if f"signet-{number}"
        not in {
            hit.ref for hit in find(writer.db, f'"{term}"', variants=True, fold=False, limit=99)
        }
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("query", "widened", "alone"),
    [
        ("marke", [1, 2, 3, 4, 5], [1]),
        ("商標", [1, 2, 3, 4, 5], [2]),
        ("상표", [1, 2, 3, 4, 5], [4]),
        ("headline:علامة", [5, 6], []),
        ("العلامة", [5, 6], [6]),
        ("國際", [2, 3], [2]),
        ("国際", [2, 3], []),
        ('"marke refused"', [], []),
        ("marke NEAR/3 rot", [1], [1]),
        ("likelihood of confusion", [1, 7], [7]),
        ("risque de confusion", [1], []),
        ("-marque", [6, 7], [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_a_term_stands_for_other_languages_and_letters(
    writer: Writer, query: str, widened: list[int], alone: list[int]
) -> None:
    headlines = {
        1: "Die Marke ist rot: Verwechslungsgefahr",
        2: "商標國際",
        3: "国际商标",
        4: "상표는",
        5: "بالعلامات التجارية وبعلامة",
        6: "العلامة",
        7: "Confusion, of which a likelihood remains",
    }
    for number, headline in headlines.items():
        save(writer, story(number, headline=headline, body=f"Case {number}."))
    writer.commit()
    for variants, numbers in ((True, widened), (False, alone)):
        hits = find(writer.db, query, variants=variants, fold=False)
        assert sorted(hit.ref for hit in hits) == [f"signet-{number}" for number in numbers]


def test_words_of_thai_keep_their_vowel_signs_within_a_phrase() -> None:
    widened = with_variants(parse_query('"license ที่นี่"'))
    assert [words.text for words in widened.parts] == ["license ที่นี่", "licence ที่นี่"]  # type: ignore[union-attr]


def test_strangers_ask_for_passages_once_for_all_variants() -> None:
    asked = for_strangers(with_variants(parse_query("Marke OR Patent")))
    assert str(asked).count("Passage(") == 1


def test_the_work_grows_with_the_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with_variants(parse_query("Marke"))  # reads the file
    folded: list[str] = []
    monkeypatch.setattr(word_variants, "fold", lambda text: folded.append(text) or fold(text))
    monkeypatch.setattr(word_variants, "tomllib", None)
    with_variants(parse_query(" ".join(["marke", "patent", "lamp", "oil"] * 16)))
    assert len(folded) <= 64 * 20
    with_variants(parse_query(" OR ".join(["marke", "patent", "lamp", "oil"] * 16)))
    assert len(folded) <= 64 * 25


def test_a_near_of_too_many_pairs_is_refused(writer: Writer) -> None:
    sides = [" OR ".join(f"{side}{number}" for number in range(11)) for side in "ab"]
    with pytest.raises(QueryError, match=f"{MOST_PAIRS} pairs of words at most, and for 121 here"):
        find(writer.db, f"({sides[0]}) NEAR/5 ({sides[1]})")
    assert find(writer.db, f"({sides[0]}) NEAR/5 (b0 OR b1)") == []
    with pytest.raises(QueryError, match="pairs of words"):
        find(writer.db, '"trademark ohim cnipa" NEAR/5 ("trademark ohim" OR gi)', variants=True)
