"""Keeps the archive: one SQLite file, its schema, one writer, the ledger, search."""
