"""Reads the page of one record, or says why it has none."""

import re
from contextlib import suppress
from datetime import UTC, datetime

from fastwarc.warc import WarcRecord, WarcRecordType

from tradepress.archive.captures.content_encoding import LARGEST, decode, without_chunks
from tradepress.archive.clock import instant_of, utc_text
from tradepress.archive.web_address import web_address
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.http_answer import HttpAnswer, read_answer
from tradepress.jobs.files.odd_records import CutOffRecord
from tradepress.jobs.files.page_folders import MARKUP, START
from tradepress.jobs.files.saved_pages import in_the_past
from tradepress.story import Revisit

PAGE_TYPES = ("text/html", "application/xhtml", "text/plain")
KINDS = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)
HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!--|(?:head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)"
    rb"[ >])",
    re.IGNORECASE,
)
"""Matches how HTML begins, by https://mimesniff.spec.whatwg.org (7.1), beside MARKUP."""
ID = re.compile(r"[!-~]{1,200}")
NO_HTML = "no HTML"
WITHOUT_TYPE = "without type"
OTHER_STATUS = "redirects and errors"
TOO_LARGE = "of more than 10 MB"
NO_WEB_ADDRESS = "of no web address"
OTHER_KIND = "of an unknown kind"
NO_DATE = "with a date that can't be read"


class NoPage(Exception):
    """Raised of a record that is whole and has no page; the message follows a number."""


def read_record(record: WarcRecord, url: str, offset: int) -> FilePage:
    """Reads a record as a page.

    :raises NoPage: it has none
    :raises UnreadableFile: its page is in no encoding that is known here, or it has no address
        or a time to come
    :raises OSError: the file ends within it
    """
    if record.record_type not in KINDS:
        raise NoPage(OTHER_KIND)
    answer, said = _answer_of(record, url)
    if answer.status not in (None, 200):
        raise NoPage(OTHER_STATUS)
    if record.content_length > LARGEST:
        raise NoPage(TOO_LARGE)
    page = raw = answer.beginning + record.reader.read()
    if answer.size + len(raw) < record.content_length:
        raise CutOffRecord("it is cut off")
    if "chunked" in answer.get("transfer-encoding").lower():
        raw = without_chunks(raw) or raw
        answer = answer.without("transfer-encoding")
    if answer.status is not None:
        try:
            page = decode(raw, answer.get("content-encoding"))
        except (OSError, ValueError) as error:
            if not raw.lstrip().startswith(b"<"):
                raise UnreadableFile(str(error)) from error
            page = raw  # some tools decode the page, and keep the header
            answer = answer.without("content-encoding")
    else:
        page = raw
    if not said:
        if not (MARKUP.search(page[:START]) or HTML.match(page)):
            raise NoPage(WITHOUT_TYPE)
        said = "text/html"
    return FilePage(
        page=page,
        raw=raw,
        url=_address(url),
        content_type=said,
        status=answer.status,
        http_headers=answer.headers,
        date_captured=date_of(record),
        offset=offset,
        record_id=record.record_id if ID.fullmatch(record.record_id or "") else None,
        digest=record.headers.get("WARC-Payload-Digest"),
    )


def revisit_in(record: WarcRecord, url: str, offset: int) -> Revisit:
    """Reads what a record says of a page that was the same as before.

    :raises NoPage: it was none
    :raises UnreadableFile: it has no address, or no time
    """
    answer, _ = _answer_of(record, url)
    if answer.status not in (None, 200, 304):
        raise NoPage(OTHER_STATUS)
    seen_at = date_of(record)
    if seen_at is None:
        raise UnreadableFile("it does not say when the page was the same")
    at = instant(record.headers.get("WARC-Refers-To-Date") or "")
    target = record.headers.get("WARC-Refers-To-Target-URI")
    return Revisit(
        url=_address(url),
        seen_at=utc_text(seen_at),
        offset=offset,
        digest=record.headers.get("WARC-Payload-Digest"),
        refers_to=record.headers.get("WARC-Refers-To"),
        refers_to_url=_address(target.strip("<>")) if target else None,
        refers_to_date=utc_text(at.replace(tzinfo=at.tzinfo or UTC)) if at else None,
    )


def _answer_of(record: WarcRecord, url: str) -> tuple[HttpAnswer, str]:
    """Returns what the site answered, and the type that is said of it; empty: none is.

    :raises NoPage: it is no page
    """
    if not url.lower().startswith(("http://", "https://")):
        raise NoPage(NO_WEB_ADDRESS)
    of_record = record.headers.get("Content-Type") or ""
    is_http = of_record.lower().startswith("application/http")
    if is_http or record.record_type in (WarcRecordType.response, WarcRecordType.revisit):
        answer = read_answer(record.reader)
    else:
        answer = HttpAnswer(status=None, beginning=b"")
    said = answer.get("content-type") or (
        of_record if not is_http and answer.status is None else ""
    )
    said = said or record.headers.get("WARC-Identified-Payload-Type") or ""
    if said and not said.lower().startswith(PAGE_TYPES):
        raise NoPage(OTHER_STATUS if answer.status not in (None, 200, 304) else NO_HTML)
    return answer, said


def _address(url: str) -> str:
    try:
        return web_address(url)
    except ValueError as error:
        raise UnreadableFile("its address is none") from error


def date_of(record: WarcRecord) -> datetime | None:
    """Returns when it was captured; None where the record does not say so.

    :raises UnreadableFile: that has not come
    """
    moment = instant(record.headers.get("WARC-Date") or "")
    return in_the_past(moment) if moment else None


def instant(said: str) -> datetime | None:
    """Reads a time as ISO 28500 has it, or in digits as ARC files do, which says the day at least;
    None: it is none."""
    digits = re.sub(r"[^0-9]", "", said)[:14]
    with suppress(ValueError):
        if said.strip().isdecimal() and len(digits) >= 8:
            return instant_of(f"{digits[: len(digits) // 2 * 2]:0<14}")
        return datetime.fromisoformat(said.strip())
    return None
