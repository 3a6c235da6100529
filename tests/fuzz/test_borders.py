"""At each border whatever fails is an outcome: readers of what is foreign, fuzzed."""

import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from conftest import ROOT
from foreign_readers import READERS, Read, Reader
from fuzz_reader import Session
from hypothesis import HealthCheck, Phase, given, settings

NAMES = [reader.name for reader in READERS]
QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
SHORT = 6_000
"""Bytes of what is put into a quick example: enough for all limits of Python's."""
LONG_SECONDS = 1
MOST_MEGABYTES = 300
"""That reading examples of up to 4 MB takes beside what is loaded."""


@pytest.fixture(params=READERS, ids=NAMES)
def reader(request: pytest.FixtureRequest) -> Reader:
    found: Reader = request.param
    return found


@pytest.fixture
def read(reader: Reader, tmp_path: Path) -> Read:
    return reader.open(tmp_path)


def test_what_once_went_wrong_is_an_outcome(reader: Reader, read: Read) -> None:
    session = Session(read, reader.own, None)
    for example in reader.seeds:
        session.read(example)
    assert session.failures == {}
    assert session.refused < session.examples, "some are whole"


def test_whatever_is_read_ends_as_the_house_says(reader: Reader, read: Read) -> None:
    session = Session(read, reader.own, None)

    @QUICK
    @given(reader.examples(SHORT))
    def fuzz(data: bytes) -> None:
        session.read(data)

    fuzz()
    assert session.failures == {}


@pytest.mark.slow
def test_a_longer_look_takes_no_more_memory_and_no_more_time(reader: Reader) -> None:
    seed = str(zlib.crc32(reader.name.encode()))
    program = [sys.executable, str(ROOT / "tests" / "fuzz" / "fuzz_reader.py"), reader.name]
    told = subprocess.run(
        [*program, "--seconds", str(LONG_SECONDS), "--seed", seed],
        capture_output=True,
        text=True,
        check=True,
    )
    print(told.stdout)  # with the seed
    found = json.loads(told.stdout)
    assert found["failures"] == {}
    more = found["megabytes"] - found["megabytes_before"]
    assert more < MOST_MEGABYTES
    assert found["examples"] > len(reader.seeds)
