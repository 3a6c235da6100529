"""Tells Datasette settings of its own, and how this room is served."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

from tradepress.browse.serving.password import Doorkeeper
from tradepress.story import Policy
from tradepress.story_fields import ROWS_OF, TABLES, columns_of

if TYPE_CHECKING:
    from datasette.app import Datasette

DATABASE, PLUGIN = "data", "tradepress"
"""Are what Datasette calls the archive, and the part of its configuration that is ours."""

SETTINGS: dict[str, int | bool] = {
    "allow_download": False,  # the texts are the publishers': handing them on is not for a visitor
    "suggest_facets": False,  # tries every column: by far the dearest part of a table page
    "facet_time_limit_ms": 1000,
    "num_sql_threads": 4,  # of which Datasette's own pages take two: see ArchiveFile.free
    "sql_time_limit_ms": 2000,
    "default_page_size": 30,
    "default_facet_size": 20,
    "max_returned_rows": 1000,
    "max_csv_mb": 0,  # no limit: a CSV goes out row by row, and one that is cut is no archive's
    "truncate_cells_html": 200,  # a body in a table cell; the row's own page shows all of it
    "default_cache_ttl": 0,  # the archive is live: a reader who reloads must see the last crawl
}


class ServedAs(TypedDict, total=False):
    """Says how a room is served, and to whom."""

    public_hosts: Sequence[str]
    """Holds names under which others may ask for it; this machine always may."""
    is_public: bool
    """Tells whether nothing of a story is shown but headline, day, paper, section, passages and
    link; no table and no SQL."""
    open_sources: Collection[str]
    """Names the sources of a public room whose texts everybody may read."""
    doorkeeper: Doorkeeper | None
    """Lets those alone in that have the password."""
    prefix: str
    """Is where a web server passes requests on from, as they are: ``/press/``."""
    policies: Mapping[str, Policy]
    """Says what source and operator ask for by now, by name of the source: what is taken away
    has no texts that may not be kept."""
    captures: str | None
    """Is the address of `serve_captures`; None: no page links to a captured one."""
    is_saving_for_all: bool
    """May readers write query files beside the archive though they come from elsewhere? The public
    never."""


def described_archive() -> dict[str, Any]:
    """Returns what Datasette says of tables and columns."""
    from datasette.utils import parse_metadata

    written = Path(__file__).with_name("metadata.yml").read_text("utf-8")
    described: dict[str, Any] = parse_metadata(written)
    tables = described["databases"][DATABASE]["tables"]
    for table in TABLES:
        tables[table]["columns"] = columns_of(table)
        tables[ROWS_OF.get(table, table)]["columns"] = columns_of(table)
    return described


def settings_of(datasette: "Datasette") -> ServedAs:
    return cast("ServedAs", datasette.plugin_config(PLUGIN) or {})
