"""Shows the archive in a browser: Datasette with our own pages, queries and safe settings."""

from tradepress.browse.serve_archive import open_datasette, serve
from tradepress.browse.serving.captures_server import capture_app, serve_captures
from tradepress.browse.serving.listening import PortTaken

__all__ = ["PortTaken", "capture_app", "open_datasette", "serve", "serve_captures"]
