"""Saves stories: a new article, a new version, or the news that nothing is new."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from tradepress.archive.clean import LONGEST_TEXT, ArticleRowError, Value
from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.file.transaction import ROW_ERRORS, Transaction
from tradepress.archive.frontier.addresses import Address, Addresses
from tradepress.archive.frontier.sightings import last_stood, note_sightings
from tradepress.archive.ledger.ledger import Fetched, Ledger
from tradepress.archive.ledger.outcomes import TEASER, Outcome
from tradepress.archive.stories.clean_story import (
    CleanStory,
    StoredLink,
    article_in,
    clean_story,
)
from tradepress.archive.stories.identity import (
    AGAIN,
    KNOWN_ELSEWHERE,
    OTHER_WORDING,
    STOOD_THEN,
    WITHOUT_TEXT,
    PageKeys,
    Verdict,
    find_kept,
    find_twins,
    holds_another,
    judge,
    leads_elsewhere,
    page_keys,
)
from tradepress.archive.stories.kept import Kept
from tradepress.archive.stories.locations import save_locations
from tradepress.archive.stories.merge import merge_articles
from tradepress.archive.stories.raw_pages import RawPages
from tradepress.archive.stories.redated import (
    REDATED,
    has_same_day,
    is_redated,
    with_kept_day,
)
from tradepress.archive.stories.site_marks import forget_marks
from tradepress.archive.stories.version_store import SeenVersion, Stored, VersionStore
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.keeping_out import (
    hide_link,
    keep_out,
    shows_withdrawn,
    tombstone_against,
)
from tradepress.archive.withdrawal.tombstones import WITHDRAWN, has_tombstones
from tradepress.story import (
    ARCHIVE_ONLY,
    METADATA_ONLY,
    Capture,
    Reading,
    StoredArticle,
)

DISBELIEVED = Reading(value=None, evidence="disbelieved")
"""Is how evidence says that what follows was read and is not believed."""
KINDS = {"crawl": "article", "file": "file"}
"""Names the kinds of fetches by the origin of the page; what is not named is a memento."""
LONGEST_QUARANTINED = 4 * LONGEST_TEXT
"""Limits the characters of JSON; of a larger row the beginning is kept."""
QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """Says what became of one page; lasting once the transaction is committed."""

    outcome: Outcome
    """Is STORED, UNCHANGED, DUPLICATE or REJECTED."""
    ref: str
    version: int
    """Is the version stored, else the current one; 0 of a story that is kept out (REJECTED)."""
    reason: str | None = None


class Quarantined(Exception):
    """Says that the row could not be stored; it lies in ``quarantine``, the batch is whole."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stories:
    """Decides what becomes of pages: their articles and versions, and ``quarantine``.

    :param keeps_all: texts that a story is better without are former versions of it: the archive is
        a part of another one, which knows more of the story and judges anew
    """

    def __init__(
        self,
        transaction: Transaction,
        ledger: Ledger,
        addresses: Addresses,
        *,
        near_duplicates: bool = True,
        keeps_all: bool = False,
    ) -> None:
        self._keeps_all = keeps_all
        self._transaction = transaction
        self._db = transaction.db
        self._ledger = ledger
        self._addresses = addresses
        self._pages = RawPages(transaction, ledger)
        self.versions = VersionStore(transaction, ledger, near_duplicates=near_duplicates)

    # A page that was read

    def save(
        self,
        story: StoredArticle | CleanStory,
        *,
        extractor: str,
        size: int | None = None,
        keeps_day: bool = False,
    ) -> Saved:
        """Stores one story.

        :param story: with its ``capture``, the page that it was read from; without one it counts
            as read from its ``url`` just now
        :param extractor: name and version of the rules that read it
        :param size: bytes of its page, where the page itself is not at hand
        :param keeps_day: the day of publication that is kept of it stays
        :raises Quarantined: the row was refused; that is the address's outcome
        :raises ValueError: the address asked for is no http(s) address, or there is a body that
            may not be kept
        :raises ArchiveError: the file can't be written
        """
        article = article_in(story)
        if article.policy == METADATA_ONLY and article.body:
            raise ValueError("an article whose policy is metadata-only has a body")
        capture = article.capture
        if article.policy == ARCHIVE_ONLY and (capture is None or capture.origin != "file"):
            raise ValueError("a text is held on a basis only if it comes from a file")
        requested_url = (capture and (capture.requested_url or capture.url)) or article.url
        ledger_url = (capture and capture.retrieved_from) or requested_url
        is_crawled = capture is None or capture.origin == "crawl"
        fetched = Fetched(
            kind=KINDS.get(capture.origin if capture else "crawl", "memento"),
            status=capture.status if capture else None,
            size=size or (len(capture.body) if capture else None),
        )
        url_key(requested_url)
        if is_crawled:
            self._ledger.tell(article.source, "article", requested_url, "read", None)
        try:
            with self._transaction.atomic():
                if (
                    kept_out := self._keep_out(story, requested_url, ledger_url, fetched)
                ) is not None:
                    return kept_out
                address = self._addresses.take(article.source, ledger_url)
                clean = story if isinstance(story, CleanStory) else clean_story(story)
                saved, article_id = self._save(
                    clean, requested_url, extractor, is_crawled, keeps_day=keeps_day
                )
                visit = None if article.policy == METADATA_ONLY else capture
                is_new = is_crawled or saved.reason in (AGAIN, STOOD_THEN)
                if visit is not None and saved.outcome != Outcome.STORED and is_new:
                    self.keep_visit(article_id, visit, saved.version)
                if (
                    address.article_id is None
                    and ledger_url == requested_url
                    and saved.outcome == Outcome.UNCHANGED
                    and saved.reason in (None, STOOD_THEN)
                    and self._was_read_elsewhere(article_id)
                ):
                    # Another address redirected here before: which came first must not matter.
                    saved = replace(saved, outcome=Outcome.DUPLICATE, reason=KNOWN_ELSEWHERE)
                next_due = None
                if is_crawled:
                    next_due = self._addresses.next_visit(requested_url, article.date_published)
                self._addresses.end(
                    address,
                    saved.outcome,
                    saved.reason,
                    fetched=fetched,
                    next_due=next_due,
                    validators=(None, None) if keeps_day else _validators(article),
                    article_id=article_id,
                    version=saved.version,
                )
        except ROW_ERRORS as error:
            self._quarantine(article, ledger_url, str(error), fetched)
            raise Quarantined(str(error)) from error
        return saved

    def is_redated(self, story: CleanStory) -> bool:
        """Does the page show a kept story with another day, by no word but its own?"""
        with self._transaction.reading() as db:
            return is_redated(db, story)

    def holds_another(self, story: CleanStory) -> bool:
        """Is another story kept where this one says that it stands (its ``url``, its id)?"""
        try:
            page = page_keys(story.article.url, story.article.url, None)
        except ValueError:
            return False  # it will be quarantined
        with self._transaction.reading() as db:
            return holds_another(db, story, page)

    def keep_page(self, capture: Capture) -> None:
        """Keeps the raw page of an address that gave no story, for later rules."""
        self._pages.save(capture)

    def keep_visit(self, article_id: int, visit: Capture, version: int | None = None) -> None:
        """Keeps with a story's raw page that the site still had it, if the answer proves that.

        :param visit: the answer: "not modified" (304), or a page again
        :param version: that it showed; None: the current one
        """
        self._pages.save_visit(article_id, visit, version)

    def has_text(self, article_id: int | None) -> bool:
        """Is the whole text kept of a story?"""
        query = "SELECT completeness FROM articles WHERE id = ?"
        return bool(self._transaction.value(query, [article_id]) == "body")

    def _keep_out(
        self, story: StoredArticle | CleanStory, requested: str, ledger_url: str, fetched: Fetched
    ) -> Saved | None:
        """Rejects a page of a withdrawn story before anything of it is stored."""
        if not has_tombstones(self._db):
            return None
        article = article_in(story)
        urls: list[str | None] = [article.url, requested]
        with suppress(ValueError):  # it will be quarantined
            urls.append(page_keys(article.url, requested, article.canonical_url).canonical)
        tombstone = tombstone_against(self._db, story, urls)
        if tombstone is None:
            return None
        keep_out(self._transaction, self._addresses, tombstone.ref, url_key(ledger_url), fetched)
        return Saved(outcome=Outcome.REJECTED, ref=tombstone.ref, version=0, reason=WITHDRAWN)

    def _save(
        self,
        story: CleanStory,
        requested_url: str,
        extractor: str,
        is_crawled: bool,
        *,
        keeps_day: bool,
    ) -> tuple[Saved, int]:
        article = story.article
        try:
            page = page_keys(article.url, requested_url, article.canonical_url)
        except ValueError as error:
            raise ArticleRowError(f"url: {error}") from None
        now = utc_now()
        times = _times_seen(article.capture) or ([now] if is_crawled else [])
        seen_at, last_seen = (times[0], times[-1]) if times else (None, None)
        kept = self._find_kept(story, page)
        if kept is not None and (keeps_day or has_same_day(story, kept)):
            story = with_kept_day(story, kept)
        if leads_elsewhere(self._db, page, kept):
            story, page = _without_canonical(story), replace(page, canonical=None)
        verdict = Verdict(outcome=Outcome.STORED)
        if kept is None:
            stored: SeenVersion = self._store(story, None, verdict, extractor, seen_at)
        else:
            if article.capture is not None and article.capture.retrieved_from:
                # Where a story stood once, it stood: a web archive has what no site has any more.
                page = replace(page, requested=url_key(kept.article.url))
            stood = last_stood(self._db, kept.id, kept.version_id)
            newest = last_stood(self._db, kept.id)
            verdict = judge(
                self._db,
                kept,
                story,
                page,
                seen_at=last_seen,
                stood=stood,
                is_crawled=is_crawled,
                is_first_visit=is_crawled and not self._was_read_elsewhere(kept.id),
            )
            if self._keeps_all and verdict.reason in (TEASER, OTHER_WORDING):
                verdict = replace(verdict, outcome=Outcome.STORED, makes_version=True)
            if verdict.makes_version:
                stored = self._store(story, kept, verdict, extractor, seen_at)
            else:
                stored = self.versions.shown(kept, story.content_hash)
        is_new = self._note_seen(kept, stored, story, page, verdict, times, is_crawled=is_crawled)
        if kept is not None:
            if stored.version_id not in (None, kept.version_id):
                current = self.versions.choose_current(kept.id)
                if verdict.outcome == Outcome.UNCHANGED and current.version_id == stored.version_id:
                    verdict = replace(verdict, reason=AGAIN)
                kept = current
            # Of what nobody can date that counts which is shown.
            is_shown = newest is None and stored.version_id == kept.version_id
            is_latest = is_shown if last_seen is None else last_seen >= (newest or "")
            self._update_kept(kept, story, page, verdict, is_latest=is_latest)
        if is_new and verdict.outcome == Outcome.UNCHANGED and not is_crawled:
            verdict = replace(verdict, reason=verdict.reason or STOOD_THEN)
        save_locations(
            self._transaction, stored.article_id, story.article, page, requested_url, seen_at or now
        )
        is_without_text = verdict.outcome == Outcome.STORED and article.policy == METADATA_ONLY
        saved = Saved(
            outcome=verdict.outcome,
            ref=stored.ref,
            version=stored.version,
            reason=verdict.reason
            or (WITHOUT_TEXT if is_without_text else REDATED if keeps_day else None),
        )
        return saved, stored.article_id

    def _was_read_elsewhere(self, article_id: int) -> bool:
        """Did an address of the site or of a file lead to the story? No web archive is one."""
        return bool(
            self._transaction.value(
                "SELECT 1 FROM urls LEFT JOIN mementos ON url_id = id "
                "WHERE article_id = ? AND url_id IS NULL LIMIT 1",
                [article_id],
            )
        )

    def _find_kept(self, story: CleanStory, page: PageKeys) -> Kept | None:
        kept = find_kept(self._db, story, page)
        twins = find_twins(self._db, story, page) if kept else []
        if kept is None or kept.id not in [twin.id for twin in twins]:
            return kept
        older, *others = twins
        for younger in others:
            merge_articles(self._transaction, older.id, younger.id, utc_now())
        self.versions.read_anew(older.id)
        return self.versions.choose_current(older.id)

    def _store(
        self,
        story: CleanStory,
        kept: Kept | None,
        verdict: Verdict,
        extractor: str,
        seen_at: str | None,
    ) -> Stored:
        article = story.article
        capture = None if article.policy == METADATA_ONLY else article.capture
        links: Sequence[StoredLink] = story.links
        if has_tombstones(self._db):
            if shows_withdrawn(self._db, article.source, links):
                capture = None
            links = [hide_link(self._db, article.source, link) for link in links]
        return self.versions.store(
            story,
            links,
            kept=kept,
            url=article.url if kept is None or verdict.moves else kept.article.url,
            becomes_current=kept is None,
            extractor=extractor,
            capture_id=self._pages.save(capture),
            date_captured=seen_at,
        )

    def _update_kept(
        self, kept: Kept, story: CleanStory, page: PageKeys, verdict: Verdict, *, is_latest: bool
    ) -> None:
        """Updates what a page of a kept story tells of it, be a version stored or not."""
        article = story.article
        row: dict[str, Value] = {}
        is_main = _is_main(kept, article, page, verdict)
        if verdict.moves:
            row |= {"url": article.url, "canonical_url": article.canonical_url}
        elif verdict.makes_version and is_main and is_latest:
            row["canonical_url"] = article.canonical_url
        # What the publisher reserves by now; each version keeps what was said of it.
        if is_main and is_latest and article.reservations != kept.article.reservations:
            row["reservations"] = story.columns["reservations"]
        if is_main and is_latest and article.policy in (METADATA_ONLY, ARCHIVE_ONLY):
            forget_marks(self._transaction, kept.id)
        if kept.article.site_id is None and article.site_id is not None:
            row["site_id"] = self.versions.free_site_id(article)
        if row:
            self._transaction.update("articles", kept.id, row)

    def _note_seen(
        self,
        kept: Kept | None,
        stored: SeenVersion,
        story: CleanStory,
        page: PageKeys,
        verdict: Verdict,
        times: Sequence[str],
        *,
        is_crawled: bool,
    ) -> bool:
        """Writes that the page stood so at these times; returns False if that was known."""
        article = story.article
        is_main = kept is None or _is_main(kept, article, page, verdict)
        is_elsewhere = verdict.reason == OTHER_WORDING and not verdict.makes_version
        if is_elsewhere or (stored.version_id is None and not is_main):
            return False  # other words at another address
        is_new = note_sightings(
            self._transaction,
            stored.article_id,
            stored.version_id,
            times,
            is_back=is_main,
            is_crawled=is_crawled,
        )
        if is_new and kept is not None and stored.version_id is not None:
            self.versions.give_date(kept.id, stored.version_id, times[0])
        return is_new

    def _quarantine(self, article: StoredArticle, url: str, error: str, fetched: Fetched) -> None:
        story = asdict(replace(article, capture=None))
        try:
            raw = json.dumps(story, default=ascii)
        except (TypeError, ValueError, RecursionError):
            raw = json.dumps({name: ascii(type(value)) for name, value in story.items()})
        if len(raw) > LONGEST_QUARANTINED:
            raw = json.dumps({"cut": raw[:LONGEST_QUARANTINED]})
        address: Address = self._addresses.take(article.source, url)
        self._transaction.insert(
            "quarantine",
            {
                "run_id": self._ledger.run_id,
                "source": article.source,
                "url": address.url,
                "at": utc_now(),
                "error": storable(error),
                "article": raw,
            },
        )
        self._addresses.end(address, Outcome.REJECTED, QUARANTINED, fetched=fetched)


def _validators(article: StoredArticle) -> tuple[str | None, str | None]:
    """Returns ETag and Last-Modified of its page, or of its data; none of a story whose text is
    reserved: "not modified" would hide that it may be kept, or given on, by now."""
    if article.capture is None or article.policy in (METADATA_ONLY, ARCHIVE_ONLY):
        return None, None
    answer = article.capture.data or article.capture
    headers = {name.lower(): value for name, value in answer.http_headers}
    return headers.get("etag"), headers.get("last-modified")


def _without_canonical(story: CleanStory) -> CleanStory:
    """Takes out a declared address at which another story stands."""
    lie = Reading(value=story.article.canonical_url, evidence="canonical (other story)")
    evidence = {**story.article.evidence, "canonical_url": (DISBELIEVED, lie)}
    return clean_story(replace(story.article, canonical_url=None, evidence=evidence))


def _times_seen(capture: Capture | None) -> list[str]:
    """Returns the first and the last time at which a page is known to have stood like this."""
    if capture is None or capture.date_captured is None:
        return []
    times = {capture.date_captured, capture.seen_until or capture.date_captured}
    return sorted(map(utc_text, times))


def _is_main(kept: Kept, article: StoredArticle, page: PageKeys, verdict: Verdict) -> bool:
    """Did the page stand at the story's main address?"""
    return page.final == url_key((article if verdict.moves else kept.article).url)
