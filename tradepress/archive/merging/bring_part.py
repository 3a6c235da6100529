"""Brings in a part of a job that was worked elsewhere, as if it had been worked here.

Its archive is no library's: a task of the very run that takes it in made it a moment ago, so nobody
has cited its names, and what its run said of addresses is said by this one. Each version therefore
comes as the page did that it was read from, by :meth:`Stories.save`: which story it is, and whether
it is a version, a teaser or nothing new, is judged by what is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tradepress.archive.captures.kept_page import UnreadablePage, read_checked, read_member
from tradepress.archive.clock import on_clock
from tradepress.archive.errors import damaged
from tradepress.archive.file.rows import Row
from tradepress.archive.frontier.sightings import note_sightings
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.merging.bring_rest import bring_quarantine
from tradepress.archive.merging.bring_story import NOT_TO_BE_KEPT, Brought, Keeps, join_locations
from tradepress.archive.merging.other_archive import OtherArchive, OtherStory, OtherVersion
from tradepress.archive.run import Run
from tradepress.archive.stories.clean_story import KnownText, clean_story
from tradepress.archive.stories.stories import QUARANTINED, Quarantined, Saved
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.keeping_out import keep_out
from tradepress.archive.withdrawal.tombstones import WITHDRAWN, address_key, find_tombstone
from tradepress.story import Capture, PackedPage, StoredArticle

FETCHES = """
    SELECT fetches.url, fetches.source, kind, status, bytes, fetches.outcome, fetches.reason,
        fetches.article_id, fetches.version, found_on, etag, last_modified, urls.url_key
    FROM fetches JOIN urls ON urls.id = url_id
"""
OF_STORY = f"{FETCHES} WHERE fetches.article_id = ? ORDER BY fetches.id"
OF_ADDRESS = f"{FETCHES} WHERE urls.url_key = ?"
SIGNATURE = """
    SELECT hex(signature) AS signature FROM articles JOIN fingerprints ON article_id = articles.id
    WHERE articles.id = ? AND version_id = ? AND length(signature) = 256
"""
REVISITS = """
    SELECT date_captured AS at FROM capture_records WHERE capture_id = ? AND kind = 'revisit'
"""
OF_NONE = f"{FETCHES} WHERE fetches.article_id IS NULL ORDER BY fetches.id"


@dataclass(frozen=True, kw_only=True, slots=True)
class ArrivingPart:
    """Is an archive that becomes a part of this one."""

    run: Run
    other: OtherArchive
    name: str
    keeps: Keeps

    def bring_story(self, story: OtherStory) -> Brought:
        """Brings in one story with the outcomes of its addresses; whole or not at all.

        :raises ArchiveError: this archive can't be written, or a page of the other is damaged
        """
        found = self.other.rows(OF_STORY, [story.id])
        # An address may have led to two stories in one file: its outcome is the first one's.
        found = found or self.other.rows(OF_ADDRESS, [url_key(story.url)])
        if not found:
            raise damaged(self.other.path, f"{story.ref} came from no address")
        fetches = {row["url_key"]: row for row in found}
        first, beside = found[0], dict(fetches)
        saved: list[Saved] = []
        with self.run.transaction.atomic():
            for version in story.versions:
                key = url_key(version.article.url)
                beside.pop(key, None)
                saved += self._save(story, version, fetches.get(key) or first)
            for row in beside.values():
                self._end_beside(row, saved[-1])
            if saved[-1].version:
                self._join(story, self._article(saved[-1]))
            self._keep_place(story.id)
        stored = [one for one in saved if one.outcome == Outcome.STORED]
        last = (stored or saved)[-1]
        return Brought(
            there=story.ref, ref=last.ref if last.version else None, outcome=last.outcome
        )

    def bring_rest(self) -> None:
        """Brings in addresses without a story, and rows that could not be stored. Then it is whole.

        :raises ArchiveError: this archive can't be written
        """
        with self.run.transaction.atomic():
            bring_quarantine(self.run, self.other)
            for row in self.other.each(OF_NONE):
                if self._schedule(row):
                    self.run.addresses.settle(
                        row["url"], Outcome(row["outcome"]), row["reason"], fetched=_fetched(row)
                    )
            self._keep_place(None)

    def _save(self, story: OtherStory, version: OtherVersion, row: Row) -> Iterator[Saved]:
        """Saves a version once for each time at which it was seen; its day is from the first."""
        if not self._schedule(row):
            stone = find_tombstone(self.run.transaction.db, [address_key(row["url"])])
            assert stone is not None
            yield Saved(outcome=Outcome.REJECTED, ref=stone.ref, version=0, reason=WITHDRAWN)
            return
        article = self.keeps(_as_read(story, version))
        if article is None:
            rejected = Outcome.REJECTED
            self.run.addresses.settle(row["url"], rejected, NOT_TO_BE_KEPT, fetched=_fetched(row))
            yield Saved(outcome=rejected, ref="", version=0, reason=NOT_TO_BE_KEPT)
            return
        clean = clean_story(article, self._known(story, version))
        own = [seen_at for seen_at, version_id in story.sightings if version_id == version.id]
        times = [version.date_captured, *(one for one in own if one != version.date_captured)]
        page = self._page(story, version, row)
        # What another page with these words declared is not known; its address comes with the rest.
        again = clean_story(replace(article, canonical_url=None)) if len(times) > 1 else clean
        same_bytes = {one["at"] for one in self.other.rows(REVISITS, [version.capture_id])}
        for number, seen_at in enumerate(times):
            then = replace(page, date_captured=_instant(seen_at))
            if number and seen_at not in same_bytes:
                then = replace(then, packed=None)  # other bytes, with the same words
            story_then = (again if number else clean).captured(then)
            try:
                yield self.run.stories.save(
                    story_then, extractor=version.extractor, size=len(page.body) or row["bytes"]
                )
            except Quarantined as error:
                reason = f"{QUARANTINED}: {error}"
                yield Saved(outcome=Outcome.REJECTED, ref="", version=0, reason=reason)

    def _known(self, story: OtherStory, version: OtherVersion) -> KnownText:
        """Returns what the part has of a text: a task of our rules made it a moment ago."""
        signed = self.other.rows(SIGNATURE, [story.id, version.id])
        return KnownText(
            article=version.article,
            content_hash=version.content_hash,
            signature=bytes.fromhex(signed[0]["signature"]) if signed else None,
            evidence=version.evidence,
        )

    def _page(self, story: OtherStory, version: OtherVersion, row: Row) -> Capture:
        """Returns the page that a version was read from, packed as it lies there, if one was kept.

        It is unpacked only if the ledger has another page's size and validators: that the part's
        files are as they were written is known.
        """
        known = {"ETag": row["etag"], "Last-Modified": row["last_modified"]}
        page = Capture(
            url=row["url"],
            body=b"",
            status=row["status"],
            http_headers=tuple((name, value) for name, value in known.items() if value),
            origin="file",
            source=story.source,
        )
        places = self.other.rows("SELECT * FROM captures WHERE id = ?", [version.capture_id])
        if not places:
            return page
        place = places[0]
        try:
            member = read_member(self.other.captures, place)
            if (row["article_id"], row["version"]) != (story.id, version.number):
                record, body = read_checked(self.other.captures, place)
                headers = tuple(record.http_headers.items()) if record.is_http else ()
                page = replace(page, body=body, http_headers=headers)
        except UnreadablePage as error:
            raise damaged(self.other.path, str(error)) from error
        packed = PackedPage(member=member, digest=place["digest"])
        return replace(page, content_type=place["content_type"], packed=packed)

    def _end_beside(self, row: Row, saved: Saved) -> None:
        """Ends another address of the story as it ended there, if the story is let in."""
        if not self._schedule(row):
            return
        addresses, fetched = self.run.addresses, _fetched(row)
        if saved.reason == WITHDRAWN:
            keep_out(self.run.transaction, addresses, saved.ref, url_key(row["url"]), fetched)
            return
        if not saved.version:
            addresses.settle(row["url"], saved.outcome, saved.reason, fetched=fetched)
            return
        addresses.end(
            addresses.at(row["url"]),
            Outcome(row["outcome"]),
            row["reason"],
            fetched=fetched,
            validators=(row["etag"], row["last_modified"]),
            article_id=self._article(saved),
            version=saved.version,
        )

    def _join(self, story: OtherStory, article_id: int) -> None:
        """Joins what was known of a story by several pages together."""
        transaction = self.run.transaction
        join_locations(transaction, story.locations, article_id)
        current = story.current.article
        if current.site_id is not None and self.run.stories.versions.free_site_id(current):
            transaction.write(
                "UPDATE articles SET site_id = ? WHERE id = ? AND site_id IS NULL",
                [current.site_id, article_id],
            )
        url = transaction.value("SELECT url FROM articles WHERE id = ?", [article_id])
        if url_key(url) == url_key(story.url):
            teasers = [seen_at for seen_at, version_id in story.sightings if version_id is None]
            note_sightings(transaction, article_id, None, teasers, is_back=True)

    def _article(self, saved: Saved) -> int:
        sql = "SELECT id FROM articles WHERE ref = ?"
        return int(self.run.transaction.value(sql, [saved.ref]))

    def _schedule(self, row: Row) -> bool:
        """Does this address count here? That of a withdrawn story doesn't."""
        source = self.other.name_here(row["source"], row["url"])
        found = self.run.addresses.add(source, [(row["url"], row["found_on"])], state="done")
        self.run.addresses.schedule(found)
        return bool(found)

    def _keep_place(self, story_id: int | None) -> None:
        """Writes that all up to this story is in; None: all is."""
        self.run.page_files.keep(self.name, story_id)


def _as_read(story: OtherStory, version: OtherVersion) -> StoredArticle:
    """Returns id and address as its page gave them: no other story there could have them."""
    article = version.article
    return replace(
        article,
        site_id=_best(article, "site_id", story.site_id),
        canonical_url=_best(article, "canonical_url", story.canonical_url),
    )


def _best(article: StoredArticle, name: str, otherwise: str | None) -> Any:
    if not article.evidence:
        return otherwise
    readings = article.evidence.get(name)
    return readings[0].value if readings else None


def _fetched(row: Row) -> Fetched:
    return Fetched(kind=row["kind"], status=row["status"], size=row["bytes"])


def _instant(seen_at: str | None) -> datetime | None:
    return None if seen_at is None else on_clock(datetime.fromisoformat(seen_at))
