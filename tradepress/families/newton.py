"""Declares the wording and address forms that Newton Media's titles (wipr, tbo, lsipr) share.

One text of 2017 may stand in a template of 2024, so the rules go by wording and not by mark-up.
"""

from tradepress.source import Furniture

SECTION_NAMES = (
    "Trademarks",
    "Trademark",
    "Patents",
    "Patent",
    "Copyright",
    "Designs",
    "Domains",
    "Trade Secrets",
    "Brands",
    "Counterfeiting",
    "Enforcement",
    "Diversity",
    "Influential Women in IP",
    "Artificial Intelligence",
    "Future of IP",
    "Biotechnology",
    "Big Pharma",
    "Generics",
    "Medtech",
    "Africa",
    "Americas",
    "Asia",
    "Asia-Pacific",
    "Europe",
    "Latin America",
    "Middle East",
    "UK",
    "US",
)
"""Lists channel words printed beside the date, today with ``Channel`` after them."""

WALL: tuple[Furniture, ...] = (
    Furniture(pattern=r"already regis(?:tered)?(?:\?|…|\.\.\.)?", cut="rest"),
    Furniture(
        pattern=r"the rest of this article is locked for subscribers only\..*"
        r"|if you (?:don't|do not) have a login, you will need to purchase a subscription\b.*",
        cut="rest",
    ),
    Furniture(pattern=r"login to your account|two weeks free trial", cut="rest"),
    Furniture(
        pattern=r"to request a free 2-week trial subscription, please signup\..*", cut="rest"
    ),
    Furniture(pattern=r"note - this can take up to 48hrs to be approved\.?"),
    Furniture(
        pattern=r"for multi-user price options, or to check if your company has an existing"
        r" subscription\b.*please e-?mail\b.*",
        cut="rest",
    ),
)
"""Removes the registration block; it stands below whole stories and below teasers alike."""

IN_BODY: tuple[Furniture, ...] = (
    Furniture(pattern=r"did you enjoy reading this story\?(?: sign up.*)?"),
    Furniture(pattern=r"today's top stories ?:?", cut="list", kind="top_stories"),
    Furniture(pattern=r"more on this story ?:?", cut="list", kind="more_on_this_story"),
    Furniture(
        pattern=r"this (?:article |story )?was first published (?:on|in) (?-i:([A-Z].{1,60}?))\.?",
        kind="first_published_on",
    ),
)
"""Removes what editors typed into bodies, so that no selector could find it."""

AROUND: tuple[Furniture, ...] = (
    Furniture(
        pattern=r"(?:(?:subscribe|find (?:news|an article)|filter articles|applied filters"
        r"|refine search|showing \d+ to \d+ of [\d,]+ results\.?) ?)+"
    ),
    Furniture(
        pattern=r"(?:(?:all (?:news|features)|latest (?:news & )?features|more news"
        r"|read now >*) ?)+",
        cut="list",
    ),
    Furniture(pattern=r"articles inside this issue include:?"),
)
"""Removes buttons and headings of the template, which captures run together."""

SITE_NAMES = Furniture(
    pattern=r"wipr|tbo|lsipr|world (?:ip|intellectual property) review"
    r"|trademarks (?:and|&) brands online|life sciences (?:ip|intellectual property) review"
)
"""Removes the title's name as the last line of old pages."""

RIGHTS = (
    "News mostly open, features behind registration or subscription, whose terms (on the site,"
    " /page/terms-of-subscription) bind each named user: no login and no trial is used. The terms"
    " of the website itself were not seen."
)

FURNITURE: tuple[Furniture, ...] = (*IN_BODY, *WALL, *AROUND, SITE_NAMES)

ARTICLE_ID = r"-(?!20[1-3]\d/?$)(\d{4,6})/?$"
"""Matches digits at the end of a story's path, but no year: stories of today carry none, and a slug
such as ``outlook-2025`` must not make two of them one."""

LEGACY_STORY = r"(?:/news/[a-z0-9-]+-\d{3,6}|/[a-z0-9-]+-\d{4,6})"
"""Matches ``/news/<slug>-<id>`` and ``/<slug>-<id>``: one story, one id."""
FEATURE = r"/(?:article|contributed-article)/[a-z0-9-]+"

WIPR_ARTICLE_URL = (
    rf"(?:{LEGACY_STORY}|/(?:trademark|patent|copyright|designs?|brands|domains?|trade-secrets?"
    rf"|diversity|enforcement|influential-women-in-ip|artificial-intelligence|future-of-ip)/[a-z0-9-]+"
    rf"|{FEATURE})/?"
)
TBO_ARTICLE_URL = rf"(?:/news/[a-z0-9-]+|{LEGACY_STORY}|{FEATURE})/?"
LSIPR_ARTICLE_URL = (
    rf"(?:/news/[a-z0-9-]+|{LEGACY_STORY}|/(?:africa|americas|asia|asia-pacific|australasia|europe"
    rf"|latin-america|middle-east|north-america|big-pharma|biotech(?:nology)?|generics|medtech"
    rf"|patents?|trademarks?)/[a-z0-9-]+|{FEATURE})/?"
)
