"""Writes where `make docs` does: between two comments of a document, and nowhere else."""


def written_between(document: str, start: str, end: str, text: str) -> str:
    """Returns the document with this text between the two comments.

    :raises ValueError: one of them isn't there, or more than once
    """
    before, rest = document.split(start)
    _, after = rest.split(end)
    return f"{before}{start}\n{text}\n{end}{after}"
