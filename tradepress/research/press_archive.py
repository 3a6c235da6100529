"""Opens the archive for Python: ``tradepress.open("press.db")``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.database import Database
from tradepress.archive.disk import stream_written_whole
from tradepress.archive.file.one_view import one_view
from tradepress.archive.leaf_log.proof import Proof
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.asked_days import read_day, with_days
from tradepress.archive.search.chosen_stories import stream_stories
from tradepress.archive.search.find_stories import Order, search
from tradepress.archive.search.like_this import LikeStory, like_this
from tradepress.archive.search.meant_names import has_alternatives, with_meant_names
from tradepress.archive.search.query_language import remarks
from tradepress.archive.search.spelling import Suggestion, suggest
from tradepress.archive.search.story_query import StoryQuery, query_as_json, query_from_json
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.stories import versions as story_versions
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.mentions.asked_names import with_known_names
from tradepress.research.checking.check_manuscript import CheckedManuscript, check_manuscript
from tradepress.research.checking.read_manuscript import read_manuscript
from tradepress.research.citation.asked_stories import asked_stories
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.citation.style_names import StyleName
from tradepress.research.citation.write_citations import (
    DEFAULT_STYLE,
    CitationFormat,
    write_citations,
)
from tradepress.research.counting.compare_queries import compare_queries
from tradepress.research.counting.count_stories import StoryCounts, count_stories
from tradepress.research.explaining.explain_field import Explained, explain_field
from tradepress.research.export.withheld_text import export_rows
from tradepress.research.found_stories import Hits
from tradepress.research.proven_story import prove_story
from tradepress.research.queries.saved_queries import SavedQueries
from tradepress.research.tracing.find_passage import Trace, trace_passage
from tradepress.research.tracing.resolve_address import Resolved, resolve_address
from tradepress.story import Policy

if TYPE_CHECKING:
    import pandas
    import polars

    from tradepress.research.dossier.dossier import Dossier
    from tradepress.research.export.about_export import ExportReport
    from tradepress.research.export.export_stories import Format
    from tradepress.research.export.parquet_file import Partition
    from tradepress.research.export.withheld_text import Texts
    from tradepress.research.release.make_release import Release

Asked = StoryQuery | str
"""Is a query, or its words alone."""
MOST_HITS = 10**9


class PressArchive:
    """Is an archive open for reading; a crawl may write into it meanwhile.

    Example:

    >>> with tradepress.open("press.db") as archive:
    ...     print(archive.story("wipr-4711").headline)
    ...     print([hit.ref for hit in archive.search("lantern refused")])
    Lantern mark refused
    ['wipr-4711']

    What is asked is a :class:`StoryQuery` (words and filters), or words alone; none: all stories.
    A name in the filters is that of the archive that it means; one that no story has, or that may
    be several, is refused, as by the commands.
    """

    def __init__(self, path: str | Path) -> None:
        """Opens an archive for reading."""
        self.path = Path(path)
        self.db: Database = read_archive(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def story(self, ref: str) -> Story:
        """Returns one story; see :func:`tradepress.archive.stories.story_record.load_story`.

        :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version, or an address
        :raises NoSuchArticle: no such ref or version; names the nearest
        """
        return load_story(self.db, ref)

    def versions(self, ref: str) -> list[story_versions.ListedVersion]:
        """Lists the versions of a story, in the order in which its page stood so.

        :raises NoSuchArticle: no such ref; names the nearest
        """
        return story_versions.list_versions(self.db, ref)

    def diff(self, ref: str, older: int, newer: int) -> story_versions.VersionDiff:
        """Compares two versions of a story, word by word.

        :raises NoSuchArticle: no such ref or version
        """
        return story_versions.diff_versions(self.db, ref, older, newer)

    def search(
        self,
        query: Asked,
        *,
        order: Order | None = None,
        fold: bool = True,
        limit: int = 20,
        offset: int = 0,
    ) -> Hits:
        """Finds the stories that match best, with marked passages; see
        :func:`tradepress.archive.search.find_stories.search`.

        :raises ValueError: the query can't be read, a name in its filters is no story's, or limit
            or offset is no such number; says why
        """
        if not (0 <= limit <= MOST_HITS and 0 <= offset <= MOST_HITS):
            raise ValueError(f"limit and offset of a search are 0 to {MOST_HITS}")
        asked = as_query(query)
        find = partial(search, self.db, order=order, fold=fold, limit=limit, offset=offset)
        hits = find(asked)
        if (not hits or has_alternatives(asked)) and (known := self._known(query)) != asked:
            hits = find(known)
        return Hits(hits)

    def like(self, ref: str, *, limit: int = 10) -> list[LikeStory]:
        """Returns the stories that are about the same thing, the likest first, and what they share;
        see :func:`tradepress.archive.search.like_this.like_this`.

        :raises NoSuchArticle: no such ref; names the nearest
        """
        return like_this(self.db, ref, limit=limit)

    def resolve(self, url: str, day: str | None = None) -> Resolved:
        """Finds the story of any address that it ever had; see
        :func:`tradepress.research.tracing.resolve_address.resolve_address`."""
        return resolve_address(self.db, url, day)

    def trace(self, text: str, *, limit: int = 100) -> Trace:
        """Finds all versions in which a sentence stands, or nearly does; see
        :func:`tradepress.research.tracing.find_passage.trace_passage`."""
        return trace_passage(self.db, text, limit=limit)

    def check(self, manuscript: Path) -> CheckedManuscript:
        """Checks the citations and quotations of a manuscript.

        :raises UnreadableManuscript: of no known kind, damaged or too long
        """
        return check_manuscript(self.db, read_manuscript(Path(manuscript)))

    def prove(self, ref: str, *, since: str | None = None) -> Proof:
        """Proves that a version of a story is in the log as it stands; see
        :func:`tradepress.research.proven_story.prove_story`.

        :param since: a root that was kept, as it is written
        :raises ValueError: that is no root
        """
        return prove_story(self.db, ref, since=None if since is None else Root.read(since))

    def explain(self, ref: str, field: str) -> Explained:
        """Says why a field of a story has its value, and of the body's page what became of each
        paragraph; see :func:`tradepress.research.explaining.explain_field.explain_field`."""
        told = explain_field(self.db, ref, field, folder := capture_folder(self.path))
        if field != "body" or not told.has_page:
            return told
        from tradepress.research.explaining.read_again import with_paragraphs

        return with_paragraphs(self.db, told, folder)

    def why_nothing(self, query: Asked) -> list[str]:
        """Says why a query that finds no story finds none, one line each."""
        return why_nothing(self.db, as_query(query))

    def did_you_mean(self, query: Asked) -> Sequence[Suggestion]:
        """Returns words that are meant where no story has one as it is spelt, or one story alone;
        see :func:`tradepress.archive.search.spelling.suggest`."""
        return suggest(self.db, as_query(query))

    def remarks(self, query: Asked) -> list[str]:
        """Says which signs of a query mean more in other search systems, one line each."""
        return remarks(as_query(query).words or "")

    def stories(self, query: Asked = "") -> Iterator[Story]:
        """Yields all stories that the query means, streamed: the oldest day first, undated last.

        :raises ValueError: the query can't be read, or no story has a name in its filters; says
            why
        """
        return stream_stories(self.db, self._known(query))

    def export(
        self,
        query: Asked = "",
        *,
        path: str | Path,
        format: "Format",
        partition: "Partition | None" = None,
        texts: "Texts" = "unreserved",
        policies: Mapping[str, Policy] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> "ExportReport":
        """Writes all stories that the query means; see :func:`tradepress.export`.

        :param policies: what source and operator ask for by now, by name of the source
        """
        from tradepress.research.export.export_stories import export_stories

        return export_stories(
            self.db,
            self._known(query),
            target=Path(path),
            format=format,
            partition=partition,
            texts=texts,
            policies=policies,
            progress=progress,
        )

    def to_pandas(self, query: Asked = "", *, texts: "Texts" = "unreserved") -> "pandas.DataFrame":
        """Returns the stories of a query as a frame of pandas, in memory.

        :raises ValueError: the query can't be read; says why
        :raises ImportError: pandas or pyarrow is not installed; says how to have it
        """
        from tradepress.research.export.frames import pandas_frame

        return pandas_frame(self.db, self._known(query), texts=texts)

    def to_polars(self, query: Asked = "", *, texts: "Texts" = "unreserved") -> "polars.DataFrame":
        """Returns the stories of a query as a frame of polars, in memory.

        :raises ValueError: the query can't be read; says why
        :raises ImportError: polars or pyarrow is not installed; says how to have it
        """
        from tradepress.research.export.frames import polars_frame

        return polars_frame(self.db, self._known(query), texts=texts)

    def cite(
        self,
        stories: str | Iterable[str] | StoryQuery,
        *,
        format: CitationFormat = "text",
        style: StyleName | Path | None = None,
        accessed: str | None = None,
    ) -> Iterator[str]:
        """Streams citations; see :func:`tradepress.cite`."""
        day = read_day(accessed or "today")
        wanted = self._known(stories) if isinstance(stories, StoryQuery) else stories
        found = asked_stories(self.db, wanted)
        return write_citations((citation_of(story, day) for story in found), format, style)

    def dossier(
        self,
        stories: Sequence[str] | StoryQuery,
        *,
        path: str | Path,
        style: StyleName | Path | None = None,
        accessed: str | None = None,
        policies: Mapping[str, Policy] | None = None,
    ) -> "Dossier":
        """Writes a dossier of stories, 1,000 at most, and returns what it says.

        :param stories: refs or addresses, or a query
        :param path: ends in ``.html`` or ``.docx``; what is there is replaced
        :param style: as of :func:`tradepress.cite`; so is ``accessed``
        :param policies: what source and operator ask for by now, by name of the source
        :raises NoSuchArticle: no such ref or version; names the nearest
        :raises ValueError: no such form, style or day, or the query can't be read; says why
        :raises ImportError: python-docx is not installed; says how to have it
        """
        from tradepress.research.dossier.dossier import gather_dossier
        from tradepress.research.dossier.write_dossier import FORMS, require_form

        require_form(ending := Path(path).suffix.removeprefix("."))
        day = read_day(accessed or "today")
        query = self._known(stories) if isinstance(stories, StoryQuery) else None
        with one_view(self.db):
            require_nothing_withdrawn(self.db, self.path)
            made = gather_dossier(
                self.db,
                export_rows(asked_stories(self.db, query or stories), policies=policies),
                query,
                archive=self.path.name,
                style=style or DEFAULT_STYLE,
                accessed=day,
            )
        with stream_written_whole(Path(path), archive=self.path) as stream:
            stream.writelines(FORMS[ending][1](made))
        return made

    @property
    def queries(self) -> SavedQueries:
        """Returns the saved queries beside the archive; their files are written, it is not."""
        return SavedQueries(self.db, self.path)

    def count(
        self,
        query: Asked = "",
        by: str | Sequence[str] = "month",
        *,
        share: bool = False,
        fold: bool = True,
    ) -> StoryCounts:
        """Counts stories by month, source, author, court, …; see :func:`tradepress.count`."""
        return count_stories(self.db, self._known(query), by, share=share, fold=fold)

    def compare(
        self,
        query: Asked,
        others: Sequence[str],
        by: str = "month",
        *,
        share: bool = False,
        fold: bool = True,
    ) -> StoryCounts:
        """Counts what other words find beside a query; see
        :func:`tradepress.research.counting.compare_queries.compare_queries`."""
        asked = self._known(query)
        return compare_queries(self.db, asked, others, by, share=share, fold=fold)

    def release(
        self,
        query: Asked,
        folder: str | Path,
        *,
        title: str,
        creators: Sequence[str],
        texts: "Texts" = "unreserved",
        policies: Mapping[str, Policy] | None = None,
    ) -> "Release":
        """Makes a frozen data package; see :func:`tradepress.release`.

        :param policies: what source and operator ask for by now, by name of the source
        """
        from tradepress.research.release.make_release import make_release

        return make_release(
            self.path,
            Path(folder),
            self._known(query),
            title=title,
            creators=tuple(creators),
            texts=texts,
            policies=policies,
        )

    def _known(self, query: Asked) -> StoryQuery:
        """Makes a query of what is asked, with the names of the archive that its filters mean.

        :raises UnknownName: no story has one, or several may be meant
        """
        typed = {} if isinstance(query, str) else asdict(query)
        return with_meant_names(self.db, as_query(query), typed)


def as_query(asked: Asked) -> StoryQuery:
    """Makes a query of what is asked, with its days read.

    :raises ValueError: a value is not of its kind: one text where several are meant, a year as a
        number; lists are as good as tuples. Or a day is none
    """
    if isinstance(asked, str):
        return StoryQuery(words=asked or None)
    return with_days(with_known_names(query_from_json(query_as_json(asked))))
