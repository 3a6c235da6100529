"""Other spellings and old names, where a search asks for them."""

import pytest
from archive_rows import Writer, clock, find, save, story, writer

from tradepress.archive.search.named_values import tokens_of
from tradepress.archive.search.query_language import QueryError, parse_query
from tradepress.archive.search.query_sql import MOST_PAIRS, full_text
from tradepress.archive.search.word_variants import (
    MOST_VARIANTS,
    MOST_WORDS,
    with_variants,
)

__all__ = ["clock", "writer"]

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
    for query in ("lamp", '"bad faith" -oil', "author:trademark", "(a OR b) NEAR/3 c"):
        assert with_variants(parse_query(query)) == parse_query(query)


def test_all_that_is_typed_with_variants_is_one_query_of_the_full_text() -> None:
    query = " ".join(["trademark NEAR/5 OHIM", *["CNIPA"] * 20])
    assert full_text(with_variants(parse_query(query))) is not None
    phrase = with_variants(parse_query(f'"{"trademark ohim " * 3}"'))
    assert str(phrase).count("Words(") <= MOST_VARIANTS + 1


def test_each_group_is_of_different_words_and_each_word_in_one_group() -> None:
    groups = [[tuple(tokens_of(one)) for one in line.split("|")] for line in []]
    members = [member for group in groups for member in group]
    assert len(members) == len(set(members))
    assert all(len(group) > 1 for group in groups)
    assert max(map(len, members)) <= MOST_WORDS
    assert 15 <= len(groups) <= 60


def test_a_near_of_too_many_pairs_is_refused(writer: Writer) -> None:
    sides = [" OR ".join(f"{side}{number}" for number in range(11)) for side in "ab"]
    with pytest.raises(QueryError, match=f"{MOST_PAIRS} pairs of words at most, and for 121 here"):
        find(writer.db, f"({sides[0]}) NEAR/5 ({sides[1]})")
    assert find(writer.db, f"({sides[0]}) NEAR/5 (b0 OR b1)") == []
    with pytest.raises(QueryError, match="pairs of words"):
        find(writer.db, '"trademark ohim cnipa" NEAR/5 ("trademark ohim" OR gi)', variants=True)
