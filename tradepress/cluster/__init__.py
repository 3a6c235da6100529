"""The jobs of one machine on many: cut into tasks, worked by Dask, merged by the one writer."""
