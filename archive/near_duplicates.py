"""Near-duplicates: the same text at other papers, and a paper's own second take of a story.

A text is fingerprinted by MinHash and looked up by bands of its signature, so that a new article
meets the few texts that resemble it and never the whole archive. What resembles it is compared word
for word; docs/near-duplicates.md defines the measure and gives its figures.
"""

import json
import re
import sqlite3
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from operator import eq
from typing import Any

from sqlite_utils import Database

from archive.clock import utc_now

Row = dict[str, Any]

LEAST_WORDS = 30
"""Longer words, some 50 in all; a text with fewer has no fingerprint: notes on one hearing are
alike by nature."""
MOST_WORDS = 5_000
"""Longer words; of an endless text the opening counts."""
LEAST_SIMILARITY = 0.55
"""More than half of both texts; less is a common quotation, or a common subject."""

SIGNATURE_SIZE = 128
LEAST_RESEMBLANCE = 0.15
"""Estimated Jaccard index of the shingles; what is similar enough has 0.25 or more."""
MOST_PER_BAND = 40
"""Of the texts that share a band the newest count: a common band is a stock phrase."""
MOST_ESTIMATED, MOST_COMPARED = 100, 30
"""Signatures and texts read for one article, the most alike first."""
MOST_COPIES = 20
"""A text that so many other papers' articles have already is boilerplate and gets no pairs."""

CROSS_POST, PRESS_RELEASE, UPDATE = "cross-post", "press release", "update"
PRESS_RELEASE_PUBLISHERS = 3
ENDS = 600
"""Characters at each end of a text, where a press release says that it is one."""

# Japanese and Chinese set no spaces: there each sign is a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]{4,}")
_SIGNATURE = struct.Struct(f"<{SIGNATURE_SIZE}I")
_VALUE_BITS = 28
_NEWSWIRE = re.compile(
    r"/PRNewswire\b|\b(?:BUSINESS WIRE|Business Wire|Businesswire|businesswire\.com|GLOBE ?NEWSWIRE"
    r"|GlobeNewswire|ACCESSWIRE|Newsfile Corp|EIN Presswire)\b"
)
_LABEL = re.compile(
    r"\W*(?:press release|news release|for immediate release|pressemitteilung|persbericht"
    r"|communiqué de presse|comunicado de (?:prensa|imprensa)|comunicato stampa)\b",
    re.IGNORECASE,
)


def split_words(text: str) -> list[str]:
    """The words by which texts are compared: those of four letters or more, in lower case."""
    return _WORD.findall(text.casefold())[:MOST_WORDS]


def cut_shingles(words: Sequence[str]) -> list[str]:
    """Each two neighbours.

    An edited word spoils two of them, and not three as with the usual runs of three; and without
    "of the" what all texts of a trade have in common stays small.
    """
    return [f"{first} {second}" for first, second in pairwise(words)]


def measure_similarity(words: Sequence[str], others: Sequence[str]) -> float:
    """Share of the words of both texts that stand beside the same word in the other text.

    :returns: 0 to 1; the order of sentences hardly matters
    """
    shingles, other_shingles = cut_shingles(words), cut_shingles(others)
    common = set(shingles) & set(other_shingles)
    if not common:
        return 0.0
    covered = _count_covered(shingles, common) + _count_covered(other_shingles, common)
    return covered / (len(words) + len(others))


def _count_covered(shingles: Sequence[str], common: Collection[str]) -> int:
    count = end = 0
    for start, shingle in enumerate(shingles):
        if shingle in common:
            count += start + 2 - max(start, end)
            end = start + 2
    return count


def sign(shingles: Iterable[str]) -> tuple[int, ...]:
    """MinHash signature of the set of these, at least one: SIGNATURE_SIZE numbers of 28 bits.

    Each shingle is hashed once and falls into one bin, which keeps its least number; bins still
    empty are filled by the same with the hashes multiplied, round by round. (Dahlgaard, Knudsen and
    Thorup, "Fast Similarity Sketching", 2017: as exact as one permutation for each number.)
    """
    hashes = [
        int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big")
        for shingle in set(shingles)
    ]
    bins: dict[int, int] = {}
    while len(bins) < SIGNATURE_SIZE:
        least: dict[int, int] = {}
        for number in hashes:
            index, value = number >> 57, number >> 29 & 0xFFFFFFF
            if value < least.get(index, 1 << _VALUE_BITS):
                least[index] = value
        bins = least | bins
        hashes = [_remix(number) for number in hashes]
    return tuple(bins[index] for index in range(SIGNATURE_SIZE))


def _remix(number: int) -> int:
    number = (number + 1 ^ number >> 32) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    return number ^ number >> 29


def estimate_resemblance(signature: Sequence[int], other: Sequence[int]) -> float:
    """The Jaccard index of the two sets, with a standard error of at most 0.044."""
    equal: int = sum(map(eq, signature, other))
    return equal / SIGNATURE_SIZE


def band_numbers(signature: Sequence[int]) -> list[int]:
    """Each two values of the signature, with their place, as one number of 62 bits."""
    pairs = zip(signature[::2], signature[1::2], strict=True)
    return [
        (place << _VALUE_BITS | first) << _VALUE_BITS | second
        for place, (first, second) in enumerate(pairs)
    ]


# What is stored


def index_article(connection: sqlite3.Connection, article_id: int) -> None:
    """Fingerprint the current text of an article and renew its pairs and the groups concerned.

    Part of the caller's transaction. No text, a teaser or too short a text: as
    :func:`forget_article`.
    """
    source, body, is_truncated = connection.execute(
        "SELECT source, body, is_truncated FROM articles WHERE id = ?", [article_id]
    ).fetchone()
    words = split_words(body) if body and not is_truncated else []
    if len(words) < LEAST_WORDS:
        forget_article(connection, article_id)
        return
    before = _others_in_pairs(connection, article_id)
    _drop_fingerprint(connection, article_id)
    signature = sign(cut_shingles(words))
    similar = find_similar(connection, source, words, signature)
    save_fingerprint(connection, article_id, signature)
    _drop_pairs(connection, article_id, before - similar.keys())
    connection.executemany(
        """
        INSERT INTO near_duplicates (article_id, other_id, similarity, kind, found_at)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET similarity = excluded.similarity, kind = excluded.kind
        """,
        [
            (*sorted((article_id, other)), similarity, kind, utc_now())
            for other, (similarity, kind) in similar.items()
        ],
    )
    _regroup(connection, {article_id} | before | similar.keys())


def forget_article(connection: sqlite3.Connection, article_id: int) -> None:
    """Erase the fingerprint and the pairs of an article; its group goes on without it.

    Part of the caller's transaction.
    """
    before = _others_in_pairs(connection, article_id)
    _drop_fingerprint(connection, article_id)
    _drop_pairs(connection, article_id, before)
    _regroup(connection, {article_id} | before)


def index_due_articles(connection: sqlite3.Connection, limit: int) -> int:
    """Fingerprint articles that were stored before there were fingerprints, newest first.

    Part of the caller's transaction.

    :returns: how many were looked at; 0: none is left
    """
    due = connection.execute(
        "SELECT article_id FROM fingerprints WHERE signature = x'' ORDER BY article_id DESC "
        "LIMIT ?",
        [limit],
    ).fetchall()
    for (article_id,) in due:
        index_article(connection, article_id)
    return len(due)


def near_duplicates_of(db: Database, article: int | str) -> list[Row]:
    """Articles with much the same text, the most similar first.

    :param article: id, ref, alias or ref of a version; the pairs are those of the current version
    :returns: rows with ``ref``, ``source``, ``publisher``, ``headline``, ``published_day``,
        ``url``, ``similarity`` (0.55 to 1), ``kind``; empty also if there is no such article
    """
    if isinstance(article, str):
        ref = article.partition("@")[0]
        found = db.execute(
            "SELECT id FROM articles WHERE ref = :ref "
            "UNION ALL SELECT article_id FROM aliases WHERE ref = :ref",
            {"ref": ref},
        ).fetchone()
        if found is None:
            return []
        (article,) = found
    return list(
        db.query(
            """
            SELECT ref, source, publisher, headline, published_day, url, similarity, kind
            FROM (
                SELECT other_id AS id, similarity, kind FROM near_duplicates WHERE article_id = :id
                UNION ALL
                SELECT article_id, similarity, kind FROM near_duplicates WHERE other_id = :id
            ) JOIN articles USING (id) JOIN sources ON name = source
            ORDER BY similarity DESC, articles.id
            """,
            {"id": article},
        )
    )


def save_fingerprint(
    connection: sqlite3.Connection, article_id: int, signature: Sequence[int]
) -> None:
    """Store the signature and its bands. The article has no fingerprint."""
    connection.execute(
        "INSERT INTO fingerprints (article_id, signature) VALUES (?, ?)",
        [article_id, _SIGNATURE.pack(*signature)],
    )
    connection.executemany(
        "INSERT INTO fingerprint_bands (band, article_id) VALUES (?, ?)",
        [(band, article_id) for band in band_numbers(signature)],
    )


def find_similar(
    connection: sqlite3.Connection, source: str, words: Sequence[str], signature: Sequence[int]
) -> dict[int, tuple[float, str]]:
    """Look a text of that source up among the fingerprinted ones.

    :returns: similarity and kind by article id
    """
    shared: Counter[int] = Counter()
    for band in band_numbers(signature):
        shared.update(
            article_id
            for (article_id,) in connection.execute(
                "SELECT article_id FROM fingerprint_bands WHERE band = ? "
                "ORDER BY article_id DESC LIMIT ?",
                [band, MOST_PER_BAND],
            )
        )
    candidates = [article_id for article_id, _ in shared.most_common(MOST_ESTIMATED)]
    estimates = {
        article_id: estimate_resemblance(signature, _SIGNATURE.unpack(other))
        for article_id, other in connection.execute(
            "SELECT article_id, signature FROM fingerprints "
            "WHERE article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(candidates)],
        )
    }
    likely = [one for one in candidates if estimates[one] >= LEAST_RESEMBLANCE]
    likely.sort(key=lambda one: (-estimates[one], -one))
    similar: dict[int, tuple[float, str]] = {}
    for article_id, other_source, body in connection.execute(
        "SELECT id, source, body FROM articles WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(likely[:MOST_COMPARED])],
    ):
        similarity = measure_similarity(words, split_words(body))
        if similarity >= LEAST_SIMILARITY:
            kind = UPDATE if other_source == source else CROSS_POST
            similar[article_id] = similarity, kind
    if sum(kind != UPDATE for _, kind in similar.values()) >= MOST_COPIES:
        return {}
    return similar


def _drop_fingerprint(connection: sqlite3.Connection, article_id: int) -> None:
    connection.execute("DELETE FROM fingerprint_bands WHERE article_id = ?", [article_id])
    connection.execute("DELETE FROM fingerprints WHERE article_id = ?", [article_id])


def _drop_pairs(connection: sqlite3.Connection, article_id: int, others: Iterable[int]) -> None:
    connection.executemany(
        "DELETE FROM near_duplicates WHERE article_id = ? AND other_id = ?",
        [sorted((article_id, other)) for other in others],
    )


def _others_in_pairs(
    connection: sqlite3.Connection, article_id: int, *, without: str = ""
) -> set[int]:
    return {
        other
        for (other,) in connection.execute(
            """
            SELECT other_id FROM near_duplicates WHERE article_id = :id AND kind <> :without
            UNION ALL
            SELECT article_id FROM near_duplicates WHERE other_id = :id AND kind <> :without
            """,
            {"id": article_id, "without": without},
        )
    }


# Groups


def _regroup(connection: sqlite3.Connection, article_ids: set[int]) -> None:
    """Find the groups of these articles anew: who belongs together, and by what kind of pairs."""
    left = set(article_ids)
    while left:
        group = _connected(connection, left.pop())
        left -= group
        members = json.dumps(sorted(group))
        name = min(group) if len(group) > 1 else None
        connection.execute(
            "UPDATE articles SET duplicate_group = :name "
            "WHERE id IN (SELECT value FROM json_each(:members)) AND duplicate_group IS NOT :name",
            {"name": name, "members": members},
        )
        if name is not None:
            connection.execute(
                "UPDATE near_duplicates SET kind = :kind "
                "WHERE article_id IN (SELECT value FROM json_each(:members)) "
                "AND kind NOT IN (:kind, :update)",
                {"kind": _kind(connection, members), "members": members, "update": UPDATE},
            )


def _connected(connection: sqlite3.Connection, article_id: int) -> set[int]:
    group, left = {article_id}, [article_id]
    while left:
        found = _others_in_pairs(connection, left.pop(), without=UPDATE) - group
        group |= found
        left += found
    return group


def _kind(connection: sqlite3.Connection, members: str) -> str:
    """What the pairs between papers in this group (ids as a JSON array) are."""
    rows = connection.execute(
        f"""
        SELECT publisher, headline, substr(body, 1, {ENDS}), substr(body, -{ENDS}),
            EXISTS (SELECT 1 FROM links
                WHERE links.version_id = articles.version_id AND kind = 'first_published_on')
        FROM articles JOIN sources ON name = source
        WHERE articles.id IN (SELECT value FROM json_each(?))
        """,
        [members],
    ).fetchall()
    for _, headline, start, end, _ in rows:
        if _LABEL.match(headline) or _LABEL.match(start) or _NEWSWIRE.search(f"{start}\n{end}"):
            return PRESS_RELEASE
    if any(says_where_first for *_, says_where_first in rows):
        return CROSS_POST
    publishers = {publisher for publisher, *_ in rows}
    return PRESS_RELEASE if len(publishers) >= PRESS_RELEASE_PUBLISHERS else CROSS_POST
