"""Keeps stories and their versions: what a page adds, who it is, how it is read back."""
