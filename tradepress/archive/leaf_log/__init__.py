"""Vouches for the rows of the archive: a log of salted hashes that only grows (RFC 6962)."""
