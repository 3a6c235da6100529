"""Reads what is shown of stories that a search found: their fields, and passages with marks."""

import json

from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row
from tradepress.archive.search.search_matches import CURRENT, Matches, Side
from tradepress.archive.searched_form import (
    LETTERED,
    MARK_END,
    MARK_START,
    as_it_stands,
    first_words,
)
from tradepress.archive.text_forms import cut_off

PASSAGE_WORDS, PASSAGE_LETTERS = 30, 60
"""Limit a passage; the latter of languages that are written in letters of which each is a word."""

_FIELDS = (
    "stories.ref, stories.source, (SELECT publisher FROM sources WHERE name = stories.source) AS "
    "publisher, stories.url, stories.headline, published_day, stories.section, "
    "stories.access, stories.completeness, stories.is_truncated, stories.confidence, "
    "stories.authors AS authors, stories.corrections AS corrections, stories.policy, "
    "stories.reservations, "
    "stories.version, gone_at, "
    "stories.date_captured, stories.date_archived, "
    "(SELECT retrieved_from FROM versions AS found JOIN captures ON captures.id = capture_id "
    "WHERE found.article_id = stories.id AND found.version = stories.version) AS retrieved_from"
)


def shown_texts(db: Database, matches: Matches, side: Side, page: list[Row]) -> dict[int, Row]:
    """Returns what is shown of the page's stories of that side, by id of the article."""
    key = "id" if side is CURRENT else "version_id"
    rowids = [row[key] for row in page if (row["version_id"] is None) is (side is CURRENT)]
    found: dict[int, Row] = {}
    if matches.query is None:
        rows = db.query(
            f"""
            SELECT stories.id AS id, {_FIELDS}, stories.headline AS headline_marked,
                NULL AS of_description, coalesce(nullif(body, ''), description) AS of_body,
                NULL AS of_titles
            FROM {side.rows}
            WHERE stories.{side.key} IN (SELECT value FROM json_each(:rowids))
            """,
            {"rowids": json.dumps(rowids)},
        )
        found = {row.pop("id"): {**row, "of_body": _opening(row["of_body"] or "")} for row in rows}
    if matches.marks is None:
        return found
    index = side.index(matches.stemmed)
    passage = (
        f"iif(substr(stories.language, 1, 2) IN {LETTERED}, {PASSAGE_LETTERS}, {PASSAGE_WORDS})"
    )
    # FTS5 gathers all words of a beginning anew for each story that it is asked about by number.
    each = "+" if '"*' in matches.marks else ""
    rows = db.query(
        f"""
        SELECT stories.id AS id, {_FIELDS},
            iif(stories.version_id IN (SELECT version_id FROM searched_texts), stories.{side.key},
                NULL) AS apart,
            highlight({index}, 0, :start, :end) AS headline_marked,
            snippet({index}, 1, :start, :end, '…', {passage}) AS of_description,
            snippet({index}, 2, :start, :end, '…', {passage}) AS of_body,
            highlight({index}, 3, :start, :end) AS of_titles
        FROM {index} CROSS JOIN {side.rows} ON stories.{side.key} = {index}.rowid
        WHERE {index} MATCH :marks
            AND {each}{index}.rowid IN (SELECT value FROM json_each(:rowids))
        """,
        {
            "marks": matches.marks,
            "rowids": json.dumps(rowids),
            "start": MARK_START,
            "end": MARK_END,
        },
    )
    marked = {row.pop("id"): row for row in rows}
    apart = [rowid for row in marked.values() if (rowid := row.pop("apart")) is not None]
    if apart:
        _mark_as_they_stand(db, side, marked, apart)
    return found | marked


def _mark_as_they_stand(db: Database, side: Side, marked: dict[int, Row], apart: list[int]) -> None:
    """Brings marks to the texts themselves, of those that are searched in another form.

    :param apart: their rowids on that side
    """
    texts = db.query(
        f"""
        SELECT stories.id AS id, texts.headline AS headline_marked,
            texts.description AS of_description, texts.body AS of_body,
            texts.also_titled AS of_titles
        FROM {side.rows} JOIN {side.texts} AS texts ON texts.id = stories.{side.key}
        WHERE stories.{side.key} IN (SELECT value FROM json_each(:rowids))
        """,
        {"rowids": json.dumps(apart)},
    )
    for row in texts:
        shown = marked[row.pop("id")]
        shown |= {name: as_it_stands(text, shown[name]) for name, text in row.items() if text}


def _opening(text: str) -> str:
    opening = first_words(text, PASSAGE_WORDS)
    return opening if opening == " ".join(text.split()) else cut_off(opening)
