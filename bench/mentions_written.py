"""What mentions cost where stories are stored: CPU of the writer, and bytes.

    python bench/mentions_written.py [--stories 3000] [--mentions 12] [--rounds 3]

The stories are those of ``bench/archive.py``, without mentions and with so many each, of all kinds,
whose values repeat as in real texts. Finding them is the matter of ``bench/mentions.py``.
"""

# ruff: noqa: E402
import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # beside it, this file would pass for the package

from archive.story import MENTION_KINDS, Article, Mention
from bench.archive import store, stories


def with_mentions(articles: Iterator[Article], count: int) -> Iterator[Article]:
    rng = random.Random(1)
    for article in articles:
        starts = sorted(rng.sample(range(len(article.body or "") - 20), count))
        mentions = tuple(
            Mention(
                field="body",
                start=start,
                end=start + 12,
                kind=(kind := rng.choice(MENTION_KINDS)),
                value=f"{kind} {int(rng.paretovariate(0.7)) % 5000}",
            )
            for start in starts
        )
        yield replace(article, mentions=mentions, mention_rules="bench")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=3000)
    parser.add_argument("--mentions", type=int, default=12, help="of each story")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    spent: dict[int, list[float]] = {0: [], asked.mentions: []}
    size = {}
    for _ in range(asked.rounds):
        for count in spent:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "archive.db"
                articles = stories(asked.stories)
                _, written = store(path, with_mentions(articles, count) if count else articles)
                spent[count].append(written)
                size[count] = path.stat().st_size
    for count, seconds in spent.items():
        each = [f"{one / asked.stories * 1e3:.3f}" for one in seconds]
        kilobytes = size[count] / asked.stories / 1024
        print(f"{count:3} mentions: {' '.join(each)} ms CPU a story, {kilobytes:.1f} KB a story")
    ratio = min(spent[asked.mentions]) / min(spent[0])
    print(f"ratio of the best rounds: {ratio:.3f}")


if __name__ == "__main__":
    main()
