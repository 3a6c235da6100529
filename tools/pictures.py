"""Makes the pictures of docs/pictures anew, all of them or those named: `make screenshots`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.code_layers import CODE_LAYERS, code_layers
from tools.data_model import DATA_MODEL, data_model
from tools.demo_archive import ROOT, demo_archive
from tools.recordings import RECORDINGS, record
from tools.screenshots import SHOTS, take_shots
from tools.story_walk import STORY_WALK, story_walk

PICTURES = ROOT / "docs" / "pictures"
DIAGRAMS: Mapping[str, tuple[Callable[[], str], str]] = {
    "data-model": (data_model, DATA_MODEL),
    "story-walk": (story_walk, STORY_WALK),
    "code-layers": (code_layers, CODE_LAYERS),
}
"""Maps names of files to what draws them, and to what is to be seen."""


def described() -> Mapping[str, str]:
    """Maps the file of each picture to a sentence that says what is to be seen."""
    return {
        **{f"{name}.svg": alt for name, (_, alt) in DIAGRAMS.items()},
        **{f"{recording.name}.svg": recording.alt for recording in RECORDINGS},
        **{f"{shot.name}.png": shot.alt for shot in SHOTS},
    }


def make_pictures(names: set[str], pictures: Path) -> None:
    """Makes the pictures of these names, without their endings.

    :param pictures: where they are written
    """
    for name in names & {*DIAGRAMS}:
        draw, _ = DIAGRAMS[name]
        (pictures / f"{name}.svg").write_text(draw(), "utf-8")
    recordings = [one for one in RECORDINGS if one.name in names]
    shots = [one for one in SHOTS if one.name in names]
    if recordings or shots:
        with demo_archive() as folder:
            record(folder, pictures, recordings)
            take_shots(folder, pictures, shots)


def main() -> None:
    known = {name.rpartition(".")[0]: name for name in described()}
    names = {*sys.argv[1:]} or {*known}
    if unknown := names - {*known}:
        sys.exit(f"No picture is called {', '.join(sorted(unknown))}; there are: {' '.join(known)}")
    make_pictures(names, PICTURES)
    for name in sorted(names):
        print(f"![{described()[known[name]]}](pictures/{known[name]})")


if __name__ == "__main__":
    main()
