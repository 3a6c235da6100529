"""Makes the sources of pages whose site nobody has declared: other people's files, single pages."""

from collections.abc import Iterable
from dataclasses import replace

from tradepress.archive.database import Database
from tradepress.archive.site_host import site_host, site_name
from tradepress.declared_sources import source_owning
from tradepress.source import NOWHERE, Source

UNKNOWN_LANGUAGE = "und"
"""Is what ISO 639 has for a language that nobody knows."""
WITH_STORIES = """
    SELECT name, publisher, language, (SELECT count(*) FROM articles WHERE source = name) AS stories
    FROM sources WHERE instr(name, '.') AND stories ORDER BY name
"""
IN_ARCHIVE = "SELECT name FROM sources WHERE instr(name, '.') ORDER BY name"


def undeclared_source(url: str) -> Source:
    """Returns the source of all pages of a site that no declared source owns. Its pages are read by
    the rules for all sites, and it is never crawled.

    :raises ValueError: the address has no host
    """
    host = site_host(url)
    return Source(
        name=site_name(url),
        publisher=readable(host),
        domains=(host,),
        language=UNKNOWN_LANGUAGE,
        timezone="UTC",
        article_url=NOWHERE,
    )


def readable(host: str) -> str:
    """Returns the host with the letters that its address stands for (``xn--…``)."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def source_of(url: str, sources: Iterable[Source], *, any_site: bool = True) -> Source | None:
    """Returns the one of them whose site an address is on.

    :param any_site: where it is none's, that of an undeclared site; False: None
    """
    owner = source_owning(url, sources)
    if owner is not None or not any_site:
        return owner
    try:
        return undeclared_source(url)
    except ValueError:
        return None


def from_files(db: Database) -> dict[str, tuple[Source, int]]:
    """Returns the undeclared sources of an archive as its stories made them, and their number, by
    name."""
    return {
        name: (replace(source_of_site(name), publisher=publisher, language=language), stories)
        for name, publisher, language, stories in db.execute(WITH_STORIES)
    }


def source_of_site(name: str) -> Source:
    """Returns the undeclared source of this name, whose host alone is not known."""
    return replace(undeclared_source(f"https://{name}/"), name=name)


def undeclared_in(db: Database) -> list[str]:
    """Lists the names of the undeclared sources that an archive has stories or addresses of."""
    return [name for (name,) in db.execute(IN_ARCHIVE)]
