"""Merges another archive's stories into this one."""
