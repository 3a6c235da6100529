"""Shows ``/runs``, and ``/run/12``: what `tradepress runs` tells, for who looks after the
archive."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from tradepress.archive.database import Database
from tradepress.archive.ledger.outcomes import OUTCOMES, Outcome
from tradepress.archive.ledger.run_report import (
    RunFacts,
    RunReport,
    as_it_is,
    load_run,
    page_of_runs,
)
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.queries.reading_list import ListedRef, list_refs

RUNS_SHOWN = 50
MOST_REFS = 100
"""Limits the new stories and versions of a run that are named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunsPage:
    """Holds what the list shows."""

    runs: Sequence[RunFacts]
    """Lists the runs, the newest first."""
    outcomes: Sequence[Outcome] = OUTCOMES

    @property
    def older(self) -> int | None:
        """Returns the number before which the next page begins; None: these are the last."""
        return self.runs[-1].id if len(self.runs) == RUNS_SHOWN else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPage:
    """Holds what the page of one run shows."""

    report: RunReport
    new_stories: Sequence[ListedRef]
    """Lists their headlines of today."""
    new_versions: Sequence[ListedRef]

    @property
    def not_named(self) -> int:
        """Counts new stories and versions beyond those that are named."""
        named = len(self.report.new_stories) + len(self.report.new_versions)
        return max(0, self.report.run.outcomes[Outcome.STORED] - named)


async def runs_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    runs = await visit.ask(page_of_runs, before=visit.number("before"), limit=RUNS_SHOWN)
    shown = [as_it_is(run, Path(visit.archive.path)) for run in runs]
    return await visit.show("runs.html", RunsPage(runs=shown))


async def run_page(datasette: Datasette, request: Request) -> Response:
    """Shows one run.

    :raises NotFound: there is no such run
    """
    visit = PageVisit(datasette=datasette, request=request)
    number = int(request.url_vars["number"])
    report = await visit.ask_once(report_on, number)
    if report is None:
        raise NotFound(f"This archive has no run {number}.")
    run = as_it_is(report.run, Path(visit.archive.path))
    page = RunPage(
        report=replace(report, run=run),
        new_stories=await visit.ask(list_refs, report.new_stories),
        new_versions=await visit.ask(list_refs, report.new_versions),
    )
    return await visit.show("run.html", page)


def report_on(db: Database, number: int) -> RunReport | None:
    return load_run(db, number, most_refs=MOST_REFS)
