"""Searches the full text: its indexes, queries and matches."""
