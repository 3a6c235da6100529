"""Headlines as titles and as sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepress.research.citation.letter_case import headline_as_sentence, title_case

STORY = (
    "The board said on Monday that the trademark of Orrin & Vale Inc. stands. Wickerby had opposed "
    "a lantern mark, and Wickerby’s counsel said that the appeal was lost. A judge of the board, "
    "Ida Lund, sides with Vale over the lamp. The maker of the Lantern sells lanterns in the US. "
) * 4


@pytest.mark.parametrize(
    ("printed", "as_title"),
    [
        ("the end of it is up to", "The End of It Is up To"),
        ("panel returns skate-maker’s name", "Panel Returns Skate-Maker’s Name"),
        ("lantern loses: a mark is gone", "Lantern Loses: A Mark Is Gone"),
        ("vale inc. and the mark. or not", "Vale Inc. and the Mark. Or Not"),
        ("iLamp maker sues over e-mail", "iLamp Maker Sues over e-Mail"),
        ("vitamin c in the u.s. over time", "Vitamin c in the u.s. over Time"),
        ("", ""),
    ],
)
def test_as_a_title(printed: str, as_title: str) -> None:
    assert title_case(printed) == as_title


@pytest.mark.parametrize(
    ("printed", "as_sentence"),
    [
        ("Board Sides With Vale Inc. Over Lamp", "Board sides with Vale Inc. over lamp"),
        ("Wickerby’s Appeal Fails: Judge Dismisses It", None),
        ("Why US Judge Lund Slams Wickerby’s Appeal", "Why US judge Lund slams Wickerby’s appeal"),
        ("BOARD SIDES WITH VALE OVER LAMP", "Board sides with Vale over lamp"),
        ("Board sides with Vale over lamp", "Board sides with Vale over lamp"),
        ("Vale Wins", "Vale Wins"),
    ],
)
def test_as_a_sentence_by_the_letters_of_the_story(printed: str, as_sentence: str | None) -> None:
    told = as_sentence or "Wickerby’s appeal fails: Judge dismisses it"
    assert headline_as_sentence(printed, STORY) == told


def test_without_the_whole_story_it_stays_as_printed() -> None:
    printed = "Board Sides With Vale Inc. Over Lamp"
    assert headline_as_sentence(printed, None) == printed
    assert headline_as_sentence(printed, "The board sides with Vale over lamp.") == printed


@given(st.text(max_size=80))
def test_only_letters_case_changes(headline: str) -> None:
    for told in (title_case(headline), headline_as_sentence(headline, STORY)):
        assert told.casefold() == headline.casefold()
