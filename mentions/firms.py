"""Law firms that this press names most, under today's name, and what else they are called."""

FIRMS: dict[str, tuple[str, ...]] = {
    "A&O Shearman": ("Allen & Overy", "Allen Overy Shearman Sterling", "Shearman & Sterling"),
    "AA Thornton": ("A.A. Thornton",),
    "Adams & Adams": ("Adams and Adams",),
    "Akin": ("Akin Gump", "Akin Gump Strauss Hauer & Feld"),
    "Al Tamimi & Company": ("Al Tamimi & Co", "Al Tamimi"),
    "Allens": ("Allens Linklaters",),
    "Amster Rothstein & Ebenstein": ("Amster, Rothstein & Ebenstein", "Amster Rothstein"),
    "Anand and Anand": ("Anand & Anand",),
    "Anderson Mori & Tomotsune": ("Anderson Mori",),
    "Arent Fox Schiff": ("ArentFox Schiff", "Arent Fox", "Schiff Hardin"),
    "Arnold & Porter": ("Arnold & Porter Kaye Scholer", "Kaye Scholer"),
    "Arochi & Lindner": ("Arochi Marroquin & Lindner", "Arochi Lindner"),
    "Axinn": ("Axinn Veltrop & Harkrider", "Axinn, Veltrop & Harkrider"),
    "Bae Kim & Lee": ("Bae, Kim & Lee",),
    "Baker Donelson": ("Baker, Donelson, Bearman, Caldwell & Berkowitz",),
    "Baker McKenzie": ("Baker & McKenzie",),
    "BakerHostetler": ("Baker & Hostetler", "Baker Hostetler"),
    "Banner Witcoff": ("Banner & Witcoff",),
    "Barzanò & Zanardo": ("Barzano & Zanardo",),
    "Basham Ringe & Correa": ("Basham, Ringe y Correa", "Basham Ringe y Correa"),
    "Becerril Coca & Becerril": ("Becerril, Coca & Becerril",),
    "Beijing Sanyou": ("Beijing Sanyou Intellectual Property Agency",),
    "Birch Stewart Kolasch & Birch": ("Birch, Stewart, Kolasch & Birch", "BSKB"),
    "Blake Cassels & Graydon": ("Blake, Cassels & Graydon", "Blakes"),
    "Boies Schiller Flexner": ("Boies Schiller", "Boies, Schiller & Flexner"),
    "Bonelli Erede": ("BonelliErede",),
    "Boult Wade Tennant": ("Boult Wade",),
    "Bowmans": ("Bowman Gilfillan",),
    "Bracewell": ("Bracewell & Giuliani",),
    "Brigard Urrutia": ("Brigard & Urrutia",),
    "Brinks Gilson & Lione": ("Brinks Hofer Gilson & Lione", "Crowell Brinks"),
    "Bryan Cave Leighton Paisner": ("Bryan Cave", "Berwin Leighton Paisner", "BCLP"),
    "Buchanan Ingersoll & Rooney": ("Buchanan Ingersoll",),
    "Cabinet Beau de Loménie": ("Beau de Loménie",),
    "Cahill Gordon": ("Cahill Gordon & Reindel",),
    "Carpmaels & Ransford": ("Carpmaels",),
    "CCPIT Patent and Trademark Law Office": ("CCPIT Patent & Trademark Law Office",),
    "Chadha & Chadha": ("Chadha and Chadha",),
    "China Patent Agent": ("China Patent Agent (HK)",),
    "Clarke Modet": ("ClarkeModet", "Clarke Modet & Co"),
    "Cleary Gottlieb": ("Cleary Gottlieb Steen & Hamilton",),
    "CMS": ("CMS Cameron McKenna", "CMS Cameron McKenna Nabarro Olswang", "CMS Hasche Sigle"),
    "Covington & Burling": ("Covington",),
    "Cowan Liebowitz & Latman": ("Cowan, Liebowitz & Latman", "Cowan Liebowitz"),
    "Cravath": ("Cravath Swaine & Moore", "Cravath, Swaine & Moore"),
    "CSC Digital Brand Services": ("CSC Digital",),
    "D Young & Co": ("D. Young & Co",),
    "Daniel Legal & IP Strategy": ("Daniel Advogados", "Daniel Law"),
    "Dannemann Siemsen": ("Dannemann Siemsen Bigler & Ipanema Moreira",),
    "Davis Polk & Wardwell": ("Davis Polk",),
    "De Brauw Blackstone Westbroek": ("De Brauw",),
    "Debevoise & Plimpton": ("Debevoise",),
    "Di Blasi Parente": ("Di Blasi, Parente & Associados",),
    "Drinker Biddle & Reath": ("Drinker Biddle",),
    "Elkington + Fife": ("Elkington and Fife", "Elkington & Fife"),
    "Elzaburu": ("ELZABURU",),
    "ENSafrica": ("ENS Africa", "Edward Nathan Sonnenbergs"),
    "Eversheds Sutherland": ("Eversheds",),
    "Faegre Drinker": ("Faegre Baker Daniels", "Faegre Drinker Biddle & Reath"),
    "Fasken": ("Fasken Martineau",),
    "Fenwick & West": ("Fenwick",),
    "Fieldfisher": ("Field Fisher",),
    "Finnegan": (
        "Finnegan, Henderson, Farabow, Garrett & Dunner",
        "Finnegan Henderson",
        "Finnegan Henderson Farabow Garrett & Dunner",
    ),
    "Fitch Even Tabin & Flannery": ("Fitch, Even, Tabin & Flannery", "Fitch Even"),
    "Fitzpatrick Cella Harper & Scinto": (
        "Fitzpatrick, Cella, Harper & Scinto",
        "Fitzpatrick Cella",
    ),
    "Frankfurt Kurnit Klein & Selz": ("Frankfurt Kurnit",),
    "Freshfields": ("Freshfields Bruckhaus Deringer",),
    "Fried Frank": ("Fried, Frank, Harris, Shriver & Jacobson",),
    "Fross Zelnick": ("Fross Zelnick Lehrman & Zissu", "Fross, Zelnick, Lehrman & Zissu"),
    "Gibson Dunn": ("Gibson Dunn & Crutcher", "Gibson, Dunn & Crutcher"),
    "Gide": ("Gide Loyrette Nouel",),
    "Gilbert + Tobin": ("Gilbert & Tobin",),
    "Gill Jennings & Every": ("GJE",),
    "Goodrich Riquelme": ("Goodrich, Riquelme y Asociados",),
    "Goodwin": ("Goodwin Procter",),
    "Gorodissky & Partners": ("Gorodissky",),
    "Gowling WLG": ("Gowlings", "Wragge Lawrence Graham & Co"),
    "Greer Burns & Crain": ("Greer, Burns & Crain",),
    "Grünecker": ("Gruenecker",),
    "Gun & Partners": ("Gün + Partners", "Gün & Partners"),
    "Gusmão & Labrunie": ("Gusmao & Labrunie",),
    "Harness IP": ("Harness Dickey & Pierce", "Harness, Dickey & Pierce", "Harness Dickey"),
    "Haseltine Lake": ("Haseltine Lake Kempner",),
    "Haynes Boone": ("Haynes and Boone", "Haynes & Boone"),
    "Herbert Smith Freehills": ("Herbert Smith", "Herbert Smith Freehills Kramer"),
    "Hoyng Rokh Monegier": ("HOYNG ROKH MONEGIER", "Hoyng Monegier"),
    "Hunton Andrews Kurth": ("Hunton & Williams",),
    "JA Kemp": ("J A Kemp", "J.A. Kemp"),
    "Jackson Etti & Edu": ("Jackson, Etti & Edu",),
    "Jacobacci & Partners": ("Jacobacci",),
    "JunHe": ("Jun He",),
    "K&L Gates": ("K & L Gates",),
    "Kan and Krishme": ("Kan & Krishme",),
    "Katten": ("Katten Muchin Rosenman",),
    "Keker Van Nest & Peters": ("Keker, Van Nest & Peters",),
    "Kelley Drye & Warren": ("Kelley Drye",),
    "Hogan Lovells": ("Hogan Lovells International", "Hogan & Hartson"),
    "Kilpatrick Townsend": ("Kilpatrick Townsend & Stockton", "Kilpatrick"),
    "Kim & Chang": ("Kim & Chang IP",),
    "King & Wood Mallesons": ("KWM",),
    "Knobbe Martens": ("Knobbe Martens Olson & Bear", "Knobbe, Martens, Olson & Bear"),
    "Kramer Levin": ("Kramer Levin Naftalis & Frankel",),
    "Ladas & Parry": ("Ladas and Parry",),
    "Lakshmikumaran & Sridharan": ("Lakshmikumaran and Sridharan",),
    "Lall & Sethi": ("Lall Lahiri Salhotra",),
    "Lathrop GPM": ("Lathrop & Gage",),
    "Lee and Li": ("Lee & Li",),
    "Lerner David": (
        "Lerner, David, Littenberg, Krumholz & Mentlik",
        "Lerner David Littenberg Krumholz & Mentlik",
    ),
    "Lewis Brisbois": ("Lewis Brisbois Bisgaard & Smith",),
    "Lewis Roca": ("Lewis Roca Rothgerber Christie",),
    "Leydig Voit & Mayer": ("Leydig, Voit & Mayer",),
    "Licks Attorneys": ("Licks Advogados",),
    "Liu Shen & Associates": ("Liu, Shen & Associates",),
    "Lung Tin": ("Lung Tin Intellectual Property",),
    "Manatt": ("Manatt Phelps & Phillips", "Manatt, Phelps & Phillips"),
    "Marks & Clerk": ("Marks and Clerk",),
    "Marshall Gerstein & Borun": ("Marshall, Gerstein & Borun",),
    "Marval O'Farrell Mairal": ("Marval, O'Farrell & Mairal", "Marval O'Farrell & Mairal"),
    "Mathys & Squire": ("Mathys and Squire",),
    "McCarthy Tétrault": ("McCarthy Tetrault",),
    "McDermott Will & Emery": ("McDermott, Will & Emery", "McDermott Will & Schulte"),
    "McDonnell Boehnen Hulbert & Berghoff": ("MBHB",),
    "Michael Best & Friedrich": ("Michael Best",),
    "MinterEllison": ("Minter Ellison",),
    "Mintz": ("Mintz Levin", "Mintz Levin Cohn Ferris Glovsky and Popeo"),
    "Mishcon de Reya": ("Mishcon",),
    "Moeller IP": ("Moeller IP Advisors",),
    "Montaury Pimenta Machado & Vieira de Mello": ("Montaury Pimenta",),
    "Morgan Lewis": ("Morgan Lewis & Bockius", "Morgan, Lewis & Bockius"),
    "Morrison & Foerster": ("Morrison Foerster", "MoFo"),
    "Munger Tolles & Olson": ("Munger, Tolles & Olson",),
    "Murgitroyd": ("Murgitroyd & Company",),
    "Neal Gerber & Eisenberg": ("Neal, Gerber & Eisenberg", "Neal Gerber"),
    "Norton Rose Fulbright": ("Norton Rose", "Fulbright & Jaworski"),
    "NTD Law": ("NTD Intellectual Property",),
    "O'Melveny & Myers": ("O'Melveny",),
    "Oblon": ("Oblon, McClelland, Maier & Neustadt", "Oblon Spivak"),
    "Olivares": ("OLIVARES", "Olivares & Cía"),
    "Orrick": ("Orrick Herrington & Sutcliffe", "Orrick, Herrington & Sutcliffe"),
    "Osler": ("Osler Hoskin & Harcourt", "Osler, Hoskin & Harcourt"),
    "Owen Wickersham & Erickson": ("Owen, Wickersham & Erickson",),
    "Page White and Farrer": ("Page White & Farrer",),
    "Patterson Belknap": ("Patterson Belknap Webb & Tyler", "Patterson, Belknap, Webb & Tyler"),
    "Pattishall": (
        "Pattishall McAuliffe Newbury Hilliard & Geraldson",
        "Pattishall, McAuliffe, Newbury, Hilliard & Geraldson",
        "Pattishall McAuliffe",
    ),
    "Paul Weiss": (
        "Paul Weiss Rifkind Wharton & Garrison",
        "Paul, Weiss, Rifkind, Wharton & Garrison",
        "Paul, Weiss",
    ),
    "Petosevic": ("PETOŠEVIĆ", "Petošević", "PETOSEVIC"),
    "Pillsbury": ("Pillsbury Winthrop Shaw Pittman",),
    "Pinheiro Neto": ("Pinheiro Neto Advogados",),
    "Plasseraud IP": ("Plasseraud",),
    "Preu Bohlig": ("Preu Bohlig & Partner",),
    "Proskauer": ("Proskauer Rose",),
    "Quinn Emanuel": ("Quinn Emanuel Urquhart & Sullivan",),
    "R K Dewan & Co": ("RK Dewan & Co",),
    "Remfry & Sagar": ("Remfry and Sagar",),
    "RGC Jenkins": ("RGC Jenkins & Co",),
    "Riches McKenzie & Herbert": ("Riches, McKenzie & Herbert",),
    "RNA Technology and IP Attorneys": ("RNA, Technology and IP Attorneys",),
    "Robic": ("ROBIC",),
    "Rothwell Figg": ("Rothwell, Figg, Ernst & Manbeck", "Rothwell Figg Ernst & Manbeck"),
    "RPC": ("Reynolds Porter Chamberlain",),
    "S.S. Rana & Co": ("SS Rana & Co", "S S Rana & Co"),
    "Saba & Co": ("Saba IP", "Saba & Co. IP", "Saba & Co IP", "Saba & Co Intellectual Property"),
    "Saul Ewing": ("Saul Ewing Arnstein & Lehr",),
    "Seed IP": ("Seed Intellectual Property Law Group",),
    "Seyfarth Shaw": ("Seyfarth",),
    "Sheppard Mullin": ("Sheppard Mullin Richter & Hampton", "Sheppard, Mullin, Richter & Hampton"),
    "Shook Hardy & Bacon": ("Shook, Hardy & Bacon",),
    "Sidley Austin": ("Sidley",),
    "Simpson Thacher": ("Simpson Thacher & Bartlett",),
    "Singh & Singh": ("Singh and Singh",),
    "Skadden": (
        "Skadden Arps Slate Meagher & Flom",
        "Skadden, Arps, Slate, Meagher & Flom",
        "Skadden Arps",
    ),
    "Smart & Biggar": ("Smart & Biggar/Fetherstonhaugh",),
    "Società Italiana Brevetti": ("Societa Italiana Brevetti",),
    "Spoor & Fisher": ("Spoor and Fisher",),
    "Squire Patton Boggs": ("Squire Sanders",),
    "Steptoe": ("Steptoe & Johnson",),
    "Sterne Kessler": ("Sterne, Kessler, Goldstein & Fox", "Sterne Kessler Goldstein & Fox"),
    "Stobbs": ("Stobbs IP",),
    "Taft": ("Taft Stettinius & Hollister",),
    "Troutman Pepper": ("Troutman Sanders", "Troutman Pepper Locke", "Troutman Pepper Hamilton"),
    "Uexküll & Stolberg": ("Uexkull & Stolberg",),
    "Uhthoff Gomez Vega & Uhthoff": ("Uhthoff, Gómez Vega & Uhthoff",),
    "Unitalen": ("Unitalen Attorneys at Law",),
    "Uría Menéndez": ("Uria Menendez",),
    "Urquhart-Dykes & Lord": ("Urquhart Dykes & Lord", "UDL Intellectual Property"),
    "Viering Jentschura & Partner": ("Viering, Jentschura & Partner",),
    "Vorys": ("Vorys, Sater, Seymour and Pease", "Vorys Sater Seymour and Pease"),
    "Vossius & Partner": ("Vossius",),
    "Wachtell Lipton": ("Wachtell, Lipton, Rosen & Katz", "Wachtell Lipton Rosen & Katz"),
    "Wan Hui Da": ("Wanhuida", "Wanhuida Intellectual Property", "Wan Hui Da Peksung"),
    "Warner Norcross & Judd": ("Warner Norcross + Judd",),
    "Weil": ("Weil Gotshal & Manges", "Weil, Gotshal & Manges", "Weil Gotshal"),
    "Wiley": ("Wiley Rein",),
    "Willkie Farr & Gallagher": ("Willkie Farr",),
    "WilmerHale": ("Wilmer Cutler Pickering Hale and Dorr", "Wilmer Hale"),
    "Wilson Sonsini": ("Wilson Sonsini Goodrich & Rosati",),
    "Withers": ("Withersworldwide", "Withers Bergman"),
    "Wolf Greenfield": ("Wolf, Greenfield & Sacks", "Wolf Greenfield & Sacks"),
    "Womble Bond Dickinson": ("Womble Carlyle Sandridge & Rice", "Bond Dickinson"),
    "Wood Herron & Evans": ("Wood, Herron & Evans",),
    "Wynne-Jones IP": ("Wynne-Jones", "Wynne Jones IP"),
}

OF_ONE_NAME = """
Abreu Advogados | Addleshaw Goddard | Aird & Berlis | AJ Park | Alessandri | Allen & Gledhill |
Alston & Bird | Altenburger | Amica Law | Appleyard Lees | Arnold & Siedsma | Ashurst | Awapatent
| AZB & Partners | Baker & Rannells | Baker Botts | Baldwins | Ballard Spahr | Bardehle Pagenberg
| Barnes & Thornburg | Baylos | Bech-Bruun | Bereskin & Parr | Berken IP | Bird & Bird | Bird &
Bird ATMD | Blank Rome | Boehmert & Boehmert | Bomhard IP | Borden Ladner Gervais | Bristows |
Browdy and Neimark | Brown Rudnick | Browne Jacobson | Buddle Findlay | Bugnion | Burges Salmon |
Cantor Colburn | Cassels Brock & Blackwell | Cavelier Abogados | Chang Tsi & Partners | Charles
Russell Speechlys | Chiomenti | Clayton Utz | Cleveland Scott York | Clifford Chance | Collen IP |
Collyer Bristow | Cooley | Corrs Chambers Westgarth | Cozen O'Connor | Crowell & Moring |
Cuatrecasas | Cyril Amarchand Mangaldas | Davies Collison Cave | Davis Wright Tremaine | Day
Pitney | Deacons | Dechert | Deeth Williams Wall | Dehns | Dennemeyer | Dentons | DePenning &
DePenning | Dickinson Wright | Dinsmore & Shohl | DLA Piper | Dolleymores | Dorsey & Whitney |
Drew & Napier | Duane Morris | DWF | Eckert Seamans | Edwin Coe | EIP | Erise IP | Estudio
Colmenares | Fangda Partners | Farrer & Co | FB Rice | Fidus Law Chambers | Field Fisher
Waterhouse | Fish & Richardson | Fladgate | Foley & Lardner | Foley Hoag | Forresters | Fox
Rothschild | Garrigues | Gevers | Goodmans | Gorrissen Federspiel | Grau & Angulo | Greenberg
Traurig | Griffith Hack | GSK Stockmann | Hamlins | Hannes Snellman | Harbottle & Lewis | Harter
Secrest & Emery | Hengeler Mueller | Herrero & Asociados | HGF | HL Kempner | Hodgson Russ |
Hoffmann Eitle | Holland & Hart | Holland & Knight | Howard
Kennedy | Howes Percival | Hughes Hubbard & Reed | Hughes Socol Piers Resnick & Dym | Husch
Blackwell | Inttl Advocare | Irell & Manella | Jackson Walker | Jenner & Block | JMB Davis
Ben-David | Joelson | Jones Day | K&S Partners | Kasznar Leonardos | Kellerhals Carrard | Keltie |
Kemp Little | Kenyon & Kenyon | Khaitan & Co | Kilburn & Strode | King & Spalding | Kirkland &
Ellis | Klarquist Sparkman | Knijff Trademark Attorneys | Kromann Reumert | Latham & Watkins |
Leason Ellis | Lee & Ko | Lee International | Lewis Silkin | LexOrbis | Linklaters | Locke Lord |
Loeb & Loeb | Macfarlanes | Maclay Murray & Spens | Maiwald | Mannheimer Swartling | Mayer Brown |
Mayer Brown JSM | McCarter & English | McGuireWoods | Meissner Bolte | Merchant & Gould | Mewburn
Ellis | Meyerlustenberger Lachenal | Mills & Reeve | Mitchell Silberberg & Knupp | Mitscherlich |
Mori Hamada & Matsumoto | Moses & Singer | Muncy Geissler Olds & Lowe | Nakamura & Partners |
NautaDutilh | Nishimura & Asahi | Nixon & Vanderhye | Nixon Peabody | Noerr | Nordemann | Norton
Rose Fulbright Canada | Norvell IP | Novagraaf | Obhan & Associates | OlarteMoure | Oliff | Olshan
Frome Wolosky | Olswang | Osborne Clarke | Ostrolenk Faber | Patpol | Paul Hastings | Pepper
Hamilton | Perkins Coie | Phillips Nizer | Phillips Ormonde Fitzpatrick | Pinsent Masons | Pirkey
Barber | Plesner | Polsinelli | Pons IP | Potter Clarkson | Powell Gilbert | Pryor Cashman |
Quarles & Brady | Rajah & Tann | Rajah & Tann Singapore | Reddie & Grose | Reed Smith | Robins
Kaplan | Robinson & Cole | Ropes & Gray | Roschier | Rouse | Rouse & Co | Russell McVeagh |
Russell-Cooke | S&A Law Offices | Santarelli | Schwegman Lundberg & Woessner | Setterwalls |
Shearn Delamore | Sheridans | Shobita & Co | Shoosmiths | Simba & Simba | Simmons & Simmons |
Simont Braun | Simpson Grierson | Skrine | SKW Schwarz | Slaughter and May | Snell & Wilmer |
Sołtysiński Kawecki & Szlęzak | Spruson & Ferguson | Stevens Hewlett & Perkins | Stikeman Elliott
| Stites & Harbison | Stoel Rives | Stone King | Sughrue Mion | Sullivan & Cromwell | Sullivan &
Worcester | Susman Godfrey | Sutherland Asbill & Brennan | SyCip Salazar Hernandez & Gatmaitan |
Taylor Wessing | Thompson Coburn | Thompson Hine | Tilleke & Gibbins | TMI Associates | Travers
Smith | Trevisan & Cuonzo | Tucker Ellis | Veirano Advogados | Venable | Vinge | Vinson & Elkins |
Von Seidels | Vondst | Webber Wentzel | Wedlake Bell | Westerman Hattori Daniels & Adrian | White
& Case | Wiggin | Wiggin and Dana | Wildbore & Gibbons | Williams & Connolly | Wilson Gunn |
Winston & Strawn | Winterfeldt IP Group | Withers & Rogers | Wong & Partners | Wrays | Yoon & Yang
| Young & Thompson | Young Basile | Yuasa and Hara | Yulchon | Zacco | ZeunerBarth | Zhong Lun |
Arnold Ruess | August Debouzy | Beiten Burkhardt | Cabinet Germain & Maureau | Cabinet Lavoix |
Cabinet Regimbeau | Curell Suñol | Eisenführ Speiser | Gleiss Lutz | Graf von Westphalen | Harmsen
Utescher | Heuking Kühn Lüer Wojtek | Krieger Mes | Loschelder Leisenberg |
Lorenz Seidler Gossel | Lubberger Lehment | Partridge Partners | Rospatt Osten Pross |
Zivko Mijatovic & Partners
"""

ROLES = ("partner", "associate", "solicitor", "shareholder", "of counsel")
"""That nobody has who works for a company that is no firm of lawyers."""
LAST_WORDS = (
    *(" LLP", " L.L.P.", " PLLC", " Rechtsanwälte", " Solicitors", " Abogados", " Advogados"),
    *(
        " Avocats",
        " Advokatfirma",
        " Advokatbyrå",
        " Advocaten",
        " Law Office",
        " Law Offices",
        " Law Firm",
        " Law Group",
    ),
    *(
        " Patentanwälte",
        " Attorneys at Law",
        " & Partner",
        " & Partners",
        " Patent- und Rechtsanwälte",
        " Rechts- und Patentanwälte",
        " & Associates",
        " & Asociados",
    ),
    *(" and Partners", " and Associates", " & Associés"),
)
"""Of names of firms."""
SIGNS = (*ROLES, "firm", "boutique", " & ", *LAST_WORDS)
"""What may tell of a firm whose name is not known."""


def all_firms() -> dict[str, tuple[str, ...]]:
    """Each firm, and what else it is or was called."""
    return FIRMS | {" ".join(name.split()): () for name in OF_ONE_NAME.split("|")}
