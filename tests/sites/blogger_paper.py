"""A blog as Blogger serves it: posts in full on its lists, older ones behind a link that robots.txt
forbids, an Atom feed, pages of months, labels and comments."""

from html import escape

from sites.invented import (
    COMMENTS,
    SECTIONS,
    InventedStory,
    PaperSite,
    invent,
    link,
    marked,
)

NAME = "The Registry Cat"
FOLLOW = "To have posts sent to you, enter your address in the box at the top of the side bar."
ABOUT = (
    "This weblog is kept by three lawyers and a cat. None of them gives advice here, and least of "
    "all the cat, who joined in 2009 and has slept through most of what was reported since.",
    "Guests are welcome to write. Send us a draft of at most eight hundred words, and tell us whom "
    "you act for.",
)
STATIC = {
    "about-us": "About us",
    "how-to-complain": "How to complain",
    "guest-posts": "Guest posts",
}


def blogger_paper(home: str) -> PaperSite:
    stories = invent(
        lambda number, day, slug, section: f"/{day:%Y/%m}/{slug[:39].strip('-')}.html",
        seed=23,
        zone="Europe/London",
    )
    site = PaperSite(home=home, start=f"{home}/", stories=stories, furniture=(FOLLOW,))
    for story in stories:
        site.show(story.path, _frame(site, f"{NAME}: {story.headline}", _story(site, story), story))
    _list(site, "/", NAME, stories[:7])
    for section in SECTIONS:
        own = [story for story in stories if story.section == section]
        _list(site, f"/search/label/{section}", f"{NAME}: {section}", own)
    for month in {f"{story.published:%Y/%m}" for story in stories}:
        own = [story for story in stories if f"{story.published:%Y/%m}" == month]
        _list(site, f"/{month}/", f"{NAME}: {month}", own)
    for slug, title in STATIC.items():
        html = f'<div class="post"><h3 class="post-title">{title}</h3>{marked(ABOUT)}</div>'
        site.show(f"/p/{slug}.html", _frame(site, f"{NAME}: {title}", html))
    site.show("/feeds/posts/default", _feed(site), "application/atom+xml; charset=UTF-8")
    urls = "".join(f"<url><loc>{home}{story.path}</loc></url>" for story in stories)
    site.show(
        "/sitemap.xml",
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>',
        "application/xml",
    )
    robots = f"User-agent: *\nDisallow: /search\nAllow: /\n\nSitemap: {home}/sitemap.xml\n"
    site.show("/robots.txt", robots, "text/plain")
    return site


def _list(site: PaperSite, path: str, title: str, stories: list[InventedStory]) -> None:
    posts = "".join(_post(site, story, is_alone=False) for story in stories)
    older = f"/search?updated-max={stories[-1].published:%Y-%m-%dT%H:%M:%S}&max-results=7"
    pager = f'<div class="blog-pager"><a class="blog-pager-older-link" href="{escape(older)}">Older posts</a></div>'
    site.show(path, _frame(site, title, posts + pager))


def _post(site: PaperSite, story: InventedStory, *, is_alone: bool) -> str:
    url = site.home + story.path
    title = escape(story.headline) if is_alone else link(url, story.headline)
    heading = f'<h3 class="post-title entry-title" itemprop="name">{title}</h3>'
    number = site.stories.index(story)
    comments = number % 4
    follow = f"<p><i>{FOLLOW}</i></p>" if number % 2 == 0 else ""
    return f"""<h2 class="date-header"><span>{story.published:%A, %-d %B %Y}</span></h2>
<div class="post hentry" itemscope itemtype="http://schema.org/BlogPosting">{heading}
<div class="post-body entry-content" itemprop="description articleBody">{marked(story.paragraphs)}{follow}</div>
<div class="post-footer">Posted by <span class="post-author vcard"><span class="fn" itemprop="author">{story.author}</span></span>
at <a class="timestamp-link" href="{url}" rel="bookmark"><abbr class="published" itemprop="datePublished"
 title="{story.published.isoformat()}">{story.published:%H:%M}</abbr></a>
<a href="{url}#comments">{comments} comments</a>
<span class="post-labels">Labels: {link(f"/search/label/{story.section}", story.section)}</span></div></div>"""


def _story(site: PaperSite, story: InventedStory) -> str:
    said = "".join(
        f'<dt class="comment-author">Anonymous said...</dt><dd class="comment-body"><p>{words}</p></dd>'
        for words in COMMENTS[: site.stories.index(story) % 4]
    )
    return f"""{_post(site, story, is_alone=True)}
<div class="comments" id="comments"><h4>Comments:</h4><dl>{said}</dl>
<p class="comment-footer">All comments must be moderated by a member of our team before they appear.</p></div>"""


def _frame(site: PaperSite, title: str, main: str, story: InventedStory | None = None) -> str:
    home = site.home
    popular = "".join(
        f'<li><div class="item-title">{link(home + one.path, one.headline)}</div>'
        f'<div class="item-snippet">{escape(one.paragraphs[0][:100])}...</div></li>'
        for one in site.stories[9:14]
    )
    months = "".join(
        f"<li>{link(f'{home}/{month}/', month)}</li>"
        for month in dict.fromkeys(f"{one.published:%Y/%m}" for one in site.stories)
    )
    labels = "".join(f"<li>{link(f'{home}/search/label/{one}', one)}</li>" for one in SECTIONS)
    pages = "".join(
        f"<li>{link(f'{home}/p/{slug}.html', words)}</li>" for slug, words in STATIC.items()
    )
    meta = (
        f'<link rel="canonical" href="{home}{story.path}"><meta property="og:title" content="{escape(story.headline)}">'
        if story
        else ""
    )
    return f"""<!DOCTYPE html><html dir="ltr"><head><meta charset="UTF-8"><title>{escape(title)}</title>{meta}
<link rel="alternate" type="application/atom+xml" title="{NAME} - Atom" href="{home}/feeds/posts/default">
</head><body><div id="header"><h1 class="title"><a href="{home}/">{NAME}</a></h1>
<p class="description">A weblog on marks, designs and all that lands on our desk</p></div>
<div class="main section" id="main">{main}</div>
<div class="sidebar section" id="sidebar"><div class="widget"><h2>Follow by e-mail</h2><form><input><button>Submit</button></form></div>
<div class="widget PopularPosts"><h2>Popular posts</h2><ul>{popular}</ul></div>
<div class="widget PageList"><h2>Pages</h2><ul>{pages}</ul></div>
<div class="widget Label"><h2>Labels</h2><ul>{labels}</ul></div>
<div class="widget BlogArchive"><h2>Blog archive</h2><ul>{months}</ul></div></div></body></html>"""


def _feed(site: PaperSite) -> str:
    entries = "".join(
        f"<entry><id>tag:registrycat,{at}</id><published>{one.published.isoformat()}</published>"
        f"<updated>{one.published.isoformat()}</updated><title>{escape(one.headline)}</title>"
        f'<link rel="replies" type="text/html" href="{site.home}{one.path}#comment-form"/>'
        f'<link rel="alternate" type="text/html" href="{site.home}{one.path}"/>'
        f'<content type="html">{escape(marked(one.paragraphs))}</content></entry>'
        for at, one in enumerate(site.stories[:25])
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{NAME}</title>{entries}</feed>'
