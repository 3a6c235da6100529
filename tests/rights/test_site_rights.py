"""What a site's own files reserve: a tdmrep.json of any length, and one that is too long."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from archive_rows import PAPER, OneRun
from scrapy.http import Request, Response, TextResponse
from test_rights import SITE, STORY, TDMREP, a_source

from tradepress.conduct import robots
from tradepress.conduct.context import CrawlContext, attach
from tradepress.crawling.failures import explain
from tradepress.rights import tdmrep
from tradepress.rights.site_rights import SiteRights
from tradepress.rights.tdmrep import LARGEST, PATH, file_reservations


def test_a_rule_counts_however_many_stand_before_it() -> None:
    others = [{"location": f"/archive/{n}", "tdm-reservation": 0} for n in range(2000)]
    rules = [*others, {"location": "/news/", "tdm-reservation": 1}]
    assert [one.value for one in file_reservations(json.dumps(rules), STORY)] == ["1"]


def test_a_tdmrep_that_nobody_can_read_whole_is_no_permission(tmp_path: Path) -> None:
    answer = TextResponse(SITE + PATH, body=TDMREP.encode() + b" " * LARGEST)
    request, crawler = Request(STORY, meta={"address": STORY}), a_crawler(answer)
    opened = OneRun(tmp_path / "archive.db", sources=[{**PAPER, "name": "gazette"}])
    attach(crawler, CrawlContext(run=opened.run))
    asyncio.run(SiteRights(crawler).process_request(request))
    opened.close()
    (reservation,) = request.meta["site_reservations"]
    assert (reservation.term, reservation.value) == ("tdm-reservation", "unknown")


def test_a_tdmrep_whose_rules_cannot_be_applied_is_no_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tdmrep, "tdm_terms", failing)
    answer = TextResponse(SITE + PATH, body=TDMREP.encode())
    request, crawler = Request(STORY, meta={"address": STORY}), a_crawler(answer)
    opened = OneRun(tmp_path / "archive.db", sources=[{**PAPER, "name": "gazette"}])
    attach(crawler, CrawlContext(run=opened.run))
    asyncio.run(SiteRights(crawler).process_request(request))
    opened.close()
    (reservation,) = request.meta["site_reservations"]
    assert (reservation.term, reservation.value) == ("tdm-reservation", "unknown")


def test_a_robots_txt_that_breaks_its_reader_forbids_and_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(robots, "RobotsRules", failing)
    answer = TextResponse(f"{SITE}/robots.txt", body=b"User-agent: *\nDisallow: /x\n")
    asked: list[str] = []
    crawler = a_crawler(answer, asked)
    crawler.settings = {"ROBOTSTXT_USER_AGENT": "tradepress"}
    attach(crawler, CrawlContext())

    async def twice() -> None:
        conduct = robots.RobotsMiddleware(crawler)
        for _ in range(2):
            with pytest.raises(robots.RobotsUnavailable, match="nested too deeply") as told:
                await conduct.process_request(Request(STORY))
            assert explain(told.value, STORY).reason == "robots_unavailable"

    asyncio.run(twice())
    assert len(asked) == 1


def failing(*_: object) -> None:
    raise RecursionError


def a_crawler(answer: Response, asked: list[str] | None = None) -> Any:
    """As far as a middleware looks at it; whatever it asks for, this is the answer."""

    async def download_async(request: Request) -> Response:
        if asked is not None:
            asked.append(request.url)
        return answer

    return SimpleNamespace(
        engine=SimpleNamespace(download_async=download_async),
        spidercls=SimpleNamespace(source=a_source()),
        spider=None,
    )
