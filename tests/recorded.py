"""Makes what a browser records of its visits to a site: entries of a HAR (1.2)."""

import json
from typing import Any

from sites.lantern_paper import LanternStory
from sites.script_paper import SHELL, System


def exchange(url: str, body: object, *, page: str = "", **more: Any) -> dict[str, Any]:
    """One entry of a HAR.

    :param page: where the browser was
    """
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if text.startswith("<") else "application/json"
    headers = [
        {"name": "Cookie", "value": "visitor=quibblesnark"},
        *([{"name": "Referer", "value": page}] if page else []),
        *({"name": name, "value": value} for name, value in more.pop("headers", {}).items()),
    ]
    content = {"mimeType": kind, "text": text, **more.pop("content", {})}
    return {
        "request": {"url": url, "method": "GET", "headers": headers, **more},
        "response": {"status": 200, "content": content},
    }


def of_story(home: str, system: System, story: LanternStory, **more: Any) -> list[dict[str, Any]]:
    """The page of a story, and the data that it loads."""
    page, data = home + system.page(story), home + system.address(story)
    return [
        exchange(page, SHELL.format(head="")),
        exchange(data, system.data(story), page=page, **more),
    ]
