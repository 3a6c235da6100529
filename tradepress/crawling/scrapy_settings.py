"""Declares every Scrapy setting we change, each with its reason in one line."""

from importlib.metadata import version

from scrapy.settings import default_settings

BOT_NAME = "tradepress"
# The files of crawler/spiders declare sources; it makes the spiders.
SPIDER_LOADER_CLASS = "tradepress.crawling.spider_loader.SourceLoader"

# What the operator says (tradepress.toml and the environment) comes over these as the crawl starts,
# and our conduct over all: nothing is read when this module is imported.
ADDONS = {"tradepress.crawling.addon.TradepressAddon": 0}

# Ours.

TRADEPRESS_VERSION = version("tradepress")
# Requests a source may make before its rules were seen to work (robots.txt counts too).
TRADEPRESS_TRIAL_REQUESTS = 20

# Conduct.
# Robots are obeyed; our own middleware has no switch, this is what other tools look at.
ROBOTSTXT_OBEY = True
# The name sites may address in robots.txt, whatever the contact in the user agent is.
ROBOTSTXT_USER_AGENT = "Tradepress"
# The add-on adds the contact.
USER_AGENT = f"Tradepress/{TRADEPRESS_VERSION}"
# One request at a time per host.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# A stop (SIGTERM) waits for what is in hand; that must be little.
CONCURRENT_REQUESTS = 4
# Of the encodings that can be told apart when cut off, the one that every WARC tool replays.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip",
}
# Slow down further where the site is slow.
AUTOTHROTTLE_ENABLED = True
# Start politely, not at AutoThrottle's five seconds; DOWNLOAD_DELAY is the floor.
AUTOTHROTTLE_START_DELAY = 2.0
# 429 and 503 say when to come back: such a URL is deferred, not tried again at once.
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]
# One second try at once; whoever fails twice is asked again by the next run.
RETRY_TIMES = 1
# Not for a name that can't be resolved: a lookup that failed fails again.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
]
# Giving up is an outcome in the ledger, not an error in the log.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# No identity is carried from page to page.
COOKIES_ENABLED = False
# Nor where we came from.
REFERRER_POLICY = "no-referrer"

# Safety.
# Scrapy does not check certificates unless told to.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Older TLS is broken.
DOWNLOAD_TLS_MIN_VERSION = "TLSv1.2"
# http and https only, at our pace: a redirect must not reach files or other services.
DOWNLOAD_HANDLERS = {
    "http": "tradepress.conduct.pace.PacedHandler",
    "https": "tradepress.conduct.pace.PacedHandler",
    **dict.fromkeys(("file", "data", "ftp", "s3")),
}
# Environment proxies would bypass the address guard.
HTTPPROXY_ENABLED = False
# No private, loopback or link-local address is dialled, whatever name led to it.
TWISTED_DNS_RESOLVER = "tradepress.conduct.private_addresses.PublicAddressResolver"
# Both listen for commands.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Limits.
# No story is larger; the limit also holds after decompression.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 2 * 1024 * 1024
# Seconds for the whole response, so a dripping server can't hold us.
DOWNLOAD_TIMEOUT = 30
# Redirect chains longer than this are loops.
REDIRECT_MAX_TIMES = 6
# A refresh after more than five seconds is not a redirect.
METAREFRESH_MAXDELAY = 5
# Longer addresses are traps.
URLLENGTH_LIMIT = 2000
# A run in which so many callbacks raised has gone wrong.
CLOSESPIDER_ERRORCOUNT = 500
# Stop before the machine suffers.
MEMUSAGE_LIMIT_MB = 1500

# Workings.
# The ledger decides what is asked for; a silent drop would leave a URL without an outcome.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# A callback yields at most one item; 100 (the default) starts as many tasks a response.
CONCURRENT_ITEMS = 4
# DEBUG prints every page.
LOG_LEVEL = "INFO"

# None of ours can be left out: tradepress/crawling/addon.py sees to that.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # In its place: a redirect off the site gets its outcome too.
    "tradepress.conduct.on_site.OnSite": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # In its place: no robots.txt, no crawl.
    "tradepress.conduct.robots.RobotsMiddleware": 100,
    # What the site's files reserve of a story; after robots, whose rules it reads.
    "tradepress.rights.site_rights.SiteRights": 110,
    # Nothing is asked of a host that is left alone (429 and 503 are for the whole host).
    "tradepress.conduct.host_pause.HostPause": 560,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    # In its place: without guessing a charset for every page.
    "tradepress.conduct.redirects.MetaRefresh": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # In its place: never half a page, no charset guessed, and the bytes as received are kept.
    "tradepress.conduct.decompression.Decompression": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    # In its place: what leads off the web has its outcome, too.
    "tradepress.conduct.redirects.Redirects": 600,
    # Last: only what really goes out counts.
    "tradepress.conduct.request_budget.RequestBudget": 950,
    # No logins.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # Writes each request and answer out as text, to count its bytes; the ledger counts.
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}
SPIDER_MIDDLEWARES = {
    # Each puts a generator around what a callback yields. Nobody asks which request was first,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    # and no meta is copied, of which this one warns.
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
EXTENSIONS = {
    # Opens the archive, keeps the ledger, closes the run.
    "tradepress.crawling.archive_run.ArchiveRun": 0,
}
# Those of Scrapy without one that is switched off above and would import aiohttp all the same, a
# tenth of a second: None in EXTENSIONS does not help, since Scrapy loads what is named there, too.
EXTENSIONS_BASE = {
    name: place
    for name, place in default_settings.EXTENSIONS_BASE.items()
    if name != "scrapy.extensions.remote_control.RemoteControl"
}
ITEM_PIPELINES = {
    # The only place where a story comes into the archive. The steps before it, in
    # tradepress/steps/prepare.py, are taken where the page is read.
    "tradepress.crawling.save_to_archive.SaveToArchive": 900,
}
