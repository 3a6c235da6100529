"""What the pages ask the archive: SQL of the reading room stands here and nowhere else in it."""
