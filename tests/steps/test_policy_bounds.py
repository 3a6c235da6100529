"""The bounds of what is kept without a text, to the letter."""

import pytest

from tradepress.steps.apply_policy import (
    LONGEST_KEYWORD,
    LONGEST_KEYWORDS,
    LONGEST_QUOTE,
    LONGEST_SUMMARY,
    RUN,
    apply_policy,
    is_passage,
    is_text,
    only_keywords,
    only_names,
    quotes,
    without_text,
)
from tradepress.story import Article, Capture, Link, Reading

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
TEXT = "".join(f"{letter}{number}" for number in range(9) for letter in LETTERS)
"""Letters of a text, in which nothing of RUN letters stands twice."""


def test_a_summary_is_as_long_as_one() -> None:
    assert not is_text("x" * LONGEST_SUMMARY, TEXT)
    assert is_text("x" * (LONGEST_SUMMARY + 1), TEXT)
    assert not is_text("漢" * (LONGEST_SUMMARY // 2), TEXT)
    assert is_text("漢" * (LONGEST_SUMMARY // 2) + "x", TEXT)


@pytest.mark.parametrize(("shared", "is_one"), [(RUN + 4, False), (RUN + 5, True)])
def test_a_summary_most_of_whose_runs_stand_in_the_text_is_text(
    shared: int, *, is_one: bool
) -> None:
    """Of ``shared`` letters of the text 5 or 6 runs are its own; as many are of both, or not."""
    summary = TEXT[:shared] + "?" + "xyzxy"
    assert is_text(summary, TEXT) is is_one


def test_a_summary_shorter_than_a_run_is_one_run() -> None:
    assert is_text(TEXT[5:9], TEXT)
    assert not is_text("xyz", TEXT)
    assert not is_text("", TEXT)
    assert not is_text("", "")


def test_so_many_letters_are_a_quote() -> None:
    for start in (0, 7, len(TEXT) - LONGEST_QUOTE):
        quote = TEXT[start : start + LONGEST_QUOTE]
        assert quotes(quote, TEXT)
        assert quotes(f"xx{quote}", TEXT)
        assert quotes(f"{quote}xx", TEXT)
        assert not quotes(quote[1:], TEXT)
    assert quotes(TEXT[:30], TEXT, most=30)
    assert not quotes(TEXT[:29], TEXT, most=30)


def test_of_chinese_half_as_many_letters_are_a_quote() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E40)))
    half = LONGEST_QUOTE // 2
    assert quotes(text[3 : 3 + half], text)
    assert not quotes(text[3 : 2 + half], text)


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("x" * LONGEST_KEYWORD, False),
        ("x" * (LONGEST_KEYWORD + 1), True),
        ("商" * 30, False),
        ("商" * 31, True),
        ("商標。", True),
        ("商標！", True),
        ("商標？", True),
        ("Four words are enough.", False),
        ("Five words are too many.", True),
        ("Five words are too many!", True),
        ("Five words are too many?", True),
        ("Five words are too many…", True),
        ("Five words are no sentence", False),
        ("Class X", False),
        (TEXT[:LONGEST_QUOTE], True),
        ("", False),
    ],
)
def test_a_passage(words: str, *, is_one: bool) -> None:
    assert is_passage(words, TEXT) is is_one
    assert only_names(["Petra Holm", words], TEXT) == ("Petra Holm", *[words] * (not is_one))
    assert (only_keywords([words], TEXT) == ()) is is_one


def test_keywords_up_to_a_length() -> None:
    sixty = [letter * LONGEST_KEYWORD for letter in "klmnop"]
    assert only_keywords(sixty, TEXT) == tuple(sixty[: LONGEST_KEYWORDS // LONGEST_KEYWORD])
    wide = ["商" * 30, *sixty]
    assert only_keywords(wide, TEXT) == tuple(wide[:5])
    assert only_keywords([], TEXT) == ()


def test_keywords_that_are_the_text_in_pieces() -> None:
    twice = 2 * LONGEST_QUOTE
    pieces = [TEXT[start : start + 10] for start in range(0, twice, 10)]
    assert only_keywords(pieces, TEXT) == ()
    assert only_keywords([*pieces[:-1], pieces[-1][:-1]], TEXT) != ()


def test_signs_and_letters_in_other_forms_hide_no_quote() -> None:
    body = "The Office has found that ＯＲＩＮ VALE's lantern-mark is descriptive of lamps."
    said = "the office has found that orin vale s lantern mark is descriptive"
    story = Article(headline="Lantern", body=body, description=said)
    assert without_text(story).description is None
    assert without_text(Article(headline="Lantern", body="Else.", description=said)).description


def test_a_correction_goes_on_where_the_text_ends() -> None:
    body, correction = TEXT[:100], TEXT[100:200]
    section = TEXT[100 - LONGEST_QUOTE // 2 : 100 + LONGEST_QUOTE // 2]
    story = Article(headline="Lantern", body=body, corrections=(correction,), section=section)
    assert without_text(story).section is None
    assert without_text(Article(headline="Lantern", body=None, description="Xxxx")).description


def test_a_story_that_may_be_kept_is_the_same_and_carries_what_was_judged() -> None:
    story = Article(
        headline="Lantern", body="Text.", policy="store", capture=Capture(url="x", body=b"")
    )
    assert apply_policy(story) is story
    assert without_text(story).capture is story.capture
    unsaid = apply_policy(Article(headline="Lantern", body="Text."))
    assert (unsaid.policy, unsaid.body) == ("store", "Text.")
    bare = apply_policy(Article(headline="Lantern", body="Text.", policy="metadata-only"))
    assert (bare.policy, bare.body) == ("metadata-only", None)


@pytest.mark.parametrize(
    ("is_truncated", "access", "is_kept"),
    [
        (None, None, True),
        (None, "open", True),
        (None, "registration", False),
        (None, "subscription", False),
        (True, None, False),
        (True, "open", False),
        (False, "registration", True),
        (False, "subscription", True),
    ],
)
def test_a_summary_before_a_wall(is_truncated: bool | None, access: str, *, is_kept: bool) -> None:
    summary = "What a handle may be."
    story = Article(
        headline="Lantern",
        body="Text.",
        description=summary,
        is_truncated=is_truncated,
        access=access,  # type: ignore[arg-type]
        evidence={"description": (Reading(value=summary, evidence="og"),)},
    )
    left = without_text(story)
    assert (left.description == summary) is is_kept
    assert ("description" in left.evidence) is is_kept


def test_readings_are_kept_as_the_fields_are() -> None:
    quote, correction = TEXT[:LONGEST_QUOTE], "zyxwvuts" * 6

    def readings(*values: object, evidence: str = "x") -> tuple[Reading, ...]:
        return tuple(Reading(value=value, evidence=evidence) for value in values)

    story = Article(
        headline="Lantern",
        body=TEXT,
        corrections=(correction,),
        section=quote,
        authors=("Petra Holm", quote),
        keywords=("lanterns", "lamps"),
        related_links=(Link(kind="in_text", text="x", position=0),),
        evidence={
            "headline": readings("Lantern", quote, "Lamp"),
            "section": readings(quote, "News", correction),
            "authors": readings(["Petra Holm", quote], ["Another"], ["petra  holm"]),
            "keywords": readings(["lanterns", "lamps"], [quote], []),
            "related_links": (*readings(3, evidence="text"), *readings(2, evidence="list")),
            "body": readings(80),
            "date_published": readings("2017-08-04"),
        },
    )
    left = without_text(story)
    assert (left.section, left.authors) == (None, ("Petra Holm",))
    assert left.related_links == ()
    told = {name: [one.value for one in found] for name, found in left.evidence.items()}
    assert told == {
        "headline": ["Lantern", "Lamp"],
        "section": ["News"],
        "authors": [("Petra Holm",), ("petra  holm",)],
        "keywords": [("lanterns", "lamps")],
        "related_links": [2],
        "date_published": ["2017-08-04"],
    }
