"""Finds where a passage stood, and what stood at an address."""
