"""Declares Source: what must be known about one publisher before its pages can be read."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from inspect import getfile
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from tradepress.story import CitedAs, Completeness, LinkKind, Policy

NOWHERE = r"(?!)"
"""Matches the address of no story: it stands for ``article_url`` where nobody declared any."""
ListedField = Literal["date_published", "authors", "section", "description"]
"""Names what a listing, feed or sitemap may know of a story."""
PreparePage = Callable[[str, str | None], str]
"""Turns the text of a page (HTML or text capture) and its address into the text that is read in its
place. May raise NotAnArticle."""


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """Is a text rule: a paragraph that is not part of the story, and what follows from it.

    The same rules read HTML pages and text captures.
    """

    pattern: str
    """Is a regular expression; must match a whole paragraph, case ignored, quotes straight."""
    cut: Literal["line", "list", "rest", "wall"] = "line"
    """Is ``line``: this paragraph alone; ``list``: a heading; the entries under it become links of
    ``kind``; ``rest``: this and everything after it (lists in there are still read); ``wall``: so,
    and the story goes on behind it, so that it is truncated and its access is known."""
    kind: LinkKind | None = None
    """Is the kind of the links under a ``list`` heading, or of a ``line`` that names its origin."""
    until: date | None = None
    """Is the last day of the layout that the rule was written for; None: it still holds."""


@dataclass(frozen=True, kw_only=True)
class Selectors:
    """Says where the story pages of a site show a field: CSS, for HTML pages alone.
    None: the rules for all sites find it. What one selects comes before all other evidence; one
    that selects nothing changes nothing."""

    headline: str | None = None
    """Finds the first element that has words."""
    body: str | None = None
    """Finds all elements; nothing outside of them is part of the body."""
    date_published: str | None = None
    """Finds the first element with a date in its ``datetime``, its ``content`` or its words."""
    authors: str | None = None
    """Finds all elements; each may name several."""


@dataclass(frozen=True, kw_only=True)
class DataFields:
    """Says where a field stands in the data that a story's page loads: names joined by dots, such
    as ``data.authors.*.name``; a number counts a list from 0, and ``*`` stands for all of it.
    None: it is found by itself."""

    headline: str | None = None
    body: str | None = None
    """Leads to HTML, to plain text, or to a tree of blocks."""
    date_published: str | None = None
    authors: str | None = None
    description: str | None = None
    section: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Declares one publisher; everything unsaid is read from the page itself.

    What stands in the way of a right reading is said by the lowest step that does: ``furniture``,
    then ``selectors``, then ``prepare_page``. All of them hold for every way in.
    """

    name: str
    """Is a short name: spider name, file name and first half of every ref."""
    publisher: str
    domains: tuple[str, ...]
    """Are registered host names without ``www.``; their subdomains count as theirs."""
    language: str
    """Is in ISO 639-1, used where a page does not say."""
    timezone: str
    """Is the IANA name of the place whose calendar the printed dates follow."""
    cited_as: CitedAs = "newspaper"
    """Says what its stories are cited as."""
    day_first: bool = True
    """Says how ``03/04/2024`` is read."""
    sections: tuple[str, ...] = ()
    """Are listing pages to walk."""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    article_url: str
    """Is a regular expression; must match the whole path of a story's address, or path and query
    where it holds a ``\\?``. Upper and lower case are told apart."""
    article_id: str | None = None
    """Is a regular expression, searched in path and query: the site's own id is what its groups
    matched, joined by hyphens, in lower case."""
    ignored_url: str | None = field(default=None, repr=False)
    """Is a regular expression as ``article_url``, of what the feeds hold and nobody wants: events,
    podcasts. It has no part in the digests of the rules by which pages are read."""
    dated_ids: tuple[tuple[int, date], ...] = ()
    """Holds known (id, day published) pairs of a site whose ids rise with the days: a second proof
    of the dates between them."""
    section_names: tuple[str, ...] = ()
    """Names the section words the site prints beside its date line."""
    furniture: tuple[Furniture, ...] = ()
    selectors: Selectors = Selectors()
    prepare_page: PreparePage | None = None
    """Is a pure function of the same file, for what neither of the two above can say."""
    story_data: str | None = field(default=None, repr=False)
    """Is the address of the JSON that a story's page itself loads, where a script draws it: on the
    same site, with ``{id}`` for the site's own id, as ``article_id`` finds it, ``{slug}`` for the
    last step of the story's path, or ``{path}`` for all of it. It is asked for behind the page."""
    data_fields: DataFields = field(default=DataFields(), repr=False)
    """Says where fields stand in that JSON."""
    rendered: bool = field(default=False, repr=False)
    """Says that a story's page has no words until its scripts have run: a crawl renders it in a
    browser (extra ``browser``). It has no part in the digests of the rules."""
    from_listings: tuple[ListedField, ...] = ()
    """Names fields that story pages lack and listings have: there taken where the page has none."""
    completeness: Completeness = "body"
    """Is the least that a story must have to be kept: its body, a teaser, or only a headline."""
    policy: Policy = "store"
    """Is the most that may be kept of its stories; pages and the operator can only ask for less."""
    coverage: str = ""
    """Says since when, how much, what about; for `tradepress docs sources` as the next two."""
    open_licence: str | None = None
    """Is the licence, by name or address, under which its publisher lets everybody have its texts:
    `browse --public` shows those of such sources alone. None: none was seen."""
    rights: str = ""
    """Says licence, walls and terms, as far as known, with the place where they were seen."""
    unverified: str = ""
    """Says what of the declaration was never seen, and is to be looked at first."""
    verified: date | None = None
    """Is the day these rules were last seen to work on the live site; None: never."""
    sample: bool = False
    """Is True for the bundled invented papers, which only the demo serves."""

    @property
    def is_declared(self) -> bool:
        """Did somebody say how its pages are read? Else they are read as those of any site."""
        return self.article_url != NOWHERE

    @property
    def rules(self) -> "Source":
        """Returns what it declares of the site alone: not what is said for people, nor what may be
        kept. Its own function is told by :attr:`own_code`."""
        return replace(
            self,
            prepare_page=None,
            cited_as="newspaper",
            policy="store",
            open_licence=None,
            coverage="",
            rights="",
            unverified="",
            verified=None,
        )

    @property
    def own_code(self) -> bytes:
        """Returns what its digests have beside :attr:`rules`: the file of ``prepare_page``, and
        where its data are. Empty where it has neither: its digests are those of former releases."""
        own = self.prepare_page
        data = repr((self.story_data, self.data_fields)).encode() if self.story_data else b""
        return (Path(getfile(own)).read_bytes() if own else b"") + data

    def owns(self, url: str) -> bool:
        """Is this an http(s) address on one of the source's hosts?"""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").removesuffix(".")
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and any(
            host == domain or host.endswith("." + domain) for domain in self.domains
        )

    def is_article_url(self, url: str) -> bool:
        """Does the address have the form of a story of this source?"""
        return self.owns(url) and has_form(url, self.article_url)

    def refuses(self, url: str) -> bool:
        """Is it an address of the source's site that is neither a story's nor ignored?"""
        if not self.owns(url) or self.is_article_url(url):
            return False
        return self.ignored_url is None or not has_form(url, self.ignored_url)

    def furniture_at(self, seen_at: datetime | None) -> tuple[Furniture, ...]:
        """Returns the rules for a page that stood at this instant; all of them where nobody knows.

        An old layout is a second rule set: ``old = partial(Furniture, until=date(2019, 6, 30))``.
        """
        return tuple(
            rule
            for rule in self.furniture
            if not (rule.until and seen_at and seen_at.date() > rule.until)
        )

    def site_id(self, url: str) -> str | None:
        """Returns the site's own id in a story's address, or None if it carries none."""
        found = self._id_in(url)
        return found.lower() if found is not None else None

    def data_url(self, url: str) -> str | None:
        """Returns the address of the data that the page of a story loads; None where it declares
        none, or the story's address lacks what it is made of."""
        if self.story_data is None or not self.is_article_url(url):
            return None
        path, filled = urlsplit(url).path.rstrip("/"), self.story_data
        values = {"id": self._id_in(url), "slug": path.rpartition("/")[2], "path": path}
        for name, value in values.items():
            if (mark := f"{{{name}}}") in filled:
                if not value:
                    return None
                filled = filled.replace(mark, quote(value, safe="/%~"))
        return filled if self.owns(filled) else None

    def _id_in(self, url: str) -> str | None:
        """Returns the site's own id as it stands in a story's address."""
        if self.article_id is None or not self.is_article_url(url):
            return None
        match = re.search(self.article_id, _forms(url)[-1])
        return "-".join(filter(None, match.groups())) if match else None

    def days_around(self, site_id: str | None) -> tuple[date, date] | None:
        """Returns the days of the nearest known ids on either side; None if there are not both."""
        if site_id is None or not site_id.isdecimal():
            return None
        before = [day for number, day in self.dated_ids if number <= int(site_id)]
        after = [day for number, day in self.dated_ids if number >= int(site_id)]
        return (max(before), min(after)) if before and after else None


def has_form(url: str, pattern: str) -> bool:
    """Does the pattern match its whole path, or path and query?"""
    return any(re.fullmatch(pattern, form) for form in _forms(url))


def _forms(url: str) -> tuple[str, ...]:
    """Returns the path, and the path with its query where there is one."""
    parts = urlsplit(url)
    return (parts.path, f"{parts.path}?{parts.query}") if parts.query else (parts.path,)
