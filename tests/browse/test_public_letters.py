"""A stranger asks a public room in all scripts: it answers as if withheld texts said other
things."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from archive_rows import Clock, clock
from browsing import a_run, ask, save

__all__ = ["clock"]

RESERVED = [{"term": "tdm-reservation", "evidence": "header", "value": "1"}]
HEADLINES = {
    "en": "Lantern mark refused",
    "de": "Laternenmarke gelöscht",
    "ja": "ランタン商標の審決",
    "ko": "랜턴 상표 거절",
    "th": "ศาลเพิกถอนเครื่องหมาย",
}
TEXTS = {
    "en": "opposition grounds quibbelstone cancelled trademark owner appealed lanterns bad faith",
    "de": "Straße Löschung quabbelstein Markenrecht Inhaber Fußnote Beschwerde Großhandel Gebühr",
    "ja": "特許庁は登録を無効とした請求人側",
    "ko": "특허청 등록을 무효로 하였다 청구인 이의신청 기각",
    "th": "สำนักงานทะเบียนจดแจ้งคำขอใหม่",
}
UNSPACED = ("ja", "th")
OTHERS = {
    "en": "kettles brambleford samovars dispute renewal licence tariff hearing counsel fees",
    "de": "Maßnahme Kessel brommelfort Frist Lizenz Anhörung Anwalt Kosten Süden",
    "ja": "裁判所が契約を取消す判断を示した",
    "ko": "법원이 계약을 취소 하였다 원고는 손해배상 청구",
    "th": "ผู้พิพากษาตัดสินคดีละเมิดสัญญา",
}
"""As many words of none of the texts."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """Says what its withheld texts are."""

    seed: int = 0
    texts: tuple[tuple[str, str], ...] = tuple(TEXTS.items())
    holds_for_itself: bool = False

    def body(self, language: str) -> str:
        text = dict(self.texts)[language]
        words = list(text) if language in UNSPACED else text.split(" ")
        if self.seed:
            random.Random(self.seed).shuffle(words)
        return ("" if language in UNSPACED else " ").join(words)


def fill(path: Path, room: Room) -> None:
    """In each language one reserved text, of two versions; one that anybody may read passages of; a
    headline alone."""
    with a_run(path) as writer:
        for number, (language, headline) in enumerate(HEADLINES.items()):
            kept: dict[str, Any] = {"language": language, "date_published": f"201{number}-08-04"}
            body = room.body(language)
            for version in range(2):
                save(
                    writer,
                    headline,
                    body if version else f"{body}。{body}",
                    site_id=str(number),
                    url=f"http://signet.example/news/{number}",
                    reservations=RESERVED,
                    description=body if version else None,
                    **kept,
                )
            url = f"http://makers.example/news/{number}"
            shown = {"source": "makers", "site_id": str(number), "url": url, **kept}
            save(writer, f"{headline} 2", f"{headline} " * 12, **shown)
            shown |= {"site_id": f"9{number}", "url": f"{url}9", "policy": "metadata-only"}
            save(writer, f"{headline} 3", **shown)
    if room.holds_for_itself:
        with a_run(path) as writer:
            for table in ("articles", "version_rows"):
                writer.write(
                    f"UPDATE {table} SET policy = 'archive-only' WHERE reservations <> '[]'"
                )


def pieces(room: Room) -> list[str]:
    """What a stranger tries who knows all words, and the order that might be."""
    found = []
    for language in HEADLINES:
        body = room.body(language)
        if language in UNSPACED:
            found += [body[:1], body[:2], body[3:5], f"{body[:3]}*", f"{body[0]} NEAR/0 {body[1]}"]
            continue
        one, other, third = body.split(" ")[:3]
        found += [f'"{one} {other}"', f'"{one} {other[:1]}"*', f"{other} NEAR/0 {third}"]
        found += [f"{one}-{other}", f'body:"{one} {other}"', f"{one[1:]}{other[:1]}"]
    return found


def addresses(asked: Sequence[str]) -> list[str]:
    found = [
        "/",
        "/stories",
        "/changed",
        "/data/searched_texts.json",
        "/data/searched_articles.csv",
    ]
    for number in range(len(HEADLINES)):
        for name in (f"signet-{number}", f"signet-{number}@1", f"makers-{number}"):
            found += [f"/story/{name}", f"/story/{name}.ris"]
    found += ["/story/signet-2.bib", "/story/signet-2.csl.json", "/unapi?id=signet-2&format=ris"]
    found += ["/stories.csv", "/stories/cite.txt", "/reading-list/cite.txt?ref=signet-2"]
    for place, words in enumerate(asked):
        excluding = f"lantern -({words})"
        compared = {"by": "year", "q": "lantern", "compare": words}
        ways = (
            ("/stories", {"q": words}),
            ("/stories", {"q": excluding}),
            ("/stories", {"q": words, "variants": "1"}),
            ("/stories", {"q": words, "forms": "1", "as_of": "2040-01-01"}),
            ("/stories/picture", compared),
            ("/stories/counts.csv", compared),
            ("/stories.jsonl", {"q": excluding, "variants": "1"}),
            ("/stories.atom", {"q": words}),
            ("/stories/values", {"facet": "source", "q": words}),
            ("/story/signet-2", {"from": urlencode({"q": words})}),
        )
        chosen = [ways[(place + step) % len(ways)] for step in (0, 3, 6)]
        found += [f"{way}?{urlencode(query)}" for way, query in chosen]
    return found


def answers(path: Path, asked: Sequence[str]) -> dict[str, str]:
    found = {}
    told = ask(path, *(("GET", address, {}) for address in asked), is_public=True)
    for address, answer in zip(asked, told, strict=True):
        assert answer.status_code < 500, address
        found[address] = re.sub('name="csrftoken" value="[^"]+"', "", answer.text)
    return found


def differing(folder: Path, rooms: Sequence[Room], asked: Sequence[str]) -> list[str]:
    found = []
    for number, room in enumerate(rooms):
        path = folder / str(number) / "archive.db"
        path.parent.mkdir()
        fill(path, room)
        found.append(answers(path, asked))
    return [address for address in asked if len({one[address] for one in found}) > 1]


def test_the_order_of_words_and_letters_changes_no_answer(tmp_path: Path, clock: Clock) -> None:
    rooms = [Room(), Room(seed=3)]
    asked = addresses([piece for room in rooms for piece in pieces(room)])
    assert differing(tmp_path, rooms, asked) == []


def test_where_texts_are_held_for_it_alone_no_word_changes_an_answer(
    tmp_path: Path, clock: Clock
) -> None:
    rooms = [
        Room(holds_for_itself=True),
        Room(holds_for_itself=True, texts=tuple(OTHERS.items())),
    ]
    words = ["quibbelstone", "quibelstone", "strasse", "lantrn", "特許庁", "특허청", "lanterns"]
    words += [piece for room in rooms for piece in pieces(room)][::3]
    asked = addresses([*words, "trademrk lantern", "quibbelstone OR lantern"])
    assert differing(tmp_path, rooms, asked) == []
