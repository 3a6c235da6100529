"""Files that pages come from, in all their forms."""
