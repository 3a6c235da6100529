"""The form in which texts are searched: letters, folded letters, and the way back to the text."""

import sqlite3
from contextlib import closing

import pytest
from archive_rows import Clock, Writer, clock, count, find, save, story, writer
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tradepress.archive.care.integrity import full_text_problems
from tradepress.archive.searched_form import (
    MARK_END,
    MARK_START,
    SEPARATOR,
    as_it_stands,
    first_words,
    searched_form,
)
from tradepress.archive.text_forms import composed

__all__ = ["clock", "writer"]

SIGNS = st.sampled_from([*"ab é.ßøŁ商標의กค้าｶﾞＡάשָׁمُ\n…ﬁё", "Løk", "商標", " und "])
TEXTS = st.lists(SIGNS, max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Lamps of 1899, naïve", "Lamps of 1899, naïve"),
        ("Straße Łódź Œuvre Ærø", "Strasse lódź oeuvre aero"),
        ("商標Louis法", "|商|標|Louis|法|"),
        ("주연의 표", "|주|연|의| |표|"),
        ("ค้า", "|ค|้|า|"),
        ("ＡＢ１ ﬁle ｶﾞ", "AB1 file |ガ|"),
        ("か\u3099", "|が|"),
        ("ｶA", "|カ|A"),
        ("آ أ ؤ re\xadarrange", "ا ا و rearrange"),
        ("Άλφα ἀρχή", "Αλφα αρχη"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        ("करना ёлка й", "करना елка й"),
    ],
)
def test_a_text_is_searched_in_this_form(text: str, form: str) -> None:
    assert searched_form(text).replace(SEPARATOR, "|") == form


@given(TEXTS)
def test_a_form_is_its_own_form_but_for_what_parts_letters(text: str) -> None:
    form = searched_form(text)
    again = searched_form(form.replace(SEPARATOR, " "))
    assert again.replace(SEPARATOR, " ").split() == form.replace(SEPARATOR, " ").split()


@given(TEXTS, TEXTS, TEXTS)
def test_marks_come_back_to_where_they_stand(before: str, hit: str, after: str) -> None:
    """Around words that stand alone: what is marked is never half a letter."""
    before, hit, after = (f"x{part}" for part in (before, hit, after))  # a sign stands on a letter
    text = f"{before} .{hit}. {after}"
    marked = f"{searched_form(before)} .{MARK_START}{searched_form(hit)}{MARK_END}. "
    marked += searched_form(after)
    if searched_form(text) == marked.replace(MARK_START, "").replace(MARK_END, ""):
        shown = as_it_stands(text, marked)
        assert shown == composed(f"{before} .{MARK_START}{hit}{MARK_END}. {after}")


def test_a_passage_in_the_middle_keeps_its_signs() -> None:
    text = "…die Straße nach 商標 und weiter"
    passage = f"…Strasse nach {MARK_START}\x1f商{MARK_END}\x1f標\x1f und…"
    assert as_it_stands(text, passage) == f"…Straße nach {MARK_START}商{MARK_END}標 und…"
    assert as_it_stands("other", f"…{passage}").startswith("…")


def test_accents_without_a_letter_are_shown() -> None:
    assert as_it_stands("\u0316\u0317T\u0316h", f"{MARK_START}Th{MARK_END}") == (
        f"\u0316\u0317{MARK_START}T\u0316h{MARK_END}"
    )
    assert as_it_stands("\u0316\u0317", "") == "\u0316\u0317"


def test_first_words_count_letters_where_each_is_a_word() -> None:
    assert first_words("one two  three\n\nfour", 3) == "one two three"
    assert first_words("特許庁の審査官は商標を認めた。", 3) == "特許庁の審査"
    assert first_words("one", 3) == "one"


ASKED = [
    ("商標", [1, 2]),
    ("標", [1, 2]),
    ("雪", []),
    ("商法", []),
    ('"商標 法"', [2]),
    ("商標法", [2]),
    ("商標 -Lantern", [2]),
    ("headline:商標", [1]),
    ('商標 "Vale Lantern"', [1]),
    ("商標 NEAR/3 lantern", [1]),
    ("주연", [3]),
    ("연의", [3]),
    ("주의", []),
    ("การค้า", [3]),
    ("คา", []),
    ("strasse", [2]),
    ("Straße", [2]),
    ("lokken", [2]),
    ("løkken", [2]),
    ("AB12", [3]),
    ("ＡＢ１２", [3]),
    ("ガス", [3]),
    ("ｶﾞｽ", [3]),
    ("カス", []),
    ("مُحَمَّد", [3]),
    ("شلום", []),
]
TEXT_OF = {
    1: {"headline": "商標 for Vale Lantern", "body": "The mark 商標 is a lantern."},
    2: {"headline": "Løkken", "body": "特許庁は商標法を改めた。 An der Straße."},
    3: {"headline": "Stories", "body": "주연의 표. เครื่องหมายการค้า ＡＢ１２ ガス محمد"},
}


@pytest.fixture
def filled(writer: Writer) -> Writer:
    for number, texts in TEXT_OF.items():
        save(writer, story(number, **texts, description=None))
    writer.commit()
    return writer


@pytest.mark.parametrize(("words", "expected"), ASKED)
@pytest.mark.parametrize("stemmed", [False, True])
def test_runs_of_letters_are_found(
    filled: Writer, words: str, expected: list[int], stemmed: bool
) -> None:
    hits = find(filled.db, words, stemmed=stemmed, fold=False)
    assert sorted(hit.ref for hit in hits) == [f"signet-{number}" for number in expected]


def test_hits_are_marked_in_the_text_as_it_stands(filled: Writer) -> None:
    (hit,) = find(filled.db, "strasse OR 商標法 OR lokken")
    marked = f"特許庁は{MARK_START}商標法{MARK_END}を改めた。 An der {MARK_START}Straße{MARK_END}."
    assert hit.passage == marked
    assert hit.headline_marked == f"{MARK_START}Løkken{MARK_END}"


def test_former_versions_are_searched_by_letters_too(filled: Writer, clock: Clock) -> None:
    clock.now = "2031-01-01T00:00:00Z"
    save(filled, story(2, headline="Løkken", body="意匠法だけ。", description=None))
    filled.commit()
    assert (count(filled.db, "商標法"), count(filled.db, "意匠")) == (0, 1)
    (hit,) = find(filled.db, "商標法", as_of="2030-12-31")
    assert f"{MARK_START}商標法{MARK_END}" in hit.passage
    assert full_text_problems(filled.db) == {}


def test_a_text_that_changes_back_and_forth_stays_sound(filled: Writer, clock: Clock) -> None:
    for day, body in enumerate(("plain", "商標", "plain", "ß", "商標"), 1):
        clock.now = f"2031-01-0{day}T00:00:00Z"
        save(filled, story(1, headline="Vale", body=body, description=None))
        if day % 2:
            filled.commit()
    filled.commit()
    assert full_text_problems(filled.db) == {}
    kept = "SELECT count(*) FROM searched_texts WHERE version_id NOT IN (SELECT id FROM versions)"
    assert filled.value(kept) == 0


def test_another_program_deletes_a_story_with_its_form(filled: Writer) -> None:
    filled.close()
    with closing(sqlite3.connect(filled.path)) as other, other:
        other.execute("DELETE FROM articles WHERE ref = 'signet-2'")
        other.execute("DELETE FROM version_rows WHERE id NOT IN (SELECT version_id FROM articles)")
        left = other.execute("SELECT version_id FROM searched_texts").fetchall()
        assert sorted(left) == [(1,), (3,)]
        assert full_text_problems(Database(other)) == {}


def test_every_sign_of_unicode_has_a_form() -> None:
    """Signs that nobody is given within ranges of wide ones once asked for their form for ever."""
    for first in range(0, 0x110000, 0x800):
        if not 0xD800 <= first < 0xE000:
            signs = "".join(map(chr, range(first, first + 0x800)))
            assert len(searched_form(" ".join(signs))) >= 0x800
