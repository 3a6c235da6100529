"""Stories: a new article, a new version, or the news that nothing is new."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from archive.clean import LONGEST_TEXT, ArticleRowError, Value
from archive.clock import utc_now, utc_text
from archive.file.transaction import ROW_ERRORS, Transaction
from archive.frontier import seen
from archive.frontier.addresses import Address, Addresses
from archive.ledger.ledger import Fetched, Ledger
from archive.ledger.outcomes import Outcome
from archive.near_duplicates.fingerprint import text_signature
from archive.near_duplicates.pairs import index_article
from archive.stories.clean_story import (
    OF_ARTICLE,
    CleanStory,
    StoredLink,
    article_in,
    clean_story,
    published_day,
)
from archive.stories.identity import (
    KNOWN_ELSEWHERE,
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
from archive.stories.kept import Kept, load_kept
from archive.stories.link_targets import find_targets, resolve_headline
from archive.stories.locations import save_locations
from archive.stories.merge import merge_articles
from archive.stories.raw_pages import RawPages
from archive.stories.ref import is_taken, ref_candidates
from archive.story import METADATA_ONLY, Article, Capture, Reading
from archive.text_forms import storable
from archive.url_key import url_key
from archive.withdrawal.keeping_out import (
    hide_link,
    keep_out,
    shows_withdrawn,
    tombstone_against,
)
from archive.withdrawal.tombstones import WITHDRAWN, has_tombstones

DISBELIEVED = Reading(value=None, evidence="disbelieved")
"""How evidence says that what follows was read and is not believed."""
KINDS = {"crawl": "article", "file": "file"}
"""Of fetches, by the origin of the page; what is not named is a memento."""
LONGEST_QUARANTINED = 4 * LONGEST_TEXT
"""Characters of JSON; of a larger row the beginning is kept."""
QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What became of one page; lasting once the transaction is committed."""

    outcome: Outcome
    """STORED, UNCHANGED, DUPLICATE or REJECTED."""
    ref: str
    version: int
    """The version stored, else the current one; 0 of a story that is kept out (REJECTED)."""
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A version and what it belongs to."""

    article_id: int
    ref: str
    version: int


class Quarantined(Exception):
    """The row could not be stored; it lies in ``quarantine``, the rest of the batch is whole."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stories:
    """Tables ``articles``, ``versions``, ``locations``, ``links``, ``quarantine``; by ``RawPages``
    those of the raw pages."""

    def __init__(
        self,
        transaction: Transaction,
        ledger: Ledger,
        addresses: Addresses,
        *,
        near_duplicates: bool = True,
    ) -> None:
        self._transaction = transaction
        self._db = transaction.db
        self._ledger = ledger
        self._addresses = addresses
        self._pages = RawPages(transaction, ledger)
        self._near_duplicates = near_duplicates

    # A page that was read

    def save(self, story: Article | CleanStory, *, extractor: str) -> Saved:
        """Store one story.

        :param story: with its ``capture``, the page that it was read from; without one it counts
            as read from its ``url`` just now
        :param extractor: name and version of the rules that read it
        :raises Quarantined: the row was refused; that is the address's outcome
        :raises ValueError: the address asked for is no http(s) address, or there is a body that
            may not be kept
        :raises ArchiveError: the file can't be written
        """
        article = article_in(story)
        assert article.source is not None, "a story belongs to a source"
        if article.policy == METADATA_ONLY and article.body:
            raise ValueError("an article whose policy is metadata-only has a body")
        capture = article.capture
        requested_url = (capture and (capture.requested_url or capture.url)) or article.url or ""
        ledger_url = (capture and capture.retrieved_from) or requested_url
        is_crawled = capture is None or capture.origin == "crawl"
        fetched = Fetched(
            kind=KINDS.get(capture.origin if capture else "crawl", "memento"),
            status=capture.status if capture else None,
            size=len(capture.body) if capture else None,
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
                saved, article_id = self._save(clean, requested_url, extractor, is_crawled)
                visit = capture if is_crawled and article.policy != METADATA_ONLY else None
                if visit is not None and saved.outcome != Outcome.STORED:
                    self.keep_visit(article_id, visit)
                if (
                    address.article_id is None
                    and ledger_url == requested_url
                    and saved.outcome == Outcome.UNCHANGED
                    and not saved.reason
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
                    validators=_validators(article),
                    article_id=article_id,
                    version=saved.version,
                )
        except ROW_ERRORS as error:
            self._quarantine(article, ledger_url, str(error), fetched)
            raise Quarantined(str(error)) from error
        return saved

    def holds_another(self, story: CleanStory) -> bool:
        """Is another story kept where this one says that it stands (its ``url``, its id)?"""
        url = story.article.url or ""
        try:
            page = page_keys(url, url, None)
        except ValueError:
            return False  # it will be quarantined
        with self._transaction.reading() as db:
            return holds_another(db, story, page)

    def keep_page(self, capture: Capture) -> None:
        """Keep the raw page of an address that gave no story, for later rules."""
        self._pages.save(capture)

    def keep_visit(self, article_id: int, visit: Capture) -> None:
        """Keep with a story's raw page that the site still had it, if the answer proves that.

        :param visit: the answer: "not modified" (304), or a page again
        """
        self._pages.save_visit(article_id, visit)

    def _keep_out(
        self, story: Article | CleanStory, requested_url: str, ledger_url: str, fetched: Fetched
    ) -> Saved | None:
        """Reject a page of a withdrawn story before anything of it is stored."""
        if not has_tombstones(self._db):
            return None
        article = article_in(story)
        urls = [article.url, requested_url]
        with suppress(ValueError):  # it will be quarantined
            urls.append(
                page_keys(article.url or "", requested_url, article.canonical_url).canonical
            )
        tombstone = tombstone_against(self._db, story, urls)
        if tombstone is None:
            return None
        keep_out(self._transaction, self._addresses, tombstone["ref"], url_key(ledger_url), fetched)
        return Saved(outcome=Outcome.REJECTED, ref=tombstone["ref"], version=0, reason=WITHDRAWN)

    def _save(
        self, story: CleanStory, requested_url: str, extractor: str, is_crawled: bool
    ) -> tuple[Saved, int]:
        article = story.article
        try:
            page = page_keys(article.url or "", requested_url, article.canonical_url)
        except ValueError as error:
            raise ArticleRowError(f"url: {error}") from None
        now = utc_now()
        captured = article.capture and article.capture.date_captured
        date_captured = utc_text(captured) if captured else None
        seen_at = date_captured or (now if is_crawled else None)
        kept = self._find_kept(story, page)
        if leads_elsewhere(self._db, page, kept):
            story, page = _without_canonical(story), replace(page, canonical=None)
        verdict = Verdict(outcome=Outcome.STORED)
        if kept is not None:
            verdict = judge(
                self._db, kept, story, page, date_captured=date_captured, is_crawled=is_crawled
            )
        if verdict.outcome == Outcome.STORED:
            stored = self._store(story, kept, verdict, extractor, date_captured, seen_at or now)
        else:
            assert kept is not None
            stored = Stored(article_id=kept.id, ref=kept.ref, version=kept.version)
        if kept is not None:
            self._note_seen(kept, story, page, verdict, seen_at)
        save_locations(
            self._transaction, stored.article_id, story.article, page, requested_url, seen_at or now
        )
        is_without_text = verdict.outcome == Outcome.STORED and article.policy == METADATA_ONLY
        saved = Saved(
            outcome=verdict.outcome,
            ref=stored.ref,
            version=stored.version,
            reason=verdict.reason or (WITHOUT_TEXT if is_without_text else None),
        )
        return saved, stored.article_id

    def _find_kept(self, story: CleanStory, page: PageKeys) -> Kept | None:
        kept = find_kept(self._db, story, page)
        twins = find_twins(self._db, story, page) if kept else []
        if kept is None or kept.id not in [twin.id for twin in twins]:
            return kept
        older, *others = twins
        for younger in others:
            merge_articles(self._transaction, older.id, younger.id, utc_now())
        older = load_kept(self._db, older.id)
        self._resolve_headline(older.id, older.article)
        is_teaser = older.article.is_truncated is True
        signature = text_signature(older.article.body, is_teaser=is_teaser)
        self._index_article(older.id, older.article, signature)
        return older

    def _store(
        self,
        story: CleanStory,
        kept: Kept | None,
        verdict: Verdict,
        extractor: str,
        date_captured: str | None,
        seen_at: str,
    ) -> Stored:
        article = story.article
        capture = None if article.policy == METADATA_ONLY else article.capture
        links: Sequence[StoredLink] = story.links
        assert article.source is not None
        if has_tombstones(self._db):
            if shows_withdrawn(self._db, article.source, links):
                capture = None
            links = [hide_link(self._db, article.source, link) for link in links]
        return self.store_version(
            story,
            links,
            kept=kept,
            url=article.url if kept is None or verdict.moves else kept.article.url,
            becomes_current=verdict.becomes_current,
            extractor=extractor,
            capture_id=self._pages.save(capture),
            date_captured=date_captured,
            seen_at=seen_at,
        )

    def _note_seen(
        self, kept: Kept, story: CleanStory, page: PageKeys, verdict: Verdict, seen_at: str | None
    ) -> None:
        """What a page of a kept story tells of it, be a version stored or not."""
        article = story.article
        url = article.url if verdict.moves else kept.article.url
        is_main = page.final == url_key(url or "")
        row: dict[str, Value] = {}
        if verdict.outcome != Outcome.STORED or not verdict.becomes_current:
            if verdict.moves:
                row |= {"url": article.url, "canonical_url": article.canonical_url}
            # What the publisher reserves by now; each version keeps what was said of it.
            is_latest = seen_at is not None and seen_at >= (kept.date_captured or "")
            if is_main and is_latest and article.reservations != kept.article.reservations:
                row["reservations"] = story.columns["reservations"]
        if kept.article.site_id is None and article.site_id is not None:
            row["site_id"] = self._free_site_id(article)
        if row:
            self._transaction.update("articles", kept.id, row)
        if seen_at is not None:
            seen.touch(self._transaction, kept.id, seen_at, is_back=is_main)

    # Rows

    def store_version(
        self,
        story: CleanStory,
        links: Sequence[StoredLink],
        *,
        kept: Kept | None,
        url: str | None,
        becomes_current: bool,
        extractor: str,
        capture_id: int | None,
        date_captured: str | None,
        seen_at: str,
        is_reread: bool = False,
    ) -> Stored:
        """Write a version with its links, and the article if the version is its current one.

        :param kept: None makes a new article
        :param url: the article's main address
        :param seen_at: of a new article
        """
        article = story.article
        if kept is None:
            ref, version = self._new_ref(article), 1
            article_id = self._transaction.value("SELECT coalesce(max(id), 0) + 1 FROM articles")
        else:
            article_id, ref = kept.id, kept.ref
            version = self._transaction.value(
                "SELECT max(version) + 1 FROM versions WHERE article_id = ?", [article_id]
            )
        row: dict[str, Value] = {
            **story.columns,
            "content_hash": story.content_hash,
            "version": version,
            "date_captured": date_captured,
            "date_archived": utc_now(),
        }
        version_id = self._transaction.insert(
            "versions",
            {
                **{name: value for name, value in row.items() if name not in OF_ARTICLE},
                "evidence": story.evidence,
                "article_id": article_id,
                "extractor": extractor,
                "run_id": self._ledger.run_id,
                "capture_id": capture_id,
                "is_reread": int(is_reread),
            },
        )
        if becomes_current:
            current: dict[str, Value] = {
                **row,
                "url": url,
                "site_id": kept.article.site_id if kept else self._free_site_id(article),
                "published_day": published_day(article.date_published),
                "word_count": len((article.body or "").split()),
                "version_id": version_id,
            }
            if kept is None:
                new = {"id": article_id, "ref": ref, "first_seen": seen_at, "last_seen": seen_at}
                self._transaction.insert("articles", {**current, **new})
            else:
                del current["source"]
                self._transaction.update("articles", article_id, current)
        self._save_links(version_id, links, article, date_captured)
        if becomes_current:
            if kept is None or kept.article.headline != article.headline:
                self._resolve_headline(article_id, article)
            self._index_article(article_id, article, story.signature)
        return Stored(article_id=article_id, ref=ref, version=version)

    def _index_article(self, article_id: int, article: Article, signature: bytes | None) -> None:
        if self._near_duplicates:
            source, text = article.source or "", article.body or ""
            index_article(self._transaction, article_id, source, text, signature)

    def _resolve_headline(self, article_id: int, article: Article) -> None:
        day = published_day(article.date_published)
        resolve_headline(self._transaction, article_id, article.headline or "", day)

    def _save_links(
        self,
        version_id: int,
        links: Sequence[StoredLink],
        article: Article,
        date_captured: str | None,
    ) -> None:
        targets = find_targets(
            self._db,
            links,
            source=article.source or "",
            date_published=article.date_published,
            date_captured=date_captured,
        )
        self._transaction.write_many(
            "INSERT INTO links (kind, text, url, position, url_key, version_id, target_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (link.kind, link.text, link.url, link.position, link.url_key, version_id, target)
                for link, target in zip(links, targets, strict=True)
            ],
        )

    def _new_ref(self, article: Article) -> str:
        source, url = article.source or "", article.url or ""
        owner = self._transaction.rows(
            "SELECT ref, source FROM locations JOIN articles ON articles.id = article_id "
            "WHERE url_key = ? AND source <> ?",
            [url_key(url), source],
        )
        if owner:
            raise ArticleRowError(
                f"url: this address is kept as {owner[0]['ref']} of {owner[0]['source']}"
            )
        candidates = ref_candidates(source, article.site_id, url)
        return next(ref for ref in candidates if not is_taken(self._db, ref))

    def _free_site_id(self, article: Article) -> str | None:
        """The site's own id, unless another story already goes by it."""
        taken = article.site_id is not None and self._transaction.value(
            "SELECT 1 FROM articles WHERE source = ? AND site_id = ?",
            [article.source, article.site_id],
        )
        return None if taken else article.site_id

    def _quarantine(self, article: Article, url: str, error: str, fetched: Fetched) -> None:
        assert article.source is not None
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


def _validators(article: Article) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of its page; none of a story without its text: "not modified" would
    hide that the text may be kept by now."""
    if article.capture is None or article.policy == METADATA_ONLY:
        return None, None
    headers = {name.lower(): value for name, value in article.capture.http_headers}
    return headers.get("etag"), headers.get("last-modified")


def _without_canonical(story: CleanStory) -> CleanStory:
    """The page declares an address at which another story stands."""
    lie = Reading(value=story.article.canonical_url, evidence="canonical (other story)")
    evidence = {**story.article.evidence, "canonical_url": (DISBELIEVED, lie)}
    return clean_story(replace(story.article, canonical_url=None, evidence=evidence))
