"""Any address that a story ever had leads to it, to no other, and to the version of a day."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, Writer, article_of, clock, open_writer, save, story, withdraw
from archive_rows import writer as writer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tradepress
from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError, WithdrawnArticle
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.research.tracing.resolve_address import UnknownAddress, resolve_address
from tradepress.story import Capture

__all__ = ["clock"]

FIRST = datetime(2018, 3, 1, 9, tzinfo=UTC)
HOST = "signetgazette.example"


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


@contextmanager
def new_archive() -> Iterator[Writer]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_writer(Path(folder) / "archive.db") as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer


def save_page(writer: Writer, number: int, headline: str) -> None:
    fields = story(headline=headline)
    capture = Capture(
        url=fields["url"], body=b"", date_captured=day(number), origin="crawl", source="signet"
    )
    article = replace(article_of(fields), capture=capture)
    writer.run.stories.save(article, extractor="tests 1")


STEPS = (
    "news",
    "mobile-phones",
    "print-works",
    "amplifier",
    "hare-wins",
    "2018",
    "a.b",
    "Ämter",
    "m",
)
PATHS = st.tuples(
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", ".html", "/"]),
    st.sampled_from(["", "?id=7", "?id=8&view=7", "?page=printing"]),
).map("".join)


@st.composite
def variants(draw: st.DrawFn, path: str) -> str:
    """Another address of a page."""
    path, _, query = path.partition("?")
    if draw(st.booleans()):
        path = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    shown = draw(st.sampled_from(["", "", "amp", "print", "before", "query"]))
    if shown in ("amp", "print"):
        ends_html = path.endswith(".html") and draw(st.booleans())
        path = (
            path.replace(".html", f".{shown}.html") if ends_html else f"{path.rstrip('/')}/{shown}"
        )
    elif shown == "before":
        path = f"{draw(st.sampled_from(['amp', 'mobile', 'print']))}/{path}"
    more = ["utm_source=x", "fbclid=y"] if draw(st.booleans()) else []
    more += [draw(st.sampled_from(["amp=1", "m=1", "print=true", "outputType=amp"]))] * (
        shown == "query"
    )
    asked = "&".join(filter(None, [query, *more]))
    host = draw(st.sampled_from(["", "www.", "m.", "mobile.", "amp.", "WWW."])) + HOST
    scheme = draw(st.sampled_from(["http", "https", "HTTPS"]))
    url = f"{scheme}://{host}/{path}" + (f"?{asked}" if asked else "")
    behind = draw(st.sampled_from(ARCHIVES))
    return behind.format(url) + ("#top" if draw(st.booleans()) else "")


ARCHIVES = (
    *("{}", "{}", " {}"),
    "https://web.archive.org/web/20190804120000/{}",
    "https://web.archive.org/web/2019*/{}",
    "http://web.archive.org/web/20190804120000id_/{}",
    "https://archive.ph/20190804120000/{}",
    "https://archive.is/2019.08.04-120000/{}",
    "https://archive.today/newest/{}",
    "https://arquivo.pt/wayback/20190804120000mp_/{}",
    "https://index.commoncrawl.example/CC-MAIN-2019-35/20190804120000/{}",
)


def plain(path: str) -> str:
    page, mark, query = path.partition("?")
    return page.rstrip("/") + mark + query


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PATHS, min_size=1, max_size=6, unique_by=plain), st.data())
def test_each_variant_of_an_address_leads_to_its_story_and_to_no_other(
    paths: Sequence[str], data: st.DataObject
) -> None:
    with new_archive() as writer:
        for number, path in enumerate(paths, start=1):
            save(writer, story(number, url=f"{SITE}/{path}"))
        writer.commit()
        for number, path in enumerate(paths, start=1):
            address = data.draw(variants(path))
            assert resolve_address(writer.db, address).story.ref == f"signet-{number}", address


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PATHS, min_size=2, max_size=6, unique_by=plain), st.data())
def test_an_address_of_no_story_leads_to_none(paths: Sequence[str], data: st.DataObject) -> None:
    first, *rest = paths
    with new_archive() as writer:
        for number, path in enumerate(rest, start=1):
            save(writer, story(number, url=f"{SITE}/{path}"))
        writer.commit()
        address = data.draw(variants(first))
        with pytest.raises(UnknownAddress, match="no story is kept from"):
            resolve_address(writer.db, address)


@pytest.fixture(scope="module")
def kept() -> Iterator[Database]:
    with new_archive() as writer:
        save(writer, story())
        writer.commit()
        yield writer.db


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60)
    | st.from_regex(r"https?:/{0,2}[a-z.\[\]:@%0-9]{0,20}/?[ -~]{0,30}", fullmatch=True)
    | st.builds("https://web.archive.org/web/2019{}".format, st.text(max_size=30))
)
def test_any_words_are_an_address_of_a_story_or_told_to_be_of_none(
    kept: Database, url: str
) -> None:
    with suppress(UnknownAddress):
        assert resolve_address(kept, url).story.ref == "signet-1"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(0, 9), st.integers(0, 2), min_size=1), st.integers(-2, 12))
def test_the_version_of_a_day_is_that_which_stood(pages: dict[int, int], asked: int) -> None:
    with new_archive() as writer:
        for number in sorted(pages):
            save_page(writer, number, f"Text {pages[number]}")
        writer.commit()
        url = story()["url"]
        known = [number for number in pages if number <= asked]
        number = max(known) if known else min(pages)
        for found in (
            resolve_address(writer.db, url, f"{day(asked):%Y-%m-%d}"),
            resolve_address(writer.db, f"https://web.archive.org/web/{day(asked):%Y%m%d}/{url}"),
        ):
            assert found.story.headline == f"Text {pages[number]}"
            assert found.is_later is not bool(known)
            first = min(one for one in pages if pages[one] == pages[number])
            assert found.story.cited_at == f"{day(first):%Y-%m-%dT%H:%M:%SZ}"
        now = resolve_address(writer.db, url)
        assert (now.day, now.story) == (None, now.now)


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "x", "https://"),
        *("mailto:a@b.example", "http://[::1", "https://web.archive.org/web/2019/javascript:x"),
        *("//", "?", "http://a..b/", "\x00", "https://" + "a" * 3000 + ".example/"),
    ],
)
def test_what_is_no_address_leads_nowhere(writer: Writer, address: str) -> None:
    save(writer, story())
    with pytest.raises(UnknownAddress) as told:
        resolve_address(writer.db, address)
    assert not told.value.near


def test_the_nearest_of_the_site_are_named(writer: Writer) -> None:
    for number in range(1, 6):
        save(writer, story(number))
    save(writer, story(9, url="http://other.example/trademark/orrin-vale-77"))
    with pytest.raises(UnknownAddress, match=r"near it: signet-\d \(http") as told:
        resolve_address(writer.db, f"https://www.{HOST}/trademark/orrin-vale-77")
    refs = [one.ref for one in told.value.near]
    assert len(refs) == 3
    assert set(refs) <= {f"signet-{number}" for number in range(1, 6)}
    with pytest.raises(UnknownAddress) as told:
        resolve_address(writer.db, f"{SITE}/{'q' * 400}")
    assert not told.value.near


def test_a_withdrawn_story_is_said_to_be_under_each_of_its_addresses(writer: Writer) -> None:
    save(writer, story())
    (number,) = writer.db.execute("SELECT id FROM articles").fetchone()
    withdraw(writer, None, [tombstone_for(writer.db, number, reason="asked for")])
    for address in (story()["url"], f"https://m.{HOST}/trademark/orrin-vale-1/amp?utm_source=x"):
        with pytest.raises(WithdrawnArticle, match=r"was withdrawn on .*: asked for") as told:
            resolve_address(writer.db, address)
        assert told.value.ref == "signet-1"


def test_an_address_that_only_the_frontier_knows_leads_on(writer: Writer) -> None:
    """A short address of a capture, and one that was asked for and gave a known story."""
    save(writer, story())
    writer.add_urls("signet", [("https://archive.ph/AbC1x", None), (f"{SITE}/?p=71", None)])
    writer.write("UPDATE urls SET article_id = (SELECT id FROM articles)")
    writer.commit()
    for address in ("https://archive.ph/AbC1x", f"{SITE}/?p=71"):
        assert resolve_address(writer.db, address).story.ref == "signet-1"


def test_the_live_and_the_archived_page_are_told(writer: Writer) -> None:
    save_page(writer, 1, "Old words")
    save(
        writer,
        story(url=f"{SITE}/moved/orrin-vale-1", headline="New words"),
        requested_url=story()["url"],
    )
    writer.write("UPDATE articles SET gone_at = '2026-11-24T09:00:00Z'")
    writer.commit()
    found = resolve_address(writer.db, story()["url"], "2018-03-02")
    assert (found.story.version, found.story.current_version, found.story.headline) == (
        1,
        2,
        "Old words",
    )
    assert (found.now.url, found.now.gone_at) == (
        f"{SITE}/moved/orrin-vale-1",
        "2026-11-24T09:00:00Z",
    )


def test_each_address_of_a_merged_story_leads_to_what_it_is_now(writer: Writer) -> None:
    """The site moved, which nothing told until a page named the old address as its own."""
    body = f"{story()['body']}\n\nBoth sides had brought surveys of lamp buyers."
    moved = {"url": f"{SITE}/moved/1", "headline": "Orrin Vale loses", "site_id": None}
    old = save(writer, story(site_id=None, body=body)).ref
    new = save(writer, story(body=body, **moved)).ref
    assert {
        resolve_address(writer.db, one).story.ref for one in (story()["url"], moved["url"])
    } == {
        old,
        new,
    }
    save(writer, story(body=body, canonical_url=story()["url"], **moved))
    for address in (story()["url"], moved["url"], f"https://m.{HOST}/moved/1/amp"):
        assert resolve_address(writer.db, address).story.ref == old


def test_a_day_that_is_none_is_refused(writer: Writer) -> None:
    save(writer, story())
    with pytest.raises(QueryError):
        resolve_address(writer.db, story()["url"], "2018-13-01")


def test_a_program_asks(writer: Writer) -> None:
    save(writer, story())
    writer.commit()
    with tradepress.open(writer.path) as archive:
        assert archive.resolve(HOST + "/trademark/orrin-vale-1").story.ref == "signet-1"
