"""What wget and warcio write: originals in one command, revisits in the next, and ARC files."""

import io
import subprocess
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress, a_story
from needs import require_program
from test_revisits import PAGE, URL, seen
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("at_once", [True, False])
def test_wget_that_leaves_out_what_it_had(
    here: Tradepress, tmp_path: Path, site: Site, at_once: bool
) -> None:
    paths = [f"/trademark/lantern-{number}" for number in (15001, 15002)]
    for number, path in enumerate(paths):
        site.pages[path] = Answer(a_story(f"Lantern {number}"))
    urls = [site.home + path for path in paths]
    wget = [require_program("wget"), "-q", "--no-proxy", "-O", "/dev/null", *urls]
    subprocess.run([*wget, "--warc-file=one", "--warc-cdx"], cwd=tmp_path, check=True)
    subprocess.run([*wget, "--warc-file=two", "--warc-dedup=one.cdx"], cwd=tmp_path, check=True)
    if at_once:
        done = here("ingest", "two.warc.gz", "one.warc.gz", "--json")
    else:
        assert here("ingest", "one.warc.gz").returncode == 0
        done = here("ingest", "two.warc.gz", "--json")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count('"unchanged"') == 2
    assert len(seen(tmp_path)) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of warcio's own
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("is_gzip", [True, False])
def test_warcio_writes_revisits(here: Tradepress, tmp_path: Path, is_gzip: bool) -> None:
    head = [("Content-Type", "text/html")]
    with (tmp_path / "a.warc").open("wb") as stream:
        writer = WARCWriter(stream, gzip=is_gzip)
        answer = StatusAndHeaders("200 OK", head, protocol="HTTP/1.0")
        at = {"WARC-Date": "2015-06-01T12:00:00Z"}
        record = writer.create_warc_record(
            URL, "response", io.BytesIO(PAGE), http_headers=answer, warc_headers_dict=at
        )
        writer.write_record(record)
        revisit = writer.create_revisit_record(
            URL,
            record.rec_headers.get_header("WARC-Payload-Digest"),
            URL,
            "2015-06-01T12:00:00Z",
            http_headers=answer,
            warc_headers_dict={"WARC-Date": "2018-06-01T12:00:00Z"},
        )
        writer.write_record(revisit)
    assert here("ingest", "a.warc").returncode == 0
    assert seen(tmp_path) == [("2015", "2018", 1)]
