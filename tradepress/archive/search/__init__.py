"""Full text: its indexes, queries and matches."""
