"""`tradepress ingest` of pages whose site nobody has declared, and what becomes of it once somebody
does."""

import json
import sqlite3
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from captured import Captured, write_warc
from conftest import Tradepress, a_story
from taken_apart import at_once, different, in_parts
from test_own_sources import SOUND

from tradepress.archive.frontier.addresses import Listed
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.merging.other_archive import NAME
from tradepress.archive.open import open_archive
from tradepress.archive.site_host import site_name
from tradepress.crawling.archive_run import source_row
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import source_named
from tradepress.undeclared_source import undeclared_source

NEWS = "https://www.gazette.example/news"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def save(path: Path, url: str, headline: str, site: str = "", words: str = "") -> Path:
    """A page that declares where it stands, and the name of its paper."""
    head = f"<link rel=canonical href='{url}'>" if url else ""
    head += f"<meta property='og:site_name' content='{site}'>" if site else ""
    words = words or (
        f"<p>A maker of {headline.lower()} has lost its appeal over the shape of a handle, the "
        f"court of {headline} said on Friday.</p>"
        "<p>Judges found that buyers would see the curve as a useful grip and not as a sign of "
        "origin, and they ordered the applicant to bear the costs of both instances.</p>"
        f"<p>The company said it would study the ruling on {headline} before it decides.</p>"
    )
    page = a_story(headline, words=words).replace("</head>", f"{head}</head>")
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)
    return path


def rows(archive: Path | str, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(archive)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://m.bbc.co.uk/", "bbc.co.uk"),
        ("http://amp.bbc.co.uk:8080/", "bbc.co.uk"),
        ("https://lantern.blogspot.com/", "lantern.blogspot.com"),
        ("https://www.otter.wordpress.com/", "otter.wordpress.com"),
        ("https://www.gov.uk/", "gov.uk"),
        ("https://m.co.uk/", "m.co.uk"),
        ("https://mobile.de/", "mobile.de"),
        ("https://www.gazette.example./", "gazette.example"),
        ("http://192.0.2.7/", "192.0.2.7"),
        ("http://[2001:db8::7]:81/", "ip6-2001-db8--7.internal"),
        ("http://intranet/", "intranet.internal"),
        ("http://www.intranet/", "intranet.internal"),
        ("http://-foo.livejournal.com/", "xx--foo.livejournal.com"),
        ("http://www.-foo.com/", "xx--foo.com"),
        ("https://www.otter.hypotheses.org/", "otter.hypotheses.org"),
        ("https://otter.home.blog/", "otter.home.blog"),
        ("https://www.tistory.com/", "tistory.com"),
    ],
)
def test_a_site_is_named_by_its_registrable_host(url: str, name: str) -> None:
    assert site_name(url) == name
    assert NAME.fullmatch(name), "else no archive takes it in"
    source = undeclared_source(url)
    assert (source.name, source.is_declared, source.is_article_url(url)) == (name, False, False)
    assert source.owns(url)
    assert site_name(source_row(source).home_url) == name


@pytest.mark.parametrize(
    "url", ["file:///etc", "http://../x", "http://a..b/", f"http://{'a' * 64}.example/"]
)
def test_what_no_site_is_called_names_none(here: Tradepress, tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="no host"):
        site_name(url)
    save(tmp_path / "1.html", "", "Lantern mark lost")
    (tmp_path / "list.csv").write_text(f"file,url\n1.html,{url}\n")
    save(tmp_path / "2.html", f"{NEWS}/otter-cleared", "Otter cleared")
    here("ingest", "1.html", "2.html", "--addresses", "list.csv")
    assert rows("archive.db", "SELECT name FROM sources") == [("gazette.example",)]


def test_pages_of_any_site_are_kept_and_cited_by_the_name_of_their_paper(
    here: Tradepress, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    save(saved / "1.html", f"{NEWS}/lantern-mark-lost", "Lantern mark lost", "Home | The Gazette")
    save(
        saved / "2.html",
        "https://m.gazette.example/x/otter-cleared",
        "Otter cleared",
        "Gazette Sport",
    )
    save(
        saved / "3.html",
        "https://gazette.example/x/teapot-refused",
        "Teapot refused",
        "The Gazette",
    )
    save(saved / "4.html", "https://herald.example/lamp-mark", "Lamp mark", "www.herald.example")
    save(saved / "5.html", "https://herald.example/", "Herald", "Herald")
    result = here("ingest", "saved")
    assert "5 pages: stored 4, skipped 1" in result.stdout
    assert "not that of a story" in result.stdout
    assert "gazette.example is called The Gazette (2); also Gazette Sport (1)" in result.stderr
    listed = here("sources", "list").stdout
    (line,) = [one for one in listed.splitlines() if "gazette.example" in one]
    assert " The Gazette " in line
    assert line.endswith("from files: 3 stories")
    (lost,) = rows("archive.db", "SELECT ref FROM articles WHERE headline LIKE 'Lantern%'")
    assert lost[0].startswith("gazette.example-")
    assert "The Gazette" in here("cite", lost[0]).stdout
    told = json.loads(here("sources", "list", "--json").stdout)
    (own,) = [one for one in told if one["name"] == "herald.example"]
    assert (own["publisher"], own["file"], own["language"]) == ("herald.example", None, "en")
    for command in (("crawl", "gazette.example"), ("sources", "check", "gazette.example")):
        refused = here(*command)
        assert refused.returncode == 2
        assert "is declared nowhere" in refused.stderr


def test_only_declared_sources_where_that_is_asked(here: Tradepress, tmp_path: Path) -> None:
    save(tmp_path / "1.html", f"{NEWS}/lantern-mark-lost", "Lantern mark lost")
    result = here("ingest", "1.html", "--only-sources")
    assert (result.returncode, "no source has this site" in result.stdout) == (1, True)
    assert not (tmp_path / "archive.db").exists()


def test_the_name_of_a_paper_is_the_same_in_any_order_and_in_several_runs(
    here: Tradepress, tmp_path: Path
) -> None:
    for number, site in enumerate(("Gazette Sport", "The Gazette", "The Gazette")):
        save(
            tmp_path / f"{number}.html",
            f"{NEWS}/story-of-lanterns-{number}",
            f"Lantern {number}",
            site,
        )
    for order in permutations("012"):
        archive = f"{''.join(order)}.db"
        for number in order:
            here("ingest", f"{number}.html", "--archive", archive)
        assert rows(archive, "SELECT publisher FROM sources") == [("The Gazette",)]
    here("ingest", *(f"{number}.html" for number in order), "--archive", "once.db")
    assert rows("once.db", "SELECT publisher FROM sources") == [("The Gazette",)]


def declare(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/gazette.py").write_text(SOUND)
    (tmp_path / "tradepress.toml").write_text(
        'contact = "me@library.example"\n[sources]\nfolder = "sources"\n'
    )


def test_a_site_that_is_declared_later_keeps_its_stories(here: Tradepress, tmp_path: Path) -> None:
    for number, headline in enumerate(("Lantern mark lost", "Otter cleared")):
        save(
            tmp_path / f"{number}.html",
            f"{NEWS}/{headline.lower().replace(' ', '-')}-471{number}",
            headline,
            "Gaz",
        )
    login = save(tmp_path / "login.html", "", "Sign in", words="<form><input type=password></form>")
    here("ingest", "0.html", "1.html")
    here("ingest", str(login), "--url", f"{NEWS}/sign-in-4719")
    refs = rows("archive.db", "SELECT ref FROM articles ORDER BY id")
    assert all(ref.startswith("gazette.example-") for (ref,) in refs)
    declare(tmp_path)
    save(tmp_path / "0.html", f"{NEWS}/another-form-of-it-4710", "Lantern mark lost", "Gaz")
    assert "unchanged" in here("ingest", "1.html", "--again").stdout
    assert "duplicate" in here("ingest", "0.html").stdout
    assert rows("archive.db", "SELECT ref, source, site_id, version FROM articles ORDER BY id") == [
        (refs[0][0], "gazette", "4710", 1),
        (refs[1][0], "gazette", "4711", 1),
    ]
    assert rows("archive.db", "SELECT name, publisher FROM sources") == [("gazette", "The Gazette")]
    assert "The Gazette" in here("cite", refs[0][0]).stdout
    assert here("verify").returncode == 0


def test_a_crawl_goes_on_from_what_files_gave(here: Tradepress, tmp_path: Path) -> None:
    save(tmp_path / "0.html", f"{NEWS}/lantern-mark-lost-4710", "Lantern mark lost")
    (tmp_path / "tiny.html").write_text("<h1>Otter</h1><p>Soon.</p>")
    here("ingest", "0.html")
    here("ingest", "tiny.html", "--url", f"{NEWS}/otter-cleared-4711")
    declare(tmp_path)
    here("sources", "list")
    with open_archive(tmp_path / "archive.db") as archive:
        row = source_row(source_named("gazette"))
        with archive.run(RunKind.CRAWL, sources=[row]) as run:
            known = run.addresses.at(f"{NEWS}/lantern-mark-lost-4710")
            assert (known.source, known.state, known.was_read) == ("gazette", "due", True)
            listed, _ = run.addresses.add_listed(
                "gazette",
                [Listed(url=f"{NEWS}/otter-cleared-4711", found_on=None, listed_by="feed")],
                9,
            )
            assert [(one.state, one.is_new) for one in listed] == [("due", False)]


@pytest.mark.parametrize("into", ["declared", "undeclared"])
@pytest.mark.parametrize("is_told", [True, False])
def test_a_merge_makes_no_doubles(
    here: Tradepress, tmp_path: Path, into: str, is_told: bool
) -> None:
    for number, headline in enumerate(("Lantern mark lost", "Otter cleared", "Teapot refused")):
        save(
            tmp_path / f"{number}.html",
            f"{NEWS}/{headline.lower().replace(' ', '-')}-471{number}",
            headline,
        )
    here("ingest", "0.html", "1.html", "--archive", "undeclared.db")
    declare(tmp_path)
    here("ingest", "1.html", "2.html", "--archive", "declared.db")
    if not is_told:  # merged where nobody declared it
        (tmp_path / "sources/gazette.py").unlink()
    other = "undeclared" if into == "declared" else "declared"
    for _ in range(2):
        result = here("merge", f"{other}.db", "--archive", f"{into}.db")
        assert result.returncode == 0, result
    stories = rows(f"{into}.db", "SELECT headline, source FROM articles ORDER BY 1")
    assert stories == [
        ("Lantern mark lost", "gazette"),
        ("Otter cleared", "gazette"),
        ("Teapot refused", "gazette"),
    ]
    assert rows(f"{into}.db", "SELECT name FROM sources") == [("gazette",)]
    for name in ("declared", "undeclared"):
        for (ref,) in rows(f"{name}.db", "SELECT ref FROM articles"):
            assert here("show", ref, "--archive", f"{into}.db").returncode == 0
    assert here("verify", "--archive", f"{into}.db").returncode == 0


def test_what_was_withdrawn_before_its_site_was_declared_stays_out(
    here: Tradepress, tmp_path: Path
) -> None:
    page = save(tmp_path / "0.html", f"{NEWS}/lantern-mark-lost-4710", "Lantern mark lost")
    here("ingest", "0.html")
    ((ref,),) = rows("archive.db", "SELECT ref FROM articles")
    assert here("withdraw", ref, "--reason", "asked for", "--yes").returncode == 0
    declare(tmp_path)
    elsewhere = f"{NEWS}/some-other-address-4790"
    page.write_text(page.read_text().replace(f"{NEWS}/lantern-mark-lost-4710", elsewhere))
    result = here("ingest", "0.html")
    assert "withdrawn" in result.stdout
    assert rows("archive.db", "SELECT count(*) FROM articles") == [(0,)]


def test_kept_pages_of_undeclared_sites_are_read_again(here: Tradepress, tmp_path: Path) -> None:
    save(tmp_path / "0.html", f"{NEWS}/lantern-mark-lost-4710", "Lantern mark lost")
    here("ingest", "0.html")
    report = json.loads(here("reextract", "--again", "--json").stdout)
    assert report["sources"]["gazette.example"]["same"] == 1
    report = json.loads(
        here("reextract", "--source", "gazette.example", "--again", "--json").stdout
    )
    assert [*report["sources"]] == ["gazette.example"]


def test_an_address_of_any_site_may_be_withdrawn_in_advance(
    here: Tradepress, tmp_path: Path
) -> None:
    save(tmp_path / "0.html", f"{NEWS}/lantern-mark-lost-4710", "Lantern mark lost")
    save(tmp_path / "1.html", f"{NEWS}/otter-cleared-4711", "Otter cleared")
    here("ingest", "0.html")
    done = here("withdraw", f"{NEWS}/otter-cleared-4711", "--reason", "asked for", "--yes")
    assert done.returncode == 0, done.stderr
    assert "withdrawn" in here("ingest", "1.html").stdout


def test_many_workers_give_what_one_gives(tmp_path: Path, same_sources: None) -> None:
    said = ("Gazette Sport", "The Gazette", "The Gazette")
    files = [
        write_warc(
            tmp_path / f"{number}.warc.gz",
            [
                Captured(
                    url=f"{NEWS}/lantern-{number}-{site}",
                    at="2024-03-01T00:00:00",
                    page=save(tmp_path / "page.html", "", f"Lantern {number}", name).read_text(),
                )
                for site in (4710, 4720)
            ],
        )
        for number, name in enumerate(said)
    ]
    with PageWorkers(1) as workers:
        at_once(files, tmp_path / "one.db", workers)
        assert in_parts(files, tmp_path / "many.db", tmp_path / "shards", workers) == []
    assert different(tmp_path / "many.db", tmp_path / "one.db") == {}
    for name in ("one", "many"):
        found = rows(tmp_path / f"{name}.db", "SELECT name, publisher, language FROM sources")
        assert found == [("gazette.example", "The Gazette", "en")]
