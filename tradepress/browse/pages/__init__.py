"""Makes the pages of the reading visit, one a file; what Datasette shows by itself is not here."""
