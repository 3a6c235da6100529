"""Common Crawl: its index of captures, and the WARC files of CC-NEWS."""

from collections.abc import Callable

from crawler.discovery.story_captures import original_address
from crawler.discovery.traps import trap
from crawler.source import Source


def is_story_of(source: Source) -> Callable[[str], bool]:
    """Whether an address is that of a story of a source. Of the addresses of all the world, which
    it is asked about, it costs next to nothing to tell that they are not."""

    def is_story(url: str) -> bool:
        if not any(domain in url for domain in source.domains):
            return False
        original = original_address(url)
        return source.is_article_url(original) and trap(original) is None

    return is_story
