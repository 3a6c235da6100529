"""Writes the pages of docs/gallery from its notebooks: `make docs`.

`make gallery` runs the notebooks first, on the sample papers: what they show is what they gave.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

from lxml.html import fromstring

Notebook = dict[str, Any]
"""Is a notebook as JSON (nbformat 4.5)."""
Shown = Mapping[str, Any]
"""Is one output of a cell."""

ROOT = Path(__file__).parent.parent
PICTURE = "gallery-{name}-{number}.svg"
WRITTEN = """
*Written by `make docs` from [the notebook]({name}.ipynb), which the long tests run.*
"""
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
NO_MARKS = str.maketrans("[]", "()")
SVG = "{http://www.w3.org/2000/svg}"


def main(docs: Path, *, execute: bool) -> None:
    """Writes a page and its pictures for each notebook, and with ``execute`` the notebooks anew."""
    files = sorted((docs / "gallery").glob("*.ipynb"))
    notebooks = [json.loads(file.read_text()) for file in files]
    if execute:
        notebooks = executed(notebooks)
    (docs / "pictures").mkdir(exist_ok=True)
    for file, notebook in zip(files, notebooks, strict=True):
        file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
        page, pictures = page_of(notebook, file.stem)
        file.with_suffix(".md").write_text(page)
        for old in (docs / "pictures").glob(PICTURE.format(name=file.stem, number="*")):
            old.unlink()
        for name, picture in pictures.items():
            (docs / "pictures" / name).write_text(picture)


def executed(notebooks: Sequence[Notebook]) -> list[Notebook]:
    """Runs notebooks beside the archive that the demo makes, with no settings of this machine."""
    with TemporaryDirectory() as folder:
        press, home = Path(folder, "press"), Path(folder, "home")
        press.mkdir()
        for options in ((), ("--later",)):
            command = [sys.executable, "-m", "tradepress", "demo", *options]
            subprocess.run(command, cwd=press, check=True, stdout=subprocess.DEVNULL)
        home.mkdir()
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            os.environ[name] = str(home / name.lower())
        os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
        return [_run(notebook, press, home / "kernel") for notebook in notebooks]


def _run(notebook: Notebook, folder: Path, line: Path) -> Notebook:
    """Runs one in a folder.

    :param line: is the beginning of the names of sockets, which are files: no network
    """
    from nbclient import NotebookClient
    from nbformat.v4 import reads, writes
    from traitlets.config import Config

    client = NotebookClient(
        reads(json.dumps(notebook)),
        kernel_name=KERNEL["name"],
        config=Config(KernelManager={"transport": "ipc", "ip": str(line)}),
        record_timing=False,
        coalesce_streams=True,
        timeout=300,
        resources={"metadata": {"path": str(folder)}},
    )
    done: Notebook = json.loads(writes(client.execute()))
    return done | {"metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}}}


def page_of(notebook: Notebook, name: str) -> tuple[str, dict[str, str]]:
    """Makes a page of a notebook with its outputs, and the pictures on it by their files' names."""
    parts: list[str] = []
    pictures: dict[str, str] = {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(_block("python", source))
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "image/svg+xml" in data:
                picture = "".join(data["image/svg+xml"])
                file = PICTURE.format(name=name, number=len(pictures) + 1)
                pictures[file] = picture
                parts.append(f"![{_in_words(picture)}](../pictures/{file})")
            elif "text/markdown" in data:
                text = "".join(data["text/markdown"]).strip()
                parts.append(text.replace(r"\@", "@"))  # Python-Markdown would show the stroke
            elif "text/html" in data:
                parts.append("\n".join(_table("".join(data["text/html"]))))
            else:
                parts.append(_block("text", "".join(output.get("text") or data["text/plain"])))
    return "\n\n".join(parts) + "\n" + WRITTEN.format(name=name), pictures


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _in_words(picture: str) -> str:
    """Returns the title and all numbers of a picture, for whoever can't see it."""
    tree = ElementTree.fromstring(picture)
    title, description = (tree.findtext(f"{SVG}{name}") or "" for name in ("title", "desc"))
    numbers = "; ".join(line.rstrip(".") for line in description.splitlines())
    return f"{title}. {numbers}".translate(NO_MARKS)


def _table(html: str) -> Iterator[str]:
    """Writes a table of HTML as Markdown: its lines of names become one."""
    rows = fromstring(html).findall(".//tr")
    heads = [row for row in rows if row.find("td") is None]
    yield _line([" ".join(filter(None, names)) for names in zip(*map(_cells, heads), strict=True)])
    yield _line(["---"] * len(_cells(heads[0])))
    for row in rows[len(heads) :]:
        yield _line(_cells(row))


def _cells(row: Any) -> list[str]:
    return [" ".join(cell.text_content().split()).replace("|", r"\|") for cell in row]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if one != "--execute"]
    main(Path(*given) if given else ROOT / "docs", execute="--execute" in sys.argv)
