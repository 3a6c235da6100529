"""Lists words, folded, that tell people from organisations, and parts of a name from each other."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BODY = re.compile(
    r"\b(?:abogad|academ|advo[ck]at|advogad|agenc|agent[iu]|agenzia|ajans|anwalt|asianajo|asocia"
    r"|associ|attorney|avocat|avukat|avvocat|bank\b|banque|bufete|buro|bureau|byra|cabinet\b|canada\b"
    r"|cent(?:er|re|ro)\b|chambers|clinic|coll?eg|comit|committee|communica|compan|computer|consult"
    r"|council|dagblad|daily|department|desk|despacho|diario|digital|doctors|edit[io]|educat|enterpr"
    r"|escritorio|estudio|expert|federa[ct]|fonda|founda|fundac|gazet|gesellsch|govern|grou?p|haber\b"
    r"|health|hospital|hukuk|insider|instit|insur|internation|iroda|journal|judge|juridi|kancel"
    r"|kantoor|kanzlei|kontor|krant|labs?\b|law(?:s|yers?)?\b|legal|magazin|market|medi[aey]|minist"
    r"|museum|nachricht|network|news|nieuws|notar|notici|notizi|nyhet|offic|online|organi[sz]|ortakl"
    r"|partner|patent|polska|posts?\b|praktijk|prasow|prawn|prens|press[ae]?\b|publi[cks]|radio|recht"
    r"|reda[ckz]|report|research|reuters|review|school|secur|servic|sirket|soci(?:al|ed|et)|software"
    r"|solic|solution|sponsor|sports?\b|staff\b|stampa|stiftung|store\b|strateg|studio|support|system"
    r"|team|tech|televis|tidning|times\b|today|toimi|tribun|trust|ugynok|ugyved|univers|uutis|verband"
    r"|verein|verlag|website|weekly|wire\b|world|writer|zeitung)|(?:agentur|anwalte|bladet|byran?"
    r"|dienst|gesellschaft|kanzlei|krant|nachrichten|presse|tidningen|verband|verlag|zeitung"
    r"|\.(?:at|ch|com?|de|es|eu|fr|info|it|net|nl|org|pl))\b"
)
"""Matches words of agencies, firms, offices, papers and desks in some fifteen languages."""
FORMS = _words(
    "ab ag aps as asa bv co corp ev gbr gmbh inc kft kg lda llc llp lp ltd ltda mbb nv oy plc pllc "
    "pty sa sarl sas sl sp spa srl sro uab zrt"
)
"""Lists legal forms, without dots, which end the name of a firm."""
NO_PART = _words("by dame dr frau guest herr lady lord mme mr mrs ms of our prof professor sir the")
LABELS = _words(
    "about admin administrator and assistant associate author by chief content contributor copy "
    "correspondent desk digital editor editorial editors executive follow freelance guest in "
    "journalist managing marketing news newsdesk newsroom of online our publisher redacao "
    "redaccion redactie redaction redakcja redaktion redazione reporter reporters senior special "
    "staff team the us webmaster writer writers"
)
"""Lists words of which alone no name is made."""
DEGREES = _words(
    "ba bsc cfa cpa dds edd esq jd kc llb llm ma mba md ms msc obe phd psyd qc rd rdn rn"
)
PARTICLES = _words(
    "af al av ben bin da das de degli dei del della den der des di do dos du el ibn la las le li "
    "lo los op ’t 't ten ter van vom von zu zum zur"
)
ARTICLES = _words("das den der die el gli il la las le les los the")
"""Lists words that names of papers begin with, and of no people."""
SPANISH_GIVEN = _words(
    "alberto alejandro andres angel angeles antonio belen carlos carmen dios eduardo enrique "
    "fernando francisco ignacio isabel javier jesus jorge jose juan laura luis luisa manuel mar "
    "maria mario miguel pablo pedro pilar rafael ramon ricardo roberto rosa rosario teresa tomas "
    "vicente"
)
"""Lists given names that often stand second."""
SPANISH_FAMILIES = _words(
    "alvarez castro chavez diaz dominguez fernandez flores garcia gomez gonzalez gutierrez "
    "hernandez herrera jimenez lopez marquez martinez medina mendez morales moreno munoz nunez "
    "ortega ortiz perez ramirez ramos reyes rivera rodriguez romero ruiz sanchez suarez torres "
    "vargas vazquez"
)
EAST_ASIAN = _words(
    "chang chen cheng cho choi chow feng gao guo han he ho hong hu huang huynh jiang jung kang kim "
    "kwon lai lam lee li liao lim lin liu lu ma ngo nguyen park peng pham phan qian shen song sun "
    "tan tran truong tsai vu wang wei wen wu xi xia xiao xie xu yan yang yao yu yuan zhang zhao "
    "zheng zhou zhu"
)
"""Lists family names of China, Korea and Vietnam, where they stand first."""
