"""What pages ask the archive: their SQL stands here, and that of counts in ../facets."""
