"""Any order of saves, changes, teasers, merges, crashes and re-opens keeps the invariants."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from archive_rows import PAPER, SISTER, Page, Pages, Writer, article_of, open_writer, save, withdraw
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from machine_pages import (
    ADDRESSES,
    EDITIONS,
    FOLDED,
    PROVEN,
    SITE_IDS,
    SITES,
    UNPROVEN,
    WITHDRAWABLE,
    Identity,
    main_address,
    page_of,
)

from tradepress.archive.errors import WithdrawnArticle
from tradepress.archive.ledger.outcomes import OUTCOMES, TEASER
from tradepress.archive.near_duplicates.fingerprint import (
    LEAST_WORDS,
    cut_shingles,
    measure_similarity,
    split_words,
)
from tradepress.archive.near_duplicates.pairs import LEAST_SIMILARITY, UPDATE
from tradepress.archive.read_only import read_archive
from tradepress.archive.rereading import FIELDS, READ_FIELDS, load_rereads, save_rereading
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.identity import AGAIN
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.stories.stories import Quarantined, Saved
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.request import tombstone_for

Door = tuple[Identity, bool]
"""A story, and whether by the one address that nothing joins with its others."""
Row = dict[str, Any]

TOLD_BY_WORDS = (
    *READ_FIELDS,
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

SURELY_FOUND = 0.9
"""Less similar texts may be missed: fingerprints are drawn by lot."""

identities = st.tuples(st.sampled_from(sorted(SITES)), st.sampled_from(sorted(SITE_IDS)))
editions = st.sampled_from(EDITIONS)
addresses = st.sampled_from(ADDRESSES)


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
        self.pages = Pages()
        self.now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        self.clock = patch(
            "tradepress.archive.clock.datetime", SimpleNamespace(now=lambda _: self.now)
        )
        self.clock.start()
        self.refs: dict[Door, str] = {}
        """Under which each story was first stored, committed or not."""
        self.cited: dict[str, int] = {}
        """Each version's name as it was first told, and its id."""
        self.withdrawn: set[Identity] = set()
        self.withdrawn_names: set[str] = set()
        shutil.copyfile(empty_archive(), self.path)
        self.writer = self.open()
        self.start_run()

    def open(self) -> Writer:
        return open_writer(self.path, command="machine", captures=self.pages)

    def teardown(self) -> None:
        try:
            self.writer.commit()
            self.require_index_of_exactly("articles", CURRENT)
            self.require_index_of_exactly("versions", FORMER)
            self.require_sound()
            self.writer.close()
        finally:
            self.clock.stop()
            shutil.rmtree(self.folder)

    # Saving

    @rule(identity=identities, edition=editions, address=addresses)
    def crawl(self, identity: Identity, edition: str, address: str) -> None:
        self.save(identity, edition, address)

    @rule(place=st.integers(0, 9), edition=st.sampled_from(EDITIONS[:3]), address=addresses)
    def crawl_again(self, place: int, edition: str, address: str) -> None:
        for (identity, _), _ in sorted(self.refs.items())[place : place + 1]:
            self.save(identity, edition, address)

    @rule(place=st.integers(0, 9), edition=editions)
    def follow_a_story_to_its_new_address(self, place: int, edition: str) -> None:
        for (identity, _), _ in sorted(self.refs.items())[place : place + 1]:
            for address in ("main", "moved"):
                self.save(identity, edition, address)

    @rule(identity=identities, edition=editions, years=st.integers(1, 3), address=addresses)
    def read_an_old_file(self, identity: Identity, edition: str, years: int, address: str) -> None:
        captured = self.now - timedelta(days=365 * years)
        self.save(identity, edition, address, date_captured=captured, kind="file")

    @rule(identity=identities, edition=editions)
    def read_an_undated_file(self, identity: Identity, edition: str) -> None:
        self.save(identity, edition, "main", kind="file")

    @rule(source=st.sampled_from(sorted(SITES)))
    def crawl_a_story_written_anew(self, source: str) -> None:
        """At its main address, which alone proves that it is the same story."""
        identity = source, FOLDED
        for article in self.articles(identity):
            self.save(identity, "rewritten", "main", at=article["url"])

    @rule(source=st.sampled_from(sorted(SITES)), editions=st.tuples(editions, editions))
    def learn_that_two_are_one(self, source: str, editions: tuple[str, str]) -> None:
        """A story of two addresses, until one of them declares the other."""
        identity = source, 3
        for edition, address in zip((*editions, "first"), ("main", UNPROVEN, PROVEN), strict=True):
            self.save(identity, edition, address)
        if identity not in self.withdrawn and {"teaser", "cut"}.isdisjoint(editions):
            assert len(self.articles(identity)) == 1

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
        if "kind" not in facts:
            facts["capture"] = Page(url=requested, date_captured=self.now)
        before = self.articles(identity)
        cites = main_address((identity[0], identity[1] % len(SITE_IDS) + 1))
        links = [{"kind": "related", "text": edition, "url": cites, "position": 0}]
        saved = save(self.writer, fields, requested_url=requested, links=links, **facts)
        if identity in self.withdrawn:
            assert (saved.outcome, self.articles(identity)) == ("rejected", [])
            return
        self.require_saved(identity, address, fields, saved)
        after = self.articles(identity)
        # One that may be whole and has nothing in common with the kept text is a change of it.
        may_replace = edition == "cut" and any("kettle" in article["body"] for article in before)
        if any(is_full(article) for article in before) and not may_replace:
            assert any(is_full(article) for article in after), f"{saved.ref} became a teaser"
        is_another = saved.reason == AGAIN  # of the versions is current once more
        if len(before) == len(after) and saved.outcome != "stored" and not is_another:
            for old, new in zip(before, after, strict=True):
                if old["date_captured"] is None:
                    continue  # it may have got its date, and have given way for it
                same = [name for name in TOLD_BY_WORDS if old[name] != new[name]]
                assert not same, f"nothing was stored, but {same} changed"

    def require_saved(
        self, identity: Identity, address: str, fields: Mapping[str, Any], saved: Saved
    ) -> None:
        doors = [(identity, address == UNPROVEN)]
        if address == PROVEN:
            doors = [door for door in [(identity, True), (identity, False)] if door in self.refs]
            doors = doors or [(identity, True), (identity, False)]
        (article_id,) = self.ids([saved.ref])
        known = {self.refs.setdefault(door, saved.ref) for door in doors}
        assert article_id in self.ids(known), f"{identity} was {known} and is now {saved.ref}"
        (version,) = self.rows(
            "SELECT * FROM versions WHERE article_id = ? AND version = ?", article_id, saved.version
        )
        name = f"{saved.ref}@{saved.version}"
        if saved.outcome == "stored":
            assert name not in self.cited.keys() | self.withdrawn_names
        if saved.outcome == "stored" or (saved.reason == TEASER and name not in self.cited):
            assert version["content_hash"] == content_hash(article_of(fields))
            self.cited[name] = version["id"]
        assert version["id"] in self.cited.values()

    @rule(identity=identities, bad=st.sampled_from([{"access": "secret"}, {"keywords": [2**70]}]))
    def save_a_bad_row(self, identity: Identity, bad: dict[str, Any]) -> None:
        """It stays outside. What would have made no version needn't be seen to be bad."""
        self.now += timedelta(hours=1)
        fields, requested = page_of(identity, "more", "main")
        before = self.rows("SELECT * FROM versions")
        try:
            saved = save(self.writer, fields | bad, requested_url=requested)
        except Quarantined:
            pass
        else:
            assert saved.outcome != "stored"
            if identity not in self.withdrawn:
                self.require_saved(identity, "main", fields, saved)
        assert self.rows("SELECT * FROM versions") == before

    @rule(place=st.integers(0, 9), section=st.sampled_from(["Designs", "Patents"]))
    def read_a_kept_page_again(self, place: int, section: str) -> None:
        self.now += timedelta(hours=1)
        kept = self.rows(
            "SELECT articles.* FROM articles JOIN versions ON versions.id = version_id "
            "WHERE capture_id IS NOT NULL"
        )
        for article in kept[place : place + 1]:
            (read,) = load_rereads(self.writer.db, [article["version_id"]])
            fields = {name: read.fields[name] for name in FIELDS if name != "related_links"}
            fields |= {"source": read.source, "url": read.url, "site_id": article["site_id"]}
            fields |= {"section": section}
            save_rereading(self.writer.run, read, article_of(fields), extractor="2")
            (again,) = self.rows("SELECT * FROM articles WHERE id = ?", article["id"])
            told = {*TOLD_BY_WORDS} - {"section", "version", "date_archived"}
            told |= {"ref", "url", "site_id", "first_seen", "last_seen", "gone_at"}
            assert {name: again[name] for name in told} == {name: article[name] for name in told}
            self.cited[f"{again['ref']}@{again['version']}"] = again["version_id"]

    # The ledger

    @rule(identity=identities, address=addresses)
    def schedule(self, identity: Identity, address: str) -> None:
        found = self.writer.add_urls(identity[0], [(page_of(identity, "first", address)[1], None)])
        self.writer.schedule([row["id"] for row in found])

    @rule(
        identity=identities,
        address=addresses,
        end=st.sampled_from(["304", "404", "failed", "rejected", "deferred"]),
    )
    def settle(self, identity: Identity, address: str, end: str) -> None:
        if identity in self.withdrawn:  # never asked for
            return
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
        self.start_run()

    def start_run(self) -> None:
        self.now += timedelta(days=1)
        self.writer.start_run("machine", sorted(SITES), "0")
        self.remember()

    @rule()
    def commit(self) -> None:
        self.writer.commit()
        self.remember()

    # Withdrawal

    @rule(source=st.sampled_from(sorted(SITES)), number=st.sampled_from(WITHDRAWABLE))
    def withdraw(self, source: str, number: int) -> None:
        articles = self.articles((source, number))
        if not articles:
            return
        self.writer.end_run("interrupted", 0)
        self.remember()
        ids = [article["id"] for article in articles]
        gone = {number: row for number, row in self.versions.items() if row["article_id"] in ids}
        stones = [tombstone_for(self.writer.db, id, reason="asked") for id in ids]
        withdraw(self.writer, self.pages, stones)
        self.withdrawn.add((source, number))
        self.withdrawn_names |= {name for name, id in self.cited.items() if id in gone}
        self.cited = {name: id for name, id in self.cited.items() if id not in gone}
        self.refs = {door: ref for door, ref in self.refs.items() if door[0] != (source, number)}
        kept = {number: row for number, row in self.versions.items() if number not in gone}
        links = {link for link in self.links if link[0] in kept}
        self.remember()
        # The raw pages of stories that link to it show its headline, and are erased, too.
        assert {id: row | {"capture_id": 0} for id, row in self.versions.items()} == {
            id: row | {"capture_id": 0} for id, row in kept.items()
        }
        assert {link[:3] for link in self.links} == {link[:3] for link in links}
        assert not self.rows("SELECT 1 FROM links WHERE url = ?", main_address((source, number)))
        self.start_run()

    # Crashes

    @rule()
    def crash(self) -> None:
        """kill -9: the files as they are, and nothing else, are what the next process finds."""
        number = int(self.path.stem) + 1
        copy = self.folder / f"{number}.db"
        for ending in ("", "-wal", ".withdrawn.json"):
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
        self.refs, self.cited = dict(self.committed_refs), dict(self.committed_names)
        with closing(read_archive(self.path)) as db:
            assert db["versions"].count == len(self.versions)
        self.writer = self.open()
        self.require_sound()
        assert self.one("SELECT count(*) FROM runs WHERE state = 'running'") == 0
        self.start_run()

    # What must hold

    @invariant()
    def each_story_is_there_once(self) -> None:
        kept = {row["id"] for row in self.rows("SELECT id FROM articles")}
        assert kept == self.ids(self.refs.values())
        for identities in combinations({identity for identity, _ in self.refs}, 2):
            one, other = ({row["id"] for row in self.articles(each)} for each in identities)
            assert one.isdisjoint(other)

    @invariant()
    def a_name_leads_to_the_same_version_for_ever(self) -> None:
        for name, version_id in self.cited.items():
            place = resolve_ref(self.writer.db, name)
            found = self.rows(
                "SELECT id FROM versions WHERE (article_id, version) = (?, ?)", *place
            )
            assert [row["id"] for row in found] == [version_id], name
        for name in self.withdrawn_names:
            with pytest.raises(WithdrawnArticle):
                resolve_ref(self.writer.db, name)

    @invariant()
    def committed_versions_are_never_altered(self) -> None:
        """A merge may number them on; their names lead to them as before. Undated ones may get
        their date."""
        kept = {row["id"]: row for row in self.rows("SELECT * FROM versions")}
        for number, version in self.versions.items():
            may_change = ["article_id", "version"]
            may_change += ["date_captured"] if version["date_captured"] is None else []
            assert kept[number] == version | {name: kept[number][name] for name in may_change}
        assert self.links <= self.links_now()

    @invariant()
    def versions_are_numbered_and_one_is_current(self) -> None:
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
    def stories_were_seen_when_their_sightings_say(self) -> None:
        owners = {row["id"]: row["article_id"] for row in self.rows("SELECT * FROM versions")}
        for article in self.rows("SELECT * FROM articles"):
            seen = self.rows("SELECT * FROM sightings WHERE article_id = ?", article["id"])
            held = self.rows("SELECT * FROM holdings WHERE article_id = ?", article["id"])
            shown = {row["version_id"] for row in [*seen, *held]} - {None}
            assert {owners[version_id] for version_id in shown} <= {article["id"]}
            times = [row["seen_at"] for row in seen]
            if times:
                assert (article["first_seen"], article["last_seen"]) == (min(times), max(times))
            is_dated = article["date_captured"] is not None
            assert is_dated == any(row["version_id"] == article["version_id"] for row in seen)

    @invariant()
    def each_address_leads_to_one_article(self) -> None:
        locations = self.rows("SELECT * FROM locations")
        places = {row["url_key"]: row["article_id"] for row in locations}
        assert len(places) == len(locations)
        homes = {row["id"]: row["source"] for row in self.rows("SELECT id, source FROM articles")}
        for row in locations:
            assert row["url_key"] == url_key(row["url"])
            assert row["first_seen"] <= row["last_seen"]
            address = urlsplit(row["url_key"])
            assert SITES[homes[row["article_id"]]].endswith(address.netloc.removeprefix("www."))
            assert address.path != "/"
        for article in self.rows("SELECT id, url FROM articles"):
            assert places[url_key(article["url"])] == article["id"]
        for link in self.rows("SELECT url_key, target_id FROM links WHERE url_key IS NOT NULL"):
            assert link["target_id"] == places.get(link["url_key"])

    @invariant()
    def near_duplicates_are_those_of_the_current_texts(self) -> None:
        words = {
            row["id"]: split_words(row["body"])
            for row in self.rows("SELECT id, body FROM articles WHERE is_truncated IS NOT 1")
        }
        words = {id: found for id, found in words.items() if len(found) >= LEAST_WORDS}
        signed = self.rows("SELECT article_id FROM fingerprints WHERE signature <> x''")
        assert {row["article_id"] for row in signed} == words.keys()
        pairs = {
            (row["article_id"], row["other_id"]): row
            for row in self.rows("SELECT * FROM near_duplicates")
        }
        groups = {id: {id} for id in self.ids(self.refs.values())}
        for pair in combinations(sorted(words), 2):
            similarity = measure_similarity(*(cut_shingles(words[id]) for id in pair))
            assert pair in pairs or similarity < SURELY_FOUND
            if pair in pairs:
                assert pairs[pair]["similarity"] == similarity >= LEAST_SIMILARITY
                if pairs[pair]["kind"] != UPDATE:
                    joined = groups[pair[0]] | groups[pair[1]]
                    groups |= dict.fromkeys(joined, joined)
        assert pairs.keys() <= set(combinations(sorted(words), 2))
        for row in self.rows("SELECT id, duplicate_group FROM articles"):
            group = groups[row["id"]]
            assert row["duplicate_group"] == (min(group) if len(group) > 1 else None)

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
        self.committed_refs, self.committed_names = dict(self.refs), dict(self.cited)
        self.versions = {row["id"]: row for row in self.rows("SELECT * FROM versions")}
        self.links = self.links_now()

    def links_now(self) -> set[tuple[Any, ...]]:
        return set(
            self.writer.db.execute("SELECT version_id, position, kind, text, url FROM links")
        )

    def outcomes(self, run: int | None) -> dict[int, str]:
        found = self.rows(
            "SELECT url_id, outcome FROM fetches WHERE run_id = ? AND url_id IS NOT NULL", run
        )
        assert len({row["url_id"] for row in found}) == len(found)
        return {row["url_id"]: row["outcome"] for row in found}

    def articles(self, identity: Identity) -> list[Row]:
        """One, or two as long as nothing proves them to be one."""
        refs = [ref for door, ref in self.refs.items() if door[0] == identity]
        return [
            self.rows("SELECT * FROM articles WHERE id = ?", id)[0] for id in sorted(self.ids(refs))
        ]

    def ids(self, refs: Iterable[str]) -> set[int]:
        """Of the articles that these refs lead to."""
        return {resolve_ref(self.writer.db, ref)[0] for ref in refs}

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        return list(self.writer.db.query(sql, parameters))

    def one(self, sql: str, *parameters: Any) -> Any:
        return self.writer.db.execute(sql, parameters).fetchone()[0]


def is_full(article: Row) -> bool:
    return article["is_truncated"] == 0


TestArchive = pytest.mark.slow(Archive.TestCase)
# The same examples each time: a machine that finds something new on a quiet day helps nobody.
TestArchive.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
