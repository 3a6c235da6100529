"""What a crawl carries from page to page, and where no answer can lead it."""

import pytest
from scrapy.http import Request, Response
from scrapy.utils.misc import load_object
from scrapy.utils.test import get_crawler
from test_conduct import settings_of

from tradepress.conduct.redirects import NotFollowed, Redirects
from tradepress.declared_sources import source_named


def test_no_cookie_login_proxy_or_address_is_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy.example:3128")
    settings = settings_of(source_named("wipr"))
    for name in ("COOKIES_ENABLED", "HTTPPROXY_ENABLED", "TELNETCONSOLE_ENABLED"):
        assert not settings.getbool(name), name
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert settings["REFERRER_POLICY"] == "no-referrer"
    in_force = {
        load_object(name) for name, at in settings.getdict("DOWNLOADER_MIDDLEWARES").items() if at
    }
    assert Redirects in in_force
    assert "HttpAuthMiddleware" not in {one.__name__ for one in in_force}


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://inside.example/x",
        "data:text/html,<h1>A story</h1>",
        "javascript:alert(1)",
        "gopher://127.0.0.1:70/x",
        "http://",
        "http://[::1",
    ],
)
def test_a_redirect_leads_to_the_web_and_nowhere_else(location: str) -> None:
    redirects = Redirects.from_crawler(get_crawler())
    request = Request("https://paper.example/news/1")
    answer = Response(request.url, status=302, headers={"Location": location})
    with pytest.raises(NotFollowed, match="which is not followed"):
        redirects.process_response(request, answer)
