"""Keeps raw pages beside the database: WARC files (ISO 28500) and their places."""
