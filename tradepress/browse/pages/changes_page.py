"""Shows ``/story/wipr-14415/changes/1/2``: what changed in a story from version to version; and
``/story/wipr-14415/explain/headline``: why it has that."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.stories.versions import (
    ListedVersion,
    VersionDiff,
    diff_versions,
    list_versions,
)
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.story_page import no_story
from tradepress.research.explaining.explain_field import explain_field


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangesPage:
    """Holds what the template shows."""

    difference: VersionDiff
    versions: Sequence[ListedVersion]
    """Lists all that the story has, in the order in which its page stood so."""

    @property
    def older(self) -> ListedVersion:
        return self._version(self.difference.older)

    @property
    def newer(self) -> ListedVersion:
        return self._version(self.difference.newer)

    @property
    def is_reread(self) -> bool:
        """Is all the difference that a kept page was read again, by other rules?"""
        first, last = sorted(self.versions.index(one) for one in (self.older, self.newer))
        between = self.versions[first + 1 : last + 1]
        return bool(between) and all(one.is_reread for one in between)

    def _version(self, number: int) -> ListedVersion:
        return next(one for one in self.versions if one.version == number)


async def changes_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    ref = tilde_decode(request.url_vars["ref"])
    older, newer = (int(request.url_vars[name]) for name in ("older", "newer"))
    try:
        changes = await visit.ask_of_story(changes_between, ref, older, newer)
    except NoSuchArticle as error:
        return await no_story(visit, f"{ref}@{max(older, newer)}", error)
    return await visit.show("changes.html", changes)


def changes_between(db: Database, ref: str, older: int, newer: int) -> ChangesPage:
    """Compares two versions of a story.

    :raises NoSuchArticle: no such story or version, or it was withdrawn
    """
    return ChangesPage(
        difference=diff_versions(db, ref, older, newer), versions=list_versions(db, ref)
    )


async def explain_page(datasette: Datasette, request: Request) -> Response:
    """Shows why a field has its value; to strangers nothing of the captured page."""
    visit = PageVisit(datasette=datasette, request=request)
    ref, field = tilde_decode(request.url_vars["ref"]), request.url_vars["field"]
    folder = None if visit.is_public else capture_folder(Path(visit.archive.path))
    try:
        told = await visit.ask_of_story(explain_field, ref, field, folder)
    except NoSuchArticle as error:
        return await no_story(visit, ref, error)
    return await visit.show("explain.html", told)
