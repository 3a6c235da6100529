"""Counts stories: rows, words, CSV and pictures."""
