"""`ingest` by a cluster of ARC files, .warc.zst and revisits whose pages are in other files."""

import gzip
from pathlib import Path

import pytest
from clusters import client
from conftest import a_story
from distributed import Client
from taken_apart import JOB, at_once
from test_foreign_records import IMAGE, an_arc, answer, arc_head, frames
from test_revisits import CHUNKED, DIGEST, OF_CHUNKS, URL, a_capture, a_revisit, seen

from tradepress.cluster.cluster_ingest import cluster_ingest
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.crawling.page_workers import PageWorkers

__all__ = ["client"]

pytestmark = pytest.mark.slow


def a_page(name: str) -> bytes:
    words = f"{name} makers have lost their appeal over the shape of a handle, the court said. " * 9
    return a_story(f"{name} case", "4 August 2014", words=f"<p>{words}</p>").encode()


def test_what_others_wrote_comes_in_as_from_one_machine(client: Client, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(
        a_revisit(2018, OF_CHUNKS) + a_revisit(2020, "WARC-Refers-To: <urn:uuid:lost>")
    )
    original = a_capture(2015, CHUNKED, OF_CHUNKS, head="Transfer-Encoding: chunked\r\n")
    (folder / "b.warc.gz").write_bytes(original + gzip.compress(IMAGE))
    arc = arc_head() + an_arc(
        answer(a_page("Bell")), url="https://www.worldipreview.com/lantern-case-15002"
    )
    (folder / "c.arc").write_bytes(arc)
    (folder / "d.warc.zst").write_bytes(
        frames(gzip.decompress(a_capture(2016, a_page("Horn"), url=f"{URL}3")))
    )
    (folder / "e.warc.gz").write_bytes(a_revisit(2019, DIGEST, url="https://nowhere.example/x"))
    assert client.scheduler is not None
    place = ClusterPlace(scheduler=client.scheduler.address, shards=str(tmp_path / "shards"))
    done = cluster_ingest([str(folder)], JOB, place, archive=tmp_path / "archive.db")
    assert [Path(one.input).name for one in done.left_out] == ["e.warc.gz"]
    assert done.records == {"no HTML": 1, "revisits of pages that are not here": 2}
    (tmp_path / "other").mkdir()
    with PageWorkers(1) as workers:
        at_once([folder], tmp_path / "other" / "archive.db", workers)
    assert seen(tmp_path) == seen(tmp_path / "other")
    assert ("2015", "2018", 1) in seen(tmp_path)
    again = cluster_ingest([str(folder)], JOB, place, archive=tmp_path / "archive.db")
    names = [Path(one).name for one in again.read_before]
    assert names == ["b.warc.gz", "c.arc", "d.warc.zst"]  # what found no page is read again
