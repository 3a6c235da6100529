"""Names that a reader asks for."""

import pytest

from tradepress.mentions.known_names import (
    court_named,
    firm_named,
    office_named,
    other_names,
    tables,
)


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("ECJ", "CJEU"),
        ("the ecj", "CJEU"),
        ("cafc", "US Court of Appeals for the Federal Circuit"),
        ("Ninth Circuit Court of Appeals", "US Court of Appeals for the Ninth Circuit"),
        ("sdny", "US District Court for the Southern District of New York"),
        (
            "United States District Court for the Southern District of New York",
            "US District Court for the Southern District of New York",
        ),
        ("delhi high court", "Delhi High Court"),
        ("lg hamburg", "Hamburg Regional Court"),
        ("norwegian supreme court", "Supreme Court of Norway"),
        ("Supreme Court", None),
        ("tennis court", None),
        ("", None),
    ],
)
def test_a_court_is_known_by_any_of_its_names(asked: str, value: str | None) -> None:
    assert court_named(asked) == value


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        *(("ohim", "EUIPO"), ("SIPO", "CNIPA"), ("pto", "USPTO"), ("China’s CTMO", "CNIPA")),
        *(("the UK Intellectual Property Office", "UKIPO"), ("Foreign Office", None)),
    ],
)
def test_an_office_is_known_by_its_old_names(asked: str, value: str | None) -> None:
    assert office_named(asked) == value


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("Kilpatrick Townsend & Stockton LLP", "Kilpatrick Townsend"),
        ("bird & bird", "Bird & Bird"),
        ("Fross Zelnick Lehrman & Zissu, P.C.", "Fross Zelnick"),
        ("Quill Harrow", None),
    ],
)
def test_a_firm_is_known_without_its_legal_form(asked: str, value: str | None) -> None:
    assert firm_named(asked) == value


def test_other_names_lead_back() -> None:
    assert "OHIM" in other_names("EUIPO")
    assert "ECJ" in other_names("CJEU")
    assert other_names("Quill Harrow") == ()


def test_every_form_leads_to_one_name() -> None:
    named = {"court": court_named, "office": office_named, "firm": firm_named}
    for kind, table in tables().items():
        for value in table:
            known = named[kind](value)
            assert known is not None
            assert known in table
