"""Judges how many stories a source's lists come to, and how many there seem to be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from statistics import median

from tradepress.source import Source
from tradepress.survey.checked_pages import CheckedListing

LEAST_SHARE = 0.8
"""Is the share of the stories suggested below which lists fall short; guesses are rough."""
FEWEST_NUMBERS, HEAD = 6, 10


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Tells how many of a site's stories are in reach of its lists."""

    reached: int
    goes_on: bool
    """May there be more behind these, on lists that were not read to their end?"""
    suggested: int | None
    """Is how many there seem to be; None: nothing suggests a number."""
    evidence: str

    @property
    def is_short(self) -> bool:
        return not self.goes_on and self.reached < LEAST_SHARE * (self.suggested or 0)

    @property
    def words(self) -> str:
        is_all = self.suggested is not None and self.reached >= self.suggested
        least = "at least " if self.goes_on and not is_all else ""
        of = "" if self.suggested is None else f" of about {max(self.suggested, self.reached)}"
        return f"{least}{self.reached}{of} {'story' if self.reached == 1 and not of else 'stories'}"


def judge_reach(
    source: Source, lists: Sequence[CheckedListing], known: Iterable[str] = ()
) -> Reach:
    """Judges by sitemaps, by the last page that a list names, and by numbers in addresses.

    :param lists: of which those count that the source declares
    :param known: addresses of stories, wherever they were seen
    """
    declared = {*source.sections, *source.feeds, *source.sitemaps}
    read = [one for one in lists if one.url in declared and one.stories]
    listed = set(chain.from_iterable(one.stories for one in read))
    told = list(_suggested(source, read, listed.union(known)))
    walked = [_on_pages(one) for one in read if one.has_more]
    is_all_read = declared <= {one.url for one in read}
    return Reach(
        reached=max([len(listed), *walked]),
        goes_on=not is_all_read or any(one.has_more for one in read),
        suggested=max((count for count, _ in told), default=None),
        evidence="; ".join(words for _, words in told) or "nothing suggests how many there are",
    )


def _suggested(
    source: Source, lists: Sequence[CheckedListing], stories: Iterable[str]
) -> Iterator[tuple[int, str]]:
    for one in lists:
        count = len(one.stories)
        if one.url in source.sitemaps:
            yield count, f"{count} in {one.url}"
        elif one.last_page:
            yield _on_pages(one), f"{one.last_page} pages of {count} at {one.url}"
    ids = {number for url in stories if (number := source.site_id(url)) and number.isdecimal()}
    numbers = sorted(map(int, ids))
    if len(numbers) >= FEWEST_NUMBERS:
        step = median(after - before for before, after in pairwise(numbers[-HEAD:]))
        count = round((numbers[-1] - numbers[0]) / step) + 1
        yield count, f"{count} by numbers from {numbers[0]} to {numbers[-1]}"


def _on_pages(one: CheckedListing) -> int:
    """Returns how many stories its pages have at least: nobody knows how full the last one is."""
    return len(one.stories) * ((one.last_page or 1) - 1) + 1
