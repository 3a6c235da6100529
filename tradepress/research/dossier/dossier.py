"""Gathers what a dossier says: once, for whichever form it is written in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_row
from tradepress.archive.search.public_words import shown_terms
from tradepress.archive.search.search_matches import read_words
from tradepress.archive.search.small_index import Texts, mark
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.stories.story_record import Story
from tradepress.archive.stories.versions import OF_TEXT, days_seen, list_versions
from tradepress.archive.text_forms import begins_with, counted, one_line
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.citation.style_names import StyleName
from tradepress.research.citation.styled_runs import Runs
from tradepress.research.counting.count_stories import CountRow, StoryCounts, times
from tradepress.research.export.withheld_text import WHY_WITHOUT, ExportRow
from tradepress.research.export.xml_text import ILLEGAL, REPLACEMENT
from tradepress.story import METADATA_ONLY

MOST_STORIES = 1000
MOST_LETTERS = 20_000_000
"""Limits the letters of all texts together: some ten thousand pages."""
MOST_YEARS = 3
"""Limits the years whose months have a bar each; longer times are counted by year."""
WHY = {**WHY_WITHOUT, "not asked for": "whose text is not shown to the public"}
TOO_LONG = f"before which the texts have {MOST_LETTERS:,} letters, all that a dossier holds"
_DIGEST = """
    SELECT digest FROM articles JOIN version_rows ON article_id = articles.id
    JOIN captures ON captures.id = capture_id
    WHERE ref = ? AND version_rows.version = ? AND version_rows.policy IS NOT ?
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierStory:
    """Is a story as it is given on; headline, summary and paragraphs are clean lines, with
    MARK_START and MARK_END around what was searched for."""

    number: int
    """Is counted from 1."""
    story: Story
    headline: str
    summary: str
    """Is empty where there is none, or the text begins with it."""
    paragraphs: Sequence[str]
    why_no_text: str | None
    """Follows the name of the story, or their number; None: its text is here."""
    changes: Sequence[str]
    """Says of each version what it changed, if there are several."""
    digest: str | None
    """Is that of the captured page; None: there is none, or it may not be told."""
    citation: Runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """Is all that a dossier says, in the order of its stories."""

    question: str
    archive: str
    made: str
    """Is the day, ISO 8601."""
    style: StyleName | Path
    stories: Sequence[DossierStory]
    bibliography: Sequence[Runs]
    """Lists the citations in the order of the style."""
    is_cut: bool
    """Are there more stories than MOST_STORIES?"""

    @property
    def digest(self) -> str:
        """Returns the SHA-256 over the stories' names for citing, with a line feed behind each."""
        names = (f"{one.story.cited_name}\n" for one in self.stories)
        return hashlib.sha256("".join(names).encode()).hexdigest()

    @property
    def with_text(self) -> int:
        return sum(one.why_no_text is None for one in self.stories)

    @property
    def by_day(self) -> Sequence[DossierStory]:
        """Lists the stories, the oldest first, the undated last."""
        return sorted(self.stories, key=lambda one: one.story.published_day or "~")

    @property
    def counts(self) -> StoryCounts | None:
        """Counts the stories by month or year; None: they are of one day at most."""
        days = [one.story.published_day for one in self.stories if one.story.published_day]
        if len({*days}) < 2:
            return None
        years = int(max(days)[:4]) - int(min(days)[:4])
        by, length = ("month", 7) if years < MOST_YEARS else ("year", 4)
        found = Counter[str | None](day[:length] for day in days)
        keys: list[str | None] = [*times(by, [day[:length] for day in days])]
        if undated := len(self.stories) - len(days):
            found[None] = undated
            keys.append(None)
        return StoryCounts(
            query=StoryQuery(words=self.question),
            by=(by,),
            fold=False,
            rows=tuple(CountRow(keys=(key,), stories=found[key]) for key in keys),
            total=len(self.stories),
            copies=0,
        )


def gather_dossier(
    db: Database,
    rows: Iterable[ExportRow],
    query: StoryQuery | None,
    *,
    archive: str,
    style: StyleName | Path,
    accessed: str,
) -> Dossier:
    """Gathers the dossier of stories as they are given on, of the first MOST_STORIES.

    :param query: None: the stories were named
    :param archive: what it is called
    :param accessed: a day, ISO 8601
    """
    from tradepress.research.citation.styled_text import StyledText  # takes a while to load

    expression = read_words(db, query) if query else None
    terms, letters = shown_terms(expression) if expression else [], 0
    more = iter(rows)
    # By name: two versions may say the same.
    named = {row.story.cited_name: row for row in islice(more, MOST_STORIES)}
    written = [*StyledText(style).write(citation_of(one.story, accessed) for one in named.values())]
    cited = {citation.ref: runs for citation, runs in written}
    stories = []
    for number, (name, row) in enumerate(named.items(), 1):
        story, why = row.story, WHY[row.why_no_text] if row.why_no_text else None
        letters += len(story.body or "")
        if letters > MOST_LETTERS and why is None:
            story, why = replace(story, body=None), TOO_LONG
        headline, summary, *paragraphs = _marked(story, terms, bool(query and query.stemmed))
        key = [story.ref, story.version, METADATA_ONLY]
        # Where its fingerprint may not be told, who guesses the text would see it by this one, too.
        page = fetch_row(db, _DIGEST, key) if story.content_hash else None
        stories.append(
            DossierStory(
                number=number,
                story=story,
                headline=headline,
                summary=summary,
                paragraphs=paragraphs,
                why_no_text=why,
                changes=[*_changes(db, row)] if len(story.versions) > 1 else (),
                digest=page["digest"] if page else None,
                citation=cited[name],
            )
        )
    by_name = f"{counted(len(stories), 'story', 'stories')} by name"
    return Dossier(
        question=query_in_words(query) if query else by_name,
        archive=archive,
        made=accessed,
        style=style,
        stories=stories,
        bibliography=[runs for _, runs in written],
        is_cut=next(more, None) is not None,
    )


def clean(text: str) -> str:
    """Returns one line without what is not seen: control characters, signs that turn the direction
    of what follows, and what no XML may have."""
    return ILLEGAL.sub(REPLACEMENT, one_line(text))


def _marked(story: Story, terms: Sequence[str], is_stemmed: bool) -> list[str]:
    """Returns headline, summary and paragraphs, with marks."""
    headline, summary = clean(story.headline), clean(story.description or "")
    paragraphs = [*filter(None, map(clean, (story.body or "").split("\n")))]
    if begins_with("\n".join(paragraphs), summary):
        summary = ""
    texts: dict[int, Texts] = {-1: (headline, summary, None)}
    texts |= {place: (None, None, text) for place, text in enumerate(paragraphs)}
    found = mark(texts, terms, stemmed=is_stemmed)
    lines = (found[place][2] if place in found else text for place, text in enumerate(paragraphs))
    return [*found.get(-1, (headline, summary))[:2], *lines]


def _changes(db: Database, row: ExportRow) -> Iterator[str]:
    """Says of each version what it changed; nothing of a text that is not given on."""
    for one in list_versions(db, row.story.ref):
        changed = [name for name in one.changed if row.why_no_text is None or name not in OF_TEXT]
        words = ", ".join(changed).replace("_", " ") or "nothing that shows here"
        if "body" in changed:
            words += f" (+{one.words_added} −{one.words_removed} words)"
        when = days_seen(one.spans) or (one.date_captured or one.date_archived)[:10]
        again = ", read again by other rules" if one.is_reread else ""
        what = words if one.compared_with else "the first"
        yield f"Version {one.version} ({when}{again}): {what}"
