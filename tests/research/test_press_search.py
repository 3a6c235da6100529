"""Searching from Python: names in filters by any spelling, and why nothing is found."""

from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, asked, open_writer, save, story

import tradepress
from tradepress.mentions.asked_names import with_known_names
from tradepress.story import Mention


@pytest.fixture
def path(tmp_path: Path) -> Path:
    office = Mention(field="body", start=0, end=4, kind="office", value="EUIPO")
    with open_writer(tmp_path / "press.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(1, headline="Lamp refused", mentions=[office]))
        save(writer, story(2, headline="Oil refused"))
        writer.end_run("done", 0)
    return tmp_path / "press.db"


def test_an_archive_is_searched(path: Path) -> None:
    with tradepress.open(path) as archive:
        assert [hit.ref for hit in archive.search(asked("headline:lamp"))] == ["signet-1"]
        (hit,) = archive.search(asked(office="OHIM"))
        assert hit.ref == "signet-1"
        assert [one.ref for one in archive.stories(asked(office="OHIM"))] == ["signet-1"]
        assert archive.count(asked(office="ohim")).total == 1
        assert archive.search(asked("lantrn")) == []
        for name in ("signet-1", " signet-1@1 ", f"{SITE}/trademark/orrin-vale-1?utm_source=x"):
            assert [hit.ref for hit in archive.search(name)] == ["signet-1"]
            assert archive.count(name).total == 1
        assert archive.search(asked("signet-1", until="2016")) == []
        assert archive.why_nothing(asked("signet-1", until="2016")) == [
            "the stories begin on 2017-08-04, later than 2016"
        ]
        assert [hit.ref for hit in archive.search(asked(author="P Holm"))] == [
            "signet-2",
            "signet-1",
        ]
        assert archive.why_nothing(asked("lantrn")) == [
            "no story has “lantrn”",
            "“lantrn”: did you mean “lantern” (2 stories)?",
        ]
        (meant,) = archive.did_you_mean("headline:lantrn -oil")
        assert (meant.word, meant.better, meant.stories) == ("lantrn", "lantern", 2)
        assert meant.query.words == "headline:lantern -oil"
        assert "write lamp NOT oil" in archive.remarks("lamp not oil")[0]
        assert archive.remarks(asked("lamp")) == archive.remarks(asked()) == []
        with pytest.raises(ValueError, match="no office 'DPMA': it has EUIPO"):
            archive.search(asked(office="DPMA"))
        for ask in (archive.count, archive.stories, archive.search):
            with pytest.raises(ValueError, match=r"no source 'signt': did you mean signet\?"):
                ask(asked(source=("signet", "signt")))
        assert archive.count().total == 2
        with pytest.raises(ValueError, match="did you mean headline:"):
            archive.search(asked("hedline:lamp"))


def test_names_in_filters_become_todays_and_unknown_ones_stay() -> None:
    query = with_known_names(asked(office=("ohim", "Nowhere Office"), court="ECJ"))
    assert query == asked(office=("EUIPO", "Nowhere Office"), court="CJEU")
    assert with_known_names(asked("lamp")) == asked("lamp")


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("EUTM No 017930517", "EUTM 17930517"),
        ("CTM 17 930 517", "EUTM 17930517"),
        ("UK00003123456", "UK 3123456"),
        ("017930517", "017930517"),
        ("C-449/18 P", "C-449/18 P"),
    ],
)
def test_a_marks_number_can_be_asked_for_as_it_is_printed(printed: str, stored: str) -> None:
    assert with_known_names(asked(number=printed)) == asked(number=stored)


def test_what_is_of_a_wrong_kind_is_told(path: Path) -> None:
    with tradepress.open(path) as archive:
        with pytest.raises(ValueError, match="source of a query is a list of texts, not 'signet'"):
            archive.search(tradepress.StoryQuery(source="signet"))  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="since of a query is a text, not 2015"):
            archive.count(tradepress.StoryQuery(since=2015))  # type: ignore[arg-type]
        a_list = tradepress.StoryQuery(source=["signet"])  # type: ignore[arg-type]
        assert len(archive.search(a_list)) == 2
        for limit in (-1, 10**30):
            with pytest.raises(ValueError, match="limit and offset"):
                archive.search("lamp", limit=limit)
        with pytest.raises(ValueError, match="'last year' is not a day"):
            archive.cite("signet-1", accessed="last year")
        with pytest.raises(ValueError, match="no format 'xls': give one of jsonl"):
            archive.export("lamp", path=path.parent / "x.xls", format="xls")  # type: ignore[arg-type]


def test_an_editor_is_told_the_types() -> None:
    (folder,) = tradepress.__path__
    assert (Path(folder) / "py.typed").is_file()  # PEP 561
