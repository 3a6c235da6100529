"""archive.md can't lie: all that it shows is run, its tables are those of the schema."""

import importlib.util
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT, a_story
from documents import Step, normal, run, steps
from needs import require_program
from sqlite_utils import Database

from tradepress.archive.captures.content_encoding import decode
from tradepress.archive.captures.warc import read_warc
from tradepress.archive.file import schema
from tradepress.browse.datasette_settings import described_archive

DOCUMENT = (ROOT / "docs" / "reference" / "archive.md").read_text()
FIRST, *STEPS = steps(DOCUMENT)
RESTORE = [step for step in STEPS if step.chapter == "Restore"]


def command(text: str) -> Step:
    return Step(chapter="", kind="console", text=text, printed="")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that the document speaks of, as its first command makes it."""
    folder = tmp_path_factory.mktemp("sample") / "press"
    folder.mkdir()
    assert FIRST.text.startswith("tradepress demo >")
    assert run(FIRST, folder) == ""
    return folder


@pytest.fixture(scope="module")
def folder(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the document is read from top to bottom."""
    return Path(shutil.copytree(sample, tmp_path_factory.mktemp("document") / "press"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", STEPS, ids=[f"{step.chapter}: {' '.join(step.text.split()[:8])}" for step in STEPS]
)
def test_all_that_is_shown_comes_out(folder: Path, step: Step) -> None:
    if step.text.startswith("sqlite3 "):
        require_program("sqlite3")
    assert normal(run(step, folder)) == normal(step.printed)


def test_every_chapter_that_can_be_run_is() -> None:
    assert {step.chapter for step in STEPS} == {
        "Files",
        "Read it with other programs",
        "Questions to ask",
        "Names for citing",
        "Captures out",
        "Withdrawn stories",
        "Verify",
        "Backup",
        "Restore",
    }


# The restore drill


def words_of(folder: Path, ref: str) -> str:
    """Some words that stand in the body of one story alone."""
    story = json.loads(run(command(f"tradepress show {ref} --json"), folder))
    return max(re.findall(r"[A-Za-z ]+", story["body"]), key=len).strip()


def files_with(folder: Path, words: str) -> set[str]:
    """Which of our files hold these words, unpacked where they are packed."""
    found = set()
    for file in [*folder.glob("archive.db*"), *folder.glob("backups/*.*[bn]")]:
        if words.encode() in file.read_bytes():
            found.add(file.relative_to(folder).as_posix())
    for file in folder.glob("archive.captures/*"):
        with file.open("rb") as stream:
            for record in read_warc(stream):
                encoding = record.http_headers.get("Content-Encoding") if record.is_http else None
                page = decode(record.reader.read(), encoding)
                if words.encode() in b" ".join(page.split()):
                    found.add(f"archive.captures/{file.name.partition('-')[0]}")
    return found


def refs(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        return {ref for (ref,) in connection.execute("SELECT ref FROM articles")}


def do(folder: Path, *texts: str) -> str:
    """Run commands that must succeed; what the last one printed."""
    printed = ""
    for text in texts:
        printed = run(command(text), folder)
        while "was made this very second; run the command again" in printed:
            printed = run(command(text), folder)
        assert "[exit code" not in printed, (text, printed)
    return printed


def ingest_a_story(folder: Path, number: int) -> str:
    """Store one more story; its ref."""
    (folder / "page.html").write_text(a_story(f"Medlar mark {number} goes to the grand board"))
    url = f"http://signetgazette.example/trademark/medlar-mark-{number}"
    do(folder, f"tradepress ingest page.html --source signet --url {url}")
    return f"signet-{number}"


@pytest.fixture
def lived(sample: Path, tmp_path: Path) -> Path:
    """A backup, and what happened since: one more story, one more withdrawal."""
    folder = Path(shutil.copytree(sample, tmp_path / "press"))
    do(
        folder,
        "tradepress withdraw makers-3921 --reason asked --yes",
        "tradepress backup",
        "tradepress withdraw makers-2290 --reason asked --yes",
    )
    assert ingest_a_story(folder, 19001) == "signet-19001"
    return folder


def go_on(folder: Path) -> None:
    """An archive that was restored is one like any other."""
    assert ingest_a_story(folder, 19002) in refs(folder)
    crawled = run(command("tradepress demo --later"), folder)
    assert re.search(r"stored +0\n", crawled), crawled
    assert not {"makers-3921", "makers-2290"} & refs(folder)
    assert ": no fault" in do(folder, "tradepress verify", "tradepress backup", "tradepress verify")


@pytest.mark.slow
def test_the_drill_after_damage(sample: Path, lived: Path) -> None:
    words = words_of(sample, "makers-2290")
    assert files_with(sample, words) == {"archive.db", "archive.captures/makers"}
    before = refs(lived)
    backup = next((lived / "backups").glob("archive-2*.db"))
    warc = next((lived / "archive.captures").glob("makers-*"))
    with closing(sqlite3.connect(lived / "archive.db")) as db:
        # Not anywhere: what was withdrawn is filled up with bytes that nobody reads.
        start, length = db.execute(
            'SELECT "offset", length FROM captures WHERE file = ? ORDER BY id LIMIT 1 OFFSET 9',
            [warc.name],
        ).fetchone()
    with (lived / "archive.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * 200_000)
    (lived / "archive.db-wal").write_bytes(b"\xa5" * 8192)
    content = bytearray(warc.read_bytes())
    content[start + length // 2] ^= 0xFF
    warc.write_bytes(content)
    assert "[exit code 3]" in run(command("tradepress show signet-12107"), lived)
    assert words.encode() in backup.read_bytes()

    for step in RESTORE:
        printed = run(step, lived)
        is_cut = step.text.startswith("tradepress ingest")
        assert ("[exit code 1]" in printed) is is_cut, (step.text, printed)
    assert ": no fault" in do(lived, "tradepress verify")
    assert refs(lived) == before
    assert files_with(lived, words) == {f"backups/{backup.name}"}  # that day's former
    assert backup.name in do(lived, "tradepress withdraw --list")
    go_on(lived)


@pytest.mark.slow
def test_the_drill_after_the_loss_of_the_folder(lived: Path, tmp_path: Path) -> None:
    before = refs(lived)
    folder = tmp_path / "new"
    folder.mkdir()
    shutil.copytree(lived / "backups", folder / "backups")
    shutil.rmtree(lived)
    do(folder, *(step.text for step in RESTORE if "damaged" not in step.text))
    assert ": no fault" in do(folder, "tradepress verify")
    assert refs(folder) == before - {"signet-19001"} | {"makers-2290"}
    do(folder, "tradepress withdraw makers-2290 --reason asked --yes")
    go_on(folder)


@pytest.mark.slow
def test_the_drill_after_the_loss_of_raw_pages_alone(sample: Path, lived: Path) -> None:
    """Of which the copies are older than a withdrawal, and no row names what they bring back."""
    words = words_of(sample, "makers-2290")
    for file in (lived / "archive.captures").iterdir():
        file.unlink()
    assert "is missing" in run(command("tradepress verify"), lived)
    put_back, erase = (step.text for step in RESTORE[-2:])
    do(lived, put_back)
    assert "archive.captures/makers" in files_with(lived, words)
    found = run(command("tradepress verify"), lived)
    assert "withdrawn: " in found
    assert "erased with makers-2290: `tradepress withdraw` erases it again" in found
    assert do(lived, erase).startswith("Erased again: stories 0, ")
    assert not {name for name in files_with(lived, words) if name.startswith("archive.captures")}
    # The copies had no page of the story that came after them.
    (lost,) = re.findall(r"^captures: (.*)", run(command("tradepress verify"), lived), re.MULTILINE)
    assert "medlar-mark-19001" in lost


@pytest.mark.slow
def test_raw_pages_alone_give_the_stories_back(sample: Path, tmp_path: Path) -> None:
    assert "`tradepress ingest archive.captures/*.warc.gz`" in DOCUMENT
    shutil.copytree(sample / "archive.captures", tmp_path / "old" / "archive.captures")
    folder = tmp_path / "new"
    folder.mkdir()
    do(folder, f"tradepress ingest {tmp_path}/old/archive.captures/*.warc.gz")
    assert refs(folder) == refs(sample)
    for name in ("articles", "versions"):
        query = f"SELECT sum(length(headline) + length(body)), count(*) FROM {name}"
        with (
            closing(sqlite3.connect(sample / "archive.db")) as one,
            closing(sqlite3.connect(folder / "archive.db")) as other,
        ):
            assert one.execute(query).fetchone() == other.execute(query).fetchone()
    assert ": no fault" in do(folder, "tradepress verify")


# The tables


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """The script that writes the chapter."""
    spec = importlib.util.spec_from_file_location("docs_tables", ROOT / "tools" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_schema(tables: ModuleType) -> None:
    assert tables.with_chapter(DOCUMENT) == DOCUMENT, "run `make docs`"


def test_nothing_of_the_schema_is_left_out() -> None:
    """Judged by the document alone, and not by the script that writes it."""
    db = Database(memory=True)
    schema.migrations.apply(db)
    chapter = DOCUMENT.partition("\n## Tables\n")[2]
    described = dict(re.findall(r"^### `(\w+)`.*\n((?:(?!### ).*\n)*)", chapter, re.MULTILINE))
    shadow = "SELECT name FROM pragma_table_list WHERE type IN ('shadow', 'virtual')"
    for name, table, kind in db.execute(
        f"SELECT name, tbl_name, type FROM sqlite_master WHERE name NOT IN ({shadow}) "
        "AND tbl_name <> '_sqlite_migrations' AND sql IS NOT NULL"
    ).fetchall():
        if kind == "table":
            for column, type_, is_needed, is_key in db.execute(
                'SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?)', [name]
            ).fetchall():
                there = described["versions" if name == "version_rows" else name]
                (line,) = re.findall(rf"^\| `{column}` \| (.*) \|$", there, re.MULTILINE)
                cells = [cell.strip() for cell in line.split(" | ")]
                assert cells[0].partition(",")[0] == type_, (name, column)
                assert (cells[1] == "yes") is (not is_needed and not is_key), (name, column)
                assert len(cells[2]) > 4, (name, column)
        elif kind == "index":
            assert f"`{name}`" in described[table]
        else:
            assert f"`{name}`" in chapter
    for name in db.conn.execute("SELECT name FROM pragma_table_list WHERE type = 'virtual'"):
        assert f"* `{name[0]}` (FTS5" in chapter


def test_every_value_that_a_column_may_have_is_named() -> None:
    metadata = described_archive()
    described = metadata["databases"]["data"]["tables"]
    db = Database(memory=True)
    schema.migrations.apply(db)
    checked = 0
    for table, sql in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        for column, values in re.findall(r"CHECK \((\w+) IN\s*\(([^)]*)\)\)", sql):
            words = described[table]["columns"][column] + described[table]["description"]
            for value in re.findall(r"'([^']+)'", values):
                assert value in words, (table, column, value)
                checked += 1
    assert checked > 20
