"""Serves what a researcher does with the archive: search, cite, count, export, save, share."""
