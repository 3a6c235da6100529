"""Runs one machine's jobs on many: cut into tasks, worked by Dask, merged by the one writer."""
