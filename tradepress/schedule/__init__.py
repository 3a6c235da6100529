"""Runs Tradepress by the clock: units of systemd, or lines of a crontab."""
