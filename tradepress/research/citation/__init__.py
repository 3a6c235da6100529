"""A story as it is cited: its facts in one value, and that value in every format."""
