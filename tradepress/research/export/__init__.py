"""Sets of stories as files for other programs."""
