"""Runs `tradepress sources new`: a site is looked over and declared, for an operator to check."""

import re
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradepress.commands.options import (
    configured,
    contact_option,
    is_terminal,
    json_option,
    page_address,
)
from tradepress.commands.printed import print_json

if TYPE_CHECKING:
    from tradepress.source import Source
    from tradepress.survey.site_survey import SiteSurvey

SHOWN, WORDS = 3, 60
"""Bound the stories that are asked about, and the characters of a line of theirs."""
DENIED = "seen to be wrong"
READ = ("headline", "day", "authors", "section", "body")
FOLDER = Path("sources")
"""Is the folder where no configuration says otherwise."""
SURE = ((0.9, "sure"), (0.7, "likely"), (0.0, "a guess"))


@click.command("new")
@click.argument("places", nargs=-1, metavar="URL | --pages FILE...")
@click.option("--pages", is_flag=True, help="Saved pages, stories and lists, in place of a visit.")
@click.option(
    "--url",
    type=page_address,
    metavar="URL",
    help="Address of the saved pages, if they don't say it.",
)
@click.option(
    "--har",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What your browser recorded of two stories, for pages that a script draws.",
)
@click.option("--name", help="Of the source.  [default: made from the host's]")
@click.option("--force", is_flag=True, help="Replace the file of that source.")
@click.option("--yes", is_flag=True, help="Don't ask whether the stories were read right.")
@contact_option
@json_option
def new_source(
    places: tuple[str, ...],
    pages: bool,
    url: str | None,
    har: Path | None,
    name: str | None,
    force: bool,
    yes: bool,
    contact: str | None,
    as_json: bool,
) -> int:
    """Look the site at URL over, and declare a source for it.

    URL is its front page, its list of stories or its feed; what each part of the declaration
    rests on is said. At most 22 pages are asked for, as politely as in a crawl.
    """
    # Here, as listing the sources needs nothing of it: half a second.
    from scrapy.exceptions import UsageError

    from tradepress.jobs.files.file_page import UnreadableFile
    from tradepress.jobs.survey_site import (
        MOST_REQUESTS,
        AlreadyThere,
        name_for,
        require_free,
        survey_address,
        survey_pages,
        write_source,
    )
    from tradepress.survey.site_survey import NothingToDeclare

    if name is not None and not re.fullmatch("[a-z][a-z0-9]*", name):
        raise click.UsageError(f"{name!r} is no name: use small letters and digits.")
    if not places or (len(places) > 1 and not pages):
        raise click.UsageError("Give the address of one site, or saved pages with --pages.")
    if pages and har is not None:
        raise click.UsageError("A recording (--har) goes with a visit, not with --pages.")
    site = None if pages else page_address(places[0])
    folder = configured().sources.folder or FOLDER
    try:
        if (address := site or url) is not None:
            require_free(name or name_for(address), folder, force=force)
        if site is None:
            survey = survey_pages(map(Path, places), url=url, name=name)
        else:
            declared = data_in(har, site) if har is not None else None
            click.echo(
                f"{site} is asked for at most {MOST_REQUESTS} pages, one after the other …",
                err=True,
            )
            configuration = replace(configured(), contact=contact)
            survey = survey_address(site, configuration, name=name, declared=declared)
        if not as_json:
            print_survey(survey)
            survey = survey if yes else asked(survey)
        written = write_source(survey, folder, force=force)
    except (AlreadyThere, UsageError) as error:
        raise click.UsageError(str(error)) from error
    except (NothingToDeclare, UnreadableFile) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        found = [asdict(finding) for finding in survey.findings]
        told = {"findings": found, "notes": survey.notes, "source": asdict(survey.source)}
        print_json({**told, **asdict(written)})
        return 0
    click.echo(f"\nWritten: {written.file}")
    if written.golden is not None:
        click.echo(f"Golden page: {written.golden} (kept locally: texts belong to others)")
    source = survey.source.name
    click.echo(
        f"Next: read {written.file}, then `tradepress sources check {source}` and "
        f"`tradepress crawl {source}`."
    )
    if configured().sources.folder is None:
        click.echo(
            "There is no tradepress.toml here: `tradepress init` writes one; or set "
            f"TRADEPRESS_SOURCES_FOLDER={folder} for these commands."
        )
    return 0


def data_in(har: Path, site: str) -> "Source":
    """Returns the site as a recording declares its data, and tells what it shows.

    :raises UnreadableFile: it can't be read
    """
    from tradepress.jobs.files.har_file import read_har
    from tradepress.jobs.site_visit import unknown_source

    found = read_har(har, unknown_source(site))
    for words in found.words:
        click.echo(f"{har.name}: {words}.", err=True)
    return found.site


def print_survey(survey: "SiteSurvey") -> None:
    """Prints each finding with how sure it is and why; then the stories that were read."""
    for words in survey.notes:
        click.echo(f"{'note':<15}{words}")
    for finding in survey.findings:
        sure = next(words for least, words in SURE if finding.sureness >= least)
        first, *rest = finding.value
        click.echo(f"{finding.name:<15}{first}")
        for value in rest:
            click.echo(f"{'':<15}{value}")
        click.echo(f"{'':<15}{sure}: {finding.evidence}")
    read = [page.article for page in survey.stories if page.article is not None]
    click.echo(f"\n{len(read)} of {len(survey.stories)} stories read by these rules:")
    for article in read:
        day = (article.date_published or "no date")[:10]
        click.echo(f"  {day:<11}{article.headline}")
    for article in read[:: max(len(read) // SHOWN, 1)][:SHOWN]:
        lines = (article.body or "").split("\n\n")
        told = {
            "day": article.date_published,
            "authors": ", ".join(article.authors),
            "section": article.section,
            "begins": shortened(lines[0]),
            "ends": shortened(lines[-1]),
        }
        click.echo(f"\n  {article.headline}")
        for name, shown in told.items():
            click.echo(f"    {name:<9}{shown or '–'}")


def asked(survey: "SiteSurvey") -> "SiteSurvey":
    """Asks whether the stories shown are right; what is denied stands under ``unverified``."""
    if not survey.stories:
        return survey
    if not is_terminal(sys.stdin):
        click.echo("\nIs that right? The same command asks with --force at a terminal.")
        return survey
    if click.confirm("\nIs that right?", default=True):
        return survey
    wrong: str = click.prompt(f"What is wrong ({', '.join(READ)})", value_proc=fields_named)
    unverified = "; ".join(filter(None, (f"{DENIED}: {wrong}", survey.source.unverified)))
    # What was read of the stories is no expected result.
    return replace(survey, source=replace(survey.source, unverified=unverified), stories=())


def fields_named(words: str) -> str:
    """Returns names of fields, joined; raises click.BadParameter where one is none."""
    named = re.findall(r"\w+", words.lower())
    if not named or not {*READ}.issuperset(named):
        raise click.BadParameter(f"name some of {', '.join(READ)}.")
    return ", ".join(named)


def shortened(line: str) -> str:
    return line if len(line) <= WORDS else f"{line[: WORDS - 1]}…"
