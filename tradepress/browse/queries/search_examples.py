"""Chooses words and names of this archive, for examples that find something."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_rows
from tradepress.archive.stored_json import readable_names

_NEWEST = """
    SELECT headline, authors, section, published_day FROM articles
    WHERE id IN (SELECT id FROM articles ORDER BY id DESC LIMIT 200)
"""
_COURT = """
    SELECT value FROM mentions WHERE kind = 'court' AND version_id > (
        SELECT max(version_id) - 1000 FROM articles
    )
    GROUP BY value ORDER BY count(*) DESC, value LIMIT 1
"""
_WORD = re.compile("[a-z]{6,20}")
_PAIR = re.compile("[a-z]{4,20}")


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchExamples:
    """Is taken from the stories that came last; invented where there are none."""

    word: str = "lantern"
    other: str = "handle"
    """Is in the headline of a story that has the first, too."""
    phrase: tuple[str, str] = ("curved", "handle")
    """Is two words side by side in a headline."""
    author: str | None = None
    section: str | None = None
    year: str | None = None
    court: str | None = None


def search_examples(db: Database) -> SearchExamples:
    stories = fetch_rows(db, _NEWEST)
    headlines = [story["headline"].lower().split() for story in stories]
    word = _commonest(Counter(one for headline in headlines for one in _words(headline)))
    beside = Counter(
        one
        for headline in headlines
        for one in _words(headline)
        if word in headline and one != word
    )
    pairs = Counter(
        pair
        for headline in headlines
        for pair in pairwise(headline)
        if all(map(_PAIR.fullmatch, pair))
    )
    sections = Counter(story["section"] for story in stories if story["section"])
    authors = Counter(name for story in stories for name in readable_names(story["authors"]))
    years = Counter(story["published_day"][:4] for story in stories if story["published_day"])
    court = db.execute(_COURT).fetchone()
    known = SearchExamples()
    return SearchExamples(
        word=word or known.word,
        other=_commonest(beside) or known.other,
        phrase=pairs.most_common(1)[0][0] if pairs else known.phrase,
        author=_commonest(authors),
        section=_commonest(sections),
        year=_commonest(years),
        court=court[0] if court else None,
    )


def _words(headline: Sequence[str]) -> Sequence[str]:
    return sorted(filter(_WORD.fullmatch, {*headline}))


def _commonest(counted: "Counter[str]") -> str | None:
    return counted.most_common(1)[0][0] if counted else None
