"""A real time authority (OpenSSL's `ts`) vouches for roots; whatever it does, no crawl fails."""

import json
import logging
import os
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare
from exported import an_article, make_archive
from hypothesis import given
from hypothesis import strategies as st
from time_authority import NAME, TimeAuthority, answering, keys

from tradepress.archive.care.verify import verify
from tradepress.archive.leaf_log.check_token import TokenError, check_token
from tradepress.archive.leaf_log.leaf_log import LOGGED, LeafLog
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.open import open_archive
from tradepress.configuration import Timestamps
from tradepress.jobs.stamp_root import request_timestamp, stamp_root

ROOT = Root(size=12, hash=bytes(range(32)))
LONG = 60.0
"""A limit that nothing here comes near."""


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    return keys(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(certified: TimeAuthority) -> Iterator[TimeAuthority]:
    with answering(TimeAuthority(folder=certified.folder)) as one:
        yield one


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of rest between tries, which are not rested."""
    rested: list[float] = []
    clock = SimpleNamespace(sleep=rested.append)
    monkeypatch.setattr("tradepress.jobs.stamp_root.time", clock)
    return rested


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return make_archive(tmp_path / "press.db", [an_article()])


@pytest.fixture(scope="module")
def token(certified: TimeAuthority) -> bytes:
    with answering(TimeAuthority(folder=certified.folder)) as one:
        return request_timestamp(one.url, ROOT, limit=LONG)


def kept(archive: Path) -> list[tuple[int, str, bytes]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute("SELECT size, authority, token FROM log_timestamps").fetchall()


def newest(archive: Path) -> Root:
    with closing(sqlite3.connect(archive)) as db:
        size, root = db.execute("SELECT size, root FROM log_roots ORDER BY size DESC").fetchone()
    return Root(size=size, hash=root)


def settings(authority: TimeAuthority) -> Timestamps:
    return Timestamps(authority=authority.url, certificates=authority.certificates)


def test_the_newest_root_is_stamped_once(archive: Path, authority: TimeAuthority) -> None:
    for _ in range(2):
        stamp_root(archive, settings(authority), limit=LONG)
    ((size, name, held),) = kept(archive)
    root = newest(archive)
    assert (size, name) == (root.size, authority.url)
    assert len(authority.asked) == 1
    assert authority.vouches(held, str(root))
    assert not authority.vouches(held, str(ROOT))
    said = check_token(held, root, authority.certificates)
    assert said.authority == f"CN={NAME}"
    assert abs(said.at - datetime.now(UTC)) < timedelta(hours=1)
    assert not verify(archive).findings


def test_nobody_is_asked_unless_it_is_set(archive: Path, authority: TimeAuthority) -> None:
    stamp_root(archive, Timestamps(), limit=LONG)
    assert not authority.asked


def test_another_authority_stamps_it_too(archive: Path, authority: TimeAuthority) -> None:
    other = replace(settings(authority), authority=f"{authority.url}/second")
    for one in (settings(authority), other):
        stamp_root(archive, one, limit=LONG)
    assert {name for _, name, _ in kept(archive)} == {authority.url, other.authority}


def flip(where: int) -> Callable[[bytes], bytes]:
    def flipped(held: bytes) -> bytes:
        changed = bytearray(held)
        changed[where] ^= 1
        return bytes(changed)

    return flipped


HASH = 30
"""Stands in the hash of a request, as its nonce is near the end."""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"harm": lambda held: b"<p>Our clock is being mended"}, "(this is no timestamp (Value"),
        ({"harm": lambda held: b""}, "(this is no timestamp (ValueError"),
        ({"harm": lambda held: held[:-3]}, "(this is no timestamp (ValueError"),
        ({"harm": lambda held: held + bytes(200_000)}, "(this is no timestamp (ValueError"),
        ({"harm": lambda held: b"junk", "is_of_request": True}, "(the authority grants none (Bad"),
        ({"harm": flip(HASH), "is_of_request": True}, "(the timestamp is not that of "),
        ({"harm": flip(-5), "is_of_request": True}, "(the timestamp answers another request)"),
        ({"status": 503}, "(it does not answer: HTTP Error 503"),
    ],
)
def test_what_is_no_timestamp_of_the_root_is_told_and_not_kept(
    archive: Path,
    authority: TimeAuthority,
    rests: list[float],
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, object],
    words: str,
) -> None:
    for name, value in changes.items():
        setattr(authority, name, value)
    stamp_root(archive, settings(authority), limit=LONG)
    assert not kept(archive)
    assert [level for _, level, _ in caplog.record_tuples] == [logging.WARNING]
    assert f"{archive}: no timestamp by {authority.url} (" in caplog.messages[0]
    assert words in caplog.messages[0]
    assert "\n" not in caplog.messages[0]
    assert (len(authority.asked), rests) == (3, [LONG / 5, LONG / 2])


def test_the_wrong_certificate_is_told_and_the_next_run_asks_again(
    archive: Path, authority: TimeAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = replace(settings(authority), certificates=authority.stranger)
    stamp_root(archive, wrong, limit=LONG)
    assert f"the timestamp is not by an authority of {authority.stranger}" in caplog.messages[0]
    assert not kept(archive)
    stamp_root(archive, settings(authority), limit=LONG)
    assert len(kept(archive)) == 1


@pytest.mark.parametrize("held", [b"", b"no certificate", None])
def test_a_file_without_certificates_is_named(
    token: bytes, tmp_path: Path, held: bytes | None
) -> None:
    file = tmp_path / "root.pem"
    if held is not None:
        file.write_bytes(held)
    with pytest.raises(TokenError, match=r"root\.pem holds no certificates"):
        check_token(token, ROOT, file)


def test_a_second_try_is_enough(
    archive: Path, authority: TimeAuthority, rests: list[float]
) -> None:
    authority.harm = lambda held: held if len(authority.asked) > 1 else b""
    stamp_root(archive, settings(authority), limit=LONG)
    assert len(kept(archive)) == 1
    assert rests == [LONG / 5]


def test_a_late_answer_is_not_waited_for(
    archive: Path, authority: TimeAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    authority.waits = True
    stamp_root(archive, settings(authority), limit=0.2)
    assert "(it does not answer: " in caplog.messages[0]
    assert not kept(archive)
    authority.over.set()


def test_nobody_at_the_address_is_told(
    archive: Path, authority: TimeAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    gone = replace(settings(authority), authority="http://127.0.0.1:1/stamps")
    stamp_root(archive, gone, limit=0.1)
    assert "Connection refused" in caplog.messages[0]
    assert not kept(archive)
    stamp_root(archive, settings(authority), limit=LONG)
    assert len(kept(archive)) == 1


def test_while_somebody_else_writes_nothing_is_kept_and_nobody_fails(
    archive: Path, token: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tradepress.jobs.stamp_root.request_timestamp", lambda *_, **__: token)
    with open_archive(archive):
        stamp_root(archive, Timestamps(authority="http://127.0.0.1:1"), limit=0)
    assert "is being written by process" in caplog.messages[0]
    assert not kept(archive)


def test_a_damaged_archive_is_told_once_more_and_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "press.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    stamp_root(tmp_path / "press.db", Timestamps(authority="http://127.0.0.1:1"), limit=0)
    assert len(caplog.messages) == 1


def test_a_token_of_another_root_or_size_vouches_for_nothing(
    token: bytes, certified: TimeAuthority
) -> None:
    assert check_token(token, ROOT, certified.certificates)
    for other in (replace(ROOT, size=13), replace(ROOT, hash=bytes(32))):
        with pytest.raises(TokenError, match=f"the timestamp is not that of {other}"):
            check_token(token, other, certified.certificates)


@given(st.data())
def test_a_changed_token_is_refused_or_says_the_same(
    token: bytes, certified: TimeAuthority, data: st.DataObject
) -> None:
    said = check_token(token, ROOT, certified.certificates)
    place = data.draw(st.integers(0, len(token) - 1))
    changed = bytearray(token)
    changed[place] ^= data.draw(st.integers(1, 255))
    with suppress(TokenError):
        assert check_token(bytes(changed), ROOT, certified.certificates) == said


def test_a_crawl_has_its_root_stamped_and_fails_by_no_authority(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path, authority: TimeAuthority
) -> None:
    site.pages["/trademark/lantern-case-1001"] = Answer(a_story("Lantern case"))
    site.pages["/trademark/"] = Answer('<a href="/trademark/lantern-case-1001">Lantern case</a>')
    declare(spiders, "gazette", site.home)
    file, archive = tmp_path / "tradepress.toml", tmp_path / "archive.db"
    relative = os.path.relpath(authority.certificates, tmp_path)
    set_up = f'[timestamps]\nauthority = "{authority.url}"\ncertificates = "{relative}"\n'
    file.write_text(set_up)
    crawl = ("crawl", "gazette", "--contact", "archive@library.example", "--no-trial")
    first = tradepress(*crawl)
    assert (first.returncode, first.stderr) == (0, "")
    ((size, _, held),) = kept(archive)
    assert (size, authority.vouches(held, str(newest(archive)))) == (newest(archive).size, True)
    file.write_text(set_up.replace(relative, str(authority.stranger)))
    second = tradepress(*crawl)
    assert second.returncode == 0
    assert len(second.stderr.splitlines()) == 1
    assert second.stderr.endswith(
        f"by an authority of {authority.stranger}); the next run asks again\n"
    )
    assert newest(archive).size > size
    assert len(kept(archive)) == 1


def test_verify_tells_of_timestamps_that_hold_and_of_those_that_do_not(
    archive: Path, authority: TimeAuthority
) -> None:
    stamp_root(archive, settings(authority), limit=LONG)
    good = verify(archive, history=True, certificates=authority.certificates)
    assert (good.findings, good.timestamps) == ([], 1)
    assert good.stamped_at is not None
    assert good.stamped_at[:4] == f"{datetime.now(UTC):%Y}"
    (found,) = verify(archive, history=True, certificates=authority.stranger).findings
    assert "does not hold: the timestamp is not by an authority of" in found.words
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE log_timestamps SET token = x'00'")
    (found,) = verify(archive, history=True).findings
    assert "this is no timestamp" in found.words


def test_a_proof_and_a_release_carry_it(
    archive: Path, authority: TimeAuthority, here: Tradepress, tmp_path: Path
) -> None:
    stamp_root(archive, settings(authority), limit=LONG)
    root = newest(archive)
    with closing(sqlite3.connect(archive)) as db:
        (ref,) = db.execute("SELECT ref FROM articles").fetchone()
    assert here("prove", ref, "-o", "proof.json", "--archive", str(archive)).returncode == 0
    by = ("--certificates", str(authority.certificates))
    checked = here("verify-proof", "proof.json", *by)
    assert (checked.returncode, f"says CN={NAME}." in checked.stdout) == (0, True), checked
    assert "Not checked: a timestamp by" in here("verify-proof", "proof.json").stdout
    refused = here("verify-proof", "proof.json", "--certificates", str(authority.stranger))
    assert (refused.returncode, "does not hold" in refused.stdout) == (1, True), refused
    made = here("release", "--title", "T", "-o", "given", "--archive", str(archive))
    assert made.returncode == 0, made
    carried = json.loads((tmp_path / "given" / "log-root.json").read_text())
    assert carried["root"] == str(root)
    assert authority.vouches(b64decode(carried["timestamps"][authority.url]), str(root))


def test_who_writes_the_log_anew_has_a_timestamp_against_him(
    archive: Path, authority: TimeAuthority
) -> None:
    stamp_root(archive, settings(authority), limit=LONG)
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        for table in ("log_leaves", "log_roots", "log_head", "log_erasures"):
            db.execute(f"DELETE FROM {table}")
        db.execute("UPDATE version_rows SET section = 'Other'")
        db.execute("UPDATE articles SET section = 'Other'")
        log = LeafLog(db)
        for table, kind in LOGGED.items():
            for (row_id,) in db.execute(f"SELECT id FROM {table}").fetchall():
                log.add(kind, row_id)
        log.write()
    found = verify(archive, history=True, certificates=authority.certificates).findings
    assert found
    assert all("timestamp" in one.words or one.check == "references" for one in found)
