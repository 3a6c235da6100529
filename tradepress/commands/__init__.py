"""The commands of the command line: what is typed becomes a call of a job, and its result words."""
