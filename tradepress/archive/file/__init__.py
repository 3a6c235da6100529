"""Keeps the file: opened, locked, written in one transaction at a time, kept whole."""
