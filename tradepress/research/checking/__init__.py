"""Checks the citations and quotations of a manuscript against the archive."""
