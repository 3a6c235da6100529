"""`tradepress init`: what is asked, what is refused and asked again, and what is never written."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import Tradepress, declare
from kept_pages import keep
from own_crontab import put_crontab
from typed_answers import CTRL_C, talk

from tradepress.command_line import cli
from tradepress.configuration import load_configuration

# apprise's mail plug-in looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

YES = ("init", "--yes", "--contact", "press@library.example")
MAIL = "mailtos://orrin:hunter2@mail.library.example?to=press@library.example"
NOTHING = "Nothing is set up in this folder: `tradepress init` does it, `tradepress demo` tries it"


@pytest.fixture
def asking(here: Tradepress, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Somebody at a terminal, in this process."""
    monkeypatch.setattr("tradepress.commands.init_command.is_terminal", lambda stream: True)
    return CliRunner()


def in_folder() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_for_a_script_it_asks_nothing(here: Tradepress) -> None:
    result = here(*YES)
    assert (result.returncode, result.stderr) == (0, "")
    written, after = result.stdout.splitlines()
    assert written == f"Written: {Path('tradepress.toml').absolute()}"
    assert after.startswith("Next: `tradepress crawl`.")
    assert load_configuration().contact == "press@library.example"
    assert in_folder() == ["tradepress.toml"]


def test_options_are_answers(here: Tradepress) -> None:
    options = ("--sources", "wipr,tbo", "--every", "160h", "--archive", "ü b.db", "--notify", MAIL)
    result = here(*YES, *options, "--language", "en")
    assert result.returncode == 0, result.stderr
    assert "hunter2" not in result.stdout + result.stderr
    loaded = load_configuration()
    assert loaded.sources.names == ("wipr", "tbo")
    assert loaded.every.total_seconds() == 160 * 3600
    assert loaded.archive == Path("ü b.db").absolute()
    assert loaded.notify.urls == (MAIL,)
    assert here("sources", "list").returncode == 0


def test_variables_are_answers_behind_the_options(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"CONTACT": "of@variables.example", "SOURCES": "wipr", "NOTIFY_URLS": MAIL}
    for name, value in given.items():
        monkeypatch.setenv(f"TRADEPRESS_{name}", value)
    assert here("init", "--yes", "--sources", "tbo").returncode == 0
    for name in given:
        monkeypatch.delenv(f"TRADEPRESS_{name}")
    loaded = load_configuration()
    assert (loaded.contact, loaded.sources.names) == ("of@variables.example", ("tbo",))
    assert loaded.notify.urls == (MAIL,)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--contact", "nobody"), "'--contact': contact is 'nobody'; it must be a mail or web add"),
        (("--sources", "wippr"), "'--sources': sources names 'wippr', which is no source; did you"),
        (("--sources", "signet"), "'--sources': sources names 'signet', which is no source"),
        (("--language", "xx"), "'--language': no paper is in 'xx'; there are: all, en"),
        (("--language", "xx", "--sources", "wipr"), "'--language': no paper is in 'xx'"),
        (("--every", "often"), "'--every': 'often' must be a time such as"),
        (("--archive", "far/press.db"), "'--archive': there is no folder far: make it first"),
        (("--archive", "~nobody-is/a.db"), "'--archive': must be a path, and `~` a user who is"),
        (("--archive", "sample.db"), "'--archive': sample.db holds the invented sample (signet)"),
        (("--notify", "orrin:hunter2@x://y"), "'--notify': address 1 is no address that notific"),
    ],
)
def test_a_wrong_answer_of_a_script_is_wrong_use(
    here: Tradepress, options: tuple[str, ...], words: str
) -> None:
    keep(Path("sample.db"), None)
    result = here(*YES, *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"Error: Invalid value for {words}" in result.stderr
    assert "hunter2" not in result.stderr
    assert "tradepress.toml" not in in_folder()


def test_a_script_must_say_who_runs_this(here: Tradepress) -> None:
    result = here("init", "--yes")
    assert result.returncode == 2
    assert "Invalid value for '--contact'" in result.stderr
    assert 'such as "you@library.example"' in result.stderr
    assert in_folder() == []


def test_without_a_terminal_nothing_is_asked(here: Tradepress) -> None:
    result = here("init")
    assert (result.returncode, result.stdout) == (2, "")
    assert "There is no terminal to ask at: give --yes, and --contact ADDRESS." in result.stderr
    assert in_folder() == []


def test_a_file_that_is_there_stays_as_it_is(here: Tradepress) -> None:
    Path("tradepress.toml").write_text("# by hand\n")
    result = here(*YES)
    assert result.returncode == 2
    assert result.stderr == (
        "Error: tradepress.toml is there already, and stays as it is: edit it, or begin in another "
        "folder\n"
    )
    assert Path("tradepress.toml").read_text() == "# by hand\n"


def test_a_file_that_is_in_force_elsewhere_would_hide_it(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("press.toml").write_text("")
    monkeypatch.setenv("TRADEPRESS_CONFIG", "press.toml")
    result = here(*YES)
    assert result.returncode == 2
    assert "press.toml is there already" in result.stderr
    assert in_folder() == ["press.toml"]


def test_where_nothing_can_be_written_nothing_is_asked(
    asking: CliRunner, here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write anywhere
    result = here("init")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"Error: {Path.cwd()} can't be written: begin in a folder of your own\n"


def test_papers_of_ones_own_are_papers(here: Tradepress) -> None:
    Path("sources").mkdir()
    site = "https://quill.example"
    declare(Path("sources"), "quill", site, domains=("quill.example",), language="cs")
    assert here(*YES, "--language", "cs").returncode == 0
    assert load_configuration().sources.names == ("quill",)


def test_sources_of_another_user_are_not_run(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("sources").mkdir()
    (Path("sources") / "evil.py").write_text("import pathlib; pathlib.Path('ran').touch()")
    monkeypatch.setattr("tradepress.configuration._is_ours", lambda path: path.name != "evil.py")
    result = here(*YES)
    assert result.returncode == 2
    assert "evil.py belongs to another user" in result.stderr
    assert in_folder() == ["sources"]


def test_wrong_answers_are_told_what_is_right_and_asked_again(asking: CliRunner) -> None:
    typed = ["", "nobody", "press@library.example", "xx", "en", "wippr", "World IP Review", "often"]
    typed += ["", "far/press.db", "press.db", "orrin:hunter2@x://y", MAIL, ""]
    result = asking.invoke(cli, ["init"], input="\n".join(typed) + "\n")
    assert result.exception is None
    for told in (
        "contact is ''; it must be a mail or web address",
        "contact is 'nobody'; it must be a mail or web address",
        "no paper is in 'xx'; there are: all, en",
        "sources names 'wippr', which is no source; did you mean wipr?",
        "'often' must be a time such as",
        "there is no folder far: make it first",
        "address 1 is no address that notifications can go to; write mailtos://user:password@",
    ):
        assert f"\n  {told}" in result.output
    assert "  wipr              World IP Review\n" in result.output
    assert "hunter2" not in result.output
    assert (
        "Crawl by the clock, every 24 hours (later: `tradepress schedule install`)? [y/N]"
        in result.output
    )
    loaded = load_configuration()
    assert (loaded.contact, loaded.sources.names) == ("press@library.example", ("wipr",))
    assert (loaded.notify.urls, loaded.archive.name) == ((MAIL,), "press.db")
    assert in_folder() == ["tradepress.toml"]


def test_what_an_option_says_is_not_asked(asking: CliRunner) -> None:
    options = ["--contact", "a@b.example", "--sources", "wipr", "--notify", MAIL]
    result = asking.invoke(cli, ["init", *options], input="6h\n\n\n")
    assert result.exception is None
    asked = [line.partition(" [")[0] for line in result.output.splitlines() if " [" in line]
    assert asked == [
        "Every",
        "Archive",
        "Crawl by the clock, every 8 hours (later: `tradepress schedule install`)?",
    ]
    assert "World IP Review" not in result.output


def test_whom_to_tell_of_the_environment_is_not_shown(
    asking: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEPRESS_NOTIFY_URLS", MAIL)
    result = asking.invoke(cli, ["init", "--contact", "a@b.example"], input="\n" * 6)
    assert "hunter2" not in result.output
    assert MAIL in Path("tradepress.toml").read_text()


def test_the_schedule_is_installed_if_it_is_wanted(
    asking: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepress.schedule.machine.BOOTED", tmp_path / "no-systemd")
    crontab = put_crontab(tmp_path, monkeypatch)
    options = ["--contact", "a@b.example", "--sources", "wipr"]
    result = asking.invoke(cli, ["init", *options], input="5h\nü b.db\n\ny\n")
    assert result.exception is None, result.output
    assert (
        ", every 6 hours (later: `tradepress schedule install`)? [y/N]: y\nInstalled: lines"
        in result.output
    )
    crawl = crontab.read_text().splitlines()[1]
    assert len(crawl.split()[1].split(",")) == 4
    assert f"--archive '{tmp_path}/ü b.db'" in crawl
    assert (tmp_path / "ü b.db").is_file()


def test_where_nothing_is_set_up_that_is_said_first(here: Tradepress) -> None:
    told = here()
    assert told.returncode == 2
    assert told.stderr.startswith(f"{NOTHING} out.\n\nUsage: tradepress ")
    assert "Nothing is set up" not in here("--help").stdout


@pytest.mark.parametrize("name", ["tradepress.toml", "archive.db", "elsewhere.db"])
def test_where_something_is_set_up_the_help_is_all(
    here: Tradepress, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(name).touch()
    if name == "elsewhere.db":
        monkeypatch.setenv("TRADEPRESS_ARCHIVE", name)
    assert here().stderr.startswith("Usage: tradepress ")


def test_a_broken_file_does_not_hide_the_help(here: Tradepress) -> None:
    Path("tradepress.toml").write_text("contact = ")
    assert here().stderr.startswith("Usage: tradepress ")


def test_completion_is_told_nothing(tradepress: Tradepress) -> None:
    result = tradepress(
        _TRADEPRESS_COMPLETE="bash_complete", COMP_WORDS="tradepress ini", COMP_CWORD="1"
    )
    assert (result.stdout, result.stderr) == ("plain,init\n", "")


@pytest.fixture
def press(tmp_path: Path) -> Path:
    """A folder with a name as people give them."""
    folder = tmp_path / "Presse der Bücherei ü"
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_a_librarian_at_a_terminal(press: Path) -> None:
    told = talk(
        press,
        ["init"],
        [
            ("Contact: ", "my mail"),
            ("you@library.example", "ada@library.example"),
            ("Language [all]: ", ""),
            ("Sources [all]: ", "wipr; tbo"),
            ("Sources [all]: ", "The TTABlog, wipr"),
            ("Every [20h]: ", "every day"),
            ("Every [20h]: ", ""),
            ("Archive [archive.db]: ", "B\udcfccher.db"),  # of an old terminal: no UTF-8
            ("Archive [archive.db]: ", "Bücher.db"),
            ("Notify: ", "ada:hunter2@mail.library.example"),
            ("Notify: ", MAIL),
            ("[y/N]: ", "perhaps"),
            ("[y/N]: ", "n"),
        ],
    )
    assert told.code == 0, told.shown
    assert "hunter2" not in told.shown
    assert f"Written: {press}/tradepress.toml" in told.shown
    loaded = load_configuration(press / "tradepress.toml")
    assert loaded.contact == "ada@library.example"
    assert loaded.sources.names == ("ttablog", "wipr")
    assert loaded.archive == press / "Bücher.db"
    assert loaded.notify.urls == (MAIL,)
    assert [path.name for path in press.iterdir()] == ["tradepress.toml"]


@pytest.mark.slow
@pytest.mark.parametrize("at", ["Contact: ", "Sources [all]: ", "Notify: "])
def test_ctrl_c_writes_nothing(press: Path, at: str) -> None:
    before = [("Contact: ", "ada@library.example"), ("Language [all]: ", "")]
    before += [("Sources [all]: ", ""), ("Every [20h]: ", ""), ("Archive [archive.db]: ", "")]
    until = next((number for number, (awaited, _) in enumerate(before) if awaited == at), None)
    told = talk(press, ["init"], [*before[:until], (at, CTRL_C)])
    assert told.code == 130
    assert told.shown.endswith("Interrupted. What was committed is kept; run the command again.\n")
    assert [*press.iterdir()] == []


@pytest.mark.slow
def test_ctrl_c_at_the_offer_of_a_schedule_leaves_what_is_written(press: Path) -> None:
    answered = [("Contact: ", "ada@library.example"), *(("]: ", "") for _ in range(4))]
    told = talk(press, ["init"], [*answered, ("Notify: ", ""), ("[y/N]: ", CTRL_C)])
    assert told.code == 0, told.shown
    assert "Next: `tradepress crawl`." in told.shown
    assert [path.name for path in press.iterdir()] == ["tradepress.toml"]
