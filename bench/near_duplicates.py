"""Measures near-duplicates: how many edited copies are found, how many are none, and how fast.

    python bench/near_duplicates.py [--stories 3000] [--articles 10000 100000]

Stories of 100 to 1,200 words are put together from names, words and the phrases of the trade, so
that strangers share many of them; every other one closes with one of a few standing paragraphs.
Each third is left alone; each third gets a copy at another paper, 0 to 60% of it edited (words or
sentences replaced, deleted, inserted; paragraphs shuffled or cut off); each third another story on
the same case, with its names, two of its quotations and, every other time, its background
paragraph. The truth is known word by word: the similarity of a story and its copy is the share of
the words of both that were carried over. A pair that is no story and its copy is a false one.

Look-ups are timed in CPU: one article's text compared with the whole archive, nothing written. The
archive is filled with invented signatures: each value is that of a real story in its place, so that
strangers share as many as real ones do.
"""

import argparse
import itertools
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crawl_site import NAMES, SEED, WEIGHTS, WORDS  # noqa: E402
from tradepress.archive.file.transaction import Transaction  # noqa: E402
from tradepress.archive.frontier.sources import SourceRow  # noqa: E402
from tradepress.archive.ledger.outcomes import RunKind  # noqa: E402
from tradepress.archive.near_duplicates import fingerprint as fp  # noqa: E402
from tradepress.archive.near_duplicates import pairs as nd  # noqa: E402
from tradepress.archive.open import Archive, open_archive  # noqa: E402
from tradepress.archive.run import Run  # noqa: E402
from tradepress.story import StoredArticle  # noqa: E402

PAPERS = ("signet", "makers")
MOST_EDITED = 0.6
SIMILAR = 0.7
BATCH = 50

STANDING = (
    "Subscribers receive the weekly review of decisions and filings every Friday. To comment on "
    "this story or to suggest one, write to the editors at the address on our home page.",
    "The views in this article are those of its author and not of the firm or its clients. It is "
    "meant as general information and is no legal advice; readers should consult a lawyer before "
    "they act on anything that they have read here, as laws and practice differ and may change.",
    "Ida Marlow is a partner at Fennel & Broom and heads its trademark practice. She advises "
    "makers of toys, drinks and furniture on filings and disputes in more than forty countries.",
    "This story is part of our series on famous marks and their owners. Earlier parts and a list "
    "of all decisions can be found in the archive.",
)
NOTICE = (
    "The registry of _ received _ applications to register trademarks in _, _ more than in the "
    "month before, its director told reporters in _. Most of them were filed online and came from "
    "companies that had not filed before. Applicants from _ led the list with _ filings, followed "
    "by those from _ and _. The most popular class is the one that covers _ _, the director added, "
    "while the number of oppositions fell to _. Registration takes _ days on average, and the fees "
    "are to stay as they are until the end of the year."
)
_PHRASING = random.Random(SEED)
PHRASES = [
    _PHRASING.choices(WORDS, cum_weights=WEIGHTS, k=_PHRASING.randint(3, 6)) for _ in range(1200)
]
PHRASE_WEIGHTS = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(PHRASES))))
"""Of the trade's phrases, too, some are in every other story and most are rare."""

Word = tuple[str, int | None]
"""Is a word and its number in the story it comes from; None: written for the copy."""
Story = list[list[list[Word]]]
"""Holds paragraphs of sentences of words."""
Item = TypeVar("Item")


class Case:
    """Makes stories on one dispute: the names are its own, the phrases are the trade's."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.names = [rnd.sample(NAMES, 2) for _ in range(9)]

    def sentence(self) -> list[Word]:
        words: list[str] = []
        while len(words) < self.rnd.randint(8, 30):
            words += self.rnd.choices(PHRASES, cum_weights=PHRASE_WEIGHTS)[0]
            words += self.rnd.choices(WORDS, cum_weights=WEIGHTS, k=self.rnd.randint(1, 3))
            words += self.rnd.choice([[], [], self.rnd.choice(self.names)])
        return [(word, None) for word in f"{' '.join(words).capitalize()}.".split()]

    def word(self) -> Word:
        return self.rnd.choice(self.sentence())

    def quotation(self) -> list[Word]:
        said = ("”", "said", *self.names[0])
        return [("“", None), *self.sentence(), *((word, None) for word in said)]

    def paragraph(self, size: int) -> list[list[Word]]:
        """Returns two sentences at least, so many words or a few more."""
        sentences = [self.sentence(), self.sentence()]
        while sum(map(len, sentences)) < size:
            sentences.append(self.sentence())
        return sentences

    def story(self, size: int) -> Story:
        """Returns paragraphs of one to four sentences, so many words or a few more."""
        paragraphs: Story = []
        while length(paragraphs) < size:
            paragraphs.append([self.sentence() for _ in range(self.rnd.randint(1, 4))])
        return paragraphs


def notice(rnd: random.Random) -> str:
    return re.sub("_", lambda _: rnd.choices(WORDS, cum_weights=WEIGHTS)[0], NOTICE)


def flat(story: Story) -> list[list[Word]]:
    return [sentence for paragraph in story for sentence in paragraph]


def length(story: Story) -> int:
    """Counts the words."""
    return sum(map(len, flat(story)))


def numbered(story: Story) -> Story:
    numbers = iter(range(10**9))
    return [[[(word, next(numbers)) for word, _ in one] for one in part] for part in story]


def text_of(story: Story) -> str:
    return "\n\n".join(
        " ".join(word for sentence in paragraph for word, _ in sentence) for paragraph in story
    )


def carried_over(story: Story, copy: Story) -> float:
    """Returns the share of the words of both that the copy took from the story."""
    carried = sum(number is not None for sentence in flat(copy) for _, number in sentence)
    return 2 * carried / (length(story) + length(copy))


def edited(story: Story, case: Case, share: float) -> Story:
    """Returns a copy with that share of it edited, in one of four ways."""
    rnd = case.rnd
    way = rnd.choice(("words", "sentences", "both", "cut"))
    copy = [[list(sentence) for sentence in paragraph] for paragraph in story]
    if way == "cut":
        left = (1 - share) * length(copy)
        while len(copy) > 1 and length(copy) > left:
            copy.pop()
        return copy
    part = share / 2 if way == "both" else share
    if way in ("sentences", "both"):
        copy = [list(altered(paragraph, rnd, part, case.sentence)) for paragraph in copy]
    if way in ("words", "both"):
        copy = [[list(altered(one, rnd, part, case.word)) for one in para] for para in copy]
    if rnd.random() < 0.5:
        rnd.shuffle(copy)
    return copy


def altered(
    items: list[Item], rnd: random.Random, share: float, write: Callable[[], Item]
) -> Iterator[Item]:
    """Yields items with that share replaced, deleted or followed by a new one."""
    for item in items:
        how = rnd.choice(("replace", "delete", "insert"))
        is_left = rnd.random() >= share
        if is_left or how == "insert":
            yield item
        if not is_left and how != "delete":
            yield write()


def same_case(story: Story, case: Case, background: list[list[Word]]) -> Story:
    """Returns another story, by another hand, that quotes the same two statements."""
    quotations = [s for s in flat(story) if s[0][0] == "“"][:2]
    others = case.story(length(story))
    return [*others, *([quotation] for quotation in quotations), background]


@dataclass
class Copy:
    similarity: float
    """Is the share carried over."""
    measured: float
    """Is the similarity by the archive's own measure."""
    found: float | None = None
    """Is the similarity stored, None if the pair was not found."""


@dataclass
class Quality:
    copies: list[Copy]
    true: int
    false_of_one_case: int
    """Counts pairs of a story with the other one on its case."""
    false_of_strangers: int
    of_one_case: int
    """Counts stories that have another one on their case."""

    @property
    def precision(self) -> float:
        return self.true / (self.true + self.false_of_one_case + self.false_of_strangers)

    def recall(self, by: str = "similarity") -> float:
        similar = [copy for copy in self.copies if getattr(copy, by) >= SIMILAR]
        return sum(copy.found is not None for copy in similar) / len(similar)


def measure_quality(folder: Path, stories: int, seed: int = 1) -> Quality:
    rnd = random.Random(seed)
    texts: list[str] = []
    copies: dict[tuple[int, int], Copy] = {}
    of_one_case: set[tuple[int, int]] = set()
    for number in range(stories):
        case = Case(rnd)
        size = int(60 * 15 ** rnd.random())
        background = case.paragraph(size // 5)
        story = [*case.story(size), [case.quotation()], [case.quotation()], background]
        rnd.shuffle(story)
        story = numbered(story)
        texts.append(printed(story, rnd))
        pair = len(texts), len(texts) + 1
        if number % 3 == 1:
            copy = edited(story, case, rnd.uniform(0, MOST_EDITED))
            texts.append(printed(copy, rnd))
            shingles = [shingles_of(text) for text in texts[-2:]]
            copies[pair] = Copy(
                similarity=carried_over(story, copy),
                measured=fp.measure_similarity(*shingles),
            )
        elif number % 3 == 2:
            other = same_case(story, case, background if number % 2 else [])
            texts.append(printed(other, rnd))
            of_one_case.add(pair)
    found = find_pairs(folder / "quality.db", texts)
    for pair, copy in copies.items():
        copy.found = found.get(pair)
    true = len(found.keys() & copies.keys())
    false = len(found.keys() & of_one_case)
    return Quality(list(copies.values()), true, false, len(found) - true - false, len(of_one_case))


def printed(story: Story, rnd: random.Random) -> str:
    """Returns the text with one of the standing paragraphs under every other story."""
    text = text_of(story)
    return f"{text}\n\n{rnd.choice(STANDING)}" if rnd.random() < 0.5 else text


def measure_notices(folder: Path, count: int = 100) -> float:
    """Returns the share of notices by one template that are taken for the same text, the measure's
    limit.

    Their months, figures, places and goods are new each time, and so is a third of the words.
    """
    rnd = random.Random(3)
    found = find_pairs(folder / "notices.db", [notice(rnd) for _ in range(count)])
    return len({number for pair in found for number in pair}) / count


def find_pairs(path: Path, texts: list[str]) -> dict[tuple[int, int], float]:
    """Returns what a new archive finds among these, stored one by one at two papers in turn."""
    with open_archive(path, command="bench") as archive, start(archive) as run:
        for number, text in enumerate(texts, 1):
            save(run, number, PAPERS[number % 2], text)
        run.transaction.commit()
        rows = archive.db.execute("SELECT article_id, other_id, similarity FROM near_duplicates")
        return {(one, other): similarity for one, other, similarity in rows.fetchall()}


def start(archive: Archive) -> Run:
    sources = [
        SourceRow(
            name=name,
            publisher=name.title(),
            home_url=f"http://{name}.example/",
            language="en",
            timezone="Europe/London",
            is_sample=True,
        )
        for name in PAPERS
    ]
    return archive.run(RunKind.CRAWL, sources=sources)


def save(run: Run, number: int, source: str, body: str) -> None:
    article = StoredArticle(
        source=source,
        site_id=str(number),
        url=f"http://{source}.example/news/story-{number}",
        headline=f"Story {number}",
        body=body,
    )
    run.stories.save(article, extractor="bench")


def print_quality(quality: Quality) -> None:
    print("\n| carried over | copies | found | mean similarity |\n|---|---|---|---|")
    for low in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.0):
        high = {0.9: 1.01, 0.0: 0.4}.get(low, low + 0.1)
        some = [copy for copy in quality.copies if low <= copy.similarity < high]
        found = [copy.found for copy in some if copy.found is not None]
        if some:
            mean = f"{statistics.mean(found):.2f}" if found else ""
            share = f"{len(found) / len(some):.3f}"
            print(f"| {low:.1f} to {min(high, 1):.1f} | {len(some)} | {share} | {mean} |")
    print()
    for by, words in {
        "similarity": "of the words are carried over",
        "measured": "is the similarity measured",
    }.items():
        print(f"recall {quality.recall(by):.4f} where at least {SIMILAR} {words}")
    pairs = quality.true + quality.false_of_one_case + quality.false_of_strangers
    print(
        f"precision {quality.precision:.4f} of {pairs} pairs: {quality.false_of_one_case} false "
        f"ones among {quality.of_one_case} other stories on one case, "
        f"{quality.false_of_strangers} among strangers\n"
    )


def measure_speed(folder: Path, sizes: list[int], looks: int = 300) -> None:
    """Fills an archive with signatures, and looks up and stores real texts at each size."""
    rnd = random.Random(2)
    real = [fp.sign(shingles_of(a_story(rnd))) for _ in range(2000)]
    notice = text_of(Case(rnd).story(150))
    with open_archive(folder / "speed.db", command="bench", near_duplicates=False) as archive:
        start(archive)
        connection = archive.db.conn
        for trigger in ("articles_ai", "articles_bu"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys=OFF")
        print("| articles | text | ms of CPU: mean | p95 |\n|---|---|---|---|")
        stored = 0
        for size in sizes:
            stored = fill(connection, stored, size - looks, mixed(real, rnd), notice)
            bodies = [a_story(rnd) for _ in range(looks)]
            times = []
            for first in range(0, looks, BATCH):
                connection.execute("BEGIN")
                for body in bodies[first : first + BATCH]:
                    stored += 1
                    add_row(connection, stored, body)
                    times.append(cpu_of(index, archive.transaction, stored, body))
                connection.execute("COMMIT")
            print_times(size, "looked up and stored: a new story", times)
            kinds = {
                "a new story": [a_story(rnd) for _ in range(looks)],
                "a new story of 1,000 words": [
                    text_of(Case(rnd).story(1000)) for _ in range(looks)
                ],
                "one that is there": bodies,
                "a notice that is there a hundred times and more": [notice] * 50,
            }
            for kind, texts in kinds.items():
                print_times(
                    size, kind, [cpu_of(look_up, archive.transaction, text) for text in texts]
                )


def fill(
    connection: sqlite3.Connection,
    stored: int,
    size: int,
    signatures: Iterator[tuple[int, ...]],
    notice: str,
) -> int:
    """Adds articles of a signature alone; every hundredth is the same notice, with its text."""
    of_notice = fp.sign(shingles_of(notice))
    while stored < size:
        numbers = range(stored + 1, min(stored + 10_000, size) + 1)
        chosen = {n: next(signatures) if n % 100 else of_notice for n in numbers}
        connection.execute("BEGIN")
        for number in numbers:
            add_row(connection, number, "" if number % 100 else notice)
        connection.executemany(
            "INSERT INTO fingerprints (article_id, signature) VALUES (?, ?)",
            [(number, fp.pack(signature)) for number, signature in chosen.items()],
        )
        connection.executemany(
            "INSERT INTO fingerprint_bands (band, article_id) VALUES (?, ?)",
            sorted((band, n) for n, one in chosen.items() for band in fp.band_numbers(one)),
        )
        connection.execute("COMMIT")
        stored = numbers[-1]
    return stored


def mixed(signatures: list[tuple[int, ...]], rnd: random.Random) -> Iterator[tuple[int, ...]]:
    """Yields signatures whose every value is the one that some of these has in that place."""
    places = list(zip(*signatures, strict=True))
    while True:
        yield tuple(map(rnd.choice, places))


def index(transaction: Transaction, article_id: int, body: str) -> None:
    signature = fp.text_signature(body, is_teaser=False)
    nd.index_article(transaction, article_id, PAPERS[0], body, signature)


def look_up(transaction: Transaction, body: str) -> None:
    nd.find_similar(transaction, PAPERS[1], body, fp.sign(shingles_of(body)))


def cpu_of(function: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    function(*arguments)
    return (time.process_time() - started) * 1000


def print_times(size: int, kind: str, times: list[float]) -> None:
    p95 = sorted(times)[len(times) * 95 // 100]
    print(f"| {size:,} | {kind} | {statistics.mean(times):.1f} | {p95:.1f} |", flush=True)


def shingles_of(text: str) -> list[str]:
    return fp.cut_shingles(fp.split_words(text))


def a_story(rnd: random.Random) -> str:
    return text_of(Case(rnd).story(int(100 * 10 ** rnd.random())))


def add_row(connection: sqlite3.Connection, number: int, body: str) -> None:
    now = "2026-11-24T09:00:00Z"
    connection.execute(
        "INSERT INTO articles (id, ref, source, url, headline, content_hash, version, version_id, "
        "date_archived, first_seen, last_seen, body) VALUES (?, ?, ?, ?, '', '', 1, ?, ?, ?, ?, ?)",
        [number, f"signet-{number}", PAPERS[0], "", number, now, now, now, body],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=3000)
    parser.add_argument("--articles", type=int, nargs="*", default=[10_000, 100_000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.stories:
            print_quality(measure_quality(Path(folder), arguments.stories))
            share = measure_notices(Path(folder))
            print(f"notices by one template taken for the same text: {share:.0%}\n")
        if arguments.articles:
            measure_speed(Path(folder), sorted(arguments.articles))


if __name__ == "__main__":
    main()
