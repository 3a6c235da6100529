"""Federal courts of the United States in all spellings of the press.

Districts and their short forms: 28 U.S.C. §§ 81-131 and The Bluebook, table T7.
"""

DISTRICTS: dict[str, tuple[str, str]] = {
    # State: its parts (- if it is one district), and how it is cut short.
    "Alabama": ("NMS", "Ala."),
    "Alaska": ("-", "Alaska"),
    "Arizona": ("-", "Ariz."),
    "Arkansas": ("EW", "Ark."),
    "California": ("NECS", "Cal."),
    "Colorado": ("-", "Colo."),
    "Connecticut": ("-", "Conn."),
    "Delaware": ("-", "Del."),
    "Columbia": ("-", "D.C."),
    "Florida": ("NMS", "Fla."),
    "Georgia": ("NMS", "Ga."),
    "Hawaii": ("-", "Haw."),
    "Idaho": ("-", "Idaho"),
    "Illinois": ("NCS", "Ill."),
    "Indiana": ("NS", "Ind."),
    "Iowa": ("NS", "Iowa"),
    "Kansas": ("-", "Kan."),
    "Kentucky": ("EW", "Ky."),
    "Louisiana": ("EMW", "La."),
    "Maine": ("-", "Me."),
    "Maryland": ("-", "Md."),
    "Massachusetts": ("-", "Mass."),
    "Michigan": ("EW", "Mich."),
    "Minnesota": ("-", "Minn."),
    "Mississippi": ("NS", "Miss."),
    "Missouri": ("EW", "Mo."),
    "Montana": ("-", "Mont."),
    "Nebraska": ("-", "Neb."),
    "Nevada": ("-", "Nev."),
    "New Hampshire": ("-", "N.H."),
    "New Jersey": ("-", "N.J."),
    "New Mexico": ("-", "N.M."),
    "New York": ("NSEW", "N.Y."),
    "North Carolina": ("EMW", "N.C."),
    "North Dakota": ("-", "N.D."),
    "Ohio": ("NS", "Ohio"),
    "Oklahoma": ("NEW", "Okla."),
    "Oregon": ("-", "Or."),
    "Pennsylvania": ("EMW", "Pa."),
    "Puerto Rico": ("-", "P.R."),
    "Rhode Island": ("-", "R.I."),
    "South Carolina": ("-", "S.C."),
    "South Dakota": ("-", "S.D."),
    "Tennessee": ("EMW", "Tenn."),
    "Texas": ("NSEW", "Tex."),
    "Utah": ("-", "Utah"),
    "Vermont": ("-", "Vt."),
    "Virginia": ("EW", "Va."),
    "Washington": ("EW", "Wash."),
    "West Virginia": ("NS", "W. Va."),
    "Wisconsin": ("EW", "Wis."),
    "Wyoming": ("-", "Wyo."),
}
PARTS = {"N": "Northern", "S": "Southern", "E": "Eastern", "W": "Western", "C": "Central"}
PARTS["M"] = "Middle"
POSTAL = {"California": "CA", "Texas": "TX", "Virginia": "VA", "Florida": "FL", "Illinois": "IL"}
POSTAL |= {"New Jersey": "NJ", "Pennsylvania": "PA", "Michigan": "MI", "Missouri": "MO"}
POSTAL |= {"North Carolina": "NC", "Georgia": "GA", "Washington": "WA", "Ohio": "OH"}
DISTRICT_COURT = "US District Court for the "
BANKRUPTCY_COURT = "US Bankruptcy Court for the "

SEATS: dict[str, str] = {
    # Cities that stand for the court that sits there: "a federal court in Manhattan".
    "Alexandria": "Eastern District of Virginia",
    "Atlanta": "Northern District of Georgia",
    "Baltimore": "District of Maryland",
    "Boston": "District of Massachusetts",
    "Brooklyn": "Eastern District of New York",
    "Chicago": "Northern District of Illinois",
    "Dallas": "Northern District of Texas",
    "Denver": "District of Colorado",
    "Detroit": "Eastern District of Michigan",
    "Houston": "Southern District of Texas",
    "Las Vegas": "District of Nevada",
    "Los Angeles": "Central District of California",
    "Manhattan": "Southern District of New York",
    "Miami": "Southern District of Florida",
    "Minneapolis": "District of Minnesota",
    "Newark": "District of New Jersey",
    "Oakland": "Northern District of California",
    "Philadelphia": "Eastern District of Pennsylvania",
    "Phoenix": "District of Arizona",
    "Pittsburgh": "Western District of Pennsylvania",
    "San Diego": "Southern District of California",
    "San Francisco": "Northern District of California",
    "San Jose": "Northern District of California",
    "Seattle": "Western District of Washington",
    "Wilmington": "District of Delaware",
}

CIRCUITS: dict[str, tuple[str, ...]] = {
    "First": ("1st",),
    "Second": ("2nd", "2d"),
    "Third": ("3rd", "3d"),
    "Fourth": ("4th",),
    "Fifth": ("5th",),
    "Sixth": ("6th",),
    "Seventh": ("7th",),
    "Eighth": ("8th",),
    "Ninth": ("9th",),
    "Tenth": ("10th",),
    "Eleventh": ("11th",),
    "District of Columbia": ("D.C.", "DC"),
    "Federal": (),
}
CIRCUIT_COURT = "US Court of Appeals for the "


def _sitting_in(place: str) -> tuple[str, ...]:
    return (
        *(f"District Court in {place}", f"federal court in {place}", f"{place} federal court"),
        *(f"District Court of {place}", f"district court in {place}"),
    )


def _seated(district: str) -> list[str]:
    return [form for city, at in SEATS.items() if at == district for form in _sitting_in(city)]


def _district_forms(state: str, part: str, short: str) -> tuple[str, tuple[str, ...]]:
    """(its name without "US District Court for the", its short forms)."""
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
    if state in POSTAL:
        forms += [f"{part}D{POSTAL[state]}", f"{part}.D.{POSTAL[state]}"]
    return name, (*forms, *_seated(name))


def district_courts() -> dict[str, tuple[str, ...]]:
    """Each court, and how else it is written; the words "District Court for the" may stand before
    the first of them."""
    courts: dict[str, tuple[str, ...]] = {}
    for state, (parts, short) in DISTRICTS.items():
        for part in parts:
            name, forms = _district_forms(state, part, short)
            # "District of Columbia" alone is a place.
            courts[DISTRICT_COURT + name] = forms if state == "Columbia" else (name, *forms)
    return courts


def circuit_courts() -> dict[str, tuple[str, ...]]:
    """Each court of appeals, and how else it is written."""
    courts: dict[str, tuple[str, ...]] = {}
    for ordinal, others in CIRCUITS.items():
        forms = [f"{word} {noun}" for word in (ordinal, *others) for noun in ("Circuit", "Cir.")]
        courts[f"{CIRCUIT_COURT}{ordinal} Circuit"] = tuple(forms)
    courts[f"{CIRCUIT_COURT}Federal Circuit"] += ("CAFC", "Fed. Cir.", "Fed Cir")
    return courts
