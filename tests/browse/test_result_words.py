"""What filters and their values are called on the result page."""

from dataclasses import fields
from pathlib import Path

import pytest
from browsing import a_run, page, save

from tradepress.archive.search.search_matches import ACCESS
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.facets.facet_values import FILTERS
from tradepress.browse.pages.result_page import chips_of
from tradepress.browse.words.result_words import (
    FACET_PLURALS,
    FACET_TITLES,
    span_words,
    time_words,
    value_words,
)
from tradepress.story import MENTION_KINDS


def test_every_filter_has_words_and_a_way_out() -> None:
    given = {
        field.name: ("x",)
        if isinstance(field.default, tuple)
        else True
        if isinstance(field.default, bool)
        else "x"
        for field in fields(StoryQuery)
    }
    address = ResultAddress(query=StoryQuery(**given | {"until": "y"}))  # type: ignore[arg-type]
    chips = chips_of(address, {"x": "The Signet Gazette"})
    assert len(chips) == len(fields(StoryQuery)) - 1  # since and until are one time
    assert "Source: The Signet Gazette" in {chip.words for chip in chips}


def test_every_facet_and_every_fixed_value_has_words() -> None:
    assert set(FACET_TITLES) == set(FACET_PLURALS) == set(FILTERS)
    for kind in MENTION_KINDS:
        assert value_words("mentions", kind, {}) != kind
    for access in ACCESS:
        assert value_words("access", access, {}) != access
    assert value_words("court", "CJEU", {}) == "CJEU"


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2017", "2017"),
        ("2017-08", "August 2017"),
        ("2017-08-04", "4 August 2017"),
        ("0000-05", "0000-05"),
        ("2017-13", "2017-13"),
        ("4 August", "4 August"),
    ],
)
def test_times_read_as_a_person_writes_them(time: str, said: str) -> None:
    assert time_words(time) == said


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2017-08-04", "2017-08-04", "on 4 August 2017"),
        ("2017-08", "2017-08", "in August 2017"),
        ("2017", "2017", "in 2017"),
        ("2016", "2018", "from 2016 to 2018"),
        ("2016-03-04", "2018-01-02", "from 4 March 2016 to 2 January 2018"),
        ("2017-08-04", "2017-08", "from 4 August 2017 to the end of August 2017"),
        ("2017", "2018-03-04", "from the beginning of 2017 to 4 March 2018"),
        ("2017-08-04", None, "from 4 August 2017 on"),
        ("2017-08", None, "from August 2017 on"),
        (None, "2017-08-04", "up to 4 August 2017"),
        (None, "2017-08", "up to the end of August 2017"),
        (None, "2017", "up to the end of 2017"),
    ],
)
def test_a_time_reads_as_a_person_would_say_it(
    since: str | None, until: str | None, said: str
) -> None:
    assert span_words(since, until) == f"Published {said}"


def test_a_value_has_the_same_words_on_the_story_and_beside_the_results(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    with a_run(path) as writer:
        ref = save(writer, "Lantern cleared", language="de", access="subscription")
        save(writer, "Handle refused", language="en", access=None)
    story = page(path, f"/story/{ref}")
    found = page(path, "/stories")
    for named, facet in (("Language", "language"), ("Access", "access")):
        [said] = story.xpath(f"//dt[.='{named}']/following-sibling::dd[1]")
        beside = found.xpath(f"//section[@aria-labelledby='facet-{facet}']//a[not(@aria-label)]")
        assert said.text_content() in [one.text_content() for one in beside]
