"""Writes versions, and with each the article that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tradepress.archive.clean import ArticleRowError, Value
from tradepress.archive.clock import utc_now
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.sightings import version_with
from tradepress.archive.ledger.ledger import Ledger
from tradepress.archive.near_duplicates.fingerprint import text_signature
from tradepress.archive.near_duplicates.pairs import index_article
from tradepress.archive.stories.clean_story import (
    COLUMNS,
    OF_ARTICLE,
    CleanStory,
    StoredLink,
    published_day,
)
from tradepress.archive.stories.current_version import current_version
from tradepress.archive.stories.kept import Kept, article_of, load_kept
from tradepress.archive.stories.link_targets import find_targets, resolve_headline
from tradepress.archive.stories.mentions_store import save_mentions
from tradepress.archive.stories.ref import is_taken, ref_candidates
from tradepress.archive.stories.site_marks import drop_marks, save_marks
from tradepress.archive.text_lengths import count_characters, count_words
from tradepress.archive.url_key import url_key
from tradepress.story import Article, StoredArticle

OF_VERSION = (
    *(name for name in COLUMNS if name not in (*OF_ARTICLE, "url", "reservations")),
    "content_hash",
    "version",
    "date_captured",
    "date_archived",
)
"""Lists what an article has from its current version and from nothing else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenVersion:
    """Is the version that a page shows, and what it belongs to."""

    article_id: int
    ref: str
    version: int
    version_id: int | None
    """Is None if which version it is can't be told; ``version`` is the current one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored(SeenVersion):
    """Is a version that was written."""

    version_id: int


class VersionStore:
    """Writes ``versions``, ``links``, ``holdings``, and ``articles`` as far as they show these."""

    def __init__(
        self, transaction: Transaction, ledger: Ledger, *, near_duplicates: bool = True
    ) -> None:
        self._transaction = transaction
        self._db = transaction.db
        self._ledger = ledger
        self._near_duplicates = near_duplicates

    def store(
        self,
        story: CleanStory,
        links: Sequence[StoredLink],
        *,
        kept: Kept | None,
        url: str,
        becomes_current: bool,
        extractor: str,
        capture_id: int | None,
        date_captured: str | None,
        is_reread: bool = False,
        ref: str | None = None,
    ) -> Stored:
        """Writes a version with its links, and the article if the version is its current one.

        :param kept: None makes a new article
        :param url: the article's main address
        :param ref: what a new article is called, if that is free here
        """
        article = story.article
        if kept is None:
            ref, version = self._new_ref(article, ref), 1
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
            "version_rows",
            {
                **{name: value for name, value in row.items() if name not in OF_ARTICLE},
                **({} if kept else {"description": None, "body": None}),  # a new article has them
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
                "site_id": kept.article.site_id if kept else self.free_site_id(article),
                **_reckoned(article),
                "version_id": version_id,
            }
            if kept is None:
                seen_at = date_captured or row["date_archived"]
                new = {"id": article_id, "ref": ref, "first_seen": seen_at, "last_seen": seen_at}
                self._transaction.insert("articles", {**current, **new})
            else:
                del current["source"]
                self._transaction.update("articles", article_id, current)
                note_held(self._transaction, article_id, kept.version_id)
        self._save_links(version_id, links, article, date_captured)
        save_mentions(self._transaction, version_id, article.mentions, article.mention_rules)
        if is_reread and becomes_current and kept is not None:
            drop_marks(self._transaction, kept.version_id)
        save_marks(self._transaction, version_id, article)
        if becomes_current:
            if kept is None or kept.article.headline != article.headline:
                self._resolve_headline(article_id, article)
            self._index(article_id, article, story.signature)
        return Stored(article_id=article_id, ref=ref, version=version, version_id=version_id)

    def shown(self, kept: Kept, content_hash: str) -> SeenVersion:
        """Returns the version of an article that a page shows whose text made none."""
        version_id = version_with(self._db, kept.id, content_hash)
        version = version_id and self._transaction.value(
            "SELECT version FROM versions WHERE id = ?", [version_id]
        )
        return SeenVersion(
            article_id=kept.id,
            ref=kept.ref,
            version=version or kept.version,
            version_id=version_id,
        )

    def give_date(self, article_id: int, version_id: int, seen_at: str) -> None:
        """Dates a version that was seen, of which nobody knew when it stood."""
        self._transaction.log.change("version", version_id)
        written = self._transaction.write(
            "UPDATE version_rows SET date_captured = ? WHERE id = ? AND date_captured IS NULL",
            [seen_at, version_id],
        )
        if written.rowcount:
            self._transaction.write(
                "UPDATE articles SET date_captured = ? WHERE id = ? AND version_id = ?",
                [seen_at, article_id, version_id],
            )

    def choose_current(self, article_id: int) -> Kept:
        """Makes that version of an article its current one which is by all that is known now."""
        kept = load_kept(self._db, article_id)
        row = current_version(self._db, article_id)
        if row["id"] == kept.version_id:
            return kept
        self.show_again(kept, row)
        return load_kept(self._db, article_id)

    def show_again(self, kept: Kept, row: Row) -> None:
        """Makes another version of an article its current one."""
        own = {name: row[name] for name in OF_VERSION}
        current = {**own, **_reckoned(article_of(row)), "version_id": row["id"]}
        self._transaction.update("articles", kept.id, current)
        note_held(self._transaction, kept.id, kept.version_id)
        self.read_anew(kept.id)

    def read_anew(self, article_id: int) -> Kept:
        """Returns the article, after all that follows from its text is worked out again."""
        kept = load_kept(self._db, article_id)
        self._resolve_headline(article_id, kept.article)
        is_teaser = kept.article.is_truncated is True
        signature = text_signature(kept.article.body, is_teaser=is_teaser)
        self._index(article_id, kept.article, signature)
        return kept

    def free_site_id(self, article: StoredArticle) -> str | None:
        """Returns the site's own id, unless another story already goes by it."""
        taken = article.site_id is not None and self._transaction.value(
            "SELECT 1 FROM articles WHERE source = ? AND site_id = ?",
            [article.source, article.site_id],
        )
        return None if taken else article.site_id

    def _index(self, article_id: int, article: StoredArticle, signature: bytes | None) -> None:
        if self._near_duplicates:
            text = article.body or ""
            index_article(self._transaction, article_id, article.source, text, signature)

    def _resolve_headline(self, article_id: int, article: Article) -> None:
        day = published_day(article.date_published)
        resolve_headline(self._transaction, article_id, article.headline or "", day)

    def _save_links(
        self,
        version_id: int,
        links: Sequence[StoredLink],
        article: StoredArticle,
        date_captured: str | None,
    ) -> None:
        targets = find_targets(
            self._db,
            links,
            source=article.source,
            date_published=article.date_published,
            date_captured=date_captured,
        )
        self._transaction.write_many(
            "INSERT INTO links (kind, text, url, position, other_key, version_id, target_id) "
            "VALUES (?1, ?2, ?3, ?4, nullif(?5, ?3), ?6, ?7)",
            [
                (link.kind, link.text, link.url, link.position, link.url_key, version_id, target)
                for link, target in zip(links, targets, strict=True)
            ],
        )

    def _new_ref(self, article: StoredArticle, wanted: str | None) -> str:
        source, url = article.source, article.url
        owner = self._transaction.rows(
            "SELECT ref, source FROM locations JOIN articles ON articles.id = article_id "
            "WHERE url_key = ? AND source <> ?",
            [url_key(url), source],
        )
        if owner:
            raise ArticleRowError(
                f"url: this address is kept as {owner[0]['ref']} of {owner[0]['source']}"
            )
        if wanted is not None and not is_taken(self._db, wanted):
            return wanted
        candidates = ref_candidates(source, article.site_id, url)
        return next(ref for ref in candidates if not is_taken(self._db, ref))


def note_held(transaction: Transaction, article_id: int, version_id: int) -> None:
    """Writes that a version was its article's current one until now. Of two that gave way in one
    second the latter was held for no time."""
    transaction.write(
        "INSERT INTO holdings (article_id, held_until, version_id) VALUES (?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        [article_id, utc_now(), version_id],
    )


def _reckoned(article: Article) -> dict[str, Value]:
    """Returns what the row of an article has beside the values of its version."""
    return {
        "published_day": published_day(article.date_published),
        "word_count": count_words(article.body),
        "character_count": count_characters(article.body),
    }
