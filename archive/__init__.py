"""The archive: one SQLite file, its schema, one writer, the ledger, search. Rows in, rows out."""
