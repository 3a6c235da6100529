"""Finds near-duplicates: the same text at other papers, and a paper's own second take of a story.

Each text is stored with a fingerprint and looked up by bands of it, so that a new article meets the
few texts that resemble it and never the whole archive. What resembles it is compared word for word;
`tradepress docs near-duplicates` tells it in a page and gives its figures.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.near_duplicates.bands import (
    articles_sharing_a_band,
    drop_fingerprint,
    save_fingerprint,
)
from tradepress.archive.near_duplicates.fingerprint import (
    cut_shingles,
    estimate_resemblance,
    measure_similarity,
    split_words,
    unpack,
)
from tradepress.archive.near_duplicates.groups import CROSS_POST, UPDATE, pairs_of, regroup
from tradepress.archive.stories.ref import resolve_ref

LEAST_SIMILARITY = 0.55
"""Is more than half of both texts; less is a common quotation, or a common subject."""

MOST_ESTIMATED, MOST_COMPARED = 100, 30
"""Limit the signatures and texts that are read for one article, the most alike first."""
LEAST_RESEMBLANCE = 0.12
"""Is an estimated Jaccard index of the shingles; what is similar enough has 0.2 or more."""
MOST_COPIES = 20
"""Limits copies: a text that so many other papers' articles have is boilerplate without pairs."""


def index_article(
    transaction: Transaction, article_id: int, source: str, text: str, signature: bytes | None
) -> None:
    """Keeps the fingerprint of an article's current text, and renews its pairs and their groups.

    :param signature: of that text; None: as :func:`forget_article`
    """
    if signature is None:
        forget_article(transaction, article_id)
        return
    numbers = unpack(signature)
    similar = find_similar(transaction, source, text, numbers)
    similar.pop(article_id, None)  # its former text
    save_fingerprint(transaction, article_id, numbers)
    before = pairs_of(transaction.db, article_id).keys()
    if not (similar or before):
        return
    _drop_pairs(transaction, article_id, before - similar.keys())
    now = utc_now()
    transaction.write_many(
        """
        INSERT INTO near_duplicates (article_id, other_id, similarity, kind, found_at)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET similarity = excluded.similarity
        """,
        [
            (*sorted((article_id, other)), similarity, kind, now)
            for other, (similarity, kind) in similar.items()
        ],
    )
    regroup(transaction, {article_id} | before | similar.keys())


def forget_article(transaction: Transaction, article_id: int) -> None:
    """Erases the fingerprint and the pairs of an article; its group goes on without it."""
    drop_fingerprint(transaction, article_id)
    before = pairs_of(transaction.db, article_id).keys()
    _drop_pairs(transaction, article_id, before)
    regroup(transaction, {article_id} | before)


@dataclass(frozen=True, kw_only=True, slots=True)
class NearDuplicate:
    """Is an article with much the same text as another."""

    ref: str
    source: str
    publisher: str
    headline: str
    published_day: str | None
    url: str
    similarity: float
    """Goes from 0.55 to 1."""
    kind: str
    """Is CROSS_POST, PRESS_RELEASE or UPDATE."""


def near_duplicates_of(db: Database, article: int | str) -> list[NearDuplicate]:
    """Returns articles with much the same text, the most similar first.

    :param article: id, or ref of the article or of a version; the pairs are those of the current
        version
    :raises NoSuchArticle: no such ref
    """
    article_id = resolve_ref(db, article)[0] if isinstance(article, str) else article
    return [
        NearDuplicate(**row)
        for row in db.query(
            """
            SELECT ref, source, publisher, headline, published_day, url, similarity, alike AS kind
            FROM (
                SELECT other_id AS id, similarity, kind AS alike FROM near_duplicates
                WHERE article_id = :id
                UNION ALL
                SELECT article_id, similarity, kind FROM near_duplicates WHERE other_id = :id
            ) JOIN articles USING (id) JOIN sources ON name = source
            ORDER BY similarity DESC, articles.id
            """,
            {"id": article_id},
        )
    ]


def _drop_pairs(transaction: Transaction, article_id: int, others: Iterable[int]) -> None:
    transaction.write_many(
        "DELETE FROM near_duplicates WHERE article_id = ? AND other_id = ?",
        [sorted((article_id, other)) for other in others],
    )


def find_similar(
    transaction: Transaction, source: str, text: str, signature: Sequence[int]
) -> dict[int, tuple[float, str]]:
    """Looks a text of that source up among the fingerprinted ones.

    :returns: similarity and kind by article id
    """
    shared = Counter(articles_sharing_a_band(transaction, signature))
    if not shared:
        return {}
    candidates = [article_id for article_id, _ in shared.most_common(MOST_ESTIMATED)]
    estimates = {
        article_id: estimate_resemblance(signature, unpack(other))
        for article_id, other in transaction.db.execute(
            "SELECT article_id, signature FROM fingerprints "
            "WHERE article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(candidates)],
        )
    }
    likely = [one for one, estimate in estimates.items() if estimate >= LEAST_RESEMBLANCE]
    likely.sort(key=lambda one: (-estimates[one], -one))
    shingles = cut_shingles(split_words(text)) if likely else []
    similar: dict[int, tuple[float, str]] = {}
    for article_id, other_source, body in transaction.db.execute(
        "SELECT id, source, body FROM articles WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(likely[:MOST_COMPARED])],
    ):
        similarity = measure_similarity(shingles, cut_shingles(split_words(body)))
        if similarity >= LEAST_SIMILARITY:
            kind = UPDATE if other_source == source else CROSS_POST
            similar[article_id] = similarity, kind
    if sum(kind != UPDATE for _, kind in similar.values()) >= MOST_COPIES:
        return {}
    return similar
