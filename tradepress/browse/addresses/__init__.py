"""Addresses and cookies of the reading room as values, and back."""
