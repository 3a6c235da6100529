"""Finds the stories that are about the same thing as one: by the rare words and names they share.

No model has a part in it: a word that few stories have says more than one that many have, and what
a story says often is what it is about.
"""

import heapq
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tradepress.archive.database import Database
from tradepress.archive.search.named_values import fold, tokens_of
from tradepress.archive.search.public_words import PublicArchive
from tradepress.archive.search.small_index import read_tokens
from tradepress.archive.searched_form import LETTERS
from tradepress.archive.stories.ref import resolve_ref

MOST_READ, MOST_WORDS = 6000, 60
"""Limit the letters that are read of a story, and the words that are looked for."""
COMMON, LEAST_RARE, MOST_RARE = 0.1, 20, 2000
"""Say in how many stories a word may stand that tells one from another: in this part of them, or in
the second number where that is more, and never in more than the third."""
MOST_NAMED = 200
"""Limits what is read of a name: so often it may stand in texts."""
OF_HEADLINE, OF_NAME, OF_SAME_DAYS = 2, 3, 1.2
"""Say what counts more: a word of the headline as if it stood there twice more, a name as so many
words, and a story of the same days by so much."""
LEAST_SHARED = 0.15
"""Is the part of what could be shared that another story shares at least; less is chance."""
MOST_RANKED, MOST_TOLD = 50, 8
_LETTER = re.compile(f"(?![\u3041-\u309f])[{LETTERS}]")
"""Matches a letter that is a word, but Hiragana: of that most is grammar."""
_TEXTS = """
    SELECT headline, description AS description, body AS body, (SELECT max(id) FROM articles)
    FROM articles WHERE id = ?
"""
_NAMES = """
    SELECT DISTINCT kind, value FROM mentions JOIN articles USING (version_id)
    WHERE articles.id = ? AND field IN (SELECT value FROM json_each(?)) ORDER BY kind, value
"""
_OF_WORD = "FROM articles_fts WHERE articles_fts MATCH ?"
_OF_NAME = (
    "WHERE kind = ? AND value = ? COLLATE NOCASE AND field IN (SELECT value FROM json_each(?))"
)
_TOO_MANY = "SELECT 1 {} LIMIT 1 OFFSET ?"
# All in one row: row by row it takes ten times as long.
_WITH_WORD = f"SELECT json_group_array(rowid) {_OF_WORD}"
_WITH_NAME = f"""
    SELECT json_group_array(DISTINCT articles.id) FROM mentions
        CROSS JOIN version_rows ON version_rows.id = mentions.version_id
        CROSS JOIN articles INDEXED BY articles_narrow
            ON articles.id = article_id AND articles.version_id = version_rows.id
    {_OF_NAME}
"""
_ITS_COPIES = """
    SELECT :id UNION SELECT other_id FROM near_duplicates WHERE article_id = :id
    UNION SELECT article_id FROM near_duplicates WHERE other_id = :id
    UNION SELECT id FROM articles
    WHERE duplicate_group = (SELECT duplicate_group FROM articles WHERE id = :id)
"""
_FACTS = """
    SELECT other.id AS id, other.duplicate_group AS duplicate_group,
        abs(julianday(other.published_day) - julianday(one.published_day)) <= 30 AS is_near,
        other.ref AS ref, other.source AS source, publisher, other.headline AS headline,
        other.published_day AS published_day
    FROM articles AS one CROSS JOIN articles AS other JOIN sources ON name = other.source
    WHERE one.id = :id AND other.id IN (SELECT value FROM json_each(:ids))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class LikeStory:
    """Is a story about the same thing as another."""

    ref: str
    source: str
    publisher: str
    headline: str
    published_day: str | None
    shared: tuple[str, ...]
    """Lists what both have: names, then words, the most telling first."""
    copies: int
    """Counts the near-duplicates of it, which are not listed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clue:
    """Is a word or a name of the story, and which stories have it."""

    shown: str
    is_name: bool
    weight: float
    stories: frozenset[int]


def like_this(
    db: Database, ref: str, *, limit: int = 10, common: set[str] | None = None
) -> list[LikeStory]:
    """Returns the stories about the same thing, the likest first, without its near-duplicates.

    Strangers (:class:`PublicArchive`) are told of headlines and of what these name alone.

    :param ref: of a story or a version; the current text is compared
    :param common: remembers words that too many stories have, from one question to the next of
        whoever asks the same archive often
    :raises NoSuchArticle: no such ref
    """
    article_id, _ = resolve_ref(db, ref)
    own = {story for (story,) in db.execute(_ITS_COPIES, {"id": article_id})}
    clues = [
        clue
        for clue in _clues(db, article_id, set() if common is None else common)
        if clue.stories - own
    ]
    least = LEAST_SHARED * sum(clue.weight for clue in clues)
    scores: defaultdict[int, float] = defaultdict(float)
    for clue in clues:
        for story in clue.stories:
            scores[story] += clue.weight
    enough = (story for story in scores if scores[story] >= least and story not in own)
    likest = heapq.nsmallest(MOST_RANKED, enough, key=lambda story: (-scores[story], story))
    rows = [*db.query(_FACTS, {"id": article_id, "ids": json.dumps(likest)})]
    for row in rows:
        scores[row["id"]] *= OF_SAME_DAYS if row.pop("is_near") else 1
    found: dict[int, LikeStory] = {}
    for row in sorted(rows, key=lambda row: (-scores[row["id"]], row["id"])):
        story = row.pop("id")
        group = row.pop("duplicate_group") or -story
        shared = [clue for clue in clues if story in clue.stories]
        if group in found:
            found[group] = replace(found[group], copies=found[group].copies + 1)
        elif len(shared) > 1 or shared[0].is_name:
            found[group] = LikeStory(**row, shared=_told(shared), copies=0)
    return [*found.values()][:limit]


def _clues(db: Database, article_id: int, common: set[str]) -> Iterator[_Clue]:
    """Yields what some other stories have of this one, but few."""
    *texts, stories = db.execute(_TEXTS, [article_id]).fetchone()
    most = min(MOST_RARE, max(LEAST_RARE, int(stories * COMMON)))
    fields, within = ["headline", "description", "body"], ""
    if isinstance(db, PublicArchive):
        fields, within = ["headline"], "headline : "
    text = "\n".join(filter(None, texts[: len(fields)]))[:MOST_READ]

    def clue(shown: str, asked: Sequence[str], weight: float) -> Iterator[_Clue]:
        is_name = len(asked) > 1
        limit = min(most, MOST_NAMED) if is_name else most
        of = f"FROM mentions {_OF_NAME}" if is_name else _OF_WORD
        if (key := " ".join(asked)) in common:
            return
        if db.execute(_TOO_MANY.format(of), [*asked, limit]).fetchone():
            common.add(key)
            return
        (ids,) = db.execute(_WITH_NAME if is_name else _WITH_WORD, asked).fetchone()
        if len(found := frozenset(json.loads(ids))) > 1:
            weight *= math.log(1 + stories / len(found))
            yield _Clue(shown=shown, is_name=is_name, weight=weight, stories=found)

    asked = json.dumps(fields)
    for kind, value in db.execute(_NAMES, [article_id, asked]).fetchall():
        yield from clue(value, (kind, value, asked), OF_NAME)
    said = Counter(_words(text))
    for word in {*_words(texts[0])}:
        said[word] += OF_HEADLINE
    wanted = heapq.nsmallest(MOST_WORDS, said, key=lambda one: (-said[one], -len(one), one))
    spelled = {
        word.lower() if word.isascii() else fold(word): word
        for word in re.findall(r"[^\W_]+", text)
    }
    for word in wanted:
        shown = spelled.get(word, word.replace(" ", ""))
        yield from clue(shown, [f'{within}"{word}"'], 1 + math.log(said[word]))


def _words(text: str) -> Iterator[str]:
    """Yields words of three letters or more, as the index has them; of letters that are words each
    any two side by side."""
    found = read_tokens(text)
    yield from (word for word in found if len(word) > 2)
    for pair in pairwise(found):
        if all(map(_LETTER.match, pair)):
            yield " ".join(pair)


def _told(clues: Sequence[_Clue]) -> tuple[str, ...]:
    """Names the most telling, and no word of a name apart."""
    ranked = sorted(clues, key=lambda clue: (not clue.is_name, -clue.weight))
    names = {word for clue in ranked if clue.is_name for word in tokens_of(clue.shown)}
    told = (one.shown for one in ranked if one.is_name or fold(one.shown) not in names)
    return tuple(dict.fromkeys(told))[:MOST_TOLD]
