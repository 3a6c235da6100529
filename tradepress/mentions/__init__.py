"""Finds what a text names of the trademark world: courts, offices, cases, numbers, firms.

Pure functions over a text; they know no page and no archive.
"""
