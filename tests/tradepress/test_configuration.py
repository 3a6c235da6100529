"""tradepress.toml and the environment over it."""

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from archive_rows import open_writer
from conftest import ROOT, Tradepress
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from tradepress.configuration import (
    SHORTEST_DELAY,
    SOURCES_FOLDER,
    Configuration,
    ConfigurationError,
    SourcesConfiguration,
    find_file,
    load_configuration,
    read_duration,
    write_duration,
)
from tradepress.crawling.addon import MIDDLEWARES, add_configuration, hold_conduct, project_settings
from tradepress.declared_sources import source_named

EXAMPLE = (ROOT / "docs" / "operator" / "tradepress.toml").read_text()
NO_DEFAULT = {"contact", "notify.urls", "notify.ping", "limits.reserve_mb"}
NO_DEFAULT |= {"timestamps.authority", "timestamps.certificates"}
"""Keys whose line in the example is an example; those below [source.wipr] are, too."""
AS_SET = {
    "TRADEPRESS_CONTACT": "archive@library.example",
    "TRADEPRESS_ARCHIVE": "press.db",
    "TRADEPRESS_POLICY": "metadata-only",
    "TRADEPRESS_POLICIES": {"wipr": "skip"},
    "TRADEPRESS_CAPTURES": False,
    "TRADEPRESS_ALLOW_ADDRESSES": ["10.0.0.7"],
    "TRADEPRESS_LISTING_PAGES": 4,
    "TRADEPRESS_REVISITS": 5,
    "TRADEPRESS_URLS": 6,
    "TRADEPRESS_DEADLINE": 5400.0,
    "TRADEPRESS_RESERVE_MB": 7.0,
    "TRADEPRESS_DELAYS": {"wipr": 9.0},
    "DOWNLOAD_DELAY": 3.5,
}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and no variable of ours."""
    monkeypatch.chdir(tmp_path)
    for name in ("CONFIG", "ARCHIVE", "CONTACT", "ALLOW_ADDRESSES", "RESERVE_MB", "DELAY"):
        monkeypatch.setenv(f"TRADEPRESS_{name}", "")


def configuration(text: str) -> Configuration:
    Path("tradepress.toml").write_text(text)
    return load_configuration()


def flat(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    """``{"limits": {"delay": 2}}`` as ``{"limits.delay": 2}``."""
    values: dict[str, object] = {}
    for name, value in table.items():
        inner = flat(value, f"{prefix}{name}.") if isinstance(value, dict) else None
        values |= inner if inner is not None else {f"{prefix}{name}": value}
    return values


def in_use(text: str) -> str:
    """The example with every key taken up."""
    return re.sub(r"^# (\[source|[a-z_]+ = )", r"\1", text, flags=re.MULTILINE)


def test_without_a_file_everything_has_its_default() -> None:
    assert find_file() is None
    assert load_configuration() == Configuration()


def test_the_example_changes_nothing_as_it_stands() -> None:
    loaded = configuration(EXAMPLE)
    beside, own = (
        Path("archive.db").absolute(),
        SourcesConfiguration(folder=Path("sources").absolute()),
    )
    assert loaded == Configuration(file=Path("tradepress.toml"), archive=beside, sources=own)


def test_the_example_names_every_key_its_default_and_its_variable() -> None:
    keys = flat(tomllib.loads(in_use(EXAMPLE)))
    loaded = configuration(in_use(EXAMPLE))
    default = Configuration()
    assert loaded.source["wipr"].every == timedelta(days=7)
    for name in keys:
        section, _, key = name.rpartition(".")
        if section == "source.wipr" or name in NO_DEFAULT:
            continue
        parts = (
            (getattr(loaded, section), getattr(default, section)) if section else (loaded, default)
        )
        shown, real = (getattr(part, key) for part in parts)
        real = Path(SOURCES_FOLDER).absolute() if key == "folder" else real
        assert shown == (real.absolute() if key == "archive" else real), name
    variables = set(re.findall(r"\[(TRADEPRESS_[A-Z_]+)\]", EXAMPLE))
    source = (ROOT / "tradepress" / "configuration.py").read_text()
    assert variables == set(re.findall(r'Key\(\w+, "(TRADEPRESS_[A-Z_]+)"\)', source))
    known = re.findall(r"^    (\w+): Annotated", source, flags=re.MULTILINE)
    assert sorted(name.rpartition(".")[2] for name in keys) == sorted(known)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "press.toml").write_text('archive = "data/press.db"')
    assert load_configuration(folder / "press.toml").archive == folder / "data" / "press.db"
    (folder / "press.toml").write_text("")
    assert load_configuration(folder / "press.toml").archive == folder / "archive.db"


def test_a_mark_of_an_editor_before_the_first_key_is_none_of_it() -> None:
    Path("tradepress.toml").write_text('contact = "a@library.example"', encoding="utf-8-sig")
    assert load_configuration().contact == "a@library.example"


def test_a_comma_may_stand_within_an_address_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = "mailto://orrin@lamps.example?to=a@b.example,c@b.example", "json://lamps.example"
    monkeypatch.setenv("TRADEPRESS_NOTIFY_URLS", f"{one}, {other}")
    assert load_configuration().notify.urls == (one, other)


COMMANDS = (["runs"], ["browse"], ["verify"])
CRAWLING = (
    *(["crawl", "--scheduled"], ["schedule", "install"], ["sources", "list"]),
    ["crawl", "--local", "1"],
    ["backfill", "wipr", "--from", "ccnews", "--local", "1"],
)
NOT_CRAWLABLE = [
    ("contact = 'nobody'", "contact is 'nobody'; it must be a mail or web address"),
    ("contact = '\u202ea@b.example'", "it must be a mail or web address"),
    (
        "contact = 'a@library.example'\n[source.wippr]\nevery = '2d'",
        "source names 'wippr', which is no source; did you mean",
    ),
]


@pytest.mark.parametrize("command", [*COMMANDS, *CRAWLING, ["health", "--scheduled"]], ids=" ".join)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contact = \n", "is not valid TOML"),
        (None, "can't be read (No such file or directory)"),
    ],
)
def test_no_command_goes_on_without_the_file_it_was_given(
    here: Tradepress, command: list[str], text: str | None, words: str
) -> None:
    if text is not None:
        Path("press.toml").write_text(text)
    result = here("--config", "press.toml", *command)
    assert result.returncode == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(("text", "words"), NOT_CRAWLABLE)
@pytest.mark.parametrize("command", CRAWLING, ids=" ".join)
def test_what_no_crawl_could_use_is_refused_where_crawls_are_planned(
    here: Tradepress, command: list[str], text: str, words: str
) -> None:
    Path("press.toml").write_text(text)
    result = here("--config", "press.toml", *command)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(("text", "words"), NOT_CRAWLABLE)
def test_others_go_on_with_a_warning(here: Tradepress, text: str, words: str) -> None:
    with open_writer(Path("archive.db"), command="tests"):
        pass
    Path("press.toml").write_text(text)
    result = here("--config", "press.toml", "runs")
    assert result.returncode == 0
    assert result.stderr.startswith("Warning: ")
    assert words in result.stderr


def test_jobs_of_a_cluster_that_ask_nobody_go_on_with_a_warning(here: Tradepress) -> None:
    Path("press.toml").write_text("contact = 'nobody'")
    result = here("--config", "press.toml", "ingest", "x.warc.gz", "--insecure")
    warning, *others = result.stderr.splitlines()
    assert warning.startswith("Warning: press.toml: contact is 'nobody'")
    assert "--insecure and --shards go with" in others[-1]


@pytest.mark.parametrize(
    ("text", "words"), [*NOT_CRAWLABLE, ("every = '1d'", "names no contact, and without one no")]
)
def test_the_nightly_check_tells_it_and_goes_on(here: Tradepress, text: str, words: str) -> None:
    with open_writer(Path("archive.db"), command="tests") as writer:
        writer.start_run("crawl", [], "0")
        writer.end_run("done", 0)
    Path("press.toml").write_text(text)
    result = here("--config", "press.toml", "health", "--scheduled")
    assert result.returncode == 1
    (line,) = [line for line in result.stdout.splitlines() if words in line]
    assert line.startswith("problem   archive ")
    assert "No source was crawled yet." not in result.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contakt = 'a'", "there is no setting contakt; did you mean contact?"),
        ("[limits]\nlisting_page = 3", "no setting limits.listing_page; did you mean limits.listi"),
        ("[source.wipr]\nfrequency = '1d'", "no setting source.wipr.frequency; there are every, p"),
        ("[limits]\ndelay = 'slow'", "limits.delay is 'slow'; it must be a number"),
        ("[limits]\ndelay = 0.5", "limits.delay is 0.5; it may only slow a crawl down: 2 seconds"),
        ("[source.wipr]\ndelay = 1", "source.wipr.delay is 1; it may only slow a crawl down"),
        ("[limits]\nurls = 1.5", "limits.urls is 1.5; it must be a whole number"),
        ("[limits]\nrevisits = true", "limits.revisits is true; it must be a number"),
        ("every = 20", "every is 20; it must be a time such as"),
        ("every = '0h'", "every is '0h'; it must be a time such as"),
        ("policy = 'keep'", "policy is 'keep'; it must be one of store, metadata-only, skip"),
        ("captures = 'perhaps'", "captures is 'perhaps'; it must be true or false"),
        ("sources = 3", "sources.names is 3; it must be a list"),
        ("allow_addresses = ['10.0.0.0/8']", 'it must be addresses such as "10.0.0.7", no names'),
        ("archive = '~orrin-is-not-here/a.db'", "it must be a path, and `~` a user who is known"),
        ("sources = [3]", "sources.names is [3]; it must be text in quotes"),
        ("limits = 3", "limits must be a table; write [limits] above its keys"),
        ("[source]\nwipr = 3", "source.wipr must be a table"),
        (f"[limits]\nurls = {'9' * 400}", "limits.urls is 999"),
        (f"sources = {'[' * 9_000}", "is nested too deeply"),
        (f"sources = {'[' * 100_000}", "has a line of over 10,000 characters"),
        ("a." * 100_000 + "a = 1", "has a line of over 10,000 characters"),
        (f"[limits]\nreserve_mb = 0x{'f' * 4_000}", "is a number of thousands of digits; it must"),
        ("contact = \n", "is not valid TOML: Invalid value (at line 1, column 11)"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(here: Tradepress, text: str, words: str) -> None:
    Path("tradepress.toml").write_text(text)
    result = here("runs")
    assert result.returncode == 2
    assert words in result.stderr
    assert "tradepress.toml" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert len(result.stderr) < 500


def test_a_file_that_is_named_must_be_there(here: Tradepress) -> None:
    result = here("--config", "press.toml", "runs")
    assert result.returncode == 2
    assert "press.toml can't be read (No such file or directory)" in result.stderr


def test_a_variable_goes_before_the_file_and_an_option_before_both(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("press.toml").write_text('archive = "of-the-file.db"')
    assert "of-the-file.db" in here("--config", "press.toml", "runs").stderr
    monkeypatch.setenv("TRADEPRESS_CONFIG", "press.toml")
    assert "of-the-file.db" in here("runs").stderr
    monkeypatch.setenv("TRADEPRESS_ARCHIVE", "of-the-variable.db")
    assert "of-the-variable.db" in here("runs").stderr
    assert "of-the-option.db" in here("runs", "--archive", "of-the-option.db").stderr


def test_variables_are_read_like_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEPRESS_ALLOW_ADDRESSES", "127.0.0.1, 10.0.0.7")
    monkeypatch.setenv("TRADEPRESS_RESERVE_MB", "12.5")
    loaded = configuration("allow_addresses = ['10.0.0.8']")
    assert loaded.allow_addresses == ("127.0.0.1", "10.0.0.7")
    assert loaded.limits.reserve_mb == 12.5
    monkeypatch.setenv("TRADEPRESS_DELAY", "1")
    with pytest.raises(ConfigurationError, match=r"^TRADEPRESS_DELAY is '1'; it may only slow"):
        load_configuration()


@pytest.mark.parametrize("text", ["45s", "90m", "20h", "7d"])
def test_durations(text: str) -> None:
    assert write_duration(read_duration(text)) == text


def test_how_often_a_source_is_crawled() -> None:
    loaded = configuration("every = '2d'\n[source.wipr]\nevery = '7d'\n[source.tbo]\ndelay = 3")
    assert [loaded.every_of(name).days for name in ("wipr", "tbo", "lsipr")] == [7, 2, 2]


def test_scrapys_settings_are_those_of_the_file(tmp_path: Path) -> None:
    """So `scrapy crawl` and Scrapyd obey it, too."""
    file = tmp_path / "press.toml"
    file.write_text(
        'contact = "archive@library.example"\narchive = "press.db"\npolicy = "metadata-only"\n'
        'captures = false\nallow_addresses = ["10.0.0.7"]\n'
        '[limits]\ndelay = 3.5\nlisting_pages = 4\nrevisits = 5\nurls = 6\ndeadline = "90m"\n'
        'reserve_mb = 7\n[source.wipr]\npolicy = "skip"\ndelay = 9\n'
    )
    print_all = (
        "import json\nfrom scrapy.crawler import Crawler\n"
        "from scrapy.utils.project import get_project_settings\n"
        "from scrapy import Spider\n"
        "Spider.name = 'any'\n"
        "crawler = Crawler(Spider, get_project_settings())\n"
        "crawler.addons.load_settings(crawler.settings)\n"
        "settings = crawler.settings\n"
        f"print(json.dumps({{name: settings[name] for name in {list(AS_SET)}}}, default=dict))"
    )
    result = subprocess.run(
        [sys.executable, "-c", print_all],
        cwd=ROOT,
        env=os.environ | {"TRADEPRESS_CONFIG": str(file)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(result.stdout) == AS_SET | {"TRADEPRESS_ARCHIVE": str(tmp_path / "press.db")}


def test_a_source_may_be_slower_than_the_others() -> None:
    source = source_named("wipr")
    settings = project_settings(Configuration(contact="archive@library.example"), {})
    hold_conduct(settings, source)
    assert settings.getfloat("DOWNLOAD_DELAY") == SHORTEST_DELAY
    for own, delay in ((7.0, 7.0), (0.1, SHORTEST_DELAY)):
        settings = project_settings(
            Configuration(contact="archive@library.example"),
            {"TRADEPRESS_DELAYS": {"wipr": own, "tbo": 30.0}},
        )
        hold_conduct(settings, source)
        assert settings.getfloat("DOWNLOAD_DELAY") == delay


@pytest.mark.parametrize("name", ["TRADEPRESS_POLICIES", "TRADEPRESS_CONFIGURED"])
def test_no_setting_keeps_the_file_from_being_read(tmp_path: Path, name: str) -> None:
    """As `scrapy crawl wipr -s NAME=…` and a spider's custom_settings would."""
    Path("tradepress.toml").write_text(
        "contact = 'archive@library.example'\npolicy = 'metadata-only'\n[source.wipr]\ndelay = 9"
    )
    for priority in ("cmdline", "spider"):
        settings = Settings()
        settings.setmodule("tradepress.crawling.scrapy_settings", priority="project")
        settings.set(name, {}, priority=priority)
        add_configuration(settings)
        hold_conduct(settings, source_named("wipr"))
        assert settings["TRADEPRESS_POLICY"] == "metadata-only"
        assert settings.getfloat("DOWNLOAD_DELAY") == 9


@pytest.mark.parametrize("name", MIDDLEWARES)
def test_no_setting_takes_the_conduct_away(name: str) -> None:
    settings = project_settings(Configuration(contact="archive@library.example"), {})
    kept = settings.getdict("DOWNLOADER_MIDDLEWARES")
    for changed in ({**kept, name: None}, {key: kept[key] for key in kept if key != name}, {}):
        settings.set("DOWNLOADER_MIDDLEWARES", changed, priority="cmdline")
        with pytest.raises(UsageError, match="leaves out tradepress"):
            hold_conduct(settings, source_named("wipr"))
