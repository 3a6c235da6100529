"""The archive in a browser: Datasette with our own pages, queries and safe settings."""

from browse.captures_server import capture_app, serve_captures
from browse.listening import PortTaken
from browse.serving import open_datasette, serve

__all__ = ["PortTaken", "capture_app", "open_datasette", "serve", "serve_captures"]
