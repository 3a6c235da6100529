"""The first tradepress.toml: the documented one, in which what was answered is in force."""

import os
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter
from pathlib import Path

import pytest
from conftest import ROOT, Tradepress
from hypothesis import example, given
from hypothesis import strategies as st
from kept_pages import keep

from tradepress.archive.errors import MixedArchive, NotAnArchive
from tradepress.archive.open import open_archive
from tradepress.configuration import (
    Configuration,
    ConfigurationError,
    MentionsConfiguration,
    Notify,
    SourcesConfiguration,
    all_keys,
    load_configuration,
)
from tradepress.declared_sources import all_sources
from tradepress.jobs.first_configuration import (
    configuration_text,
    papers_in,
    read_names,
    read_place,
    read_urls,
    require_free,
    write_configuration,
)

# apprise's mail plug-in looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

DOCUMENTED = (ROOT / "docs" / "operator" / "tradepress.toml").read_text()
ASKED = Configuration(contact="press@library.example")
MAIL = "mailtos://orrin:hunter2@mail.library.example?to=a@lamps.example,b@lamps.example"
REAL = [source for source in all_sources() if not source.sample]


@pytest.fixture(autouse=True)
def in_an_empty_folder(here: Tradepress) -> Iterator[None]:
    """No variable of ours is set there."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_where_nothing_is_set_it_is_the_documented_file() -> None:
    assert configuration_text(Configuration()) == DOCUMENTED


def test_what_is_set_is_a_line_of_its_own_below_its_words() -> None:
    text = configuration_text(replace(ASKED, sources=SourcesConfiguration(names=("wipr", "tbo"))))
    changed = set(text.splitlines()) - set(DOCUMENTED.splitlines())
    assert changed == {'contact = "press@library.example"', 'names = ["wipr", "tbo"]'}
    assert len(text.splitlines()) == len(DOCUMENTED.splitlines())


def other_than(value: object, key: str) -> object:
    """What the key could be, too."""
    kinds: list[tuple[type, object]] = [
        (bool, value is False),
        (int, 7),
        (float, 7.5),
        (timedelta, timedelta(minutes=90)),
        (Path, Path("ü b/other.db")),
        (tuple, ("10.0.0.7",)),
    ]
    others = [other for kind, other in kinds if isinstance(value, kind)]
    texts = {"policy": "skip", "limits.reserve_mb": 7.0, "sources.folder": Path("mine")}
    texts["timestamps.certificates"] = Path("authority.pem")
    return others[0] if others else texts.get(key, "https://press.library.example/x")


@pytest.mark.parametrize("key", all_keys())
def test_every_key_of_the_reader_can_be_set(key: str) -> None:
    *table, name = key.split(".")
    default = Configuration()
    other = other_than(attrgetter(key)(default), key)
    section = attrgetter(table[0])(default) if table else default
    section = replace(section, **{name: other})
    configuration = replace(default, **{table[0]: section}) if table else section
    Path("tradepress.toml").write_text(configuration_text(configuration))
    loaded = attrgetter(key)(load_configuration())
    assert loaded == (Path(other).absolute() if isinstance(other, Path) else other)
    keys = tomllib.loads(Path("tradepress.toml").read_text())
    assert name in (keys[table[0]] if table else keys)


def test_people_are_looked_for_where_that_was_set() -> None:
    text = configuration_text(Configuration(mentions=MentionsConfiguration(people=True)))
    assert tomllib.loads(text)["mentions"] == {"people": True}


@given(
    archive=st.text(st.characters(codec="utf-8", exclude_characters="\0/~"), min_size=1)
    .map(str.strip)
    .filter(lambda name: name not in ("", ".", "..")),
    urls=st.lists(
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1)
    ),
    hours=st.integers(1, 10**5),
)
@example(archive='a "b" \\c\x7f\x1b\u2028.db', urls=["json://a\\b"], hours=20)
def test_what_was_answered_is_read_back(archive: str, urls: list[str], hours: int) -> None:
    configuration = replace(
        ASKED,
        archive=Path(archive),
        every=timedelta(hours=hours),
        notify=Notify(urls=tuple(urls)),
    )
    Path("any.toml").write_text(configuration_text(configuration), encoding="utf-8")
    loaded = load_configuration(Path("any.toml"))
    assert loaded.archive == Path(archive).absolute()
    assert (loaded.every, loaded.notify) == (configuration.every, configuration.notify)


@pytest.mark.parametrize(("urls", "rights"), [((), 0o644), ((MAIL,), 0o600)])
def test_addresses_of_whom_to_tell_are_for_their_owner_alone(
    urls: tuple[str, ...], rights: int
) -> None:
    write_configuration(Path("tradepress.toml"), replace(ASKED, notify=Notify(urls=urls)))
    assert Path("tradepress.toml").stat().st_mode & 0o777 == rights
    assert load_configuration().notify.urls == urls


def test_a_file_that_came_meanwhile_is_not_replaced() -> None:
    Path("tradepress.toml").write_text("# by hand")
    with pytest.raises(ConfigurationError, match="is there already, and stays as it is: edit it"):
        write_configuration(Path("tradepress.toml"), ASKED)
    assert Path("tradepress.toml").read_text() == "# by hand"
    assert [path.name for path in Path().iterdir()] == ["tradepress.toml"]


@pytest.mark.parametrize(
    "wrong",
    [
        Configuration(contact="nobody"),
        replace(ASKED, sources=SourcesConfiguration(names=("wippr",))),
        replace(ASKED, every=timedelta()),
    ],
)
def test_what_no_crawl_could_run_by_is_not_written(wrong: Configuration) -> None:
    with pytest.raises(ConfigurationError):
        write_configuration(Path("tradepress.toml"), wrong)
    assert [*Path().iterdir()] == []


def test_a_link_to_nowhere_is_something_that_is_there() -> None:
    Path("tradepress.toml").symlink_to("nowhere")
    with pytest.raises(ConfigurationError, match="is there already"):
        require_free(Path("tradepress.toml"))


def test_papers_are_named_by_either_name_in_any_case() -> None:
    words = "World IP Review, TBO,wipr"
    assert read_names(words, REAL, REAL) == ("wipr", "tbo", "wipr")


def test_all_are_all_papers_of_the_language() -> None:
    german = replace(REAL[0], name="marken", language="de")
    papers = [*REAL, german]
    assert read_names("all", papers_in("all", papers), papers) == ()
    assert read_names("all", papers_in("de", papers), papers) == ("marken",)
    with pytest.raises(ValueError, match="no paper is in 'fr'; there are: all, de, en"):
        papers_in("fr", papers)


@pytest.mark.parametrize("name", ["signet", "wippr", "Wold IP Review"])
def test_a_paper_that_there_is_not_is_told_its_like(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no source; (did you mean wipr|there are: a)"):
        read_names(name, REAL, REAL)


@pytest.mark.parametrize("words", ["orrin:hunter2@x://y", "hunter2"])
def test_no_password_is_repeated(words: str) -> None:
    with pytest.raises(ValueError, match=r"^address \d is no address") as told:
        read_urls(words)
    assert "hunter2" not in str(told.value)


def test_whom_to_tell_may_be_nobody_or_many() -> None:
    assert read_urls("") == ()
    one, other = "json://lamps.example/?to=a,b", "xml://orrin:hunter2@lamps.example"
    assert read_urls(f"{one}, {other}") == (one, other)


def test_an_archive_may_be_there_if_it_is_one_of_real_papers(here: Tradepress) -> None:
    open_archive("press.db", command="tests").close()
    assert read_place("press.db") == Path("press.db")
    assert read_place("new.db") == Path("new.db")
    Path("notes.txt").write_text("by hand" * 100)
    with pytest.raises(NotAnArchive):
        read_place("notes.txt")
    with pytest.raises(NotAnArchive, match="no file"):
        read_place(".")
    with pytest.raises(ValueError, match="there is no folder far: make it first"):
        read_place("far/press.db")


def test_the_archive_of_the_sample_is_none_of_real_papers(here: Tradepress) -> None:
    keep(Path("archive.db"), None)
    with pytest.raises(MixedArchive, match="holds the invented sample"):
        read_place("archive.db")
