"""Shows results in a notebook: as HTML in which every word is escaped, and as frames of pandas."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas


class Table:
    """Is shown by a notebook, and becomes a frame of pandas."""

    __slots__ = ()

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        """Gives what stands above it, the names of its columns, and its rows."""
        raise NotImplementedError

    def _shown(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        """Gives the same as a person reads it."""
        return self._table()

    def to_pandas(self) -> "pandas.DataFrame":
        """Makes a frame of the rows.

        :raises ImportError: pandas is not installed; says how to have it
        """
        _, columns, rows = self._table()
        frame: pandas.DataFrame = installed("pandas").DataFrame([*rows], columns=[*columns])
        return frame

    def _repr_html_(self) -> str:
        caption, columns, rows = self._shown()
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
        return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def installed(name: str, *, beside: str = "") -> ModuleType:
    """Imports what an installation need not have.

    :param beside: what must be installed, too
    :raises ImportError: it is not there; says how to have it
    """
    try:
        return import_module(name)
    except ImportError as error:
        words = f"{name} is not installed: pip install {' '.join(filter(None, (name, beside)))}"
        raise ImportError(words, name=name) from error
