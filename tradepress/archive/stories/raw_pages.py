"""Writes raw pages into the WARC files, and their index: a row for each record."""

from collections.abc import Mapping
from dataclasses import replace

from tradepress.archive.captures.packing import pack
from tradepress.archive.clean import Value, fitting_number
from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.ledger.ledger import Ledger
from tradepress.archive.text_forms import storable
from tradepress.story import Capture

PAGE = """
    SELECT captures.id, captures.url, digest, file, "offset", length
    FROM articles JOIN version_rows ON article_id = articles.id
    JOIN captures ON captures.id = capture_id
    WHERE articles.id = ? AND version_rows.version = coalesce(?, articles.version)
"""


class RawPages:
    """Keeps tables ``captures`` and ``capture_records``; nothing is written if none are kept."""

    def __init__(self, transaction: Transaction, ledger: Ledger) -> None:
        self._transaction = transaction
        self._ledger = ledger

    def save(self, capture: Capture | None) -> int | None:
        """Saves a page; returns the id of its row. Its request and data go with it as far as known,
        and with a page that was rendered the answer of which it was made.

        :raises ArticleRowError: its address is too long for a record
        """
        captures = self._transaction.captures
        if capture is None or captures is None:
            return None
        packed = capture.packed or pack(capture)
        place = captures.append(replace(capture, packed=packed))
        captured = capture.date_captured
        capture_id = self._transaction.insert(
            "captures",
            {
                "run_id": self._ledger.run_id,
                "url": storable(capture.url),
                "date_captured": utc_text(captured) if captured else None,
                "origin": capture.origin,
                "retrieved_from": capture.retrieved_from and storable(capture.retrieved_from),
                "status": fitting_number(capture.status),
                "content_type": capture.content_type and storable(capture.content_type),
                **place,
            },
        )
        answer = packed
        if capture.received is not None and packed.received is not None:
            answer = packed.received
            place = captures.append(replace(capture.received, packed=answer))
            self._save_record(capture_id, "response", capture, place)
        if answer.request is not None:
            place = captures.append_record(answer.request, capture.source)
            self._save_record(capture_id, "request", capture, place)
        if capture.data is not None:
            data = capture.data.packed or pack(capture.data)
            place = captures.append(replace(capture.data, packed=data))
            self._save_record(capture_id, "data", capture.data, place)
        return capture_id

    def save_visit(self, article_id: int, visit: Capture, version: int | None) -> None:
        """Saves that the site still had the page of a story's version, if that is proven.

        :param visit: the answer: "not modified" (304), or a page again
        :param version: its number; None: the current one
        """
        captures = self._transaction.captures
        if captures is None:
            return
        for page in self._transaction.rows(PAGE, [article_id, version]):
            place = captures.append_revisit(visit, page)
            if place is not None:
                self._save_record(page["id"], "revisit", visit, place)

    def _save_record(
        self, capture_id: int, kind: str, capture: Capture, place: Mapping[str, str | int]
    ) -> None:
        captured = capture.date_captured
        row: dict[str, Value] = {
            "capture_id": capture_id,
            "kind": kind,
            "run_id": self._ledger.run_id,
            "date_captured": utc_text(captured) if captured else utc_now(),
        }
        self._transaction.insert("capture_records", {**row, **place})
