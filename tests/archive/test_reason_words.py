"""Reasons of the ledger in words."""

import pytest

from tradepress.archive.health.story_checks import KEPT_OUT, NO_STORY, OUR_OWN
from tradepress.archive.ledger.reason_words import reason_in_words, reasons_in_words
from tradepress.conduct.host_pause import OUT_OF_ORDER, REFUSALS, WALLS
from tradepress.crawling.failures import OUTCOMES
from tradepress.extraction.refusal import REFUSALS as PAGES
from tradepress.jobs.backfill.backfill import NO_ORIGINAL
from tradepress.jobs.crawl import NEXT_STEPS

CODES = {
    *(*NO_STORY, *KEPT_OUT, *OUR_OWN, *REFUSALS, *WALLS, *OUT_OF_ORDER.values(), *PAGES),
    *("another_page", NO_ORIGINAL),
    *(*(reason for _, reason, _ in OUTCOMES.values()), *NEXT_STEPS),
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_words(code: str) -> None:
    assert reason_in_words(code) != code
    assert "_" not in reason_in_words(code)


def test_other_answers_have_their_status_and_words_stay() -> None:
    assert reason_in_words("http_500") == "the site failed (HTTP 500)"
    assert reason_in_words("http_418") == "the site gave no page (HTTP 418)"
    assert reason_in_words("before 2016-01-01") == "before 2016-01-01"


def test_of_several_the_most_frequent_comes_first() -> None:
    assert reasons_in_words({"login": 1, "robots": 1204, "http_500": 1}) == [
        "robots.txt forbids it: 1,204",
        "the site failed (HTTP 500): 1",
        "the page asks for a login: 1",
    ]
    assert reasons_in_words({}) == []
