"""The sample newspaper: two invented papers, served on loopback, and what a crawl should find."""

from tradepress.sample.manifest import Manifest, load_manifest
from tradepress.sample.server import SamplePapers
from tradepress.sample.story_files import Edition, SampleStory, load_edition

__all__ = ["Edition", "Manifest", "SamplePapers", "SampleStory", "load_edition", "load_manifest"]
