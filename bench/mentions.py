"""Measures what it costs to find what a story names, and that the cost grows as the text does.

    python bench/mentions.py [--rounds 5]

CPU milliseconds for a story of 800 words, of each finder and of all: of invented stories dense with
mentions (one in a sentence of twenty-five words), of invented ones with none, and of the news of
../shared/data, where that is there. What eyecite takes of the dense ones stands beside; loading it,
once a process, is told by itself. Then texts that are all digits, all capitals, all "No. " and so
on: how many times as long the fourfold text takes (4 is linear; noise goes to 6), and the longest
time for one of 400 KB.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
from tradepress.mentions.find_mentions import FINDERS  # noqa: E402
from tradepress.mentions.spot import Finder  # noqa: E402
from tradepress.mentions.us_reports import find_us_reports  # noqa: E402

WORDS_OF_A_STORY = 800
STORIES = 200
DATA = ROOT.parent / "shared" / "data" / "news" / "ground-truth.json"
PLAIN = tuple(
    word
    for sentence in (
        "the office said that makers of lamps and kettles in {city} had waited for a decision",
        "since spring while their rivals sold more of both and spoke of a fair result for all",
    )
    for word in sentence.split()
)
CITIES = ("Leeds", "Porto", "Lyon", "Austin", "Graz", "Pune", "Osaka", "Perth")
NAMED = (
    "Opposition No. 9125{n}",
    "Case C-{n3}/18 P",
    "T-{n3}/19",
    "R {n}/2018-2",
    "[2024] EWHC {n3} (IPEC)",
    "D2020-{n}",
    "U.S. Reg. No. 5,12{n1},{n3}",
    "EUTM No 17 9{n2} 517",
    "Serial No. 8812{n}",
    "Classes 9, 16 and 35",
    "Section 2(d) of the Lanham Act",
    "Article 8(1)(b) EUTMR",
    "15 U.S.C. § 1052(a)",
    "1:24-cv-0{n}",
    "No. 2021-{n} (Fed. Cir. 2022)",
    "Lumo Ltd v Brill GmbH",
    "the High Court",
    "the EUIPO",
)
REPORT = "8{n2} F.3d {n} (Fed. Cir. 2018)"
WORST = {
    "digits": "9",
    "numbers": "91253078 ",
    "groups of three": "123 ",
    "numbers with commas": "1,234,567, ",
    "capitals": "A",
    "words in capitals": "LUMO ",
    "words with a capital": "Lumo ",
    "No.": "No. ",
    "and": "and ",
    "brackets": "[(",
    "hyphens": "15-",
    "spaces": " ",
    "cases": "C-1/20, ",
    "classes": "Classes 1 to 45, 9 and 16, ",
    "sections": "Section 2(d), ",
    "section signs": "§ ",
    "codes": "15 U.S.C. § 1052(a), ",
    "acts": "Trademark Act of ",
    "registrations": "Registration Nos. ",
    "reports": "892 F.3d 1358, ",
    "letters": "a",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    dice = random.Random(20261127)
    texts = {
        "dense": [story(dice, every=25) for _ in range(STORIES)],
        "dense, with reports": [story(dice, every=25, report=True) for _ in range(STORIES)],
        "none": [story(dice, every=0) for _ in range(STORIES)],
    }
    if DATA.exists():
        pages = json.loads(DATA.read_text())
        texts["news"] = [page["text"] for page in pages if page["text"]]
    list(find_us_reports("892 F.3d 1358"))  # loads eyecite
    print(f"CPU ms a story of {WORDS_OF_A_STORY} words\n")
    print(f"{'':26}" + "".join(f"{name:>22}" for name in texts))
    spent = {finder: [cost(finder, some, rounds) for some in texts.values()] for finder in FINDERS}
    for finder, row in spent.items():
        print(f"{finder.__name__:26}" + "".join(f"{ms:22.3f}" for ms in row))
    whole = [sum(row) for row in zip(*spent.values(), strict=True)]
    print(f"{'all':26}" + "".join(f"{ms:22.3f}" for ms in whole))
    found = sum(len(list(finder(text))) for finder in FINDERS for text in texts["dense"])
    print(f"\n{found / STORIES:.0f} mentions a dense story; loading eyecite {loading():.0f} ms")
    print("\nfourfold text: times as long, and ms for 400 KB")
    for name, piece in WORST.items():
        growth, longest, slowest = grows(piece, rounds)
        print(f"{name:26}{growth:8.1f}{longest:10.0f}   {slowest}")
    return 0


def story(dice: random.Random, *, every: int, report: bool = False) -> str:
    """Makes a story as dense with mentions as is asked for.

    :param every: after how many words something is named; 0: never
    :param report: one in four of what is named is a page of a law report
    """
    told: list[str] = []
    while len(told) < WORDS_OF_A_STORY:
        told += dice.choices(PLAIN, k=(every or 15) - 1)
        if every:
            pattern = REPORT if report and dice.random() < 0.25 else dice.choice(NAMED)
            told += fill(dice, pattern).split()
        told.append(dice.choice(PLAIN).format(city=dice.choice(CITIES)) + ".")
    return " ".join(told).replace("{city}", "Leeds")


def fill(dice: random.Random, pattern: str) -> str:
    return pattern.format(
        n=dice.randint(1000, 9999),
        n1=dice.randint(1, 9),
        n2=dice.randint(10, 99),
        n3=dice.randint(100, 999),
    )


def cost(finder: Finder, texts: Sequence[str], rounds: int) -> float:
    """Returns the least of some rounds, in CPU ms for so many words as a story has."""
    words = sum(len(text.split()) for text in texts)
    least = min(cpu(lambda: look(finder, texts)) for _ in range(rounds))
    return least * 1000 * WORDS_OF_A_STORY / words


def look(finder: Finder, texts: Iterable[str]) -> None:
    for text in texts:
        for _ in finder(text):
            pass


def cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def grows(piece: str, rounds: int) -> tuple[float, float, str]:
    """Tells how many times as long the fourfold text takes all finders; ms of the slowest, and
    which."""
    small, large = ((piece * size)[:size] for size in (100_000, 400_000))
    times = {
        finder: (
            min(cpu(lambda: look(finder, [small])) for _ in range(min(rounds, 2))),  # noqa: B023
            cpu(lambda: look(finder, [large])),  # noqa: B023
        )
        for finder in FINDERS
        if not (finder is find_us_reports and piece.startswith("892"))
    }
    slowest = max(times, key=lambda finder: times[finder][1])
    first, then = (sum(row) for row in zip(*times.values(), strict=True))
    return then / first, times[slowest][1] * 1000, slowest.__name__


def loading() -> float:
    """Returns the CPU ms that a first citation costs a process more than a second one."""
    program = (
        "import time; from tradepress.mentions.us_reports import find_us_reports as find;"
        "t = time.process_time(); list(find('892 F.3d 1358'));"
        "print((time.process_time() - t) * 1000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    raise SystemExit(main())
