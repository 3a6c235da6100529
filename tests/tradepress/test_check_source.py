"""What a check sees of a paper as it was declared, and of the same paper as it changed since."""

import asyncio
import datetime as dt
import re

import pytest
from sites.lantern_paper import (
    DECLARATION,
    NEW_LINES,
    NEW_WALL,
    Edition,
    Lantern,
)

from crawler.source import Source
from crawler.survey.mend import mended
from crawler.survey.source_file import load_source
from tradepress.jobs.check_source import (
    MOST_REQUESTS,
    SourceCheck,
    mended_file,
    visit_source,
)
from tradepress.jobs.file_pages import FilePage
from tradepress.jobs.site_visit import PageNotHad

HOME = "http://127.0.0.1"
DAY = dt.date(2026, 11, 27)
FILE = DECLARATION.format(home=HOME)
DECLARED = load_source(FILE)


def check(
    edition: Edition = "declared", source: Source = DECLARED, **changed: str | None
) -> SourceCheck:
    """:param changed: path, its strokes written ``_``, to another page or to none"""
    pages = {
        HOME + path: page for path, page in Lantern(home=HOME, edition=edition).pages().items()
    }
    for path, text in changed.items():
        pages[HOME + path.replace("_", "/")] = ("text/html", text) if text else ("", "")
    asked: list[str] = []

    async def fetch(url: str) -> FilePage:
        asked.append(url)
        content_type, text = pages.get(url, ("", ""))
        if not text:
            raise PageNotHad(url, "http_404", "127.0.0.1 answered 404")
        raw = text.encode()
        return FilePage(page=raw, raw=raw, url=url, content_type=content_type, status=200)

    result = asyncio.run(visit_source(source, fetch, day=DAY))
    assert len(set(asked)) == len(asked) == result.requests <= MOST_REQUESTS
    return result


def drifts(result: SourceCheck) -> str:
    return "\n".join(f"{one.subject}: {one.words}" for one in result.drift)


def test_a_paper_that_is_as_declared_is_well() -> None:
    result = check()
    assert drifts(result) == ""
    assert result.is_well
    fields = {one.field: (one.filled, dict(one.evidence)) for one in result.fields}
    assert fields["headline"][0] == fields["body"][0] == fields["date_published"][0] == 8
    assert fields["date_published"] == (8, {"dateline": 8})
    assert fields["section"] == (8, {"dateline": 8})
    assert fields["site_id"] == (8, {"url": 8})
    assert [(one.kind, len(one.stories)) for one in result.listings] == [
        ("section", 6),
        ("feed", 5),
        ("section", 6),
    ]


@pytest.mark.parametrize(
    ("edition", "told"),
    [
        ("layout", [f"furniture: 8 of 8 bodies hold “{NEW_LINES[0]}”", NEW_LINES[1]]),
        ("addresses", [r"12 listed addresses, .* don't have the declared form"]),
        ("wall", [f"wall: 8 of 8 bodies end with “{NEW_WALL[0]}”", NEW_WALL[1]]),
        (
            "sections",
            [
                "the section http://127.0.0.1/marks/ is gone, .*/trade-marks/ lists stories",
                "not declared: “Trade Dress”, “Trade Marks”",
            ],
        ),
    ],
)
def test_what_changed_is_named_and_mended(edition: Edition, told: list[str]) -> None:
    result = check(edition)
    assert not result.is_well
    for words in told:
        assert re.search(words.replace("?", r"\?"), drifts(result)), drifts(result)
    text, refused = mended_file(result, FILE)
    assert refused == []
    source = load_source(text)
    assert source == mended(DECLARED, result.mends) != DECLARED
    again = check(edition, source)
    assert drifts(again) == ""
    assert again.is_well
