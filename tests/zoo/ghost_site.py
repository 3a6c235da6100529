"""Runs Ghost on loopback with its own theme, and imports the stories into it."""

import json
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import httpx
import needs
from free_port import free_port
from zoo.php_site import NotServed, Site, running
from zoo.stories import Story

OWNER = {"name": "Edna Lumley", "email": "editor@paper.example", "password": "lantern-of-the-34th"}


@contextmanager
def ghost(folder: Path, stories: Sequence[Story]) -> Iterator[Site]:
    """Ghost as ``install_ghost.sh`` installs it; its own story "Coming soon" stays."""
    node = needs.require_program("node")
    installed = Path(os.environ.get("TRADEPRESS_TEST_GHOST", ""))
    if not (installed / "ghost.js").exists():
        needs.skip("Ghost (tests/zoo/install_ghost.sh)")
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    content, log = folder / "content", folder / "ghost.log"
    shutil.copytree(installed / "content", content)
    settings = {
        "NODE_ENV": "production",
        "url": home,
        "server__port": str(port),
        "database__client": "sqlite3",
        "database__useNullAsDefault": "true",
        "database__connection__filename": str(folder / "ghost.db"),
        "mail__transport": "SMTP",
        "mail__options__host": "127.0.0.1",
        "mail__options__port": "1",
        "logging__transports": '["stdout"]',
        "paths__contentPath": str(content),
        "privacy__useUpdateCheck": "false",
        "privacy__useGravatar": "false",
        "security__staffDeviceVerification": "false",
    }

    def requests() -> int:
        return log.read_text(errors="replace").count('"GET ')

    def is_answering() -> bool:
        try:
            return httpx.get(home).status_code == 200
        except httpx.TransportError:
            return False

    words = [f"{name}={value}" for name, value in settings.items()]
    command = ["env", f"--chdir={installed}", *words, node, "index.js"]
    with running(command, is_answering, log):
        _import(home, stories)
        before = requests()
        yield Site(
            address=f"{home}/",
            stories={story.slug: f"{home}/{story.slug}/" for story in stories},
            requests=lambda: requests() - before,
        )


def _import(home: str, stories: Sequence[Story]) -> None:
    """Sets Ghost up, and imports the stories as an export of Ghost has them."""
    people = {
        name: f"u{n}"
        for n, name in enumerate(dict.fromkeys(name for story in stories for name in story.authors))
    }
    names = [
        *dict.fromkeys(story.section for story in stories),
        *dict.fromkeys(tag for story in stories for tag in story.tags),
    ]
    tags = {name: f"t{n}" for n, name in enumerate(names)}
    exported: dict[str, list[dict[str, str | int]]] = {
        "users": [
            {"id": id_, "name": name, "slug": _slug(name), "email": f"{id_}@paper.example"}
            for name, id_ in people.items()
        ],
        "tags": [{"id": id_, "name": name, "slug": _slug(name)} for name, id_ in tags.items()],
        "posts": [],
        "posts_authors": [],
        "posts_tags": [],
    }
    for number, story in enumerate(reversed(stories)):
        post, at = f"p{number}", f"{story.published.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
        exported["posts"].append(
            {
                "id": post,
                "slug": story.slug,
                "title": story.headline,
                "html": story.html(f"{home}/{{}}/".format),
                "status": "published",
                **dict.fromkeys(("published_at", "created_at", "updated_at"), at),
            }
        )
        exported["posts_authors"] += [
            {"id": f"{post}a{n}", "post_id": post, "author_id": people[name], "sort_order": n}
            for n, name in enumerate(story.authors)
        ]
        exported["posts_tags"] += [
            {"id": f"{post}t{n}", "post_id": post, "tag_id": tags[name], "sort_order": n}
            for n, name in enumerate((story.section, *story.tags))
        ]
    api = f"{home}/ghost/api/admin"
    with httpx.Client(headers={"Origin": home, "Accept-Version": "v5.0"}, timeout=120) as client:
        setup = {"setup": [{**OWNER, "blogTitle": "The Lantern Gazette"}]}
        client.post(f"{api}/authentication/setup/", json=setup).raise_for_status()
        who = {"username": OWNER["email"], "password": OWNER["password"]}
        client.post(f"{api}/session/", json=who).raise_for_status()
        meta = {"version": "5.0.0", "exported_on": int(time.time() * 1000)}
        file = json.dumps({"db": [{"meta": meta, "data": exported}]})
        client.post(
            f"{api}/db/", files={"importfile": ("import.json", file, "application/json")}
        ).raise_for_status()
        oldest = f"{home}/{stories[-1].slug}/"
        for _ in range(600):  # imported after the answer
            if client.get(oldest).status_code == 200:
                return
            time.sleep(0.1)
    raise NotServed(f"not imported: {oldest}")


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
