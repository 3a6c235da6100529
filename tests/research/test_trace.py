"""Where a sentence stands: in which versions, since when and until when; and where nearly."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, Writer, article_of, clock, open_writer, story, writer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tradepress
from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError
from tradepress.archive.stories.stories import Saved
from tradepress.research.tracing import find_passage as finding
from tradepress.research.tracing.find_passage import FoundPassage, find_passage, trace_passage
from tradepress.research.tracing.passages_alike import (
    differing_words,
    find_likeness,
    wording_of,
)
from tradepress.story import Capture

__all__ = ["clock", "writer"]

FIRST = datetime(2018, 3, 1, 9, tzinfo=UTC)
SENTENCES = (
    "The Board of Appeal refused the “Pewter Hare” mark for want of use.",
    "Orrin Vale’s advisers called that a slogan, not a reason.",
    "Nobody had asked the café owner in Løkken about her co-existence agreement.",
    "Damages of €3.5 million were awarded on 14 May, costs excluded.",
    "„Das Gericht sah keine Verwechslungsgefahr“, schrieb Grüßner am Freitag.",
    "知的財産高裁は商標登録の取消しを認めなかった。",
    "ศาลฎีกาพิพากษายืนให้เพิกถอนเครื่องหมายการค้า",
    "대법원은 상표 등록을 취소한 원심을 그대로 확정했다.",
    "Суд отказал в регистрации знака «Оловянный заяц» третий раз.",
    "رفضت المحكمة تسجيل العلامة التجارية للمرة الثالثة",
)
ODD = (
    "\x00",
    "\ud800",
    '"',
    "*",
    "NEAR",
    "-",
    "\u0301",
    "\u0e31",
    "ﷺ",
    "İ",
    "lamp",
    "ก",
    "3.5",
    "’x",
)
Text = tuple[str, ...]


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def save_page(
    writer: Writer, number: int | None, sentences: Sequence[str], **changes: Any
) -> Saved:
    """A story that says this on that day; None: nobody knows on which."""
    fields = story(body="\n\n".join(sentences), **{"headline": "Hare and lantern", **changes})
    capture = Capture(
        url=fields["url"],
        body=b"",
        date_captured=None if number is None else day(number),
        origin="crawl" if number is not None else "file",
        source=fields["source"],
    )
    article = replace(article_of(fields), capture=capture)
    return writer.run.stories.save(article, extractor="tests 1")


@contextmanager
def new_archive() -> Iterator[Writer]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_writer(Path(folder) / "archive.db") as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer


@pytest.fixture(scope="module")
def kept() -> Iterator[Database]:
    with new_archive() as writer:
        save_page(writer, 1, [*SENTENCES, " ".join(ODD[2:])])
        writer.commit()
        yield writer.db


def facts(found: Sequence[FoundPassage]) -> set[tuple[str, str | None, str | None]]:
    return {
        (one.since, one.first_seen and one.first_seen[:10], one.until and one.until[:10])
        for one in found
    }


def expected(pages: dict[int, Text], sentence: str) -> set[tuple[str, str | None, str | None]]:
    """What is so by the pages alone, a version for each text."""
    told = set()
    for text in {text for text in pages.values() if sentence in text}:
        own = [number for number, there in pages.items() if there == text]
        without = [number for number, there in pages.items() if sentence not in there]
        later = [number for number in without if number > max(own)]
        first = f"{day(min(own)):%Y-%m-%d}"
        since = first if any(number < min(own) for number in without) else "2017-08-04"
        told.add((since, first, f"{day(min(later)):%Y-%m-%d}" if later else None))
    return told


def otherwise_typed(sentence: str, way: int) -> str:
    ways = (
        lambda: sentence,
        lambda: sentence.upper(),
        lambda: re.sub("[“”„«»’]", '"', sentence),
        lambda: f"  {sentence.replace(' ', '  ')} ",
        lambda: sentence.replace("é", "e").replace("ø", "o").replace("ü", "u").replace("ß", "ss"),
        lambda: re.sub(r"(?<=[a-z])[- ](?=[a-z])", "-", sentence).strip("."),
    )
    return ways[way]()


TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5, unique=True).map(tuple)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(0, 9), TEXTS, min_size=1, max_size=5), st.data())
def test_each_sentence_of_each_version_is_found_since_and_until(
    pages: dict[int, Text], data: st.DataObject
) -> None:
    with new_archive() as writer:
        for number in sorted(pages):
            save_page(writer, number, pages[number])
        writer.commit()
        for sentence in SENTENCES:
            typed = otherwise_typed(sentence, data.draw(st.integers(0, 5)))
            found = find_passage(writer.db, typed)
            exact = [one for one in found if one.is_exact]
            assert facts(exact) == expected(pages, sentence), typed
            assert {one.similarity for one in exact} <= {1.0}
            assert all(one.similarity < 1 for one in found if not one.is_exact)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(TEXTS, min_size=1, max_size=3), st.integers(0, 40), st.sampled_from(["zander", "ずる"])
)
def test_what_is_a_word_off_is_found_in_all_texts(texts: list[Text], at: int, word: str) -> None:
    with new_archive() as writer:
        for number, text in enumerate(texts):
            save_page(writer, number, text)
        writer.commit()
        for sentence in {sentence for text in texts for sentence in text}:
            for other in others(sentence, at, word) if len(wording_of(sentence).words) > 8 else ():
                found = find_passage(writer.db, other)
                assert len(found) == len({text for text in texts if sentence in text}), other


def others(sentence: str, at: int, word: str) -> list[str]:
    """The sentence with another word, one more, one less, or two swapped."""
    units = wording_of(sentence)
    words, place = [*units.words], at % (len(units.words) - 1)
    return [
        " ".join([*words[:place], word, *words[place + 1 :]]),
        " ".join([*words[:place], word, *words[place:]]),
        " ".join([*words[:place], *words[place + 1 :]]) if place > 0 else f"{word} {sentence}",
        " ".join([*words[:place], words[place + 1], words[place], *words[place + 2 :]]),
    ]


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(SENTENCES), st.integers(0, 40), st.sampled_from(["zander", "ずる"]))
def test_what_stands_nowhere_is_never_called_exact(
    text: Text, sentence: str, at: int, word: str
) -> None:
    there = wording_of("\n\n".join(text))
    bare = "".join(there.words)
    for other in others(sentence, at, word):
        found = find_likeness(wording_of(other), there)
        stands = "".join(wording_of(other).words) in bare
        assert (found is not None and found.is_exact) == stands, other
        if sentence in text and len(wording_of(sentence).words) > 8:
            assert found is not None, other
            told = differing_words(other, found.text)
            assert stands or {kind for kind, _ in told} != {"equal"}


@pytest.mark.parametrize(
    ("passage", "text", "is_exact"),
    [
        ("damages of €3.5 million were awarded", "Damages of €3.5 million were awarded.", True),
        ("damages of €35 million were awarded", "Damages of €3.5 million were awarded.", False),
        ("damages of $3.5 million were awarded", "Damages of €3.5 million were awarded.", False),
        ("5 million were awarded to the two", "€3.5 million were awarded to the two.", False),
        ("the costs came to 1,000 in all", "The costs came to 1.000 in all.", False),
        ("it came to 3 5 times in all", "It came to 35 times in all.", False),
        ("so said the firm of Vale", "So said the firm of Vale’s advisers.", False),
        ("so said the firm of vales", "So said the firm of Vale’s.", True),
        ("affaire de la lanterne close", "L’affaire de la lanterne close.", True),
        ("the mark was not refused at all", "The mark was refused at all.", False),
        ("the trade mark was refused", "The trademark was refused.", True),
        ("the trademark was refused", "The trade-mark was refused.", True),
        ("art was refused by the court", "The cart was refused by the court.", False),
    ],
)
def test_what_is_word_for_word(passage: str, text: str, is_exact: bool) -> None:
    found = find_likeness(wording_of(passage), wording_of(text))
    assert found is not None
    assert found.is_exact is is_exact


def test_words_that_differ_are_told_also_of_a_script_without_spaces() -> None:
    assert differing_words("The lamp was not his.", "The old lamp was his.") == [
        ("equal", "The"),
        ("insert", "old"),
        ("equal", "lamp was"),
        ("delete", "not"),
        ("equal", "his."),
    ]
    assert differing_words("商標登録を拒絶", "商標登録を取消") == [
        ("equal", "商標登録を"),
        ("delete", "拒絶"),
        ("insert", "取消"),
    ]


def test_who_had_it_first_comes_first(writer: Writer) -> None:
    writer.save_source(SISTER)
    sentence = SENTENCES[0]
    there = {"source": "makers", "url": f"{SISTER['home_url']}hare", "site_id": "9"}
    other = sentence.replace("refused", "has refused")
    save_page(writer, 3, [sentence], date_published="2018-03-02", **there)
    save_page(writer, 5, [other], date_published="2016-01-01")
    writer.commit()
    found = find_passage(writer.db, sentence)
    assert [(one.ref, one.since, one.is_exact) for one in found] == [
        ("signet-1", "2016-01-01", False),
        ("makers-9", "2018-03-02", True),
    ]
    assert found[0].similarity == pytest.approx(26 / 27)
    assert found[0].text == other


def test_a_wording_ends_where_another_begins(writer: Writer) -> None:
    old, new = SENTENCES[1], SENTENCES[1].replace("slogan", "jingle")
    save_page(writer, 1, [old, SENTENCES[0]])
    save_page(writer, 4, [new, SENTENCES[0]])
    writer.commit()
    assert [
        (one.version, one.is_exact, one.since, one.until) for one in find_passage(writer.db, new)
    ] == [
        (1, False, "2017-08-04", "2018-03-05T09:00:00Z"),
        (2, True, "2018-03-05", None),
    ]


def test_a_beginning_alone_does_not_end_it_and_an_undated_page_is_of_no_time(
    writer: Writer,
) -> None:
    save_page(writer, 1, SENTENCES[:3])
    save_page(writer, 2, SENTENCES[:1], is_truncated=True)
    save_page(writer, None, SENTENCES[3:5])
    writer.commit()
    (found,) = find_passage(writer.db, SENTENCES[1])
    assert (found.first_seen, found.until) == ("2018-03-02T09:00:00Z", None)
    (undated,) = find_passage(writer.db, SENTENCES[3])
    assert (undated.first_seen, undated.until) == (None, None)


@pytest.mark.parametrize(("passage", "count"), [("", 0), ("of the mark", 3), ("商標登録拒", 2)])
def test_too_little_is_refused(writer: Writer, passage: str, count: int) -> None:
    with pytest.raises(QueryError, match=f"has 4 to 500 words, and this one has {count}"):
        find_passage(writer.db, passage)


def test_too_much_is_refused_and_four_words_are_enough(writer: Writer) -> None:
    save_page(writer, 1, SENTENCES)
    writer.commit()
    with pytest.raises(QueryError, match="this one has 501"):
        find_passage(writer.db, "lamp " * 501)
    assert find_passage(writer.db, "lamp " * 500) == []
    assert len(find_passage(writer.db, "slogan, not a reason")) == 1
    assert len(find_passage(writer.db, "知的財産高裁は商")) == 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(ODD), max_size=30).map(" ".join))
def test_any_text_is_answered_or_refused(kept: Database, text: str) -> None:
    with suppress(QueryError):
        for one in find_passage(kept, text):
            assert differing_words(text, one.text)


def test_more_than_is_looked_at_is_told(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        there = {"site_id": f"7{number}", "url": f"{PAPER['home_url']}7{number}"}
        save_page(writer, 1, [SENTENCES[0], SENTENCES[number + 1]], **there)
    writer.commit()
    assert not trace_passage(writer.db, SENTENCES[0]).is_cut
    assert trace_passage(writer.db, SENTENCES[0], limit=3).is_cut
    monkeypatch.setattr(finding, "MOST_LETTERS", 10)
    traced = trace_passage(writer.db, SENTENCES[0])
    assert (len(traced.found), traced.is_cut) == (1, True)
    monkeypatch.undo()
    monkeypatch.setattr(finding, "MOST_STORIES", 2)
    assert trace_passage(writer.db, SENTENCES[0]).is_cut


def test_a_program_traces(writer: Writer) -> None:
    save_page(writer, 1, SENTENCES)
    writer.commit()
    with tradepress.open(writer.path) as archive:
        (found,) = archive.trace(SENTENCES[0]).found
    assert (found.ref, found.version, found.field, found.text) == (
        "signet-1",
        1,
        "body",
        SENTENCES[0],
    )
