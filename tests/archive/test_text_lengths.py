"""How long a text is said to be, where its script sets spaces between words and where not."""

import pytest
from archive_rows import Clock, Writer, clock, save, story, writer

from tradepress.archive.stories.story_record import load_story
from tradepress.archive.text_lengths import count_characters, count_words

__all__ = ["clock", "writer"]

JAPANESE = "特許庁は、ランタンの商標を取り消した。\n\n審決は三月に出た。"


@pytest.mark.parametrize(
    ("text", "words", "characters"),
    [
        (None, 0, 0),
        ("", 0, 0),
        ("The lantern mark\n\nis refused.", 5, 24),
        ("Naïve “lamps” of 1899", 4, 18),
        (JAPANESE, None, 28),
        ("商标局　驳回了 注册", None, 8),
        ("เครื่องหมายการค้า โคมไฟ", None, 22),
        ("주연의 표는 등록되지 않았다.", 4, 13),
        ("مُحَمَّد كتب", 2, 11),
        ("करना होगा", 2, 8),
        ("The mark 商標 is that of a lantern maker", 9, 30),
        ("The mark 商標局 is old", None, 15),
        ("1234 5678 商標", None, 10),
        ("1234 5678", 2, 8),
    ],
)
def test_a_text_is_counted_in_words_where_spaces_part_them(
    text: str | None, words: int | None, characters: int
) -> None:
    assert (count_words(text), count_characters(text)) == (words, characters)


def test_a_story_has_its_lengths_in_its_row_and_of_itself(writer: Writer, clock: Clock) -> None:
    lengths = "SELECT word_count, character_count FROM articles"
    save(writer, story(1, body=JAPANESE))
    writer.commit()
    kept = load_story(writer.db, "signet-1")
    assert (kept.word_count, kept.character_count) == (None, 28)
    assert writer.db.execute(lengths).fetchall() == [(None, 28)]
    clock.now = "2031-01-01T00:00:00Z"
    save(writer, story(1, body="Refused."))
    writer.commit()
    assert writer.db.execute(lengths).fetchall() == [(1, 8)]
