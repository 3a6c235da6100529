"""A paper all of whose pages come of one program that is told in words what to show: no feed and no
sitemap, a menu of sections and no list of all, dates in the lists alone, further pages by ``ab``."""

from sites.invented import SECTIONS, InventedStory, PaperSite, invent, link, marked, pages_of

NAME = "The Windlass"
PAGE = "/index.php?what="
EVENTS = ("Evening of knots for beginners", "Winter market at the old ropewalk", "Lecture on seals")


def program_paper(home: str) -> PaperSite:
    stories = invent(
        lambda number, day, slug, section: f"{PAGE}story&id={600 + number}",
        count=40,
        seed=57,
        zone="Europe/London",
    )
    site = PaperSite(home=home, start=f"{home}/", stories=stories)
    for story in stories:
        _show(site, story.path, story.headline, marked(story.paragraphs))
    _show(site, "/", "Front page", "".join(map(_row, stories[:10])))
    for number, section in enumerate(SECTIONS):
        pages = list(pages_of([one for one in stories if one.section == section], 4))
        paths = [f"{PAGE}list&of={number}" + f"&ab={at * 4}" * bool(at) for at in range(len(pages))]
        further = " ".join(link(path, str(at)) for at, path in enumerate(paths, 1))
        for path, (_, shown) in zip(paths, pages, strict=True):
            _show(site, path, section, "".join(map(_row, shown)) + f"<p>{further}</p>")
    events = [f"{PAGE}event&id={number}" for number in range(len(EVENTS))]
    for path, name in zip(events, EVENTS, strict=True):
        words = "Doors open at six. Bring a friend, a coat and as much rope as you can carry home."
        _show(site, path, name, f"<p>{words}</p><p>{words}</p><p>{words}</p>")
    listed = "".join(f"<p>{link(*one)}</p>" for one in zip(events, EVENTS, strict=True))
    _show(site, f"{PAGE}events", "Events", listed)
    return site


def _row(story: InventedStory) -> str:
    day = f"{story.published.day} {story.published:%B %Y}"
    return f"<div>{link(story.path, story.headline)} <i>{day}</i></div>"


def _show(site: PaperSite, path: str, title: str, main: str) -> None:
    sections = [link(f"{PAGE}list&of={at}", name) for at, name in enumerate(SECTIONS)]
    menu = " | ".join((link("/", NAME), *sections, link(f"{PAGE}events", "Events")))
    html = f"<h1>{title}</h1>{main}<p>Printed on the quay.</p>"
    site.show(
        path,
        f"<!doctype html><html lang=en><head><title>{title} | {NAME}</title></head>"
        f"<body><div>{menu}</div><div>{html}</div></body></html>",
    )
