"""Fifty more wrong files: one line each, that says what is wrong, where, and what it must be."""

from pathlib import Path

import pytest

from tradepress.configuration import LONGEST_SHOWN, ConfigurationError, load_configuration

TIME = 'it must be a time such as "90m", "20h" or "7d"'
TEXT = 'it must be text in quotes, such as "…"'
LIST = 'it must be a list, such as ["…", "…"]'
NUMBER = "it must be a number"
POSITIVE = "it must be a number, zero or more"
COUNT = "it must be a whole number, 1 or more"
SLOWER = "it may only slow a crawl down: 2 seconds between two requests is the least"
POLICY = "it must be one of store, metadata-only, skip"
ADDRESS = 'it must be addresses such as "10.0.0.7", no names and no networks'

WRONG = [
    # Values of another kind
    ("archive = 3", f"archive is 3; {TEXT}"),
    ("archive = ['a.db']", f"archive is ['a.db']; {TEXT}"),
    ("archive = ''", f"archive is ''; {TEXT}"),
    ("archive = '  '", f"archive is '  '; {TEXT}"),
    ("contact = 3", f"contact is 3; {TEXT}"),
    ("contact = ['a@b.example']", f"contact is ['a@b.example']; {TEXT}"),
    ("contact = 2026-11-27", f"contact is 2026-11-27; {TEXT}"),
    (
        "sources = {wipr = true}",
        "there is no setting sources.wipr; what is set for one source stands under [source.NAME]",
    ),
    ("sources = true", f"sources.names is true; {LIST}"),
    ("sources = ['wipr', 3]", f"sources.names is ['wipr', 3]; {TEXT}"),
    ("sources = [['wipr']]", f"sources.names is [['wipr']]; {TEXT}"),
    ("sources = ['']", f"sources.names is ['']; {TEXT}"),
    ("captures = 'on'", "captures is 'on'; it must be true or false"),
    ("captures = 2", "captures is 2; it must be true or false"),
    ("captures = []", "captures is []; it must be true or false"),
    # Times
    ("every = ''", f"every is ''; {TIME}"),
    ("every = 'daily'", f"every is 'daily'; {TIME}"),
    ("every = '1 day'", f"every is '1 day'; {TIME}"),
    ("every = '20H'", f"every is '20H'; {TIME}"),
    ("every = '-1d'", f"every is '-1d'; {TIME}"),
    ("every = '1.5h'", f"every is '1.5h'; {TIME}"),
    ("every = '1w'", f"every is '1w'; {TIME}"),
    ("every = '9999999d'", f"every is '9999999d'; {TIME}"),
    ("every = 07:30:00", f"every is 07:30:00; {TIME}"),
    ("[limits]\ndeadline = 3", f"limits.deadline is 3; {TIME}"),
    ("[limits]\ndeadline = '3'", f"limits.deadline is '3'; {TIME}"),
    ("[source.wipr]\nevery = 'never'", f"source.wipr.every is 'never'; {TIME}"),
    # Numbers
    ("[limits]\ndelay = -3", f"limits.delay is -3; {POSITIVE}"),
    ("[limits]\ndelay = nan", f"limits.delay is nan; {POSITIVE}"),
    ("[limits]\ndelay = inf", f"limits.delay is inf; {POSITIVE}"),
    ("[limits]\ndelay = '2s'", f"limits.delay is '2s'; {NUMBER}"),
    ("[limits]\ndelay = 1.99", f"limits.delay is 1.99; {SLOWER}"),
    ("[limits]\ndelay = [2]", f"limits.delay is [2]; {NUMBER}"),
    ("[source.wipr]\ndelay = 'slow'", f"source.wipr.delay is 'slow'; {NUMBER}"),
    ("[limits]\nlisting_pages = 0", f"limits.listing_pages is 0; {COUNT}"),
    ("[limits]\nlisting_pages = -1", f"limits.listing_pages is -1; {POSITIVE}"),
    ("[limits]\nrevisits = 2.5", f"limits.revisits is 2.5; {COUNT}"),
    ("[limits]\nrevisits = 'all'", f"limits.revisits is 'all'; {NUMBER}"),
    ("[limits]\nurls = 1e12", f"limits.urls is 1000000000000.0; {POSITIVE}"),
    ("[limits]\nreserve_mb = '1 GB'", f"limits.reserve_mb is '1 GB'; {NUMBER}"),
    # Words out of a list
    ("policy = 'Store'", f"policy is 'Store'; {POLICY}"),
    ("policy = true", f"policy is true; {POLICY}"),
    ("[source.wipr]\npolicy = 'all'", f"source.wipr.policy is 'all'; {POLICY}"),
    # Addresses
    ("allow_addresses = ['intranet']", f"allow_addresses is ['intranet']; {ADDRESS}"),
    ("allow_addresses = ['10.0.0.300']", f"allow_addresses is ['10.0.0.300']; {ADDRESS}"),
    ("allow_addresses = ['10.0.0.7:80']", f"allow_addresses is ['10.0.0.7:80']; {ADDRESS}"),
    ("allow_addresses = '10.0.0.7 10.0.0.8'", ADDRESS),
    ("[notify]\nurls = 3", f"notify.urls {LIST.removeprefix('it ')}"),
    ("[notify]\nping = ['https://a.example']", f"notify.ping {TEXT.removeprefix('it ')}"),
    (
        "[timestamps]\nauthority = 'https://anna:lantern@tsa.example/'",
        "timestamps.authority must be a web address without a password",
    ),
    (
        "[backfill]\nwayback = 'https://anna:lantern@pywb.example/press?x'",
        "backfill.wayback must be a web address without a password",
    ),
    # Keys in the wrong place, or none
    ("delay = 3", "there is no setting delay; did you mean backfill.delay or limits.delay?"),
    ("urls = 3", "there is no setting urls; did you mean limits.urls or notify.urls?"),
    ("[limit]\nurls = 3", "there is no setting limit; did you mean limits?"),
    (
        "[sources.wipr]\nevery = '2d'",
        "there is no setting sources.wipr; what is set for one source stands under [source.NAME]",
    ),
    ("[limits]\nevery = '2d'", "there is no setting limits.every; did you mean every?"),
    ("[notify]\nemail = 'a@b.example'", "there is no setting notify.email; there are urls, ping"),
    (
        "[source.wipr]\ncontact = 'a@b.example'",
        "there is no setting source.wipr.contact; did you mean contact?",
    ),
    ("Contact = 'a@b.example'", "there is no setting Contact; did you mean contact?"),
    ("notify = 'a@b.example'", "notify must be a table; write [notify] above its keys"),
    ("source = ['wipr']", "source must be a table; write [source] above its keys"),
    ("[[limits]]\nurls = 3", "limits must be a table; write [limits] above its keys"),
    # Not TOML
    ("contact: a@b.example", "is not valid TOML: "),
    ("contact = a@b.example", "is not valid TOML: "),
    ("contact = 'a@b.example", "is not valid TOML: "),
    ("[limits\nurls = 3", "is not valid TOML: "),
    ("every = '1d'\nevery = '2d'", "is not valid TOML: "),
    ("[limits]\n[limits]", "is not valid TOML: "),
    ("archive = 'C:\\press'\ncontact = \"C:\\press\"", "is not valid TOML: "),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_it_is_one_line(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "tradepress.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(file)
    told = str(raised.value)
    assert told.startswith(str(file))
    assert words in told
    assert "\n" not in told
    assert len(told) < len(str(file)) + LONGEST_SHOWN + 250


def test_no_password_is_repeated(tmp_path: Path) -> None:
    file = tmp_path / "tradepress.toml"
    for text in (text for text, _ in WRONG if "lantern@" in text):
        file.write_text(text)
        with pytest.raises(ConfigurationError) as raised:
            load_configuration(file)
        assert "lantern" not in str(raised.value)


def test_there_are_fifty() -> None:
    assert len({text for text, _ in WRONG}) > 50
