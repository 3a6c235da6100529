"""Reads the texts of versions that are looked through for mentions again."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.story import TextField


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptText:
    """Holds the texts of one version, current or former."""

    version_id: int
    ref: str
    version: int
    source: str
    texts: dict[TextField, str | None]

    @property
    def name(self) -> str:
        return f"{self.ref}@{self.version}"


def count_texts(db: Database, source: str | None = None) -> int:
    """Counts the versions, former ones included.

    :param source: None: of all
    """
    return int(
        db.execute(
            "SELECT count(*) FROM versions JOIN articles ON articles.id = article_id "
            "WHERE :source IS NULL OR articles.source = :source",
            {"source": source},
        ).fetchone()[0]
    )


def texts_due(
    db: Database, rules: str, source: str | None = None, *, again: bool = False
) -> list[int]:
    """Lists ``versions.id`` of those that were not looked through by these rules, the oldest first;
    captured or not, declared or not: the text is all that is needed.

    :param source: None: of all
    :param again: also those that these very rules have looked through
    """
    rows = db.execute(
        """
        SELECT versions.id FROM versions JOIN articles ON articles.id = article_id
        LEFT JOIN mention_readings ON mention_readings.version_id = versions.id
        WHERE (:source IS NULL OR articles.source = :source)
            AND (:again OR rules IS NOT :rules)
        ORDER BY versions.id
        """,
        {"source": source, "again": again, "rules": rules},
    )
    return [version_id for (version_id,) in rows]


def load_texts(db: Database, version_ids: Iterable[int]) -> list[KeptText]:
    """Loads the texts of these versions in the given order; of what is held for this archive alone
    the headline, as what is noted is counted and told to everybody."""
    rows = db.query(
        """
        SELECT versions.id, ref, versions.version, articles.source, versions.headline,
            iif(versions.policy IS 'archive-only', NULL, versions.description) AS description,
            iif(versions.policy IS 'archive-only', NULL, versions.body) AS body
        FROM json_each(?) AS wanted JOIN versions ON versions.id = wanted.value
        JOIN articles ON articles.id = article_id ORDER BY wanted.key
        """,
        [json.dumps([*version_ids])],
    )
    names: Collection[TextField] = ("headline", "description", "body")
    return [
        KeptText(
            version_id=row["id"],
            ref=row["ref"],
            version=row["version"],
            source=row["source"],
            texts={name: row[name] for name in names},
        )
        for row in rows
    ]
