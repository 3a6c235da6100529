"""An association's news as Drupal serves them: teasers beside events on the front page, a list with
``?page=1`` for its second page, topics, and other pages at addresses like those of the stories."""

from html import escape

from sites.invented import SECTIONS, InventedStory, PaperSite, invent, link, marked, pages_of

NAME = "Guild of Mark Keepers"
PRINTED = "This report was first printed in the Keepers’ Bulletin, which members receive by post."
HEADING = "For members and friends of the Guild"
ABOUT = (
    "The Guild was founded in 1921 to speak for those who keep marks in order. It has nine hundred "
    "members in thirty countries, and its office is in Alicante.",
    "A council of twelve is elected every second year. Its minutes can be read by all members.",
)
STATIC = {
    "about/our-council": "Our council",
    "about/history": "History of the Guild",
    "contact": "Contact",
    "legal-notice": "Legal notice",
    "membership/join-us": "Join us",
    "news/subscribe": "Subscribe to our news",
    "news/press-contacts": "Press contacts",
}
EVENTS = {
    "annual-meeting-of-keepers-in-lisbon": "Annual meeting of keepers in Lisbon",
    "workshop-on-colours-and-shapes": "Workshop on colours and shapes",
    "young-keepers-evening-in-oslo": "Young keepers’ evening in Oslo",
}


def drupal_paper(home: str) -> PaperSite:
    stories = invent(
        lambda number, day, slug, section: f"/news/{slug}", seed=37, zone="Europe/Madrid"
    )
    site = PaperSite(home=home, start=f"{home}/", stories=stories, furniture=(HEADING, PRINTED))
    for story in stories:
        html = _frame(site, story.headline, _story(site, story), story)
        site.show(story.path, html)
        site.show(f"/node/{1100 + stories.index(story)}", html)
    _list(site, "/news", "News", stories)
    for section in SECTIONS:
        _list(
            site,
            f"/topics/{section.lower()}",
            section,
            [one for one in stories if one.section == section],
        )
    front = "".join(_teaser(site, one) for one in stories[:4]) + "".join(
        f'<article class="node node--type-event"><h2>{link(f"/events/{slug}", words)}</h2>'
        f"<p>Registration is open until the end of the month.</p></article>"
        for slug, words in EVENTS.items()
    )
    site.show("/", _frame(site, "Home", front))
    for slug, title in STATIC.items():
        site.show(f"/{slug}", _frame(site, title, f"<h1>{title}</h1>{marked(ABOUT)}"))
    for slug, title in EVENTS.items():
        words = f"{title} takes place on 14 May 2025 at 18:00. Members pay 40, guests pay 90."
        html = f'<article class="node--type-event"><h1>{title}</h1><p>14 May 2025</p>{marked([words, *ABOUT])}</article>'
        site.show(f"/events/{slug}", _frame(site, title, html))
    items = "".join(f"<li>{link(f'/events/{slug}', words)}</li>" for slug, words in EVENTS.items())
    site.show("/events", _frame(site, "Events", f"<h1>Events</h1><ul>{items}</ul>"))
    site.show("/rss.xml", _feed(site), "application/rss+xml; charset=utf-8")
    site.show(
        "/robots.txt", "User-agent: *\nDisallow: /admin/\nDisallow: /node/add/\n", "text/plain"
    )
    return site


def _teaser(site: PaperSite, story: InventedStory) -> str:
    return (
        f'<article class="node node--type-news node--view-mode-teaser"><h2>'
        f'{link(story.path, story.headline)}</h2><div class="field--name-created">'
        f'<time datetime="{story.published.isoformat()}">{story.published:%-d %B %Y}</time></div>'
        f'<p>{escape(story.paragraphs[0][:140])}</p><ul class="links"><li>'
        f'<a href="{story.path}" rel="tag" title="{escape(story.headline)}">Read more</a></li></ul></article>'
    )


def _list(site: PaperSite, path: str, title: str, stories: list[InventedStory]) -> None:
    pages = list(pages_of(stories, 10))
    for number, shown in pages:
        pager = "".join(
            f'<li class="pager__item"><a href="?page={other - 1}" title="Go to page {other}">{other}</a></li>'
            for other, _ in pages
            if other != number
        )
        html = (
            f"<h1>{title}</h1>{''.join(_teaser(site, one) for one in shown)}"
            f'<nav class="pager"><ul>{pager}</ul></nav>'
        )
        own = [path] if number > 1 else [path, f"{path}?page=0"]
        for one in [f"{path}?page={number - 1}"] if number > 1 else own:
            site.show(one, _frame(site, title, html))


def _frame(site: PaperSite, title: str, main: str, story: InventedStory | None = None) -> str:
    menu = "".join(
        f"<li>{link(path, words)}</li>"
        for path, words in (
            ("/", "Home"),
            ("/news", "News"),
            ("/events", "Events"),
            ("/about/our-council", "Our council"),
            ("/membership/join-us", "Join us"),
        )
    )
    topics = "".join(f"<li>{link(f'/topics/{one.lower()}', one)}</li>" for one in SECTIONS)
    foot = "".join(f"<li>{link(f'/{slug}', words)}</li>" for slug, words in STATIC.items())
    meta = (
        f'<link rel="canonical" href="{site.home}{story.path}">'
        f'<link rel="shortlink" href="{site.home}/node/{1100 + site.stories.index(story)}">'
        if story
        else ""
    )
    return f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8">{meta}
<title>{escape(title)} | {NAME}</title>
<link rel="alternate" type="application/rss+xml" title="" href="{site.home}/rss.xml"></head>
<body class="path-node"><header role="banner"><a href="/" rel="home">{NAME}</a>
<nav role="navigation" class="menu--main"><ul>{menu}</ul></nav></header>
<main role="main">{main}</main>
<aside class="region-sidebar"><div class="block"><h2>Topics</h2><ul>{topics}</ul></div>
<div class="block"><h2>Newsletter</h2><p>Our letter comes once a month. {link("/news/subscribe", "Subscribe to our news")}</p>
<form><input type="email"><input type="submit" value="Send"></form></div></aside>
<footer role="contentinfo"><ul>{foot}</ul></footer></body></html>"""


def _story(site: PaperSite, story: InventedStory) -> str:
    number = site.stories.index(story)
    above = f"<p><em>{HEADING}</em></p>" if number % 5 < 3 else ""
    printed = f"<p><em>{PRINTED}</em></p>" if number % 2 else ""
    others = "".join(
        f"<li>{link(one.path, one.headline)}</li>" for one in site.stories[number + 1 : number + 4]
    )
    return f"""<article class="node node--type-news node--view-mode-full"><h1><span class="field--name-title">
{escape(story.headline)}</span></h1><div class="node__meta">Submitted by <span>{story.author}</span> on
<time datetime="{story.published.isoformat()}">{story.published:%-d %B %Y - %H:%M}</time></div>
<div class="field field--name-body field__item">{above}{marked(story.paragraphs)}{printed}</div>
<div class="field field--name-field-topics"><div class="field__label">Topics</div>
<a href="/topics/{story.section.lower()}">{story.section}</a></div>
<div class="block block-related"><h2>More news</h2><ul>{others}</ul></div></article>"""


def _feed(site: PaperSite) -> str:
    items = "".join(
        f"<item><title>{escape(one.headline)}</title><link>{site.home}{one.path}</link>"
        f"<pubDate>{one.published:%a, %d %b %Y %H:%M:%S %z}</pubDate>"
        f'<guid isPermaLink="false">{at} at {site.home}</guid></item>'
        for at, one in enumerate(site.stories[:10])
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{NAME}</title>{items}</channel></rss>'
