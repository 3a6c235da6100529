"""Writes a source's check as Markdown, for whoever mends it: addresses, findings, no story."""

from tradepress.archive.text_forms import counted, one_line
from tradepress.jobs.check_source import SourceCheck


def check_report(check: SourceCheck, diff: str) -> str:
    """Writes one section of a report.

    :param diff: that mends the source's file; empty: there is none
    """
    count, pages = len(check.articles), counted(check.requests, "page", "pages")
    lines = [
        f"## {check.source.name}: {_plain(check.source.publisher)}",
        f"Checked on {check.day}: {pages} asked for, {counted(count, 'story', 'stories')} read.",
    ]
    lines += _table(
        ("listing", "stories", "address"),
        [
            (one.kind, one.reason or str(len(one.stories)), one.url)
            for one in check.listings
            if not one.is_home
        ],
    )
    lines += _table(
        ("field", f"of {count}", "by"),
        [
            (one.field, str(one.filled), ", ".join(f"{way} {n}" for way, n in one.evidence))
            for one in check.fields
        ],
    )
    lines += _table(
        ("story page", "outcome"), [(one.url, one.reason or "read") for one in check.stories]
    )
    lines += [f"* {witness}" for witness in check.witnesses]
    for one in check.drift:
        sure = " (suspected)" if one.is_suspected else ""
        lines.append(f"* **{one.subject}**{sure}: {_plain(one.words)}")
    lines += [_plain(words) for words in check.notes]
    if not check.drift:
        lines.append("Nothing differs from the declaration.")
    if diff:
        lines += ["", "```diff", diff.rstrip("\n"), "```"]
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    lines = [head, ("---",) * len(head), *rows]
    return ["", *(f"| {' | '.join(_plain(cell) for cell in line)} |" for line in lines), ""]


def _plain(words: str) -> str:
    """Escapes words of a site, so that they can't be mark-up."""
    words = one_line(words)
    for sign in "\\`*_[]<>|":
        words = words.replace(sign, f"\\{sign}")
    return words
