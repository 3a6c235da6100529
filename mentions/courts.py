"""Courts and tribunals, each under today's name, short where everybody uses the short form.

Tribunals of offices (TTAB, Boards of Appeal) are courts here: they decide between parties.
"""

from mentions.place_names import COUNTRIES, STATES
from mentions.us_courts import circuit_courts, district_courts

COURTS: dict[str, tuple[str, ...]] = {
    # European Union
    "CJEU": (
        *("Court of Justice of the European Union", "European Court of Justice", "ECJ", "EUCJ"),
        *("Court of Justice of the European Communities", "Court of Justice of the EU", "CJUE"),
        *("EU Court of Justice", "EU's Court of Justice", "EU top court", "EU's top court"),
        *("European Union Court of Justice", "European Union's Court of Justice"),
        *("Europe's top court", "EU's highest court", "Europe's highest court"),
    ),
    "EU General Court": (
        *("General Court", "General Court of the European Union", "General Court of the EU"),
        *("European General Court", "EU's General Court", "European Union General Court", "EGC"),
        *("Tribunal de l'Union européenne", "Gericht der Europäischen Union"),
        *("Tribunal General de la Unión Europea", "Tribunale dell'Unione europea"),
        *("European Union's General Court", "General Court of the CJEU", "CFI", "GCEU"),
        *(
            "Court of First Instance of the European Communities",
            "European Court of First Instance",
        ),
        *("Court of First Instance of the European Union", "EU Court of First Instance"),
        *("Court of First Instance",),
    ),
    "EUIPO Boards of Appeal": (
        *("EUIPO Board of Appeal", "EUIPO's Board of Appeal", "EUIPO's Boards of Appeal"),
        *("OHIM Board of Appeal", "OHIM's Board of Appeal", "OHIM Boards of Appeal"),
        *("OHIM's Boards of Appeal", "Grand Board of Appeal", "EUIPO Grand Board of Appeal"),
        *("EUIPO BoA", "EUIPO's BoA", "Grand Board", "EUIPO's Grand Board of Appeal"),
        *("Grand Board of the EUIPO", "EUIPO Grand Board", "EUIPO's Grand Board"),
        *(
            f"{whose}{nth} Board of Appeal"
            for whose in ("", "EUIPO ", "EUIPO's ", "OHIM ", "OHIM's ")
            for nth in ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
        ),
    ),
    "EPO Boards of Appeal": (
        *("EPO Board of Appeal", "EPO's Board of Appeal", "EPO's Boards of Appeal"),
        *("Enlarged Board of Appeal", "EPO Enlarged Board of Appeal", "Technical Board of Appeal"),
    ),
    "Unified Patent Court": ("UPC",),
    "European Court of Human Rights": ("ECHR", "ECtHR"),
    "EFTA Court": (),
    "EU Civil Service Tribunal": ("Civil Service Tribunal",),
    "Benelux Court of Justice": ("Benelux Court",),
    # United States
    "US Supreme Court": (
        *(
            "Supreme Court of the United States",
            "SCOTUS",
            "U.S. Supreme Court",
            "US' Supreme Court",
        ),
        *("United States Supreme Court", "US supreme court", "American Supreme Court"),
        *("Supreme Court of the US", "Supreme Court of the U.S."),
    ),
    "TTAB": (
        *("Trademark Trial and Appeal Board", "USPTO's Trademark Trial and Appeal Board"),
        *("Trademark Trial & Appeal Board", "Trademark Trials and Appeals Board", "T.T.A.B."),
        *("USPTO's TTAB", "Trademark Trial and Appeals Board", "Trade Mark Trial and Appeal Board"),
        *("US Trademark Trial and Appeal Board", "U.S. Trademark Trial and Appeal Board"),
    ),
    "PTAB": (
        *("Patent Trial and Appeal Board", "Patent Trial & Appeal Board", "USPTO's PTAB"),
        *("Board of Patent Appeals and Interferences", "BPAI"),
    ),
    "US International Trade Commission": (
        *("U.S. International Trade Commission", "International Trade Commission", "USITC", "ITC"),
        *("United States International Trade Commission", "US ITC"),
    ),
    "US Court of International Trade": ("Court of International Trade",),
    "US Court of Federal Claims": ("Court of Federal Claims",),
    "US Copyright Claims Board": ("Copyright Claims Board",),
    "Court of Customs and Patent Appeals": ("CCPA",),
    "Delaware Court of Chancery": ("Delaware Chancery Court", "Court of Chancery of Delaware"),
    # United Kingdom and Ireland
    "UK Supreme Court": (
        *(
            "Supreme Court of the United Kingdom",
            "UKSC",
            "UK's Supreme Court",
            "U.K. Supreme Court",
        ),
        *("United Kingdom Supreme Court", "British Supreme Court", "Supreme Court of the UK"),
        *("House of Lords",),
    ),
    "Court of Appeal of England and Wales": (
        *("English Court of Appeal", "UK Court of Appeal", "UK's Court of Appeal", "EWCA"),
        *("England and Wales Court of Appeal", "London Court of Appeal", "British Court of Appeal"),
        *("Court of Appeal for England and Wales", "Court of Appeal in London"),
        *("England & Wales Court of Appeal", "London's Court of Appeal", "UK appeal court"),
        *("Court of Appeal of England & Wales", "Court of Appeal (England and Wales)"),
        *("England's Court of Appeal", "U.K. Court of Appeal"),
    ),
    "High Court of England and Wales": (
        *(
            "English High Court",
            "UK High Court",
            "UK's High Court",
            "High Court of Justice",
            "EWHC",
        ),
        *("England and Wales High Court", "London High Court", "London's High Court"),
        *("High Court in London", "British High Court", "High Court of England", "Patents Court"),
        *("High Court of Justice of England and Wales", "High Court for England and Wales"),
        *("High Court of Justice in London", "Chancery Division", "High Court of England & Wales"),
        *("England and Wales High Court of Justice", "Chancery Division of the High Court"),
        *("England's High Court", "High Court (England and Wales)", "U.K. High Court"),
        *("Chancery Division of the High Court of Justice", "England & Wales High Court"),
        *("Patents Court of England and Wales", "English Patents Court", "UK Patents Court"),
        *("Business and Property Courts", "High Court of London", "High Court (Chancery Division)"),
    ),
    "IPEC": (
        *("Intellectual Property Enterprise Court", "IP Enterprise Court", "UK IPEC"),
        *("Patents County Court", "PCC", "UK Intellectual Property Enterprise Court"),
        *("UK's Intellectual Property Enterprise Court", "English Patents County Court"),
        *("UK Patents County Court", "London Patents County Court"),
    ),
    "Appointed Person": ("appointed person", "UK Appointed Person"),
    "UK Copyright Tribunal": ("Copyright Tribunal",),
    "High Court of Justiciary": ("Scottish High Court of Justiciary", "HCJAC"),
    "Court of Session": (
        "Scottish Court of Session",
        "Scotland's Court of Session",
        "CSOH",
        "CSIH",
    ),
    "Privy Council": ("Judicial Committee of the Privy Council", "UKPC", "JCPC"),
    "High Court of Northern Ireland": ("Northern Ireland High Court", "NIHC"),
    "High Court of Ireland": ("Irish High Court", "Dublin High Court"),
    # German-speaking countries
    "BGH": (
        *("Bundesgerichtshof", "German Federal Court of Justice", "Federal Court of Justice"),
        *(
            "German Federal Supreme Court",
            "German Supreme Court",
            "Germany's Federal Court of Justice",
        ),
        *("Germany's Supreme Court", "Germany's Federal Supreme Court", "Supreme Court of Germany"),
        *("Federal Supreme Court of Germany", "Federal Court of Justice of Germany", "FCJ"),
        *("Federal Court of Justice in Germany", "Germany's BGH", "German BGH"),
    ),
    "BPatG": (
        *("Bundespatentgericht", "German Federal Patent Court", "Federal Patent Court", "GFPC"),
        *(
            "German Patent Court",
            "Germany's Federal Patent Court",
            "Federal Patent Court of Germany",
        ),
    ),
    "Berlin Higher Regional Court": ("Kammergericht", "Kammergericht Berlin", "KG Berlin"),
    "Supreme Court of Austria": ("OGH", "Oberster Gerichtshof"),
    "Swiss Federal Supreme Court": (
        *("Swiss Supreme Court", "Federal Supreme Court of Switzerland", "Swiss Federal Tribunal"),
        *("Swiss Federal Court", "Supreme Court of Switzerland", "Switzerland's Supreme Court"),
        *("Switzerland's Federal Supreme Court",),
    ),
    "Swiss Federal Administrative Court": (
        *(
            "Federal Administrative Court of Switzerland",
            "Switzerland's Federal Administrative Court",
            "Federal Administrative Court",
        ),
    ),
    "Swiss Federal Patent Court": ("Federal Patent Court of Switzerland",),
    # France, Benelux, Italy, Spain
    "French Cour de cassation": (
        *("Cour de cassation", "Cour de Cassation", "French Supreme Court", "Court of Cassation"),
        *("French Court of Cassation", "France's Supreme Court", "Supreme Court of France"),
        *("France's Cour de cassation", "French Cour de Cassation", "French cour de cassation"),
        *("France's Court of Cassation",),
    ),
    "Paris Judicial Court": (
        *("Tribunal judiciaire de Paris", "Tribunal de grande instance de Paris", "TGI Paris"),
        *("Paris Court of First Instance", "Paris Tribunal de Grande Instance", "TGI de Paris"),
        *(
            "Paris Tribunal of First Instance",
            "Tribunal Judiciaire de Paris",
            "Paris District Court",
        ),
        *("Tribunal de Grande Instance de Paris", "Tribunal de Grande Instance of Paris"),
        *("Paris High Court", "Judicial Court of Paris", "Paris Tribunal Judiciaire", "TJ Paris"),
        *("Paris First Instance Court", "Court of First Instance of Paris", "High Court of Paris"),
        *("Paris Regional Court", "Tribunal of First Instance of Paris"),
    ),
    "Paris Court of Appeal": (
        "Cour d'appel de Paris",
        "Cour d'Appel de Paris",
        "Paris Cour d'appel",
    ),
    "Supreme Court of the Netherlands": ("Hoge Raad", "Dutch Hoge Raad"),
    "Italian Supreme Court": (
        *("Corte di Cassazione", "Italian Court of Cassation", "Corte di cassazione"),
        *("Italian Supreme Court of Cassation", "Italy's Supreme Court", "Supreme Court of Italy"),
        *("Supreme Court of Cassation", "Italy's Court of Cassation"),
        *("Italy's Supreme Court of Cassation", "Italian Corte di Cassazione"),
    ),
    **{
        f"Court of {city}": (
            *(f"{city} Court", f"Tribunal of {city}", f"{city} Tribunal", f"Tribunale di {city}"),
            *(f"{city} Court of First Instance", f"Court of First Instance of {city}"),
            *(f"Tribunale di {local}", f"{city} District Court", f"District Court of {city}"),
        )
        for city, local in {
            **{"Milan": "Milano", "Rome": "Roma", "Turin": "Torino", "Naples": "Napoli"},
            **{"Venice": "Venezia", "Florence": "Firenze", "Genoa": "Genova"},
            **{"Bologna": "Bologna", "Catania": "Catania"},
        }.items()
    },
    "Supreme Court of Spain": ("Tribunal Supremo", "Spanish Tribunal Supremo"),
    **{
        f"{city} Court of Appeal": (
            *(f"Audiencia Provincial de {city}", f"Audiencia Provincial of {city}"),
            *(f"{city} Provincial Court", f"Provincial Court of {city}"),
        )
        for city in ("Alicante", "Barcelona", "Madrid", "Valencia", "Granada")
    },
    "Swedish Patent and Market Court": (
        *(
            "Patent and Market Court",
            "Sweden's Patent and Market Court",
            "Patents and Market Court",
        ),
    ),
    "Swedish Patent and Market Court of Appeal": (
        *("Patent and Market Court of Appeal", "Sweden's Patent and Market Court of Appeal"),
    ),
    "Danish Maritime and Commercial High Court": (
        *("Maritime and Commercial High Court", "Danish Maritime and Commercial Court"),
        *("Maritime and Commercial Court", "Denmark's Maritime and Commercial High Court"),
    ),
    "Finnish Market Court": ("Market Court of Finland", "Market Court", "Finland's Market Court"),
    # Asia and Oceania
    "Supreme Court of India": ("Apex Court of India", "India's apex court"),
    **{
        f"{city} High Court": (f"{city} HC", f"High Court of Judicature at {city}")
        for city in ("Delhi", "Bombay", "Madras", "Calcutta", "Allahabad", "Karnataka", "Kerala")
    },
    "High Court of Malaya": (),
    "IPAB": (
        *("Intellectual Property Appellate Board", "Indian Intellectual Property Appellate Board"),
        *("India's Intellectual Property Appellate Board", "India's IPAB", "Indian IPAB"),
    ),
    "Supreme People's Court": (
        *("Chinese Supreme People's Court", "China's Supreme People's Court", "SPC"),
        *("Supreme People's Court of China", "China's Supreme Court", "Chinese Supreme Court"),
        *("Supreme Court of China", "China's top court", "China's highest court"),
        *("People's Supreme Court", "People's Supreme Court of China"),
        *(
            "Supreme People's Court of the People's Republic of China",
            "SPC of China",
            "China's SPC",
        ),
    ),
    "TRAB": ("Trademark Review and Adjudication Board", "China's TRAB", "Chinese TRAB"),
    "Hong Kong Court of Final Appeal": ("Court of Final Appeal", "HKCFA"),
    "Hong Kong Court of First Instance": ("Court of First Instance of Hong Kong",),
    "IP High Court of Japan": (
        *("Intellectual Property High Court", "IP High Court", "Japan's IP High Court"),
        *(
            "Japanese Intellectual Property High Court",
            "Japanese IP High Court",
            "Japan IP High Court",
        ),
        *("Intellectual Property High Court of Japan", "Japan's Intellectual Property High Court"),
        *("Tokyo IP High Court", "Tokyo Intellectual Property High Court"),
    ),
    "Federal Court of Australia": (
        *(
            "Australian Federal Court",
            "Australia's Federal Court",
            "FCA",
            "Federal Court in Australia",
        ),
        *("Federal Court of Australia in Sydney",),
    ),
    "Full Federal Court of Australia": (
        *("Full Federal Court", "Full Court of the Federal Court of Australia", "FCAFC"),
        *("Full Court of the Federal Court", "Australia's Full Federal Court"),
        *("Australian Full Federal Court",),
    ),
    "High Court of Australia": ("HCA",),
    "Federal Circuit Court of Australia": (
        *("Federal Circuit and Family Court of Australia", "Federal Circuit and Family Court"),
    ),
    **{
        f"Supreme Court of {state}": (f"{state} Supreme Court", f"{state}'s Supreme Court", *short)
        for state, short in (
            *(("New South Wales", ("NSW Supreme Court",)), ("Victoria", ()), ("Queensland", ())),
            *(("Western Australia", ()), ("British Columbia", ("BC Supreme Court",))),
        )
    },
    "High Court of New Zealand": ("NZHC",),
    "Supreme Court of New Zealand": ("NZSC",),
    "Court of Appeal of New Zealand": ("NZCA",),
    "High Court of Singapore": ("SGHC",),
    "Singapore International Commercial Court": ("SICC",),
    "Thai Central Intellectual Property and International Trade Court": (
        *("Central Intellectual Property and International Trade Court", "CIPITC"),
        *("Central IP and International Trade Court", "Thailand's IP&IT Court"),
    ),
    "Korean Patent Court": (
        *("Patent Court of Korea", "South Korea's Patent Court", "IP High Court of Korea"),
        *("South Korean Patent Court", "Patent Court of South Korea", "Korea's Patent Court"),
    ),
    "IPTAB": (
        *("Intellectual Property Trial and Appeal Board", "KIPO's IPTAB"),
        *("Korean Intellectual Property Trial and Appeal Board",),
    ),
    "Taiwan IP and Commercial Court": (
        *("Intellectual Property and Commercial Court", "IP and Commercial Court", "IPCC"),
        *("Taiwan Intellectual Property Court", "Taiwan's Intellectual Property Court"),
        *("Taiwan IP Court", "Intellectual Property Court of Taiwan"),
        *("Taiwan's IP Court", "Taiwan Intellectual Property and Commercial Court"),
        *("Taiwan's Intellectual Property and Commercial Court",),
    ),
    # Canada, Latin America, Russia, Africa
    "Federal Court of Canada": (
        *("Canadian Federal Court", "Canada's Federal Court", "Canada Federal Court"),
    ),
    "Federal Court of Appeal": (
        *("Canadian Federal Court of Appeal", "Federal Court of Appeal of Canada"),
        *("Canada's Federal Court of Appeal", "Canada Federal Court of Appeal"),
    ),
    "Supreme Court of Canada": ("SCC",),
    "Trademarks Opposition Board": (
        *("Trade-marks Opposition Board", "Trade Marks Opposition Board", "CIPO's TMOB", "TMOB"),
        *("Canadian Trademarks Opposition Board", "Trademark Opposition Board"),
    ),
    "Brazilian Superior Court of Justice": (
        *("Superior Court of Justice of Brazil", "Brazil's Superior Court of Justice"),
        *("Superior Tribunal de Justiça", "Superior Court of Justice in Brazil"),
    ),
    "Brazilian Federal Supreme Court": (
        *("Federal Supreme Court of Brazil", "Brazil's Federal Supreme Court"),
        *("Supremo Tribunal Federal", "Supreme Court of Brazil", "Brazil's Supreme Court"),
        *("Brazilian Supreme Court",),
    ),
    "Mexican Supreme Court": (
        *("Supreme Court of Mexico", "Mexico's Supreme Court", "SCJN"),
        *("Mexican Supreme Court of Justice", "Supreme Court of Justice of the Nation"),
        *("Mexico's Supreme Court of Justice",),
    ),
    "Mexican Federal Court of Administrative Justice": (
        *("Federal Court of Administrative Justice", "TFJA", "SEPI"),
        *("Federal Tribunal of Administrative Justice", "Specialised IP Chamber"),
    ),
    "Andean Court of Justice": (
        *("Court of Justice of the Andean Community", "Andean Tribunal of Justice"),
        *("Andean Community Court of Justice", "Andean Community's Court of Justice"),
    ),
    "Russian IP Court": (
        *("Intellectual Property Rights Court", "IP Rights Court", "Russia's IP Court"),
        *("Russian Intellectual Property Court", "Russian Intellectual Property Rights Court"),
        *(
            "Intellectual Property Court of Russia",
            "IP Court of Russia",
            "Russia's IP Rights Court",
        ),
        *(
            "Russian Court for Intellectual Property Rights",
            "Court for Intellectual Property Rights",
        ),
        *("Court for Intellectual Rights", "Russian IP Rights Court"),
    ),
    "Supreme Court of Appeal of South Africa": (
        *("South African Supreme Court of Appeal", "Supreme Court of Appeal", "SCA"),
        *("South Africa's Supreme Court of Appeal",),
    ),
    "Federal High Court of Nigeria": (
        *("Federal High Court", "Nigerian Federal High Court", "Lagos Federal High Court"),
        *("Nigeria's Federal High Court", "Federal High Court in Lagos"),
    ),
    "Danish Eastern High Court": ("Eastern High Court of Denmark", "Eastern High Court"),
    "Danish Western High Court": ("Western High Court of Denmark", "Western High Court"),
    "US Copyright Royalty Board": ("Copyright Royalty Board",),
    "World Court": ("International Court of Justice", "ICJ"),
}

OF_A_COUNTRY = (
    *("Supreme Court", "High Court", "Court of Appeal", "Constitutional Court", "Federal Court"),
    *("Commercial Court", "Federal Supreme Court", "Administrative Court", "Court of Cassation"),
)
"""What a country calls its courts; "Supreme Court of Norway" is the normal form."""

CAUTIOUS = {
    # Short forms that mean something else too: taken where one of these words stands in the text.
    "CFI": ("General Court", "First Instance", "OHIM", "ECJ", "CJEU", "Community trade"),
    "Court of First Instance": ("OHIM", "ECJ", "Community trade", "EU", "CTM", "CFI", "EUIPO"),
    "UPC": ("Unified Patent", "UPC Agreement", "European patent", "unitary"),
    "ITC": ("Trade Commission", "337", "exclusion order", "US ITC"),
    "PCC": ("Patents County", "IPEC", "HHJ", "UK", "small claims"),
    "SPC": ("People's Court",),
    "SCA": ("Supreme Court of Appeal", "South Africa"),
    "SCC": ("Supreme Court of Canada", "Canad"),
    "FCA": ("Federal Court",),
    "HCA": ("High Court of Australia",),
    "FCJ": ("Federal Court of Justice", "German"),
    "OGH": ("Austria",),
    "CCPA": ("Customs and Patent", "Federal Circuit"),
    "ECHR": ("Court of Human Rights",),
    "EGC": ("General Court",),
    "SEPI": ("Mexic",),
    "IPCC": ("Taiwan",),
    "IPTAB": ("Korea", "KIPO"),
    "House of Lords": ("ruled", "held", "appeal", "judgment", "decision", "Lord "),
    "Grand Board": ("EUIPO", "OHIM"),
    "International Trade Commission": ("US", "U.S.", "337", "ITC", "United States"),
    "Privy Council": ("ppeal", "ruled", "held", "judgment", "decision", "UKPC", "Lord", "Lady"),
    "Court of Cassation": ("French", "France", "Paris"),
    "Supreme Court of Cassation": ("Ital", "Rome", "Milan"),
    "Federal Court of Appeal": ("Canad", "Ottawa", "Toronto"),
    "Market Court": ("Finland", "Finnish", "Helsinki"),
    "Court of Chancery": ("Delaware",),
    "Federal Administrative Court": ("Swiss", "Switzerland"),
    "Copyright Tribunal": ("UK", "British", "London", "England"),
    "Business and Property Courts": ("High Court", "London", "England", "UK"),
    "Court of Session": ("Scot", "Edinburgh", "UK"),
    "Supreme Court of Appeal": ("South Africa",),
}


def _countries() -> dict[str, tuple[str, ...]]:
    courts: dict[str, tuple[str, ...]] = {}
    for country, others in COUNTRIES.items():
        plain = country.removeprefix("the ")
        for court in OF_A_COUNTRY:
            forms = [f"{name} {court}" for name in (plain, *others)]
            forms += [f"{plain}'s {court}", f"{court} in {country}", f"{court} for {country}"]
            forms += [f"{court} of {name}" for name in others if name[-2:] in ("ic", "ea", "on")]
            courts[f"{court} of {country}"] = tuple(forms)
    return courts


def _states() -> dict[str, tuple[str, ...]]:
    return {
        f"{state} {court}": (f"{court} of {state}", f"{state}'s {court}", f"{state} State {court}")
        for state in STATES
        for court in ("Supreme Court", "Superior Court", "Court of Appeals")
    }


def all_courts() -> dict[str, tuple[str, ...]]:
    """Each court that is known by name, and how else it is written; of two courts of one form the
    later one has it."""
    general = _countries() | _states() | circuit_courts() | district_courts()
    return general | {name: (*general.get(name, ()), *forms) for name, forms in COURTS.items()}
