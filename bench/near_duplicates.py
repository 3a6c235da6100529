"""Near-duplicates: how many edited copies are found, how many found ones are none, and how fast.

    python bench/near_duplicates.py [--stories 3000] [--articles 10000 100000]

Stories of 100 to 1,200 words are invented by a grammar of the trade's phrases, so that strangers
share many of them; every other one closes with one of a few standing paragraphs. Each third is left
alone; each third gets a copy at another paper, 0 to 60% of it edited (words or sentences replaced,
deleted, inserted; paragraphs shuffled or cut off); each third another story on the same case, with
its names, two of its quotations and, every other time, its background paragraph. The truth is known
word by word: the similarity of a story and its copy is the share of the words of both that were
carried over. A pair that is no story and its copy is a false one.

Look-ups are timed in CPU: one article's text compared with the whole archive, nothing written. The
archive is filled with invented signatures: each value is that of a real story in its place, so that
strangers share as many as real ones do.
"""

import argparse
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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive.near_duplicates import fingerprint as fp  # noqa: E402
from archive.near_duplicates import pairs as nd  # noqa: E402
from archive.open import open_archive  # noqa: E402
from archive.stories.save import Writer  # noqa: E402

PAPERS = ("signet", "makers")
MOST_EDITED = 0.6
SIMILAR = 0.7
BATCH = 50

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
    # Between the words of a phrase: nobody puts a thing twice in quite the same words.
    "adverb": (
        "actually|almost|always|apparently|arguably|barely|briefly|broadly|carefully|certainly"
        "|chiefly|clearly|closely|commonly|correctly|curiously|currently|deeply|early|easily"
        "|effectively|entirely|equally|especially|essentially|evidently|exactly|expressly|fairly"
        "|finally|firmly|formally|formerly|frankly|freely|frequently|fully|generally|genuinely"
        "|gladly|gradually|hardly|hastily|heavily|honestly|immediately|indeed|inevitably|initially"
        "|instead|jointly|justly|largely|lately|later|lawfully|lightly|likewise|literally|locally"
        "|loosely|loudly|mainly|merely|mistakenly|moreover|mostly|narrowly|naturally|nearly|neatly"
        "|never|newly|normally|notably|obviously|often|once|openly|originally|otherwise|partly"
        "|patiently|perhaps|plainly|possibly|presumably|previously|primarily|privately|probably"
        "|promptly|properly|publicly|purely|quickly|quietly|rarely|readily|really|reasonably"
        "|recently|regularly|reluctantly|repeatedly|reportedly|rightly|roughly|sadly|safely"
        "|scarcely|secretly|seemingly|seldom|seriously|sharply|shortly|silently|simply|slightly"
        "|slowly|solely|sometimes|specifically|steadily|still|strangely|strictly|strongly|suddenly"
        "|supposedly|surely|swiftly|technically|tentatively|therefore|thoroughly|thus|today"
        "|together|traditionally|truly|ultimately|undoubtedly|unexpectedly|usually|utterly|vaguely"
        "|vastly|vigorously|virtually|visibly|warmly|weakly|wholly|widely|willingly|wisely"
        "|yesterday"
    ),
}
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
    "The registry of {country} received {number} applications to register trademarks in {month}, "
    "{number} more than in the month before, its director told reporters in {city}. Most of them "
    "were filed online and came from companies that had not filed before. Applicants from "
    "{country} led the list with {number} filings, followed by those from {country} and {country}. "
    "The most popular class was the one that covers {goods}, the director added, while the number "
    "of oppositions fell to {number}. Registration takes {number} days on average, and the fees "
    "are to stay as they are until the end of the year."
)
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
        words = f"{text[0].upper()}{text[1:]}.".split()
        return [(word, None) for word in self._with_adverbs(words)]

    def _with_adverbs(self, words: list[str]) -> Iterator[str]:
        for word in words:
            yield word
            if self.rnd.random() < 0.12:
                yield self.rnd.choice(ALTERNATIVES["adverb"])

    def quotation(self) -> list[Word]:
        opinions = f"{self._write('opinion')}, and {self._write('opinion')}"
        text = f"“{opinions},” said {self.names['name_1']}."
        return [(word, None) for word in text.split()]

    def background(self, size: int) -> list[list[Word]]:
        """A paragraph of no more than that many words, two sentences at least."""
        sentences = [self.sentence(), self.sentence()]
        while sum(map(len, sentences)) < size:
            sentences.append(self.sentence())
        return sentences

    def notice(self) -> str:
        return _SLOT.sub(lambda slot: self._write(slot[1]), NOTICE)

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


def same_case(story: Story, case: Case, background: list[list[Word]]) -> Story:
    """Another story, by another hand, that quotes the same two statements."""
    quotations = [s for s in flat(story) if s[0][0].startswith("“")][:2]
    others = case.story(sum(map(len, flat(story))))
    return [*others, *([quotation] for quotation in quotations), background]


@dataclass
class Copy:
    similarity: float
    """Carried over."""
    measured: float
    """By the archive's own measure."""
    found: float | None = None
    """Similarity stored, None if the pair was not found."""


@dataclass
class Quality:
    copies: list[Copy]
    true: int
    false_of_one_case: int
    """Pairs of a story with the other one on its case."""
    false_of_strangers: int
    of_one_case: int
    """Such stories."""

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
        background = case.background(size // 5)
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
    """With one of the standing paragraphs under every other story."""
    text = text_of(story)
    return f"{text}\n\n{rnd.choice(STANDING)}" if rnd.random() < 0.5 else text


def measure_notices(folder: Path, count: int = 100) -> float:
    """Share of notices by one template that are taken for the same text, the limit of the measure.

    Their months, figures, places and goods are new each time, and so is a third of the words.
    """
    rnd = random.Random(3)
    found = find_pairs(folder / "notices.db", [Case(rnd).notice() for _ in range(count)])
    return len({number for pair in found for number in pair}) / count


def find_pairs(path: Path, texts: list[str]) -> dict[tuple[int, int], float]:
    """What a new archive finds among these, stored one by one at two papers in turn."""
    with open_archive(path, command="bench") as writer:
        start(writer)
        for number, text in enumerate(texts, 1):
            save(writer, number, PAPERS[number % 2], text)
        writer.commit()
        rows = writer.db.execute("SELECT article_id, other_id, similarity FROM near_duplicates")
        return {(one, other): similarity for one, other, similarity in rows.fetchall()}


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
    }.items():
        print(f"recall {quality.recall(by):.4f} where at least {SIMILAR} {words}")
    pairs = quality.true + quality.false_of_one_case + quality.false_of_strangers
    print(
        f"precision {quality.precision:.4f} of {pairs} pairs: {quality.false_of_one_case} false "
        f"ones among {quality.of_one_case} other stories on one case, "
        f"{quality.false_of_strangers} among strangers\n"
    )


def measure_speed(folder: Path, sizes: list[int], looks: int = 300) -> None:
    """Fill an archive with signatures, and look up and store real texts at each size."""
    rnd = random.Random(2)
    real = [fp.sign(shingles_of(a_story(rnd))) for _ in range(2000)]
    notice = text_of(Case(rnd).story(150))
    with open_archive(folder / "speed.db", command="bench", near_duplicates=False) as writer:
        start(writer)
        connection = writer.db.conn
        for trigger in ("articles_ai", "articles_au"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys=OFF")
        print("| articles | text | ms of CPU: mean | p95 | most |\n|---|---|---|---|---|")
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
                    times.append(cpu_of(nd.index_article, connection, stored))
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
                print_times(size, kind, [cpu_of(look_up, connection, text) for text in texts])


def fill(
    connection: sqlite3.Connection,
    stored: int,
    size: int,
    signatures: Iterator[tuple[int, ...]],
    notice: str,
) -> int:
    """Add articles of a signature alone; every hundredth is the same notice, with its text."""
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
    """Signatures whose every value is the one that some of these has in that place."""
    places = list(zip(*signatures, strict=True))
    while True:
        yield tuple(map(rnd.choice, places))


def look_up(connection: sqlite3.Connection, body: str) -> None:
    shingles = shingles_of(body)
    nd.find_similar(connection, PAPERS[1], shingles, fp.sign(shingles))


def cpu_of(function: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    function(*arguments)
    return (time.process_time() - started) * 1000


def print_times(size: int, kind: str, times: list[float]) -> None:
    times = sorted(times)
    p95 = times[len(times) * 95 // 100]
    mean = statistics.mean(times)
    print(f"| {size:,} | {kind} | {mean:.1f} | {p95:.1f} | {times[-1]:.1f} |", flush=True)


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
