"""What a site's own files reserve: a tdmrep.json of any length, and one that is too long."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from archive_rows import PAPER
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import Settings
from test_rights import SITE, STORY, TDMREP, a_source

from archive.ledger import Ledger
from crawler.conduct.site_rights import SiteRights
from crawler.conduct.tdmrep import LARGEST, PATH, file_reservations


def test_a_rule_counts_however_many_stand_before_it() -> None:
    others = [{"location": f"/archive/{n}", "tdm-reservation": 0} for n in range(2000)]
    rules = [*others, {"location": "/news/", "tdm-reservation": 1}]
    assert [one.value for one in file_reservations(json.dumps(rules), STORY)] == ["1"]


def test_a_tdmrep_that_nobody_can_read_whole_is_no_permission(tmp_path: Path) -> None:
    answer = TextResponse(SITE + PATH, body=TDMREP.encode() + b" " * LARGEST)
    request, crawler = Request(STORY, meta={"ledger_url": STORY}), a_crawler(tmp_path, answer)
    with closing_ledger(tmp_path):
        asyncio.run(SiteRights(crawler).process_request(request))
    (reservation,) = request.meta["site_reservations"]
    assert (reservation.term, reservation.value) == ("tdm-reservation", "unknown")


def a_crawler(folder: Path, answer: Response) -> Any:
    """As far as a middleware looks at it; whatever it asks for, this is the answer."""

    async def download_async(request: Request) -> Response:
        return answer

    return SimpleNamespace(
        settings=Settings({"TRADEPRESS_ARCHIVE": str(folder / "archive.db")}),
        engine=SimpleNamespace(download_async=download_async),
        spidercls=SimpleNamespace(source=a_source()),
    )


@contextmanager
def closing_ledger(folder: Path) -> Iterator[Ledger]:
    source = {**PAPER, "name": "gazette"}
    ledger = Ledger(folder / "archive.db", command="tests", version="0", sources=[source])
    try:
        yield ledger
    finally:
        ledger.close()
