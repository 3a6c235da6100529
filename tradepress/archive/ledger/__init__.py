"""Keeps the ledger: runs, what they asked for, and how each address ended."""
