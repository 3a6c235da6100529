"""Sends saved queries as alerts: who is told what is new in them, by the services of health."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradepress.jobs.notify import Message, Service
from tradepress.research.queries.query_changes import ResultChange, sums_of
from tradepress.research.queries.saved_queries import QueryDiff, SavedQueries

MOST_TOLD = 50
"""Bounds the stories of one query in one message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryNews:
    """Is what one service is to be told of one query."""

    diff: QueryDiff
    changes: tuple[ResultChange, ...]


def news_in(changes: Iterable[ResultChange]) -> tuple[ResultChange, ...]:
    """Returns changes worth a message: what our own better rules changed is none, nor a merger."""
    return tuple(one for one in changes if one.kind != "merged" and not one.is_reread)


def tell_news(
    services: Sequence[Service], queries: SavedQueries, names: Sequence[str], *, archive: Path
) -> list[str]:
    """Tells each service in one message what is new in the last run of these queries since the run
    that it was told of; nothing where nothing is new.

    A new service is told what is new since the run before. What it did not take is told again
    with the next run.

    :returns: what could not be delivered, a line each
    :raises QueryFileError: a file can't be read
    :raises OSError: a file can't be written
    """
    failures = []
    for service in services:
        news, told = [], {}
        for name in names:
            saved = queries.load(name)
            last = len(saved.runs)
            since = min(saved.told.get(service.digest, max(1, last - 1)), last)
            diff = queries.diff(name, since, last)
            news.append(QueryNews(diff=diff, changes=news_in(diff.changes)))
            told[name] = (since, last)
        message = compose_news([one for one in news if one.changes], archive)
        taken = message is None or service.take(message)
        if not taken:
            failures.append(f"{service.name} took no message; it is told with the next run")
        for name, (since, last) in told.items():
            queries.note_told(name, {service.digest: last if taken else since})
    return failures


def compose_news(news: Sequence[QueryNews], archive: Path) -> Message | None:
    """Composes the message; None: nothing is new."""
    if not news:
        return None
    names = ", ".join(one.diff.name for one in news)
    every = [change for one in news for change in one.changes]
    return Message(
        kind="info",
        title=f"Tradepress: {sums_of(every)} in {names}",
        body="\n\n".join([*(_section(one) for one in news), f"Archive: {archive}"]),
    )


def _section(news: QueryNews) -> str:
    before = news.diff.before
    since = f" since {before.at[:10]}" if before else ""
    lines = [f"{news.diff.name}: {sums_of(news.changes)}{since}"]
    lines += [line for one in news.changes[:MOST_TOLD] for line in _lines(one)]
    if len(news.changes) > MOST_TOLD:
        lines.append(
            f"and {len(news.changes) - MOST_TOLD} more: tradepress query diff {news.diff.name}"
        )
    return "\n".join(lines)


def _lines(one: ResultChange) -> list[str]:
    ref = one.ref if one.version is None else f"{one.ref}@{one.version}"
    if one.headline is None or one.reason is not None:
        return [f"- {one.word}: {ref}: {one.reason}"]
    day = one.published_day or "undated"
    return [f"- {one.word}: {one.headline}", f"  {one.publisher}, {day}, {ref}, {one.url}"]
