"""Forms of the reading room as a browser sends them: fields, token and cookies of the page."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from browsing import opened
from datasette.utils import PrefixedUrlString
from lxml import html

OURS = {"Sec-Fetch-Site": "same-origin"}


class Reader:
    """One browser, with its cookies, in a room of its own."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.datasette = opened(path, **options)
        self.headers = dict(OURS)
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []
        """As they were set last."""
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self.datasette.invoke_startup())

    def close(self) -> None:
        self.datasette.executor.shutdown()
        for database in self.datasette.databases.values():
            database.close()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def ask(
        self,
        method: str,
        address: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        sent = dict(self.headers if headers is None else headers)
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        whole = PrefixedUrlString(address)  # else Datasette's client puts its prefix before it
        asked = self.datasette.client.request(method, whole, content=body, headers=sent)
        answer = self._loop.run_until_complete(asked)
        self.set_cookies = answer.headers.get_list("set-cookie")
        for cookie in self.set_cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def page(self, address: str, status: int = 200) -> Any:
        answer = self.ask("GET", address)
        assert answer.status_code == status, answer.text
        return html.fromstring(answer.text)

    def press(self, tree: Any, words: str, **typed: Any) -> Any:
        """Fill a form of that page in and press the button with these words (or this label).

        :returns: what was answered; where it leads on, that page's tree with ``.status_code``
        """
        [button] = tree.xpath(
            "//button[normalize-space()=$words or @aria-label=$words]", words=words
        )
        name = button.get("form")
        [form] = tree.xpath("//form[@id=$id]", id=name) if name else button.xpath("ancestor::form")
        fields = [
            (field.get("name"), typed.get(field.get("name"), field.get("value", "")))
            for field in form.xpath(".//input[@type='hidden' or not(@type)]")
        ]
        for box, values in typed.items():
            if isinstance(values, list):
                fields += [(box, value) for value in values]
        if button.get("name"):
            fields.append((button.get("name"), button.get("value")))
        return self.ask("POST", form.get("action"), urlencode(fields))

    def follow(self, answer: Any) -> Any:
        assert answer.status_code == 303, answer.text
        return self.page(answer.headers["location"].partition("#")[0])


@contextmanager
def reading(path: Path, **options: Any) -> Iterator[Reader]:
    reader = Reader(path, **options)
    try:
        yield reader
    finally:
        reader.close()
