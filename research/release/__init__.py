"""Frozen data packages."""
