"""Saves queries: their files, what became of their results, their feed."""
