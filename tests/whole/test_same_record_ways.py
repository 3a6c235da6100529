"""Captures of one story, each by another way in: one record, whatever came first."""

import gzip
import os
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import replay
from captured import Captured, write_warc
from conftest import Site, Tradepress, a_story, declare
from crawl_server import Crawl, write_crawl, write_news
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.stories.versions import list_versions
from tradepress.research.citation.cited_story import citation_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

URL = "https://gazette.example/trademark/lantern-case-1001"
TEXTS = {"A": "Lantern mark refused", "B": "Beacon mark refused"}
SEEN = (("2015-03", "A"), ("2016-03", "B"), ("2018-03", "A"), ("2020-03", "B"))
SEEN_AGAIN = (SEEN[3], SEEN[1], SEEN[2], SEEN[0])
Do = Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class Work:
    """A folder of its own, and the program there."""

    folder: Path
    do: Do

    @property
    def archive(self) -> Path:
        return self.folder / "archive.db"

    def ingest(self, *words: object) -> None:
        self.do("ingest", *words, "--archive", self.archive)

    def backfill(self, way: str, *words: str) -> None:
        self.do("backfill", "gazette", "--from", way, "--yes", *words, "--archive", self.archive)


def capture(month: str, text: str) -> Captured:
    return Captured(url=URL, at=f"{month}-01T12:00:00", page=a_story(TEXTS[text], "4 August 2014"))


def by_warc(work: Work, one: Captured) -> None:
    work.ingest(write_warc(work.folder / "one.warc.gz", [one]))


def by_arc(work: Work, one: Captured) -> None:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{one.page}".encode()
    fields = "URL IP-address Archive-date Content-type Archive-length"
    date = f"{datetime.fromisoformat(one.at):%Y%m%d%H%M%S}"
    info = f"1 0 Lantern\n{fields}\n\n".encode()
    (work.folder / "one.arc").write_bytes(
        f"filedesc://one.arc 0.0.0.0 {date} text/plain {len(info)}\n".encode()
        + info
        + f"\n{one.url} 192.0.2.1 {date} text/html {len(answer)}\n".encode()
        + answer
        + b"\n"
    )
    work.ingest(work.folder / "one.arc")


def by_zst(work: Work, one: Captured) -> None:
    plain = gzip.decompress(write_warc(work.folder / "plain.warc.gz", [one]).read_bytes())
    (work.folder / "one.warc.zst").write_bytes(zstd.compress(plain))
    work.ingest(work.folder / "one.warc.zst")


def by_mirror(work: Work, one: Captured) -> None:
    file = work.folder / "mirror" / one.url.removeprefix("https://")
    file.parent.mkdir(parents=True)
    file.write_text(str(one.page))
    at = datetime.fromisoformat(one.at).replace(tzinfo=UTC).timestamp()
    os.utime(file, (at, at))  # wget gives a file the time of the answer
    work.ingest("--mirror", work.folder / "mirror")


def by_shard(work: Work, one: Captured) -> None:
    file = write_warc(work.folder / "part.warc.gz", [one])
    work.do("ingest-shard", file, "--shards", work.folder / "parts")
    work.do("merge", "--shards", work.folder / "parts", "--archive", work.archive)


def by_html(work: Work, one: Captured) -> None:
    (work.folder / "page.html").write_text(str(one.page))
    addresses = work.folder / "addresses.csv"
    addresses.write_text(f"file,url,date_captured\npage.html,{one.url},{one.at}Z\n")
    work.ingest(work.folder / "page.html", "--addresses", addresses)


def by_mhtml(work: Work, one: Captured) -> None:
    mail, part = EmailMessage(), EmailMessage()
    mail["Snapshot-Content-Location"] = one.url
    mail["Date"] = datetime.fromisoformat(one.at).strftime("%a, %d %b %Y %H:%M:%S -0000")
    mail.make_related()
    part.set_content(str(one.page), subtype="html", cte="quoted-printable")
    part["Content-Location"] = one.url
    mail.attach(part)
    (work.folder / "page.mhtml").write_bytes(mail.as_bytes())
    work.ingest(work.folder / "page.mhtml")


def by_wacz(work: Work, one: Captured) -> None:
    inner = write_warc(work.folder / "inner.warc.gz", [one])
    with zipfile.ZipFile(work.folder / "one.wacz", "w") as package:
        package.write(inner, "archive/inner.warc.gz")
    inner.unlink()
    work.ingest(work.folder / "one.wacz")


def by_spread(work: Work, one: Captured) -> None:
    file = write_warc(work.folder / "spread.warc.gz", [one])
    work.ingest(file, "--local", "1", "--shards", work.folder / "shards")


def by_merge(work: Work, one: Captured) -> None:
    other = work.folder / "other.db"
    work.do("ingest", write_warc(work.folder / "there.warc.gz", [one]), "--archive", other)
    work.do("merge", other, "--archive", work.archive)


def by_news(work: Work, one: Captured) -> None:
    moment = f"{datetime.fromisoformat(one.at):%Y%m%d%H%M%S}"
    month = one.at[:7]
    files = {f"CC-NEWS-{moment}-00001.warc.gz": [one]}
    write_news(work.folder / "crawls", month.replace("-", "/"), files)
    work.backfill("ccnews", "--since", month, "--until", month)


def by_crawls(work: Work, one: Captured) -> None:
    write_crawl(work.folder / "crawls", Crawl(name=f"CC-MAIN-{one.at[:4]}-09", pages=[one]))
    work.backfill("commoncrawl")


def by_wayback(work: Work, one: Captured) -> None:
    replay.add_files(work.folder / "pywb", [write_warc(work.folder / "past.warc.gz", [one])])
    settings = work.folder.parent / "tradepress.toml"
    before = settings.read_text()
    with replay.pywb(work.folder / "pywb") as address:
        settings.write_text(f'{before}wayback = "{address}"\n')
        work.backfill("wayback")
    settings.write_text(before)


WAYS: dict[str, Callable[[Work, Captured], None]] = {
    "warc": by_warc,
    "arc": by_arc,
    "zst": by_zst,
    "mirror": by_mirror,
    "shard": by_shard,
    "html": by_html,
    "mhtml": by_mhtml,
    "wacz": by_wacz,
    "spread": by_spread,
    "merge": by_merge,
    "ccnews": by_news,
    "commoncrawl": by_crawls,
    "wayback": by_wayback,
}


def record(archive: Path) -> object:
    """What is said of the story, by names that are the same everywhere."""
    with read_archive(archive) as db:
        (ref,) = db.execute("SELECT ref FROM articles").fetchone()
        cited = {
            one.version: citation_of(load_story(db, f"{ref}@{one.version}"), "2026-12-02")
            for one in list_versions(db, ref)
        }
        chain = [
            (cited[one.version].ref, one.headline, one.spans, one.is_current)
            for one in list_versions(db, ref)
        ]
        times = sorted((one.ref, one.captured_at, one.headline) for one in cited.values())
    with closing(sqlite3.connect(archive)) as db_:
        seen = db_.execute(
            "SELECT seen_at, content_hash FROM sightings JOIN versions ON id = version_id "
            "ORDER BY seen_at"
        ).fetchall()
    return chain, times, seen


@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink one takes minutes
)
@given(
    order=st.permutations(SEEN),
    ways=st.lists(st.sampled_from([*WAYS]), min_size=4, max_size=4, unique=True),
)
@example(order=SEEN_AGAIN, ways=["warc", "html", "mhtml", "wacz"])
@example(order=SEEN, ways=["mirror", "arc", "shard", "zst"])
def test_one_record_by_any_ways_in_any_order(
    order: Sequence[tuple[str, str]],
    ways: list[str],
    site: Site,
    tradepress: Tradepress,
    tmp_path: Path,
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir(exist_ok=True)
    declare(sources, "gazette", site.home, domains=("127.0.0.1", "gazette.example"))

    def do(*command: object) -> None:
        result = tradepress(*map(str, command))
        assert result.returncode == 0, (command, result.stdout, result.stderr)

    found = []
    for number, (captures, chosen) in enumerate(((SEEN, ["warc"] * 4), (order, ways))):
        folder = tmp_path / f"archive-{len([*tmp_path.iterdir()])}-{number}"
        folder.mkdir()
        (tmp_path / "tradepress.toml").write_text(
            f'contact = "a@library.example"\n[backfill]\ncommoncrawl = "{folder / "crawls"}"\n'
        )
        for way, one in zip(chosen, captures, strict=True):
            WAYS[way](Work(folder=folder, do=do), capture(*one))
        found.append(record(folder / "archive.db"))
    assert found[1] == found[0], (order, ways)
