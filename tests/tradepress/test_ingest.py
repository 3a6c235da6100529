"""`tradepress ingest`, `extract`, `show`, `search`: from a file to an answer."""

import gzip
import json
import random
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from conftest import SHARED, Tradepress, a_story
from needs import reason
from without_rights import reachable_folder, without_rights

from tradepress.command_line import run as run_tradepress
from tradepress.commands.extract_command import article_fields, print_fields
from tradepress.story import Article

URL = "http://www.worldipreview.com/news/lantern-maker-loses-handle-appeal-15001"
TEXT = """tobias-wren-lantern-2
4 August 2017TrademarksPetra Holm

Lantern maker loses handle appeal

A maker of lanterns has lost its appeal over the shape of a handle, a court in Marlowe said.

Judges found that buyers would see the curve as a useful grip, and not as a sign of origin.

The decision is available here.

Did you enjoy reading this story?  Sign up to our free daily newsletters and get stories like this sent straight to your inbox

Today’s top stories:

Kettle whistle off the boil

Fox on oat milk carton goes to court

Already registered?

Login to your account
"""
SEED = SHARED / "seeds" / "000_39a47a78eee2be31.txt"
SEED_URL = (
    "http://www.worldipreview.com/news/kering-dismisses-alibaba-suit-forms-ip-task-force-14415"
)


def show(here: Tradepress, ref: str) -> dict[str, object]:
    result = here("show", ref, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_text_capture_becomes_a_story(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    result = here("ingest", "page.txt", "--source", "wipr", "--url", URL)
    assert result.returncode == 0, result.stderr
    assert "stored    wipr-15001" in result.stdout
    story = show(here, "wipr-15001")
    assert story["headline"] == "Lantern maker loses handle appeal"
    assert story["date_published"] == "2017-08-04"
    assert story["date_published_raw"] == "4 August 2017"
    assert story["authors"] == ["Petra Holm"]
    assert story["section"] == "Trademarks"
    assert story["is_truncated"] is False
    assert story["access"] is None
    assert str(story["body"]).split("\n\n")[-1] == "The decision is available here."
    assert story["related_links"] == [
        {
            "kind": "top_stories",
            "text": "Kettle whistle off the boil",
            "url": None,
            "position": 0,
            "target": None,
        },
        {
            "kind": "top_stories",
            "text": "Fox on oat milk carton goes to court",
            "url": None,
            "position": 1,
            "target": None,
        },
    ]


def test_again_and_under_other_addresses_only_locations_change(
    here: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    slug = URL.rsplit("/", 1)[1]
    here("ingest", "page.txt", "--url", URL)
    before = show(here, "wipr-15001")
    for url in (URL, f"https://www.worldipreview.com/{slug}", f"{URL}?utm_source=x"):
        result = here("ingest", "page.txt", "--url", url)
        assert result.returncode == 0, result.stderr
        assert "stored" not in result.stdout
    after = show(here, "wipr-15001")
    assert after["locations"] == [URL, f"https://www.worldipreview.com/{slug}"]
    for name in before.keys() - {"locations", "last_seen"}:
        assert after[name] == before[name], name


@pytest.mark.skipif(not SEED.exists(), reason=reason("../shared/seeds"))
def test_the_seed(here: Tradepress) -> None:
    options = ("--source", "wipr", "--archive", "seed.db")
    result = here("ingest", str(SEED), *options, "--url", SEED_URL)
    assert result.returncode == 0, result.stderr
    expected = json.loads(SEED.with_suffix(".expected.json").read_text())
    shown = json.loads(here("show", "wipr-14415", "--json", "--archive", "seed.db").stdout)
    links = [
        {name: link[name] for name in ("kind", "text", "url")} for link in shown["related_links"]
    ]
    assert {name: shown[name] for name in expected} | {"related_links": links} == expected
    slug = SEED_URL.rsplit("/", 1)[1]
    for url in (SEED_URL, f"https://worldipreview.com/trademark/{slug}"):
        again = here("ingest", str(SEED), *options, "--url", url)
        assert again.returncode == 0
        assert "stored" not in again.stdout
    again = json.loads(here("show", "wipr-14415", "--json", "--archive", "seed.db").stdout)
    assert again["version"] == 1
    assert len(again["locations"]) == 2


def a_warc(*pages: tuple[str, str], kind: str = "response") -> bytes:
    """WARC records written by hand, one gzip member each."""
    members = []
    for number, (url, page) in enumerate(pages):
        if kind == "response":
            payload = gzip.compress(page.encode())
            block_type = "application/http; msgtype=response"
            block = (
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                b"Content-Encoding: gzip\r\n\r\n" + payload
            )
        else:
            block_type, block = "text/plain", page.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2019-03-14T09:15:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\n"
            f"Content-Type: {block_type}\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        members.append(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    return b"".join(members)


STORIES = tuple(
    (
        f"https://www.worldipreview.com/trademark/lantern-case-{number}",
        a_story(f"Lantern case {number}"),
    )
    for number in range(15002, 15005)
)


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.wacz"])
def test_warc_and_wacz(here: Tradepress, tmp_path: Path, name: str) -> None:
    warc = a_warc(*STORIES, ("http://elsewhere.example/a-page", a_story("Not ours")))
    if name.endswith(".wacz"):
        with zipfile.ZipFile(tmp_path / name, "w") as package:
            package.writestr("archive/data.warc.gz", warc)
            package.writestr("datapackage.json", "{}")
    else:
        (tmp_path / name).write_bytes(warc)
    result = here("ingest", name, "--only-sources")
    assert result.returncode == 1
    assert "no source has this site" in result.stdout
    story = show(here, "wipr-15003")
    assert story["date_captured"] == "2019-03-14T09:15:00Z"
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert db.execute("SELECT DISTINCT origin, status FROM captures").fetchall() == [("file", 200)]
    db.close()


def test_a_record_whose_date_is_none_is_a_page_of_unknown_age(
    here: Tradepress, tmp_path: Path
) -> None:
    warc = gzip.decompress(a_warc(*STORIES)).replace(b"2019-03-14T09", b"2019-03-44T09", 1)
    warc = warc.replace(b"WARC-Date: 2019-03-14T09:15:00Z", b"WARC-Date: 0001-01-01T00:00:00+14", 1)
    (tmp_path / "crawl.warc").write_bytes(warc)
    result = here("ingest", "crawl.warc")
    assert result.returncode == 0, result.stdout + result.stderr
    dates = [show(here, f"wipr-{number}")["date_captured"] for number in range(15002, 15005)]
    assert dates == [None, None, "2019-03-14T09:15:00Z"]


def test_the_order_of_the_file_is_kept_past_hostile_pages(here: Tradepress, tmp_path: Path) -> None:
    pages = [
        (
            f"https://www.worldipreview.com/trademark/lantern-case-{number}",
            a_story(f"Lantern case {number}")
            if number % 7
            else "<p " + " ".join(f"a{at}=1" for at in range(40_000)) + ">",
        )
        for number in range(15000, 15120)
    ]
    (tmp_path / "crawl.warc.gz").write_bytes(a_warc(*pages))
    result = here("ingest", "crawl.warc.gz", "--json")
    assert result.returncode == 1, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [page["url"] for page in told] == [url for url, _ in pages]
    assert [page["outcome"] for page in told] == [
        "stored" if number % 7 else "rejected" for number in range(15000, 15120)
    ]
    db = sqlite3.connect(tmp_path / "archive.db")
    refs = [ref for (ref,) in db.execute("SELECT ref FROM articles ORDER BY id")]
    db.close()
    assert refs == [f"wipr-{number}" for number in range(15000, 15120) if number % 7]


def test_wet_and_gzipped_html(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "crawl.wet.gz").write_bytes(a_warc((URL, TEXT), kind="conversion"))
    assert here("ingest", "crawl.wet.gz").returncode == 0
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(STORIES[0][1].encode()))
    assert here("ingest", "page.html.gz", "--url", STORIES[0][0]).returncode == 0
    assert show(here, "wipr-15001")["section"] == "Trademarks"
    assert show(here, "wipr-15002")["headline"] == "Lantern case 15002"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ingest", "nothing.txt"], 1, "there is no such file nothing.txt"),
        (["ingest", "page.txt"], 1, "give --url"),
        (
            ["ingest", "page.txt", "--url", "http://elsewhere.example/x", "--only-sources"],
            1,
            "no source has this",
        ),
        (["ingest", "page.txt", "--source", "nobody"], 2, "There is no source"),
        (
            ["ingest", "page.txt", "--source", "wipr", "--url", "http://x.example/"],
            2,
            "not an addr",
        ),
        (["ingest", "login.html", "--url", URL], 1, "No story was found, so no archive was made"),
        (["ingest", "torn.warc.gz"], 1, "holds no whole record torn.warc.gz"),
        (["ingest"], 2, "Missing argument"),
        (["extract", "login.html", "--url", URL], 1, "is not a story"),
        (["show", "wipr-1"], 3, "there is no archive"),
        (["search", "lantern"], 3, "there is no archive"),
        (["runs"], 3, "there is no archive"),
        (["browse"], 3, "there is no archive"),
        (["sources", "show", "nobody"], 2, "There is no source"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_bad_input_is_told_in_a_line(
    here: Tradepress, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    (tmp_path / "torn.warc.gz").write_bytes(a_warc(STORIES[0])[:60])
    (tmp_path / "login.html").write_text(
        "<html><title>Login</title><body><h1>Login to your account</h1><form>"
        "<input type=email><input type=password><button>Login</button></form></body></html>"
    )
    result = here(*arguments)
    assert result.returncode == code, result.stdout + result.stderr
    assert words in " ".join((result.stdout + result.stderr).split())
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "archive.db").exists()


def test_extract_tells_a_refusal_as_json(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "login.html").write_text("<title>Login</title><h1>Login</h1><p>Please.</p>")
    result = here("extract", "login.html", "--url", URL, "--json")
    assert result.returncode == 1
    assert json.loads(result.stdout) == {
        "url": URL,
        "refused": {"reason": "login", "words": "the page calls itself “Login”"},
    }


def test_extract_names_the_evidence(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    result = here("extract", "page.txt", "--url", URL, "--source", "wipr", "--json")
    assert result.returncode == 0, result.stderr
    fields = json.loads(result.stdout)
    assert fields["ref"] == "wipr-15001"
    assert fields["headline"] == "Lantern maker loses handle appeal"
    for name in ("headline", "date_published", "authors", "section", "body"):
        chosen = fields["evidence"][name][0]
        assert chosen["evidence"]
    assert fields["evidence"]["date_published"][0]["value"] == "2017-08-04"
    words = here("extract", "page.txt", "--url", URL).stdout
    assert "4 August 2017" in words
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize(("confidence", "line"), [(0.9312, "confidence          0.93"), (None, "")])
def test_extract_says_how_sure_it_is(
    capsys: pytest.CaptureFixture[str], confidence: float | None, line: str
) -> None:
    article = Article(headline="Lantern case", body="One.", confidence=confidence)
    assert article_fields(article)["confidence"] == confidence
    print_fields(article)
    lines = capsys.readouterr().out.splitlines()
    assert "".join(found for found in lines if "confidence" in found) == line


@pytest.fixture(scope="module")
def kept_stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of them, made once."""
    folder = tmp_path_factory.mktemp("stories")
    archive = ["--archive", str(folder / "archive.db")]
    (folder / "crawl.warc.gz").write_bytes(a_warc(*STORIES))
    (folder / "page.txt").write_text(TEXT)
    assert run_tradepress(["ingest", str(folder / "crawl.warc.gz"), *archive]) == 0
    assert run_tradepress(["ingest", str(folder / "page.txt"), "--url", URL, *archive]) == 0
    return folder


@pytest.fixture
def three_stories(kept_stories: Path, tmp_path: Path) -> None:
    shutil.copytree(kept_stories, tmp_path, dirs_exist_ok=True)


@pytest.mark.usefixtures("three_stories")
def test_search_ranks_and_highlights(here: Tradepress) -> None:
    result = here("search", "appeal")
    assert result.returncode == 0, result.stderr
    first = result.stdout.splitlines()[0]
    assert "wipr-15001" in first
    assert "[appeal]" in first
    assert result.stdout.splitlines()[-1] == "4 stories"
    hits = json.loads(here("search", '"ordinary handles" -whistle', "--json").stdout)["stories"]
    assert {hit["ref"] for hit in hits} == {"wipr-15002", "wipr-15003", "wipr-15004"}
    assert here("search", "hand*", "--until", "2017-08").stdout.endswith("4 stories\n")
    assert here("search", "hand*", "--since", "2018").stdout.splitlines().count("0 stories") == 1


ODD_QUERIES = [
    *("non-use", '"unbalanced', "NEAR(", "NEAR(a b, 3)", "col:x", "a AND", "NOT", "*", "'", '"'),
    *(" ", "", "-", "--", "^a", "(", "{x}", "a OR OR b", "\x00", "é", "-lantern", "%_", ";drop"),
]


@pytest.mark.usefixtures("three_stories")
def test_odd_queries_never_give_a_traceback(here: Tradepress) -> None:
    for query in ODD_QUERIES:
        result = here("search", "--", query)
        assert result.returncode in (0, 2), query
        assert result.stderr.count("\n") == (result.returncode == 2), query


@pytest.fixture
def one_doubtful(three_stories: None, tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "archive.db")
    for table in ("articles", "version_rows"):
        db.execute(f"UPDATE {table} SET confidence = NULL")
    db.execute("UPDATE articles SET confidence = 0.314 WHERE ref = 'wipr-15003'")
    db.execute("UPDATE articles SET confidence = 0.99 WHERE ref = 'wipr-15004'")
    db.execute(
        "UPDATE version_rows SET confidence = (SELECT confidence FROM articles WHERE id = article_id)"
    )
    db.commit()
    db.close()


@pytest.mark.usefixtures("one_doubtful")
def test_an_operator_lists_the_doubtful_stories(here: Tradepress) -> None:
    result = here("search", "--doubtful")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "2017-08-04  wipr-15003  Lantern case 15003  (confidence 0.31)"
    assert lines[1].strip().startswith("A maker of lanterns")
    assert lines[-1] == "1 story"
    (hit,) = json.loads(here("search", "lantern", "--doubtful", "--json").stdout)["stories"]
    assert (hit["ref"], hit["confidence"]) == ("wipr-15003", 0.314)
    (hit,) = json.loads(here("search", "--doubtful", "--json").stdout)["stories"]
    assert (hit["rank"], hit["highlights"]) == (None, [])
    assert here("search", "--doubtful", "--since", "2018").stdout.startswith("0 stories\n")
    found = here("search", "lantern").stdout
    assert found.count("(confidence 0.31)") == found.count("(confidence") == 1


@pytest.mark.usefixtures("one_doubtful")
def test_show_warns_of_a_doubtful_story(here: Tradepress) -> None:
    warning = "(Doubtful: confidence 0.31; compare with the page.)"
    assert warning in here("show", "wipr-15003").stdout.splitlines()
    for ref, confidence in (("wipr-15002", None), ("wipr-15003", 0.314), ("wipr-15004", 0.99)):
        assert show(here, ref)["confidence"] == confidence
        assert ("oubtful" in here("show", ref).stdout) == (ref == "wipr-15003")


@pytest.mark.usefixtures("one_doubtful")
def test_show_marks_paragraphs_in_doubt_and_search_lists_their_story(
    here: Tradepress, tmp_path: Path
) -> None:
    body = show(here, "wipr-15004")["body"].split("\n\n")
    last = {"paragraph": len(body), "of": len(body)}
    doubts = {"paragraphs": [{"value": last, "evidence": "stands on 14 other stories"}]}
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute(
            "UPDATE version_rows SET evidence = ? "
            "WHERE id = (SELECT version_id FROM articles WHERE ref = 'wipr-15004')",
            [json.dumps(doubts)],
        )
        db.commit()
    text = here("show", "wipr-15004").stdout
    assert f"[in doubt: stands on 14 other stories] {body[-1][:20]}" in text
    assert text.count("[in doubt") == 1
    listed = json.loads(here("search", "--doubtful", "--json").stdout)["stories"]
    assert [one["ref"] for one in listed] == ["wipr-15003", "wipr-15004"]


@pytest.mark.usefixtures("three_stories")
def test_show_for_a_person_and_unknown_refs(here: Tradepress) -> None:
    words = here("show", "wipr-15001").stdout
    assert words.startswith("Lantern maker loses handle appeal\n2017-08-04 · Trademarks")
    for ref in ("wipr-1", "wipr-15001@9", "nonsense"):
        result = here("show", ref)
        assert result.returncode != 0
        assert len(result.stderr.strip().splitlines()) == 1


def test_an_uncompressed_warc_that_is_cut_off_keeps_no_half_story(
    here: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "cut.warc").write_bytes(gzip.decompress(a_warc(*STORIES))[:-300])
    result = here("ingest", "cut.warc")
    assert result.returncode == 1
    assert "it is cut off" in result.stdout
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    db.close()


def test_without_captures_no_raw_page_is_kept(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "crawl.warc.gz").write_bytes(a_warc(*STORIES))
    assert here("ingest", "crawl.warc.gz", "--no-captures").returncode == 0
    assert not list(tmp_path.glob("*captures"))
    verified = here("verify")
    assert verified.returncode == 0
    assert "3 stories, 3 versions, 1 run, 0 captures: no fault" in verified.stdout
    reread = here("reextract", "--again")
    assert reread.returncode == 0
    assert reread.stdout.splitlines() == [
        "wipr: none of 3 read again",
        "  left out: 3 have no capture",
        "mentions: 3 of 3 texts looked through again: 3 stay as they are",
    ]
    assert here("backup").returncode == 0
    assert here("withdraw", "wipr-15002", "--reason", "asked", "--yes").returncode == 0
    assert here("verify").returncode == 0
    # The same with pages beside: only what is new has one.
    (tmp_path / "page.html").write_text(a_story("Another story of a mark"))
    url = "https://www.worldipreview.com/trademark/another-15009"
    assert here("ingest", "page.html", "--url", url).returncode == 0
    assert "1 capture: no fault" in here("verify").stdout


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.wacz"])
def test_a_damaged_record_costs_no_other_its_story(
    here: Tradepress, tmp_path: Path, name: str
) -> None:
    first, damaged, *others = (a_warc(story) for story in STORIES)
    half = len(damaged) // 2
    damaged = damaged[:half] + bytes(24) + damaged[half + 24 :]
    content = b"".join([first, damaged, *others, b"no record", *others])
    if name.endswith(".wacz"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("archive/data.warc.gz", content)
    else:
        (tmp_path / name).write_bytes(content)
    result = here("ingest", name)
    assert result.returncode == 1
    assert "2 of its records can't be read" in result.stdout
    assert f"at byte {len(first)}: " in result.stdout
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT ref FROM articles ORDER BY id").fetchall() == [
        ("wipr-15002",),
        ("wipr-15004",),
    ]
    db.close()


def test_headers_that_the_warc_reader_gives_up_on_cost_no_story(
    here: Tradepress, tmp_path: Path
) -> None:
    long = b"X-Policy: " + b"a" * 40_000 + b"\r\n"
    records = [gzip.decompress(a_warc(story)) for story in STORIES]
    head, _, rest = records[1].partition(b"Content-Length: ")
    length, _, rest = rest.partition(b"\r\n")
    block = rest.replace(b"Content-Type: text/html", long + b"Content-Type: text/html")
    records[1] = head + b"Content-Length: %d\r\n" % (int(length) + len(long)) + block
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    result = here("ingest", "crawl.warc.gz")
    assert result.returncode == 0, result.stdout
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    db.close()


def test_a_file_that_is_one_member_is_read_to_its_end(here: Tradepress, tmp_path: Path) -> None:
    content = gzip.compress(gzip.decompress(a_warc(*STORIES)))
    (tmp_path / "crawl.warc.gz").write_bytes(content)
    assert here("ingest", "crawl.warc.gz").returncode == 0
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    db.close()


def test_a_cut_off_capture_never_replaces_the_whole_text(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    here("ingest", "page.txt", "--url", URL)
    start = TEXT.index("Judges held") if "Judges held" in TEXT else TEXT.index("Judges found")
    for length in (20, 45, 70):
        (tmp_path / "page.txt").write_text(TEXT[: start + length])
        result = here("ingest", "page.txt", "--url", URL)
        assert "stored" not in result.stdout, TEXT[: start + length]
    assert show(here, "wipr-15001")["version"] == 1


def test_captures_that_were_moved_away_leave_their_places(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "crawl.warc.gz").write_bytes(a_warc(*STORIES[:2]))
    assert here("ingest", "crawl.warc.gz").returncode == 0
    (tmp_path / "archive.captures").rename(tmp_path / "elsewhere")
    (tmp_path / "crawl.warc.gz").write_bytes(a_warc(STORIES[2]))
    result = here("ingest", "crawl.warc.gz")
    assert result.returncode == 0, result.stdout
    assert show(here, "wipr-15004")["headline"] == "Lantern case 15004"
    db = sqlite3.connect(tmp_path / "archive.db")
    assert db.execute("SELECT count(DISTINCT file) FROM captures").fetchone() == (2,)
    db.close()


def test_random_bytes_are_no_story(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "noise.html").write_bytes(random.Random(1).randbytes(100_000))
    result = here("ingest", "noise.html", "--url", URL)
    assert "not_html" in result.stdout
    assert not (tmp_path / "archive.db").exists()


def test_a_password_in_an_address_is_not_kept(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(TEXT)
    assert here("ingest", "page.txt", "--url", URL.replace("www.", "user:pw@www.")).returncode == 0
    assert show(here, "wipr-15001")["locations"] == [URL]
    assert b"user:pw" not in (tmp_path / "archive.db").read_bytes()


@pytest.mark.usefixtures("three_stories")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["search", "", "--doubtful"], "nothing to search for in '': give a word"),
        (["search", "lantern", "--since", "2018-13"], "not a date"),
        (["search", "lantern", "--until", "2018-02-30"], "not a date"),
        (["search", "lantern", "--since", "２０１８"], "not a date"),
        (["search", "lantern", "--limit", "99999999999999999999"], "not in the range"),
        (["search", "lantern", "--source", "nobody"], "has no source 'nobody'"),
        (["search", "--", "-!?"], "nothing to search for in '-!?': give a word"),
        (["show", "wipr-1"], "no story has the ref"),
    ],
)
def test_wrong_use_is_exit_2(here: Tradepress, arguments: list[str], words: str) -> None:
    result = here(*arguments)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.split())


@pytest.mark.usefixtures("three_stories")
def test_an_archive_on_a_read_only_medium_can_be_read(here: Tradepress, tmp_path: Path) -> None:
    with reachable_folder() as folder:
        copy = shutil.copy(tmp_path / "archive.db", folder)  # and nothing beside it
        with without_rights(folder):
            result = here("search", "appeal", "--archive", str(copy))
    assert result.stdout.endswith("4 stories\n"), result.stderr
