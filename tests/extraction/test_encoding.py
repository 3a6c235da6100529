"""The encoding of a page: what is whole UTF-8 is that, and of several names the one that reads."""

from collections.abc import Mapping

import pytest
from conftest import a_story

from tradepress.extraction import extract_article
from tradepress.extraction.encoding import decode

TEXTS: Mapping[str, str] = {
    "big5": "智慧財產法院駁回原告之訴，認為一盞燈的照片不能界定顏色的範圍。",
    "gb2312": "北京市高级人民法院驳回上诉，认为一盏灯的照片不能界定颜色的范围。",
    "gb18030": "法院认为该颜色不具有显著特征，㐂公司不服，在本院提出上诉。",
    "shift_jis": "知的財産高等裁判所は、琥珀色の単色商標について、登録を認めなかった。",
    "euc-jp": "知的財産高等裁判所は、琥珀色の単色商標について、登録を認めなかった。",
    "iso-2022-jp": "知的財産高等裁判所は、琥珀色の単色商標について、登録を認めなかった。",
    "euc-kr": "특허법원은 등잔의 사진에 불과한 견본으로는 권리 범위를 특정할 수 없다고 판단했다.",
    "windows-1251": "Суд отказал в регистрации янтарного цвета фонаря. Жалоба будет подана.",
    "koi8-r": "Суд отказал в регистрации янтарного цвета фонаря. Жалоба будет подана.",
    "windows-1252": "La chambre a refusé l’été « ambré » d’une lanterne – déjà connue à Brévanne.",
}
LATIN = frozenset(("iso-8859-1", "windows-1252"))
OTHERS = (*TEXTS, "utf-8", "iso-8859-1")


def page(text: bytes, declared: str | None) -> bytes:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    return (head.encode() if declared else b"") + b"<title>x</title><p>" + text + b"</p>"


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("of_header", [True, False])
@pytest.mark.parametrize("of_meta", [True, False])
def test_encoding_is_read_where_header_meta_or_nothing_names_it(
    encoding: str, of_header: bool, of_meta: bool
) -> None:
    words = TEXTS[encoding] * 3
    header = f"text/html; charset={encoding}" if of_header else "text/html"
    assert words in decode(page(words.encode(encoding), encoding if of_meta else None), header)


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("other", OTHERS)
def test_of_header_and_meta_that_differ_the_one_counts_that_reads(
    encoding: str, other: str
) -> None:
    words = TEXTS[encoding] * 3
    text = words.encode(encoding)
    assert words in decode(page(text, encoding), f"text/html; charset={other}")
    assert words in decode(page(text, other), f"text/html; charset={encoding}")


@pytest.mark.parametrize("words", TEXTS.values())
@pytest.mark.parametrize("declared", OTHERS)
def test_what_is_whole_utf_8_is_that_whatever_it_is_called(words: str, declared: str) -> None:
    assert words in decode(page(words.encode(), declared), None)
    assert words in decode(page(words.encode(), None), f"text/html; charset={declared}")


def test_utf_8_with_a_broken_byte_is_read_where_another_encoding_is_declared() -> None:
    words = TEXTS["gb2312"] * 3
    assert words in decode(page(words.encode() + b"\xff", "gb2312"))


def test_letters_that_no_one_writes_make_a_text_doubtful_and_are_told() -> None:
    story = a_story("Court refuses the handle")
    whole = extract_article(story)
    broken = extract_article(story.replace("the", "th\ufffd"))
    private = extract_article(story.replace("the", "th\ue123"))
    assert whole.confidence is not None
    assert "garbled" not in whole.evidence["confidence"][0].value
    for doubted in (broken, private):
        assert doubted.evidence["confidence"][0].value["garbled"] > 0
        assert doubted.confidence is not None
        assert doubted.confidence < whole.confidence / 2
