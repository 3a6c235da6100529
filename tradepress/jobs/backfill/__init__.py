"""Fetches the past of a source: from web archives, or from its own listings."""
