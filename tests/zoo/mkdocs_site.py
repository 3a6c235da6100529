"""Makes the stories a blog of MkDocs with the theme Material, whose plugin for blogs it has."""

import json
from collections.abc import Sequence
from pathlib import Path

from zoo.made import MadeSite, run_tool, tool_of_python, write_files
from zoo.operated import Expected
from zoo.stories import AUTHORS, Story

SETTINGS = """
site_name: The Hallmark Courier
site_url: {home}/
site_dir: {output}
theme:
  name: material
  font: false
plugins:
  - blog
  - search
"""
STORY = """---
date: {date}
slug: {slug}
authors: {authors}
categories: {categories}
tags: {tags}
---

# {headline}

{text}
"""


def mkdocs_site(folder: Path, home: str, stories: Sequence[Story], output: Path) -> MadeSite:
    mkdocs = tool_of_python("mkdocs")
    ids = {name: f"writer{number}" for number, name in enumerate(AUTHORS)}
    writers = {
        number: {"name": name, "description": "Reporter", "avatar": "/assets/images/favicon.png"}
        for name, number in ids.items()
    }
    files = {
        f"docs/blog/posts/{story.slug}.md": STORY.format(
            date=story.published.isoformat(),
            slug=story.slug,
            authors=json.dumps([ids[name] for name in story.authors]),
            categories=json.dumps([story.section]),
            tags=json.dumps(story.tags),
            headline=story.headline,
            text=story.markdown("{}.md".format),
        )
        for story in stories
    }
    write_files(
        folder,
        {
            "mkdocs.yml": SETTINGS.format(home=home, output=output),
            "docs/index.md": "# The Hallmark Courier\n\nNews of marks. [Our news](blog/index.md)\n",
            "docs/blog/index.md": "# News\n",
            "docs/blog/.authors.yml": json.dumps({"authors": writers}, ensure_ascii=False),
            **files,
        },
    )
    run_tool(mkdocs, "build", "--quiet", folder=folder)
    return MadeSite(
        start=f"{home}/blog/",
        expected=tuple(
            Expected(
                address=f"{home}/blog/{story.published:%Y/%m/%d}/{story.slug}/",
                headline=story.headline,
                published=story.published,
                authors=story.authors,
                section=story.section,
                lines=story.lines,
            )
            for story in stories
        ),
    )
