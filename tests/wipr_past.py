"""What a web archive could have of World IP Review: our own stories at addresses like its own."""

from collections.abc import Iterator

from captured import Captured

SITE = "https://www.worldipreview.com"
STORIES = {
    "/news/brewer-keeps-lantern-mark-after-appeal-4021": (
        "Brewer keeps lantern mark after appeal",
        "14 March 2013",
        "The brewer Olde Quill has kept its lantern mark after an appeal that took three years, a "
        "court in Exeter said.",
        "A rival, Maltby & Daughters, had argued that lanterns hang outside every inn and belong "
        "to none of them.",
        "Judges found that few inns have one with nine sides, and that buyers had come to know it.",
    ),
    "/news/office-drops-fee-for-first-class-9321": (
        "Office drops fee for first class",
        "2 February 2016",
        "The trademark office of Lemuria will drop the fee for the first class of each application "
        "from April.",
        "Its director said that small makers had paid more for the form than for the sign over "
        "their door.",
        "Each further class will cost what two cost now, which large applicants called a jest.",
    ),
    "/trademark/tarnhelm-sues-over-invisible-logo": (
        "Tarnhelm sues over invisible logo",
        "9 September 2021",
        "The outfitter Tarnhelm has sued a rival over a logo that can be seen under ultraviolet "
        "light alone.",
        "The rival, Grimhilde, said that it could hardly have copied what it had never seen.",
        "A hearing is set for November, in a courtroom that has the lamps for it.",
    ),
}


def page(path: str, *, added: str = "") -> str:
    """The story's page, in the layout of its years.

    :param added: a paragraph that a later edition had
    """
    headline, day, *words = STORIES[path]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (*words, added) if paragraph)
    return (
        f'<!doctype html><html lang="en"><head><title>{headline} | World IP Review</title></head>'
        "<body>"
        f'<header><a href="/">Home</a> <a href="/subscribe">Subscribe</a></header>'
        f'<main><h1>{headline}</h1><p class="date">{day}</p><div class="story">{body}'
        "<p>Did you enjoy reading this story? Sign up to our free daily newsletters and get "
        "stories like this sent straight to your inbox.</p></div></main>"
        "<footer><p>Copyright World IP Review</p></footer></body></html>"
    )


def captures() -> Iterator[Captured]:
    """In the order of time."""
    brewer, office, tarnhelm = STORIES
    later = "The brewer has since put a tenth side on it, and says that it will apply again."
    yield Captured(url=SITE + brewer, at="2013-03-20T08:15:00", page=page(brewer))
    yield Captured(url=SITE + brewer, at="2013-11-02T10:00:00", page=page(brewer))
    yield Captured(url=SITE + brewer, at="2014-06-30T21:40:00", page=page(brewer, added=later))
    yield Captured(url=SITE + office, at="2016-02-05T06:30:00", page=page(office))
    yield Captured(url=SITE + "/about-us", at="2016-02-05T06:31:00", page="<p>About us</p>")
    yield Captured(url=SITE + tarnhelm, at="2021-09-12T13:05:00", page=page(tarnhelm))
