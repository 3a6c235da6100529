"""Walls in many languages, boxes that lead to a subscription or a login, and stories about both."""

from html import escape

import pytest

from tradepress.extraction import extract_article
from tradepress.source import Furniture, Source
from tradepress.story import Article

URL = "https://p.example/news/lantern-case-before-the-board-19001"
TEASER = "Quillory may not keep the shape of its lantern to itself, the board said on Monday."
SECOND = "Tamsel had shown that six makers sold lanterns with six sides before the war, it said."
LONG = (
    "The examiner compared drawings of three catalogues and heard four witnesses from the guild, "
    "of whom two had worked in the lamp shop of the applicant and the others in that of its rival."
)
WHOLE = (TEASER, SECOND, *(f"{LONG} That was hearing {number}." for number in range(1, 8)))

WALLS = {
    "de": ("Dieser Beitrag ist nur für Abonnenten", "Sie sind schon Mitglied? Hier anmelden"),
    "de-members": ("Dieser Inhalt ist exklusiv für Mitglieder.", "Jetzt abonnieren"),
    "de-login": (
        "Melden Sie sich an oder schließen Sie ein Abonnement ab, um weiterzulesen.",
        "Noch kein Abo?",
    ),
    "fr": ("Connectez-vous ou abonnez-vous pour lire la suite de l’article.", "Déjà abonné ?"),
    "es": ("Esta nota está reservada a nuestros suscriptores.", "¿Ya eres suscriptor?"),
    "it": ("Accedi o abbonati per continuare a leggere.", "Sei già abbonato?"),
    "nl": ("Log in of neem een abonnement om verder te lezen.", "Nog geen account?"),
    "pt": ("Faça login ou assine para continuar lendo.", "Já é assinante?"),
    "pl": ("Ten artykuł jest dostępny tylko dla subskrybentów.", "Masz już konto?"),
    "sv": ("Logga in eller bli prenumerant för att läsa vidare.", "Redan prenumerant?"),
    "da": ("Artiklen er forbeholdt abonnenter.", "Allerede abonnent?"),
    "fi": ("Kirjaudu sisään tai tilaa lukeaksesi koko jutun.", "Oletko jo tilaaja?"),
    "cs": ("Článek je dostupný pouze pro předplatitele.", "Už máte předplatné?"),
    "hu": ("A folytatáshoz jelentkezz be vagy fizess elő.", "Már előfizető?"),
    "ru": ("Этот материал доступен только подписчикам.", "Уже есть подписка?"),
    "el": ("Το άρθρο είναι διαθέσιμο μόνο για συνδρομητές.",),
    "ja": ("続きをお読みいただくには会員登録が必要です。", "会員の方はこちらからログイン"),
    "zh": ("本文仅限会员阅读。", "已是会员？登录"),
    "ko": ("전체 기사는 구독 후 보실 수 있습니다.",),
}
STORIES_OF_DOORS = (
    "Die Anmeldung ist nur für Mitglieder der Kammer möglich.",
    "Dieser Text ist nur für Klasse 25 registriert.",
    "Der Beitrag bleibt allein Sache der Mitglieder des Verbands.",
    "Der Artikel ist nur in der Schweiz erschienen, sagte sie.",
    "L’article est disponible en trois langues.",
    "Esta nota es solo una copia del registro de 1911.",
    "Per leggere le carte il tribunale ha chiesto tre mesi.",
    "Dit artikel is alleen in de winkel te koop.",
    "Zaloguj się do systemu i złóż wniosek do końca roku.",
    "Den här texten är bara en översättning.",
    "全文は裁判所の登録簿で読むことができる。",
    "本文仅介绍商标注册的三个步骤，不涉及诉讼。",
    "전체 회원의 절반이 투표했다.",
    "Subscribers log in to the app by a lamp-shaped button, the firm said.",
)


def page(*lines: str, below: str = "") -> str:
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        "<!doctype html><html><head><title>Lantern case before the board</title></head><body><main>"
        "<article><h1>Lantern case before the board</h1><time datetime='2026-11-20'>20 November"
        f" 2026</time><div class='entry-content'>{text}{below}</div></article></main></body></html>"
    )


def read(*lines: str, below: str = "", source: Source | None = None) -> Article:
    return extract_article(page(*lines, below=below), URL, source)


def lines_of(article: Article) -> list[str]:
    return (article.body or "").split("\n\n")


@pytest.mark.parametrize("language", WALLS)
def test_a_wall_is_known_in_its_language(language: str) -> None:
    article = read(*WHOLE[:4], *WALLS[language])
    assert lines_of(article) == list(WHOLE[:4])
    assert article.is_truncated
    assert article.access in ("subscription", "registration")
    assert article.related_links == ()


@pytest.mark.parametrize("line", STORIES_OF_DOORS)
def test_a_story_that_speaks_of_subscriptions_or_logins_is_whole(line: str) -> None:
    article = read(*WHOLE[:2], line, *WHOLE[2:4])
    assert lines_of(article) == [*WHOLE[:2], line, *WHOLE[2:4]]
    assert article.is_truncated is False
    assert article.access is None


JOIN = "<p>Qo lantren <a href='/{join}/'>vo lampor</a></p>"
LOG_IN = "<p>Ji kvo ta? <a href='/{log_in}?next=/news'>Ivo</a></p>"


@pytest.mark.parametrize(
    ("name", "join", "log_in", "access"),
    [
        ("pmpro_content_message", "membership-account/membership-levels", "login", "subscription"),
        ("gh-post-upgrade-cta", "#/portal/signup", "#/portal/signin", "registration"),
        ("paywall", "abo", "anmelden", "subscription"),
        ("paywall", "suscripcion", "mi-cuenta", "subscription"),
    ],
)
def test_a_box_that_is_called_a_wall_is_one_without_a_word_that_is_known(
    name: str, join: str, log_in: str, access: str
) -> None:
    box = JOIN.format(join=join) + LOG_IN.format(log_in=log_in)
    article = read(*WHOLE[:3], below=f"<div class='{name}'><h3>Qo lantren!</h3>{box}</div>")
    assert lines_of(article) == list(WHOLE[:3])
    assert (article.is_truncated, article.access) == (True, access)
    assert article.related_links == ()


def test_a_box_that_leads_to_both_doors_cuts_a_teaser_and_no_whole_story() -> None:
    box = (
        f"<div class='x7'>{JOIN.format(join='abonnement')}{LOG_IN.format(log_in='connexion')}</div>"
    )
    teaser, whole = read(*WHOLE[:2], below=box), read(*WHOLE, below=box)
    assert (lines_of(teaser), teaser.is_truncated) == (list(WHOLE[:2]), True)
    assert (lines_of(whole), whole.is_truncated, whole.access) == (list(WHOLE), False, None)


@pytest.mark.parametrize(
    "below",
    [
        "<div class='x7'><p>Qo lantren <a href='/subscribe'>vo lampor</a></p></div>",
        "<div class='comment-form'><p><a href='/login'>In</a> <a href='/register'>Ny</a></p></div>",
        "<ul><li><a href='/user/login?to=/a%23comment-form'>In</a> <a href='/user/register?to=/a"
        "%23comment-form'>Ny</a></li></ul>",
        "<div class='x7'><p><a href='/news/login-marks-19002'>Login may be a mark for doors</a></p>"
        "<p><a href='/news/abo-is-none-19003'>Abo is no mark, says the other board</a></p></div>",
    ],
)
def test_what_asks_for_letters_or_comments_is_no_wall(below: str) -> None:
    article = read(*WHOLE[:2], below=below)
    assert article.is_truncated is not True
    assert article.access is None


def test_a_declared_wall_says_that_the_story_is_cut_and_for_whom() -> None:
    line = "Lamp card holders of {} read on."
    source = Source(
        name="lamps",
        publisher="The Lamp",
        domains=("p.example",),
        article_url=r"/news/[\w-]+-\d{5}",
        sections=("https://p.example/news",),
        furniture=(Furniture(pattern=r"lamp card holders of \d+ read on\.", cut="wall"),),
        language="en",
        timezone="UTC",
    )
    below = f"<p>{line.format(1911)}</p>{JOIN.format(join='abo')}<p>Lantern oil, too.</p>"
    article = read(*WHOLE[:3], below=below, source=source)
    assert lines_of(article) == list(WHOLE[:3])
    assert (article.is_truncated, article.access) == (True, "subscription")
    assert read(*WHOLE[:3], below=below).is_truncated is False
    text = "\n".join(
        (*WHOLE[:1], "20 November 2026", *WHOLE[:3], line.format(1911), "Lantern oil.")
    )
    captured = extract_article(text, URL, source)
    assert captured.is_truncated
