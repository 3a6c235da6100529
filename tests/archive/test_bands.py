"""Bands wait and go into the file many at once: whatever happens meanwhile, none is lost or found
twice."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from archive_rows import PAPER, Writer, open_writer, save, story, withdraw
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepress.archive.care.integrity import problems
from tradepress.archive.near_duplicates import bands
from tradepress.archive.near_duplicates.fingerprint import (
    SIGNATURE_SIZE,
    band_numbers,
    text_signature,
    unpack,
)
from tradepress.archive.withdrawal.request import tombstone_for

ARTICLES = 6
STEPS = ("save", "save", "save", "drop", "fail", "commit", "kill")


def signature(text: int) -> tuple[int, ...]:
    """One of a text; neighbours share some of its bands."""
    return tuple(
        place << 25 | (text if place % 6 else text // 3) for place in range(SIGNATURE_SIZE)
    )


def bands_in(writer: Writer) -> set[tuple[int, int]]:
    """Those of the file, and those that it says are waiting, as another program reads it."""
    waiting = writer.rows("SELECT * FROM fingerprints_waiting JOIN fingerprints USING (article_id)")
    found = [
        (row["band"], row["article_id"]) for row in writer.rows("SELECT * FROM fingerprint_bands")
    ]
    for row in waiting:
        found += [(band, row["article_id"]) for band in band_numbers(unpack(row["signature"]))]
    assert len(found) == len(set(found))
    return set(found)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(1, ARTICLES), st.integers(0, 9)),
        min_size=5,
        max_size=40,
    ),
    st.integers(0, 4),
)
def test_what_shares_a_band_is_found_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]], most_waiting: int
) -> None:
    path = tmp_path_factory.mktemp("bands") / "archive.db"
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in range(1, ARTICLES + 1):
            save(writer, story(number, body="Short."))
        writer.commit()
    now: dict[int, tuple[int, ...]] = {}
    lasting = dict(now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "MOST_WAITING", most_waiting)
        writer = open_writer(path)
        for step, article_id, text in steps:
            match step:
                case "save":
                    bands.save_fingerprint(writer.transaction, article_id, signature(text))
                    now[article_id] = signature(text)
                case "drop":
                    bands.drop_fingerprint(writer.transaction, article_id)
                    now.pop(article_id, None)
                case "fail":
                    with suppress(OverflowError), writer.transaction.atomic():
                        bands.save_fingerprint(writer.transaction, article_id, signature(text))
                        raise OverflowError
                case "commit":
                    writer.commit()
                    lasting = dict(now)
                case "kill":
                    writer.close()
                    writer = open_writer(path)
                    now = dict(lasting)
            asked = signature(text)
            shared = bands.articles_sharing_a_band(writer.transaction, asked)
            assert sorted(shared) == sorted(
                one
                for one, theirs in now.items()
                for _ in {*band_numbers(theirs)} & {*band_numbers(asked)}
            )
            assert bands_in(writer) == {
                (band, one) for one, theirs in now.items() for band in band_numbers(theirs)
            }
        writer.commit()
        assert problems(writer.db) == []
        writer.close()


def test_a_withdrawal_takes_bands_that_wait_and_leaves_the_others(tmp_path: Path) -> None:
    """It also empties what the connection keeps for itself, which is made anew."""
    words = [f"lantern{number}" for number in range(400)]
    texts = [" ".join(random.Random(seed).choices(words, k=90)) for seed in range(3)]
    signatures = [text_signature(text, is_teaser=False) for text in texts]
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number, text in enumerate(texts[:2], 1):
            save(writer, story(number, body=text))
        writer.commit()
        withdraw(writer, None, [tombstone_for(writer.db, 1, reason="order")])
        assert {article_id for _, article_id in bands_in(writer)} == {2}
        save(writer, story(3, body=texts[2]))
        writer.commit()
        for packed, found in zip(signatures, ([], [2], [3]), strict=True):
            assert packed is not None
            shared = bands.articles_sharing_a_band(writer.transaction, unpack(packed))
            assert [*dict.fromkeys(shared)] == found


def test_bands_go_into_the_file_when_enough_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "MOST_WAITING", 2)
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        waiting = []
        for number in range(1, 6):
            save(writer, story(number, body="Short."))
            bands.save_fingerprint(writer.transaction, number, signature(number))
            waiting.append(writer.value("SELECT count(*) FROM fingerprints_waiting"))
        assert waiting == [1, 2, 1, 2, 1]
        in_file = writer.rows("SELECT DISTINCT article_id FROM fingerprint_bands ORDER BY 1")
        assert [row["article_id"] for row in in_file] == [1, 2, 3, 4]
