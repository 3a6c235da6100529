"""Makes the stories a blog of ABlog, which is Sphinx with the theme it comes with."""

from collections.abc import Sequence
from pathlib import Path

from zoo.made import MadeSite, run_tool, tool_of_python, write_files
from zoo.operated import Expected
from zoo.stories import LINK, Story

# As `ablog start` writes it.
SETTINGS = """
project = "The Hallmark Courier"
author = "The Hallmark Courier"
copyright = "2025, The Hallmark Courier"
extensions = ["sphinx.ext.extlinks", "sphinx.ext.intersphinx", "ablog"]
html_theme = "alabaster"
blog_title = "The Hallmark Courier"
blog_baseurl = {home!r}
html_sidebars = {{
    "**": [
        *("ablog/postcard.html", "navigation.html", "ablog/recentposts.html"),
        *("ablog/tagcloud.html", "ablog/categories.html", "ablog/archives.html"),
        "searchfield.html",
    ],
}}
"""
START = """The Hallmark Courier
====================

Here is a list of most recent posts:

.. postlist:: 5
   :excerpts:
"""
STORY = """.. post:: {date:%b %d, %Y}
   :tags: {tags}
   :category: {section}
   :author: {authors}

{headline}
{underline}

{text}
"""


def ablog_site(folder: Path, home: str, stories: Sequence[Story], output: Path) -> MadeSite:
    sphinx = tool_of_python("sphinx-build")
    files = {
        f"posts/{story.slug}.rst": STORY.format(
            date=story.published,
            tags=", ".join(story.tags),
            section=story.section,
            authors=", ".join(story.authors),
            headline=story.headline,
            underline="=" * len(story.headline),
            text=_restructured(story),
        )
        for story in stories
    }
    write_files(folder, {"conf.py": SETTINGS.format(home=home), "index.rst": START, **files})
    run_tool(sphinx, "-q", "-b", "html", ".", output, folder=folder)
    return MadeSite(
        start=f"{home}/",
        expected=tuple(
            Expected(
                address=f"{home}/posts/{story.slug}.html",
                headline=story.headline,
                published=story.published.date(),
                authors=story.authors,
                section=story.section,
                lines=story.lines,
            )
            for story in stories
        ),
    )


def _restructured(story: Story) -> str:
    signs = {"paragraph": "", "quote": "   ", "list": "* "}
    link = f":doc:`{story.link_words} <{story.link_slug}>`"
    return "\n\n".join(
        "\n".join(signs[block.kind] + line.replace(LINK, link) for line in block.lines)
        for block in story.blocks
    )
