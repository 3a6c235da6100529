"""Makes of the stories of a query a frame in memory, by the columns of every export."""

from typing import TYPE_CHECKING

from tradepress.archive.database import Database
from tradepress.archive.file.connection import file_of
from tradepress.archive.file.one_view import one_view
from tradepress.archive.search.chosen_stories import stream_stories
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.notebook import installed
from tradepress.research.export.parquet_file import batches, parquet_schema
from tradepress.research.export.withheld_text import Texts, export_rows

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

PARQUET = "'tradepress[parquet]'"


def pandas_frame(db: Database, query: StoryQuery, *, texts: Texts) -> "pandas.DataFrame":
    """Makes a frame of pandas. Unknown is a missing value also among whole numbers and yes or no; a
    day is a datetime.

    :raises ImportError: pandas or pyarrow is not installed; says how to have it
    :raises ArchiveError: the archive holds again what was withdrawn
    """
    library = installed("pandas", beside=PARQUET)
    table = _table(db, query, texts)
    import pyarrow

    whole = {pyarrow.int64(): library.Int64Dtype(), pyarrow.bool_(): library.BooleanDtype()}
    frame: pandas.DataFrame = table.to_pandas(types_mapper=whole.get, date_as_object=False)
    return frame


def polars_frame(db: Database, query: StoryQuery, *, texts: Texts) -> "polars.DataFrame":
    """Makes a frame of polars.

    :raises ImportError: polars or pyarrow is not installed; says how to have it
    :raises ArchiveError: the archive holds again what was withdrawn
    """
    library = installed("polars", beside=PARQUET)
    frame: polars.DataFrame = library.from_arrow(_table(db, query, texts))
    return frame


def _table(db: Database, query: StoryQuery, texts: Texts) -> "pyarrow.Table":
    schema = parquet_schema()
    import pyarrow

    with one_view(db):
        require_nothing_withdrawn(db, file_of(db))
        rows = export_rows(stream_stories(db, query), texts=texts)
        return pyarrow.Table.from_batches(batches(rows), schema=schema)
