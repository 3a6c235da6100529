"""A blog as WordPress serves it: slugs at the root, categories, tags, comments, a shop, events."""

from html import escape

from sites.invented import (
    COMMENTS,
    SECTIONS,
    InventedStory,
    PaperSite,
    invent,
    link,
    marked,
    pages_of,
)

NAME = "The Lantern Post"
LETTER = "Get the Lantern Letter, our briefing for every Friday, free of charge."
TIP = "Have you heard of a case that we should know? Write to our desk at desk@lanternpost.example."
ABOUT = (
    "The Lantern Post was founded in 1998 by four friends who could not agree about a kettle. Since "
    "then it has reported on marks, designs and the people who quarrel about them, from an office "
    "above a bakery in Vessby.",
    "We are independent of all firms and offices. Our reporters pay for their own lunches, and our "
    "readers pay for the rest, for which we thank them every year with a dinner.",
)
STATIC = {
    "about": "About us",
    "contact": "Contact",
    "privacy-policy": "Privacy policy",
    "terms-and-conditions-of-use": "Terms and conditions of use",
    "advertise-with-us": "Advertise with us",
}
EVENTS = {
    "spring-marks-dinner-in-vessby": "Spring Marks Dinner in Vessby",
    "the-handle-day-for-designers": "The Handle Day for designers",
}
GOODS_SOLD = {
    "six-sided-lantern-mug": "Six-sided lantern mug",
    "kettle-tea-towel": "Kettle tea towel",
}


def wordpress_paper(home: str) -> PaperSite:
    stories = invent(lambda number, day, slug, section: f"/{slug}/", seed=11, zone="Europe/London")
    site = PaperSite(home=home, start=f"{home}/", stories=stories, furniture=(LETTER, TIP))
    for story in stories:
        site.show(story.path, _frame(site, story.headline, _story(site, story), story))
    _list(site, "/", NAME, stories)
    for section in SECTIONS:
        own = [story for story in stories if story.section == section]
        _list(site, f"/category/{section.lower()}/", section, own)
        _list(site, f"/tag/{section.lower()}-news/", f"Tag: {section}", own)
    for name in {story.author for story in stories}:
        own = [story for story in stories if story.author == name]
        _list(site, f"/author/{_slug(name)}/", f"Author: {name}", own)
    for month in {story.published.strftime("/%Y/%m/") for story in stories}:
        own = [story for story in stories if story.published.strftime("/%Y/%m/") == month]
        _list(site, month, f"Month: {month}", own)
    for slug, title in STATIC.items():
        site.show(f"/{slug}/", _frame(site, title, f"<h1>{title}</h1>{marked(ABOUT)}"))
    for slug, title in EVENTS.items():
        words = f"{title}. Doors open at 18:00. Tickets cost 90 marks and include the soup."
        site.show(
            f"/event/{slug}/",
            _frame(
                site,
                title,
                f"<h1>{title}</h1><p>12 May 2025, 18:00, Town Hall</p>{marked([words, *ABOUT])}",
            ),
        )
    for slug, title in GOODS_SOLD.items():
        words = "Holds a third of a litre. Dishwasher proof. Ships within three days."
        site.show(
            f"/product/{slug}/",
            _frame(
                site,
                title,
                f"<h1>{title}</h1><p>£12.00</p><button>Add to basket</button>{marked([words, *ABOUT])}",
            ),
        )
    site.show("/feed/", _feed(site), "application/rss+xml; charset=UTF-8")
    site.show("/comments/feed/", '<rss version="2.0"><channel></channel></rss>', "text/xml")
    _sitemaps(site)
    robots = f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {home}/wp-sitemap.xml\n"
    site.show("/robots.txt", robots, "text/plain")
    return site


def _slug(words: str) -> str:
    return "-".join(words.lower().replace("’", "").split())


def _list(site: PaperSite, path: str, title: str, stories: list[InventedStory]) -> None:
    pages = list(pages_of(stories, 8))
    for number, shown in pages:
        items = "".join(
            f'<article class="post"><header class="entry-header"><h2>{link(site.home + one.path, one.headline)}'
            f'</h2><time datetime="{one.published.isoformat()}">{one.published:%B %-d, %Y}</time></header>'
            f"<p>{escape(one.paragraphs[0][:160])}… {link(site.home + one.path, 'Continue reading')}</p>"
            "</article>"
            for one in shown
        )
        links = "".join(
            f'<a class="page-numbers" href="{site.home}{path}{f"page/{other}/" if other > 1 else ""}">{other}</a>'
            for other, _ in pages
            if other != number
        )
        html = f'<h1>{title}</h1>{items}<nav class="pagination">{links}</nav>'
        own = path if number == 1 else f"{path}page/{number}/"
        site.show(own, _frame(site, title, html))


def _frame(site: PaperSite, title: str, main: str, story: InventedStory | None = None) -> str:
    home = site.home
    menu = "".join(
        f"<li>{link(home + path, words)}</li>"
        for path, words in (
            ("/", "Home"),
            *((f"/category/{section.lower()}/", section) for section in SECTIONS),
            ("/event/", "Events"),
            ("/product/", "Shop"),
            ("/about/", "About us"),
        )
    )
    recent = "".join(f"<li>{link(home + one.path, one.headline)}</li>" for one in site.stories[:5])
    events = "".join(
        f"<li>{link(f'{home}/event/{slug}/', words)}</li>" for slug, words in EVENTS.items()
    )
    shop = "".join(
        f"<li>{link(f'{home}/product/{slug}/', words)}</li>" for slug, words in GOODS_SOLD.items()
    )
    months = "".join(
        f"<li>{link(home + month, month)}</li>"
        for month in dict.fromkeys(one.published.strftime("/%Y/%m/") for one in site.stories)
    )
    foot = "".join(f"<li>{link(f'{home}/{slug}/', words)}</li>" for slug, words in STATIC.items())
    meta = ""
    if story is not None:
        meta = (
            f'<link rel="canonical" href="{home}{story.path}">'
            f'<meta property="og:title" content="{escape(story.headline)}">'
            f'<meta property="article:published_time" content="{story.published.isoformat()}">'
        )
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8">
<title>{escape(title)} – {NAME}</title><meta property="og:site_name" content="{NAME}">{meta}
<link rel="alternate" type="application/rss+xml" title="{NAME} » Feed" href="{home}/feed/">
<link rel="alternate" type="application/rss+xml" title="{NAME} » Comments Feed" href="{home}/comments/feed/">
</head><body class="{"single single-post" if story else "archive"} has-menu"><header class="site-header">
<p class="site-title"><a href="{home}/">{NAME}</a></p><nav class="main-navigation"><ul>{menu}</ul></nav></header>
<main id="main">{main}</main>
<aside class="widget-area"><section class="widget"><h2>Recent posts</h2><ul>{recent}</ul></section>
<section class="widget"><h2>Upcoming events</h2><ul>{events}</ul></section>
<section class="widget"><h2>From our shop</h2><ul>{shop}</ul></section>
<section class="widget"><h2>Newsletter</h2><p>Join 4,000 readers who start their week with us.</p>
<form><input type="email"><button>Subscribe</button></form></section>
<section class="widget"><h2>Archives</h2><ul>{months}</ul></section></aside>
<footer class="site-footer"><ul>{foot}</ul><p>© 2024 {NAME}</p></footer></body></html>"""


def _story(site: PaperSite, story: InventedStory) -> str:
    number = site.stories.index(story)
    above = f'<p><a href="/newsletter/">{LETTER}</a></p>' if number % 3 else ""
    others = [one for one in site.stories if one.section == story.section and one is not story][:3]
    related = "".join(f"<li>{link(site.home + one.path, one.headline)}</li>" for one in others)
    said = "".join(
        f'<li class="comment"><b>Reader {at}</b> says:<p>{words}</p></li>'
        for at, words in enumerate(COMMENTS[: number % 4])
    )
    author = f"{site.home}/author/{_slug(story.author)}/"
    return f"""<article class="post type-post"><header class="entry-header">
<h1 class="entry-title">{escape(story.headline)}</h1><div class="entry-meta">Posted on
<time class="entry-date published" datetime="{story.published.isoformat()}">{story.published:%B %-d, %Y}</time>
by <span class="author vcard"><a href="{author}" rel="author">{story.author}</a></span></div></header>
<div class="entry-content">{above}{marked(story.paragraphs)}<p>{TIP}</p></div>
<footer class="entry-footer">Posted in <a href="{site.home}/category/{story.section.lower()}/">{story.section}</a>.
Tagged <a href="{site.home}/tag/{story.section.lower()}-news/">{story.section} news</a></footer></article>
<div class="jp-relatedposts"><h3>Related</h3><ul>{related}</ul></div>
<div id="comments" class="comments-area"><h2>{number % 4} thoughts on this</h2><ol class="comment-list">{said}</ol>
<div id="respond"><h3>Leave a reply</h3><form><textarea></textarea><button>Post comment</button></form></div></div>"""


def _feed(site: PaperSite) -> str:
    items = "".join(
        f"<item><title>{escape(one.headline)}</title><link>{site.home}{one.path}</link>"
        f"<pubDate>{one.published:%a, %d %b %Y %H:%M:%S %z}</pubDate>"
        f"<description>{escape(one.paragraphs[0][:200])}</description></item>"
        for one in site.stories[:10]
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{NAME}</title>{items}</channel></rss>'


def _sitemaps(site: PaperSite) -> None:
    parts = {
        "/wp-sitemap-posts-post-1.xml": [one.path for one in site.stories],
        "/wp-sitemap-posts-page-1.xml": [f"/{slug}/" for slug in STATIC],
        "/wp-sitemap-posts-product-1.xml": [f"/product/{slug}/" for slug in GOODS_SOLD],
        "/wp-sitemap-taxonomies-category-1.xml": [f"/category/{one.lower()}/" for one in SECTIONS],
    }
    for path, listed in parts.items():
        site.show(path, _set("url", [site.home + one for one in listed]), "application/xml")
    site.show(
        "/wp-sitemap.xml", _set("sitemap", [site.home + path for path in parts]), "application/xml"
    )


def _set(kind: str, urls: list[str]) -> str:
    root = "urlset" if kind == "url" else "sitemapindex"
    entries = "".join(f"<{kind}><loc>{url}</loc></{kind}>" for url in urls)
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'
