"""What a site's own files reserve: a tdmrep.json of any length, and one that is too long."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from archive_rows import PAPER, OneRun
from scrapy.http import Request, Response, TextResponse
from test_rights import SITE, STORY, TDMREP, a_source

from crawler.context import CrawlContext, attach
from crawler.rights.site_rights import SiteRights
from crawler.rights.tdmrep import LARGEST, PATH, file_reservations


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


def a_crawler(answer: Response) -> Any:
    """As far as a middleware looks at it; whatever it asks for, this is the answer."""

    async def download_async(request: Request) -> Response:
        return answer

    return SimpleNamespace(
        engine=SimpleNamespace(download_async=download_async),
        spidercls=SimpleNamespace(source=a_source()),
    )
