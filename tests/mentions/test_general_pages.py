"""What only looks like a case or a firm in pages of other trades, and what is one in them."""

import pytest

from tradepress.mentions.cases import find_cases
from tradepress.mentions.find_names import find_names

FILLER = "We wash the windows of the whole house every week, and the floors, too. " * 40


def cases(text: str) -> list[str]:
    return [one.value for one in find_cases(text)]


def firms(text: str) -> list[str]:
    return [one.value for one in find_names(text) if one.kind == "firm"]


@pytest.mark.parametrize(
    "text",
    [
        f"{FILLER}\nFlat Fee vs. Weekly Cleaning\nA flat fee suits those whose weekly cleaning is.",
        "Flat Fee vs. Weekly Cleaning: a flat fee, or weekly cleaning, is for the court to choose.",
        "Tidewell vs. Wavelet vs. Quoin before the court of taste",
        f"A court report\n{FILLER[:1500]}\nPetra Vale v Joan Holm in a festive face-off\n{FILLER}",
        "Quoin PS5 vs. Quoin PS4: the lawsuit over their price",
        f"{FILLER} The Lamp v the Mind: what it does to us. {FILLER}",
        f"{FILLER} Petra v. Holmberg, head of sales {FILLER}",
        f"{FILLER} He came in the matter of Days, a play. {FILLER}",
        f"{FILLER} Record: 12-0. Last fight: W, KO10 vs. Joan Holm, a trademark blow. {FILLER}",
    ],
)
def test_no_case(text: str) -> None:
    assert cases(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{FILLER} The court decided Vale v. Holm. {FILLER}",
        f"{FILLER}\nVale vs Holm\nThe lawsuit is over. {FILLER}",
        f"{FILLER} The court met. {FILLER[:1200]} It followed Vale v Holm. {FILLER}",
        "Vale vs Holm 2019: a ruling on lamps",
        "Vale v Holm",
    ],
)
def test_a_case(text: str) -> None:
    assert cases(text) == ["Vale v Holm"]


@pytest.mark.parametrize(
    "text",
    [
        "Search Trends: The Future of Lamps & Content Marketing",
        f"{FILLER} How Lamps Work At Tidewell Lamps & Oils? {FILLER}",
        f"{FILLER} “It is warm,” said Joan Holm, a partner at Tidewell Green. {FILLER}",
        f"{FILLER} A lawyer met the head of school. Privacy Terms of Use & Holm Code {FILLER[:60]}",
        f"{FILLER}\nInfo\nNews\nCareer\nSponsors and Partners\n{FILLER}",
        f"{FILLER} Joan Holm, senior partner at Vale Kemp, is an architect. {FILLER}",
        "The Blueprint for Better Law Firm Marketing",
        "Joan Holm of Vale Consulting LLP said so.",
        "Patent firm All rights reserved",
    ],
)
def test_no_firm(text: str) -> None:
    assert firms(text) == []


@pytest.mark.parametrize(
    ("text", "firm"),
    [
        (f"{FILLER} The lawyer Joan Holm is a partner at Vale Kemp. {FILLER}", "Vale Kemp"),
        (f"{FILLER} Joan Holm, a partner at Vale Kemp, spoke of counterfeits.", "Vale Kemp"),
        (f"{FILLER} Tidewell sold lamps, says Vale & Kemp LLP. {FILLER}", "Vale & Kemp LLP"),
        ("Copies are cheap, says Joan Holm of Vale & Kemp.", "Vale & Kemp"),
        (f"{FILLER} The law firm Vale Kemp’s new office {FILLER}", "Vale Kemp"),
    ],
)
def test_a_firm(text: str, firm: str) -> None:
    assert [one.removesuffix(" LLP") for one in firms(text)] == [firm.removesuffix(" LLP")]
