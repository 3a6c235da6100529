"""Reads the files that pages come from, in all their forms."""
