"""Makes the stories a site of Nikola, with the theme it comes with."""

import re
from collections.abc import Sequence
from pathlib import Path

from zoo.made import MadeSite, run_tool, tool_of_python, write_files
from zoo.operated import Expected
from zoo.stories import Story

STORY = """<!--
.. title: {headline}
.. slug: {slug}
.. date: {date:%Y-%m-%d %H:%M:%S %z}
.. tags: {tags}
.. category: {section}
.. author: {authors}
.. type: text
-->

{text}
"""


def nikola_site(folder: Path, home: str, stories: Sequence[Story], output: Path) -> MadeSite:
    nikola = tool_of_python("nikola")
    run_tool(nikola, "init", "--quiet", "courier", folder=folder)
    site = folder / "courier"
    settings = (site / "conf.py").read_text()
    for name, value in {
        "SITE_URL": f"{home}/",
        "BLOG_TITLE": "The Hallmark Courier",
        "BLOG_AUTHOR": "The Hallmark Courier",
        "BLOG_DESCRIPTION": "News of marks, and of those who make them.",
        "TIMEZONE": "Europe/Paris",
    }.items():
        settings = re.sub(rf"(?m)^{name} = .*", f"{name} = {value!r}", settings)
    settings = re.sub(
        r"(?ms)^POSTS = \(.*?^\)", 'POSTS = (("posts/*.md", "posts", "post.tmpl"),)', settings
    )
    settings += f"\nOUTPUT_FOLDER = {str(output)!r}\n"
    files = {
        f"posts/{story.slug}.md": STORY.format(
            headline=story.headline,
            date=story.published,
            authors=", ".join(story.authors),
            section=story.section,
            tags=", ".join(story.tags),
            slug=story.slug,
            text=story.markdown("link://slug/{}".format),
        )
        for story in stories
    }
    write_files(site, {"conf.py": settings, **files})
    run_tool(nikola, "build", "--quiet", folder=site)
    return MadeSite(
        start=f"{home}/",
        expected=tuple(
            Expected(
                address=f"{home}/posts/{story.slug}/",
                headline=story.headline,
                published=story.published,
                authors=story.authors,
                section=story.section,
                unprinted=frozenset({"section"}),
                lines=story.lines,
            )
            for story in stories
        ),
    )
