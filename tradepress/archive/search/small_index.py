"""Indexes the full text of some texts in memory: it marks words in what is shown, as the
archive's own would, and nothing else has a part in it."""

import sqlite3
from collections.abc import Hashable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import TypeVar

from tradepress.archive.searched_form import (
    MARK_END,
    MARK_START,
    TOKENIZER,
    as_it_stands,
    searched_form,
)

TOKENIZERS = {False: TOKENIZER, True: f"porter {TOKENIZER}"}
"""Are the tokenizers of the archive's indexes, by whether words are equal by their stem."""
Texts = tuple[str | None, str | None, str | None]
"""Are headline, description and body."""
_TABLE = (
    "CREATE VIRTUAL TABLE texts USING fts5(headline, description, body, also_titled, tokenize='{}')"
)
_INSERT = "INSERT INTO texts (rowid, headline, description, body) VALUES (?, ?, ?, ?)"
_Name = TypeVar("_Name", bound=Hashable)


def mark(
    texts: Mapping[_Name, Texts],
    terms: Sequence[str],
    *,
    stemmed: bool = False,
    most_words: int | None = None,
) -> dict[_Name, list[str]]:
    """Returns the texts that have one of the terms, with MARK_START and MARK_END around each.

    :param terms: in FTS5's words, none of them with NEAR
    :param most_words: of each text the passage of so many words that has most; None: the text
    """
    part = "highlight(texts, {}, ?1, ?2)"
    if most_words is not None:
        part = f"snippet(texts, {{}}, ?1, ?2, '…', {most_words})"
    sql = f"SELECT rowid, {', '.join(map(part.format, range(3)))} FROM texts WHERE texts MATCH ?3"
    if not terms:
        return {}
    names = [*texts]
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(_TABLE.format(TOKENIZERS[stemmed]))
        for at, name in enumerate(names):
            memory.execute(_INSERT, [at, *(text and searched_form(text) for text in texts[name])])
        marked = memory.execute(sql, [MARK_START, MARK_END, " OR ".join(terms)])
        return {
            names[at]: [
                as_it_stands(text, shown or "") if text else ""
                for text, shown in zip(texts[names[at]], found, strict=True)
            ]
            for at, *found in marked
        }


def read_tokens(text: str) -> tuple[str, ...]:
    """Returns the words that FTS5 sees in a text, folded, in their order."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(_TABLE.format(TOKENIZERS[False]))
        memory.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, instance)")
        memory.execute(_INSERT, [1, None, None, searched_form(text)])
        return tuple(word for (word,) in memory.execute("SELECT term FROM words ORDER BY offset"))


tokens = lru_cache(maxsize=1000)(read_tokens)
"""Is the same for what people type, which is asked about again and again."""
