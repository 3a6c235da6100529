"""Lists words, folded, that tell people from organisations, and parts of a name from each other."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BODY = re.compile(
    r"\b(?:abogad|academ|advo[ck]at|advogad|agenc|agent[iu]|agenzia|ajans|anwalt|asianajo|asocia"
    r"|associ|attorney|avocat|avukat|avvocat|bank\b|banque|bufete|buro|bureau|byra|cabinet\b"
    r"|cent(?:er|re|ro)\b|chambers|clinic|coll?eg|comit|communica|compan|consult|council|dagblad"
    r"|daily|department|desk|despacho|diario|digital|edit[io]|educat|escritorio|estudio|federa[ct]"
    r"|fonda|founda|fundac|gazet|gesellsch|govern|grou?p|haber\b|health|hospital|hukuk|instit|insur"
    r"|internation|iroda|journal|judge|juridi|kancel|kantoor|kanzlei|kontor|krant|labs?\b"
    r"|law(?:s|yers?)?\b|legal|magazin|market|medi[aey]|minist|nachricht|network|news|nieuws|notar"
    r"|notici|notizi|nyhet|offic|online|organi[sz]|ortakl|partner|patent|polska|posts?\b|praktijk"
    r"|prasow|prawn|prens|press[ae]?\b|publi[cks]|radio|recht|reda[ckz]|report|research|reuters"
    r"|review|school|secur|servic|sirket|soci(?:al|ed|et)|software|solic|solution|sponsor|sports?\b"
    r"|staff\b|stampa|stiftung|store\b|strateg|studio|support|system|team|tech|televis|tidning"
    r"|times\b|toimi|tribun|trust|ugynok|ugyved|univers|uutis|verband|verein|verlag|weekly|world"
    r"|writer|zeitung)|(?:agentur|anwalte|bladet|byran?|dienst|gesellschaft|kanzlei|krant"
    r"|nachrichten|presse|tidningen|today|verband|verlag|zeitung"
    r"|\.(?:at|ch|com?|de|es|eu|fr|info|it|net|nl|org|pl))\b"
)
"""Matches words of agencies, firms, offices, papers and desks in some fifteen languages."""
FORMS = _words("ab ag bv gmbh inc kft kg llc llp ltd nv oy plc sa sarl sas spa srl sro")
"""Lists legal forms, without dots, which end the name of a firm."""
NO_PART = _words("by dame dr frau guest herr lady lord mme mr mrs ms of our prof professor sir the")
LABELS = _words(
    "admin administrator and assistant associate author by chief content contributor correspondent "
    "desk digital editor editorial editors executive follow guest journalist managing marketing "
    "news newsdesk newsroom online our publisher redacao redaccion redactie redaction redakcja "
    "redaktion redazione reporter reporters senior staff team the us webmaster writer writers"
)
"""Lists words of which alone no name is made."""
DEGREES = _words("cpa esq jd kc llb llm ma mba md ms msc phd psyd qc rd rdn")
PARTICLES = _words(
    "af al av ben bin da das de degli dei del della den der des di do dos du el ibn la las le li "
    "lo los op ’t 't ten ter van vom von zu zum zur"
)
ARTICLES = _words("das den der die el gli il la las le les los the")
"""Lists words that names of papers begin with, and of no people."""
SPANISH_GIVEN = _words(
    "alberto alejandro andres angel angeles antonio belen carlos carmen dios eduardo enrique "
    "fernando francisco javier jesus jorge jose juan laura luis luisa manuel mar maria miguel "
    "pablo pedro pilar rafael ramon roberto rosa rosario teresa"
)
"""Lists given names that often stand second."""
SPANISH_FAMILIES = _words(
    "alvarez chavez diaz dominguez fernandez flores garcia gomez gonzalez gutierrez hernandez "
    "herrera jimenez lopez marquez martinez morales moreno munoz nunez ortega ortiz perez ramirez "
    "ramos rodriguez romero ruiz sanchez suarez torres"
)
EAST_ASIAN = _words(
    "chang chen cheng cho choi feng gao han he ho hu huang huynh jiang jung kang kim kwon lam lee "
    "li lim lin liu lu ma ngo nguyen park pham song sun tan tran tsai vu wang wei wen wu xi xiao "
    "xie xu yan yang yao yu yuan zhang zhao zheng zhou zhu"
)
"""Lists family names of China, Korea and Vietnam, where they stand first."""
