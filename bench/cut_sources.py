"""What it takes to cut a source out of an archive for a crawl on a cluster, and to take it back.

    python bench/cut_sources.py [--stories 5000]

As parts of the time that it took to store these invented stories of 300 words (bench/archive.py) as
a crawl does. What comes back has no news: a story that has some is merged, as is measured in
bench/merge_archives.py. Times are CPU of the process.
"""

# ruff: noqa: E402
import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

from archive.ledger.outcomes import RunKind
from archive.merging.bring_crawl import bring_crawl
from archive.merging.cut_sources import cut_sources
from archive.merging.other_archive import open_other
from archive.open import open_archive
from bench.archive import SOURCE, stories
from bench.merge_archives import make


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=int, default=5000)
    number = parser.parse_args().stories
    with tempfile.TemporaryDirectory() as folder:
        home, part = Path(folder, "home.db"), Path(folder, "part.db")
        stored = make(home, stories(number))
        started = time.process_time()
        cut_sources(home, part, [SOURCE.name], lambda url: True)
        cut = time.process_time() - started
        with (
            open_archive(home) as archive,
            archive.run(RunKind.CRAWL, sources=[SOURCE.name]) as run,
            open_other(part) as other,
        ):
            run.parts.add(part.parent, [SOURCE.name])
            started = time.process_time()
            assert bring_crawl(run, other, part.parent, lambda article: article) == []
            brought = time.process_time() - started
            assert not run.parts.away(), "nothing was taken back"
        print(
            f"{number:,} stories, stored in {1000 * stored / number:.2f} ms CPU each: cut out in "
            f"{cut / stored:.3f} of that, {part.stat().st_size / number / 1000:.1f} kB each; taken "
            f"back without news in {brought / stored:.3f} of it"
        )


if __name__ == "__main__":
    main()
