"""What `metadata-only` takes for a story's text, in any language and any field."""

import pytest

from tradepress.steps.apply_policy import (
    LONGEST_KEYWORD,
    LONGEST_KEYWORDS,
    LONGEST_SUMMARY,
    apply_policy,
)
from tradepress.story import Article, Reading

ENGLISH = (
    "A maker of lanterns called Zorblatt has lost its appeal over the shape of a handle, the "
    "court said on Friday in a short and clear decision.\n\nThe company will study the ruling."
)
JAPANESE = (
    "灯籠を製造する会社は、取っ手の形状をめぐる訴訟で敗訴したと裁判所が金曜日に発表した。\n\n"
    "裁判所は、消費者がその曲線を出所表示とは認識しないと判断した。"
)
CHINESE = "灯笼制造商就把手形状提出的上诉周五被法院驳回。\n\n法院认为,消费者不会把该曲线视为商标。"
THAI = (
    "ผู้ผลิตโคมไฟแพ้การอุทธรณ์เรื่องรูปทรงของด้ามจับ ศาลกล่าวเมื่อวันศุกร์\n\n"
    "ศาลเห็นว่าผู้ซื้อจะมองว่าส่วนโค้งเป็นที่จับที่มีประโยชน์"
)


def kept(**fields: object) -> Article:
    """What is left of a reserved story."""
    given = {"headline": "Lantern case", "body": ENGLISH, "is_truncated": False, **fields}
    for name in ("description", "keywords"):
        if name in fields:
            given["evidence"] = {name: (Reading(value=fields[name], evidence="meta"),)}
    story = apply_policy(Article(policy="metadata-only", **given))
    for name in ("description", "keywords"):  # what is read is kept with what gave it, or not
        readings = [one.value for one in story.evidence.get(name, ())]
        assert readings == ([fields[name]] if name in fields and getattr(story, name) else [])
    return story


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        (ENGLISH, "A maker of lanterns called Zorblatt has lost its appeal…"),
        (ENGLISH, "A MAKER OF LANTERNS CALLED ZORBLATT HAS LOST"),
        (ENGLISH, "A\u00a0maker\u00adof lanterns – called “Zorblatt” – has lost"),
        (ENGLISH, "Zorblatt"),
        (ENGLISH, "called Zorblatt"),
        (ENGLISH, "Update: a maker of lanterns called Zorblatt has lost its appeal"),
        (JAPANESE, JAPANESE.partition("\n")[0]),
        (JAPANESE, "灯籠を製造する会社は、取っ手の形状をめぐる訴訟で…"),
        (JAPANESE, "敗訴した"),
        (CHINESE, CHINESE.partition(",")[0]),
        (THAI, THAI.partition(" ")[0]),
    ],
)
def test_a_summary_in_the_texts_own_words_is_text(body: str, summary: str) -> None:
    assert kept(body=body, description=summary).description is None


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        (ENGLISH, "What a handle may be."),
        (ENGLISH, "Judges keep the shape of everyday things free for all who make them."),
        (JAPANESE, "日用品の形は誰でも使える、と判事たち。"),
        (THAI, "รูปทรงของใช้ประจำวันต้องเป็นอิสระ"),
    ],
)
def test_an_editors_own_summary_is_kept(body: str, summary: str) -> None:
    assert kept(body=body, description=summary).description == summary


@pytest.mark.parametrize("letter", ["x", "灯"])
def test_a_summary_has_an_end(letter: str) -> None:
    width = 2 if letter == "灯" else 1
    longest = letter * (LONGEST_SUMMARY // width)
    assert kept(description=longest).description == longest
    assert kept(description=longest + letter).description is None


@pytest.mark.parametrize(
    ("facts", "is_kept"),
    [
        ({"is_truncated": True}, False),
        ({"is_truncated": None, "access": "subscription"}, False),
        ({"is_truncated": None, "access": "registration"}, False),
        ({"is_truncated": False, "access": "subscription"}, True),
        ({"is_truncated": None, "access": None}, True),
    ],
)
def test_no_summary_is_kept_of_a_text_that_stands_behind_a_wall(
    facts: dict[str, object], is_kept: bool
) -> None:
    """It may be that text, and there is nothing to compare it with."""
    story = kept(description="The appeal cost it two million crowns.", **facts)
    assert (story.description is not None) == is_kept


@pytest.mark.parametrize(
    "keywords",
    [
        ("The company will study the ruling.", "lanterns"),
        ("lanterns", "A maker of lanterns called Zorblatt has lost its appeal over the shape"),
        ("灯籠を製造する会社は、取っ手の形状をめぐる訴訟で敗訴したと裁判所が金曜日に発表",),
        ("裁判所は判断した。",),
        (THAI.partition(" ")[0] + THAI.rpartition("\n")[2],),
    ],
)
def test_sentences_are_no_keywords(keywords: tuple[str, ...]) -> None:
    assert kept(keywords=keywords).keywords == ()


@pytest.mark.parametrize(
    "keywords",
    [
        ("lanterns", "Zorblatt Inc.", "appeal"),
        ("Court of Justice of the European Union", "World Intellectual Property Organization"),
        ("灯籠", "立体商標", "知的財産高等裁判所"),
    ],
)
def test_keywords_are_kept_though_the_text_has_them(keywords: tuple[str, ...]) -> None:
    body = f"{ENGLISH} {' '.join(keywords)}"
    assert kept(body=body, keywords=keywords).keywords == keywords


def test_so_many_keywords_are_kept_as_no_text_has() -> None:
    """A text that was cut up at its commas is one."""
    words = tuple(f"lantern {n:03}" for n in range(100))
    story = apply_policy(
        Article(
            policy="metadata-only",
            headline="Lantern case",
            body=ENGLISH,
            keywords=words,
            evidence={"keywords": (Reading(value=words, evidence="meta"),)},
        )
    )
    assert story.keywords == words[: LONGEST_KEYWORDS // len(words[0])]
    assert story.evidence["keywords"][0].value == story.keywords
    assert max(map(len, words)) < LONGEST_KEYWORD


WHOLE_TEXTS = [
    ENGLISH.replace(",", "").replace(".", "").split(),
    ["A maker of lanterns called Zorblatt has lost its appeal"],
    ["lanterns", *JAPANESE.replace("。", "、").replace("\n\n", "").split("、")[:-1]],
    [
        "law",
        "maker of lanterns called",
        "Zorblatt has lost its",
        "appeal over the shape of a",
        "handle the court said on Friday",
    ],
]


@pytest.mark.parametrize("keywords", WHOLE_TEXTS, ids=["words", "sentence", "japanese", "pieces"])
def test_keywords_that_give_the_text_in_pieces_are_text(keywords: list[str]) -> None:
    body = JAPANESE if keywords[0] == "lanterns" else ENGLISH
    assert kept(body=body, keywords=tuple(keywords)).keywords == ()


def test_what_was_not_chosen_is_kept_of_no_field_that_may_hold_the_text() -> None:
    """One list gives the text and is dropped, the other gives a piece that is short enough."""
    pieces = ("maker of lanterns called", "Zorblatt has lost its appeal")
    readings = {
        "keywords": (
            Reading(value=tuple(WHOLE_TEXTS[3]), evidence="json-ld keywords"),
            Reading(value=pieces, evidence="meta news_keywords"),
        ),
        "authors": (
            Reading(value=("Joan Tyndlow",), evidence="byline"),
            Reading(value=pieces, evidence="meta author"),
        ),
        "headline": (
            Reading(value="Lantern case", evidence="h1"),
            Reading(value=ENGLISH.partition(" in a")[0], evidence="og:title"),
            Reading(value="Lantern case – The Post", evidence="title"),
        ),
    }
    story = apply_policy(
        Article(
            policy="metadata-only",
            headline="Lantern case",
            body=ENGLISH,
            authors=("Joan Tyndlow",),
            keywords=tuple(WHOLE_TEXTS[3]),
            evidence=readings,
        )
    )
    assert story.keywords == ()
    assert {name: [one.evidence for one in read] for name, read in story.evidence.items()} == {
        "authors": ["byline"],
        "headline": ["h1", "title"],
    }


def test_names_that_the_text_has_too_are_kept() -> None:
    office = "European Union Intellectual Property Office"
    words = (office, "Zorblatt", "lanterns")
    body = f"The {office} has heard Zorblatt on lanterns.\n\n{ENGLISH}"
    story = kept(body=body, keywords=words, section=office, authors=("Joan Q. Tyndlow Jr.",))
    assert (story.keywords, story.section) == (words, office)
    assert story.authors == ("Joan Q. Tyndlow Jr.",)


@pytest.mark.parametrize("passage", [ENGLISH, ENGLISH.partition(",")[0], JAPANESE[:30]])
def test_no_section_and_no_author_holds_the_text(passage: str) -> None:
    body = JAPANESE if passage in JAPANESE else ENGLISH
    evidence = {
        "section": (Reading(value=passage, evidence="meta"),),
        "authors": (Reading(value=("Joan Tyndlow", passage), evidence="meta"),),
    }
    story = apply_policy(
        Article(
            policy="metadata-only",
            headline="Lantern case",
            body=body,
            is_truncated=False,
            section=passage,
            authors=("Joan Tyndlow", passage),
            evidence=evidence,
        )
    )
    assert (story.section, story.authors) == (None, ("Joan Tyndlow",))
    assert story.evidence == {
        "authors": (Reading(value=("Joan Tyndlow",), evidence="meta"),),
    }


def test_a_summary_that_quotes_at_length_is_text_whatever_stands_before() -> None:
    own = (
        "Judges keep the shapes of everyday things free for all who make or sell them, it is said. "
    )
    assert kept(description=own + ENGLISH[:60]).description is None


def test_a_field_that_nobody_judged_is_not_kept() -> None:
    readings = {"image_caption": (Reading(value="The door", evidence="json-ld image caption"),)}
    story = apply_policy(
        Article(
            policy="metadata-only",
            headline="x",
            body=ENGLISH,
            image_caption="The door",
            image_url="https://post.example/a.jpg",
            evidence=readings,
        )
    )
    assert (story.image_caption, story.image_url, story.evidence) == (None, None, {})
