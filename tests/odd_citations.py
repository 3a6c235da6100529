"""Sixty citations, odd in what authors, days, headlines and papers can be odd."""

from dataclasses import replace

from citations import CHANGES, EVERY, MEMENTO, PLAIN, names

from tradepress.research.citation.cited_story import Citation

MORE: dict[str, dict[str, object]] = {
    "five": names("Petra Holm", "Rory O’Dell", "Ida Lund", "Teo Adeyo-Clarke", "Ole Bo"),
    "four": names("Petra Holm", "Rory O’Dell", "Ida Lund", "Ole Bo"),
    "three": names("Petra Holm", "Rory O’Dell", "Ida Lund"),
    "initials": names("J. R. McKinstry"),
    "initials in one": names("JR Holm"),
    "hyphen": names("Jean-Luc Dubois"),
    "agency": names("Agence France-Presse"),
    "German agency": names("Deutsche Presse-Agentur"),
    "Turkish agency": names("Anadolu Ajansı"),
    "Spanish agency": names("Agencia EFE"),
    "Polish agency": names("Polska Agencja Prasowa"),
    "junior": names("Petra Holm Jr."),
    "the third": names("Petra Holm III"),
    "particle": names("Jan van der Berg"),
    "capital particle": names("Maria De La O"),
    "two family names": {"language": "es", **names("Gabriel García Márquez")},
    "capitals": names("PETRA HOLM"),
    "Korean": {"language": "ko", "headline": "랜턴 상표 거절", **names("김민준")},
    "Japanese": {"language": "ja", "headline": "ランタン商標の審決", **names("山田 太郎")},
    "Arabic": {"language": "ar", "headline": "رفض العلامة التجارية", **names("سارة نور")},
    "Russian": {"language": "ru", "headline": "Марка «Фонарь» отклонена", **names("Дана Коган")},
    "Greek": {"language": "el", "headline": "Το σήμα απορρίφθηκε"},
    "archived only": {"memento": MEMENTO},
    "no paper and no author": {"publication": "marksandmakers.example", **names()},
    "paper's name in the headline": {"headline": "Marks & Makers asks: who owns Marks & Makers"},
    "straight quotes": {"headline": 'Board: "Lantern" isn\'t a mark'},
    "quotes in quotes": {"headline": "Board calls “the ‘Lantern’ rule” bad"},
    "quoted whole": {"headline": "“Lantern is a mark”"},
    "guillemets": {"headline": "« Lanterne » est une marque", "language": "fr"},
    "colon": {"headline": "Lantern loses: a mark is gone"},
    "exclamation": {"headline": "Lantern wins!"},
    "small words": {"headline": "the end of it is up to the board and in with the new"},
    "inner capital": {"headline": "iLamp maker eBolt sues McLantern over e-mail"},
    "all capitals": {"headline": "BOARD REFUSES LANTERN"},
    "dots": {"headline": "And then... the mark fell"},
}
ODD: dict[str, Citation] = EVERY | {
    name: replace(PLAIN, ref=f"makers-{len(CHANGES) + number}@5eed0f1a3c", **changes)  # type: ignore[arg-type]
    for number, (name, changes) in enumerate(MORE.items(), 1)
}
