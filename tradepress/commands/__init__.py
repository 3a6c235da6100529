"""Holds the commands of the command line: what is typed calls a job, and its result is put in
words."""
