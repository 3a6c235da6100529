"""The studies of docs/gallery can't lie: they are run on the demo, and all of it is compared."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from tools.gallery import main, page_of

DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "gallery").glob("*.ipynb"))
MOST_WORDS = 900
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg"><title>Stories by [year]</title>'
    "<desc>3 stories.\n2015: 3</desc></svg>"
)
TABLE = (
    "<div><style>td {}</style><table><thead><tr><th></th><th>a|b</th></tr>"
    "<tr><th>ref</th><th></th></tr></thead><tr><th>wipr-1</th><td>1</td></tr></table></div>"
)
PAGE = r"""# A study

```python
shown()
```

```text
3 stories
```

![Stories by (year). 3 stories; 2015: 3](../pictures/gallery-study-1.svg)

| ref | a\|b |
| --- | --- |
| wipr-1 | 1 |

*Lantern* wipr-1@ab12

```text
True
```

*Written by `make docs` from [the notebook](study.ipynb), which the long tests run.*
"""


def files(docs: Path) -> dict[str, str]:
    """All that belongs to the studies."""
    found = [*docs.glob("gallery/*"), *docs.glob("pictures/gallery-*")]
    return {str(file.relative_to(docs)): file.read_text() for file in found}


def copied(docs: Path) -> Path:
    """The notebooks alone, in a folder of their own."""
    (docs / "gallery").mkdir(parents=True)
    for file in NOTEBOOKS:
        shutil.copy(file, docs / "gallery")
    return docs


def test_a_page_shows_what_a_notebook_shows() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["3 ", "stories\n"]},
        {"data": {"image/svg+xml": PICTURE, "text/plain": "<SVG>"}},
        {"data": {"text/html": TABLE, "text/plain": "a frame"}},
        {"data": {"text/markdown": "*Lantern* wipr-1\\@ab12\n", "text/plain": "<Markdown>"}},
        {"data": {"text/plain": ["True"]}},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# A ", "study"]},
        {"cell_type": "code", "source": "shown()", "outputs": outputs},
    ]
    assert page_of({"cells": cells}, "study") == (PAGE, {"gallery-study-1.svg": PICTURE})


def test_the_pages_are_those_of_the_notebooks(tmp_path: Path) -> None:
    """Else: `make docs`."""
    docs = copied(tmp_path / "docs")
    (docs / "pictures").mkdir()
    (docs / "pictures" / f"gallery-{NOTEBOOKS[0].stem}-99.svg").touch()
    main(docs, execute=False)
    assert files(docs) == files(DOCS)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_all_numbers_are_computed_and_a_study_is_read_in_minutes(file: Path) -> None:
    cells = json.loads(file.read_text())["cells"]
    prose = [line for cell in cells if cell["cell_type"] == "markdown" for line in cell["source"]]
    assert [line for line in prose if re.search(r"\d", line)] == []
    written = " ".join("".join(cell["source"]) for cell in cells)
    assert len(written.split()) <= MOST_WORDS
    assert [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"] == [
        *range(1, 1 + sum(cell["cell_type"] == "code" for cell in cells))
    ]


@pytest.mark.slow  # two crawls, and two kernels
def test_the_notebooks_give_what_they_show(tmp_path: Path) -> None:
    """Else: `make gallery`, and read the prose again."""
    docs = copied(tmp_path / "docs")
    for file in (docs / "gallery").iterdir():
        notebook = json.loads(file.read_text())
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"execution_count": None, "outputs": []}
        file.write_text(json.dumps(notebook))
    others = {name: value for name, value in os.environ.items() if "TRADEPRESS" not in name}
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "gallery.py", "--execute", docs],
        cwd=tmp_path,
        env=others | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert files(docs) == files(DOCS)
