"""backfill.md can't lie: its commands are run, in order, against a pywb on this machine."""

import re
from pathlib import Path

import pytest
import replay
import wipr_past
from captured import write_warc
from conftest import ROOT, Tradepress
from documents import COMMAND, FENCE

DOCUMENT = (ROOT / "docs" / "librarian" / "backfill.md").read_text()
SERVICE = "https://web.archive.org/web"
CHANGING = (
    (r"about \d+ seconds", "about N seconds"),
    (r"in [\d.]+ (seconds|minutes)", "in N seconds"),
    (r"\d{4}-\d\d-\d\dT[\d:]{8}Z(?=  done)", "NOW"),
    (r"archived \d{4}-\d\d-\d\d", "archived TODAY"),
    (r"tradepress [\d.]+\+\w+", "tradepress RULES"),
    (r"\d+\.\d [kM]B", "SIZE"),  # of compressed records
)
"""What is never the same twice; and on loopback no pace is kept."""


def normal(printed: str, service: str) -> list[str]:
    printed = printed.replace(service, SERVICE)
    for pattern, word in CHANGING:
        printed = re.sub(pattern, word, printed)
    return [line.rstrip() for line in printed.strip().splitlines()]


@pytest.mark.slow  # a pywb, and nine commands
def test_the_commands_do_what_they_say(tmp_path: Path, tradepress: Tradepress) -> None:
    blocks = [text for kind, text in FENCE.findall(DOCUMENT) if kind == "console"]
    steps = [step for text in blocks for step in COMMAND.findall(text)]
    assert len(steps) == 8
    file = write_warc(tmp_path / "wipr.warc.gz", wipr_past.captures())
    replay.add_files(tmp_path / "pywb", [file])
    with replay.pywb(tmp_path / "pywb") as address:
        (tmp_path / "tradepress.toml").write_text(f'[backfill]\nwayback = "{address}"\n')
        for command, printed in steps:
            program, *words = command.split()
            assert program == "tradepress"
            done = tradepress(*words)
            assert (done.returncode, done.stderr) == (0, ""), command
            assert normal(done.stdout, address) == normal(printed, address), command


def test_the_configuration_is_one() -> None:
    import tomllib

    from tradepress.configuration import BackfillConfiguration

    texts = [text for kind, text in FENCE.findall(DOCUMENT) if kind == "toml"]
    assert len(texts) == 2
    for text in texts:
        (table,) = tomllib.loads(text).values()
        assert BackfillConfiguration(**table).delay == 4.0
