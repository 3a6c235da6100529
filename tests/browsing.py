"""What the tests of browsing share: small archives, Datasette on them in-process, and pages."""

import asyncio
import os
import pickle
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import archive_rows
import pytest
from archive_rows import Writer, open_writer
from conftest import ROOT
from datasette.utils import parse_metadata  # type: ignore[import-untyped]
from jinja2.bccache import Bucket, BytecodeCache
from lxml import html

from tradepress.browse import open_datasette

PUBLISHERS = {"signet": "The Signet Gazette", "makers": "Marks & Makers"}


@contextmanager
def a_run(
    path: Path,
    command: str = "crawl",
    *,
    is_sample: bool = True,
    state: str = "done",
    exit_code: int = 0,
    reason: str | None = None,
) -> Iterator[Writer]:
    """Write into an archive as one run, as the crawler does."""
    with open_writer(path, command=command) as writer:
        for name, publisher in PUBLISHERS.items():
            home = f"http://{name}.example/"
            writer.save_source(
                {
                    "name": name,
                    "publisher": publisher,
                    "home_url": home,
                    "language": "en",
                    "timezone": "Europe/London",
                    "is_sample": is_sample,
                }
            )
        writer.start_run(command, list(PUBLISHERS), "0.1.0")
        yield writer
        writer.commit()
        writer.end_run(state, exit_code, reason)


def save(writer: Writer, headline: str, body: str = "", *, links: Any = (), **fields: Any) -> str:
    """One story; its ref."""
    source = fields.setdefault("source", "signet")
    slug = re.sub("[^a-z0-9]+", "-", headline.lower()).strip("-") or "x"
    url = fields.setdefault("url", f"http://{source}.example/news/{slug}")
    if fields.get("policy") != "metadata-only":
        fields["body"] = body or f"{headline}, the tribunal said."
    return archive_rows.save(
        writer,
        {"headline": headline, **fields},
        links=[{"position": number, **link} for number, link in enumerate(links)],
        requested_url=url,
        extractor="rules 1",
        evidence={
            "headline": [{"value": headline, "evidence": "h1"}],
            "body": [{"value": 1, "evidence": "density"}],
        },
    ).ref


class Compiled(BytecodeCache):
    """Templates as another Datasette of this process compiled them: half of a page's time."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@cache
def _parsed(content: str) -> bytes:
    return pickle.dumps(parse_metadata(content))


def opened(path: Path, **options: Any) -> Any:
    """A Datasette opened with ``options``; what all have in common is read once a process."""
    with patch("datasette.utils.parse_metadata", lambda text: pickle.loads(_parsed(text))):
        served = open_datasette(path, **options)
    served.jinja_env.bytecode_cache = COMPILED
    return served


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def get(path: Path, address: str, **query: str) -> Any:
    """One answer of a Datasette on this archive."""
    return answers(path, [address + ("?" + urlencode(query) if query else "")])[0]


def answers(path: Path, addresses: list[str]) -> list[Any]:
    return ask(path, *(("GET", address, {}) for address in addresses))


def ask(
    path: Path, *requests: tuple[str, str, Mapping[str, str | bytes]], **options: Any
) -> list[Any]:
    """Answers to requests (method, address, headers) of one Datasette opened with ``options``."""
    served = opened(path, **options)

    async def answered() -> list[Any]:
        await served.invoke_startup()
        return [
            await served.client.request(method, address, headers=headers)
            for method, address, headers in requests
        ]

    try:
        return asyncio.run(answered())
    finally:
        served.executor.shutdown()
        for database in served.databases.values():
            database.close()


def page(path: Path, address: str, **query: str) -> Any:
    """The tree of a page that must be there, perhaps at the end of a redirect."""
    answer = get(path, address, **query)
    if answer.status_code == 302:
        answer = get(path, answer.headers["location"])
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def words(tree: Any, xpath: str = ".") -> str:
    return " ".join(" ".join(node.text_content() for node in tree.xpath(xpath)).split())


def cells(row: Any) -> list[str]:
    """The words of each cell of a row."""
    return [words(cell) for cell in row.xpath("th | td")]


def pairs(described: Any) -> dict[str, str]:
    """A list of terms as a dict."""
    return dict(
        zip(map(words, described.xpath("dt")), map(words, described.xpath("dd")), strict=True)
    )


def headlines(tree: Any) -> list[str]:
    return [
        node.text_content().strip()
        for node in tree.xpath("//ol[@class='cards']/li/*[self::h2 or self::h3]")
    ]


def column(tree: Any, name: str) -> list[str]:
    """The cells of one column of a table page."""
    heads = [words(head).removesuffix(" ▼") for head in tree.xpath("//main//thead//th")]
    return [words(row.xpath("td")[heads.index(name)]) for row in tree.xpath("//main//tbody/tr")]


@dataclass(frozen=True, kw_only=True)
class Served:
    """`tradepress browse` in a process of its own."""

    home: str
    """``http://127.0.0.1:PORT``"""
    process: subprocess.Popen[str]


@contextmanager
def browsing(archive: Path, *options: str) -> Iterator[Served]:
    """`tradepress browse` while the block lasts, from when it said that it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tradepress", "browse", "--archive", archive, "--port=0", *options],
        cwd=archive.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found, f"it said {said!r}"
        # Each request is a line: once a pipe is full, who writes into it waits for ever.
        reading = Thread(target=deque, args=(process.stdout, 0), daemon=True)
        reading.start()
        try:
            yield Served(home=found[0], process=process)
        finally:
            process.terminate()
            reading.join(timeout=300)
    finally:
        process.terminate()
        process.communicate(timeout=300)
