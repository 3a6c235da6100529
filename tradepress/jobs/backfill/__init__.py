"""The past of a source: from web archives, or from its own listings."""
