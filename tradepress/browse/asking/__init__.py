"""Asks the archive for pages: read only, within limits, and some answers are kept."""
