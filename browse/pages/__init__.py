"""The pages of the reading room, one a file; what Datasette shows by itself is not here."""
