"""Decides who is answered, and with which headers; captured pages at an origin of their own."""
