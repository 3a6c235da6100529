"""`ingest --basis`: reserved texts are counted before, held on a basis, and stay here."""

import gzip
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from browsing import ask
from conftest import Tradepress, a_story
from test_ingest import a_warc

from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.merging.bring_archive import MergedArchive, bring_archive
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.stories.identity import TEXT_STAYS
from tradepress.archive.stories.stories import Saved
from tradepress.cluster.cluster_ingest import IngestJob
from tradepress.cluster.input_files import PageFile, find_inputs
from tradepress.configuration import Configuration
from tradepress.crawling.page_reading import PageToRead, read_page
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import source_named
from tradepress.extraction.rules import extractor
from tradepress.jobs.files.reserved_pages import ReservedPages
from tradepress.jobs.ingest import ingest
from tradepress.story import ARCHIVE_ONLY, Capture, StoredArticle

SITE = "https://www.worldipreview.com/trademark"
CANARY = "zzcanary"
NUMBER = "017930517"
HELD, FREE = "wipr-15001", "wipr-15002"
BASIS = "§ 60d UrhG"
NOARCHIVE = "<meta name=robots content='index, NoArchive'>"
WORDS = (
    f"<p>A maker of lanterns, {CANARY}1, has lost its appeal over EUTM {NUMBER}, a court said.</p>"
    f"<p>Judges found that buyers would see the {CANARY}2 curve as a useful grip and not as a sign "
    f"of origin, <a href='{SITE}/kettle-7'>as {CANARY}3 did</a>.</p>"
    f"<p>The company said it would study the {CANARY}4 ruling before it decides on a further step, "
    "while its rival welcomed a result that keeps ordinary handles free for everybody.</p>"
    f"<p>Correction: an earlier version of this story named {CANARY}5.</p>"
)
OTHER = (
    f"<p>A kettle of a baker from Ostravia, free1, is no mark for EUTM {NUMBER}, it is said.</p>"
    "<p>Its free2 examiner had looked at twelve spouts of other makers, and no two of them were "
    "found to be so unlike that a buyer would take the one for the work of the other.</p>"
    "<p>Nobody from the bakery was there to be asked, but a free4 neighbour said that tea would be "
    "drunk all the same, and that a second application is being written already.</p>"
)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def a_page(number: int, head: str = "", words: str = "") -> str:
    """A story that says where it stands, with more in its head."""
    own = f"<link rel=canonical href='{SITE}/lantern-case-{15000 + number}'>"
    story = a_story(f"Lantern case {number}", words=words)
    return story.replace("<head>", f"<head>{own}{head}")


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder with a reserved story, whose text has the canary, and one that is free."""
    folder = tmp_path / "saved"
    folder.mkdir()
    described = f"<meta name=description content='A maker of lanterns, {CANARY}1, has lost'>"
    (folder / "a.html").write_text(a_page(1, NOARCHIVE + described, WORDS))
    (folder / "b.html").write_text(a_page(2, words=OTHER))
    return folder


@pytest.fixture
def held(here: Tradepress, saved: Path, tmp_path: Path) -> Path:
    """An archive that holds the first text on a basis."""
    assert here("ingest", "saved", "--basis", BASIS).returncode == 0
    return tmp_path / "archive.db"


def test_how_many_texts_will_be_left_out_is_said_before(here: Tradepress, tmp_path: Path) -> None:
    tdm = "<meta name='TDM-Reservation' content={}>"
    heads = (
        NOARCHIVE,
        tdm.format(1),
        tdm.format(0),
        "<meta name=robots content=none>",
        "<meta name=googlebot content=noarchive>",
        "<meta name=tradepress content=noarchive>",
        "<meta name=keywords content='noarchive, tdm-reservation'>",
    )
    folder = tmp_path / "saved"
    folder.mkdir()
    for number, head in enumerate(heads):
        (folder / f"{number}.html").write_text(a_page(number, head))
    (folder / "wide.html").write_bytes(a_page(20, NOARCHIVE).encode("utf-16"))
    record = a_warc(
        (f"{SITE}/lantern-case-15030", a_page(30)),
        (f"{SITE}/lantern-case-15031", a_page(31, NOARCHIVE)),
    )
    plain = gzip.decompress(a_warc((f"{SITE}/lantern-case-15032", a_page(32))))
    header = plain.replace(
        b"Content-Encoding: gzip", b"X-Robots-Tag: noarchive\r\nContent-Encoding: gzip"
    )
    size = len(header.split(b"\r\n\r\n", 1)[1]) - 4
    old = plain.split(b"Content-Length: ")[1].split(b"\r\n")[0]
    header = header.replace(b"Content-Length: " + old, b"Content-Length: %d" % size)
    (folder / "zz.warc").write_bytes(header)
    (folder / "z.warc.gz").write_bytes(record)
    done = here("ingest", "saved")
    assert done.returncode == 0, done.stdout + done.stderr
    counts = dict(rows(tmp_path / "archive.db", "SELECT policy, count(*) FROM articles GROUP BY 1"))
    assert counts == {"metadata-only": 6, "store": 5}
    assert done.stderr == (
        "Text reserved by noarchive or for text and data mining: 6 of 11 pages; of those that are "
        "stories no text will be kept. --basis is for who may hold them.\n"
    )
    assert here("ingest", "saved").stderr == ""  # all of them were read before
    held = here("ingest", "saved", "--again", "--basis", BASIS)
    assert held.stderr.endswith(
        "6 of 11 pages; of those that are stories it is held for this archive alone "
        f"(basis: {BASIS}).\n"
    )
    counts = dict(rows(tmp_path / "archive.db", "SELECT policy, count(*) FROM articles GROUP BY 1"))
    assert counts == {ARCHIVE_ONLY: 6, "store": 5}


def test_a_page_nested_too_deeply_stops_no_count_and_how_far_it_is_is_told(
    saved: Path, tmp_path: Path
) -> None:
    (saved / "deep.html").write_text(f"<title>noarchive</title>{'<div>' * 100_000}")
    sizes = [path.stat().st_size for path in sorted(saved.iterdir())]
    counted: list[ReservedPages] = []
    told: list[tuple[int, int]] = []
    done = ingest(
        saved,
        archive=tmp_path / "archive.db",
        before=counted.append,
        looked=lambda *far: told.append(far),
    )
    assert done.counts == {"stored": 2, "skipped": 1}
    assert counted == [ReservedPages(reserved=1, pages=3)]
    assert [far for far, _ in told[1::2]] == [sum(sizes[:1]), sum(sizes[:2]), sum(sizes)]
    assert {of for _, of in told} == {sum(sizes)}


@pytest.mark.parametrize("basis", ["", " ", "a\nb", "x" * 201, "\ud800"])
def test_a_basis_is_a_line_of_text(
    here: Tradepress, saved: Path, tmp_path: Path, basis: str
) -> None:
    refused = here("ingest", "saved", "--basis", basis)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    with pytest.raises(ValueError, match="the basis is"):
        ingest(saved, archive=tmp_path / "archive.db", basis=basis)
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize("command", ["crawl", "backfill", "reextract", "merge"])
def test_no_basis_is_for_what_is_asked_of_a_site(here: Tradepress, command: str) -> None:
    refused = here(command, "wipr", "--basis", BASIS)
    assert (refused.returncode, "No such option" in refused.stderr) == (2, True)


def test_a_text_from_a_site_is_never_held_on_a_basis(tmp_path: Path) -> None:
    url = f"{SITE}/lantern-case-1"
    story = StoredArticle(source="wipr", url=url, headline="Lantern", body="x", policy=ARCHIVE_ONLY)
    with (
        open_archive(tmp_path / "archive.db") as archive,
        archive.run(RunKind.CRAWL) as run,
    ):
        for capture in (
            None,
            Capture(url=url, body=b""),
            Capture(url=url, body=b"", origin="wayback"),
        ):
            with pytest.raises(ValueError, match="only if it comes from a file"):
                run.stories.save(
                    StoredArticle(**{**vars(story), "capture": capture}), extractor="tests 1"
                )


def test_source_and_operator_are_not_overridden(
    here: Tradepress, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEPRESS_POLICY", "metadata-only")
    here("ingest", "saved", "--basis", BASIS)
    assert (
        rows(tmp_path / "archive.db", "SELECT policy, body FROM articles")
        == [("metadata-only", None)] * 2
    )


def test_the_text_is_here_and_everybody_sees_why(here: Tradepress, held: Path) -> None:
    assert here("verify").returncode == 0
    assert "zzcanary4" in here("search", "zzcanary4", "--json").stdout
    shown = here("show", HELD).stdout
    assert (
        f"(Its text is held for this archive alone, and given on in no way; basis: {BASIS}.)"
        in shown
    )
    assert "reserved: noarchive (meta robots)" in shown
    assert f"{CANARY}2" in shown
    [page] = ask(held, ("GET", f"/story/{HELD}", {}))
    assert f"basis: {BASIS}" in page.text
    assert f"{CANARY}2" in page.text
    here("export", "--format", "jsonl", "-o", "all.jsonl")
    told = {
        row["ref"]: row
        for row in map(json.loads, held.with_name("all.jsonl").read_text().splitlines())
    }
    assert {"field": "policy", "evidence": f"basis: {BASIS}"} in told[HELD]["evidence"]
    assert (told[HELD]["policy"], told[HELD]["why_no_text"]) == (ARCHIVE_ONLY, "archive-only")
    assert told[FREE]["body"]
    assert all(one["field"] != "policy" for one in told[FREE]["evidence"])


def test_a_worker_of_a_cluster_holds_it_on_the_same_basis(saved: Path, tmp_path: Path) -> None:
    job = IngestJob(configuration=Configuration(), basis=BASIS)
    assert job.rules() != replace(job, basis=None).rules()
    page = (f"{SITE}/lantern-case-15001", (saved / "a.html").read_text())
    (saved / "a.warc.gz").write_bytes(a_warc(page))
    (given,) = find_inputs([str(saved / "a.warc.gz")])
    assert isinstance(given, PageFile)
    with PageWorkers(1) as workers:
        job.work(given, tmp_path, workers)
    assert rows(tmp_path / "archive.db", "SELECT policy FROM articles") == [(ARCHIVE_ONLY,)]


def bytes_below(path: Path) -> Iterator[bytes]:
    """All that stands in files, also packed."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file():
            continue
        yield file.read_bytes()
        if file.suffix == ".parquet":
            yield str(pyarrow.parquet.read_table(file).to_pylist()).encode()
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as package:
                for name in package.namelist():
                    given = package.read(name)
                    yield (
                        gzip.GzipFile(fileobj=io.BytesIO(given)).read()
                        if name.endswith(".gz")
                        else given
                    )
        elif file.suffix == ".gz":
            yield gzip.decompress(file.read_bytes())


FORMATS = ("jsonl", "csv", "parquet", "txt", "tei", "vertical", "graph")
WAYS_OUT = [
    *(("export", "--format", one, *full) for one in FORMATS for full in ((), ("--full",))),
    ("export", "--format", "parquet", "--partition", "source,year", "--full"),
    *(("release", "--title", "T", "--creator", "C", *full) for full in ((), ("--full",))),
    ("captures", "export"),
    *(("cite", "--format", one, "lantern") for one in ("ris", "bibtex", "csl-json")),
]


@pytest.mark.parametrize("way", WAYS_OUT, ids=" ".join)
def test_no_word_of_it_leaves_the_archive(
    here: Tradepress, held: Path, way: tuple[str, ...]
) -> None:
    out = held.parent / ("out.wacz" if way[0] == "captures" else "out")
    done = here(*way, "-o", str(out))
    assert done.returncode == 0, done.stderr
    given = b"".join(bytes_below(out))
    assert CANARY.encode() not in given
    assert b"lantern-case-15002" in given or b"free4" in given
    if way[0] == "release" or (way[0] == "export" and way[2] in ("jsonl", "csv", "parquet", "tei")):
        assert b"Lantern case 1" in given
        assert b"free4" in given


def test_another_archive_gets_the_metadata_and_a_part_the_text(
    here: Tradepress, held: Path, tmp_path: Path
) -> None:
    assert here("merge", "archive.db", "--archive", "theirs.db").returncode == 0
    theirs = tmp_path / "theirs.db"
    assert rows(theirs, "SELECT ref, policy, body IS NULL FROM articles ORDER BY ref") == [
        (HELD, "metadata-only", 1),
        (FREE, "store", 0),
    ]
    assert CANARY.encode() not in b"".join(bytes_below(theirs))
    pages = b"".join(bytes_below(tmp_path / "theirs.captures"))
    assert b"free4" in pages
    assert CANARY.encode() not in pages
    assert rows(theirs, "SELECT evidence LIKE '%basis%' FROM versions") == [(0,), (0,)]
    assert "noarchive" in rows(theirs, "SELECT reservations FROM articles ORDER BY ref")[0][0]
    with (
        open_other(held, part="a/part") as other,
        open_archive(tmp_path / "whole.db") as archive,
        archive.run(RunKind.INGEST, sources=list(other.sources())) as run,
    ):
        for _ in bring_archive(run, other, lambda one: one, MergedArchive(path=held)):
            pass
    kept = "SELECT policy, body LIKE '%zzcanary4%', evidence LIKE '%60d%' FROM versions ORDER BY id"
    assert rows(tmp_path / "whole.db", kept) == [(ARCHIVE_ONLY, 1, 1), ("store", 0, 0)]


FILES = ("", ".csv", ".jsonl", ".ris", ".bib", ".csl.json", ".atom", "/cite")
PUBLIC = (
    *(f"/stories{ending}?q={words}" for ending in FILES for words in ("lantern", "zzcanary4")),
    *(f"/story/{HELD}{ending}" for ending in ("", "@1", ".ris", ".bib", ".csl.json")),
    *("/", "/stories/picture", "/numbers", f"/number/EUTM%20{NUMBER}", "/stories/counts.csv"),
    *("/source/wipr", "/source/wipr.atom", f"/unapi?id={HELD}&format=ris"),
)
ASKED = {
    "q=lantern": {HELD, FREE},
    "q=lantern%20-zzcanary4": {HELD, FREE},
    "q=zzcanary4": set(),
    "q=ruling": set(),
    "q=author:zzcanary4%20OR%20ruling": set(),
    f"number=EUTM%20{NUMBER}": {FREE},
}


@pytest.mark.parametrize("open_sources", [[], ["wipr"]])
def test_the_public_learns_no_word_of_it(held: Path, open_sources: list[str]) -> None:
    options: dict[str, Any] = {"is_public": True, "open_sources": open_sources}
    answers = ask(held, *(("GET", address, {}) for address in PUBLIC), **options)
    for address, answer in zip(PUBLIC, answers, strict=True):
        assert answer.status_code < 500, address
        assert CANARY not in answer.text.replace("zzcanary4", ""), address
    answers = ask(held, *(("GET", f"/stories.csv?{one}", {}) for one in ASKED), **options)
    found = [set(re.findall("wipr-1500[12]", answer.text)) for answer in answers]
    assert found == [*ASKED.values()]
    [page] = ask(held, ("GET", "/stories?q=ruling", {}), **options)
    assert "Words are looked for in headlines" in page.text
    [page] = ask(held, ("GET", "/stories?q=ruling", {}))
    assert HELD in page.text


def visit(archive: Path, page: str, day: int) -> Saved:
    """A crawl reads this page of the first story."""
    url = f"{SITE}/lantern-case-15001"
    capture = Capture(
        url=url,
        body=page.encode(),
        content_type="text/html",
        status=200,
        http_headers=(("ETag", '"x"'),),
        date_captured=datetime(2040, 1, day, tzinfo=UTC),
        source="wipr",
    )
    wipr = source_named("wipr")
    read = read_page(PageToRead(body=capture.body, capture=capture, policy="store"), wipr)
    with open_archive(archive) as opened, opened.run(RunKind.CRAWL, sources=["wipr"]) as run:
        return run.stories.save(read.captured(capture), extractor=extractor(wipr))


STANDING = """
    SELECT articles.policy, articles.version, articles.body LIKE '%zzcanary4%',
        (SELECT etag FROM urls WHERE article_id = articles.id)
    FROM articles WHERE ref = 'wipr-15001'
"""


def test_a_crawl_neither_deletes_nor_frees_what_is_held(here: Tradepress, held: Path) -> None:
    reserved = a_page(1, NOARCHIVE, WORDS)
    assert visit(held, reserved, 1).outcome == "unchanged"
    assert rows(held, STANDING) == [(ARCHIVE_ONLY, 1, 1, None)]
    changed = reserved.replace("Lantern case 1<", "Lantern case closed<")
    assert (visit(held, changed, 2).reason, visit(held, reserved, 3).version) == (TEXT_STAYS, 1)
    assert rows(held, STANDING) == [(ARCHIVE_ONLY, 1, 1, None)]
    here("export", "--format", "jsonl", "--full", "-o", "all.jsonl")
    assert CANARY not in held.with_name("all.jsonl").read_text()
    assert (again := here("ingest", "saved", "--again")).returncode == 0, again.stdout
    assert rows(held, STANDING) == [(ARCHIVE_ONLY, 1, 1, None)]


def test_what_the_publisher_frees_is_a_version_that_may_be_given_on(
    here: Tradepress, held: Path
) -> None:
    saved = visit(held, a_page(1, "", WORDS), 1)
    assert (saved.outcome, saved.version) == ("stored", 2)
    assert rows(held, STANDING) == [("store", 2, 1, '"x"')]
    here("export", "--format", "jsonl", "-o", "all.jsonl")
    assert f"{CANARY}4" in held.with_name("all.jsonl").read_text()
    asked = here("release", "--title", "T", "--creator", "C", "--full", "-o", "out")
    assert asked.returncode == 0  # all versions go along, so the one that is held counts
    assert CANARY.encode() not in b"".join(bytes_below(held.with_name("out")))


def test_it_is_read_again_and_stays_held(
    here: Tradepress, held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(held)) as db, db:
        db.execute("UPDATE articles SET headline = 'Lantern' WHERE ref = ?", [HELD])
        db.execute("UPDATE version_rows SET headline = 'Lantern', extractor = 'wipr 0'")
    assert (done := here("reextract", "--apply", "--source", "wipr")).returncode == 0, done.stderr
    assert rows(held, STANDING)[0][:3] == (ARCHIVE_ONLY, 2, 1)
    told = "SELECT policy, evidence LIKE '%basis: § 60d UrhG%' FROM versions WHERE article_id = 1"
    assert rows(held, told) == [(ARCHIVE_ONLY, 1)] * 2
    noted = "SELECT DISTINCT field FROM mentions JOIN versions ON versions.id = version_id "
    assert rows(held, f"{noted} WHERE policy = 'archive-only' AND field <> 'headline'") == []
    assert rows(held, f"{noted} WHERE policy = 'store'") == [("body",)]
    monkeypatch.setenv("TRADEPRESS_POLICY", "metadata-only")
    with closing(sqlite3.connect(held)) as db, db:
        db.execute("UPDATE version_rows SET extractor = 'wipr 0'")
    assert here("reextract", "--apply", "--again").returncode == 0
    assert rows(held, STANDING)[0][:3] == (ARCHIVE_ONLY, 2, 1)
