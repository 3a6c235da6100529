"""Care: an archive is checked (``verify``, ``integrity``) and copied (``backup``, ``snapshot``)."""
