"""Makes the golden archive of the schema that a checkout writes: one file a schema, never remade.

    PYTHONPATH=CHECKOUT:CHECKOUT/tests python tests/archives/make.py tests/archives/vN.db

with the code of that schema in CHECKOUT (of an old one: ``git worktree add``). The stories are
those of ``tests/archive_rows.py``.
"""

import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

from archive_rows import LEAD, PAPER, SISTER, SITE, Page, Pages, save, story

from archive.open import open_writer

STORIES = 12
LINKS = [
    {"kind": "related", "text": "Orrin Vale loses appeal 1", "url": None, "position": 0},
    {
        "kind": "in_text",
        "text": "an earlier ruling",
        "url": f"{SITE}/trademark/orrin-vale-2",
        "position": 1,
    },
]
OF_SCHEMA_3 = (
    "INSERT INTO aliases VALUES ('signet-old', 4, 1, 1, '2026-11-24T09:00:00Z')",
    "INSERT OR REPLACE INTO near_duplicates VALUES (5, 14, 0.93, 'cross-post', "
    "'2026-11-24T09:00:00Z')",
    "UPDATE articles SET duplicate_group = 5 WHERE id IN (5, 14)",
    "INSERT OR REPLACE INTO fingerprints VALUES (5, zeroblob(256)), (14, zeroblob(256))",
    "INSERT OR REPLACE INTO fingerprint_bands VALUES (0, 5), (0, 14)",
    "INSERT INTO tombstones VALUES (1, 'signet-gone', 'signet', NULL, '2016-05-01', "
    "'2026-11-01T09:00:00Z', 'asked for by the publisher', '2026-11-24T09:00:00Z')",
    "INSERT INTO tombstone_keys VALUES ('00ff', 1)",
    "UPDATE links SET target_id = 2 WHERE url LIKE '%orrin-vale-2'",
)
OF_SCHEMA_4 = (
    "UPDATE articles SET policy = 'store' WHERE id < 4",
    "UPDATE articles SET reservations = "
    """'[{"term": "noai", "evidence": "meta", "value": "noai"}]' WHERE id = 3""",
    "UPDATE urls SET date_listed = '2016-05-02', listed_by = 'feed' WHERE id = 3",
    "INSERT INTO entrances VALUES ('http://signetgazette.example/rss', 'signet', 'feed', '\"1\"', "
    "NULL, '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z')",
    "INSERT INTO hosts VALUES ('signetgazette.example', NULL, NULL, 0, NULL)",
    "INSERT INTO site_files VALUES (1, 'http://signetgazette.example', '/robots.txt', 200, '00ff', "
    "'2026-11-24T09:00:00Z', '2026-11-25T09:00:00Z', 'User-agent: *')",
)


def make(path: Path) -> None:
    with open_writer(path, command="golden", captures=Pages()) as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.start_run("crawl signet makers", ["signet", "makers"], "0.1.0")
        known = [(story(number)["url"], f"{SITE}/trademark/") for number in range(1, STORIES + 5)]
        rows = writer.add_urls("signet", known)
        writer.schedule([row["id"] for row in rows])
        for number in range(1, STORIES + 1):
            capture = Page(url=story(number)["url"], date_captured=datetime.now(UTC))
            save(writer, story(number), links=LINKS if number > 4 else [], capture=capture)
        curly = story(13, headline="“Vale’s” lamp – again", body="It’s “over” – or isn’t it?")
        save(writer, curly, capture=Page(url=curly["url"]))
        save(writer, story(5, source="makers", url="http://marksandmakers.example/news/vale-5"))
        writer.settle(known[STORIES + 1][0], "rejected", "login", status=200)
        writer.settle(known[STORIES + 2][0], "failed", "timeout", next_due="2026-12-01T09:00:00Z")
        writer.settle(known[STORIES + 3][0], "deferred", "host_paused", fetched=False)
        writer.end_run("done", 1)
        writer.start_run("crawl signet", ["signet"], "0.1.0")
        for number in (1, 2, 3):
            changed = f"Quinces were named in case {number}. {LEAD}\n\nA second hearing is due."
            save(writer, story(number, body=changed, corrections=["The date was wrong."]))
        save(writer, story(1, headline="Orrin Vale wins after all", body="Medlars decided it."))
        save(writer, story(4))
        writer.settle(story(6)["url"], "unchanged", "gone", status=404, gone=True)
        writer.end_run("done", 0)
    connection = sqlite3.connect(path)
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    for added_in, statements in ((3, OF_SCHEMA_3), (4, OF_SCHEMA_4)):
        for statement in statements if schema >= added_in else ():
            connection.execute(statement)
    connection.execute("UPDATE runs SET host = 'library.example', pid = 1000 + id")
    connection.commit()
    for statement in ("PRAGMA journal_mode=DELETE", "PRAGMA page_size=1024", "VACUUM"):
        connection.execute(statement)  # one small file
    connection.close()
    path.with_name(path.name + ".lock").unlink()


make(Path(sys.argv[1]))
