"""Pruning frees the disk of pages that belong to no version, and of nothing else."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, Child, child, open_writer, save, story
from conftest import quick_first

from tradepress.archive.captures.kept_page import read_kept_page
from tradepress.archive.captures.packing import pack
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.prune import Prunable, find_prunable, prune
from tradepress.archive.care.verify import verify
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.captured_version import captured_version
from tradepress.story import Capture

DAY = timedelta(days=1)
__all__ = ["child"]

NOW = timedelta(days=-1)
"""Older than tomorrow: all."""


def a_page(url: str, words: str) -> Capture:
    return Capture(
        url=url,
        body=f"<p>{words}</p>".encode(),
        content_type="text/html",
        status=200,
        http_headers=(("Content-Type", "text/html"),),
        date_captured=datetime(2017, 8, 4, tzinfo=UTC),
        request_headers=(("User-Agent", "Tradepress"),),
        source="signet",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of an archive with two stories, between pages that gave none."""
    path = tmp_path / "archive.db"
    with (
        closing(WarcCaptures(tmp_path / "archive.captures")) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in (1, 2):
            for name in ("latest", "about"):
                writer.keep_page(a_page(f"{SITE}/{name}/{number}", f"{name} " * 50 * number))
            fields = story(number)
            save(writer, fields, capture=a_page(fields["url"], fields["body"]))
        writer.end_run("done", 0)
    return path


def pruned(path: Path, older_than: timedelta) -> list[Prunable]:
    with (
        closing(WarcCaptures(path.with_suffix(".captures"))) as captures,
        open_archive(path, captures=captures, create=False) as archive,
    ):
        return prune(archive.transaction, captures, older_than)


def files(path: Path) -> list[str]:
    return sorted(file.name for file in path.with_suffix(".captures").iterdir())


def require_whole(path: Path) -> None:
    folder = path.with_suffix(".captures")
    assert verify(path, captures=folder, history=True).findings == []
    with read_archive(path) as db:
        for number in (1, 2):
            found = captured_version(db, f"signet-{number}")
            place = {n: getattr(found, n) for n in ("file", "offset", "length", "digest")}
            assert f"Case {number}." in read_kept_page(folder, place).decode()


def test_pages_of_no_version_go_and_their_space_is_free(path: Path) -> None:
    folder = path.with_suffix(".captures")
    (before,) = files(path)
    size = (folder / before).stat().st_size
    with read_archive(path) as db:
        (found,) = find_prunable(db, folder, NOW)
    assert (found.file, found.captures, found.file_size) == (before, 4, size)
    assert pruned(path, NOW) == [found]
    (after,) = files(path)
    assert after == before.replace(".warc", "-pruned.warc")
    assert (folder / after).stat().st_size == size - found.size
    with read_archive(path) as db:
        assert (db["captures"].count, db["capture_records"].count) == (2, 2)
    require_whole(path)
    assert verify(path, captures=folder).captures_unnamed == 0
    assert pruned(path, NOW) == []


def test_a_second_pruning_names_the_file_anew(path: Path) -> None:
    pruned(path, NOW)
    with (
        closing(WarcCaptures(path.with_suffix(".captures"))) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.write("UPDATE captures SET run_id = NULL, date_captured = NULL")
        writer.write("UPDATE version_rows SET capture_id = NULL WHERE id = 1")
        writer.write("UPDATE captures SET date_captured = '2017-08-04T00:00:00Z' WHERE id = 3")
        writer.commit()
    assert [file.captures for file in pruned(path, DAY)] == [1]
    assert [name.partition("-pruned")[2] for name in files(path)] == ["-2.warc.gz"]


def test_a_file_of_which_nothing_is_left_is_deleted(path: Path) -> None:
    with open_writer(path) as writer:
        writer.write("UPDATE version_rows SET capture_id = NULL")
        writer.commit()
    assert [file.captures for file in pruned(path, NOW)] == [6]
    assert files(path) == []
    assert verify(path, captures=path.with_suffix(".captures")).findings == []


def test_what_is_younger_stays(path: Path) -> None:
    before = files(path)
    assert pruned(path, DAY) == []
    assert files(path) == before


@pytest.mark.parametrize("cut", [0, 100])
def test_a_file_that_is_not_whole_is_left_alone(path: Path, cut: int) -> None:
    (name,) = files(path)
    file = path.with_suffix(".captures") / name
    file.write_bytes(file.read_bytes()[:cut])
    assert pruned(path, NOW) == []
    assert file.stat().st_size == cut


def test_a_backup_keeps_a_pruned_file_as_long_as_one_names_it(path: Path) -> None:
    backups, folder = path.parent / "backups", path.with_suffix(".captures")
    days = iter(datetime(2017, 8, day, tzinfo=UTC) for day in (4, 5, 6))

    def back_up() -> list[str]:
        result = make_backup(path, backups, captures=folder, now=lambda: next(days))
        assert result.problems == []
        return sorted(copy.name for copy in (backups / folder.name).iterdir())

    before = back_up()
    pruned(path, NOW)
    assert back_up() == sorted([*before, *files(path)])
    (backups / "archive-20170804T000000Z.db").unlink()
    assert back_up() == files(path)


KILLED = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care import prune
from tradepress.archive.open import open_archive

path, where = Path(sys.argv[1]), sys.argv[2]
unlink = Path.unlink

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at_the_marker(file, **how):
    die() if file.name.endswith(prune.PRUNING) else unlink(file, **how)

if where == "marker":
    Path.unlink = die_at_the_marker
elif where == "rename":
    Path.rename = die
else:
    setattr(prune, where, die)
captures = WarcCaptures(path.with_suffix(".captures"))
with open_archive(path, captures=captures) as archive:
    prune.prune(archive.transaction, captures, timedelta(days=-1))
print("not killed")
"""


@pytest.mark.parametrize(
    ("where", "left"),
    quick_first([("sync", 1), ("rename", 1), ("_move", 2), ("_finish", 2), ("marker", 1)], 2),
)
def test_a_kill_loses_nothing_and_the_next_pruning_goes_on(
    path: Path, child: Callable[..., Child], where: str, left: int
) -> None:
    started = child(KILLED, path, where)
    assert started.line() == ""
    assert started.process.wait() == -9
    assert len([name for name in files(path) if name.endswith(".warc.gz")]) == left
    with open_archive(path):
        pass
    require_whole(path)
    pruned(path, NOW)
    assert [name.partition("-pruned")[1:] for name in files(path)] == [("-pruned", ".warc.gz")]
    require_whole(path)


def test_after_a_kill_what_was_written_under_the_old_name_stays(
    path: Path, child: Callable[..., Child]
) -> None:
    """A crawl goes on in this month's file, where the killed pruning has left the old one."""
    child(KILLED, path, "_finish").process.wait()
    fields = story(3)
    with (
        closing(WarcCaptures(path.with_suffix(".captures"))) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.start_run("tests", ["signet"], "0")
        save(writer, fields, capture=a_page(fields["url"], fields["body"]))
        writer.end_run("done", 0)
    # What the pruning has in its new file no row names in the old one any more.
    assert [file.captures for file in pruned(path, NOW)] == [6]
    require_whole(path)
    assert verify(path, captures=path.with_suffix(".captures")).captures_unnamed == 0
    assert [name.partition("-pruned")[2] for name in files(path)] == ["-2.warc.gz", ".warc.gz"]
    with read_archive(path) as db:
        assert captured_version(db, "signet-3").file == files(path)[0]


# What no row names, as a killed run leaves it


def left(path: Path, *dates: str) -> None:
    """Pages and requests in the files alone, captured then."""
    with closing(WarcCaptures(path.with_suffix(".captures"))) as captures:
        for date in dates:
            page = replace(
                a_page(f"{SITE}/trademark/8", "left " * 50),
                date_captured=datetime.fromisoformat(date),
            )
            packed = pack(page)
            assert packed.request is not None
            for member in (packed.member, packed.request):
                captures.append_record(member, "signet")


def unnamed(path: Path) -> int | None:
    return verify(path, captures=path.with_suffix(".captures")).captures_unnamed


def test_pages_that_no_row_names_are_freed(path: Path) -> None:
    (file,) = path.with_suffix(".captures").iterdir()
    size = file.stat().st_size
    left(path, *["2017-08-04T00:00:00Z"] * 53)
    assert unnamed(path) == 53
    with read_archive(path) as db:
        told = find_prunable(db, path.with_suffix(".captures"), DAY)
    (found,) = pruned(path, DAY)
    assert [found] == told
    assert (found.captures, found.file_size - found.size) == (53, size)
    (file,) = path.with_suffix(".captures").iterdir()
    assert file.stat().st_size == size
    assert unnamed(path) == 0
    require_whole(path)


def test_of_those_the_younger_ones_stay(path: Path) -> None:
    left(path, "2017-08-04T00:00:00Z", datetime.now(UTC).isoformat())
    assert [file.captures for file in pruned(path, DAY)] == [1]
    assert unnamed(path) == 1
    require_whole(path)


def test_a_file_that_no_row_names_goes_when_all_in_it_may(path: Path) -> None:
    named = files(path)
    for dates, still in (
        (["2017-08-04T00:00:00Z", datetime.now(UTC).isoformat()], True),
        (["2017-08-04T00:00:00Z"], False),
    ):
        captures = WarcCaptures(path.with_suffix(".captures"))
        for date in dates:
            captured = datetime.fromisoformat(date)
            captures.append(replace(a_page(SITE, "left"), source="other", date_captured=captured))
        captures.close()
        (other,) = set(files(path)) - set(named)
        assert len(pruned(path, DAY)) == (not still)
        assert (other in files(path)) is still
        (path.with_suffix(".captures") / other).unlink(missing_ok=True)
