"""`tradepress sources new`: a site is looked over and declared, for an operator to check."""

import re
from dataclasses import asdict, replace
from pathlib import Path

import click

from crawler.survey.site_survey import NothingToDeclare, SiteSurvey
from tradepress.commands.options import configured, contact_option, json_option
from tradepress.commands.printed import print_json
from tradepress.jobs.file_pages import UnreadableFile

FOLDER = Path("sources")
"""Where no configuration says otherwise."""
SURE = ((0.9, "sure"), (0.7, "likely"), (0.0, "a guess"))


@click.command("new")
@click.argument("url", required=False)
@click.option(
    "--pages",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Saved pages in place of a visit: stories, and lists of them. May be repeated.",
)
@click.option("--url", "site", metavar="URL", help="Where the saved pages stood.")
@click.option("--name", help="Of the source.  [default: made from the host's]")
@click.option("--force", is_flag=True, help="Replace the file of that source.")
@contact_option
@json_option
def new_source(
    url: str | None,
    pages: tuple[Path, ...],
    site: str | None,
    name: str | None,
    force: bool,
    contact: str | None,
    as_json: bool,
) -> int:
    """Look the site at URL over (its front page, its list of stories or its feed), declare a source
    for it, and say what each part of the declaration rests on.

    At most 25 pages are asked for, as politely as in a crawl.
    """
    # Here, as listing the sources needs nothing of Scrapy.
    from scrapy.exceptions import UsageError

    from tradepress.jobs.survey_site import (
        AlreadyThere,
        name_for,
        require_free,
        survey_address,
        survey_pages,
        write_source,
    )

    if name is not None and not re.fullmatch("[a-z][a-z0-9]*", name):
        raise click.UsageError(f"{name!r} is no name: use small letters and digits.")
    if bool(url) == bool(pages):
        raise click.UsageError("Give the address of a site, or saved pages with --pages.")
    address = url or site
    folder = configured().sources.folder or FOLDER
    try:
        if address is not None:
            require_free(name or name_for(address), folder, force=force)
        if url:
            survey = survey_address(url, replace(configured(), contact=contact), name=name)
        else:
            survey = survey_pages(pages, url=site, name=name)
        written = write_source(survey, folder, force=force)
    except (AlreadyThere, UsageError) as error:
        raise click.UsageError(str(error)) from error
    except (NothingToDeclare, UnreadableFile) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        found = [asdict(finding) for finding in survey.findings]
        print_json({"findings": found, "source": asdict(survey.source), **asdict(written)})
        return 0
    print_survey(survey)
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
            f"There is no tradepress.toml here: until there is one, set "
            f"TRADEPRESS_SOURCES_FOLDER={folder} for these commands."
        )
    return 0


def print_survey(survey: SiteSurvey) -> None:
    """Each finding with how sure it is and why; then the stories that were read."""
    for finding in survey.findings:
        sure = next(words for least, words in SURE if finding.sureness >= least)
        first, *rest = finding.value
        click.echo(f"{finding.name:<15}{first}")
        for value in rest:
            click.echo(f"{'':<15}{value}")
        click.echo(f"{'':<15}{sure}: {finding.evidence}")
    read = [page for page in survey.stories if page.article is not None]
    click.echo(f"\n{len(read)} of {len(survey.stories)} stories read by these rules:")
    for page in read:
        assert page.article is not None
        day = (page.article.date_published or "no date")[:10]
        click.echo(f"  {day:<11}{page.article.headline}")
