"""The sample newspaper: two invented papers, served on loopback, and what a crawl should find.

A page is mended in its file under ``editions``; what changes for a crawl, in manifest.json as well.
"""
