"""An archive with captured pages, for the tests of how they are shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.story import Capture, Policy, StoredArticle

SIGNET = SourceRow(
    name="signet",
    publisher="The Signet Gazette",
    home_url="http://signet.example/",
    language="en",
    timezone="Europe/London",
    is_sample=True,
)
LANTERN = "http://signet.example/news/lantern"
CAPTURED_AT = datetime(2017, 8, 4, 9, 15, tzinfo=UTC)


def page(body: bytes | str, **facts: Any) -> Capture:
    """As a crawl got it."""
    given = {"content_type": "text/html; charset=utf-8", "status": 200, "url": LANTERN, **facts}
    content = body.encode() if isinstance(body, str) else body
    return Capture(body=content, date_captured=CAPTURED_AT, source="signet", **given)


def keep(
    path: Path, *captures: Capture | None, site_id: str = "1", policy: Policy | None = None
) -> None:
    """A version of a story, ``signet-1``, for each page, a day after the one before; None: nothing
    is kept of it."""
    folder = WarcCaptures(capture_folder(path))
    for capture in captures:
        with (
            open_archive(path, captures=folder if capture else None) as archive,
            archive.run(RunKind.CRAWL, sources=[SIGNET]) as run,
        ):
            [(number,)] = archive.db.execute("SELECT count(*) + 1 FROM versions")
            received = capture or page("not kept")
            when = CAPTURED_AT + timedelta(days=number - 1)
            story = StoredArticle(
                source="signet",
                site_id=site_id,
                url=f"{LANTERN}-{site_id}",
                headline=f"Lantern <mark> refused {number}",
                body=f"The tribunal said so, hearing {number}.",
                capture=replace(received, date_captured=when),
                policy=policy,
            )
            run.stories.save(story, extractor="rules 1")
    folder.close()
