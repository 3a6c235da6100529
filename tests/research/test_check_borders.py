"""Manuscripts are files of strangers: whatever they hold is read within limits, or refused."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from archive_rows import Writer, save, story, writer
from hypothesis import given
from hypothesis import strategies as st

from tradepress.research.checking.check_manuscript import check_manuscript
from tradepress.research.checking.read_manuscript import (
    ENDINGS,
    LONGEST_PARAGRAPH,
    MOST_BYTES,
    MOST_LETTERS,
    UnreadableManuscript,
    read_content,
    read_manuscript,
)

__all__ = ["writer"]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def document(text: str, before: str = "") -> bytes:
    body = f"{before}<w:document {W}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
    return packed({"word/document.xml": f"{body}</w:document>"})


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
)
REFUSED = {
    "no zip": (b"garbage", ".docx", "it is no Word document"),
    "a zip of something": (packed({"x": "y"}), ".docx", "it has no text"),
    "broken XML": (packed({"word/document.xml": "<w:p>"}), ".docx", "is no XML"),
    "entities": (document("&b;&c;", ENTITIES), ".docx", "declares a document type"),
    "a zip bomb": (
        packed({"word/document.xml": b" " * (MOST_BYTES + 1)}),
        ".docx",
        "unpacks to more than 20,000,000 bytes",
    ),
    "a long text": (b"word " * (MOST_LETTERS // 5 + 1), ".txt", "more than 4,000,000 letters"),
    "a long paragraph": (b"a" * (LONGEST_PARAGRAPH + 1), ".md", "part it by blank lines"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_too_much_or_no_manuscript_is_told_in_a_line(what: str) -> None:
    content, ending, words = REFUSED[what]
    with pytest.raises(UnreadableManuscript) as told:
        read_content(content, ending)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_is_of_a_known_kind_and_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableManuscript, match=r"not of a kind that is read: \.docx, \.md"):
        read_manuscript(tmp_path / "paper.pdf")
    with pytest.raises(UnreadableManuscript, match="can't be read: No such file"):
        read_manuscript(tmp_path / "paper.md")


SIGNS = st.sampled_from(
    [
        *(
            "“",
            "”",
            "‘",
            "’",
            "'",
            '"',
            "«",
            "»",
            "[",
            "](",
            ")",
            "[^1]",
            "[^1]:",
            "\n\n",
            "> ",
            "{",
        ),
        *("}", "\\footnote{", "\\enquote{", "\\url{", '\\"', "@article{a,", "title = {", "\\", "%"),
        *(
            "signet-1",
            "signet-1@2",
            "http://signetgazette.example/",
            "doi:10.5555/x",
            "…",
            "http://[::1?a",
            "www.[x",
            "?ref=x",
            "; ",
        ),
        *("Orrin Vale loses appeal 1", "The Signet Gazette", "4 August 2017", "商標拒絶", "\ufdd0"),
        *("Holm, P. (2017). ", "KAYA (Idris). ", "\n- ", "[https://perma.cc/AA-1]", "\\href{"),
        *("accessed ", "one two three four five six seven ", "\x00", "\ud800", "́", "<", "``", "''"),
    ]
)


@given(
    parts=st.lists(SIGNS | st.text(max_size=12), max_size=40), ending=st.sampled_from(ENDINGS[1:])
)
def test_whatever_is_written_is_read_and_checked(
    parts: list[str], ending: str, one_story: Writer
) -> None:
    content = "".join(parts).encode("utf-8", "surrogatepass")
    found = check_manuscript(one_story.db, read_content(content, ending)).findings
    assert all(finding.text is not None and finding.place for finding in found)


@given(
    at=st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), min_size=1, max_size=5),
    cut=st.integers(0, 60),
)
def test_a_damaged_word_document_is_read_or_refused(at: list[tuple[int, bytes]], cut: int) -> None:
    content = document("Orrin Vale loses its lantern")
    for place, signs in at:
        content = content[:place] + signs + content[place + cut * (place % 2) :]
    with suppress(UnreadableManuscript):
        read_content(content, ".docx")


def test_a_part_whose_place_can_not_be_is_refused() -> None:
    content = bytearray(document("Orrin Vale loses its lantern"))
    del content[10:40]
    with pytest.raises(UnreadableManuscript, match="no Word document, or a damaged one"):
        read_content(bytes(content), ".docx")


def test_a_note_that_is_called_again_and_again_stands_once() -> None:
    note = "one two three " * 1000
    calls = '<w:r><w:footnoteReference w:id="2"/></w:r>' * 20_000
    body = f"<w:document {W}><w:body><w:p>{calls}</w:p></w:body></w:document>"
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>{note}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    content = packed({"word/document.xml": body, "word/footnotes.xml": notes})
    (passage,) = read_content(content, ".docx")
    assert len(passage.text) < 2 * len(note)
    passages = read_content(f"{'[^1]' * 20_000}\n\n[^1]: {note}".encode(), ".md")
    assert sum(len(one.text) for one in passages) < 10 * len(note)


@given(content=st.binary(max_size=300), ending=st.sampled_from(ENDINGS))
def test_any_bytes_are_read_or_refused(content: bytes, ending: str) -> None:
    try:
        told = read_content(content, ending)
    except UnreadableManuscript as fault:
        assert ending == ".docx" and "\n" not in str(fault)  # noqa: PT017, PT018
    else:
        assert all(passage.place for passage in told)


@pytest.fixture(scope="module")
def one_story(tmp_path_factory: pytest.TempPathFactory) -> Writer:
    from archive_rows import PAPER, open_writer

    opened = open_writer(tmp_path_factory.mktemp("one") / "archive.db").__enter__()
    opened.save_source(PAPER)
    opened.start_run("tests", ["signet"], "0")
    save(opened, story(1))
    opened.commit()
    return opened


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["```", "```a\n~~~\n", "‘", "[^1]", "http://a.example/ "])
@pytest.mark.parametrize("ending", [".md", ".tex"])
def test_a_sign_again_and_again_takes_no_minute(sign: str, ending: str, one_story: Writer) -> None:
    content = (sign * (190_000 // len(sign.encode()))).encode()
    check_manuscript(one_story.db, read_content(content, ending))
