"""Pages that a script draws, on their way into an archive: what of their data comes into it."""

import sqlite3
from pathlib import Path

from conftest import Tradepress
from drawn_pages import FORMS, HEADLINE, PARAGRAPHS, SECRET, page, story
from test_ingest import a_warc

WIPR = "https://www.worldipreview.com/trademark/lantern-mark-lost"
TEASER = f"<h1>{HEADLINE}</h1><p>{PARAGRAPHS[0]}</p>"


def bodies(folder: Path) -> set[str]:
    archive = sqlite3.connect(folder / "archive.db")
    found = {body for (body,) in archive.execute("SELECT body FROM articles")}
    archive.close()
    return found


def test_what_a_wall_hides_is_in_no_row_of_the_archive(here: Tradepress, tmp_path: Path) -> None:
    walled = [
        (f"{WIPR}-{kind}-{number}", html)
        for number, form in enumerate(FORMS.values())
        for kind, html in (
            ("teaser", page(form(story()), shown=TEASER)),
            ("flag", page(form(story(isPremium=True)))),
        )
    ]
    (tmp_path / "walled.warc.gz").write_bytes(a_warc(*walled))
    assert here("ingest", "walled.warc.gz").stdout.count("script") == len(FORMS)
    here("reextract")
    assert bodies(tmp_path) == {PARAGRAPHS[0]}
    written = b"".join(path.read_bytes() for path in tmp_path.glob("archive.db*") if path.is_file())
    assert not [word for word in SECRET if word.encode() in written]


def test_a_drawn_page_is_stored_and_one_without_data_says_what_helps(
    here: Tradepress, tmp_path: Path
) -> None:
    drawn, bare = page(FORMS["Next"](story())), page("")
    pages = a_warc((f"{WIPR}-1", drawn), (f"{WIPR}-2", bare))
    (tmp_path / "pages.warc.gz").write_bytes(pages)
    here("ingest", "pages.warc.gz")
    assert bodies(tmp_path) == {"\n\n".join(PARAGRAPHS)}
    refused = here("runs", "1", "--refused")
    assert f"wipr: script  {WIPR}-2" in refused.stdout
    (tmp_path / "bare.html").write_text(bare)
    extracted = here("extract", "bare.html")
    for told in (refused.stderr, extracted.stderr):
        assert "story_data" in told
        assert "ingest" in told
    assert "“root” holds no text" in extracted.stderr
