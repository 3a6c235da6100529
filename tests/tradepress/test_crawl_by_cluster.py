"""`tradepress crawl` by a cluster, as it is typed."""

import pytest

from tradepress.cluster.cluster_crawl import ClusterCrawl
from tradepress.cluster.run_tasks import NO_TASKS, LeftOut
from tradepress.commands.crawl_summary import print_done

MANY = range(30)


def test_every_trouble_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_done(
        ClusterCrawl(
            tasks=NO_TASKS,
            left_out=tuple(LeftOut(input=f"paper{n}", reason="its\nworker died") for n in MANY),
            notes=tuple(f"gazette{n}: the section has moved\x1b[2J" for n in MANY),
            exit_code=1,
            sums=None,
        )
    )
    notes = [f"gazette{n}: the section has moved[2J" for n in MANY]
    left_out = [f"left out: paper{n}: its worker died" for n in MANY]
    assert capsys.readouterr().err.splitlines() == [*notes, *left_out]
