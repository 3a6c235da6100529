"""How pages ask the archive: read only, within limits, and which answers are kept."""
