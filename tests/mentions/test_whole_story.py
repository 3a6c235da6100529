"""What the texts of one story name together."""

import pytest

from tradepress.mentions.find_mentions import find_mentions
from tradepress.story import MentionKind

FILLER = "They sell lamps and wicks, and the oil for both of them, in a shop by the sea. " * 10


def values(kind: MentionKind, headline: str, body: str) -> list[str]:
    found = find_mentions({"headline": headline, "body": body})
    return [one.value for one in found if one.kind == kind]


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (("Vale v Holm", "Vale v. Holm Ltd", "Vale vs Holm"), {"Vale v Holm"}),
        (("Vale v Holm", "Vale v Holm Lanterns Ltd"), {"Vale v Holm Lanterns"}),
        (("Petra Vale v Holm", "VALE v HOLM", "Vale v Holm"), {"Petra Vale v Holm"}),
        (("In re Vale", "In re Vale Lamps Inc."), {"In re Vale Lamps"}),
        (("Vale v Holm", "Holm v Vale"), {"Vale v Holm", "Holm v Vale"}),
        (
            ("Vale v Holm", "Vale v Holm Lamps", "Vale v Holm Wicks"),
            {"Vale v Holm", "Vale v Holm Lamps", "Vale v Holm Wicks"},
        ),
    ],
)
def test_a_case_has_one_name_in_its_story(names: tuple[str, ...], one: set[str]) -> None:
    headline, *others = names
    body = " ".join(f"The court heard {other}, and said no." for other in others)
    assert set(values("case", headline, body)) == one


@pytest.mark.parametrize(
    ("body", "courts"),
    [
        ("The US Supreme Court ruled.", ["US Supreme Court"] * 2),
        ("The lamp shop won.", ["Supreme Court"]),
        ("Colorado’s Supreme Court ruled.", ["Supreme Court", "Colorado Supreme Court"]),
        (
            "The Supreme Court of Norway and the Supreme Court of Japan agree.",
            ["Supreme Court", "Supreme Court of Norway", "Supreme Court of Japan"],
        ),
    ],
)
def test_a_bare_name_is_the_one_that_is_named(body: str, courts: list[str]) -> None:
    assert values("court", "Lamps before the Supreme Court", body) == courts


@pytest.mark.parametrize(
    ("kind", "headline"),
    [("case", "Chelham v Arsden"), ("firm", "Joan Holm joins Vale & Kemp")],
)
def test_a_headline_names_it_where_a_text_speaks_of_law(kind: MentionKind, headline: str) -> None:
    assert values(kind, headline, FILLER) == []
    assert len(values(kind, headline, f"{FILLER} The lawyer told the court of it.")) == 1
    assert len(values(kind, headline, "")) == 1


def test_a_known_firm_needs_no_law_around_its_headline() -> None:
    assert values("firm", "Bird & Bird moves", FILLER) == ["Bird & Bird"]
