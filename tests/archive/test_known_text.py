"""What was worked out of a text is taken for that very text alone, and never from a stranger."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_rows import story
from libraries import Library

from tradepress.archive.stories.clean_story import CleanStory, KnownText, clean_story
from tradepress.archive.stories.content_hash import content_hash
from tradepress.story import StoredArticle

TEXT = " ".join(f"kettle{number} lantern{number}" for number in range(30))
ARTICLE = StoredArticle(
    source="signet", url="https://signet.example/a", headline="Lantern", body=TEXT
)
KNOWN = KnownText(article=ARTICLE, content_hash="known", signature=b"known")


def test_known_of_the_same_words_it_is_taken() -> None:
    clean = clean_story(ARTICLE, KNOWN)
    assert (clean.content_hash, clean.signature) == ("known", b"known")


@pytest.mark.parametrize(
    "change", [{"body": f"{TEXT}."}, {"headline": "Lanterns"}, {"authors": ("A. Ray",)}]
)
def test_of_other_words_it_is_worked_out(change: dict[str, Any]) -> None:
    article = replace(ARTICLE, **change)
    assert made(clean_story(article, KNOWN)) == made(clean_story(article))
    assert clean_story(article, KNOWN).content_hash == content_hash(article)


def test_a_teaser_has_no_signature() -> None:
    teaser = replace(ARTICLE, is_truncated=True)
    assert clean_story(teaser, KNOWN).signature is None


def test_another_archive_s_signature_is_not_taken(tmp_path: Path) -> None:
    there, here = Library(tmp_path / "there.db"), Library(tmp_path / "here.db")
    there.keep((0, story(1, body=TEXT)))
    (signature,) = there.ask("SELECT signature FROM fingerprints")
    with closing(sqlite3.connect(there.path)) as db, db:
        db.execute("UPDATE fingerprints SET signature = zeroblob(256)")
    here.take(there)
    assert here.ask("SELECT signature FROM fingerprints") == [signature]


def made(clean: CleanStory) -> tuple[object, ...]:
    return clean.columns, clean.content_hash, clean.signature
