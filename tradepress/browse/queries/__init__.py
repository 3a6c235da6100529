"""Asks the archive for pages: their SQL stands here, and that of counts in ../facets."""
