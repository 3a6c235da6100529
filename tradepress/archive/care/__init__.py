"""Checks an archive (``verify``, ``integrity``) and copies it (``backup``, ``snapshot``)."""
