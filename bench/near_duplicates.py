"""Near-duplicates: how many edited copies are found, how many found ones are none, and how fast.

    python bench/near_duplicates.py [--stories 2000] [--articles 10000 100000]

Stories are invented by a grammar of the trade's phrases, so that unrelated ones share many.
Each third is left alone; each third gets a copy at another paper, 0 to 60% of it edited (words or
sentences replaced, deleted, inserted; paragraphs shuffled or cut off); each third another story on
the same case, with its names and two of its quotations. The truth is known word by word: the
similarity of a story and its copy is the share of the words of both that were carried over.

Look-ups are timed in CPU: one article's text compared with the whole archive, nothing written.
"""

import argparse
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive import near_duplicates as nd  # noqa: E402
from archive.open import open_writer  # noqa: E402
from archive.writer import Writer  # noqa: E402

PAPERS = ("signet", "makers")
MOST_EDITED = 0.6
SIMILAR = 0.7

SYLLABLES = (
    "bar", "cel", "dor", "fen", "gal", "hol", "jin", "kor", "lum", "mav", "nor", "pel", "quin",
    "ros", "sel", "tav", "ul", "vex", "win", "yor", "zan",
)  # fmt: skip
GRAMMAR = {
    "sentence": (
        "{court} {held} that {ground}{tail}|{court} {held} that {ground}, though {ground}{tail}"
        "|{a}, {trade} based in {city}, {filed} {application} in {month}{tail}"
        "|{b} {opposed}, arguing that {ground}|{when}, {court} {sent}{tail}"
        "|“{opinion},” {said} {lawyer}|{lawyer} {said} that {opinion}"
        "|according to {expert}, {opinion}|{the_mark} covers {goods}, {goods} and {goods}"
        "|{b} owns {earlier} for {goods} and {goods}|{when}, {a} {did}{tail}"
        "|{evidence} {showed} that {consumers} {saw} {feature} as {impression}"
        "|{expert} {said} the {decision} {means}|{did_not}, {b} {did}"
        "|in {number} pages, {court} turned to {evidence} and to {evidence}"
        "|whether {ground} {remains}, {said} {lawyer}"
    ),
    "court": (
        "the General Court|the Board of Appeal|the Federal Circuit|the High Court in {city}"
        "|the Trademark Trial and Appeal Board|the Court of Justice|the examining attorney"
        "|the district court in {city}|a panel of three judges|the Opposition Division"
        "|the {city} court|the registrar|Judge {surname}|the Cancellation Division"
    ),
    "held": (
        "held|found|ruled|decided|concluded|said on {day}|has confirmed|agreed with {b}"
        "|disagreed with {a} and found|reasoned|noted|stressed|explained|took the view"
    ),
    "ground": (
        "there was a likelihood of confusion with {earlier}|{the_mark} was descriptive of {goods}"
        "|{feature} lacked distinctive character|{the_mark} had been filed in bad faith"
        "|no genuine use had been shown for {goods}|{consumers} would not confuse the two signs"
        "|the signs were {degree} similar {aspect}|{earlier} enjoyed a reputation for {goods}"
        "|{the_mark} took unfair advantage of {earlier}|{feature} was purely functional"
        "|{a} had acquiesced in the use of {earlier} since {year}|{evidence} was {quality}"
        "|{goods} and {goods} were sold through {channels}|the appeal was {quality}"
        "|{b} had not proved {evidence} for the years since {year}|the fee had been paid {late}"
    ),
    "tail": "||, {said} {lawyer}|, after {evidence} was filed|, {aside}|, {aside}| and {did_too}",
    "aside": (
        "a step that surprised {watchers}|much as it had done in {year}|despite {evidence}"
        "|without hearing {expert}|which {lawyer} called {quality}|following a complaint by {b}"
    ),
    "did_too": (
        "ordered {a} to bear the costs|sent the case back to {court}|annulled the first {decision}"
        "|left the question of {goods} open|refused leave to appeal|asked {b} for {evidence}"
    ),
    "trade": (
        "a maker of {goods}|a seller of {goods}|a family firm known for {goods}|a start-up"
        "|an importer of {goods}|a licensee of {b}|a retailer of {goods} and {goods}"
    ),
    "filed": "filed|applied for|lodged|submitted|sought|renewed|assigned to {b}|withdrew",
    "application": (
        "{the_mark} for {goods}|an application for {feature}|a European Union mark for {goods}"
        "|an international registration designating {country}|the sign {mark} in {country}"
    ),
    "opposed": (
        "opposed the application|sought a declaration of invalidity|sued in {city}|objected"
        "|filed a cancellation action|sent a letter of warning|asked for an injunction"
    ),
    "sent": (
        "dismissed the appeal|upheld the opposition in part|annulled the {decision}|stayed the case"
        "|referred {number} questions to {court}|awarded {b} {money} in damages"
        "|refused {the_mark} for {goods}|struck out the claim over {goods}"
    ),
    "did": (
        "appealed against the {decision}|launched {goods} under the name {mark}|settled with {b}"
        "|replaced its lawyers|lost {money} in sales in {country}|rebranded its {goods}"
        "|hired {lawyer} to review {evidence}|dropped its claim to {feature}"
    ),
    "did_not": (
        "unable to license {the_mark}|unimpressed by {evidence}|faced with costs of {money}"
        "|relying on {evidence}|encouraged by the {decision}|pressed by {expert}"
    ),
    "opinion": (
        "the {decision} {means}|owners of {goods} brands should {advice}|{ground}"
        "|we are {mood} with the {decision} and will {advice}|{watchers} have waited since {year}"
        "|nobody should expect {court} to {advice}|{feature} will be {quality} in {country}"
        "|this is {quality} for {watchers} in {country}|{evidence} made all the difference"
    ),
    "means": (
        "shows how {quality} {evidence} can be|leaves owners of {feature} in doubt"
        "|brings {country} into line with {country}|raises the bar for {evidence}"
        "|will be read closely by {watchers}|is {quality} for sellers of {goods}"
    ),
    "advice": (
        "keep {evidence} on file|think about {feature} before launch|register early in {country}"
        "|follow the letter of the law|file in fewer classes|watch the register|tell {watchers}"
    ),
    "remains": "remains open|is far from settled|divides {watchers}|will be argued in {month}",
    "showed": "showed|suggested|did not show|left no doubt|hinted|was enough to establish",
    "consumers": (
        "consumers|buyers of {goods}|professionals|the relevant public in {country}|children"
        "|average consumers with little attention|dealers in {goods}"
    ),
    "saw": "saw|perceived|remembered|would see|might treat|rarely noticed|read",
    "feature": (
        "the shape of {goods}|the colour {colour}|a {colour} stripe on {goods}|the slogan of {a}"
        "|the word element {mark}|the figurative element|the {colour} packaging of {goods}"
        "|the sound of {goods}|the position of a {colour} label"
    ),
    "impression": (
        "a sign of origin|mere decoration|a promise of quality|a reference to {city}|praise"
        "|something to do with {goods}|a joke about {country}|a hint of {colour}"
    ),
    "evidence": (
        "a survey of {number} {consumers}|sales figures from {country}|invoices from {year}"
        "|catalogues from {year}|an affidavit of {expert}|search results|photographs of {goods}"
        "|{number} dictionary entries|advertising worth {money}|the licence of {year}"
        "|a coexistence agreement with {b}|a brochure for {goods}"
    ),
    "earlier": "its mark {other_mark}|{other_mark}|its {colour} logo|its registration of {year}",
    "the_mark": "the mark {mark}|{mark}|the contested sign|the {colour} version of {mark}",
    "when": (
        "on {day}|in {month}|last {day}|two years later|in a second round|meanwhile|in {year}"
        "|earlier this year|after a hearing in {city}|in an order of {number} lines"
    ),
    "said": "said|told the court|wrote|added|argued|explained|commented",
    "lawyer": "{name_1}|{name_2}|counsel for {a}|a spokesman for {b}|{name_1} of {firm}",
    "expert": "{name_3}|a professor in {city}|a witness from {country}|the office's guidelines",
    "watchers": "practitioners|brand owners|in-house lawyers|dealers in {goods}|smaller firms",
    "decision": "decision|ruling|judgment|order|finding|opinion",
    "degree": "highly|not|visually|only faintly|at least",
    "aspect": "overall|to the ear|for {goods}|in the eyes of {consumers}|despite {feature}",
    "quality": (
        "unusual|welcome|too late|well founded|inadmissible|decisive|of little weight|a warning"
    ),
    "late": "in time|a day late|twice|by {b}|in the wrong currency",
    "mood": "pleased|disappointed|content|surprised|at odds",
    "channels": "the same shops|different channels|markets in {city}|the same websites",
    "goods": "{kind} {thing}|{kind} {thing}|{kind} {thing} for {user}|{thing}",
    "kind": (
        "folding|electric|woollen|herbal|wooden|plastic|waterproof|frozen|second-hand|luxury|cheap"
        "|scented|digital|edible|ceramic|leather|solar|miniature|organic|painted|rubber|striped"
        "|silent|heated|portable|vintage|sugar-free|magnetic|inflatable|knitted|foldable|engraved"
    ),
    "thing": (
        "lanterns|chairs|toys|wines|shoes|biscuits|kettles|software|cosmetics|watches|bells|teas"
        "|knitwear|cameras|lamps|pet food|pens|mattresses|umbrellas|gloves|chocolate|board games"
        "|spectacles|door handles|mineral water|tyres|bicycles|blankets|candles|drills|earrings"
        "|fishing rods|guitars|helmets|ice cream|jackets|kites|ladders|mirrors|noodles|ovens"
        "|paints|quilts|razors|saddles|tents|vases|wallets|yoghurts|zips|benches|carpets|scarves"
    ),
    "user": (
        "farmers|nurses|divers|pilots|toddlers|gardeners|hikers|hotels|schools|dogs|dentists|bakers"
        "|sailors|painters|tourists|joggers"
    ),
    "colour": "red|orange|dark green|blue|silver|yellow|purple|white|brown",
    "country": (
        "Norway|Spain|Japan|Chile|Kenya|India|Canada|Poland|Brazil|Vietnam|Ireland|Turkey|Peru"
        "|Greece|Ghana|Latvia|Mexico|Nepal|Oman|Portugal|Romania|Sweden|Thailand|Uruguay"
    ),
    "city": (
        "Alicante|Oslo|Munich|Delhi|Lyon|Boston|Osaka|Lagos|Toronto|Turin|Basel|Seoul|Porto|Riga"
        "|Austin|Bergen|Cork|Dakar|Essen|Ghent|Hanoi|Izmir|Jaipur|Leeds|Malmö|Nantes|Perth|Quito"
    ),
    "month": "January|February|March|April|May|June|July|August|September|October|November",
    "day": "Monday|Tuesday|Wednesday|Thursday|Friday",
}
CASE = ("a", "b", "mark", "other_mark", "name_1", "name_2", "name_3", "firm", "surname")
_SLOT = re.compile(r"\{(\w+)\}")

Word = tuple[str, int | None]
"""A word and its number in the story it comes from; None: written for the copy."""
Story = list[list[list[Word]]]
"""Paragraphs of sentences of words."""


class Case:
    """Stories on one dispute: the names are its own, the rest is the trade's."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.names = {name: self._name(2 if name.startswith("name") else 1) for name in CASE}

    def _name(self, parts: int) -> str:
        return " ".join("".join(self.rnd.choices(SYLLABLES, k=3)).title() for _ in range(parts))

    def sentence(self) -> list[Word]:
        text = self._write("sentence")
        return [(word, None) for word in f"{text[0].upper()}{text[1:]}.".split()]

    def quotation(self) -> list[Word]:
        opinions = f"{self._write('opinion')}, and {self._write('opinion')}"
        text = f"“{opinions},” said {self.names['name_1']}."
        return [(word, None) for word in text.split()]

    def _write(self, symbol: str) -> str:
        if symbol in self.names:
            return self.names[symbol]
        if symbol == "year":
            return str(self.rnd.randrange(1990, 2026))
        if symbol == "number":
            return str(self.rnd.randrange(2, 1500))
        if symbol == "money":
            return f"${self.rnd.randrange(2, 990)},000"
        chosen = self.rnd.choice(ALTERNATIVES[symbol])
        return _SLOT.sub(lambda slot: self._write(slot[1]), chosen)

    def story(self, size: int) -> Story:
        """Paragraphs of one to four sentences, ``size`` words or a few more."""
        paragraphs: Story = []
        while sum(map(len, flat(paragraphs))) < size:
            paragraphs.append([self.sentence() for _ in range(self.rnd.randint(1, 4))])
        return paragraphs


ALTERNATIVES = {symbol: choices.split("|") for symbol, choices in GRAMMAR.items()}


def flat(story: Story) -> list[list[Word]]:
    return [sentence for paragraph in story for sentence in paragraph]


def numbered(story: Story) -> Story:
    numbers = iter(range(10**9))
    return [[[(word, next(numbers)) for word, _ in one] for one in part] for part in story]


def text_of(story: Story) -> str:
    return "\n\n".join(
        " ".join(word for sentence in paragraph for word, _ in sentence) for paragraph in story
    )


def carried_over(story: Story, copy: Story) -> float:
    """Share of the words of both that the copy took from the story."""
    words, copied = sum(map(len, flat(story))), [w for s in flat(copy) for w in s]
    return 2 * sum(number is not None for _, number in copied) / (words + len(copied))


def edited(story: Story, case: Case, share: float) -> Story:
    """A copy with that share of it edited, in one of four ways."""
    rnd = case.rnd
    way = rnd.choice(("words", "sentences", "both", "cut"))
    copy = [[list(sentence) for sentence in paragraph] for paragraph in story]
    if way == "cut":
        left = (1 - share) * sum(map(len, flat(copy)))
        while len(copy) > 1 and sum(map(len, flat(copy))) > left:
            copy.pop()
        return copy
    if way in ("sentences", "both"):
        of_sentences = share / 2 if way == "both" else share
        copy = [list(edit_sentences(paragraph, case, of_sentences)) for paragraph in copy]
    if way in ("words", "both"):
        of_words = share / 2 if way == "both" else share
        copy = [[list(edit_words(s, case, of_words)) for s in paragraph] for paragraph in copy]
    if rnd.random() < 0.5:
        rnd.shuffle(copy)
    return copy


def edit_sentences(paragraph: list[list[Word]], case: Case, share: float) -> Iterator[list[Word]]:
    for sentence in paragraph:
        how = case.rnd.choice(("replace", "delete", "insert"))
        if case.rnd.random() >= share:
            yield sentence
            continue
        if how == "insert":
            yield sentence
        if how != "delete":
            yield case.sentence()


def edit_words(sentence: list[Word], case: Case, share: float) -> Iterator[Word]:
    for word in sentence:
        how = case.rnd.choice(("replace", "delete", "insert"))
        if case.rnd.random() >= share:
            yield word
            continue
        if how == "insert":
            yield word
        if how != "delete":
            yield case.rnd.choice(case.sentence())


def same_case(story: Story, case: Case, size: int) -> Story:
    """Another story, by another hand, that quotes the same two statements."""
    quotations = [s for s in flat(story) if s[0][0].startswith("“")][:2]
    return [*case.story(size), *([quotation] for quotation in quotations)]


def jaccard(words: list[str], others: list[str]) -> float:
    one, other = (set(zip(w, w[1:], w[2:], strict=False)) for w in (words, others))
    return len(one & other) / (len(one | other) or 1)


@dataclass
class Copy:
    similarity: float
    """Carried over."""
    jaccard: float
    """Of shingles of three words."""
    measured: float
    """By the archive's own measure."""
    found: float | None
    """Similarity stored, None if the pair was not found."""


@dataclass
class Quality:
    copies: list[Copy]
    true: int
    false: int

    @property
    def precision(self) -> float:
        return self.true / (self.true + self.false)

    def recall(self, by: str = "similarity") -> float:
        similar = [copy for copy in self.copies if getattr(copy, by) >= SIMILAR]
        return sum(copy.found is not None for copy in similar) / len(similar)


def measure_quality(folder: Path, stories: int, seed: int = 1) -> Quality:
    rnd = random.Random(seed)
    texts: list[tuple[str, str]] = []
    copies: dict[tuple[int, int], Copy] = {}
    for number in range(stories):
        case = Case(rnd)
        size = int(60 * 15 ** rnd.random())
        story = case.story(size)
        story[1:1] = [[case.quotation()], [case.quotation()]]
        story = numbered(story)
        texts.append((PAPERS[0], text_of(story)))
        if number % 3 == 1:
            copy = edited(story, case, rnd.uniform(0, MOST_EDITED))
            texts.append((PAPERS[1], text_of(copy)))
            words = [nd.split_words(text) for _, text in texts[-2:]]
            copies[len(texts) - 1, len(texts)] = Copy(
                carried_over(story, copy), jaccard(*words), nd.measure_similarity(*words), None
            )
        elif number % 3 == 2:
            texts.append((PAPERS[1], text_of(same_case(story, case, size))))
    with open_writer(folder / "quality.db", command="bench") as writer:
        start(writer)
        for number, text in enumerate(texts, 1):
            save(writer, number, *text)
        writer.commit()
        found = writer.db.execute(
            "SELECT article_id, other_id, similarity FROM near_duplicates"
        ).fetchall()
    false = 0
    for first, second, similarity in found:
        if (first, second) in copies:
            copies[first, second].found = similarity
        else:
            false += 1
    return Quality(list(copies.values()), len(found) - false, false)


def start(writer: Writer) -> None:
    for name in PAPERS:
        home = f"http://{name}.example/"
        writer.save_source(
            {
                "name": name,
                "publisher": name.title(),
                "home_url": home,
                "language": "en",
                "timezone": "Europe/London",
                "is_sample": True,
            }
        )
    writer.start_run("bench", list(PAPERS), "0")


def save(writer: Writer, number: int, source: str, body: str) -> None:
    url = f"http://{source}.example/news/story-{number}"
    article = {
        "source": source,
        "site_id": str(number),
        "url": url,
        "headline": f"Story {number}",
        "body": body,
    }
    writer.save_article(article, [], requested_url=url, extractor="bench")


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
        "jaccard": "is the Jaccard index of three-word shingles",
    }.items():
        print(f"recall {quality.recall(by):.4f} where at least {SIMILAR} {words}")
    print(f"precision {quality.precision:.4f} of {quality.true + quality.false} pairs\n")


def measure_speed(folder: Path, sizes: list[int], looks: int = 300) -> None:
    """Fill an archive with texts and fingerprints alone, and look up new ones at each size."""
    rnd = random.Random(2)
    with open_writer(folder / "speed.db", command="bench", near_duplicates=False) as writer:
        start(writer)
        connection = writer.db.conn
        for trigger in ("articles_ai", "articles_au"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys=OFF")
        print("| articles | text | look-up, ms: mean | p95 | most |\n|---|---|---|---|---|")
        notice = text_of(Case(rnd).story(150))
        stored = 0
        for size in sizes:
            while stored < size:
                connection.execute("BEGIN")
                for number in range(stored + 1, min(stored + 1000, size) + 1):
                    # Every hundredth is the same notice.
                    body = notice if number % 100 == 0 else text_of(a_story(rnd))
                    add_row(connection, number, body)
                    shingles = nd.cut_shingles(nd.split_words(body))
                    nd.save_fingerprint(connection, number, nd.sign(shingles))
                connection.execute("COMMIT")
                stored = min(stored + 1000, size)
            bodies = connection.execute(
                "SELECT body FROM articles WHERE id % 100 <> 0 AND id > ? ORDER BY id LIMIT ?",
                [size // 2, looks],
            ).fetchall()
            kinds = {
                "a new story": [text_of(a_story(rnd)) for _ in range(looks)],
                "a new story of 1,000 words": [
                    text_of(Case(rnd).story(1000)) for _ in range(looks)
                ],
                "one that is there": [body for (body,) in bodies],
                "a notice that is there a hundred times and more": [notice] * 50,
            }
            for kind, texts in kinds.items():
                times = []
                for body in texts:
                    started = time.process_time()
                    words = nd.split_words(body)
                    signature = nd.sign(nd.cut_shingles(words))
                    nd.find_similar(connection, PAPERS[1], words, signature)
                    times.append((time.process_time() - started) * 1000)
                times.sort()
                p95 = times[len(times) * 95 // 100]
                print(
                    f"| {size:,} | {kind} | {statistics.mean(times):.1f} | {p95:.1f} "
                    f"| {times[-1]:.1f} |",
                    flush=True,
                )


def a_story(rnd: random.Random) -> Story:
    return Case(rnd).story(int(100 * 10 ** rnd.random()))


def add_row(connection: sqlite3.Connection, number: int, body: str) -> None:
    now = "2026-11-24T09:00:00Z"
    connection.execute(
        "INSERT INTO articles (id, ref, source, url, headline, content_hash, version, version_id, "
        "date_archived, first_seen, last_seen, body) VALUES (?, ?, ?, ?, '', '', 1, ?, ?, ?, ?, ?)",
        [number, f"signet-{number}", PAPERS[0], "", number, now, now, now, body],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=2000)
    parser.add_argument("--articles", type=int, nargs="*", default=[10_000, 100_000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.stories:
            print_quality(measure_quality(Path(folder), arguments.stories))
        if arguments.articles:
            measure_speed(Path(folder), sorted(arguments.articles))


if __name__ == "__main__":
    main()
