"""Exports sets of stories as files for other programs."""
