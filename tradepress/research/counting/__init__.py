"""Counts of stories: their rows, words, CSV and pictures."""
