"""`tradepress captures`, `show --capture` and `open`: what goes out of an archive's raw pages."""

import gzip
import json
import re
import webbrowser
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from archive_rows import PAPER, SISTER, SITE, open_writer, save, story
from conftest import Tradepress

from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.read_only import read_archive
from tradepress.commands import captured_page, open_command
from tradepress.story import Capture


def a_page(url: str, words: str, day: int, **how: Any) -> Capture:
    fields = {
        "url": url,
        "body": f"<p>{words}</p>".encode(),
        "content_type": "text/html; charset=utf-8",
        "status": 200,
        "http_headers": (("Content-Type", "text/html; charset=utf-8"),),
        "date_captured": datetime(2017, 8, day, tzinfo=UTC),
        "request_headers": (("User-Agent", "Tradepress"),),
        "source": "signet",
    }
    return Capture(**{**fields, **how})


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """signet-1 in two versions, signet-2 without text, signet-3 without a page, makers-4, and one
    page that gave no story."""
    path = tmp_path / "archive.db"
    with (
        closing(WarcCaptures(tmp_path / "archive.captures")) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        for paper in (PAPER, SISTER):
            writer.save_source(paper)
        writer.start_run("tests", ["signet", "makers"], "0")
        first, again = story(1), story(1, body="Another body, long enough for one of its own.")
        for day, fields in ((4, first), (7, again)):
            save(writer, fields, capture=a_page(fields["url"], fields["body"], day))
        save(writer, story(2, body=None, policy="metadata-only"))
        save(writer, story(3))
        sister = {"source": "makers", "url": f"{SISTER['home_url']}news/4"}
        page = a_page(sister["url"], "Lanterns", 5, source="makers")
        save(writer, story(4, **sister, date_published=None), capture=page)
        writer.keep_page(a_page(f"{SITE}/latest", "All the news", 5))
        writer.run.stories.keep_visit(1, a_page(first["url"], again["body"], 9))
        writer.end_run("done", 0)
    return path


def written(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The pages of a WACZ, and the lines of its index."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        pages = package.read("pages/pages.jsonl").decode().splitlines()
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
    return [json.loads(page) for page in pages[1:]], index


@pytest.mark.usefixtures("archive")
def test_every_version_is_given_on_with_what_belongs_to_it(
    here: Tradepress, tmp_path: Path
) -> None:
    result = here("captures", "export", "-o", "press.wacz")
    assert result.returncode == 0
    size = (tmp_path / "press.wacz").stat().st_size
    assert result.stdout == f"press.wacz: 3 pages of 2 stories, {size / 1e3:.1f} kB\n"
    assert result.stderr.splitlines() == [
        "left out: 1 version of which metadata alone may be kept or given on",
        "left out: 1 version of which no page is kept",
    ]
    pages, index = written(tmp_path / "press.wacz")
    assert [(page["id"], page["ref"], page["ts"]) for page in pages] == [
        ("signet-1", "signet-1@2", "2017-08-07T00:00:00Z"),
        ("makers-4", "makers-4@1", "2017-08-05T00:00:00Z"),
    ]
    assert [line.split()[1] for line in index if "gazette" in line] == [
        *("20170804000000", "20170807000000", "20170809000000"),
    ]
    assert '"mime": "warc/revisit"' in index[-1]
    with zipfile.ZipFile(tmp_path / "press.wacz") as package:
        (name,) = (name for name in package.namelist() if name.startswith("archive/signet"))
        warc = gzip.decompress(package.read(name)).decode()
    types = [line.split()[1] for line in warc.splitlines() if line.startswith("WARC-Type")]
    assert types == ["warcinfo", *["response", "request"] * 2, "revisit"]
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_partner_gets_what_its_index_lacks(here: Tradepress, archive: Path) -> None:
    assert here("captures", "export", "--cdxj", "-o", "all.cdxj").returncode == 0
    lines = archive.with_name("all.cdxj").read_text().splitlines()
    assert lines == sorted(lines)
    assert [json.loads(line.split(" ", 2)[2])["mime"] for line in lines] == [
        *["text/html"] * 3,
        "warc/revisit",
    ]
    export = ("captures", "export", "--not-in", "theirs", "-o", "rest.wacz", "--force")
    theirs = archive.with_name("theirs")
    theirs.write_text("\n".join(lines[:2]))
    told = here(*export)
    assert (told.returncode, told.stdout.partition(",")[0]) == (0, "rest.wacz: 1 page of 1 story")
    assert "left out: 2 pages that the other archive has" in told.stderr
    assert [line.split()[1] for line in written(archive.with_name("rest.wacz"))[1]] == [
        "20170807000000",
        "20170809000000",
    ]
    theirs.write_bytes(gzip.compress("\n".join(lines[:3]).encode()))
    assert "0 pages of 0 stories, 1 visit that found one unchanged" in here(*export).stdout
    fields = [json.loads(line.split(" ", 2)[2]) for line in lines]
    theirs.write_text(
        " CDX N b a m s k r M S V g\n"
        + "".join(
            f"key {line.split()[1]} {one['url']} text/html 200 X - - 9 0 a.warc.gz\n"
            for line, one in zip(lines, fields, strict=True)
        )
    )
    told = here(*export)
    assert (told.returncode, told.stdout) == (
        0,
        "The other archive has them all: no file was written.\n",
    )


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "lines", ["<html>", "example,a)/ 2017 {}", "example,a)/ 20170801000000 {", "a\x00b\n\nword"]
)
def test_what_is_no_index_is_named(here: Tradepress, tmp_path: Path, lines: str) -> None:
    (tmp_path / "theirs").write_text(lines)
    told = here("captures", "export", "--not-in", "theirs", "-o", "rest.wacz")
    assert told.returncode == 1
    assert "line 1 is none of an index of captures" in told.stderr
    assert not (tmp_path / "rest.wacz").exists()


@pytest.mark.usefixtures("archive")
def test_no_index_comes_among_the_raw_pages(here: Tradepress) -> None:
    told = here("captures", "export", "--cdxj", "-o", "archive.captures/index.cdxj")
    assert (told.returncode, "name another folder" in told.stderr) == (2, True)
    assert here("captures", "export", "--cdxj", "-o", "index.wacz").returncode == 2


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("asked", "refs"),
    [
        (["lanterns", "--source", "makers"], []),
        (["loses"], ["signet-1@2", "makers-4@1"]),
        (["another"], ["signet-1@2"]),
        (["--source", "makers"], ["makers-4@1"]),
        (["--since", "2017", "--until", "2018-01"], ["signet-1@2"]),
        (["--ref", "signet-1@1"], ["signet-1@1"]),
        (["--ref", "signet-1", "--ref", "makers-4"], ["signet-1@2", "makers-4@1"]),
        (["--ref", "signet-1", "--source", "makers"], []),
    ],
    ids=" ".join,
)
def test_stories_are_chosen_as_in_a_search(
    here: Tradepress, tmp_path: Path, asked: list[str], refs: list[str]
) -> None:
    result = here("captures", "export", *asked, "-o", "press.wacz")
    if not refs:
        assert result.returncode == 1
        words = "no file was written\n" if "--ref" in asked else ": nothing to export"
        assert words in result.stderr
        assert not list(tmp_path.glob("press.wacz*"))
        return
    assert result.returncode == 0, result.stderr
    assert [page["ref"] for page in written(tmp_path / "press.wacz")[0]] == refs


@pytest.mark.parametrize(
    "forbid",
    [
        lambda folder: (folder / "tradepress.toml").write_text(
            '[source.signet]\npolicy = "metadata-only"\n'
        ),
        lambda folder: write(folder, "UPDATE articles SET policy = 'metadata-only' WHERE id = 1"),
        lambda folder: write(
            folder,
            "UPDATE articles SET reservations = "
            '\'[{"term": "noarchive", "evidence": "header", "value": "noarchive"}]\' WHERE id = 1',
        ),
    ],
    ids=["by the operator", "by the last visit", "by a reservation"],
)
@pytest.mark.usefixtures("archive")
def test_what_may_not_be_kept_by_now_is_not_given_on(
    here: Tradepress, tmp_path: Path, forbid: Callable[[Path], object]
) -> None:
    forbid(tmp_path)
    result = here("captures", "export", "-o", "press.wacz", "--json")
    told = json.loads(result.stdout)
    assert (told["captures"], told["metadata_only"]) == (1, 3)
    assert "signet" not in json.dumps(written(tmp_path / "press.wacz"))


def write(folder: Path, sql: str) -> None:
    with open_writer(folder / "archive.db") as writer:
        writer.write(sql)
        writer.commit()


def test_what_cannot_be_read_is_named_and_the_rest_is_given_on(
    here: Tradepress, tmp_path: Path, archive: Path
) -> None:
    (file,) = archive.with_suffix(".captures").glob("signet*")
    with read_archive(archive) as db:
        (place,) = db.execute('SELECT "offset" FROM captures WHERE id = 2').fetchone()
    with file.open("r+b") as stream:
        stream.seek(place + 40)
        stream.write(bytes(10))
    result = here("captures", "export", "-o", "press.wacz")
    assert result.returncode == 1
    assert f"left out: {file.name} at byte {place} can't be read (" in result.stderr
    pages, index = written(tmp_path / "press.wacz")
    assert [page["ref"] for page in pages] == ["signet-1@1", "makers-4@1"]
    assert len(index) == 2  # without the later visit to a page that is not there
    file.unlink()
    result = here("captures", "export", "-o", "press.wacz", "--force")
    assert f"left out: {file.name} is missing from {file.parent}, 2 records" in result.stderr
    result = here("captures", "export", "-o", "press.wacz", "--force", "--json")
    assert result.returncode == 1
    assert [*json.loads(result.stdout)["unreadable"].values()] == [2]


def test_an_archive_that_holds_again_what_was_withdrawn_gives_nothing_on(
    here: Tradepress, tmp_path: Path, archive: Path
) -> None:
    copy = archive.read_bytes()
    assert here("withdraw", "makers-4", "--reason", "asked for", "--yes").returncode == 0
    archive.write_bytes(copy)
    result = here("captures", "export", "-o", "press.wacz")
    assert result.returncode == 3
    assert "run `tradepress withdraw` to erase them" in result.stderr


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["-o", "press.zip"], "press.zip does not end in .wacz"),
        (["-o", "-"], "- does not end in .wacz"),
        (["-o", "nowhere/press.wacz"], "there is no folder nowhere"),
        (["-o", "there.wacz"], "there.wacz is there already: name another file, or give --force."),
        ([], "Missing option '-o'"),
        (["-o", "press.wacz", "--source", "nope"], "the archive has no source 'nope'"),
        (["-o", "press.wacz", "--ref", "nope-1"], "no story has the ref nope-1"),
        (["-o", "press.wacz", "-!?"], "nothing to search for in '-!?'"),
        (["-o", "press.wacz", "a OR"], "nothing to search for follows OR"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_wrong_use_is_told(here: Tradepress, tmp_path: Path, words: list[str], error: str) -> None:
    (tmp_path / "there.wacz").write_text("")
    result = here("captures", "export", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert error in result.stderr
    assert (tmp_path / "there.wacz").read_text() == ""


@pytest.mark.usefixtures("archive")
def test_a_query_that_finds_nothing_says_why(here: Tradepress) -> None:
    result = here("captures", "export", "zebra", "-o", "press.wacz")
    assert result.returncode == 1
    assert result.stderr == "Error: no story is found: nothing to export; no story has “zebra”\n"


@pytest.mark.usefixtures("archive")
def test_pruning_is_told_before_it_is_done(here: Tradepress) -> None:
    assert here("captures", "prune").returncode == 2  # how old? nothing goes by itself
    assert here("captures", "prune", "--older-than", "1").stdout == "There is nothing to prune.\n"
    write(Path(), "UPDATE runs SET started = '2017-08-04T00:00:00Z'")
    told = here("captures", "prune", "--older-than", "1").stdout
    assert "signet" in told
    end = r"1 page, \d\.\d kB in all; nothing was changed \(--yes does it\)\.\n\Z"
    assert re.search(end, told)
    done = json.loads(here("captures", "prune", "--older-than", "1", "--yes", "--json").stdout)
    assert [file["captures"] for file in done["files"]] == [1]
    assert here("captures", "prune", "--older-than", "1").stdout == "There is nothing to prune.\n"
    assert here("verify").returncode == 0


@pytest.mark.usefixtures("archive")
def test_the_page_of_a_version_is_written(here: Tradepress, tmp_path: Path) -> None:
    result = here("show", "signet-1@1", "--capture", "-o", "page.html")
    assert result.stdout.startswith("page.html: ")
    assert result.stdout.endswith(
        f"bytes of {SITE}/trademark/orrin-vale-1, captured 2017-08-04T00:00:00Z\n"
    )
    assert (tmp_path / "page.html").read_text() == f"<p>{story(1)['body']}</p>"
    result = here("show", "signet-1", "--capture", "-o", "page.html")
    assert (result.returncode, "--force" in result.stderr) == (2, True)
    assert here("show", "signet-1", "--capture", "-o", "page.html", "--force").returncode == 0
    assert "Another body" in (tmp_path / "page.html").read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("archive")
def test_a_page_is_written_to_a_pipe_as_it_is(tradepress: Tradepress) -> None:
    assert tradepress("show", "makers-4", "--capture").stdout == "<p>Lanterns</p>"
    assert tradepress("show", "makers-4", "--capture", "-o", "-").stdout == "<p>Lanterns</p>"


@pytest.mark.usefixtures("archive")
def test_a_page_on_a_terminal_is_inert(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captured_page, "is_terminal", lambda _: True)
    with (
        closing(WarcCaptures(tmp_path / "archive.captures")) as captures,
        open_writer(tmp_path / "archive.db", captures=captures) as writer,
    ):
        writer.start_run("tests", ["signet"], "0")
        for number, kind in ((5, "text/html"), (6, "application/pdf")):
            fields = story(number)
            page = a_page(fields["url"], "red \x1b[31m", 4, content_type=kind)
            save(writer, fields, capture=page)
        writer.end_run("done", 0)
    assert here("show", "signet-5", "--capture").stdout == "<p>red [31m</p>\n"
    result = here("show", "signet-6", "--capture")
    assert (result.returncode, result.stdout) == (1, "")
    assert "a page of type application/pdf is nothing for a terminal" in result.stderr


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["signet-2"], 2, "no captured page of signet-2@1 is kept: no text of this paper is kept"),
        (["signet-3"], 2, "no captured page of signet-3@1 is kept: captures were off when it"),
        (["signet-9"], 2, "no story has the ref signet-9"),
        (["signet-1", "--json"], 2, "Give --capture or --json, not both."),
        (["signet-1", "--versions"], 2, "Give one of --versions, --diff, --like and --capture."),
        (["makers-4"], 1, "is missing from "),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_page_that_is_not_there_is_told(
    here: Tradepress, tmp_path: Path, words: list[str], code: int, error: str
) -> None:
    for file in (tmp_path / "archive.captures").glob("makers*"):
        file.unlink()
    result = here("show", *words, "--capture")
    assert (result.returncode, result.stdout) == (code, "")
    assert error in result.stderr


@pytest.mark.usefixtures("archive")
def test_a_story_is_opened_where_it_stands(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not opened.append(url))
    address = f"{SITE}/trademark/orrin-vale-1"
    for asked in ("signet-1", "signet-1@1", address.replace("http:", "https:") + "/"):
        assert here("open", asked).stdout == f"{address}\n"
    assert opened == [address] * 3
    assert here("open", "http://nowhere.example/").returncode == 2
    write(Path(), "UPDATE articles SET url = 'file:///etc/passwd' WHERE id = 1")
    result = here("open", "signet-1")
    assert (result.returncode, len(opened)) == (1, 3)
    assert result.stderr == "Error: file:///etc/passwd is no web address, and is not opened\n"


@pytest.mark.usefixtures("archive")
def test_where_no_browser_is_the_address_is_told(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    result = here("open", "signet-1")
    assert result.returncode == 1
    assert f"open {SITE}/trademark/orrin-vale-1 yourself" in result.stderr


@pytest.mark.usefixtures("archive")
def test_a_captured_page_is_opened_from_a_server_of_its_own_until_ctrl_c(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def read(url: str) -> None:
        for address in (url, f"{url}/page"):
            with urlopen(address) as answer:
                shown.append(answer.headers["Content-Security-Policy"] + answer.read().decode())

    monkeypatch.setattr(webbrowser, "open", read)
    monkeypatch.setattr(open_command, "Event", lambda: SimpleNamespace(wait=press_ctrl_c))
    result = here("open", "signet-1@1", "--capture")
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/signet-1@1 shows the captured page; Ctrl-C ends\.\n",
        result.stdout,
    )
    bar, page = shown
    assert "Orrin Vale loses appeal 1" in bar
    assert page.startswith("sandbox; default-src 'none'")
    assert "The lantern was held to be descriptive" in page
    result = here("open", "signet-3", "--capture")
    assert (result.returncode, len(shown)) == (2, 2)
    assert "no captured page of signet-3@1 is kept" in result.stderr


def press_ctrl_c() -> None:
    raise KeyboardInterrupt
