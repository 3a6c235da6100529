"""The data that a page loads are kept beside it: saved, checked, read again, withdrawn, merged."""
