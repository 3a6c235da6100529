"""Shows values of the archive as words, inert HTML and bars."""
