"""Reads any archive with Python alone, as docs/reference/format.md has it; writes nothing.

python3 read_archive.py ARCHIVE                  lists stories and their versions
python3 read_archive.py ARCHIVE text REF[@N]     prints headline, authors, date and text
python3 read_archive.py ARCHIVE page REF[@N]     writes the captured page to standard output
"""

import base64
import hashlib
import json
import re
import sqlite3
import sys
import zlib
from pathlib import Path

APPLICATION_ID = 0x54504152  # TPAR
STORIES = """
    SELECT articles.ref, versions.version, version_id = versions.id, versions.date_published,
        versions.headline
    FROM articles JOIN versions ON article_id = articles.id ORDER BY 1, 2
"""
NAMED = """
    SELECT id, 1, (SELECT max(version) FROM versions WHERE article_id = articles.id)
    FROM articles WHERE ref = :ref
    UNION ALL SELECT article_id, first_version, last_version FROM aliases WHERE ref = :ref
"""
VERSION = """
    SELECT ref, versions.version, versions.headline, versions.authors, versions.date_published,
        versions.date_captured, versions.url, versions.body, versions.content_hash,
        captures.file, captures."offset", captures.length, captures.digest
    FROM versions JOIN articles ON articles.id = article_id
    LEFT JOIN captures ON captures.id = capture_id
    WHERE article_id = ? AND (versions.version = ? OR substr(versions.content_hash, 1, 10) = ?
        OR ? = '' AND version_id = versions.id)
    ORDER BY versions.version = ? DESC, version_id = versions.id DESC, versions.version DESC LIMIT 1
"""


def open_archive(path):
    """Opens the database so that nothing is written; a write-ahead log beside it is read, too."""
    if not path.is_file():
        sys.exit(f"{path} is no file")
    how = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    db = sqlite3.connect(f"{path.as_uri()}?{how}", uri=True)
    db.row_factory = sqlite3.Row
    if sqlite3.sqlite_version_info < (3, 37):  # it knows no STRICT, and reads such tables like this
        db.execute("PRAGMA writable_schema=ON")
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        sys.exit(f"{path} is no archive of Tradepress")
    return db


def find_version(db, name):
    """Finds the version that REF, REF@2 or REF@3f9a2c71d0 names, also by a ref of before."""
    ref, _, number = name.partition("@")
    for article, first, last in db.execute(NAMED, {"ref": ref}):
        counted = int(number) if re.fullmatch("[0-9]{1,9}", number) else 0
        wanted = first - 1 + counted if 1 <= counted <= last - first + 1 else 0
        row = db.execute(VERSION, [article, wanted, number, number, wanted]).fetchone()
        if row is not None:
            return row
    gone = "SELECT substr(withdrawn_at, 1, 10), reason FROM tombstones WHERE ref = ?"
    for day, reason in db.execute(gone, [ref]):
        sys.exit(f"{ref} was withdrawn on {day}: {reason}")
    sys.exit(f"{name} is no version of a story here")


def unpack(packed, form=31):
    """Unpacks one stream; returns what it holds, and what follows it."""
    stream = zlib.decompressobj(form)
    text = stream.decompress(packed) + stream.flush()
    if not stream.eof:
        sys.exit("the page is cut off")
    return text, stream.unused_data


def fields_of(lines):
    """Reads header fields; the first of a name counts, as do names in any case."""
    fields = {}
    for line in lines:
        name, _, value = line.decode("latin-1").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return fields


def read_record(folder, row):
    """Reads a WARC record; returns the fields of its answer, if it is one, and the payload."""
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.warc\.gz", row["file"] or ""):
        sys.exit("no captured page of it is kept here")
    with Path(folder, row["file"]).open("rb") as file:
        file.seek(row["offset"])
        text, _ = unpack(file.read(row["length"]))
    head, _, rest = text.partition(b"\r\n\r\n")
    fields = fields_of(head.split(b"\r\n")[1:])
    block, answer = rest[: int(fields["content-length"])], {}
    if fields["content-type"].replace(" ", "").startswith("application/http"):
        head, _, block = block.partition(b"\r\n\r\n")
        answer = fields_of(head.split(b"\r\n")[1:])
    digest = "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()
    if digest != row["digest"]:
        sys.exit(f"the page at byte {row['offset']} of {row['file']} is not what was written there")
    return answer, block


def decode(body, encoding):
    """Undoes the Content-Encoding, of which the last one named was applied last."""
    for name in reversed([one.strip().lower() for one in encoding.split(",")]):
        if name in ("gzip", "x-gzip") and body:
            text, body = unpack(body)
            while body.startswith(b"\x1f\x8b"):
                more, body = unpack(body)
                text += more
            body = text
        elif name == "deflate" and body:
            try:
                body = unpack(body, zlib.MAX_WBITS)[0]
            except zlib.error:
                body = unpack(body, -zlib.MAX_WBITS)[0]
        elif name not in ("", "identity") and body:
            sys.exit(f"the page is packed by {name!r}, which needs a program that unpacks it")
    return body


def main(archive, what="list", name="", *_):
    path, out = Path(archive).resolve(), sys.stdout.buffer
    db = open_archive(path)
    if what == "list":
        for ref, number, is_current, day, headline in db.execute(STORIES):
            mark = "*" if is_current else " "
            out.write(f"{ref}@{number}{mark} {day or '-'} {headline}\n".encode())
        return
    row = find_version(db, name)
    if what == "text":
        told = f"{', '.join(json.loads(row['authors'])) or '-'}\n{row['date_published'] or '-'}"
        out.write(f"{row['headline']}\n{told}\n\n{row['body'] or ''}\n".encode())
        return
    stem = re.sub(r"\.db$", "", path.name)
    folder = f"{stem}.captures" if stem != path.name else f"{stem}-captures"
    answer, body = read_record(path.with_name(folder), row)
    out.write(decode(body, answer.get("content-encoding", "")))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4) or sys.argv[2:3] not in ([], ["text"], ["page"]):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, KeyError, sqlite3.Error, zlib.error) as error:
        sys.exit(f"{sys.argv[1]} can't be read so: {error}")
