"""Makes the stories a site of Jekyll, with what `jekyll new` sets up: the theme Minima."""

import json
from collections.abc import Sequence
from pathlib import Path

import needs
from zoo.made import MadeSite, run_tool, write_files
from zoo.operated import Expected
from zoo.stories import Story

SETTINGS = """
title: The Hallmark Courier
email: desk@courier.example
description: News of marks, and of those who make them.
baseurl: ""
url: {home}
timezone: Europe/Paris
theme: minima
plugins: [jekyll-feed]
"""
ABOUT = """---
layout: page
title: About
permalink: /about/
---
This paper tells of marks, and of those who make them. It appears on most days of the week.
"""
STORY = """---
layout: post
title: {headline}
date: {date:%Y-%m-%d %H:%M:00 %z}
categories: {categories}
tags: {tags}
author: {author}
---

{text}
"""


def jekyll_site(folder: Path, home: str, stories: Sequence[Story], output: Path) -> MadeSite:
    jekyll = needs.require_program("jekyll")
    paths = {
        story.slug: f"/{story.section.lower()}/{story.published:%Y/%m/%d}/{story.slug}.html"
        for story in stories
    }
    files = {
        f"_posts/{story.published:%Y-%m-%d}-{story.slug}.md": STORY.format(
            headline=json.dumps(story.headline, ensure_ascii=False),
            date=story.published,
            categories=json.dumps([story.section]),
            tags=json.dumps(story.tags),
            author=json.dumps(" and ".join(story.authors), ensure_ascii=False),
            text=story.markdown(paths.__getitem__),
        )
        for story in stories
    }
    write_files(
        folder,
        {
            "_config.yml": SETTINGS.format(home=home),
            "index.markdown": "---\nlayout: home\n---\n",
            "about.markdown": ABOUT,
            **files,
        },
    )
    run_tool(jekyll, "build", "--quiet", "--destination", output, folder=folder)
    return MadeSite(
        start=f"{home}/",
        expected=tuple(
            Expected(
                address=home + paths[story.slug],
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
