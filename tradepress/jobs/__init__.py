"""Does what commands do, as plain typed functions that know no command line."""
