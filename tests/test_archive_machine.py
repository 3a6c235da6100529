"""Any order of saves, changes, teasers, crashes and re-opens keeps the design's invariants."""

import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from archive_rows import LEAD, PAPER, SISTER, save, story
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from archive.content_hash import content_hash
from archive.open import open_archive, open_writer
from archive.runs import OUTCOMES
from archive.url_key import url_key
from archive.writer import Quarantined, Saved, Writer

Identity = tuple[str, int]
"""Source and number of a story: what the archive must find out by itself."""

SITES = {
    "signet": "http://signetgazette.example",
    "makers": "http://marksandmakers.example",
}
SITE_IDS = {1: "1", 2: "2", 3: None, 4: "1"}
"""What a page says is its id; the fourth story's lies."""
FOLDED = 2
"""The one story that is known by its id and slug alone, whatever becomes of its text."""
TOLD_BY_WORDS = (
    "headline",
    "description",
    "body",
    "date_published",
    "date_published_raw",
    "date_modified",
    "date_modified_raw",
    "authors",
    "section",
    "language",
    "keywords",
    "access",
    "is_truncated",
    "confidence",
    "corrections",
    "content_hash",
    "date_captured",
    "date_archived",
    "version",
)
"""Columns in which an article is its current version."""
TOKENIZERS = {
    "fts": "unicode61 remove_diacritics 2",
    "stems": "porter unicode61 remove_diacritics 2",
}
TEXT = "headline, description, body"
CURRENT = f"SELECT id, {TEXT} FROM articles"
FORMER = f"SELECT id, {TEXT} FROM versions WHERE id NOT IN (SELECT version_id FROM articles)"

identities = st.tuples(st.sampled_from(sorted(SITES)), st.sampled_from(sorted(SITE_IDS)))
editions = st.sampled_from(
    ["first", "body", "more", "headline", "date", "teaser", "cut", "corrected", "spaces"]
)
addresses = st.sampled_from(["main", "mobile", "print", "moved"])


def page_of(identity: Identity, edition: str, address: str) -> tuple[dict[str, Any], str]:
    """The fields of a page, and the address that was asked for."""
    source, number = identity
    home = SITES[source]
    main = f"{home}/trademark/orrin-vale-{number}"
    url = {
        "main": main,
        "mobile": f"{home}/m/orrin-vale-{number}",
        "print": f"{home}/print/orrin-vale-{number}?from=mail",
        "moved": f"{home}/2018/orrin-vale-{number}",
    }[address]
    paragraphs = [
        f"Case {number}. {LEAD}",
        f"The lantern {number} was held to be descriptive of lamps.",
        "The decision is available here.",
    ]
    first = "\n\n".join(paragraphs)
    changes: dict[str, dict[str, Any]] = {
        "first": {},
        "body": {"body": first.replace("descriptive", "deceptive")},
        "more": {"body": f"{first}\n\nAn appeal is open until May."},
        "headline": {"headline": f"Orrin Vale wins appeal {number}"},
        "date": {"date_published": "2017-08-05"},
        "teaser": {"body": paragraphs[0], "is_truncated": True},
        "cut": {"body": first[:150], "is_truncated": None},
        "corrected": {"corrections": ["Correction: it was a lamp."]},
        "spaces": {"body": first.replace("\n\n", " \n\n"), "section": "Designs"},
        "rewritten": {"body": f"Anew. A kettle may whistle, {number} judges found at last. " * 3},
    }
    fields = story(number, source=source, site_id=SITE_IDS[number], url=url, body=first)
    canonical = None if address in ("main", "moved") else main
    fields |= {"canonical_url": canonical, **changes[edition]}
    return fields, main if address == "moved" else url


@cache
def empty_archive() -> Path:
    """Made once and copied: building one takes longer than a whole example."""
    path = Path(tempfile.mkdtemp(prefix="machine-")) / "archive.db"
    with open_writer(path, command="machine") as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.commit()
    return path


class Archive(RuleBasedStateMachine):
    """Drives one writer and remembers what was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.path = self.folder / "0.db"
        self.now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        self.clock = patch("archive.clock.datetime", SimpleNamespace(now=lambda _: self.now))
        self.clock.start()
        self.refs: dict[Identity, str] = {}
        """Of every story stored, committed or not."""
        self.committed_refs: dict[Identity, str] = {}
        self.committed_versions: dict[int, dict[str, Any]] = {}
        self.committed_links: set[tuple[Any, ...]] = set()

    @initialize()
    def begin(self) -> None:
        shutil.copyfile(empty_archive(), self.path)
        self.writer = self.open()
        self.start_run()

    def open(self) -> Writer:
        return open_writer(self.path, command="machine")

    def teardown(self) -> None:
        try:
            if hasattr(self, "writer"):
                self.writer.commit()
                self.require_index_of_exactly("articles", CURRENT)
                self.require_index_of_exactly("versions", FORMER)
                self.require_sound()
                self.writer.close()
        finally:
            self.clock.stop()
            shutil.rmtree(self.folder)

    # Saving

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(identity=identities, edition=editions, address=addresses)
    def crawl(self, identity: Identity, edition: str, address: str) -> None:
        self.save(identity, edition, address, date_captured=self.now)

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(identity=identities, edition=editions, years=st.integers(1, 3), address=addresses)
    def read_an_old_file(self, identity: Identity, edition: str, years: int, address: str) -> None:
        captured = self.now - timedelta(days=365 * years)
        self.save(identity, edition, address, date_captured=captured, kind="file")

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(identity=identities, edition=editions)
    def read_an_undated_file(self, identity: Identity, edition: str) -> None:
        self.save(identity, edition, "main", kind="file")

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(source=st.sampled_from(sorted(SITES)))
    def crawl_a_story_written_anew(self, source: str) -> None:
        """At its main address, which alone proves that it is the same story."""
        identity = source, FOLDED
        kept = self.article(identity)
        if kept is not None:
            self.save(identity, "rewritten", "main", date_captured=self.now, at=kept["url"])

    def save(
        self,
        identity: Identity,
        edition: str,
        address: str,
        *,
        at: str | None = None,
        **facts: Any,
    ) -> None:
        self.now += timedelta(hours=1)
        fields, requested = page_of(identity, edition, address)
        if at is not None:
            fields, requested = {**fields, "url": at}, at
        before = self.article(identity)
        links = [{"kind": "related", "text": edition, "url": f"{at or requested}/x", "position": 0}]
        saved = save(self.writer, fields, requested_url=requested, links=links, **facts)
        self.require_saved(identity, fields, saved)
        after = self.article(identity)
        assert after is not None
        if before is not None and is_full(before):
            assert is_full(after), f"the full text of {saved.ref} gave way to a teaser"
        if before is not None and saved.outcome != "stored":
            same = [name for name in TOLD_BY_WORDS if before[name] != after[name]]
            assert not same, f"nothing was stored, but {same} changed"

    def require_saved(self, identity: Identity, fields: Mapping[str, Any], saved: Saved) -> None:
        known = self.refs.setdefault(identity, saved.ref)
        assert saved.ref == known, f"{identity} was {known} and is now {saved.ref}"
        (version,) = self.rows(
            "SELECT versions.* FROM versions JOIN articles ON articles.id = article_id "
            "WHERE ref = ? AND versions.version = ?",
            saved.ref,
            saved.version,
        )
        if saved.outcome == "stored":
            assert version["content_hash"] == content_hash(fields)

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(identity=identities, bad=st.sampled_from([{"access": "secret"}, {"keywords": [2**70]}]))
    def save_a_bad_row(self, identity: Identity, bad: dict[str, Any]) -> None:
        fields, requested = page_of(identity, "more", "main")
        count = self.one("SELECT count(*) FROM versions")
        with pytest.raises(Quarantined):
            save(self.writer, fields | bad, requested_url=requested)
        assert self.one("SELECT count(*) FROM versions") == count

    # The ledger

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(identity=identities, address=addresses)
    def schedule(self, identity: Identity, address: str) -> None:
        found = self.writer.add_urls(identity[0], [(page_of(identity, "first", address)[1], None)])
        self.writer.schedule([row["id"] for row in found])

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(
        identity=identities,
        address=addresses,
        end=st.sampled_from(["304", "404", "failed", "rejected", "deferred"]),
    )
    def settle(self, identity: Identity, address: str, end: str) -> None:
        self.now += timedelta(hours=1)
        url = page_of(identity, "first", address)[1]
        outcome = {"304": "unchanged", "404": "failed"}.get(end, end)
        is_first = self.writer.settle(
            url, outcome, end, gone=end == "404", source=identity[0], status=None
        )
        count = "SELECT count(*) FROM fetches JOIN urls ON urls.id = url_id "
        of_run = "WHERE url_key = ? AND run_id = ?"
        assert self.one(count + of_run, url_key(url), self.writer.run_id) == 1
        if is_first and end in ("failed", "deferred"):
            assert self.one("SELECT state FROM urls WHERE url_key = ?", url_key(url)) == "due"

    @precondition(lambda self: self.writer.run_id is None)
    @rule()
    def start_run(self) -> None:
        self.now += timedelta(days=1)
        self.writer.start_run("machine", sorted(SITES), "0")
        self.remember()

    @precondition(lambda self: self.writer.run_id is not None)
    @rule(state=st.sampled_from(["done", "interrupted"]))
    def end_run(self, state: str) -> None:
        run = self.writer.run_id
        asked = {
            row["id"] for row in self.rows("SELECT id FROM urls WHERE scheduled_run_id = ?", run)
        }
        answered = self.outcomes(run).keys()
        sums = self.writer.end_run(state, 0)
        self.remember()
        outcomes = self.outcomes(run)
        assert outcomes.keys() == asked | answered
        assert sums["urls"] == len(outcomes)
        for outcome in OUTCOMES:
            assert sums[outcome] == list(outcomes.values()).count(outcome)
        is_lost = bool(asked - answered) and state == "done"
        assert sums["state"] == ("failed" if is_lost else state)

    @rule()
    def commit(self) -> None:
        self.writer.commit()
        self.remember()

    # Crashes

    @rule()
    def crash(self) -> None:
        """kill -9: the files as they are, and nothing else, are what the next process finds."""
        number = int(self.path.stem) + 1
        copy = self.folder / f"{number}.db"
        for ending in ("", "-wal"):
            there = self.path.with_name(self.path.name + ending)
            if there.exists():
                shutil.copyfile(there, copy.with_name(copy.name + ending))
        self.writer.close()
        self.path = copy
        self.after_a_crash()

    @rule()
    def drop_the_writer(self) -> None:
        self.writer.close()
        self.after_a_crash()

    def after_a_crash(self) -> None:
        self.refs = dict(self.committed_refs)
        with closing(open_archive(self.path)) as db:
            assert db["versions"].count == len(self.committed_versions)
        self.writer = self.open()
        self.require_sound()
        assert self.one("SELECT count(*) FROM runs WHERE state = 'running'") == 0

    # What must hold

    @invariant()
    def each_story_is_there_once(self) -> None:
        if not hasattr(self, "writer"):
            return
        found = [row["ref"] for row in self.rows("SELECT ref FROM articles ORDER BY ref")]
        assert found == sorted(self.refs.values())
        assert len(set(self.refs.values())) == len(self.refs)

    @invariant()
    def committed_versions_are_never_altered(self) -> None:
        if not hasattr(self, "writer"):
            return
        kept = {row["id"]: row for row in self.rows("SELECT * FROM versions")}
        for number, version in self.committed_versions.items():
            assert kept.get(number) == version
        assert self.committed_links <= self.links()

    @invariant()
    def versions_are_numbered_and_one_is_current(self) -> None:
        if not hasattr(self, "writer"):
            return
        numbers: dict[int, list[int]] = {}
        for row in self.rows("SELECT article_id, version FROM versions ORDER BY version"):
            numbers.setdefault(row["article_id"], []).append(row["version"])
        articles = {row["id"]: row for row in self.rows("SELECT * FROM articles")}
        assert numbers.keys() == articles.keys()
        for found in numbers.values():
            assert found == list(range(1, len(found) + 1))
        for article in articles.values():
            (current,) = self.rows("SELECT * FROM versions WHERE id = ?", article["version_id"])
            assert current["article_id"] == article["id"]
            differing = [name for name in TOLD_BY_WORDS if current[name] != article[name]]
            assert not differing
            assert (article["date_published"] or "")[:10] == (article["published_day"] or "")
            assert article["first_seen"] <= article["last_seen"]

    @invariant()
    def each_address_leads_to_one_article(self) -> None:
        if not hasattr(self, "writer"):
            return
        locations = self.rows("SELECT * FROM locations")
        assert len({row["url_key"] for row in locations}) == len(locations)
        places = {row["url_key"]: row["article_id"] for row in locations}
        for row in locations:
            assert row["url_key"] == url_key(row["url"])
            assert row["first_seen"] <= row["last_seen"]
        for article in self.rows("SELECT id, url FROM articles"):
            assert places[url_key(article["url"])] == article["id"]

    def require_sound(self) -> None:
        assert self.one("PRAGMA integrity_check") == "ok"
        assert self.rows("PRAGMA foreign_key_check") == []
        for table in ("articles_fts", "articles_stems", "versions_fts", "versions_stems"):
            self.writer.db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        for run in self.rows("SELECT * FROM runs WHERE state <> 'running'"):
            assert run["urls"] == sum(run[outcome] for outcome in OUTCOMES)
            assert run["urls"] == len(self.outcomes(run["id"]))

    def require_index_of_exactly(self, name: str, texts: str) -> None:
        """Word by word what an index made anew over these texts holds."""
        db = self.writer.db.conn
        for kind, tokenizer in TOKENIZERS.items():
            with closing(sqlite3.connect(":memory:")) as anew:
                anew.execute(f"CREATE VIRTUAL TABLE t USING fts5 ({TEXT}, tokenize='{tokenizer}')")
                anew.executemany(
                    f"INSERT INTO t (rowid, {TEXT}) VALUES (?, ?, ?, ?)", db.execute(texts)
                )
                anew.execute("CREATE VIRTUAL TABLE words USING fts5vocab (t, instance)")
                expected = anew.execute("SELECT * FROM words").fetchall()
            db.execute(
                f"CREATE VIRTUAL TABLE temp.{name}_{kind}_words "
                f"USING fts5vocab (main, {name}_{kind}, instance)"
            )
            found = db.execute(f"SELECT * FROM temp.{name}_{kind}_words").fetchall()
            assert sorted(found) == sorted(expected), f"{name}_{kind}"

    # Reading

    def remember(self) -> None:
        """What was just committed must stay."""
        self.committed_refs = dict(self.refs)
        self.committed_versions = {row["id"]: row for row in self.rows("SELECT * FROM versions")}
        self.committed_links = self.links()

    def links(self) -> set[tuple[Any, ...]]:
        return set(
            self.writer.db.execute("SELECT version_id, position, kind, text, url FROM links")
        )

    def outcomes(self, run: int | None) -> dict[int, str]:
        found = self.rows(
            "SELECT url_id, outcome FROM fetches WHERE run_id = ? AND url_id IS NOT NULL", run
        )
        assert len({row["url_id"] for row in found}) == len(found)
        return {row["url_id"]: row["outcome"] for row in found}

    def article(self, identity: Identity) -> dict[str, Any] | None:
        found = self.rows("SELECT * FROM articles WHERE ref = ?", self.refs.get(identity))
        return found[0] if found else None

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        return list(self.writer.db.query(sql, parameters))

    def one(self, sql: str, *parameters: Any) -> Any:
        return self.writer.db.execute(sql, parameters).fetchone()[0]


def is_full(article: Mapping[str, Any]) -> bool:
    return article["is_truncated"] == 0


TestArchive = pytest.mark.slow(Archive.TestCase)
# The same examples each time: a machine that finds something new on a quiet day helps nobody.
TestArchive.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
