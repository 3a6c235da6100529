"""A disk of a size that a test chooses."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import needs
import pytest


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Gives a file system of so many megabytes, and another size when asked again."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options: str) -> None:
        try:
            subprocess.run(["mount", *options, folder], check=True, capture_output=True, text=True)
        except FileNotFoundError:
            needs.skip("mount")
        except subprocess.CalledProcessError:
            needs.skip("mounts (a right)")

    def resize(megabytes: int) -> Path:
        if folder.is_mount():
            mount("-o", f"remount,size={megabytes}m")
        else:
            mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs")
        return folder

    yield resize
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)
