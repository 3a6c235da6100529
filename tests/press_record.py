"""A small invented press in several versions, and how manuscripts that cite it are written down."""
# ruff: noqa: E501 (texts of the invented press)

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from archive_rows import PAPER, SISTER, Writer, open_writer, save

from tradepress.jobs.withdraw_stories import withdraw

SIGNET, MAKERS = "http://signetgazette.example", "http://marksandmakers.example"
BOTE, HYOSHO = "http://markenbote.example", "http://hyosho.example"
SOURCES: tuple[dict[str, Any], ...] = (
    PAPER,
    SISTER,
    PAPER
    | {
        "name": "bote",
        "publisher": "Der Markenbote",
        "home_url": f"{BOTE}/",
        "language": "de",
        "timezone": "Europe/Berlin",
    },
    PAPER
    | {
        "name": "hyosho",
        "publisher": "標章新聞",
        "home_url": f"{HYOSHO}/",
        "language": "ja",
        "timezone": "Asia/Tokyo",
    },
)

LANTERN = (
    "Camping goods maker Orrin & Vale has failed to revive its claim that a rival’s storm lantern "
    "logo comes too close to its own.\n\n"
    "The High Court held on Friday that “the average hiker does not study the shade of a lamp”, "
    "and that the two signs share nothing but a flame.\n\n"
    "Counsel for the company said it would read the judgment with care before deciding whether to "
    "go further. The costs of both sides, put at £240,000, fall on the appellant."
)
LANTERN_CORRECTED = LANTERN.replace("The High Court", "The Board of Appeal").replace(
    "£240,000", "£42,000"
)
QUILL = (
    "The Board of Appeal has given the stationer Quill & Crown its name back, three years after a "
    "single examiner struck it from the register.\n\n"
    "A crown on a label, the panel wrote, tells nobody that a king has bought the ink. Nor does the "
    "feather beside it add anything that a buyer of pens would remember.\n\n"
    "The office has two months in which to appeal, and its lawyers have not said whether they will."
)
SMELL = (
    "May the smell of cut cedar be registered for pencils? The court of first instance has put that "
    "question to Luxembourg.\n\n"
    "It doubts that any drawing, formula or sample can show a smell to those who search the register, "
    "and it asks what else could be clear and precise enough."
)
TEAL = (
    "Harrow Mills has asked a court to keep a rival from selling oats in teal boxes, which it says "
    "shoppers have linked with it since 1962.\n\n"
    "The rival calls the colour a fashion of the year and promises to defend every box on the shelf."
)
TEAL_SETTLED = (
    "Harrow Mills has settled with the rival that it accused of selling oats in teal boxes.\n\n"
    "Neither side will say who pays, but the boxes will be green from the first of March onwards."
)
PORTS = (
    "Nine in ten seizures of fakes at the ports of the north end without any hearing, a study of "
    "customs files finds.\n\n"
    "Owners answer the letters of the customs officers, the goods are burnt, and no judge ever hears "
    "of them. The authors ask for a register of seizures that the public can read."
)
MOON = (
    "A tribunal has refused to register Moonbeam for lamps, since every lamp sheds a beam and the word "
    "says no more than that.\n\n"
    "“We are disappointed but not surprised by the outcome,” said Lena Ostrow, who runs the workshop "
    "with her two sisters.\n\nAn appeal is likely before the summer."
)
HANDLE = (
    "Buyers see the curve of a handle as a grip and not as a sign of who made the jug.\n\n"
    "That is the rule which has sunk four shapes this year, and it will sink many more unless makers "
    "teach their buyers to look. Advertising that says “look for the curve” is where to begin."
)
ALPINE = (
    "For forty years two dairies have fought over the word Alpine, and neither of them has a cow above "
    "the tree line.\n\n"
    "The first case was lost in 1978 because a clerk misread a date; the last one was settled over a "
    "plate of cheese that both of them claimed to have made."
)
REGISTRAR = (
    "The new registrar wants decisions in plain words.\n\n"
    "“I have read decisions of ninety pages that could have been a postcard, and I signed some of "
    "them myself,” she says. She will publish how long each examiner takes, and she expects letters "
    "about it."
)
TUERKIS = (
    "Die Farbe Türkis ist keine Marke, hat das Gericht entschieden: Wer Kaugummi kauft, achtet auf den "
    "Geschmack und nicht auf den Ton der Hülle.\n\n"
    "Der Hersteller hatte eine Umfrage vorgelegt, in der kaum jeder Dritte die Farbe erkannte."
)
SEEBLICK = (
    "Die Löschung der Marke „Seeblick“ ist rechtskräftig. Von hundert Hotels am See heißen elf so, und "
    "keines davon gehört der Klägerin."
)
COLOURS = (
    "特許庁は五日、三色の縞からなる色彩商標の登録を拒絶した。\n\n"
    "審査官は、需要者は包装の色を装飾として見るにすぎないと述べた。"
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a story stood from a day on."""

    seen: str
    body: str
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A story of the invented press."""

    url: str
    source: str
    site_id: str
    headline: str
    day: str | None
    authors: tuple[str, ...]
    stood: tuple[Standing, ...]
    language: str = "en"
    more: dict[str, Any] = field(default_factory=dict)
    asked_at: tuple[str, ...] = ()
    """Other addresses under which it came."""


def told(
    source: str,
    number: str,
    slug: str,
    headline: str,
    day: str | None,
    authors: Sequence[str],
    body: str,
    *later: Standing,
    seen: str | None = None,
    **facts: Any,
) -> Told:
    homes = {"signet": SIGNET, "makers": MAKERS, "bote": BOTE, "hyosho": HYOSHO}
    first = Standing(seen=seen or f"{day}T18:00:00+00:00", body=body)
    return Told(
        url=f"{homes[source]}/{slug}-{number}",
        source=source,
        site_id=number,
        headline=headline,
        day=day,
        authors=tuple(authors),
        stood=(first, *later),
        **facts,
    )


CORRECTION = "An earlier version named the wrong court and the wrong costs."
PRESS = (
    told(
        "signet",
        "12107",
        "trademark/orrin-vale-loses-appeal-over-lantern-mark",
        "Orrin & Vale loses appeal over lantern mark",
        "2017-08-04",
        ["Petra Holm"],
        LANTERN,
        Standing(
            seen="2018-03-01T09:00:00+00:00",
            body=LANTERN_CORRECTED,
            changes={"corrections": (CORRECTION,)},
        ),
    ),
    told(
        "signet",
        "12311",
        "trademark/quill-crown-wins-back-its-name",
        "‘Quill & Crown’ wins back its name: the Board of Appeal explains",
        "2018-02-12",
        ["Jonas Albrecht", "Mei Tanaka"],
        QUILL,
        asked_at=(f"{SIGNET}/amp/quill-crown",),
    ),
    told(
        "signet",
        "12450",
        "courts/may-a-smell-be-a-mark",
        "Court asks Luxembourg: may a smell be a mark?",
        "2019-05-06",
        [],
        SMELL,
    ),
    told(
        "signet",
        "12502",
        "trademark/fennimore-withdraws-brewery-opposition",
        "Fennimore withdraws brewery opposition after nine years",
        "2019-11-20",
        ["Sofia de la Cruz"],
        "Fennimore has withdrawn the opposition that it had kept up for nine years against a brewery.",
    ),
    told(
        "signet",
        "12610",
        "trademark/harrow-mills-teal",
        "Harrow Mills sues over teal packaging",
        "2020-01-15",
        ["Ruth O’Dell"],
        TEAL,
        Standing(
            seen="2020-02-20T09:00:00+00:00",
            body=TEAL_SETTLED,
            changes={"headline": "Harrow Mills settles its suit over teal packaging"},
        ),
    ),
    told(
        "signet",
        "12688",
        "anti-counterfeiting/most-seizures-never-reach-a-court",
        "Study: most seizures at ports never reach a court",
        "2020-09-02",
        ["Idris Kaya"],
        PORTS,
    ),
    told(
        "signet",
        "12700",
        "trademark/tribunal-bars-moonbeam",
        "Tribunal bars ‘Moonbeam’ for lamps; appeal likely",
        "2021-03-30",
        ["Petra Holm"],
        MOON,
    ),
    told(
        "signet",
        "12744",
        "trademark/settlement-in-brindle-dispute",
        "Settlement reached in long Brindle dispute",
        "2021-06-01",
        ["Jonas Albrecht"],
        "",
        more={"policy": "metadata-only"},
    ),
    told(
        "makers",
        "5431",
        "opinion/why-a-handle-is-not-a-mark",
        "Why a handle is not a mark",
        "2016-11-09",
        ["Idris Kaya"],
        HANDLE,
    ),
    told(
        "makers",
        "5502",
        "features/the-long-quarrel-over-alpine",
        "The long quarrel over the word “Alpine”",
        "2018-07-19",
        ["Clara van der Meer"],
        ALPINE,
    ),
    told(
        "makers",
        "5533",
        "interviews/five-questions-for-the-new-registrar",
        "Five questions for the new registrar",
        "2022-02-01",
        ["Idris Kaya", "Petra Holm"],
        REGISTRAR,
    ),
    told(
        "bote",
        "881",
        "urteile/farbe-tuerkis",
        "Gericht: Farbe Türkis ist keine Marke",
        "2019-03-14",
        ["Jürgen Weiß"],
        TUERKIS,
        language="de",
    ),
    told(
        "bote",
        "902",
        "urteile/seeblick",
        "Löschung der Marke „Seeblick“ bestätigt",
        "2020-10-08",
        ["Jürgen Weiß"],
        SEEBLICK,
        language="de",
    ),
    told(
        "hyosho",
        "301",
        "news/shikisai",
        "三色の縞からなる色彩商標の登録を拒絶",
        "2021-04-05",
        ["田中 美咲"],
        COLOURS,
        language="ja",
    ),
)
GONE = f"{SIGNET}/courts/may-a-smell-be-a-mark-12450"


def make_press(path: Path) -> Path:
    """The archive: two corrected or changed, one gone, one withdrawn, one without its text."""
    with open_writer(path, command="tests") as writer:
        for source in SOURCES:
            writer.save_source(source)
        writer.start_run("crawl", [source["name"] for source in SOURCES], "0")
        for one in PRESS:
            _keep(writer, one)
        writer.commit()
        writer.end_run("done", 0)
        writer.start_run("crawl", ["signet"], "0")
        writer.settle(GONE, "failed", "404", status=404, gone=True)
        writer.commit()
        writer.end_run("done", 0)
    withdraw(path, ["signet-12502"], reason="asked for by a person named in it")
    return path


def _keep(writer: Writer, one: Told) -> None:
    for standing in one.stood:
        facts = {
            "source": one.source,
            "site_id": one.site_id,
            "url": one.url,
            "headline": one.headline,
            "date_published": one.day,
            "authors": one.authors,
            "language": one.language,
            **({"body": standing.body} if standing.body else {}),
            **one.more,
            **standing.changes,
        }
        for asked in (one.url, *one.asked_at):
            save(
                writer,
                facts,
                requested_url=asked,
                date_captured=datetime.fromisoformat(standing.seen),
            )


# Manuscripts


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A citation or a quotation of a manuscript, and what is to be said of it."""

    chapter: str
    kind: str
    """``c`` or ``q``"""
    labels: frozenset[str]
    """What is wrong with it, or to be told; empty: it is right."""
    text: str


MARKED = re.compile(r"⟦(?P<kind>[cq])(?::(?P<labels>[a-z\s]+))?\|(?P<text>[^⟦⟧]*)⟧")


def expected(chapters: dict[str, str]) -> list[Expected]:
    """What the marks of chapters say: ``⟦c:date author|a citation⟧``, ``⟦q|a quotation⟧``."""
    return [
        Expected(
            chapter=name,
            kind=found["kind"],
            labels=frozenset((found["labels"] or "").split()),
            text=re.sub("<a=[^>]*>|</a>", "", found["text"]),
        )
        for name, text in chapters.items()
        for found in MARKED.finditer(text)
    ]


def unmarked(text: str) -> str:
    return MARKED.sub(lambda found: found["text"], text)


def write_chapters(folder: Path, chapters: dict[str, str]) -> Iterator[Path]:
    """Writes each chapter without its marks, by the ending of its name."""
    for name, text in chapters.items():
        path = folder / name
        if path.suffix == ".docx":
            write_docx(path, unmarked(text))
        else:
            path.write_text(unmarked(text), encoding="utf-8")
        yield path


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"


@contextmanager
def _zipped(path: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        yield packed


def write_docx(path: Path, text: str) -> None:
    """A document as word processors save them: paragraphs parted by blank lines, ``> `` a block
    quotation, ``⟪…⟫`` a footnote, ``<a=ADDRESS>words</a>`` a link."""
    notes: list[str] = []
    links: list[str] = []

    def run(words: str) -> str:
        # A word processor cuts a sentence into runs wherever somebody has corrected it.
        half = len(words) // 2
        return "".join(
            f'<w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
            for part in (words[:half], words[half:])
            if part
        )

    def inline(words: str) -> str:
        found = ""
        for part in re.split(r"(⟪[^⟫]*⟫|<a=[^>]*>[^<]*</a>)", words):
            if part.startswith("⟪"):
                notes.append(inline(part[1:-1]))
                found += f'<w:r><w:footnoteReference w:id="{len(notes) + 1}"/></w:r>'
            elif part.startswith("<a="):
                address, _, shown = part[3:-4].partition(">")
                links.append(address)
                found += f'<w:hyperlink r:id="rId{len(links)}">{run(shown)}</w:hyperlink>'
            else:
                found += run(part)
        return found

    paragraphs = []
    for block in re.split(r"\n\s*\n", text.strip()):
        line = " ".join(block.split())
        style = '<w:pPr><w:pStyle w:val="Quote"/></w:pPr>' if line.startswith("> ") else ""
        paragraphs.append(f"<w:p>{style}{inline(line.removeprefix('> '))}</w:p>")
    body = "".join(paragraphs)
    footnotes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r>{note}</w:p></w:footnote>'
        for number, note in enumerate(notes, 2)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="hyperlink" TargetMode="External" '
        f'Target="{escape(address)}"/>'
        for number, address in enumerate(links, 1)
    )
    related = f'<Relationships xmlns="{RELATED}">{relations}</Relationships>'
    with _zipped(path) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(
            "word/document.xml", f"<w:document {W} {R}><w:body>{body}</w:body></w:document>"
        )
        packed.writestr("word/footnotes.xml", f"<w:footnotes {W} {R}>{footnotes}</w:footnotes>")
        packed.writestr("word/_rels/document.xml.rels", related)
        packed.writestr("word/_rels/footnotes.xml.rels", related)
