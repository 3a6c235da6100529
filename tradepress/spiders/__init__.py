"""Is the package whose modules are the declared sources: the files of ``crawler/spiders``.

They stand there in a checkout and below this folder in the wheel, which brings no ``crawler``: a
researcher's own file of that name beside a notebook must not hide them.
"""

from pathlib import Path

_IN_THE_WHEEL = Path(__file__).parent / "declared"
_IN_A_CHECKOUT = Path(__file__).parents[2] / "crawler" / "spiders"
OURS = _IN_THE_WHEEL if _IN_THE_WHEEL.is_dir() else _IN_A_CHECKOUT
__path__ = [str(OURS)]
