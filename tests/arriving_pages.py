"""Archives of pages that came in as those of files do, without a process that reads any."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from archive_rows import PAPER, article_of
from libraries import FIRST

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.story import Capture

Pages = list[tuple[str, dict[str, Any]]]
"""The address of each, and what stood there."""


def read_pages(run: Run, pages: Pages) -> None:
    """As `ingest` takes them in."""
    for day, (url, fields) in enumerate(pages):
        found = run.addresses.add("signet", [(url, "pages.warc.gz")], state="done")
        run.addresses.schedule(found)
        if found:
            page = Capture(
                url=url,
                body=f"<h1>{fields['headline']}</h1>{fields['body']}".encode(),
                content_type="text/html",
                status=200,
                http_headers=(("ETag", f'"{day}"'),),
                date_captured=FIRST + timedelta(days=day),
                origin="file",
                source="signet",
            )
            article = article_of({"url": url, **fields, "capture": page})
            run.stories.save(article, extractor="tests 1")


def open_run(path: Path, *, is_part: bool = False, captures: bool = True) -> Any:
    kept = WarcCaptures(capture_folder(path)) if captures else None
    archive = open_archive(path, captures=kept)
    return archive, archive.run(RunKind.INGEST, sources=[SourceRow(**PAPER)], is_part=is_part)
