"""IP offices and the bodies beside them, each under the name by which the trade press calls it
today; what an office was called before, and what went into it, is joined to it."""

from mentions.place_names import COUNTRIES

OFFICES: dict[str, tuple[str, ...]] = {
    "USPTO": (
        *("United States Patent and Trademark Office", "US Patent and Trademark Office", "US PTO"),
        *("U.S. Patent and Trademark Office", "Patent and Trademark Office", "PTO", "U.S. PTO"),
        *("US Patent & Trademark Office", "U.S. Patent & Trademark Office", "US Trademark Office"),
        *("United States Patent & Trademark Office", "Patent & Trademark Office", "USPTO.gov"),
        *("US Patent Office", "U.S. Patent Office", "U.S. Trademark Office"),
        *("US patent and trademark office", "United States Patent Office"),
    ),
    "US Copyright Office": ("U.S. Copyright Office", "Copyright Office", "USCO"),
    "EUIPO": (
        *("European Union Intellectual Property Office", "EU Intellectual Property Office", "OHIM"),
        *(
            "Office for Harmonization in the Internal Market",
            "EU IPO",
            "OHMI",
            "EU trademark office",
        ),
        *("Office for Harmonisation in the Internal Market", "EU's Intellectual Property Office"),
        *(
            "Office of Harmonization for the Internal Market",
            "European Intellectual Property Office",
        ),
        *("Office of Harmonisation for the Internal Market", "EU IP Office", "EU's IP office"),
        *("Office for Harmonization of the Internal Market", "European Union IP Office"),
        *("Office for Harmonisation of the Internal Market", "EU trade mark office"),
        *("Community Trade Mark Office", "European Union's Intellectual Property Office"),
        *("Office of Harmonization of the Internal Market", "EU's trademark office"),
        *("Office of Harmonisation in the Internal Market",),
        *("Office of Harmonization in the Internal Market",),
    ),
    "UKIPO": (
        *(
            "UK Intellectual Property Office",
            "UK IPO",
            "UK-IPO",
            "UK's Intellectual Property Office",
        ),
        *(
            "United Kingdom Intellectual Property Office",
            "UK IP Office",
            "UK Patent Office",
            "UK's IPO",
        ),
        *(
            "U.K. Intellectual Property Office",
            "Intellectual Property Office of the United Kingdom",
        ),
        *(
            "British Intellectual Property Office",
            "UK Trade Marks Registry",
            "UK Trade Mark Registry",
        ),
        *("Intellectual Property Office of the UK", "UK Trademark Registry", "UK's UKIPO"),
        *("UK Trade Mark Office", "UK's IP Office"),
    ),
    "CNIPA": (
        *("China National Intellectual Property Administration", "SIPO", "SAIC", "CTMO"),
        *("Chinese National Intellectual Property Administration", "Chinese Trademark Office"),
        *("National Intellectual Property Administration", "China Trademark Office", "SAIC's CTMO"),
        *("State Intellectual Property Office", "Chinese State Intellectual Property Office"),
        *("State Administration for Industry and Commerce", "Chinese Trade Mark Office"),
        *("State Administration for Industry & Commerce", "China Trade Mark Office"),
        *("State Administration of Industry and Commerce", "China's Trademark Office"),
        *("China Trade Marks Office", "China's State Intellectual Property Office"),
        *("China's National Intellectual Property Administration", "China's Trade Mark Office"),
        *("State Intellectual Property Office of China", "China's SIPO", "China's CNIPA"),
        *("Trademark Office of China", "Chinese Trademarks Office", "China's SAIC"),
        *("National Intellectual Property Administration of China", "China IP Office"),
        *("China National Intellectual Property Office", "China's intellectual property office"),
        *("China's IP office", "China's IP Office", "Chinese IP office", "Chinese IP Office"),
    ),
    "DPMA": (
        *("German Patent and Trade Mark Office", "German Patent and Trademark Office", "GPTO"),
        *("Deutsches Patent- und Markenamt", "German Patent & Trade Mark Office"),
        *(
            "German Patent & Trademark Office",
            "German Trademark Office",
            "German Trade Mark Office",
        ),
        *("German Patent Office", "Germany's patent and trademark office", "German IP office"),
    ),
    "INPI": (
        *("Institut national de la propriété industrielle", "French INPI", "INPI France"),
        *("National Institute of Industrial Property", "French Trademark Office", "France's INPI"),
        *("Institut National de la Propriété Industrielle", "French Trade Mark Office"),
        *(
            "French National Institute of Industrial Property",
            "French IP office",
            "French IP Office",
        ),
        *("French Patent and Trademark Office", "French Intellectual Property Office"),
        *(
            "National Industrial Property Institute",
            "French National Industrial Property Institute",
        ),
        *("French Patent Office", "French PTO"),
    ),
    "INPI Brazil": (
        *("Brazilian INPI", "Brazilian Patent and Trademark Office", "BPTO", "Brazil's INPI"),
        *("Brazilian Trademark Office", "Brazilian National Institute of Industrial Property"),
        *(
            "Instituto Nacional da Propriedade Industrial",
            "Brazilian PTO",
            "Brazilian Patent Office",
        ),
        *("Brazil's National Institute of Industrial Property", "Brazilian Trademarks Office"),
        *("Brazil's Patent and Trademark Office", "Brazilian BPTO", "Brazilian IP office"),
    ),
    "INPI Argentina": (
        *("Argentine INPI", "Argentinian INPI", "Argentina's INPI", "Argentine Trademark Office"),
        *("Argentine Patent and Trademark Office", "Argentinian Trademark Office"),
        *("Argentine National Institute of Industrial Property",),
    ),
    "INPI Portugal": (
        *("Portuguese INPI", "Portugal's INPI", "Portuguese Institute of Industrial Property"),
        *("Portuguese Trademark Office", "Portuguese Industrial Property Institute"),
        *("Portuguese Patent and Trademark Office", "Portuguese IP office"),
    ),
    "INAPI": ("Chilean Patent and Trademark Office", "Chilean Trademark Office", "Chile's INAPI"),
    "BOIP": (
        *("Benelux Office for Intellectual Property", "Benelux Trademark Office", "BBM"),
        *("Benelux Intellectual Property Office", "Benelux Trade Mark Office", "Benelux Office"),
        *("Benelux Trademarks Office", "Benelux Trade Marks Office", "Benelux IP Office"),
    ),
    "UIBM": ("Italian Patent and Trademark Office", "Italian Trademark Office", "Italian PTO"),
    "OEPM": (
        *("Spanish Patent and Trademark Office", "SPTO", "Spanish Patent and Trade Mark Office"),
        *("Oficina Española de Patentes y Marcas", "Spanish Trademark Office", "Spanish PTO"),
    ),
    "Swiss IPI": (
        *("Swiss Federal Institute of Intellectual Property", "IGE", "Swiss Trademark Office"),
        *("Federal Institute of Intellectual Property", "Swiss Institute of Intellectual Property"),
        *("Swiss IP office", "Swiss IP Office", "Swiss Intellectual Property Institute", "IGE/IPI"),
        *("Swiss Federal Intellectual Property Institute",),
    ),
    "Austrian Patent Office": ("Austrian patent office",),
    "PRV": (
        *("Swedish Intellectual Property Office", "Swedish Patent and Registration Office"),
        *("Swedish Patent Office",),
    ),
    "NIPO": ("Norwegian Industrial Property Office", "Norwegian Patent Office"),
    "DKPTO": ("Danish Patent and Trademark Office", "Danish Patent Office"),
    "PRH": ("Finnish Patent and Registration Office", "Finnish Patent Office"),
    "Polish Patent Office": ("Patent Office of the Republic of Poland", "PPO", "UPRP"),
    "HIPO": ("Hungarian Intellectual Property Office",),
    "OBI": ("Greek Industrial Property Organisation", "Hellenic Industrial Property Organisation"),
    "IPOI": (
        *("Intellectual Property Office of Ireland", "Irish Patents Office", "Irish IP Office"),
        *("Irish Intellectual Property Office",),
    ),
    "OSIM": ("Romanian State Office for Inventions and Trademarks", "Romanian Trademark Office"),
    "TURKPATENT": (
        *("Turkish Patent and Trademark Office", "Turkish Patent Institute", "TürkPatent", "TPI"),
        *("Turkish Trademark Office", "TPTO", "TÜRKPATENT", "Türk Patent", "TurkPatent"),
        *("Turkish Patent and Trade Mark Office", "Turkish PTO", "Turkish Patent Office"),
    ),
    "Rospatent": (
        *("ROSPATENT", "Federal Service for Intellectual Property", "Russian Patent Office"),
        *(
            "Russian Trademark Office",
            "Russian PTO",
            "Russian Patent and Trademark Office",
            "RUPTO",
        ),
        *("Russia's Rospatent", "Russian Federal Service for Intellectual Property"),
    ),
    "Ukrpatent": ("UKRPATENT", "Ukrainian Intellectual Property Institute", "Ukrainian PTO"),
    "EPO": ("European Patent Office",),
    "EAPO": ("Eurasian Patent Office",),
    "WIPO": (
        *("World Intellectual Property Organization", "World Intellectual Property Organisation"),
        *(
            "WIPO's International Bureau",
            "International Bureau of WIPO",
            "WIPO International Bureau",
        ),
        *("UN World Intellectual Property Organization",),
    ),
    "ARIPO": (
        "African Regional Intellectual Property Organization",
        "African Regional Intellectual Property Organisation",
    ),
    "OAPI": (
        *(
            "African Intellectual Property Organization",
            "African Intellectual Property Organisation",
        ),
        *("Organisation Africaine de la Propriété Intellectuelle",),
    ),
    "CIPC": (
        *("Companies and Intellectual Property Commission", "South African Trade Marks Office"),
        *("CIPRO", "South African Trade Marks Registry"),
    ),
    "KIPI": ("Kenya Industrial Property Institute",),
    "GCC Patent Office": (),
    "SAIP": (
        "Saudi Authority for Intellectual Property",
        "Saudi Authority of Intellectual Property",
    ),
    "ILPO": ("Israel Patent Office", "Israeli Patent Office", "Israel Patents Office"),
    "CGPDTM": (
        *("Controller General of Patents, Designs and Trade Marks", "Indian Trade Marks Registry"),
        *("Controller General of Patents, Designs & Trade Marks", "Indian Trademarks Registry"),
        *("Controller General of Patents, Designs and Trademarks", "Indian Trademark Office"),
        *("Controller General of Patents Designs and Trade Marks", "Indian Trademarks Office"),
        *("Controller General of Patents, Designs & Trademarks", "Indian Trademark Registry"),
        *(
            "Indian Trade Mark Registry",
            "Indian IP office",
            "Indian IP Office",
            "Indian Patent Office",
        ),
        *("Office of the Controller General of Patents, Designs and Trade Marks", "India's CGPDTM"),
        *(
            "Intellectual Property India",
            "India's Trade Marks Registry",
            "Indian Trade Marks Office",
        ),
        *("India's Trademark Registry", "Indian Intellectual Property Office", "IP India"),
        *("India's trademark office", "Trade Marks Registry of India", "Indian Trade Mark Office"),
    ),
    "IPO Pakistan": (
        *("Intellectual Property Organisation of Pakistan", "IPO-Pakistan"),
        *("Intellectual Property Organization of Pakistan", "Pakistan's Trade Marks Registry"),
    ),
    "JPO": (
        *("Japan Patent Office", "Japanese Patent Office", "Japan's Patent Office"),
        *(
            "Japan Trademark Office",
            "Japanese Trademark Office",
            "Japan's JPO",
            "Japan's patent office",
        ),
    ),
    "KIPO": (
        *("Korean Intellectual Property Office", "Korea Intellectual Property Office", "MOIP"),
        *("South Korean Intellectual Property Office", "Ministry of Intellectual Property"),
        *("Korean Ministry of Intellectual Property", "Korean Industrial Property Office"),
        *("South Korea's Intellectual Property Office", "Korean Patent Office"),
    ),
    "TIPO": (
        *("Taiwan Intellectual Property Office", "Taiwan's Intellectual Property Office"),
        *("Taiwanese Intellectual Property Office", "Taiwan IP Office"),
    ),
    "IPOS": (
        *("Intellectual Property Office of Singapore", "Singapore Intellectual Property Office"),
        *(
            "Singapore's Intellectual Property Office",
            "Singapore IP office",
            "Singapore's IP office",
        ),
    ),
    "MyIPO": (
        *("Intellectual Property Corporation of Malaysia", "MYIPO"),
        *("Malaysian Intellectual Property Office",),
    ),
    "IPOPHL": (
        *(
            "Intellectual Property Office of the Philippines",
            "IPOPhil",
            "IPOPHIL",
            "IPO Philippines",
        ),
        *("Philippine Intellectual Property Office", "IP Office of the Philippines"),
        *("Philippines Intellectual Property Office",),
    ),
    "DGIP": (
        *("Directorate General of Intellectual Property", "DJKI", "Indonesian Trademark Office"),
        *("Directorate General of Intellectual Property Rights", "DGIPR"),
    ),
    "IP Viet Nam": (
        *("IP Vietnam", "National Office of Intellectual Property of Vietnam", "NOIP"),
        *(
            "Intellectual Property Office of Vietnam",
            "Vietnam's National Office of Intellectual Property",
        ),
        *("Intellectual Property Office of Viet Nam",),
    ),
    "DIP Thailand": (
        *(
            "Thai Department of Intellectual Property",
            "Thailand's Department of Intellectual Property",
        ),
        *("Department of Intellectual Property of Thailand",),
    ),
    "Hong Kong IPD": (
        *("Hong Kong Intellectual Property Department", "Hong Kong Trade Marks Registry"),
        *("Intellectual Property Department of Hong Kong", "HKIPD"),
    ),
    "IP Australia": (
        "Australian Trade Marks Office",
        "Australian Trade Mark Office",
        "IPA",
        "Australian Patent Office",
        "Australian Trademarks Office",
        "Australian Trademark Office",
    ),
    "IPONZ": (
        *(
            "Intellectual Property Office of New Zealand",
            "New Zealand Intellectual Property Office",
        ),
        *("New Zealand's Intellectual Property Office",),
    ),
    "CIPO": (
        *(
            "Canadian Intellectual Property Office",
            "Canadian IP Office",
            "Canadian Trademarks Office",
        ),
        *("Canadian Trade-marks Office", "Canadian Trademark Office", "Canada's CIPO"),
        *("Canada's Intellectual Property Office", "Canadian Patent Office"),
        *("Canadian Trade-Marks Office",),
    ),
    "IMPI": (
        *("Mexican Institute of Industrial Property", "Mexican Industrial Property Institute"),
        *(
            "Mexican Institute of Intellectual Property",
            "Instituto Mexicano de la Propiedad Industrial",
        ),
        *("Mexican Trademark Office", "Mexican Patent and Trademark Office", "Mexico's IMPI"),
        *("Mexican Trade Mark Office", "Mexican Patent Office", "Mexican PTO"),
        *("Mexico's Institute of Industrial Property", "Mexican IP office"),
    ),
    "INDECOPI": ("Indecopi", "Peruvian Trademark Office", "Peru's Indecopi", "Peru's INDECOPI"),
    "SIC": (
        *("Superintendence of Industry and Commerce", "Superintendency of Industry and Commerce"),
        *("Colombian Trademark Office", "Superintendencia de Industria y Comercio"),
        *(
            "Colombian Superintendence of Industry and Commerce",
            "Colombian Patent and Trademark Office",
        ),
    ),
    "SENADI": ("Ecuadorian Institute of Intellectual Property", "IEPI"),
    "DIGERPI": (),
    "ONAPI": (),
    "JIPO": ("Jamaica Intellectual Property Office",),
}

CAUTIOUS_OFFICES = {
    # Short forms that mean something else too: taken where one of these words stands in the text.
    "PTO": ("Patent", "rademark", "rade mark", "TTAB", "Federal Circuit"),
    "SAIC": (
        "Industry and Commerce",
        "Industry & Commerce",
        "CTMO",
        "CNIPA",
        "SIPO",
        "rademark",
        "rade mark",
    ),
    "EPO": ("atent", "EUIPO", "USPTO", "WIPO"),
    "PPO": ("Polish Patent", "Republic of Poland"),
    "TPI": ("Turkish", "Turkey"),
    "IGE": ("Swiss", "Switzerland"),
    "SIC": ("Colombia", "Superintend"),
    "OBI": ("Gree", "Hellenic"),
    "IPA": ("IP Australia",),
    "PRV": ("Swed",),
    "PRH": ("Finland", "Finnish"),
    "NIPO": ("Norw",),
    "BBM": ("Benelux",),
    "NOIP": ("Viet",),
    "Copyright Office": ("US", "U.S.", "copyright", "Library of Congress", "American"),
    "Ministry of Intellectual Property": ("Korea", "MOIP", "KIPO"),
    "National Intellectual Property Administration": ("Chin", "CNIPA"),
    "National Institute of Industrial Property": ("INPI", "France", "French", "Brazil", "Argentin"),
    "Directorate General of Intellectual Property": ("Indonesia", "DGIP"),
    "Federal Institute of Intellectual Property": ("Swiss", "Switzerland"),
    "Federal Service for Intellectual Property": ("Russia", "Rospatent"),
    "State Intellectual Property Office": ("Chin", "SIPO"),
    "Superintendence of Industry and Commerce": ("Colombia", "SIC"),
    "Superintendency of Industry and Commerce": ("Colombia", "SIC"),
    "MOIP": ("Korea", "KIPO"),
}

OFFICE_OF: dict[str, str] = {
    # Of these countries, each by the name under which it stands above; of others "IP office of".
    **{
        "Argentina": "INPI Argentina",
        "Australia": "IP Australia",
        "Austria": "Austrian Patent Office",
    },
    **{"Brazil": "INPI Brazil", "Canada": "CIPO", "Chile": "INAPI", "China": "CNIPA"},
    **{
        "Colombia": "SIC",
        "Denmark": "DKPTO",
        "Finland": "PRH",
        "France": "INPI",
        "Germany": "DPMA",
    },
    **{"Greece": "OBI", "Hungary": "HIPO", "India": "CGPDTM", "Indonesia": "DGIP"},
    **{"Ireland": "IPOI", "Israel": "ILPO", "Italy": "UIBM", "Japan": "JPO", "Malaysia": "MyIPO"},
    **{"Mexico": "IMPI", "New Zealand": "IPONZ", "Norway": "NIPO", "Pakistan": "IPO Pakistan"},
    **{"Peru": "INDECOPI", "the Philippines": "IPOPHL", "Poland": "Polish Patent Office"},
    **{"Portugal": "INPI Portugal", "Russia": "Rospatent", "Saudi Arabia": "SAIP"},
    **{"Singapore": "IPOS", "South Africa": "CIPC", "South Korea": "KIPO", "Spain": "OEPM"},
    **{"Sweden": "PRV", "Switzerland": "Swiss IPI", "Taiwan": "TIPO", "Thailand": "DIP Thailand"},
    **{"Turkey": "TURKPATENT", "Ukraine": "Ukrpatent", "Vietnam": "IP Viet Nam", "Kenya": "KIPI"},
}
OF_WHAT: tuple[str, ...] = (
    *("Intellectual Property", "IP", "Industrial Property", "Patent", "Patents", "Trademark"),
    *("Trade Mark", "Trademarks", "Trade Marks", "Patent and Trademark", "Patent and Trade Mark"),
)


def all_offices() -> dict[str, tuple[str, ...]]:
    """Each office, and how else it is or was called."""
    offices = dict(OFFICES)
    for country, others in (COUNTRIES | {"China": ("Chinese",)}).items():
        plain = country.removeprefix("the ")
        forms = [f"{name} {what} Office" for name in (plain, *others) for what in OF_WHAT]
        forms += [f"{plain}'s {what} Office" for what in OF_WHAT]
        forms += [f"{what} Office of {country}" for what in OF_WHAT]
        value = OFFICE_OF.get(country, f"IP office of {country}")
        offices[value] = tuple(dict.fromkeys((*offices.get(value, ()), *forms)))
    return offices
