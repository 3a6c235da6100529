"""Makes the stories a site of Pelican, with the theme it comes with."""

from collections.abc import Sequence
from pathlib import Path

from zoo.made import MadeSite, run_tool, tool_of_python, write_files
from zoo.operated import Expected
from zoo.stories import Story

SETTINGS = """
AUTHOR = "The Hallmark Courier"
SITENAME = "The Hallmark Courier"
SITEURL = {home!r}
PATH = "content"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "en"
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = "feeds/{{slug}}.atom.xml"
FEED_MAX_ITEMS = 10  # of 100: most stories of an old site stand on its lists alone
LINKS = (("Pelican", "https://getpelican.example/"),)
SOCIAL = (("You can add links in your config file", "#"),)
DEFAULT_PAGINATION = 5
"""
STORY = """Title: {headline}
Date: {date:%Y-%m-%d %H:%M}
Authors: {authors}
Category: {section}
Tags: {tags}
Slug: {slug}

{text}
"""


def pelican_site(folder: Path, home: str, stories: Sequence[Story], output: Path) -> MadeSite:
    pelican = tool_of_python("pelican")
    files = {
        f"content/{story.slug}.md": STORY.format(
            headline=story.headline,
            date=story.published,
            authors="; ".join(story.authors),
            section=story.section,
            tags=", ".join(story.tags),
            slug=story.slug,
            text=story.markdown("{{filename}}{}.md".format),
        )
        for story in stories
    }
    write_files(folder, {"publishconf.py": SETTINGS.format(home=home), **files})
    run_tool(pelican, "content", "-o", output, "-s", "publishconf.py", "-q", folder=folder)
    return MadeSite(
        start=f"{home}/",
        expected=tuple(
            Expected(
                address=f"{home}/{story.slug}.html",
                headline=story.headline,
                published=story.published,
                authors=story.authors,
                section=story.section,
                lines=story.lines,
            )
            for story in stories
        ),
    )
