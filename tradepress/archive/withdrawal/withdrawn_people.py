"""Keeps names of people from being found in texts: their mentions go, and none is stored again.

The archive keeps no name of theirs but SHA-256 of it. The texts stay, and search finds a name in
them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.errors import archive_error
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.withdrawal.tombstone_file import read_tombstone_file, write_tombstone_file
from tradepress.archive.withdrawal.tombstones import (
    WithdrawnPerson,
    hash_key,
    load_withdrawn_people,
)
from tradepress.story import Mention


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonWithdrawal:
    """Says what the withdrawal of a person came to."""

    mentions: int
    stories: int
    """Counts the stories that had them."""
    was_withdrawn: bool
    """Was the person withdrawn before, too?"""


def person_key(name: str) -> str:
    """Hashes a name (SHA-256, hex): in any case, with accents and punctuation or without."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    words = re.findall(r"[^\W_]+", plain)
    return hash_key("person\n" + " ".join(words))


def count_mentions(db: Database, name: str) -> tuple[int, int]:
    """Counts the mentions of a person, and the stories that have them."""
    values = _values(db, {person_key(name)})
    found = [
        row
        for value in values
        for row in db.execute(
            "SELECT article_id FROM mentions JOIN versions ON versions.id = version_id "
            "WHERE mentions.kind = 'person' AND value = ?",
            [value],
        )
    ]
    return len(found), len(set(found))


def withdraw_person(transaction: Transaction, name: str, reason: str = "") -> PersonWithdrawal:
    """Deletes a person's mentions, and stores none from now on; lasting when it returns.

    :param reason: "" if none was given
    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    key = person_key(name)
    mentions, stories = count_mentions(transaction.db, name)
    was_withdrawn = key in load_withdrawn_people(transaction.db)
    if not was_withdrawn:
        person = WithdrawnPerson(name_hash=key, reason=reason, withdrawn_at=utc_now())
        leave_out_people(transaction, [person])
    return PersonWithdrawal(mentions=mentions, stories=stories, was_withdrawn=was_withdrawn)


def leave_out_people(transaction: Transaction, people: Iterable[WithdrawnPerson]) -> int:
    """Deletes the mentions of those that are not left out yet, and stores none from now on; returns
    how many these are. Lasting when it returns.

    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    known = load_withdrawn_people(transaction.db)
    new = {one.name_hash: one for one in people if one.name_hash not in known}
    if new:
        try:
            content = read_tombstone_file(transaction.path)
            content.people |= new
            write_tombstone_file(transaction.path, content)
        except OSError as error:
            raise archive_error(error, transaction.path) from error
        _carry_out(transaction, new.values())
    return len(new)


def resume_people(transaction: Transaction) -> None:
    """Leaves out those that the file beside the archive names, as a restored copy does not, and
    tells the file of those that it does not know.

    :raises ArchiveError: it can't be done
    """
    content = read_tombstone_file(transaction.path)
    known = load_withdrawn_people(transaction.db)
    try:
        if known.keys() - content.people.keys():
            content.people |= known
            write_tombstone_file(transaction.path, content)
    except OSError as error:
        raise archive_error(error, transaction.path) from error
    _carry_out(transaction, [one for key, one in content.people.items() if key not in known])


def without_withdrawn(db: Database, mentions: Iterable[Mention]) -> list[Mention]:
    """Returns the mentions that may be stored."""
    kept = list(mentions)
    people = {one.value for one in kept if one.kind == "person"}
    if not people:
        return kept
    withdrawn = {name for name in people if _is_withdrawn(db, name)}
    return [one for one in kept if one.kind != "person" or one.value not in withdrawn]


def _is_withdrawn(db: Database, name: str) -> bool:
    sql = "SELECT 1 FROM withdrawn_people WHERE name_hash = ?"
    return db.execute(sql, [person_key(name)]).fetchone() is not None


def _carry_out(transaction: Transaction, people: Iterable[WithdrawnPerson]) -> None:
    rows = {one.name_hash: one for one in people}
    if not rows:
        return
    with transaction.atomic():
        for person in rows.values():
            transaction.write(
                "INSERT INTO withdrawn_people (name_hash, reason, withdrawn_at) VALUES (?, ?, ?)",
                [person.name_hash, person.reason, person.withdrawn_at],
            )
        transaction.write_many(
            "DELETE FROM mentions WHERE kind = 'person' AND value = ?",
            [[value] for value in _values(transaction.db, rows.keys())],
        )
    transaction.commit()


def _values(db: Database, keys: Iterable[str]) -> list[str]:
    """Returns the names as mentions spell these people."""
    wanted = set(keys)
    names = db.execute("SELECT DISTINCT value FROM mentions WHERE kind = 'person'").fetchall()
    return [name for (name,) in names if person_key(name) in wanted]
