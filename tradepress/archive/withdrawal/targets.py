"""Finds what the archive holds of withdrawn stories, and how another page is seen to name one."""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tradepress.archive.database import Database
from tradepress.archive.text_forms import HIDDEN, UNSEEN, plain_type
from tradepress.archive.withdrawal.tombstones import (
    FEWEST_WORDS,
    Tombstone,
    address_key,
    hash_key,
    known_address_key,
    site_id_key,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """Holds rows of the stories that go."""

    stones: Sequence[Tombstone]
    owner: Mapping[str, Tombstone]
    """Maps keys that a story is known by (``Tombstone.keys``) to its tombstone."""
    articles: Mapping[int, Tombstone]
    """Maps ``articles.id`` to what will stand for the article."""
    addresses: Mapping[int, str]
    """Maps ``urls.id`` to the ref that will stand for the address."""
    traces: "Traces"

    @property
    def whole_sources(self) -> set[str]:
        """Returns the sources of which nothing stays."""
        return {stone.source for stone in self.stones if stone.ref == stone.source}

    def owner_of(self, url: str) -> Tombstone | None:
        """Returns the tombstone of the story whose address this is."""
        try:
            return self.owner.get(address_key(url))
        except ValueError:
            return None


def find_targets(db: Database, stones: Sequence[Tombstone]) -> Targets:
    """Returns what the archive holds of the stories that these tombstones stand for: all of it
    before they are erased, and again after an older copy was put back."""
    owner = {key: stone for stone in stones for key in stone.keys}
    articles = _find_articles(db, owner)
    addresses = _find_addresses(db, owner, articles)
    return Targets(
        stones=stones,
        owner=owner,
        articles=articles,
        addresses=addresses,
        traces=_find_traces(db, articles, addresses),
    )


def _find_articles(db: Database, owner: Mapping[str, Tombstone]) -> dict[int, Tombstone]:
    found: dict[int, Tombstone] = {}
    names: tuple[tuple[str, Callable[..., str]], ...] = (
        ("SELECT id, ref FROM articles", hash_key),
        ("SELECT article_id, ref FROM aliases", hash_key),
        ("SELECT article_id, url_key FROM locations", known_address_key),
        ("SELECT id, source, site_id FROM articles WHERE site_id IS NOT NULL", site_id_key),
    )
    for sql, key_of in names:
        for article_id, *name in db.execute(sql):
            if stone := owner.get(key_of(*name)):
                found.setdefault(article_id, stone)
    return found


def _find_addresses(
    db: Database, owner: Mapping[str, Tombstone], articles: Mapping[int, Tombstone]
) -> dict[int, str]:
    found = {}
    for url_id, key, article_id in db.execute(
        "SELECT id, url_key, article_id FROM urls WHERE url_key NOT LIKE ?", [f"{HIDDEN}%"]
    ):
        stone = articles.get(article_id) or owner.get(known_address_key(key))
        if stone is not None:
            found[url_id] = stone.ref
    for url_id, story in db.execute("SELECT url_id, original_key FROM mementos"):
        if stone := owner.get(hash_key(story)):
            found[url_id] = stone.ref
    return found


def _find_traces(db: Database, articles: Iterable[int], addresses: Iterable[int]) -> "Traces":
    found = db.execute(
        """
        SELECT url, headline FROM versions
        WHERE article_id IN (SELECT value FROM json_each(:articles))
        UNION SELECT url, value FROM versions JOIN json_each(also_titled)
        WHERE article_id IN (SELECT value FROM json_each(:articles))
        UNION SELECT url, NULL FROM locations
        WHERE article_id IN (SELECT value FROM json_each(:articles))
        UNION SELECT url, NULL FROM urls WHERE id IN (SELECT value FROM json_each(:addresses))
        """,
        {"articles": json.dumps(list(articles)), "addresses": json.dumps(list(addresses))},
    ).fetchall()
    return Traces({url for url, _ in found}, {headline for _, headline in found if headline})


class Traces:
    """Tells by headlines and addresses whether another page can be seen to name a story."""

    def __init__(self, urls: Iterable[str], headlines: Iterable[str]) -> None:
        paths = {}
        for url in urls:
            try:
                parts = urlsplit(url)
            except ValueError:
                continue
            path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
            if path:
                # By itself, or as a link within the site; not as the beginning of another one.
                start = rf"(?:{re.escape(parts.netloc)}|[\"'=(\s>])"
                paths[rf"{start}{re.escape(path)}(?!/?[\w%-])"] = path.casefold()
        self._addresses = re.compile("|".join(sorted(paths)) or r"(?!)", re.IGNORECASE)
        self._headlines = [
            words for words in map(_words, headlines) if len(words.split()) >= FEWEST_WORDS
        ]
        # Most pages hold none of these: finding that out takes a fifth of looking closely.
        self._paths = sorted(set(paths.values()))
        self._parts = [
            [word for word in headline.split() if word.isascii()] for headline in self._headlines
        ]

    def __bool__(self) -> bool:
        return bool(self._paths or self._headlines)

    def are_in(self, text: str) -> bool:
        """Tells whether a text shows one of the stories."""
        text = text.replace("\\/", "/")
        plain = UNSEEN.sub("", text).casefold()
        if any(path in plain for path in self._paths) and self._addresses.search(text):
            return True
        if not any(all(word in plain for word in words) for words in self._parts):
            return False
        words = _words(text)
        return any(headline in words for headline in self._headlines)

    def are_in_page(self, page: bytes) -> bool:
        try:
            text = page.decode()
        except UnicodeDecodeError:
            text = page.decode("cp1252", "replace")
        return self.are_in(html.unescape(text))


def _words(text: str) -> str:
    """Keeps only letters and digits: however quotes and dashes are set doesn't matter."""
    words = re.findall(r"[^\W_]+", plain_type(text).casefold())
    return f" {' '.join(words)} "
