"""Serves the sample newspaper, two invented papers, on loopback, and says what a crawl should find.

A page is mended in its file under ``editions``; what changes for a crawl, in manifest.json as well.
"""
