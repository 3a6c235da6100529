"""A paper that somebody wrote by hand in 2003 and keeps alive: tables, a program with an ``id``,
windows-1252, a feed that no page names, and nothing declared for machines."""

from html import escape

from conftest import Answer
from sites.invented import InventedStory, PaperSite, invent, link, pages_of

NAME = "Sign & Shape Weekly"
PRINT = "Printed copies of this page may be handed on as long as our name stands on them."
ABOUT = (
    "Sign & Shape Weekly appears on most Thursdays. It was begun by the late Harold Pemmican, who "
    "set each page by hand, and is kept by his daughter, who does not.",
    "Letters to the editor are read by the editor. They should be short, and may be printed.",
)
STATIC = {"about.html": "About this paper", "contact.html": "Contact", "privacy.html": "Privacy"}
EVENTS = {3: "Lecture on handles at the Town Library", 7: "Visit to the lantern works at Vessby"}


def handmade_paper(home: str) -> PaperSite:
    stories = invent(
        lambda number, day, slug, section: f"/story.php?id={4700 + 3 * number}",
        seed=41,
        zone="Europe/London",
    )
    site = PaperSite(home=home, start=f"{home}/index.html", stories=stories, furniture=(PRINT,))
    for story in stories:
        _show(site, story.path, story.headline, _story(site, story))
    pages = list(pages_of(stories, 12))
    for number, shown in pages:
        rows = "".join(_row(one) for one in shown)
        further = " ".join(
            link(f"list.php?page={other}", str(other)) for other, _ in pages if other != number
        )
        html = f"<h2>All stories</h2><table>{rows}</table><p>Page {number}. Others: {further}</p>"
        for path in [f"/list.php?page={number}", *(["/list.php"] if number == 1 else [])]:
            _show(site, path, "All stories", html)
    front = "".join(
        f"<p><b>{link(one.path.lstrip('/'), one.headline)}</b><br>{escape(one.paragraphs[0][:120])} ...</p>"
        for one in stories[:5]
    )
    events = "".join(
        f"<li>{link(f'event.php?id={at}', words)}</li>" for at, words in EVENTS.items()
    )
    front += f"<h3>Coming up</h3><ul>{events}</ul>"
    for path in ("/", "/index.html"):
        _show(site, path, "Front page", front)
    for name, title in STATIC.items():
        words = "".join(f"<p>{escape(one)}</p>" for one in ABOUT)
        _show(site, f"/{name}", title, f"<h2>{title}</h2>{words}")
    for at, title in EVENTS.items():
        html = f"<h2>{title}</h2><p>On 14 May 2025 at six o'clock. Bring a friend and a coat.</p>"
        _show(site, f"/event.php?id={at}", title, html)
    site.show("/rss.xml", _feed(site), "text/xml")
    return site


def _show(site: PaperSite, path: str, title: str, main: str) -> None:
    menu = " | ".join(
        link(name, words)
        for name, words in (
            ("index.html", "Front page"),
            ("list.php", "All stories"),
            *((name, words) for name, words in STATIC.items()),
        )
    )
    html = f"""<html><head><title>{escape(title)} - {escape(NAME)}</title></head>
<body bgcolor="#ffffff"><table width="760"><tr><td colspan="2"><font size="5"><b>{escape(NAME)}</b></font><br>
{menu}</td></tr><tr><td valign="top" width="560">{main}</td>
<td valign="top" width="200"><font size="1"><b>Our letter</b><br>Leave your address, and we write when there is news.
<form action="letter.php"><input name="mail"><input type="submit" value="Send"></form></font></td></tr>
<tr><td colspan="2"><font size="1">Copyright 2003-2024 {escape(NAME)}. All rights reserved.</font></td></tr></table>
</body></html>"""
    body = html.encode("cp1252", "xmlcharrefreplace")
    site.pages[path] = Answer(body, headers={"Content-Type": "text/html; charset=windows-1252"})


def _row(story: InventedStory) -> str:
    day = f"{story.published:%d.%m.%Y}"
    return f"<tr><td>{day}</td><td>{link(story.path.lstrip('/'), story.headline)}</td></tr>"


def _story(site: PaperSite, story: InventedStory) -> str:
    number = site.stories.index(story)
    near = [site.stories[at] for at in (number - 1, number + 1) if 0 <= at < len(site.stories)]
    words = "".join(f"<p>{escape(one, quote=False)}</p>\n" for one in story.paragraphs)
    below = f"<p>{PRINT}</p>" if number % 4 else ""
    return f"""<h2>{escape(story.headline, quote=False)}</h2>
<p><i>{story.published:%-d %B %Y}, by {story.author}</i></p>
{words}{below}<hr><p>Earlier and later: {" - ".join(link(one.path.lstrip("/"), one.headline) for one in near)}</p>"""


def _feed(site: PaperSite) -> str:
    items = "".join(
        f"<item><title>{escape(one.headline)}</title><link>{escape(site.home + one.path)}</link></item>"
        for one in site.stories[:8]
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{escape(NAME)}</title>{items}</channel></rss>'
