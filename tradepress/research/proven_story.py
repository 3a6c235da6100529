"""Proves a version of a story that is asked for by its name."""

from pathlib import Path

from tradepress.archive.database import Database
from tradepress.archive.disk import stream_written_whole
from tradepress.archive.leaf_log.proof import Proof, prove
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.stories.ref import resolve_ref

VERSION = """
    SELECT version_rows.id FROM version_rows JOIN articles ON articles.id = article_id
    WHERE article_id = ? AND version_rows.version = coalesce(?, articles.version)
"""


def prove_story(db: Database, ref: str, *, since: Root | None = None) -> Proof:
    """Proves that a version of a story is in the log as it stands.

    :param ref: as of :func:`~tradepress.archive.stories.ref.resolve_ref`
    :param since: a root that somebody kept, from which the log is to be shown to go on
    :raises NoSuchArticle: no such ref
    :raises NotProven: the log does not prove it, and why
    """
    (version_id,) = db.execute(VERSION, resolve_ref(db, ref)).fetchone()
    return prove(db.conn, version_id, since)


def write_proof(proof: Proof, path: Path) -> None:
    """Writes a proof into a file.

    :raises OSError: it can't be written
    """
    with stream_written_whole(path) as stream:
        stream.write(proof.written().encode())
