"""What a researcher does with the archive: search, cite, count, export, save a query, share."""
