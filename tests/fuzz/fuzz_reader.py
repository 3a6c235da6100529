"""Fuzzes one reader for a while and prints what came of it as JSON; see docs/developer/testing.md.

    python tests/fuzz/fuzz_reader.py warc --seconds 60 --seed 7

With atheris (not required; ``pip install atheris``) ``--guided`` looks for what takes other ways
through our code than all before.
"""

import argparse
import hashlib
import json
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

TESTS = Path(__file__).parent.parent
SECONDS = 20
"""Of CPU time in which one example is read; what takes longer hangs."""
MOST_MEMORY = 4 << 30
"""Bytes of address space: a reader must not take the machine with it."""
MOST_GROWTH = 256 << 10
"""KB that a single example may add to what the process had at most."""
OURS = ("crawler", "pipelines", "tradepress")


class Hung(BaseException):
    """An example took too long."""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("reader")
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--examples", type=int, default=10**9)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--guided", action="store_true")
    options.add_argument("--keep", type=Path, help="a folder for what fails")
    asked = options.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    if asked.guided:
        import atheris

        with atheris.instrument_imports(include=list(OURS)):
            fuzz(asked)
    else:
        fuzz(asked)


def fuzz(asked: argparse.Namespace) -> None:
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]
    from foreign_readers import named
    from hypothesis import HealthCheck, given, settings

    reader = named(asked.reader)
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{reader.name}-"))
    read = reader.open(folder)
    session = Session(read, reader.own, asked.keep)
    signal.signal(signal.SIGPROF, hang)

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(reader.examples())
    def one(data: bytes) -> None:
        session.read(data)

    for seed in reader.seeds:
        session.read(seed)
    session.peak_before = peak()
    take: Callable[[bytes], object] = one.hypothesis.fuzz_one_input  # type: ignore[attr-defined]
    draw, end = random.Random(asked.seed), time.monotonic() + asked.seconds
    if asked.guided:
        import atheris

        def guided(buffer: bytes) -> None:
            take(buffer)
            if time.monotonic() > end:  # it would end the process without a word
                session.tell(reader.name)
                os._exit(0)

        corpus = folder / "buffers"
        corpus.mkdir()
        for number in range(50):
            (corpus / str(number)).write_bytes(draw.randbytes(600))
        limits = ["-max_len=4000", f"-seed={asked.seed}", "-timeout=60"]
        atheris.Setup([sys.argv[0], *limits, str(corpus)], guided)
        atheris.Fuzz()
    while time.monotonic() < end and session.examples < asked.examples:
        take(draw.randbytes(draw.choice((60, 200, 600, 2000))))
    session.tell(reader.name)


class Session:
    """What was read, and what of it failed."""

    def __init__(
        self, read: Callable[[bytes], object], own: tuple[type[Exception], ...], keep: Path | None
    ) -> None:
        self.read_one, self.own, self.keep = read, own, keep
        self.examples = self.refused = self.peak_before = 0
        self.slowest = 0.0
        self.failures: dict[str, dict[str, object]] = {}
        self.begun = time.monotonic()

    def read(self, data: bytes) -> None:
        self.examples += 1
        begun, before = time.process_time(), peak()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            self.read_one(data)
        except self.own:
            self.refused += 1
        except (Exception, Hung) as error:
            self.fail(error, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - begun
        if took > self.slowest:
            self.slowest = took
            self.put("slowest", data)
        if self.peak_before and peak() - before > MOST_GROWTH:
            self.fail(MemoryError(f"{(peak() - before) >> 10} MB more"), data)

    def fail(self, error: BaseException, data: bytes) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [one for one in frames if "/site-packages/" not in one.filename]
        last = ours[-1] if ours else None
        where = f"{Path(last.filename).name}:{last.lineno}" if last else ""
        words = f"{type(error).__name__} at {where}"
        known = self.failures.setdefault(words, {"times": 0, "words": str(error)[:200]})
        known["times"] = int(str(known["times"])) + 1
        smallest = int(str(known.get("size", 10**9)))
        if len(data) < smallest:
            name = hashlib.sha256(words.encode()).hexdigest()[:8]
            known |= {"size": len(data), "file": name}
            self.put(name, data)

    def put(self, name: str, data: bytes) -> None:
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / name).write_bytes(data)

    def tell(self, name: str) -> None:
        told = {
            "reader": name,
            "seconds": round(time.monotonic() - self.begun, 1),
            "examples": self.examples,
            "refused": self.refused,
            "slowest": round(self.slowest, 2),
            "megabytes": peak() >> 10,
            "megabytes_before": self.peak_before >> 10,
            "failures": self.failures,
        }
        print(json.dumps(told), flush=True)


def peak() -> int:
    """KB that this process had in memory at most. Not ru_maxrss, which begins with what the process
    had that started this one."""
    (high,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(high)


def hang(number: int, frame: FrameType | None) -> None:
    raise Hung(f"not read within {SECONDS} seconds")


if __name__ == "__main__":
    main()
