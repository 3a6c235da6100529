"""Shows ``/-/login``, where a room with a password asks for it, and ``/-/logout``."""
# mypy: disable-error-code="import-untyped"

from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.browse.datasette_settings import settings_of
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.serving.password import COOKIE, KEPT_FOR, LOGIN, TooManyGuesses
from tradepress.browse.serving.posting import is_local, read_form


@dataclass(frozen=True, kw_only=True, slots=True)
class LoginPage:
    """Holds what the template shows."""

    back: str
    """Is where to go on."""
    wrong: str | None = None


async def login_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    keeper = settings_of(datasette)["doorkeeper"]
    assert keeper  # or this page has no route
    home = str(datasette.urls.instance())
    if request.method != "POST":
        back = request.args.get("next") or home
        page = LoginPage(back=back if is_local(back) else home)
        return await visit.show("login.html", page)
    form = await read_form(request)
    back = form.back(home)
    try:
        is_right = form.is_current and await keeper.opens(form.value("password"), request.scope)
    except TooManyGuesses:
        said = "Too many try to log in just now. Try again in a minute."
        return await visit.show("login.html", LoginPage(back=back, wrong=said), status=429)
    if not is_right:
        said = "That is not the password." if form.is_current else "Please give it once more."
        return await visit.show("login.html", LoginPage(back=back, wrong=said), status=403)
    answer = Response.redirect(back)
    answer.set_cookie(
        COOKIE,
        keeper.token(),
        max_age=KEPT_FOR,
        httponly=True,
        secure=request.scheme == "https",
        samesite="lax",
        path=_cookie_path(datasette),
    )
    return answer


async def logout_page(datasette: Datasette, request: Request) -> Response:
    """Logs out, by a form alone: no link logs anybody out."""
    keeper = settings_of(datasette)["doorkeeper"]
    assert keeper
    keeper.log_out(request.scope)
    answer = Response.redirect(str(datasette.urls.path(LOGIN)))
    path = _cookie_path(datasette)
    answer.set_cookie(COOKIE, "", max_age=0, httponly=True, samesite="lax", path=path)
    return answer


def _cookie_path(datasette: Datasette) -> str:
    """Returns the path of the room; captured pages are at another port, without a prefix."""
    return "/" if settings_of(datasette).get("captures") else str(datasette.urls.instance())
