"""Cites a story: its facts in one value, and that value in every format."""
