"""Reads addresses and cookies of the reading room as values, and writes them."""
