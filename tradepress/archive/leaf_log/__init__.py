"""Keeps what vouches for the rows of the archive: a log of hashes that only grows (RFC 6962)."""
