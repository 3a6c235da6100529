"""Lists federal courts of the United States in all spellings of the press."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tradepress.mentions.read_names import Pairs, Rows, read_names

PARTS = {"N": "Northern", "S": "Southern", "E": "Eastern", "W": "Western", "C": "Central"}
PARTS["M"] = "Middle"
DISTRICT_COURT = "US District Court for the "
BANKRUPTCY_COURT = "US Bankruptcy Court for the "
CIRCUIT_COURT = "US Court of Appeals for the "


@dataclass(frozen=True, kw_only=True, slots=True)
class UsCourts:
    """Holds what names/us_courts.toml says."""

    districts: Rows
    """Maps a state to its parts (- if one district), its short form, its postal code if used."""
    seats: Pairs
    """Lists cities that stand for the court that sits there: "a federal court in Manhattan"."""
    circuits: Rows


@cache
def us_courts() -> UsCourts:
    """Reads names/us_courts.toml at first use."""
    return read_names("us_courts", UsCourts)


def _sitting_in(place: str) -> tuple[str, ...]:
    return (
        *(f"District Court in {place}", f"federal court in {place}", f"{place} federal court"),
        *(f"District Court of {place}", f"district court in {place}"),
    )


def _seated(district: str) -> list[str]:
    seats = us_courts().seats.items()
    return [form for city, at in seats if at == district for form in _sitting_in(city)]


def _district_forms(
    state: str, part: str, short: str, postal: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Returns a court's name without "US District Court for the", and its short forms."""
    if part == "-":
        name = f"District of {state}"
        if state == "Columbia":
            return name, ("D.D.C.", "DDC", f"District Court for the {name}")
        glue = "" if "." in short[:-1] else " "
        forms = [f"D.{glue}{short}", *_sitting_in(state), f"District Court for {state}"]
        return name, (*forms, *_seated(name))
    direction = PARTS[part]
    name = f"{direction} District of {state}"
    forms = [f"{part}.D. {short}", f"{part}D {short.rstrip('.')}", f"{state} {direction} District"]
    forms += [f"{direction} District Court of {state}", f"{part}.D. {state}"]
    if short.count(".") > 1 and " " not in short:
        forms += [f"{part}.D.{short}", f"{part}D{short.replace('.', '')}"]
    forms += [f"{part}{glue}{code}" for code in postal for glue in ("D", ".D.")]
    return name, (*forms, *_seated(name))


def district_courts() -> dict[str, tuple[str, ...]]:
    """Returns each court, and how else it is written; the words "District Court for the" may stand
    before the first of them."""
    courts: dict[str, tuple[str, ...]] = {}
    for state, (parts, short, *postal) in us_courts().districts.items():
        for part in parts:
            name, forms = _district_forms(state, part, short, postal)
            # "District of Columbia" alone is a place.
            courts[DISTRICT_COURT + name] = forms if state == "Columbia" else (name, *forms)
    return courts


def circuit_courts() -> dict[str, tuple[str, ...]]:
    """Returns each court of appeals, and how else it is written."""
    courts: dict[str, tuple[str, ...]] = {}
    for ordinal, others in us_courts().circuits.items():
        forms = [f"{word} {noun}" for word in (ordinal, *others) for noun in ("Circuit", "Cir.")]
        courts[f"{CIRCUIT_COURT}{ordinal} Circuit"] = tuple(forms)
    courts[f"{CIRCUIT_COURT}Federal Circuit"] += ("CAFC", "Fed. Cir.", "Fed Cir")
    return courts
