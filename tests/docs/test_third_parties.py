"""What a release says of others' work is read from what is installed, and never guessed."""

import json
import tomllib
from importlib.metadata import version

import pytest
from conftest import ROOT

from tools.third_parties import bill_of_materials, notice, read_pins

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = f"""click=={version("click")} \\
    --hash=sha256:00
filelock=={version("filelock")} ; python_version > '3' \\
    --hash=sha256:00
itsdangerous=={version("itsdangerous")} \\
    --hash=sha256:00
no-such-package==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:00
"""


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def test_licences_and_their_texts_are_read() -> None:
    pins = {one.name: one for one in read_pins(PINS)}
    assert [*pins] == ["click", "filelock", "itsdangerous", "no-such-package"]
    assert pins["click"].licence == "BSD-3-Clause"
    assert pins["itsdangerous"].licence == "BSD License"  # as it says it
    (text,) = (text for _, text in pins["click"].texts)
    assert "Pallets" in text
    assert pins["no-such-package"].licence == "not read: needed only where sys_platform == 'win32'"


def test_a_pin_that_is_not_what_is_installed_is_no_guess() -> None:
    with pytest.raises(SystemExit, match=r"click .* is installed, 0\.1 is pinned"):
        [*read_pins("click==0.1 \\\n")]
    with pytest.raises(SystemExit, match="no-such-package is pinned and not installed here"):
        [*read_pins("no-such-package==1.0 \\\n")]


def test_the_bill_names_each_by_its_purl_and_no_address() -> None:
    pins = [*read_pins(PINS)]
    bill = json.loads(bill_of_materials(PROJECT, pins))
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert {one["purl"] for one in bill["components"]} == {
        f"pkg:pypi/{one.name}@{one.version}" for one in pins
    }
    click, filelock, itsdangerous, absent = bill["components"]
    assert click["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert itsdangerous["licenses"] == [{"license": {"name": "BSD License"}}]
    assert "licenses" not in absent
    assert [one["scope"] for one in (click, filelock, absent)] == ["required"] * 2 + ["optional"]
    (root,) = (one for one in bill["dependencies"] if "tradepress" in one["ref"])
    assert root["dependsOn"] == [click["purl"], filelock["purl"]]
    del bill["$schema"]
    assert "://" not in json.dumps(bill)
    assert bill_of_materials(PROJECT, pins) == bill_of_materials(PROJECT, [*read_pins(PINS)])


def test_the_notice_has_what_is_bundled_and_what_is_needed() -> None:
    pins = [*read_pins(PINS)]
    words = notice(PROJECT, pins)
    for file in PROJECT["license-files"]:
        assert (ROOT / file).read_text().strip() in words
    for one in pins:
        assert f"\n{one.name} {one.version}: {one.licence}\n" in words
        for _, text in one.texts:
            assert words.count(text) == 1


def test_a_text_that_two_have_stands_once() -> None:
    pins = [*read_pins(PINS), *read_pins(PINS)]
    (text,) = (text for _, text in pins[0].texts)
    assert notice(PROJECT, pins).count(text) == 1


def test_each_style_of_citations_has_its_notice() -> None:
    folder = ROOT / "tradepress" / "research" / "citation" / "styles"
    styles = sorted(file.name for file in folder.glob("*.csl"))
    assert styles
    for name in styles:
        assert f"\n{name}\n" in (folder / "NOTICE").read_text()
        assert "creativecommons.org/licenses/by-sa/3.0" in (folder / name).read_text()
