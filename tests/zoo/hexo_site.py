"""Makes the stories a site of Hexo, with what `hexo init` sets up: the theme Landscape."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from zoo.made import ZOO, MadeSite, run_tool, tool_of_node, write_files
from zoo.operated import Expected
from zoo.stories import Story

STORY = """---
title: {headline}
date: {date:%Y-%m-%d %H:%M:00}
categories: {categories}
tags: {tags}
---

{text}
"""


def hexo_site(folder: Path, home: str, stories: Sequence[Story], output: Path) -> MadeSite:
    hexo = tool_of_node("hexo")
    start = ZOO / "node_modules" / "hexo-cli" / "assets"
    shutil.copytree(start, folder, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(ZOO / "node_modules")
    shutil.copy(ZOO / "package.json", folder)
    settings = (folder / "_config.yml").read_text()
    for name, value in {
        "title": "The Hallmark Courier",
        "author": "The Hallmark Courier",
        "timezone": "Europe/Paris",
        "url": home,
        "public_dir": os.path.relpath(output, folder),
    }.items():
        settings = re.sub(rf"(?m)^{name}:.*", f"{name}: {value}", settings)
    paths = {story.slug: f"/{story.published:%Y/%m/%d}/{story.slug}/" for story in stories}
    files = {
        f"source/_posts/{story.slug}.md": STORY.format(
            headline=json.dumps(story.headline, ensure_ascii=False),
            date=story.published,
            categories=json.dumps([story.section]),
            tags=json.dumps(story.tags),
            text=story.markdown(paths.__getitem__),
        )
        for story in stories
    }
    (folder / "source" / "_posts" / "hello-world.md").unlink()
    write_files(folder, {"_config.yml": settings, **files})
    run_tool(hexo, "generate", "--silent", folder=folder)
    return MadeSite(
        start=f"{home}/",
        expected=tuple(
            Expected(
                address=home + paths[story.slug],
                headline=story.headline,
                published=story.published,
                section=story.section,
                lines=story.lines,
            )
            for story in stories
        ),
    )
