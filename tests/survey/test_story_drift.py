"""What stories' bodies say of furniture and walls."""

import re

import pytest

from tradepress.archive.text_forms import straighten
from tradepress.declared_sources import source_named
from tradepress.source import Furniture
from tradepress.story import Article, Link, Reading
from tradepress.survey.checked_pages import CheckedListing, CheckedPage, MenuLink
from tradepress.survey.drift import Drift
from tradepress.survey.mend import Added
from tradepress.survey.story_drift import lose_only_furniture, story_drift

SOURCE = source_named("wipr")
NAMES = ("Tamsel", "Quillory", "Marrowby", "Vesterholt")


def drift(*bodies: str) -> list[Drift]:
    """:param bodies: ``…`` stands for a paragraph that no other story has, ``→`` for a link"""
    pages = []
    for number, body in enumerate(bodies, start=19001):
        own = f"The board heard {NAMES[number - 19001]} and its rival before it gave judgment."
        link = f"{NAMES[number - 19001]} and the kettles"
        text = body.replace("…", own).replace("→", link)
        url = f"https://www.worldipreview.com/news/lantern-case-{number}"
        article = Article(
            url=url,
            headline=f"Lantern case {number}",
            date_published="2026-11-20",
            language="en",
            body=text.replace("|", "\n\n"),
            related_links=(Link(kind="in_text", text=link, position=0),),
        )
        pages.append(CheckedPage(url=url, article=article))
    return list(story_drift(SOURCE, (), pages))


def rules(found: list[Drift]) -> list[Furniture]:
    mends = [mend for one in found for mend in one.mends]
    values = [value for mend in mends if isinstance(mend, Added) for value in mend.values]
    return [value for value in values if isinstance(value, Furniture)]


@pytest.mark.parametrize(
    "line",
    [
        "The owl letter: 12 rulings each Thursday (and “more”)!",
        "Große Straße, İstanbul: Bücher über Maß und Muster",
        "Photograph by [the paper] + friends * 2026",
    ],
)
def test_a_line_of_most_stories_is_furniture(line: str) -> None:
    for edge in (f"{line}|…|…", f"…|…|{line}"):
        found = drift(edge, edge, edge, "…|…")
        assert [(one.subject, one.is_suspected) for one in found] == [("furniture", False)]
        (rule,) = rules(found)
        assert rule.cut == "line"
        assert re.fullmatch(rule.pattern, straighten(line), re.I | re.S)


def test_a_sentence_within_all_bodies_is_only_suspected() -> None:
    found = drift(*["…|The owl letter comes on Thursdays, for all who ask for it.|…"] * 4)
    assert [(one.subject, one.is_suspected) for one in found] == [("furniture", True)]
    assert rules(found) == []


@pytest.mark.parametrize("line", ["What was held", "1.", "Facts:"])
def test_a_heading_of_all_stories_is_only_suspected(line: str) -> None:
    found = drift(*[f"…|{line}|…"] * 4)
    assert [(one.subject, one.is_suspected) for one in found] == [("furniture", True)]
    assert rules(found) == []


def test_what_two_stories_share_says_nothing() -> None:
    assert drift("…|The owl letter comes on Thursdays.|…", *["…|…"] * 2, "…|The owl letter") == []
    twice = "…|The owl letter comes on Thursdays.|…"
    assert drift(twice, twice, "…|…", "…|…") == []


def test_a_wall_ends_the_story() -> None:
    wall = "Lamp card holders read on.|Subscribe to go on."
    found = drift(*[f"…|{wall}"] * 3, "…|…")
    assert [one.subject for one in found] == ["wall", "wall"]
    assert [rule.cut for rule in rules(found)] == ["wall", "wall"]
    found = drift(*[f"…|{wall}"] * 2, "…", "…")  # others are no longer
    assert {rule.cut for rule in rules(found)} == {"rest"}


def test_a_line_that_leads_to_a_door_below_short_stories_is_a_wall_in_any_language() -> None:
    def pages(*lengths: int, holding: int, in_body: bool) -> list[Drift]:
        seen = []
        for number, length in enumerate(lengths):
            text = "\n\n".join(f"{NAMES[number]} was heard {at} times." for at in range(length))
            line = ("Qo lantren vo lampor",) if number < holding else ()
            body = "\n\n".join((text, *line)) if in_body else text
            article = Article(headline="L", date_published="2026-11-20", language="en", body=body)
            seen.append(CheckedPage(url=str(number), article=article, door_lines=line))
        return list(story_drift(SOURCE, (), seen))

    for in_body in (True, False):
        (found,) = pages(2, 2, 9, 9, holding=2, in_body=in_body)
        assert (found.subject, found.is_suspected) == ("wall", False)
        assert [rule.cut for rule in rules([found])] == ["wall"]
    assert pages(8, 7, 9, 9, holding=2, in_body=False) == []  # they are as long as others
    assert pages(2, 2, 9, 9, holding=4, in_body=False) == []  # it stands on all pages


def test_a_wall_below_few_stories_is_one_and_what_asks_for_a_letter_is_none() -> None:
    wall = "You are reading a preview.|To go on reading, create your lamp account."
    found = drift(*[f"…|{wall}|Sign up for our newsletter."] * 2, "…|Sign up for our newsletter.")
    assert [(one.subject, one.is_suspected) for one in found] == [
        ("wall", False),
        ("wall", False),
        ("furniture", False),
    ]
    assert [rule.cut for rule in rules(found)] == ["wall", "wall", "line"]


def test_two_lines_that_end_two_stories_are_suspected() -> None:
    ends = "The other half is on paper.|Ask at your kiosk."
    found = drift(*[f"…|{ends}"] * 2, "…", "…")
    assert [(one.subject, one.is_suspected) for one in found] == [("furniture", True)] * 2


def test_a_line_above_links_is_the_heading_of_their_list() -> None:
    found = drift("…|Most read|→", "…|…|Most read|→|…", "…|…", "…|…")
    assert [rule.cut for rule in rules(found)] == ["list"]


def test_one_end_that_a_wall_could_say_is_only_suspected_and_not_quoted() -> None:
    (found,) = drift("…|Sign in with your lamp card of 1987.", "…|…", "…|…")
    assert found.is_suspected
    assert "1987" not in found.words
    assert drift("…|She will register the mark for lamps.", "…|…", "…|…") == []


def test_a_mend_may_take_no_paragraph_of_the_story() -> None:
    rule = Furniture(pattern="the owl letter", cut="rest")
    mends = [Added(keyword="furniture", values=(rule,))]

    def page(*lines: str) -> CheckedPage:
        return CheckedPage(url="", article=Article(body="\n\n".join(lines)))

    before = page("One.", "The Owl Letter", "Two.")
    assert lose_only_furniture([before], [page("One.", "Two.")], mends)
    assert not lose_only_furniture([before], [page("One.")], mends)
    assert not lose_only_furniture([before], [before], mends)
    assert not lose_only_furniture([before], [CheckedPage(url="", reason="no_body")], mends)
    assert lose_only_furniture([CheckedPage(url="")], [CheckedPage(url="")], mends)


def test_a_headline_that_is_only_the_address_in_words_is_missed() -> None:
    told = (Reading(value="Lantern case", evidence="url"),)
    article = Article(
        headline="Lantern case",
        date_published="2026-11-20",
        body="The board heard both sides.",
        evidence={"headline": told},
    )
    (found,) = story_drift(SOURCE, (), [CheckedPage(url="", article=article)])
    assert "the headline of 1 of 1 stories is only their address" in found.words
    assert not found.is_suspected


def test_a_section_that_one_story_shows_is_one_where_others_stand_beside_it_in_the_menu() -> None:
    words = {"Shapes": "/desk/shapes", "Words": "/desk/words", "Ena Quill": "/people/ena-quill"}
    menu = tuple(MenuLink(words=name, url=f"https://p.example{at}") for name, at in words.items())
    listing = CheckedListing(kind="section", url="https://p.example/", menu=menu)
    pages = [
        CheckedPage(
            url="",
            article=Article(
                headline="Lanterns", date_published="2026-11-20", body=f"{name} were heard."
            ),
            date_lines=(f"20 November 2026 | {name}",),
        )
        for name in ("Shapes", "Shapes", "Words", "Ena Quill")
    ]
    (found,) = story_drift(SOURCE, [listing], pages)
    assert found.words.endswith("not declared: “Shapes”, “Words”")
