"""What Datasette is told of itself."""

DATABASE, PLUGIN = "archive", "tradepress"
"""What Datasette calls the archive, and the part of its configuration that is ours."""

SETTINGS: dict[str, int | bool] = {
    "allow_download": False,  # the texts are the publishers': handing them on is not for a visitor
    "suggest_facets": False,  # tries every column: by far the dearest part of a table page
    "facet_time_limit_ms": 1000,
    "sql_time_limit_ms": 2000,
    "default_page_size": 30,
    "default_facet_size": 20,
    "max_returned_rows": 1000,
    "max_csv_mb": 0,  # no limit: a CSV goes out row by row, and one that is cut is no archive's
    "truncate_cells_html": 200,  # a body in a table cell; the row's own page shows all of it
    "default_cache_ttl": 0,  # the archive is live: a reader who reloads must see the last crawl
}
