"""Paragraphs that may be none of the story are told, with why."""

from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.stories.articles import doubtful_paragraphs
from tradepress.extraction import extract_article
from tradepress.extraction.blocks import Block
from tradepress.extraction.doubts import UNLIKELY_BELOW, doubt_paragraphs
from tradepress.story import Reading

UNLIKELY = "unlikely to be part of the story"


def block(text: str, odds: float | None, tag: str = "p") -> Block:
    made = Block(text=text, tag=tag)
    made.odds = odds
    return made


def test_a_paragraph_is_in_doubt_by_its_odds_or_by_other_stories() -> None:
    memory = SiteMemory(key=b"a key of this test")
    known = {memory.mark("paragraph", text): 14 for text in ("Write to us.", "What is new")}
    memory = SiteMemory(key=memory.key, stories=20, counts=known)
    paragraphs = [
        block("The office refused the mark.", 4.0),
        block("Write to us.", 3.0),
        block("What is new", 3.0, tag="h2"),
        block("Costs were divided.", UNLIKELY_BELOW),
        block("Read on in the paper.", UNLIKELY_BELOW - 0.01),
        block("Nobody judged this one.", None),
    ]
    assert [*doubt_paragraphs(paragraphs, memory)] == [
        Reading(value={"paragraph": 2, "of": 6}, evidence="stands on 14 other stories"),
        Reading(value={"paragraph": 5, "of": 6}, evidence=UNLIKELY),
    ]
    alone = [*doubt_paragraphs(paragraphs, None)]
    assert [reading.evidence for reading in alone] == [UNLIKELY]


def test_of_a_text_in_other_paragraphs_nobody_knows() -> None:
    evidence = {
        "paragraphs": (
            Reading(value={"paragraph": 2, "of": 3}, evidence=UNLIKELY),
            Reading(value={"paragraph": "2", "of": 3}, evidence="not as we write it"),
            Reading(value=2, evidence="not as we write it"),
        )
    }
    assert doubtful_paragraphs("One.\n\nTwo.\n\nThree.", evidence) == {1: UNLIKELY}
    assert doubtful_paragraphs("One.\n\nTwo.", evidence) == {}
    assert doubtful_paragraphs(None, evidence) == {}
    assert doubtful_paragraphs("One.\n\nTwo.\n\nThree.", {}) == {}


def test_a_page_is_read_with_the_odds_of_each_paragraph() -> None:
    said = "The office refused the lantern mark, as it names what is sold under it, and no more."
    text = "".join(f"<p>{said} Case {number} was another.</p>" for number in range(5))
    article = extract_article(
        f"<html><body><article><h1>Lantern mark refused</h1>{text}</article></body></html>",
        "https://a.example/news/lantern-mark-refused",
    )
    assert article.body is not None
    assert len(article.paragraph_odds) == len(article.body.split("\n\n")) == 5
    worst = [n for n, odds in enumerate(article.paragraph_odds) if odds < UNLIKELY_BELOW]
    assert [*doubtful_paragraphs(article.body, article.evidence)] == worst
