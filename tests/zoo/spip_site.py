"""Runs SPIP with its own skeletons."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from free_port import free_port
from zoo.php_site import Site, paper_of, php_behind_nginx, require_folder, run_php
from zoo.stories import LINK, Story


def text_of_spip(story: Story, first_id: int, numbers: Mapping[str, int]) -> str:
    """A text as SPIP's editor stores it."""
    words = f"[{story.link_words}->art{numbers.get(story.link_slug)}]"
    frames = {"paragraph": "{}", "quote": "<quote>{}</quote>", "list": "-* {}"}
    return "\n\n".join(
        "\n".join(frames[block.kind].format(line.replace(LINK, words)) for line in block.lines)
        for block in story.blocks
    )


@contextmanager
def spip(folder: Path, stories: Sequence[Story]) -> Iterator[Site]:
    """SPIP as Debian has it."""
    shipped = require_folder("/usr/share/spip", "SPIP")
    root, port = folder / "spip", free_port()
    root.mkdir()
    for part in ("ecrire", "plugins-dist", "prive", "squelettes-dist", "vendor"):
        shutil.copytree(shipped / part, root / part)
    for part in ("index.php", "spip.php"):
        shutil.copy(shipped / part, root)
    first = 70
    numbers = {story.slug: first + n for n, story in enumerate(reversed(stories))}
    with php_behind_nginx(folder, root, port) as requests:
        paper = folder / "paper.json"
        paper.write_text(
            paper_of(
                stories, lambda story: text_of_spip(story, first, numbers), host=f"127.0.0.1:{port}"
            )
        )
        placed = run_php(Path(__file__).parent / "spip.php", root, paper)
        yield Site(address=f"http://127.0.0.1:{port}/", stories=placed, requests=requests)
