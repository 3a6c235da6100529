"""Lists the forms of a dossier by the ending of their files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tradepress.archive.disk import stream_written_whole
from tradepress.research.dossier.docx_form import docx_form, require_docx
from tradepress.research.dossier.dossier import Dossier
from tradepress.research.dossier.html_form import html_form


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierForm:
    """Is a form in which a dossier is written."""

    content_type: str
    parts: Callable[[Dossier], Iterator[bytes]]


FORMS: Mapping[str, DossierForm] = {
    "html": DossierForm(content_type="text/html; charset=utf-8", parts=html_form),
    "docx": DossierForm(
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        parts=docx_form,
    ),
}


def form_of(ending: str) -> DossierForm:
    """Returns the form whose files end so.

    :raises ValueError: there is none
    :raises DocxMissing: it is docx, and python-docx isn't installed
    """
    if ending not in FORMS:
        raise ValueError(f"no form {ending!r} of a dossier: give one of {', '.join(FORMS)}")
    if ending == "docx":
        require_docx()
    return FORMS[ending]


def write_dossier(dossier: Dossier, path: Path, *, archive: Path) -> None:
    """Writes the file, in the form that its ending names; what bore the name gives way.

    :raises ValueError: no form ends so
    :raises DocxMissing: it is docx, and python-docx isn't installed
    :raises ArchiveError: it can't be written
    """
    form = form_of(path.suffix.removeprefix("."))
    with stream_written_whole(path, archive=archive) as stream:
        stream.writelines(form.parts(dossier))
