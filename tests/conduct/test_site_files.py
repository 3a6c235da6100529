"""robots.txt and tdmrep.json as a crawl asks for them: what an answer means, and what is noted."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from archive_rows import Clock, Writer, clock, rows, writer
from scrapy.http import Request, Response
from scrapy.settings import Settings

from tradepress.conduct.context import CrawlContext, attach
from tradepress.conduct.robots import ForbiddenByRobots, RobotsMiddleware, RobotsUnavailable
from tradepress.conduct.site_file import FRESH, UNAVAILABLE, SiteFileMiddleware
from tradepress.rights.site_rights import INVENTED, WANTED, SiteRights

__all__ = ["clock", "writer"]

SITE = "https://gazette.example"
STORY = f"{SITE}/news/lantern-1"
ROBOTS, TDMREP = f"{SITE}/robots.txt", f"{SITE}/.well-known/tdmrep.json"
RULES = b"User-agent: *\nCrawl-delay: 7\nDisallow: /members/\n"
RESERVED = b'[{"location": "/news/", "tdm-reservation": 1}]'
Answer = Response | Exception


def answer(body: bytes = b"", status: int = 200, url: str = ROBOTS, **facts: Any) -> Response:
    return Response(url, body=body, status=status, **facts)


class Site:
    """A crawl of a paper, and what its server gives."""

    def __init__(self, writer: Writer | None) -> None:
        self.asked: list[Request] = []
        self.given: Answer = answer()
        self.invented: Answer | None = None
        """Is what a path below /.well-known/ gives that is no tdmrep.json; None: the same."""
        self.notes: list[str] = []
        self.writer = writer
        self.crawler: Any = SimpleNamespace(
            engine=SimpleNamespace(download_async=self.download),
            spidercls=SimpleNamespace(source=SimpleNamespace(name="signet")),
            spider=SimpleNamespace(report=SimpleNamespace(notes=self.notes)),
            settings=Settings({"ROBOTSTXT_USER_AGENT": "Tradepress"}),
        )
        attach(self.crawler, CrawlContext(run=writer.run if writer else None))

    async def download(self, request: Request) -> Response:
        self.asked.append(request)
        is_invented = "/.well-known/" in request.url and request.url != TDMREP
        given = self.invented if is_invented and self.invented is not None else self.given
        if isinstance(given, Exception):
            raise given
        return given

    def ask(self, kind: type[SiteFileMiddleware[Any]], given: Answer) -> tuple[Any, float]:
        self.given = given
        return asyncio.run(kind(self.crawler).ask(SITE))

    def pass_on(
        self, kind: type[SiteFileMiddleware[Any]], given: Answer, *requests: Request
    ) -> None:
        self.given = given
        middleware: Any = kind(self.crawler)

        async def all_of_them() -> None:
            for request in requests:
                await middleware.process_request(request)

        asyncio.run(all_of_them())

    def told(self) -> list[tuple[Any, ...]]:
        """Kind, address, status, bytes, outcome and reason of each line of the ledger."""
        assert self.writer is not None
        columns = ("kind", "url", "status", "bytes", "outcome", "reason")
        return [
            tuple(row[name] for name in columns)
            for row in rows(self.writer, "SELECT * FROM fetches")
        ]

    def kept(self) -> list[tuple[Any, ...]]:
        assert self.writer is not None
        found = rows(self.writer, "SELECT * FROM site_files ORDER BY id")
        return [(row["origin"], row["path"], row["status"], row["body"]) for row in found]


@pytest.fixture(autouse=True)
def going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradepress.conduct.site_file.require_going", lambda crawler, url: None)


@pytest.fixture
def site(writer: Writer) -> Iterator[Site]:
    return Site(writer)


@pytest.fixture
def alone() -> Site:
    """One page without an archive."""
    return Site(None)


def test_robots_txt_is_asked_for_once_and_its_rules_are_carried_along(site: Site) -> None:
    stories = [Request(f"{SITE}/news/{number}") for number in range(3)]
    site.pass_on(RobotsMiddleware, answer(RULES), *stories)
    assert [request.url for request in site.asked] == [ROBOTS]
    assert site.asked[0].meta == {"kind": "robots", "redirect_ttl": 5}
    assert {request.meta["robots"].crawl_delay for request in stories} == {7.0}
    assert {request.meta["crawl_delay"] for request in stories} == {7.0}
    assert site.told() == [("robots", ROBOTS, 200, len(RULES), "read", None)]
    assert site.kept() == [(SITE, "/robots.txt", 200, RULES.decode())]
    assert site.notes == []


def test_what_robots_txt_forbids_is_not_asked_for(alone: Site) -> None:
    with pytest.raises(ForbiddenByRobots) as told:
        alone.pass_on(RobotsMiddleware, answer(RULES), Request(f"{SITE}/members/lantern"))
    assert str(told.value) == f"{ROBOTS} forbids {SITE}/members/lantern"
    robots = Request(f"{SITE}/members/robots.txt", meta={"kind": "robots"})
    alone.pass_on(RobotsMiddleware, OSError("is never asked"), robots)
    assert "robots" not in robots.meta


@pytest.mark.parametrize(
    ("given", "words", "reason"),
    [
        (OSError("no route"), "can't be had: no route", "no_answer"),
        (answer(b"broken", 503), "answered 503", "http_503"),
        (answer(b"later", 429), "answered 429", "http_429"),
        (answer(b"moved", 301), "answered 301", "http_301"),
        (answer(b"User-agent: *\nDisal", flags=["partial"]), "broke off", "data_loss"),
    ],
)
def test_without_a_robots_txt_that_counts_nothing_is_asked_for_an_hour(
    site: Site, given: Answer, words: str, reason: str
) -> None:
    said, lasts = site.ask(RobotsMiddleware, given)
    assert isinstance(said, RobotsUnavailable)
    assert (str(said), said.url) == (f"{ROBOTS} {words}", ROBOTS)
    assert said.__cause__ is (given if isinstance(given, Exception) else None)
    assert lasts == UNAVAILABLE
    facts = (given.status, len(given.body)) if isinstance(given, Response) else (None, None)
    assert site.told() == [("robots", ROBOTS, *facts, "deferred", reason)]
    assert site.kept() == []
    with pytest.raises(RobotsUnavailable):
        site.pass_on(RobotsMiddleware, given, Request(STORY))


def test_a_robots_txt_that_nobody_can_read_forbids_all(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str, agent: str) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("tradepress.conduct.robots.RobotsRules", fail)
    said, lasts = site.ask(RobotsMiddleware, answer(RULES))
    assert isinstance(said, RobotsUnavailable)
    assert str(said).startswith(f"{ROBOTS} can't be read (")
    assert (said.url, lasts) == (ROBOTS, UNAVAILABLE)
    assert site.told() == [("robots", ROBOTS, 200, len(RULES), "deferred", "unreadable")]


@pytest.mark.parametrize(
    ("given", "reason", "status", "body", "is_free"),
    [
        (answer(b"not here: Disallow: /", 404), None, 404, "", True),
        (answer(b"<html>Not found</html>"), "html", 200, "", True),
        (answer(b"User-agent: *\nDisallow: /\n", flags=["partial"]), None, 200, None, False),
        (answer(b"User-agent: *\nDisallow: /", 204), None, 204, None, False),
    ],
)
def test_an_answer_that_counts_does_so_for_a_day(
    site: Site, given: Response, reason: str | None, status: int, body: str | None, is_free: bool
) -> None:
    rules, lasts = site.ask(RobotsMiddleware, given)
    assert (rules.allows(STORY), lasts) == (is_free, FRESH)
    assert site.told() == [("robots", ROBOTS, status, len(given.body), "read", reason)]
    text = given.body.decode() if body is None else body
    assert site.kept() == [(SITE, "/robots.txt", status, text)]


def test_a_robots_txt_for_us_alone_counts_before_that_for_all(alone: Site) -> None:
    ours = b"User-agent: tradepress\nDisallow: /news/\n\nUser-agent: *\nDisallow: /members/\n"
    rules, _ = alone.ask(RobotsMiddleware, answer(ours))
    assert (rules.allows(STORY), rules.allows(f"{SITE}/members/")) == (False, True)


def test_a_change_of_robots_txt_and_a_long_delay_are_told_once(site: Site, clock: Clock) -> None:
    slow = b"User-agent: *\nCrawl-delay: 600\n"
    site.ask(RobotsMiddleware, answer(slow))
    long = (
        f"{SITE} asks for 600 seconds between requests (Crawl-delay); 60 are kept. "
        "Ask the publisher whether a crawl is welcome."
    )
    assert site.notes == [long]
    clock.now = "2026-11-25T09:00:00Z"
    site.ask(RobotsMiddleware, answer(slow))
    assert site.notes == [long]
    site.ask(RobotsMiddleware, answer(slow + b"Disallow: /a\n"))
    assert site.notes == [
        long,
        f"{ROBOTS} has changed. The text before it was there from 2026-11-24 on; "
        "compare the two in table site_files.",
    ]
    site.crawler.spider = None
    rules, _ = site.ask(RobotsMiddleware, answer(slow))
    assert rules.crawl_delay == 600
    request = Request(STORY)
    site.pass_on(RobotsMiddleware, answer(slow), request)
    assert request.meta["crawl_delay"] == 60.0


# tdmrep.json, and robots.txt towards AI


def reservations(site: Site, given: Answer, **meta: Any) -> list[tuple[str, str, str]]:
    request = Request(STORY, meta={"address": STORY, **meta})
    site.pass_on(SiteRights, given, request)
    return [(one.term, one.evidence, one.value) for one in request.meta["site_reservations"]]


def test_a_story_carries_what_its_site_reserves(site: Site) -> None:
    given = answer(RESERVED, url=TDMREP)
    path = "/.well-known/tdmrep.json /news/"
    assert reservations(site, given) == [("tdm-reservation", path, "1")]
    assert [(request.url, request.meta) for request in site.asked] == [(TDMREP, {"kind": "tdmrep"})]
    assert site.told() == [("tdmrep", TDMREP, 200, len(RESERVED), "read", None)]
    assert site.kept() == [(SITE, "/.well-known/tdmrep.json", 200, RESERVED.decode())]
    listing = Request(SITE)
    site.pass_on(SiteRights, given, listing)
    assert "site_reservations" not in listing.meta


@pytest.mark.parametrize(
    ("given", "text", "outcome", "reason"),
    [
        (answer(b"", 404), "", "read", None),
        (answer(b"gone", 410), "", "read", None),
        (answer(b"[]"), "[]", "read", None),
        (ForbiddenByRobots("no"), "", "rejected", "robots"),
    ],
)
def test_a_site_without_a_file_reserves_nothing_by_it(
    site: Site, given: Answer, text: str, outcome: str, reason: str | None
) -> None:
    assert site.ask(SiteRights, given) == (text, FRESH)
    facts = (given.status, len(given.body)) if isinstance(given, Response) else (None, None)
    assert site.told() == [("tdmrep", TDMREP, *facts, outcome, reason)]
    assert reservations(site, given) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (TimeoutError("slow"), "no_answer"),
        (answer(b"x", 500), "http_500"),
        (answer(RESERVED, flags=["partial"]), "data_loss"),
        (answer(b" " * (500 * 1024 + 1)), "too_large"),
        (answer(b" " * (500 * 1024 + 1), 300), "http_300"),
    ],
)
def test_no_answer_is_no_permission_and_the_last_copy_counts_for_a_month(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch, given: Answer, reason: str
) -> None:
    now = datetime.fromisoformat(clock.now)
    stopped = SimpleNamespace(now=lambda zone: {UTC: now}[zone])
    monkeypatch.setattr("tradepress.rights.site_rights.datetime", stopped)
    unknown = ("tdm-reservation", "/.well-known/tdmrep.json", "unknown")
    assert site.ask(SiteRights, given) == (None, UNAVAILABLE)
    assert reservations(site, given) == [unknown]
    facts = (given.status, len(given.body)) if isinstance(given, Response) else (None, None)
    assert site.told()[0] == ("tdmrep", TDMREP, *facts, "deferred", reason)
    assert site.kept() == []
    clock.now = "2026-10-25T09:00:00Z"  # 30 days before
    site.ask(SiteRights, answer(RESERVED, url=TDMREP))
    assert site.ask(SiteRights, given) == (RESERVED.decode(), UNAVAILABLE)
    assert reservations(site, given)[0][2] == "1"
    site.writer.write("UPDATE site_files SET last_seen = '2026-10-25T08:59:59Z'")  # type: ignore[union-attr]
    assert site.ask(SiteRights, given) == (None, UNAVAILABLE)


PAGE = b"<!DOCTYPE html><title>The Lantern</title><p>Marks of makers.</p></html>"
ALIKE = "as at an invented path: there is no file"
JSON_FAULT = (
    "it is not JSON (Expecting property name enclosed in double quotes: line 1 column 3 (char 2))"
)
UNSURE = "and it is not sure that there is no file: no permission"


@pytest.mark.parametrize(
    ("given", "invented", "what", "is_none"),
    [
        (answer(PAGE), answer(PAGE), "a web page", True),
        (answer(PAGE, flags=["partial"]), answer(PAGE), "a web page", True),
        (answer(PAGE + b" " * 500 * 1024), answer(PAGE), "a web page", True),
        (answer(PAGE), answer(b"\xef\xbb\xbf \n<html>Another</html>"), "a web page", True),
        (answer(b"{}"), answer(b'{"error": 1}'), "it is not a list of rules", True),
        (answer(PAGE), answer(b"not here", 404), "a web page", False),
        (answer(PAGE), answer(PAGE, 503), "a web page", False),
        (answer(PAGE), TimeoutError("slow"), "a web page", False),
        (answer(PAGE), ForbiddenByRobots("no"), "a web page", False),
        (answer(PAGE), answer(b"[]"), "a web page", False),
        (answer(PAGE + b"<meta name=TDM-Reservation>"), answer(PAGE), "a web page", False),
        (answer(PAGE), answer(PAGE + b'{"tdm_policy": ""}'), "a web page", False),
        (answer(PAGE, headers={"TDM-Reservation": "1"}), answer(PAGE), "a web page", False),
        (answer(b"{}"), answer(PAGE), "it is not a list of rules", False),
        (answer(b"[{]"), answer(b"[1]"), JSON_FAULT, False),
        (answer(RESERVED[1:-1]), answer(RESERVED[1:-1]), "it is not a list of rules", False),
    ],
)
def test_what_is_no_file_counts_as_none_where_an_invented_path_gives_the_like(
    site: Site, given: Response, invented: Answer, what: str, is_none: bool
) -> None:
    site.invented = invented
    said, lasts = site.ask(SiteRights, given)
    assert (said, lasts) == (("", FRESH) if is_none else (None, UNAVAILABLE))
    asked = [(request.url, request.meta) for request in site.asked]
    _, (url, _) = asked
    assert all(one == {"kind": "tdmrep"} for _, one in asked)
    assert re.fullmatch(rf"{SITE}/\.well-known/[0-9a-f]{{16}}\.json", url)
    outcome = "read" if is_none else "deferred"
    compared, noted = site.told()
    assert compared[:2] + compared[4:] == ("tdmrep", url, outcome, INVENTED)
    reason = f"{what}, {ALIKE if is_none else UNSURE}"
    assert noted == ("tdmrep", TDMREP, 200, len(given.body), outcome, reason)
    assert site.kept() == ([(SITE, "/.well-known/tdmrep.json", 200, "")] if is_none else [])
    path = "/.well-known/tdmrep.json"
    found = reservations(site, given)
    assert found == ([] if is_none else [("tdm-reservation", path, "unknown")])
    untold = f"{TDMREP}: {reason}. No text is kept until the site says that it may be."
    assert site.notes == ([] if is_none else [untold])


def test_a_broken_list_of_rules_is_no_permission(site: Site) -> None:
    site.invented = answer(b"not here", 404)
    assert site.ask(SiteRights, answer(b'[{"location": "/", ')) == (None, UNAVAILABLE)
    (reason,) = [one[5] for one in site.told() if one[1] == TDMREP]
    assert reason.startswith("it is not JSON (")
    assert reason.endswith(UNSURE)


def test_a_page_in_its_place_does_not_stand_in_for_a_file_that_cannot_be_had(site: Site) -> None:
    """It is nothing that the publisher said, unlike a 404."""
    assert site.ask(SiteRights, answer(b"", 404)) == ("", FRESH)
    assert site.ask(SiteRights, answer(b"x", 503)) == ("", UNAVAILABLE)
    assert site.notes == []
    assert site.ask(SiteRights, answer(PAGE)) == ("", FRESH)
    assert site.notes == [f"{TDMREP}: a web page, {ALIKE}."]
    site.notes.clear()
    assert site.ask(SiteRights, answer(PAGE)) == ("", FRESH)
    assert site.notes == []
    assert site.ask(SiteRights, answer(b"x", 503)) == (None, UNAVAILABLE)
    busy = "the site is busy (HTTP 503). No text is kept until the site says that it may be."
    assert site.notes == [f"{TDMREP}: {busy}"]


def test_pages_are_judged_without_an_archive_where_that_is_wanted(alone: Site) -> None:
    story = Request(STORY, meta={WANTED: True})
    alone.pass_on(SiteRights, answer(PAGE), story)
    assert story.meta["site_reservations"] == ()
    assert alone.notes == [f"{TDMREP}: a web page, {ALIKE}."]
    other = Request(STORY, meta={WANTED: True})
    alone.pass_on(SiteRights, answer(b"", 500), other)
    ((term, _, value),) = map(astuple, other.meta["site_reservations"])
    assert (term, value) == ("tdm-reservation", "unknown")


def test_a_page_in_place_of_robots_txt_gives_no_rules_though_its_length_was_not_said(
    site: Site,
) -> None:
    rules, lasts = site.ask(RobotsMiddleware, answer(PAGE, flags=["partial"]))
    assert (rules.allows(STORY), lasts) == (True, FRESH)
    said, _ = site.ask(RobotsMiddleware, answer(PAGE[:40], flags=["partial"]))
    assert isinstance(said, RobotsUnavailable)


def test_a_last_copy_that_says_nothing_is_no_permission(site: Site) -> None:
    assert site.writer is not None
    path = "/.well-known/tdmrep.json"
    site.writer.run.site_files.save(SITE, path, status=200, body="{}")
    assert reservations(site, TimeoutError("slow")) == [("tdm-reservation", path, "unknown")]


def test_a_file_of_the_largest_size_is_read_and_so_is_a_page_of_any_size_that_says_no(
    site: Site,
) -> None:
    largest = RESERVED + b" " * (500 * 1024 - len(RESERVED))
    assert site.ask(SiteRights, answer(largest)) == (largest.decode(), FRESH)
    assert site.ask(SiteRights, answer(b"x" * (600 * 1024), 404)) == ("", FRESH)


def test_a_mark_of_the_byte_order_and_half_a_letter_hide_no_rule(site: Site) -> None:
    given = answer(b"\xef\xbb\xbf" + RESERVED.replace(b"/news/", b"/news/\xff"))
    assert site.ask(SiteRights, given)[0] == RESERVED.decode().replace("/news/", "/news/\ufffd")


def test_robots_txt_towards_ai_is_a_reservation(site: Site) -> None:
    rules, _ = site.ask(
        RobotsMiddleware,
        answer(b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /news/\n"),
    )
    none = answer(b"", 404)
    found = [("ai-agents", "/robots.txt", "CCBot, GPTBot")]
    assert reservations(site, none, robots=rules) == found
    allowing, _ = site.ask(RobotsMiddleware, answer(RULES))
    assert reservations(site, none, robots=allowing) == []
