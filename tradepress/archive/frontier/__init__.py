"""Keeps every address of a story that was found, and what is known of seeds, hosts and sites."""
