"""Values of the archive as words, inert HTML and bars."""
