"""Pages of an invented blog that one page alone does not tell: a prose footer, its name as `h1`."""

HOST = "quill.example"
SITE = f"https://{HOST}"
BLOG = "The Quill and Lantern"
FOOTER = (
    "The Quill and Lantern is a weekly record of the marks registry, printed since 1923.",
    "We welcome letters from readers and print those that are signed, as far as there is room "
    "for them beside the notices of the office and the reports of our correspondents.",
    "Whoever wants to reprint an article asks the desk beforehand, by letter or by telephone.",
)
APPEAL = "You have read three articles this month: our reporters live by those who subscribe."
PEOPLE = ("Rosa Vinter", "Hanno Brink", "Mira Castell", "Tove Lindal", "Ansel Groot")
WORDS = ("kettle", "lantern", "saddle", "inkwell", "thimble", "bellows", "trowel", "spindle")


def note(number: int) -> str:
    thing = WORDS[number % len(WORDS)]
    return (
        f"The office has entered mark {number * 37} for a {thing} of its maker in class {number}."
    )


def story(number: int) -> list[str]:
    thing = WORDS[number % len(WORDS)]
    return [
        f"A maker of {thing}s has won case {number * 41} over the shape of a handle, which its "
        "rival had called a mere grip that every buyer would take for granted.",
        f"The board found in paragraph {number + 7} that the {thing} was known to the trade by its "
        "outline alone, and that nobody had offered another one like it for years.",
        f"Costs of {number * 113} crowns were divided, and the parties have until day {number} of "
        "next month to appeal against what was decided about them.",
    ]


def page(number: int, paragraphs: list[str], *, h1: str = BLOG, appeal: str = "") -> str:
    headline = f"{WORDS[number % len(WORDS)].title()} case {number} decided"
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    if appeal:
        first, rest = text.split("</p>", 1)
        text = f"{first}</p><p>{appeal}</p>{rest}"
    return f"""<!doctype html><html lang="en"><head>
        <title>{headline} | {BLOG}</title>
        <link rel="canonical" href="{SITE}/notes/{number}-case.html">
        <meta property="og:type" content="article">
        </head><body><div class="page"><div class="top"><h1>{h1}</h1></div>
        <div class="note"><h2>{headline}</h2>
        <p class="byline">By {PEOPLE[number % len(PEOPLE)]}</p>
        <time datetime="2021-03-{number % 28 + 1:02}">{number % 28 + 1} March 2021</time>
        {text}</div>
        <div class="below">{"".join(f"<p>{one}</p>" for one in FOOTER)}</div></div></body></html>"""
