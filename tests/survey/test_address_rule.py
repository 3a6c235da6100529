"""Address forms of real sites, with slugs of ours: what is learned of some holds for the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tradepress.survey.address_rule import learn_article_url

SLUGS = (
    "lantern-maker-loses-mark-over-six-sides",
    "kettle-whistle-is-no-sign-says-board",
    "office-clears-orchard-name-for-cider",
    "who-owns-a-shade-of-green-2024",
    "three-rings-stay-on-the-register",
    "why-the-hare-may-leap-twice",
    "tandem-bell-case-goes-to-appeal",
    "court-in-vessby-hears-of-handles",
    "rope-ladder-slogan-was-too-plain",
    "new-fees-for-old-marks",
    "honey-jars-and-their-lids",
    "no-costs-for-either-side",
    "interview-with-a-registrar",
    "lantern-rivals-settle",
    "an-end-to-paper-files",
)
WORDS = ("about", "contact", "privacy-policy", "terms-and-conditions", "author/joan-tyndlow")


@dataclass(frozen=True, kw_only=True)
class Form:
    """How one site's addresses look: ``{n}`` an id that rises, ``{y}/{m}/{d}`` a day, ``{s}`` the
    slug, ``{b}`` base 36, ``{g}`` a GUID, ``{c}`` a section."""

    story: str
    others: tuple[str, ...] = ()
    id: str | None = None
    """Of the first story; empty: there is one."""
    sections: tuple[str, ...] = ("trademark", "patent", "copyright")
    first: int = 14415
    unknown: tuple[str, ...] = ()
    """No stories either, but not among the links that were seen."""


def number(at: int, form: Form) -> dict[str, str | int]:
    digits = f"{(at + 3) * 7919 * 104729 * 15485863:x}"
    base = "".join(sorted(f"{digits}0a9z", key=lambda sign: hash_of(sign, at)))[:14]
    return {
        "n": form.first + at * 37,
        "y": 2019 + at % 6,
        "m": f"{at % 12 + 1:02}",
        "d": f"{at * 2 % 28 + 1:02}",
        "k": at + 1,
        "o": ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"][
            at % 12
        ],
        "s": SLUGS[at],
        "t": SLUGS[at].title(),
        "u": SLUGS[at].replace("-", "_"),
        "b": f"2a{base}",
        "g": f"{digits[:8]:0>8}-0a1b-4c2d-8e3f-{at:012x}",
        "c": form.sections[at % len(form.sections)],
    }


def hash_of(sign: str, at: int) -> int:
    return ord(sign) * (at * 31 + 7) % 101


FORMS = {
    "root slug": Form(story="/{s}/", others=("/", "/about/", "/shop/", "/category/marks/")),
    "root slug beside long static names": Form(
        story="/{s}/", others=("/terms-and-conditions-of-use/", "/about-us/", "/privacy-policy/")
    ),
    "slug and id at the root": Form(story="/{s}-{n}", id="14415"),
    "news, slug and id": Form(story="/news/{s}-{n}", id="14415", unknown=("/news/", "/about")),
    "section, slug and id": Form(story="/{c}/{s}-{n}", id="14415"),
    "channel and slug": Form(
        story="/{c}/{s}",
        others=("/page/terms-of-subscription", "/authors/joan-tyndlow", "/magazines/issue-2-2024"),
    ),
    "article and slug": Form(story="/article/{s}", unknown=("/articles", "/event/{s}")),
    "guid in the query": Form(
        story="/blog/Detail.aspx?g={g}", id="", others=("/Default.aspx", "/Magazine/Issue/84")
    ),
    "base 36 and slug": Form(story="/article/{b}/{s}", id="", others=("/topic/x/marks",)),
    "base 36, section and slug": Form(story="/article/{b}/{c}/{s}", id=""),
    "id alone": Form(story="/articles/{n}", id="668402", first=668402, others=("/articles",)),
    "id and slug": Form(
        story="/articles/{n}/{s}", id="668402", first=668402, others=("/articles/sports",)
    ),
    "area, id and slug": Form(story="/{c}/{n}/{s}", id="1604802", first=1604802),
    "day and slug": Form(
        story="/{y}/{m}/{d}/{s}/", others=("/2024/05/", "/tag/marks/", "/author/joan/")
    ),
    "day, slug and id": Form(story="/{y}/{m}/{d}/{s}/id={n}/", id="83783", first=83783),
    "month and slug": Form(story="/{y}/{m}/{s}/", others=("/2024/05/page/2/",)),
    "month and slug with ending": Form(
        story="/{y}/{m}/{s}.html", others=("/2024/05/", "/p/about.html", "/search/label/Marks")
    ),
    "month, articles, section": Form(story="/{y}/{m}/articles/{c}/{s}/", others=("/articles/",)),
    "numbered articles of a year": Form(
        story="/pressroom/en/articles/{y}/article_{n}.html", first=1007, id="2019-1007"
    ),
    "date and two numbers": Form(
        story="/art/{y}/{k}/{d}/art_3090_{n}.html", id="190001", first=190001, others=("/col/3090",)
    ),
    "legal news": Form(story="/legalnews/{s}-{n}", first=5160841, id="5160841"),
    "sector, slug and ids": Form(
        story="/{c}/{s}/s107/a{n}", first=5316, id="5316", sections=("trade-secrets", "brands")
    ),
    "path and id in the query": Form(
        story="/ipnews/article.php?article_id={n}", first=5500, id="5500", others=("/ipnews/",)
    ),
    "title with capitals": Form(
        story="/Article/{n}/{t}.html?ArticleId={n}", first=3896787, id="3896787"
    ),
    "section cover": Form(
        story="/section/{c}/{s}", sections=("cover-story", "in-depth"), others=("/section/rss",)
    ),
    "sector and slug": Form(story="/sector/{c}/{s}", others=("/sector/copyright", "/events")),
    "people and business": Form(story="/people-and-business/{s}", others=("/people",)),
    "about us": Form(
        story="/about-us/news-updates/{s}", others=("/about-us/board", "/about-us/who-we-are")
    ),
    "language first": Form(story="/en/news/{s}", others=("/en/contact", "/en/events/{s}-2024")),
    "government": Form(
        story="/government/news/{s}", others=("/government/organisations/registry",)
    ),
    "decisions": Form(story="/DomainDecisions/{n}.htm", first=2000364, id="2000364"),
    "underscores": Form(story="/english/{y}/{u}.htm", others=("/english/index.htm",)),
    "id before the slug": Form(story="/news/{n}-{s}.html", id="14415"),
    "query of a node": Form(story="/index.php?id={n}&lang=en", id="14415"),
    "root query": Form(story="/?p={n}", first=4711, id="4711", others=("/?cat=4", "/?page_id=2")),
    "named months": Form(story="/article/{y}/{o}/{d}/{s}/", others=("/article/", "/people/")),
    "index below the slug": Form(story="/{y}/{m}/{d}/{c}/{s}/index.html", others=("/index.html",)),
    "drupal nodes": Form(story="/node/{n}", first=1180, id="1180", others=("/user", "/about")),
    "titles in capitals": Form(story="/Pages/{t}.aspx", others=("/Pages/Home.aspx",)),
    "day first": Form(story="/{y}-{m}-{d}/{s}", others=("/archive",)),
    "not Latin": Form(story="/news/%E5%95%86%E6%A0%87-{s}", others=("/news",)),
}


def addresses(form: Form) -> list[str]:
    return [
        "https://www.gazette.example" + form.story.format(**number(at, form))
        for at in range(len(SLUGS))
    ]


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_what_is_learned_of_some_holds_for_the_others(form: Form) -> None:
    stories = addresses(form)
    home = "https://www.gazette.example"
    others = [home + path.format(**number(0, form)) for path in form.others]
    others += [f"{home}/{word}" for word in WORDS]
    rule = learn_article_url(stories[:10], others)
    assert rule is not None
    assert [url for url in stories if not rule.matches(url)] == [], rule.pattern
    assert [url for url in others if rule.matches(url)] == [], rule.pattern
    unknown = [home + path.format(**number(0, form)) for path in form.unknown]
    assert [url for url in unknown if rule.matches(url)] == [], rule.pattern
    assert rule.sureness > 0.7
    if form.id is None:
        assert rule.article_id is None
        return
    assert rule.article_id is not None, rule.pattern
    found = [re.search(rule.article_id, url) for url in stories]
    ids = ["-".join(match.groups()) for match in found if match]
    assert len(set(ids)) == len(stories)
    if form.id:
        assert ids[0] == form.id


def test_an_id_that_only_some_stories_carry_is_one_and_a_year_is_none() -> None:
    stories = [
        f"https://p.example/news/{slug}-{19128 + at}"
        if at % 4
        else f"https://p.example/news/{slug}"
        for at, slug in enumerate(SLUGS)
    ]
    rule = learn_article_url(stories, ["https://p.example/about"])
    assert rule is not None
    assert all(map(rule.matches, stories))
    assert rule.article_id is not None
    assert re.search(rule.article_id, "/news/who-owns-a-shade-of-green-2024") is None
    assert re.search(rule.article_id, "/news/an-end-to-paper-files-19130")


def test_a_page_about_the_paper_that_read_as_a_story_is_left_out() -> None:
    stories = [f"https://p.example/2024/05/{slug}/" for slug in SLUGS]
    rule = learn_article_url([*stories, "https://p.example/imprint"], [])
    assert rule is not None
    assert not rule.matches("https://p.example/imprint")
    assert rule.matches(stories[0])
    assert rule.evidence == "15 of 16 stories have it"


def test_two_forms_stand_beside_each_other() -> None:
    old = [f"https://p.example/{slug}-{9986 + at}" for at, slug in enumerate(SLUGS[:7])]
    new = [f"https://p.example/news/{slug}-{12341 + at}" for at, slug in enumerate(SLUGS[7:])]
    rule = learn_article_url([*old, *new], ["https://p.example/about-us"])
    assert rule is not None
    assert all(map(rule.matches, (*old, *new)))
    assert rule.article_id is not None
    assert re.search(rule.article_id, "/news/an-end-to-paper-files-12999")


def test_one_story_at_two_addresses_has_one_id() -> None:
    ends = [f"{slug}-{9986 + at}" for at, slug in enumerate(SLUGS)]
    stories = [f"https://p.example{place}{end}" for end in ends for place in ("/", "/news/")]
    rule = learn_article_url(stories, ["https://p.example/about-us"])
    assert rule is not None
    assert rule.article_id is not None
    ids = [re.search(rule.article_id, url) for url in stories]
    assert len({match[1] for match in ids if match}) == len(SLUGS)


def test_a_section_that_few_stories_show_is_not_the_only_one() -> None:
    sections = ("marks", "designs", "domains", "brands", "people", "courts", "offices")
    stories = [
        f"https://p.example/{section}/{slug}"
        for section, slug in zip(sections, SLUGS, strict=False)
    ]
    rule = learn_article_url(stories, ["https://p.example/about"])
    assert rule is not None
    assert rule.matches("https://p.example/copyright/an-end-to-paper-files")
    events = ["https://p.example/events/dinner-of-the-year", "https://p.example/shop/red-lantern"]
    stricter = learn_article_url(stories, events)
    assert stricter is not None
    assert not any(map(stricter.matches, events))
    assert all(map(stricter.matches, stories))


def test_what_cannot_be_told_apart_is_named_as_an_exception() -> None:
    stories = [f"https://p.example/news/{slug}" for slug in SLUGS]
    others = ["https://p.example/news/all-that-we-ever-wrote-here"]
    rule = learn_article_url(stories, others)
    assert rule is not None
    assert not rule.matches(others[0])
    assert all(map(rule.matches, stories))


@pytest.mark.parametrize("stories", [[], ["https://p.example/news/lantern-case"]])
def test_too_few(stories: list[str]) -> None:
    assert learn_article_url(stories, ["https://p.example/about"]) is None


def test_front_pages_have_no_form() -> None:
    assert learn_article_url(["https://p.example/", "https://p.example"], []) is None


def test_deep_addresses_are_no_trap() -> None:
    deep = [
        "https://p.example/" + "/".join(f"s{at * step % 9}x" for step in range(1, 25)) + f"/{slug}"
        for at, slug in enumerate(SLUGS)
    ]
    rule = learn_article_url(deep, [f"{url}/comments" for url in deep])
    assert rule is not None
    assert all(map(rule.matches, deep))


def test_a_number_without_a_key() -> None:
    stories = [f"https://a.example/spip.php?article{n}" for n in range(400, 412)]
    others = [f"https://a.example/spip.php?{one}" for one in ("rubrique2", "mot4", "article3")]
    rule = learn_article_url(stories, others)
    assert rule is not None
    assert all(map(rule.matches, stories))
    assert not any(map(rule.matches, others))
    assert rule.article_id == r"[?&]article(\d+)"


def test_what_a_program_is_told_in_words_is_part_of_the_form() -> None:
    stories = [f"https://a.example/index.php?p=article&id={n}" for n in range(400, 412)]
    others = [f"https://a.example/index.php?p=event&id={n}" for n in range(20)]
    rule = learn_article_url(stories, others)
    assert rule is not None
    assert all(map(rule.matches, stories))
    assert not any(map(rule.matches, others))


@pytest.mark.parametrize(
    ("form", "young", "grown"),
    [
        ("/?p={n}", (90, 99), (100, 100000)),
        ("/?p={n}", (1990, 2020), (2100, 10000)),
        ("/spip.php?article{n}", (2, 12), (100, 1000)),
        ("/story-{n}", (1, 9), (10, 1000)),
        ("/news/{n}", (1990, 2020), (2100, 10000)),
        ("/news/{n}/{s}", (88, 99), (100, 1000)),
        ("/node/{n}.html", (1, 9), (10, 100)),
        ("/vol-3/{n}/{s}", (12, 20), (100, 1000)),
        ("/2026/{n}/{s}", (88, 99), (100, 1000)),
        ("/2026/1/5/{n}", (1, 9), (10, 100)),
        ("/{n}-{s}", (88, 99), (100, 10000)),
        ("/{n}-{s}", (100, 112), (1000, 100000)),
        ("/{s}-{n}", (88, 99), (100, 10000)),
        ("/{s}-{n}", (9990, 9999), (10000, 1000000)),
        ("/{s}-{n}.html", (10020, 10032), (100000, 999)),
    ],
)
def test_a_young_site_grows(form: str, young: tuple[int, int], grown: tuple[int, int]) -> None:
    def urls(numbers: Sequence[int]) -> list[str]:
        named = enumerate(numbers)
        return ["https://p.example" + form.format(n=n, s=SLUGS[at % 15]) for at, n in named]

    rule = learn_article_url(urls(range(*young)), [f"https://p.example/{word}" for word in WORDS])
    assert rule is not None
    assert [url for url in urls(grown) if not rule.matches(url)] == [], rule.pattern
    if rule.article_id is not None:
        ids = [re.search(rule.article_id, url) for url in urls([*range(*young), grown[0]])]
        assert None not in ids, rule.article_id


def test_a_day_has_two_digits_and_a_numbered_folder_may_be_the_next() -> None:
    stories = [f"https://p.example/{2025 + at % 2}/1/{at + 5}/{SLUGS[at]}" for at in range(15)]
    rule = learn_article_url(stories, [])
    assert rule is not None
    assert rule.pattern.startswith(r"/\d{4}/\d{1,2}/\d{1,2}/")
    issues = [f"https://p.example/vol-3/{slug}" for slug in SLUGS]
    rule = learn_article_url(issues, [])
    assert rule is not None
    assert rule.matches(f"https://p.example/vol-4/{SLUGS[0]}")
    rule = learn_article_url(issues, [f"https://p.example/vol-2/{slug}" for slug in SLUGS])
    assert rule is not None
    assert rule.pattern.startswith("/vol-3/")
