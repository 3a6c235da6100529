"""Says why a story has what it has."""
