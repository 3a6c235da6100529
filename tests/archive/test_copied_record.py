"""A record that came in a WARC file: copied where it says what we would write, else packed anew."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tradepress.archive.captures.copied_record import copy_or_pack
from tradepress.archive.captures.packing import pack, payload_digest
from tradepress.story import Capture

PAGE = Capture(
    url="https://signet.example/lantern",
    body=b"<p>The lantern mark stands.</p>" * 50,
    content_type="text/html",
    status=200,
    http_headers=(("Content-Type", "text/html"), ("Server", "dove")),
    date_captured=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
)
OTHERS_ID = "<urn:uuid:5b1ec8c5-0000-4000-8000-00000000beef>"
HEAD = {
    "WARC-Type": "response",
    "WARC-Date": "2020-01-02T03:04:05Z",
    "WARC-Record-ID": OTHERS_ID,
    "WARC-Target-URI": PAGE.url,
    "Content-Type": "application/http; msgtype=response",
}
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: dove\r\n\r\n"


def a_record(
    answer: bytes = ANSWER, body: bytes = PAGE.body, version: str = "1.0", **more: str
) -> bytes:
    """As other tools write it: by WARC 1.0, with the reason and fields of their own."""
    block = answer + body
    fields = HEAD | {
        "WARC-IP-Address": "192.0.2.7",
        "WARC-Payload-Digest": payload_digest(body),
        "WARC-Block-Digest": payload_digest(block),
        "Content-Length": str(len(block)),
    }
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def packed(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_record_that_says_what_we_would_is_copied(version: str) -> None:
    member = packed(a_record(version=version))
    copied = copy_or_pack(PAGE, member)
    assert (copied.member, copied.copied_id) == (member, OTHERS_ID)
    assert copied.digest == pack(PAGE).digest
    ours = pack(PAGE).member
    assert copy_or_pack(PAGE, ours).member == ours


@pytest.mark.parametrize(
    "record",
    [
        a_record(body=PAGE.body + b"<p>More.</p>"),
        a_record(body=b"5dc\r\n" + PAGE.body + b"\r\n0\r\n\r\n"),
        a_record(answer=ANSWER.replace(b"dove", b"hawk")),
        a_record(answer=ANSWER.replace(b"200 OK", b"203 OK")),
        a_record(answer=ANSWER.replace(b"200 OK", b"200 \x1b[31m")),
        a_record(answer=ANSWER.replace(b"Server: dove", b"Server:\r\n dove")),
        a_record(answer=ANSWER.replace(b"Server: dove", b"Server: dove\r\nSet-Cookie: a=1")),
        a_record(version="0.18"),
        a_record(WARC_Target_URI=f"<{PAGE.url}>"),
        a_record(WARC_Date="2020-01-02T03:04:06Z"),
        a_record(WARC_Date="20200102T030405Z"),
        a_record(WARC_Type="resource"),
        a_record(WARC_Record_ID="<urn:page:1>"),
        a_record(WARC_Payload_Digest="sha1:" + 32 * "A"),
        a_record(WARC_Block_Digest="sha1:" + 32 * "A"),
        a_record(Content_Length="7"),
        a_record(WARC_Truncated="length"),
        a_record(WARC_Source_URI="https://archive.example/lantern"),
        a_record(WARC_Warcinfo_ID="\x1b[31m"),
        a_record(WARC_Warcinfo_ID="<é>"),
        a_record(WARC_IP_Address="9" * 25_000),
        a_record().replace(b"WARC-IP-Address:", b"WARC-Date: 2020-01-02T03:04:05Z\r\nX:"),
        a_record().replace(b"WARC-IP-Address", b"WARC-Type: response\r\nWARC-IP-Address"),
        a_record().removesuffix(b"\r\n"),
        a_record() + b"\r\n",
        a_record() + a_record(),
        a_record() + bytes(10**7),
        b"",
    ],
)
def test_one_that_says_something_else_is_packed_anew(record: bytes) -> None:
    assert_anew(packed(record))


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda member: member + member,
        lambda member: member + b"\0",
        lambda member: member[:-1],
        lambda member: member[:-8] + bytes(8),
        lambda member: member[:3] + b"\x08" + member[4:10] + b"name\0" + member[10:],
        lambda member: gzip.compress(gzip.decompress(member), 0),
        lambda member: gzip.decompress(member),
        lambda member: b"",
    ],
)
def test_a_member_that_is_not_whole_bare_and_deflated_is_packed_anew(
    spoilt: Callable[[bytes], bytes],
) -> None:
    assert_anew(spoilt(packed(a_record())))


def test_what_is_told_of_an_answer_is_compared_with_its_bytes() -> None:
    """The header that a tool left at a page that it decoded is not believed, so not copied."""
    answer = ANSWER.replace(b"Server: dove", b"Server: dove\r\nContent-Encoding: gzip")
    member = packed(a_record(answer=answer))
    assert copy_or_pack(PAGE, member).copied_id is None
    believed = (*PAGE.http_headers, ("Content-Encoding", "gzip"))
    assert copy_or_pack(replace(PAGE, http_headers=believed), member).member == member


def assert_anew(member: bytes) -> None:
    made = copy_or_pack(PAGE, member)
    assert made.copied_id is None
    assert made.member != member
    assert gzip.decompress(made.member).startswith(b"WARC/1.1\r\n")
