"""Marks in a text never move a letter of it."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tradepress.archive.search.find_stories import MARK_END, MARK_START
from tradepress.browse.words.marked_text import MarkedText, places_of_marks
from tradepress.story import Mention

TEXTS = st.text(st.sampled_from("ab <>&\"'\n-•é😀\u202e"), max_size=60)
PLACES = st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=8)


def mention(start: int, end: int, value: str = "x") -> Mention:
    return Mention(field="body", start=start, end=end, kind="court", value=value)


def linked(one: Mention) -> tuple[str, str]:
    return f"/court/{one.value}", one.value


@given(TEXTS, PLACES, PLACES)
def test_the_letters_stay_as_they_are(
    text: str, named: list[tuple[int, int]], hits: list[tuple[int, int]]
) -> None:
    mentions = [mention(*place, value=str(number)) for number, place in enumerate(named)]
    marked = MarkedText(text, mentions=mentions, hits=hits, linked=linked)
    tree = html.fromstring(f"<div>{marked.line()}</div>")
    assert tree.text_content() == text
    covered = {n for start, end in named for n in range(start, end) if n < len(text)}
    assert "".join(a.text_content() for a in tree.iter("a")) == "".join(
        letter for n, letter in enumerate(text) if n in covered
    )
    lit = {n for start, end in hits for n in range(start, end) if n < len(text)}
    assert "".join(m.text_content() for m in tree.iter("mark")) == "".join(
        letter for n, letter in enumerate(text) if n in lit
    )
    assert not tree.xpath("//a//a | //mark//mark | //mark//a")
    assert {element.tag for element in tree.iter()} <= {"div", "a", "mark"}


@given(TEXTS, PLACES)
def test_of_paragraphs_nothing_but_white_space_and_bullets_goes(
    text: str, named: list[tuple[int, int]]
) -> None:
    marked = MarkedText(text, mentions=[mention(*place) for place in named], linked=linked)
    shown = html.fromstring(f"<div>{marked.paragraphs()}</div>").text_content()
    assert "".join(shown.split()).replace("-", "").replace("•", "") == "".join(
        text.split()
    ).replace("-", "").replace("•", "")


@given(TEXTS, st.integers(0, 60), st.integers(1, 60))
def test_each_mention_is_marked_at_its_place(text: str, start: int, length: int) -> None:
    marked = MarkedText(text, mentions=[mention(start, start + length)], linked=linked)
    tree = html.fromstring(f"<div>{marked.line()}</div>")
    wanted = text[start : start + length]
    assert [a.text_content() for a in tree.iter("a")] == ([wanted] if wanted else [])


def test_of_places_within_each_other_the_inner_one_is_a_link_of_its_own() -> None:
    text = "European Court C-1/14 of Justice"
    marked = MarkedText(
        text, mentions=[mention(0, len(text), "court"), mention(15, 21, "case")], linked=linked
    )
    tree = html.fromstring(f"<div>{marked.line()}</div>")
    assert [(a.get("href"), a.text) for a in tree.iter("a")] == [
        ("/court/court", "European Court "),
        ("/court/case", "C-1/14"),
        ("/court/court", " of Justice"),
    ]


def test_a_mention_goes_on_in_the_next_paragraph() -> None:
    marked = MarkedText("the Court\n\nof Appeal", mentions=[mention(4, 20)], linked=linked)
    tree = html.fromstring(f"<div>{marked.paragraphs()}</div>")
    assert [a.text for a in tree.iter("a")] == ["Court", "of Appeal"]


@given(st.lists(st.tuples(st.text("ab ", max_size=5), st.text("ab", min_size=1)), max_size=5))
def test_places_of_marks_are_those_of_the_text_without(parts: list[tuple[str, str]]) -> None:
    highlighted = "".join(f"{before}{MARK_START}{hit}{MARK_END}" for before, hit in parts)
    plain = "".join(before + hit for before, hit in parts)
    assert [plain[start:end] for start, end in places_of_marks(highlighted)] == [
        hit for _, hit in parts
    ]
