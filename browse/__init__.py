"""The archive in a browser: Datasette with our own pages, queries and safe settings."""

from browse.serving import PortTaken, datasette_arguments, serve

__all__ = ["PortTaken", "datasette_arguments", "serve"]
