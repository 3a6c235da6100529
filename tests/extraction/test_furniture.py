"""The walk over a page's blocks: what is cut, what becomes a link, what stays."""

import pytest

from tradepress.extraction.access import judge_access, judge_truncation
from tradepress.extraction.blocks import Block
from tradepress.extraction.encoding import decode
from tradepress.extraction.furniture import compile_rules
from tradepress.extraction.links import absolute, collect_links
from tradepress.extraction.walk import Walked, walk
from tradepress.families.newton import FURNITURE
from tradepress.spiders import signet

RULES = compile_rules(FURNITURE)
FIRST = "A court has ruled that a lantern may be green."
LAST = "The judges, who sat for two days in March, were in no doubt about the shade that they saw."


def walk_lines(*lines: str) -> Walked:
    return walk([Block(text=line) for line in lines], RULES)


def texts(walked: Walked) -> list[str]:
    return [block.text for block in walked.paragraphs]


@pytest.mark.parametrize(
    "line",
    [
        "Did you enjoy reading this story? Sign up to our free daily newsletters and get stories"
        " like this sent straight to your inbox",
        "Sign up for our newsletter and never miss a story.",
        "Subscribe",
        "Follow us on Twitter",
        "Share this article",
        "Advertisement",
        "Login to your account",
        "NOTE - this can take up to 48hrs to be approved.",
        "© Lantern Press 2019. All rights reserved.",
        "Photo: Ansel Boyd",
        "tanager2001 / Shutterstock.com",
        "LSIPR",
        "Quelle: Landesamt für Laternen",
        "Symbolbild: Laterne am Fluss",
        "3 Min. Lesezeit",
        "Empfohlener redaktioneller Inhalt",
        "Wir respektieren deine Privatsphäre und laden diese Karte nicht ohne dein Einverständnis.",
        "Pour afficher ce contenu, vous devez accepter les cookies de la carte.",
        "By signing up, you agree that we may write to you, and that you may leave at any time.",
        "Gefällt dir unser Blatt? Dann hilf uns mit einem kleinen Betrag.",
        "Alle Nachrichten zum Laternenstreit finden Sie jederzeit in unserem Liveblog:",
        "Dieser Beitrag erschien zuerst in der Ausgabe vom Mai.",
        "Der Newsletter bringt Ihnen jeden Morgen die Laternen der Welt direkt in Ihr Postfach.",
        "Laternen am Morgen: Abonniere den WhatsApp-Kanal der Redaktion und lies mit.",
        "Für Links auf dieser Seite erhält die Redaktion unter Umständen eine Provision.",
        "Wir bleiben dran: Testen Sie für zwei Wochen die gedruckte Zeitung. Sie ist kostenlos.",
        "Verraten Sie uns in den Kommentaren, welche Laterne Sie mögen!",
        "If you shop for lamps by our links, we may earn an affiliate commission.",
        "Buying through our links may earn us a commission.",
        "As a Lantern Street associate we earn from qualifying purchases.",
        "Please use another browser for a more accessible player",
        "Aktivieren Sie JavaScript, um das Video zu sehen.",
        "This article is also available in following languages:",
        "#lanterns",
        "A lamp on the quay of Eastmarsh on Monday. (Lantern Office via AP, File)",
        "Petra Holm at the gates of the works in May (file photo)",
        "The Kettle Hour -- now on YouTube!",
        "Watch us on YouTube",
    ],
)
def test_furniture_is_cut(line: str) -> None:
    assert texts(walk_lines(FIRST, line)) == [FIRST]


@pytest.mark.parametrize(
    "line",
    [
        "The decision is available here.",
        "Full details can be viewed here.",
        "Subscribers to the newsletter were told to register the mark by Friday.",
        "“Sign up now” is descriptive, the examiner said.",
        "Already registered marks stay on the roll.",
        "More on this story can be found in the decision.",
        "Login screens may be protected, the court held.",
        "A correction of the register was not for the court to order.",
        "LSIPR was told that the appeal has been withdrawn.",
        "Related companies may share a mark.",
        "This was first published on 3 May in the journal of the office.",
        "Follow-on suits are expected in Delhi.",
        "It is over.",
        "For more than a decade, people who visit the island have paid a small fee.",
        "For all their faults, voters follow the old parties.",
        "Like many users on Twitter, he was banned without a warning.",
        "The report has been revised upwards, according to the ministry.",
        "An earlier version of the report, seen by the court, named three ministers.",
        "Reporting by the Lantern Press found that ministers knew of the plan.",
        "Reporting by Lantern Press last year showed that the firm knew of the leak.",
        "Unlock the door and you will find a second room behind it.",
        "To read the full decision, click here.",
        "To keep reading books in such times is an act of defiance.",
        "We receive letters from the Commission every week, she said.",
        "Save on heating by closing the doors.",
        "Copyright law is changing fast.",
        "Abonnieren Sie keine Zeitung, riet er den Schülern.",
        "Assine o contrato, disse o advogado, e espere.",
        "Bereits registriert waren 400 Marken.",
        "Die Stadt gab ihm zwei Wochen, und der Eintritt war kostenlos.",
        "Mehr von allem fordert die Partei, und zwar sofort.",
        "Quelle des Streits ist eine Laterne.",
        "By signing the letter, the firm agreed to pay for the lanterns that it had sold.",
        "Die Bank zahlte ihm eine Provision, die er nicht anzeigte, sagte der Richter.",
        "Der WhatsApp-Kanal der Partei wurde am Montag gesperrt.",
        "In den Kommentaren nannte man ihn einen Helden.",
        "Phishing landet jeden Tag in Ihrem Postfach, warnt der Newsletter der Polizei.",
        "We will find a compromise, the president of the European Commission said on Tuesday.",
        "Nous avons trouvé un compromis, a dit le président de la commission.",
        "We can see clear links between the two men, the head of the commission told reporters.",
        "Der Makler erhält beim Kauf eine Provision von drei Prozent.",
        "The report is to be sent to members of the committee next week.",
        "会員登録の手続きが簡単になった。",
        "구독 서비스가 계속 늘고 있다고 밝혔다.",
        "Bereits Zugang hatten die Ermittler zu den Akten.",
        "This video was recorded without the consent of the woman, police said.",
        "Cette vidéo a été diffusée sans le consentement de la victime, dit la police.",
        "Um diesen Plan umzusetzen, muss der Bundestag zustimmen.",
        "Der Inhalt wurde von den Behörden am Montag blockiert, sagte ein Sprecher.",
        "En validant la loi, les juges ont accepté le principe d'un contrôle plus strict.",
        "Al suscribir el acuerdo, ambas partes aceptaron retirar sus lámparas del puerto.",
        "Mit der Bestellung von 20 Laternen bestätigt die Gilde ihren Kurs.",
        "Inviando una lettera al giudice, il fabbricante ha dichiarato la resa.",
        "Mehr Laternen als in jeder anderen Stadt des Landes gibt es hier seit Jahren.",
        "未经许可擅自经营的企业将被处以罚款。",
        "版权所有者向法院提起诉讼，要求赔偿。",
        "分享经济正在改变城市的交通方式。",
        "無断転載された記事をめぐり、新聞社が会社を提訴した。",
        "El ministro contestó los comentarios de la oposición en una rueda de prensa.",
        "Das sagte der Minister in den Kommentaren zum Gesetz.",
        "The guild told fans on its WhatsApp channel that the following two fairs are off.",
        "Start des Festivals ist an diesem Tag um 10 Uhr, der Eintritt ist kostenlos.",
        "Compró un boleto que recibió en su correo electrónico, según la denuncia.",
        "If you need help, the charity said, contact your local council first.",
        "Phone + charger",
        "#5 is green, and nobody has said why.",
        "The browser that they used was ten years old.",
        "The advert is now on YouTube.",
        "Fans can watch the disputed clip on YouTube.",
    ],
)
def test_sentences_of_the_story_stay(line: str) -> None:
    assert texts(walk_lines(FIRST, line, LAST)) == [FIRST, line, LAST]


@pytest.mark.parametrize("words", ["Tags and labels", "Topics of the summit", "Save on heating"])
def test_headings_of_the_story_stay(words: str) -> None:
    blocks = [Block(text=FIRST, tag="p"), Block(text=words, tag="h2"), Block(text=LAST, tag="p")]
    assert texts(walk(blocks, RULES)) == [FIRST, words, LAST]


def test_list_ends_where_prose_resumes() -> None:
    walked = walk_lines(FIRST, "Today’s top stories:", "Bakers lose appeal", "Kettle boils", LAST)
    assert texts(walked) == [FIRST, LAST]
    assert [link[:3] for link in walked.links] == [
        ("top_stories", "Bakers lose appeal", None),
        ("top_stories", "Kettle boils", None),
    ]


def test_lists_below_the_wall_are_still_read() -> None:
    walked = walk_lines(
        FIRST,
        "Already registered?",
        "Login to your account",
        "More on this story",
        "9 May 2016 A brand has left the guild in protest at a member who joined it in April.",
        "13 May 2016A jeweller has left too.",
        LAST,
    )
    assert texts(walked) == [FIRST]
    assert walked.wall
    assert [link.words for link in walked.links] == [
        "A brand has left the guild in protest at a member who joined it in April.",
        "A jeweller has left too.",
    ]


def test_wall_words_in_the_page_head_do_not_end_the_story() -> None:
    assert texts(walk_lines("Already registered?", FIRST, LAST)) == [FIRST, LAST]


def test_linked_lists_and_promos_of_a_html_page() -> None:
    other = ("Bakers lose appeal over loaf", "/b")
    walked = walk(
        [
            Block(text=FIRST, tag="p", links=(("lantern", "/l"),)),
            Block(text=other[0], tag="p", links=(other,)),
            Block(text="See also: Kettle boils", tag="p", links=(("Kettle boils", "/k"),)),
            Block(text=LAST, tag="p"),
            Block(text="Most read", tag="h3", in_body=False),
            Block(
                text="Ten best chowders",
                tag="li",
                in_body=False,
                links=(("Ten best chowders", "/c"),),
            ),
            Block(text="Related articles", tag="h3", in_body=False),
            Block(
                text="Gull 9 May 2016", tag="li", in_body=False, links=(("Gull flies off", "/g"),)
            ),
            Block(text="About us", tag="h3", in_body=False),
            Block(text="Who writes the paper", tag="li", in_body=False, links=(("Who", "/p"),)),
        ],
        RULES,
    )
    assert texts(walked) == [FIRST, LAST]
    assert [link[:3] for link in walked.links] == [
        ("in_text", "lantern", "/l"),
        ("related", *other),
        ("related", "Kettle boils", "/k"),
        ("related", "Gull flies off", "/g"),
    ]


@pytest.mark.parametrize("lead", ["About", "Über", "À propos de", "О"])
def test_what_a_site_says_of_itself_is_no_story(lead: str) -> None:
    heading = Block(text=f"{lead} Lantern Press", tag="h3")
    said = Block(
        text="Lantern Press has told of lamps, lanterns and their makers since 1911.", tag="p"
    )
    story = [Block(text=FIRST, tag="p"), Block(text=LAST, tag="p")]
    assert texts(walk([*story, heading, said], (), ["Lantern Press"])) == [FIRST, LAST]


def test_first_published_on_names_the_origin() -> None:
    line = "This was first published on Trademarks & Brands Online."
    walked = walk_lines(FIRST, line)
    assert texts(walked) == [FIRST]
    assert walked.links[0][:3] == ("first_published_on", "Trademarks & Brands Online", None)


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: an earlier version of this story said fourteen.",
        "Clarification (3 May): the lamp is blue.",
        "This article was amended on 2 October 2019 to correct a name.",
        "An earlier version of this article misspelled the name of the court.",
    ],
)
def test_corrections_are_kept_apart(notice: str) -> None:
    walked = walk_lines(FIRST, notice)
    assert (texts(walked), walked.corrections) == ([FIRST], [notice])


@pytest.mark.parametrize(
    ("lines", "keywords"),
    [
        (("lanterns, shades, courts,",), ("lanterns", "shades", "courts")),
        (
            ("lanterns, green shades, courts, Basel", "LSIPR"),
            ("lanterns", "green shades", "courts", "Basel"),
        ),
        (("However, the court said no.",), ()),
    ],
)
def test_keyword_line(lines: tuple[str, ...], keywords: tuple[str, ...]) -> None:
    assert walk_lines(FIRST, LAST, *lines).keywords == keywords


WHOLE = [FIRST, LAST, "It may be appealed against."]


@pytest.mark.parametrize(
    ("paragraphs", "wall", "has_close", "has_footer", "is_truncated"),
    [
        (WHOLE, [], False, False, False),
        (WHOLE, ["Already registered?"], False, False, False),
        ([FIRST], ["Already registered?"], False, False, True),
        ([FIRST, LAST], ["Already registered?"], False, False, True),
        ([FIRST, LAST], ["Already registered?"], True, False, False),
        ([FIRST], [], False, True, True),
        ([FIRST], [], False, False, None),
        ([*WHOLE, "The court went on to say that…"], [], False, False, True),
        ([*WHOLE, LAST.removesuffix("that they saw.")], [], False, False, True),
        ([], [], False, False, None),
    ],
)
def test_truncation_is_told_by_the_text(
    paragraphs: list[str],
    wall: list[str],
    has_close: bool,
    has_footer: bool,
    is_truncated: bool | None,
) -> None:
    found = judge_truncation(
        paragraphs, wall, has_close=has_close, has_footer=has_footer, word_count=None
    )
    assert (found.value if found else None) is is_truncated


@pytest.mark.parametrize(
    ("sentence", "word_count", "is_truncated"),
    [
        ("The office refused the lantern mark. ", 120, True),
        ("The office refused the lantern mark. ", 40, False),
        ("特許庁は、ランタンの商標を取り消した。", 60, False),  # of some 15 words, or 57 letters
        ("特許庁は、ランタンの商標を取り消した。", 400, True),
    ],
)
def test_a_text_much_shorter_than_its_page_says_is_cut(
    sentence: str, word_count: int, is_truncated: bool
) -> None:
    found = judge_truncation(
        [sentence.strip()] * 3, [], has_close=True, has_footer=True, word_count=word_count
    )
    assert found is not None
    assert found.value is is_truncated


@pytest.mark.parametrize(
    ("declared", "wall", "is_truncated", "access"),
    [
        ([], [], False, None),
        ([], ["Already registered?"], False, None),
        ([], ["Already registered?"], True, "registration"),
        ([], ["Subscribe to continue reading"], True, "subscription"),
        ([("true", "json-ld")], [], False, "open"),
        ([("true", "json-ld")], ["Already registered?"], True, "registration"),
        ([("https://schema.org/False", "microdata")], [], None, "subscription"),
        ([("https://schema.org/False", "microdata")], [], False, None),  # a whole story, no wall
        ([("metered", "meta")], [], True, "registration"),
        ([("perhaps", "meta")], [], None, None),
    ],
)
def test_access_weighs_wall_and_declaration(
    declared: list[tuple[object, str]],
    wall: list[str],
    is_truncated: bool | None,
    access: str | None,
) -> None:
    assert judge_access(declared, wall, is_truncated)[0] == access


def test_links_are_absolute_in_order_without_self_and_repeats() -> None:
    blocks = [
        Block(
            text=FIRST,
            links=(
                ("home", "/"),
                ("self", "http://www.a.example/own/"),
                ("mail", "mailto:x@a.example"),
                ("top", "#top"),
                ("script", "javascript:alert(1)"),
                ("one", "/one"),
                ("again", "https://a.example/one/"),
                ("other home", "https://b.example/"),
                ("broken", "http://[x"),
            ),
        )
    ]
    url = "https://a.example/own"
    links = collect_links(walk(blocks, RULES).links, url, [url], None)
    assert [(link.text, link.url, link.position) for link in links] == [
        ("one", "https://a.example/one", 0),
        ("other home", "https://b.example/", 1),
    ]
    assert absolute("ftp://a.example/x", None) is None
    assert absolute("https://a.example/x/?y=1&z", None) == "https://a.example/x/?y=1&z"
    assert absolute("https://a.example/x?y=é w", None) == "https://a.example/x?y=%C3%A9%20w"
    assert absolute(" /two words\n/x", "https://a.example/") == "https://a.example/two%20words/x"


def test_links_to_stories_of_the_source_carry_the_site_s_own_id() -> None:
    home = "http://signetgazette.example"
    hrefs = (
        f"{home}/trademark/lantern-mark-falls-12012",
        f"{home}/about",
        "http://b.example/x-12012",
    )
    blocks = [
        Block(text=FIRST, tag="p", links=tuple((f"{n} words", h) for n, h in enumerate(hrefs)))
    ]
    found = walk(blocks, RULES).links
    links = collect_links(found, f"{home}/own", [], signet.SOURCE)
    assert [link.site_id for link in links] == ["12012", None, None]


FAR = b"<style>" + b"p {} " * 2000 + b"</style>"


@pytest.mark.parametrize(
    ("page", "content_type", "words"),
    [
        ("\ufeffé".encode(), "text/html; charset=iso-8859-1", "é"),
        ("é".encode("utf-16-le"), None, None),
        (b"\xff\xfe" + "é".encode("utf-16-le"), None, "é"),
        ("é–".encode("cp1252"), "text/html; charset=ISO-8859-1", "é–"),
        ("é".encode(), 'text/html; charset="utf8"', "é"),
        (b'<meta charset="windows-1252">' + b"\x93", None, '<meta charset="windows-1252">“'),
        (b'<meta charset="utf-16">' + "é".encode(), None, '<meta charset="utf-16">é'),
        ("é’".encode("cp1252"), None, "é’"),
        ("é’é".encode() + b"\xff", "text/html; charset=nonsense", "é’é\ufffd"),
        # Browsers heed neither what is commented out nor a name that means nothing, and read on.
        (b"<!--<meta charset=koi8-r>-->\xe9", None, "<!--<meta charset=koi8-r>-->é"),
        (
            b"<meta charset=x><meta charset=koi8-r>\xc1",
            None,
            "<meta charset=x><meta charset=koi8-r>а",
        ),
        (FAR + b"<meta charset=koi8-r>\xc1", None, FAR.decode() + "<meta charset=koi8-r>а"),
    ],
)
def test_encoding_follows_bom_header_meta_detection(
    page: bytes, content_type: str | None, words: str | None
) -> None:
    assert words is None or decode(page, content_type) == words
