"""Offers counts, citations, exports and releases of an archive, each in one call."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.configuration import Configuration
from tradepress.declared_sources import as_configured, declared_policies
from tradepress.research.citation.style_names import StyleName
from tradepress.research.citation.write_citations import CitationFormat
from tradepress.research.counting.count_stories import StoryCounts
from tradepress.research.press_archive import Asked, PressArchive, as_query

if TYPE_CHECKING:
    from tradepress.research.export.about_export import ExportReport
    from tradepress.research.export.export_stories import Format
    from tradepress.research.export.parquet_file import Partition
    from tradepress.research.export.withheld_text import Texts
    from tradepress.research.release.make_release import Release


def count(
    archive: str | Path,
    query: Asked = "",
    by: str | Sequence[str] = "month",
    *,
    share: bool = False,
    fold: bool = True,
) -> StoryCounts:
    """Counts stories by month, source, author, court, or two of these.

    Example:

    >>> counts = tradepress.count("press.db", "lantern", by="year")
    >>> [(row.keys[0], row.stories) for row in counts.rows]
    [('2017', 1), ('2018', 1)]

    :param query: words, or words and filters; "": all stories
    :param by: one or two of ``COUNTED_BY``
    :param share: tell beside each number that of all stories of the same filters
    :param fold: of stories with much the same text one counts
    :raises ValueError: the query can't be read, or can't be counted so; says why
    :raises ArchiveError: missing, not ours, newer, older or damaged
    """
    with PressArchive(archive) as opened:
        return opened.count(query, by, share=share, fold=fold)


def cite(
    archive: str | Path,
    stories: str | Iterable[str] | StoryQuery,
    *,
    format: CitationFormat = "text",
    style: StyleName | Path | None = None,
    accessed: str | None = None,
) -> list[str]:
    """Cites stories: the parts of one file, of what is in words one for each story.

    Example:

    >>> (line,) = tradepress.cite("press.db", "wipr-4711", style="oscola", accessed="2020-02-01")
    >>> line.partition(" (")[0]
    '‘Lantern Mark Refused’ World IP Review'

    :param stories: a ref or an address, several, or a query
    :param format: ``text``, ``html``, ``markdown``; ``ris``, ``bibtex``, ``biblatex``, ``csl-json``
    :param style: of what is in words: ``apa``, ``bluebook``, ``chicago`` (also None), ``oscola``,
        or the path of a style file (CSL 1.0); entries of a list are sorted as it says
    :param accessed: the day on which they were looked at, ISO 8601; None: today, UTC
    :raises NoSuchArticle: no such ref or version; names the nearest
    :raises ValueError: no such format, style or day, or the query can't be read; says why
    :raises ArchiveError: missing, not ours, newer, older or damaged
    """
    with PressArchive(archive) as opened:
        return [*opened.cite(stories, format=format, style=style, accessed=accessed)]


def export(
    archive: str | Path,
    query: Asked = "",
    *,
    path: str | Path,
    format: "Format",
    partition: "Partition | None" = None,
    texts: "Texts" = "unreserved",
    progress: Callable[[int, int], None] | None = None,
    configuration: Configuration | None = None,
) -> "ExportReport":
    """Writes stories into a file or, of some formats, a folder, with a dictionary of their fields.

    Example:

    >>> report = tradepress.export("press.db", "lantern", path="lanterns.csv", format="csv")
    >>> report.stories, report.with_text
    (2, 2)

    :param query: words, or words and filters; "": all stories
    :param path: made, and replaced if an export made it
    :param format: ``jsonl``, ``csv``, ``parquet``, ``txt``, ``tei``, ``vertical`` or ``graph``
    :param partition: of ``parquet``: a folder with files by ``source``, by ``year``, or one
        within the other (``source,year``)
    :param texts: whose texts are in it: ``unreserved`` (of those whose publisher reserves
        nothing), ``all`` that the archive holds, ``none``
    :param progress: called with the stories written so far, and all that are to be
    :param configuration: None: that of the file and the environment, as the command has it
    :raises ValueError: no such format or partition, or the query can't be read; says why
    :raises ImportError: pyarrow is not installed; says how to have it
    :raises ArchiveError: the archive can't be read, or the file not be written
    """
    with PressArchive(archive) as opened:
        return opened.export(
            query,
            path=path,
            format=format,
            partition=partition,
            texts=texts,
            policies=declared_policies(as_configured(configuration)),
            progress=progress,
        )


def release(
    archive: str | Path,
    query: Asked = "",
    *,
    folder: str | Path,
    title: str | None = None,
    creators: Sequence[str] = (),
    texts: "Texts" = "unreserved",
    configuration: Configuration | None = None,
) -> "Release":
    """Makes a frozen data package that can be cited: SQLite, Parquet, CSV, coverage, checksums.

    Example:

    >>> made = tradepress.release("press.db", folder="lanterns", creators=["A. Researcher"])
    >>> made.stories, (made.folder / "SHA256SUMS").exists()
    (3, True)

    :param query: words, or words and filters; "": all stories
    :param folder: is not there, or empty
    :param title: of the data; None: from the query
    :param creators: who made the collection; none: the contact of the configuration
    :param texts: as of :func:`export`
    :param configuration: None: that of the file and the environment, as the command has it
    :raises ValueError: the query can't be read, or is of a former day; says why
    :raises ImportError: pyarrow is not installed; says how to have it
    :raises ArchiveError: the archive can't be read, or the folder not be written
    """
    configuration = as_configured(configuration)
    with PressArchive(archive) as opened:
        return opened.release(
            query,
            folder,
            title=title or f"Stories of the press: {query_in_words(as_query(query))}",
            creators=creators or [configuration.contact or "the operator of this archive"],
            texts=texts,
            policies=declared_policies(configuration),
        )
