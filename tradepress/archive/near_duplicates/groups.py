"""Groups near-duplicates: which articles are one text at several papers, and how it got there.

A group is what pairs between papers connect. An update, a pair within one paper, is no link: the
second take of a story is a story of its own.
"""

import json
import re

from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction

CROSS_POST, PRESS_RELEASE, UPDATE = "cross-post", "press release", "update"
PRESS_RELEASE_PUBLISHERS = 3
ENDS = 600
"""Counts the characters at each end of a text, where a press release says that it is one."""

_NEWSWIRE = re.compile(
    r"/PRNewswire\b|\b(?:BUSINESS WIRE|Business Wire|Businesswire|businesswire\.com|GLOBE ?NEWSWIRE"
    r"|GlobeNewswire|ACCESSWIRE|Newsfile Corp|EIN Presswire)\b"
)
_LABEL = re.compile(
    r"\W*(?:press release|news release|for immediate release|pressemitteilung|persbericht"
    r"|communiqué de presse|comunicado de (?:prensa|imprensa)|comunicato stampa)\b",
    re.IGNORECASE,
)


def pairs_of(db: Database, article_id: int) -> dict[int, str]:
    """Maps the other article of each pair of an article to the kind of the pair."""
    return dict(
        db.execute(
            """
            SELECT other_id, kind FROM near_duplicates WHERE article_id = :id
            UNION ALL
            SELECT article_id, kind FROM near_duplicates WHERE other_id = :id
            """,
            {"id": article_id},
        ).fetchall()
    )


def regroup(transaction: Transaction, article_ids: set[int]) -> None:
    """Finds the groups of these articles anew: who belongs together, and by what kind of pairs."""
    left = set(article_ids)
    while left:
        group = _connected(transaction.db, left.pop())
        left -= group
        members = json.dumps(sorted(group))
        name = min(group) if len(group) > 1 else None
        # An UPDATE of nothing would still make FTS5 write out what it holds back until COMMIT.
        for changed in transaction.rows(
            "SELECT id FROM articles "
            "WHERE id IN (SELECT value FROM json_each(?)) AND duplicate_group IS NOT ?",
            [members, name],
        ):
            transaction.update("articles", changed["id"], {"duplicate_group": name})
        if name is not None:
            transaction.write(
                "UPDATE near_duplicates SET kind = :kind "
                "WHERE article_id IN (SELECT value FROM json_each(:members)) "
                "AND kind NOT IN (:kind, :update)",
                {"kind": _kind(transaction.db, members), "members": members, "update": UPDATE},
            )


def _connected(db: Database, article_id: int) -> set[int]:
    group, left = {article_id}, [article_id]
    while left:
        pairs = pairs_of(db, left.pop())
        found = {other for other, kind in pairs.items() if kind != UPDATE} - group
        group |= found
        left += found
    return group


def _kind(db: Database, members: str) -> str:
    """Returns the kind of the pairs between papers in this group (ids as a JSON array)."""
    rows = db.execute(
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
