"""Brings one story of another archive into this one, whole or not at all.

A story that is not here comes in as it is: ref, numbers of versions, sightings, addresses. Of one
that is here the histories are joined: a version of the same text is one version, any other is
added behind those that are there; what was seen last is current, but never a teaser. Nothing that
is here changes its name or its number.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tradepress.archive.border import border
from tradepress.archive.clean import Value
from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveError
from tradepress.archive.file.rows import Row, fetch_row
from tradepress.archive.file.transaction import ROW_ERRORS, Transaction
from tradepress.archive.frontier.joined_addresses import join_address
from tradepress.archive.frontier.sightings import note_sightings
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.merging.copied_pages import CopiedPages
from tradepress.archive.merging.kept_here import find_here, same_version
from tradepress.archive.merging.other_archive import OtherStory, OtherVersion, UnreadStory
from tradepress.archive.run import Run
from tradepress.archive.stories.clean_story import CleanStory, KnownText, StoredLink, clean_story
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.kept import Kept, load_kept
from tradepress.archive.stories.link_targets import resolve_address
from tradepress.archive.stories.merge import merge_articles
from tradepress.archive.stories.ref import is_taken
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.keeping_out import hide_link, keep_out, shows_withdrawn
from tradepress.archive.withdrawal.tombstones import (
    WITHDRAWN,
    PublicTombstone,
    address_key,
    find_tombstone,
    has_tombstones,
    hash_key,
    names_in_tombstones,
    site_id_key,
    text_key,
)
from tradepress.story import METADATA_ONLY, StoredArticle

Keeps = Callable[[StoredArticle], StoredArticle | None]
"""Returns what of a story may be kept here; None: nothing."""
FETCHED = Fetched(kind="archive")
NOT_TO_BE_KEPT = "policy"
PASSING = (ArchiveError, sqlite3.Error, OSError, ValueError)
"""Lists errors that are told as they are, or are no story's fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """Says what became of one story; lasting once the transaction is committed."""

    there: str
    """Is its ref in the other archive."""
    ref: str | None
    """Is its ref here; None: it is not here."""
    outcome: Outcome
    """Is STORED (it, or a version of it), UNCHANGED, REJECTED (it is kept out) or FAILED."""
    reason: str | None = None
    renumbered: Mapping[int, int] = field(default_factory=dict)
    """Maps the number of a version there to another number that it has here."""


class Damaged(Exception):
    """Says that a text is not the one that was saved in the other archive."""


def bring_story(
    run: Run,
    story: OtherStory | UnreadStory,
    pages: CopiedPages,
    keeps: Keeps,
    *,
    is_told: bool = True,
) -> Brought:
    """Brings one story in, with its outcome in the ledger.

    :param is_told: False: of one that comes in the ledger is told by whoever calls
    :raises ArchiveError: this archive can't be written
    """
    if isinstance(story, UnreadStory):
        return Brought(there=story.ref, ref=None, outcome=Outcome.FAILED, reason=str(story))
    try:
        with border(Damaged, *PASSING), run.transaction.atomic():
            return _bring(run, story, pages, keeps, is_told=is_told)
    except (*ROW_ERRORS, Damaged, ValueError) as error:
        reason = f"{story.ref}: {error}"
        with suppress(ValueError):
            address = run.addresses.take(story.source, story.url)
            run.addresses.record(address, Outcome.FAILED, reason, fetched=FETCHED)
        return Brought(there=story.ref, ref=None, outcome=Outcome.FAILED, reason=str(error))


def _bring(
    run: Run, story: OtherStory, pages: CopiedPages, keeps: Keeps, *, is_told: bool
) -> Brought:
    if (stone := tombstone_of(run.transaction.db, story)) is not None:
        keep_out(run.transaction, run.addresses, stone.ref, url_key(story.url), FETCHED)
        rejected = Outcome.REJECTED
        return Brought(there=story.ref, ref=None, outcome=rejected, reason=WITHDRAWN)
    versions = [*kept_versions(story, keeps)]
    if not versions:
        address = run.addresses.take(story.source, story.url)
        run.addresses.record(address, Outcome.REJECTED, NOT_TO_BE_KEPT, fetched=FETCHED)
        rejected = Outcome.REJECTED
        return Brought(there=story.ref, ref=None, outcome=rejected, reason=NOT_TO_BE_KEPT)
    return _Arrival(run, story, pages, versions).bring(is_told=is_told)


class _Arrival:
    """Is a story on its way in."""

    def __init__(
        self,
        run: Run,
        story: OtherStory,
        pages: CopiedPages,
        versions: list[tuple[OtherVersion, CleanStory]],
    ) -> None:
        self.run = run
        self.transaction = run.transaction
        self.db = run.transaction.db
        self.story = story
        self.pages = pages
        self.versions = versions
        self.here: dict[int, Row] = {}
        """Maps the id of a version there to ``id``, ``version`` and ``capture_id`` of it here."""
        self.pages_here: dict[int, int | None] = {}
        self.has_tombstones = has_tombstones(self.db)
        self.is_new_version = False

    def bring(self, *, is_told: bool) -> Brought:
        """Brings the story in.

        :raises ArticleRowError: it can't be stored
        """
        story = self.story
        current = next(clean for version, clean in self.versions if version.id == story.version_id)
        found = find_here(self.db, story, current)
        for younger in found[1:]:
            merge_articles(self.transaction, found[0].id, younger.id, utc_now())
        if len(found) > 1:
            self.run.stories.versions.read_anew(found[0].id)
        if found:
            kept = load_kept(self.db, found[0].id)
            self._join(kept)
        else:
            kept = self._store_new()
        join_locations(self.transaction, story.locations, kept.id)
        self._save_addresses(kept.id)
        self._save_aliases(kept)
        return self._record(kept, is_told=is_told)

    # A story that is not here

    def _store_new(self) -> Kept:
        story = self.story
        current = [version.id for version, _ in self.versions].index(story.version_id)
        article_id = self._store(*self.versions[0], None, becomes_current=True)
        for place, (version, clean) in enumerate(self.versions[1:], 1):
            kept = load_kept(self.db, article_id)
            self._store(version, clean, kept, becomes_current=place <= current)
        self._see(article_id, self.story.sightings, is_back=True)
        self.run.stories.versions.choose_current(article_id)  # by the rules of today
        if len(self.versions) > 1:
            # What came in with the current version was never current here.
            self.transaction.write("DELETE FROM holdings WHERE article_id = ?", [article_id])
        said = self.versions[current][1].columns["reservations"]
        if (story.reservations, story.gone_at) != (said, None):
            news = {"reservations": story.reservations, "gone_at": story.gone_at}
            self.transaction.update("articles", article_id, news)
        return load_kept(self.db, article_id)

    # A story that is here

    def _join(self, kept: Kept) -> None:
        story = self.story
        is_main = url_key(story.url) == url_key(kept.article.url)
        for version, clean in self.versions:
            same = same_version(self.db, kept, version, clean.content_hash)
            if same is None:
                self._store(version, clean, kept, becomes_current=False)
            else:
                self._note_same(kept, version, clean, same)
            own = [sighting for sighting in story.sightings if sighting[1] == version.id]
            self._see(kept.id, own, is_back=is_main)
        untold = [sighting for sighting in story.sightings if sighting[1] not in self.here]
        self._see(kept.id, untold, is_back=is_main)
        self.run.stories.versions.choose_current(kept.id)
        self._take_over(kept, is_main=is_main)

    def _note_same(self, kept: Kept, version: OtherVersion, clean: CleanStory, same: Row) -> None:
        """Adds to a version that is here what it lacks."""
        self.here[version.id] = same
        if version.date_captured is not None and same["date_captured"] is None:
            self.run.stories.versions.give_date(kept.id, same["id"], version.date_captured)
        if version.capture_id is None or same["policy"] == METADATA_ONLY:
            return
        if same["capture_id"] is None:
            capture_id = self._copy_page(version, clean)
            if capture_id is not None:
                self.transaction.update("version_rows", same["id"], {"capture_id": capture_id})
        elif self.pages.digest(version.capture_id) == same["digest"]:
            self.pages_here[version.capture_id] = same["capture_id"]

    def _take_over(self, kept: Kept, *, is_main: bool) -> None:
        """Takes over what the other archive knows better of the story: it saw it later."""
        story = self.story
        news: dict[str, Value] = {}
        if kept.article.site_id is None and story.site_id is not None:
            current = replace(kept.article, site_id=story.site_id)
            news["site_id"] = self.run.stories.versions.free_site_id(current)
        if story.last_seen > kept.last_seen:
            news["reservations"] = story.reservations
            if is_main:
                news |= {"canonical_url": story.canonical_url, "gone_at": story.gone_at}
            elif not self._is_of_another(url_key(story.url), kept.id):
                news |= {name: getattr(story, name) for name in ("url", "canonical_url", "gone_at")}
        elif is_main and kept.gone_at is None and (story.gone_at or "") > kept.last_seen:
            news["gone_at"] = story.gone_at
        if news:
            self.transaction.update("articles", kept.id, news)

    # Both

    def _store(
        self,
        version: OtherVersion,
        clean: CleanStory,
        kept: Kept | None,
        *,
        becomes_current: bool,
    ) -> int:
        """Stores a version as it is there; returns ``articles.id`` of its story."""
        links: Sequence[StoredLink] = clean.links
        if self.has_tombstones:
            links = [hide_link(self.db, self.story.source, link) for link in links]
        if kept is None:  # its address is that of the story: the ref may be made of it
            main = replace(clean.article, url=self.story.url)
            clean = replace(clean, article=main)
        stored = self.run.stories.versions.store(
            clean,
            links,
            kept=kept,
            url=self.story.url if kept is None else kept.article.url,
            becomes_current=becomes_current,
            extractor=version.extractor,
            capture_id=self._copy_page(version, clean),
            date_captured=version.date_captured,
            is_reread=version.is_reread,
            ref=self.story.ref,
        )
        self.here[version.id] = {"id": stored.version_id, "version": stored.version}
        self.is_new_version = True
        return stored.article_id

    def _copy_page(self, version: OtherVersion, clean: CleanStory) -> int | None:
        """Copies the raw page of a version, once for all versions that were read from it."""
        there, source = version.capture_id, self.story.source
        is_kept_out = clean.article.policy == METADATA_ONLY or (
            self.has_tombstones and shows_withdrawn(self.db, source, clean.links)
        )
        if there is None or is_kept_out:
            return None
        if there not in self.pages_here:
            name = f"{self.story.ref}@{version.number}"
            self.pages_here[there] = self.pages.copy(there, source, name)
        return self.pages_here[there]

    def _see(
        self, article_id: int, sightings: Iterable[tuple[str, int | None]], *, is_back: bool
    ) -> None:
        for seen_at, version_id in sightings:
            here = self.here.get(version_id) if version_id is not None else None
            shown = None if here is None else here["id"]
            note_sightings(self.transaction, article_id, shown, [seen_at], is_back=is_back)

    def _save_addresses(self, article_id: int) -> None:
        is_without_text = self.versions[-1][1].article.policy == METADATA_ONLY
        for one in self.story.addresses:
            address = replace(one.address, article_id=article_id)
            if is_without_text:  # "not modified" would hide that the text may be kept by now
                address = replace(address, etag=None, last_modified=None)
            join_address(self.transaction, self.run.addresses, address, one.memento)

    def _save_aliases(self, kept: Kept) -> None:
        """Lets other refs that it has there lead to it here, as far as their versions follow
        each other here as they do there."""
        numbers = {version.number: self.here[version.id]["version"] for version, _ in self.versions}
        own = {"ref": self.story.ref, "first_version": 1, "last_version": max(numbers)}
        for alias in (own, *self.story.aliases):
            if alias["ref"] == kept.ref or is_taken(self.db, alias["ref"]):
                continue
            first = last = numbers[alias["first_version"]]
            for there in range(alias["first_version"] + 1, alias["last_version"] + 1):
                if numbers[there] != last + 1:
                    break
                last += 1
            self.transaction.insert(
                "aliases",
                {
                    "ref": alias["ref"],
                    "article_id": kept.id,
                    "first_version": first,
                    "last_version": last,
                    "merged_at": utc_now(),
                },
            )

    def _is_of_another(self, key: str, article_id: int) -> bool:
        """Does an address lead to another story here?"""
        sql = "SELECT 1 FROM locations WHERE url_key = ? AND article_id <> ?"
        return fetch_row(self.db, sql, [key, article_id]) is not None

    def _record(self, kept: Kept, *, is_told: bool) -> Brought:
        story, ref = self.story, kept.ref
        renumbered = {
            version.number: self.here[version.id]["version"]
            for version, _ in self.versions
            if self.here[version.id]["version"] != version.number
        }
        names = [f"{story.ref} there is {ref} here"] if ref != story.ref else []
        names += [
            f"{story.ref}@{there} there is {ref}@{here} here" for there, here in renumbered.items()
        ]
        reason = "; ".join(names) or None
        outcome = Outcome.STORED if self.is_new_version else Outcome.UNCHANGED
        if is_told:
            version = self.here[story.version_id]["version"]
            address = self.run.addresses.of_story(kept.id, story.source, story.url)
            self.run.addresses.record(
                address, outcome, reason, fetched=FETCHED, article_id=kept.id, version=version
            )
        return Brought(
            there=story.ref, ref=ref, outcome=outcome, reason=reason, renumbered=renumbered
        )


def join_locations(transaction: Transaction, locations: Iterable[Row], article_id: int) -> None:
    """Lets addresses of a story lead to it here, too, but for those that lead to another one.

    :param locations: ``url``, ``url_key``, ``first_seen``, ``last_seen``
    """
    for location in locations:
        written = transaction.write(
            """
            INSERT INTO locations (article_id, url, url_key, first_seen, last_seen)
            VALUES (:id, :url, :url_key, :first_seen, :last_seen)
            ON CONFLICT (url_key) DO UPDATE SET
                first_seen = min(first_seen, excluded.first_seen),
                last_seen = max(last_seen, excluded.last_seen)
            WHERE article_id = :id
            """,
            {**location, "id": article_id},
        )
        if written.rowcount:
            resolve_address(transaction, location["url_key"], article_id)


def kept_versions(story: OtherStory, keeps: Keeps) -> Iterator[tuple[OtherVersion, CleanStory]]:
    """Yields all versions, or none where nothing of one may be kept.

    :raises Damaged: a text is not the one that was saved
    :raises ArticleRowError: a value can't be stored
    """
    allowed = [kept for one in story.versions if (kept := keeps(one.article)) is not None]
    if len(allowed) < len(story.versions):
        return
    for version, article in zip(story.versions, allowed, strict=True):
        if content_hash(version.article) != version.content_hash:
            raise Damaged(
                f"the text of version {version.number} is not the one that was saved there: "
                "`tradepress verify` there names what is damaged"
            )
        known = KnownText(article=version.article, content_hash=version.content_hash)
        yield version, clean_story(article, known)


def tombstone_of(db: Database, story: OtherStory) -> PublicTombstone | None:
    """Returns the tombstone that keeps a story out here."""
    if not has_tombstones(db):
        return None
    keys = [*map(hash_key, story.refs)]
    urls = {story.url, story.canonical_url or story.url}
    urls |= {location["url"] for location in story.locations}
    for url in sorted(urls):
        with suppress(ValueError):
            keys.append(address_key(url))
    if story.site_id is not None:
        keys += [
            site_id_key(story.source, story.site_id),
            hash_key(f"{story.source}-{story.site_id}"),
        ]
    texts = (version for version in story.versions if version.article.body)
    names = names_in_tombstones(db, story.source)
    keys += [text_key(name, version.content_hash) for version in texts for name in names]
    return find_tombstone(db, keys)
