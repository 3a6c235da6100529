"""Runs WordPress with one of the themes that come with it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from free_port import free_port
from zoo.php_site import (
    Site,
    mariadb,
    paper_of,
    php_behind_nginx,
    require_folder,
    run_php,
)
from zoo.stories import Story

CONFIGURATION = """<?php
define('DB_NAME', 'paper');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{database}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', WP_HOME);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('WP_POST_REVISIONS', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


def blocks_of_wordpress(story: Story) -> str:
    """A text as WordPress's editor stores it."""
    frames = {
        "paragraph": "<!-- wp:paragraph -->\n{}\n<!-- /wp:paragraph -->",
        "quote": "<!-- wp:quote -->\n{}\n<!-- /wp:quote -->",
        "list": "<!-- wp:list -->\n{}\n<!-- /wp:list -->",
    }
    return "\n\n".join(
        frames[block.kind].format(html)
        for block, html in zip(story.blocks, story.html("story:{}".format).split("\n"), strict=True)
    )


@contextmanager
def wordpress(
    folder: Path, stories: Sequence[Story], *, theme: str, permalinks: str
) -> Iterator[Site]:
    """WordPress as Debian has it, with one of the themes that come with it."""
    shipped = require_folder("/usr/share/wordpress", "WordPress")
    require_folder(f"{shipped}/wp-content/themes/{theme}", f"WordPress's {theme}")
    root, port = folder / "wordpress", free_port()
    shutil.copytree(shipped, root, ignore_dangling_symlinks=True)
    with mariadb(folder) as database, php_behind_nginx(folder, root, port) as requests:
        (root / "wp-config.php").write_text(CONFIGURATION.format(database=database))
        paper = folder / "paper.json"
        paper.write_text(
            paper_of(
                stories,
                blocks_of_wordpress,
                host=f"127.0.0.1:{port}",
                theme=theme,
                permalinks=permalinks,
            )
        )
        placed = run_php(Path(__file__).parent / "wordpress.php", root, paper)
        before = requests()
        yield Site(
            address=f"http://127.0.0.1:{port}/",
            stories=placed,
            requests=lambda: requests() - before,
        )
