"""The archive in a browser: Datasette with our own pages, queries and safe settings."""

from browse.serving import PortTaken, open_datasette, serve

__all__ = ["PortTaken", "open_datasette", "serve"]
