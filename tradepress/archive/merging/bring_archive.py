"""Brings all that another archive holds into a run of this one, step by step."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tradepress.archive.care.verify import look_over
from tradepress.archive.errors import damaged
from tradepress.archive.file.full_text import hold_more
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.merging.bring_part import ArrivingPart
from tradepress.archive.merging.bring_rest import (
    WithdrawnThere,
    bring_addresses,
    bring_site_files,
    resolve_links,
    withdrawn_there,
)
from tradepress.archive.merging.bring_story import Brought, Keeps, bring_story
from tradepress.archive.merging.copied_pages import CopiedPages
from tradepress.archive.merging.other_archive import OtherArchive, UnreadStory
from tradepress.archive.run import Run
from tradepress.archive.withdrawal.tombstones import load_withdrawn_people
from tradepress.archive.withdrawal.withdrawn_people import leave_out_people

BATCH = 250
"""Counts stories, pages or addresses committed together: what a kill undoes, and comes again."""


@dataclass(kw_only=True, slots=True)
class MergedArchive:
    """Says what came in of one archive."""

    path: Path
    stories: Counter[Outcome] = field(default_factory=Counter)
    """Counts how many of its stories ended so."""
    told: list[Brought] = field(default_factory=list)
    """Lists stories that failed or are kept out, or have another ref or number here."""
    unreadable: list[str] = field(default_factory=list)
    """Lists the raw pages that stayed behind, in words."""
    withdrawn: list[WithdrawnThere] = field(default_factory=list)
    """Lists what it withdrew and this archive did not."""
    people: int = 0
    """Counts people whose names it left out of the mentions, as this archive does from now on."""
    sums: RunSums | None = None
    """Sums up the run; None: there was nothing in it, and no archive was made of it."""

    @property
    def exit_code(self) -> int:
        """Returns 1 if a story or a raw page could not be brought in."""
        return int(bool(self.stories[Outcome.FAILED] or self.unreadable))


def bring_archive(
    run: Run, other: OtherArchive, keeps: Keeps, merged: MergedArchive
) -> Iterator[int]:
    """Brings in all that the other archive holds, in batches that are committed.

    :param run: that knows the sources of the other archive (:func:`join_sources`)
    :param merged: is filled
    :returns: after each step, between which it may be broken off, how many stories were brought
    :raises ArchiveError: this archive can't be written, or the other one not read
    """
    run.transaction.begin()
    hold_more(run.transaction.db.conn)
    for number, _ in enumerate(_steps(run, other, keeps, merged), 1):
        if number % BATCH == 0:
            run.transaction.commit()
        if run.failure is not None:
            raise run.failure
        yield merged.stories.total()


def _steps(run: Run, other: OtherArchive, keeps: Keeps, merged: MergedArchive) -> Iterator[object]:
    """Takes all the steps that there are to do; after each all is whole."""
    if other.part is not None:
        yield from _steps_of_part(run, other, other.part, keeps, merged)
        return
    merged.unreadable += (words for check, words in look_over(other.db) if check == "chain")
    merged.people = leave_out_people(run.transaction, load_withdrawn_people(other.db).values())
    pages = CopiedPages(run.transaction, run.ledger.run_id, other, merged.unreadable.append)
    for story in other.stories():
        brought = bring_story(run, story, pages, keeps)
        merged.stories[brought.outcome] += 1
        if brought.reason is not None:
            merged.told.append(brought)
        yield brought
    yield from pages.copy_refused()
    yield from bring_addresses(run, other)
    bring_site_files(run, other)
    resolve_links(run, other)
    merged.withdrawn = withdrawn_there(run, other)


def _steps_of_part(
    run: Run, other: OtherArchive, name: str, keeps: Keeps, merged: MergedArchive
) -> Iterator[object]:
    """Goes on where an earlier run was broken off; does nothing where the part is whole."""
    place = run.page_files.next_place(name)
    if place is None:
        return
    part = ArrivingPart(run=run, other=other, name=name, keeps=keeps)
    for story in other.stories(place):
        if isinstance(story, UnreadStory):
            raise damaged(other.path, f"{story.ref}: {story}")
        brought = part.bring_story(story)
        merged.stories[brought.outcome] += 1
        yield brought
    part.bring_rest()
    yield merged
