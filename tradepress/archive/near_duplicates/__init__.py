"""Finds much the same text at several papers: fingerprints, pairs and groups."""
