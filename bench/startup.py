"""What a command costs before it does anything: CPU beside the tools that people know, in turns.

    python bench/startup.py [--rounds 9]

An archive of the bundled sample is made first. Each line is the median CPU of the process and its
children, and how often that of ``sqlite-utils --help``.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
BESIDE = ("sqlite-utils --help", "scrapy version", "datasette --help")
READING = (
    "tradepress --help",
    "tradepress search mark",
    "tradepress search mark --json",
    "tradepress show {ref}",
    "tradepress runs",
    "tradepress health",
    "tradepress sources list",
)
WRITING = (
    "tradepress crawl --help",
    "tradepress ingest --help",
    "tradepress reextract --help",
    "tradepress extract --help",
    "tradepress reextract",
    "tradepress browse --help",
)


def cpu_ms(command: str, folder: Path) -> float:
    """CPU of one call and its children, in milliseconds; its exit code does not matter."""
    program, *arguments = command.split()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    process = subprocess.Popen(
        [str(BIN / program), *arguments], cwd=folder, stderr=subprocess.DEVNULL, **quiet
    )
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return 1000 * (used.ru_utime + used.ru_stime)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([BIN / "tradepress", "demo"], cwd=folder, check=True, capture_output=True)
        found = subprocess.run(
            [BIN / "sqlite-utils", "archive.db", "SELECT ref FROM articles LIMIT 1", "--raw"],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        ref = found.stdout.strip()
        commands = [one.format(ref=ref) for one in (*BESIDE, *READING, *WRITING)]
        spent: dict[str, list[float]] = {command: [] for command in commands}
        for number in range(rounds):
            for command in commands:
                spent[command].append(cpu_ms(command, folder))
            print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    least = statistics.median(spent[BESIDE[0]])
    print("| command | CPU ms | of sqlite-utils |\n|---|---|---|")
    for command, times in spent.items():
        middle = statistics.median(times)
        print(f"| `{command}` | {middle:.0f} | {middle / least:.1f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
