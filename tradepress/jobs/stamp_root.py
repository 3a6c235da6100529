"""Has a time authority (RFC 3161) vouch for the newest root of an archive's log."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.request import Request, urlopen

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from tradepress.archive.clock import utc_now
from tradepress.archive.leaf_log.check_token import TokenError, check_token, read_token
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.configuration import Timestamps

LIMIT = 10.0
"""Is in seconds, for one answer with all that comes before it."""
LONGEST = 100_000
"""Bounds the bytes of an answer; one has some thousands."""
NEWEST = """
    SELECT size, root FROM log_roots WHERE size = (SELECT max(size) FROM log_roots)
    AND size NOT IN (SELECT size FROM log_timestamps WHERE authority = ?)
"""
KEEP = "INSERT OR IGNORE INTO log_timestamps (size, authority, made_at, token) VALUES (?, ?, ?, ?)"
log = logging.getLogger("archive")


def stamp_root(archive: Path, timestamps: Timestamps, *, limit: float = LIMIT) -> None:
    """Has the newest root stamped, if it is not and somebody is to do it.

    A failure is told in one line and is nobody else's: the next run asks again.
    """
    authority = timestamps.authority
    if authority is None or not archive.exists():
        return
    try:
        with read_archive(archive) as db:
            newest = db.execute(NEWEST, [authority]).fetchone()
        if newest is None:
            return
        root = Root(size=newest[0], hash=newest[1])
        token = request_timestamp(authority, root, limit=limit)
        if timestamps.certificates is not None:
            check_token(token, root, timestamps.certificates)
        with open_archive(archive, command="timestamp", create=False, wait=limit) as opened:
            opened.transaction.write(KEEP, [root.size, authority, utc_now(), token])
            opened.transaction.commit()
    except Exception as error:  # whatever it is, it is no fault of the run's
        words = "%s: no timestamp by %s (%s); the next run asks again"
        log.warning(words, archive, authority, error)


def request_timestamp(authority: str, root: Root, *, limit: float = LIMIT) -> bytes:
    """Asks for the timestamp of a root, three times at most; returns the answer that grants it.

    :raises TokenError: no answer did
    """
    for rest in (limit / 5, limit / 2):
        with suppress(TokenError):
            return _ask(authority, root, limit)
        time.sleep(rest)
    return _ask(authority, root, limit)


def _ask(authority: str, root: Root, limit: float) -> bytes:
    """Asks once, in a thread: nothing else limits looking up a name, and an answer that drips."""
    builder = TimestampRequestBuilder(hash_algorithm=HashAlgorithm.SHA256)
    request = builder.data(str(root).encode()).build()
    answers: SimpleQueue[bytes | Exception] = SimpleQueue()

    def ask() -> None:
        kind = {"Content-Type": "application/timestamp-query"}
        try:
            with urlopen(Request(authority, request.as_bytes(), kind), timeout=limit) as stream:
                answers.put(stream.read(LONGEST))
        except Exception as error:
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=limit)
    except Empty:
        answer = TimeoutError(f"not within {limit:g} seconds")
    if isinstance(answer, Exception):
        raise TokenError(f"it does not answer: {answer}") from answer
    if read_token(answer, root).tst_info.nonce != request.nonce:
        raise TokenError("the timestamp answers another request")
    return answer
