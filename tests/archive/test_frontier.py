"""The frontier: what is new, what is due, what waits, and what is known of the seeds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from archive_rows import SITE, Clock, Writer, article_of, clock, rows, save, story, value, writer

from tradepress.archive.clock import utc_text
from tradepress.archive.frontier.addresses import Listed
from tradepress.archive.frontier.hosts import Host, Hosts
from tradepress.archive.frontier.listings import Listings, ReadListing
from tradepress.archive.frontier.revisit import changed_since, next_try, next_visit
from tradepress.archive.url_key import url_key
from tradepress.story import Capture

__all__ = ["clock", "writer"]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
URL = f"{SITE}/trademark/orrin-vale-1"
FEED = f"{SITE}/rss"
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


def listed(url: str = URL, **facts: Any) -> Listed:
    return Listed(url=url, found_on=FEED, **facts)


def next_run(writer: Writer) -> None:
    writer.end_run("done", 0)
    writer.start_run("tests", ["signet"], "0")


def address(writer: Writer, url: str = URL) -> dict[str, Any]:
    (row,) = rows(writer, "SELECT * FROM urls WHERE url_key = ?", url_key(url))
    return row


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (0 * HOURS, 6 * HOURS),
        (24 * HOURS, 6 * HOURS),
        (25 * HOURS, DAYS),
        (10 * DAYS, 7 * DAYS),
        (60 * DAYS, 30 * DAYS),
        (999 * DAYS, 180 * DAYS),
    ],
)
def test_a_story_is_visited_more_rarely_the_older_it_is(age: timedelta, pause: timedelta) -> None:
    assert next_visit(NOW - age, NOW) == NOW + pause


def test_what_fails_waits_longer_each_time() -> None:
    days = [(next_try(tries, NOW) - NOW).days for tries in range(1, 11)]
    assert days == [0, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert next_try(10_000, NOW) == NOW + 30 * DAYS


@pytest.mark.parametrize(
    ("lastmod", "changed"),
    [
        ("2026-11-25T12:00:01Z", True),
        ("2026-11-25T12:00:00Z", False),
        ("2026-11-25", True),
        ("2026-11-24", True),  # west of Greenwich it may still be that day
        ("2026-11-23", False),
        ("9999-12-31", True),
    ],
)
def test_a_page_may_have_changed_since(lastmod: str, changed: bool) -> None:
    assert changed_since(lastmod, "2026-11-25T12:00:00Z") is changed


def test_failures_in_a_row_are_put_off_and_a_success_ends_them(
    writer: Writer, clock: Clock
) -> None:
    writer.add_listed("signet", [listed()], 9)
    due = []
    for _ in range(4):
        writer.settle(URL, "failed", "timeout")
        due.append(address(writer)["next_due"])
        next_run(writer)
    assert due == [
        "2026-11-24T09:00:00Z",
        "2026-11-25T09:00:00Z",
        "2026-11-26T09:00:00Z",
        "2026-11-28T09:00:00Z",
    ]
    assert writer.due_urls("signet", clock.now, 9) == []
    assert [row["url"] for row in writer.due_urls("signet", due[-1], 9)] == [URL]
    writer.settle(URL, "unchanged", status=304)
    assert (address(writer)["tries"], address(writer)["state"]) == (0, "done")


def test_new_addresses_are_bounded_and_the_rest_is_counted(writer: Writer) -> None:
    urls = [f"{SITE}/trademark/story-{number}" for number in range(6)]
    first, left_out = writer.add_listed("signet", [listed(url) for url in urls[:2]], 3)
    assert ([row["is_new"] for row in first], left_out) == ([True, True], 0)
    again, left_out = writer.add_listed("signet", [listed(url) for url in [*urls, urls[5]]], 3)
    assert [row["url"] for row in again] == urls[:5]
    assert [row["is_new"] for row in again] == [False, False, True, True, True]
    assert left_out == 1
    assert value(writer, "SELECT count(*) FROM urls") == 5


def test_never_read_addresses_come_first_and_each_kind_can_be_had_alone(writer: Writer) -> None:
    urls = [f"{SITE}/trademark/story-{number}" for number in range(4)]
    writer.add_listed("signet", [listed(url) for url in urls], 9)
    writer.settle(urls[0], "unchanged", status=304, next_due="2026-11-23T00:00:00Z")
    writer.settle(urls[1], "unchanged", status=304, next_due="2026-11-22T00:00:00Z")
    writer.settle(urls[2], "deferred", "host_paused", next_due="2026-11-23T12:00:00Z")
    next_run(writer)
    now = "2026-11-24T09:00:00Z"
    due = writer.due_urls("signet", now, -1)
    assert [row["url"] for row in due] == [urls[3], urls[2], urls[1], urls[0]]
    known = writer.due_urls("signet", now, 1, is_new=False)
    assert [row["url"] for row in known] == [urls[1]]
    new = writer.due_urls("signet", now, 9, is_new=True)
    assert [row["url"] for row in new] == [urls[3], urls[2]]


def test_the_best_word_on_the_day_is_kept(writer: Writer) -> None:
    def add(**facts: Any) -> tuple[str | None, str | None]:
        writer.add_listed("signet", [listed(**facts)], 9)
        row = address(writer)
        return row["date_listed"], row["listed_by"]

    assert add(listed_by="sitemap") == (None, "sitemap")
    assert add(listed_by="section") == (None, "section")
    assert add(listed_by="sitemap") == (None, "section")
    assert add(listed_by="section", date_listed="2017-08-04") == ("2017-08-04", "section")
    assert add(listed_by="feed") == ("2017-08-04", "section")
    day = "2017-08-04T10:00:00+00:00"
    assert add(listed_by="feed", date_listed=day) == (day, "feed")
    assert add(listed_by="section", date_listed="2017-08-05") == (day, "feed")


def test_fresh_stories_do_not_wait_for_a_thousand_old_ones(writer: Writer, clock: Clock) -> None:
    old, fresh, changed, failed = (f"{SITE}/trademark/{name}-1" for name in "abcd")
    writer.add_listed("signet", [listed(url) for url in (old, fresh, changed, failed)], 9)
    clock.now = "2026-05-01T00:00:00Z"
    for url in (old, changed):
        writer.settle(url, "unchanged", status=304, next_due="2026-11-20T00:00:00Z")
    clock.now = "2026-11-24T00:00:00Z"
    writer.settle(failed, "failed", "timeout")
    writer.settle(fresh, "unchanged", status=304, next_due="2026-11-24T06:00:00Z")
    next_run(writer)
    clock.now = "2026-11-24T12:00:00Z"
    writer.add_listed("signet", [listed(changed, lastmod="2026-11-24T11:00:00Z")], 9)
    due = writer.due_urls("signet", clock.now, -1)
    assert [row["url"] for row in due] == [changed, failed, fresh, old]


def test_a_kept_story_that_was_changed_is_due_at_once(writer: Writer, clock: Clock) -> None:
    article = story(1, url=URL)
    save(writer, article, next_due="2027-01-01T00:00:00Z")
    for lastmod, due in (
        ("2026-11-24T08:59:59Z", "2027-01-01T00:00:00Z"),
        ("2026-11-24T09:00:01Z", clock.now),
    ):
        (row,), _ = writer.add_listed("signet", [listed(lastmod=lastmod)], 9)
        assert (row["next_due"], row["lastmod"]) == (due, lastmod)
        assert address(writer)["next_due"] == due
    clock.now = "2026-11-24T09:00:02Z"
    next_run(writer)
    writer.settle(URL, "unchanged", status=304, next_due="2027-02-01T00:00:00Z")
    writer.add_listed("signet", [listed(lastmod="2026-11-24T09:00:01Z")], 9)
    assert address(writer)["next_due"] == "2027-02-01T00:00:00Z"


def test_a_story_that_failed_waits_whatever_its_sitemap_says(writer: Writer, clock: Clock) -> None:
    writer.add_listed("signet", [listed()], 9)
    writer.settle(URL, "failed", "timeout", next_due="2026-12-01T00:00:00Z")
    writer.add_listed("signet", [listed(lastmod="2026-11-25")], 9)
    assert address(writer)["next_due"] == "2026-12-01T00:00:00Z"


def test_what_is_known_of_a_seed_is_fresh_for_a_week(writer: Writer, clock: Clock) -> None:
    writer.save_seed("signet", "feed", FEED, etag='"1"', last_modified=None)
    clock.now = "2026-12-01T09:00:00Z"
    assert writer.seeds("signet")[FEED]["is_fresh"]
    assert writer.seeds("signet")[FEED]["etag"] == '"1"'
    clock.now = "2026-12-01T09:00:01Z"
    assert not writer.seeds("signet")[FEED]["is_fresh"]
    clock.now = "2026-11-24T08:59:59Z"  # it had been wrong
    assert not writer.seeds("signet")[FEED]["is_fresh"]
    assert writer.seeds("makers") == {}


def test_a_listing_that_is_as_it_was_is_known_for_a_week(writer: Writer, clock: Clock) -> None:
    listings = Listings(writer.transaction)
    gave = ReadListing(found=9, pages=("https://signet.example/2",))
    listings.save("signet", FEED, "a", ReadListing(found=1, pages=()))
    listings.save("signet", FEED, "b", gave)
    clock.now = "2026-12-01T09:00:00Z"
    assert listings.same("signet", FEED, "b") == gave
    assert listings.same("signet", FEED, "a") is None
    assert listings.same("makers", FEED, "b") is None
    clock.now = "2026-12-01T09:00:01Z"
    assert listings.same("signet", FEED, "b") is None
    clock.now = "2026-11-24T08:59:59Z"  # it had been wrong
    assert listings.same("signet", FEED, "b") is None


def test_a_pause_that_a_wrong_clock_noted_does_not_count(writer: Writer) -> None:
    now = datetime.now(UTC)
    hosts = Hosts(writer.transaction)
    for name, days in (("paused.example", 29), ("wrong.example", 3000)):
        hosts.save(Host(host=name, paused_until=utc_text(now + timedelta(days)), blocks=1))
    loaded = Hosts(writer.transaction)
    assert loaded["paused.example"] == hosts["paused.example"]
    assert loaded["wrong.example"] == Host(host="wrong.example", blocks=1)


def test_a_visit_that_a_wrong_clock_put_off_for_years_is_due(writer: Writer, clock: Clock) -> None:
    last, lost = f"{SITE}/trademark/a-1", f"{SITE}/trademark/b-2"
    for url, due in ((last, "2027-05-23T09:00:00Z"), (lost, "2036-01-01T00:00:00Z")):
        writer.add_urls("signet", [(url, None)])
        writer.settle(url, "unchanged", status=304, next_due=due)
    next_run(writer)
    assert [row["url"] for row in writer.due_urls("signet", clock.now, -1)] == [lost]


def test_new_addresses_make_walks_count_as_not_done(writer: Writer) -> None:
    sections = [f"{SITE}/{name}" for name in ("trademark", "copyright")]
    for section in sections:
        writer.save_seed("signet", "section", section, is_walked=True)
    writer.save_seed("signet", "section", sections[0])
    writer.commit()
    assert all(row["walked_at"] for row in writer.seeds("signet").values())
    writer.forget_walks("signet", sections[1:])
    known = writer.seeds("signet")
    assert known[sections[0]]["walked_at"]
    assert known[sections[1]]["walked_at"] is None
    writer.forget_walks("signet", sections)
    assert writer.seeds("signet")[sections[0]]["walked_at"] is None


def test_what_a_back_fill_found_is_held_from_crawls_until_they_find_it(writer: Writer) -> None:
    addresses, never_read = writer.run.addresses, writer.run.never_read
    listing = [
        listed(url=f"{SITE}/trademark/{n}-{n}", date_listed=f"20{n}-05-01", listed_by="sitemap")
        for n in (11, 12)
    ]
    (one, _), left_out = addresses.add_listed("signet", listing, 9, state="held")
    assert (one.is_new, one.state, left_out) == (True, "held", 0)
    addresses.add_listed("signet", listing, 0, state="held")  # known to whoever holds them
    assert addresses.due("signet", -1) == []
    assert [row.url for row in never_read.of("signet")] == [listing[1].url, listing[0].url]
    assert [row.url for row in never_read.of("signet", until="2011-05-01")] == [listing[0].url]
    assert never_read.of("signet", since="2012-05-02") == []
    assert never_read.are_left("signet", ["sitemap"])
    assert not never_read.are_left("signet", ["section"])
    found, left_out = addresses.add_listed("signet", listing, 1)
    assert [(row.is_new, row.state) for row in found] == [(True, "due")]
    assert left_out == 1
    assert [row.url for row in addresses.due("signet", -1)] == [listing[0].url]
    assert never_read.are_left("signet", ["sitemap"])


def test_a_crawl_leaves_where_a_back_fill_goes_on(writer: Writer) -> None:
    section, following = f"{SITE}/trademark", f"{SITE}/trademark?page=2"
    seeds = writer.run.seeds
    writer.save_seed("signet", "section", section, is_walked=True)
    seeds.begin_walk("signet", "section", [section])
    known = seeds.of("signet")[section]
    assert (known.next_url, known.walked_at) == (section, None)
    seeds.go_on_at("signet", "section", section, following)
    writer.save_seed("signet", "section", section)
    assert seeds.of("signet")[section].next_url == following
    seeds.go_on_at("signet", "section", section, None)
    known = seeds.of("signet")[section]
    assert known.next_url is None
    assert known.walked_at is not None


SCHEDULE = ("state", "next_due", "tries", "etag", "last_modified", "fetched_at", "outcome")


def scheduled(writer: Writer) -> tuple[Any, ...]:
    row = address(writer)
    return tuple(row[name] for name in SCHEDULE)


@pytest.mark.parametrize("kind", ["stored", "rejected", "other text"])
def test_a_file_is_no_visit(writer: Writer, clock: Clock, kind: str) -> None:
    save(writer, story(1, url=URL), etag='"1"', next_due="2027-01-01T00:00:00Z")
    before = scheduled(writer)
    clock.now = "2026-11-25T09:00:00Z"
    next_run(writer)
    if kind == "rejected":
        writer.settle(URL, "rejected", "no_body", kind="file")
    else:
        words = {"body": "Another text."} if kind == "other text" else {}
        save(writer, story(1, url=URL, **words), kind="file", etag='"2"')
    assert scheduled(writer) == before


def test_a_capture_of_a_web_archive_is_no_visit(writer: Writer, clock: Clock) -> None:
    save(writer, story(1, url=URL), etag='"1"', next_due="2027-01-01T00:00:00Z")
    before = scheduled(writer)
    clock.now = "2026-11-25T09:00:00Z"
    next_run(writer)
    there = f"http://web.example/20170804000000id_/{URL}"
    capture = Capture(
        url=URL, body=b"x", origin="wayback", retrieved_from=there, date_captured=NOW, source="x"
    )
    fields = story(1, url=URL, body="What stood there once.")
    page = replace(article_of(fields), capture=capture)
    assert writer.run.stories.save(page, extractor="tests 1").outcome == "stored"
    assert scheduled(writer) == before
    assert address(writer, there)["state"] == "done"


def test_an_address_that_was_never_asked_for_stays_due_though_a_file_has_its_page(
    writer: Writer,
) -> None:
    writer.add_listed("signet", [listed()], 9)
    save(writer, story(1, url=URL), kind="file")
    assert scheduled(writer) == ("due", None, 0, None, None, None, None)
    assert address(writer)["article_id"] is not None


def test_a_story_out_of_a_file_is_visited_by_a_crawl_in_its_time_or_when_it_is_listed(
    writer: Writer, clock: Clock
) -> None:
    writer.run.addresses.add("signet", [(URL, "a.warc.gz")], state="done")
    save(writer, story(1, url=URL), kind="file", etag='"1"')
    assert scheduled(writer) == ("done", None, 0, '"1"', None, None, "stored")
    writer.end_run("done", 0)
    writer.start_run("ingest", ["signet"], "0")
    assert scheduled(writer)[0] == "done"
    writer.end_run("done", 0)
    writer.start_run("crawl", ["signet"], "0")
    state, next_due, *_, fetched_at, _ = scheduled(writer)
    assert (state, next_due > clock.now, fetched_at) == ("due", True, None)
    assert writer.run.never_read.of("signet") == []  # no back-fill asks for it
    (one,), _ = writer.add_listed("signet", [listed(listed_by="section")], 0)
    assert (one["state"], one["next_due"], one["is_new"]) == ("due", None, False)
    due = writer.due_urls("signet", clock.now, -1, is_new=False)
    assert [row["url"] for row in due] == [URL]
