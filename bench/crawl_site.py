"""Serves an invented paper on loopback by nginx: pages of 56 KB as the trade press has them.

Everything around the story is as heavy as on real sites: a menu of a hundred links, scripts and
styles in the page, cards of other stories, a footer. All of it is compressed once and served so.
"""

import gzip
import itertools
import json
import random
import re
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep

NGINX = Path("/usr/sbin/nginx")
SEED = 2026
PAGE_BYTES = 56_000
LISTED = 50
"""Is how many stories one page of the listing has."""
RELATED = 12
PARAGRAPHS = 11
WALK_IN = "/news/"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
NAMES = ["".join(part).capitalize() for part in itertools.product(SYLLABLES[::3], SYLLABLES[1::4])]
COMMON = re.findall(
    r"\w+",
    "the of to and a in that for is was on by with as it at be from has not which or are this had "
    "an its were their but have will would been one he who they all his said if when there than "
    "so no any court mark trade registry appeal use sign goods owner opposition case law ruling",
)
RARE = ["".join(part) for part in itertools.product(SYLLABLES[::2], SYLLABLES, SYLLABLES[::5])]
WORDS = [*COMMON, *random.Random(SEED).sample(RARE, len(RARE))]
WEIGHTS = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(WORDS))))
"""Fall as frequencies of real texts do (Zipf), so that no story is much like another."""


def story_path(number: int) -> str:
    """Returns the path of a story; the number is the paper's own id."""
    rng = random.Random(SEED + number)
    return f"/news/{'-'.join(word.lower() for word in rng.sample(NAMES, 4))}-{100_000 + number}"


def headline(number: int) -> str:
    return f"{' '.join(random.Random(SEED + number).sample(NAMES, 4))} settle a dispute"


def day(number: int) -> date:
    return date(2025, 12, 31) - timedelta(days=number % 7000)


def paragraph(rng: random.Random) -> str:
    sentences = (rng.choices(WORDS, cum_weights=WEIGHTS, k=rng.randrange(12, 26)) for _ in "....")
    return " ".join(f"{' '.join(words).capitalize()}." for words in sentences)


def card(number: int) -> str:
    """Returns a story as listings and other stories show it."""
    return (
        f'<article class="card card--m"><a class="card__link" href="{story_path(number)}">'
        f'<img class="card__image" loading="lazy" alt="" src="/i/{number}.jpg" width="320" '
        f'height="180"><h3 class="card__title">{headline(number)}</h3></a>'
        f'<time class="card__date" datetime="{day(number)}">{day(number):%d %B %Y}</time>'
        "</article>\n"
    )


def head(title: str, extra: str = "") -> str:
    styles = "".join(f".grid-{n}{{display:grid;gap:{n}px;margin:0 {n}px}}" for n in range(150))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f"{extra}<style>{styles}</style>\n<script>window.site={{}};</script></head><body>\n"
        + menu("header", 110)
    )


def menu(kind: str, links: int) -> str:
    items = "".join(
        f'<li class="{kind}__item"><a class="{kind}__link" href="/topic/{NAMES[n].lower()}">'
        f"{NAMES[n]}</a></li>\n"
        for n in range(links)
    )
    return (
        f'<{kind} class="site-{kind}"><nav><ul class="{kind}__list">{items}</ul></nav></{kind}>\n'
    )


def foot(written: int) -> str:
    """Returns the end of a page, filled up with script to its usual size."""
    end = menu("footer", 50)
    rng = random.Random(written)
    script: list[str] = []
    size = written + len(end)
    while size < PAGE_BYTES:
        n = rng.randrange(10**6)
        script.append(
            f'site.slots["s{n}"]={{w:{n % 900},h:90,on:function(e){{return e.v>{n}}}}};\n'
        )
        size += len(script[-1])
    return f"{end}<script>{''.join(script)}</script></body></html>\n"


def story(number: int, count: int) -> str:
    """Returns the page of one story."""
    rng = random.Random(SEED + number)
    author = f"{rng.choice(NAMES)} {rng.choice(NAMES)}"
    paragraphs = [paragraph(rng) for _ in range(PARAGRAPHS)]
    title = headline(number)
    declared = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "description": paragraphs[0][:150],
        "datePublished": f"{day(number)}T09:15:00+00:00",
        "author": [{"@type": "Person", "name": author}],
        "publisher": {"@type": "Organization", "name": "The Lantern Review"},
        "isAccessibleForFree": True,
    }
    page = head(
        f"{title} | The Lantern Review",
        f'<link rel="canonical" href="{story_path(number)}">\n'
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">\n'
        f'<meta name="description" content="{paragraphs[0][:150]}">\n'
        f'<script type="application/ld+json">{json.dumps(declared)}</script>\n',
    )
    page += (
        f'<main><article class="story"><h1 class="story__title">{title}</h1>\n'
        f'<p class="story__meta"><time datetime="{day(number)}">{day(number):%d %B %Y}</time> '
        f'by <a class="story__author" rel="author" href="/team">{author}</a></p>\n'
        '<div class="story__body">\n'
        + "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
        + '</div></article>\n<aside class="related"><h2>Related stories</h2>\n'
        + "".join(card(rng.randrange(count)) for _ in range(RELATED))
        + "</aside></main>\n"
    )
    return page + foot(len(page))


def listing(number: int, count: int) -> str:
    """Returns one page of the listing, counted from 1; it names the next."""
    last = -(-count // LISTED)
    page = head("News | The Lantern Review") + '<main><h1>News</h1><div class="grid-12">\n'
    page += "".join(map(card, range((number - 1) * LISTED, min(number * LISTED, count))))
    following = listing_path(number + 1) if number < last else None
    page += "</div>" + (f'<a rel="next" href="{following}">Next</a>' if following else "")
    return page + "</main>\n" + foot(len(page))


def listing_path(number: int) -> str:
    return WALK_IN if number == 1 else f"{WALK_IN}page/{number}/"


def write_site(folder: Path, count: int, real: Sequence[str] = ()) -> None:
    """Writes all pages of a paper of so many stories, compressed as nginx serves them.

    :param real: pages that stand in the place of our stories, one for each
    """
    for number in range(1, max(1, -(-count // LISTED)) + 1):
        _write(folder / f"{listing_path(number)[1:]}index.html.gz", listing(number, count))
    for number in range(count):
        page = real[number] if real else story(number, count)
        _write(folder / f"{story_path(number)[1:]}.html.gz", page)
    _write(folder / "robots.txt.gz", "User-agent: *\nAllow: /\n")


def _write(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(page.encode(), 6, mtime=0))


CONFIGURATION = """
daemon off;
master_process off;  # stays who started it, and may read the pages
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}; proxy_temp_path {folder};
    fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
    types {{ }}
    server {{
        listen 127.0.0.1:{port};
        root {site};
        default_type "{content_type}";
        gzip_static always;  # there are no other files
        location = /robots.txt {{ default_type text/plain; }}
        location = /sitemap.xml {{ default_type application/xml; }}
        location ~ /$ {{ rewrite ^(.*)$ $1index.html break; }}
        location / {{ rewrite ^(.*)$ $1.html break; }}
    }}
}}
"""


@contextmanager
def serve(site: Path, folder: Path, count: int, *, charset: bool) -> Iterator[str]:
    """Gives the site's home address for as long as nginx runs.

    :param site: where :func:`write_site` wrote
    :param folder: for nginx's own files
    :param charset: does Content-Type name the charset?
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    urls = "".join(f"<url><loc>{home}{story_path(number)}</loc></url>\n" for number in range(count))
    _write(site / "sitemap.xml.gz", f'<urlset xmlns="{SITEMAPS}">\n{urls}</urlset>\n')
    (folder / "nginx.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            site=site,
            port=port,
            content_type="text/html; charset=utf-8" if charset else "text/html",
        )
    )
    with subprocess.Popen(
        [NGINX, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    ) as nginx:
        try:
            _await(nginx, port)
            yield home
        finally:
            nginx.terminate()


def _await(nginx: subprocess.Popen[bytes], port: int) -> None:
    deadline = monotonic() + 10
    while nginx.poll() is None and monotonic() < deadline:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.02)
    raise SystemExit("nginx did not start; its error.log says why")
