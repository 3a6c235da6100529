"""What became of the stories that were asked for: not a story any more, changed, out of reach."""

from collections import Counter
from collections.abc import Iterator

from archive.health.finding import Finding
from archive.health.history import Fetch, History
from archive.health.rules import FEWEST_ALONE, FEWEST_FORMER
from archive.health.shift import Rise, risen

NO_STORY = {
    *("no_headline", "no_body", "index", "login", "consent", "challenge", "soft_404"),
    *("search", "video", "not_html", "empty", "too_complex", "junk"),
    *("product", "service", "forum", "event"),
}
"""Why a page that was read is rejected, unless by what the paper or the operator asks for."""
KEPT_OUT = ("robots", "offsite", "not_followed", "private_address", "too_large")
"""Why an address is rejected that gave no page, although there may be a story."""
OUR_OWN = ("trial", "interrupted")
"""Why an address is deferred that the site has nothing to do with."""
TEASER = "teaser"


def find_unreadable(history: History) -> Iterator[Finding]:
    """Pages of stories, known or new, that are no stories any more."""
    marks: dict[int, list[int | None]] = {}
    marks_of_new: dict[int, list[int | None]] = {}
    reasons: Counter[str] = Counter()
    known = 0
    refused_before: set[int | None] = set(history.storyless)
    for fetch in _stories_asked(history):
        is_refused = fetch.outcome == "rejected" and fetch.reason in NO_STORY
        if not (is_refused or _was_read(fetch)):
            continue
        is_again = is_refused and fetch.url_id in refused_before
        (refused_before.add if is_refused else refused_before.discard)(fetch.url_id)
        if not is_again:  # a video is one at each visit
            mark = fetch.url_id if is_refused else None
            marks.setdefault(fetch.run_id, []).append(mark)
            if fetch.is_new_story or fetch.article_id is None:
                marks_of_new.setdefault(fetch.run_id, []).append(mark)
        if is_refused and fetch.run_id == history.runs[-1].id:
            reasons[fetch.reason or ""] += 1
            known += fetch.article_id is not None
    rise = risen(list(marks.items())) or _all_bad(history, marks)
    if marks and any(list(marks.values())[-1]):  # old pages may keep their layout
        rise = rise or risen(list(marks_of_new.items()))
    if rise is not None:
        named = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(3))
        yield Finding(
            source=history.source,
            check="unreadable",
            level="problem",
            what="pages of stories can't be read any more",
            figures=f"{rise.figures}"
            + (f"; last run: {named}" if named else "")
            + (f", {known} of them known stories" if known else ""),
            since=history.started(rise.run_id),
            step="What is stored stays. `tradepress extract URL` shows what is seen of a page; "
            f"mend the rules in crawler/spiders/{history.source}.py.",
        )


def find_changed(history: History) -> Iterator[Finding]:
    """Most known stories that were visited again read differently, all at once."""
    stories = {(r.story.article_id, r.story.version): r.story for r in history.readings}
    marks: dict[int, list[int | None]] = {}
    by_rules: set[int] = set()
    example = ""
    for fetch in _stories_asked(history):
        if fetch.article_id is None or fetch.outcome not in ("unchanged", "stored"):
            continue
        if fetch.reason == "gone" or (fetch.version == 1 and fetch.outcome == "stored"):
            continue
        story = stories.get((fetch.article_id, fetch.version or 0))
        is_known = story is not None and (story.is_back or story.has_other_policy)
        is_changed = fetch.outcome == "stored" and not is_known
        is_cut = (fetch.reason or "").startswith(TEASER)
        mark = fetch.article_id if is_changed or is_cut else None
        marks.setdefault(fetch.run_id, []).append(mark)
        if is_changed and story is not None:
            example = f"{story.ref} --diff {story.version - 1} {story.version}"
            if story.has_other_rules:
                by_rules.add(fetch.run_id)
    if (rise := risen(list(marks.items()))) is not None:
        look = f"`tradepress show {example}` shows one. " if example else ""
        yield Finding(
            source=history.source,
            check="changed",
            level="warning",
            what="many known stories read differently at once",
            figures=rise.figures
            + ("; our rules were changed, too" if rise.run_id in by_rules else ""),
            since=history.started(rise.run_id),
            step=f"{look}Former versions stay. If it is a new layout, mend the rules in "
            f"crawler/spiders/{history.source}.py, then `tradepress reextract`.",
        )


def find_errors(history: History) -> Iterator[Finding]:
    """Stories that could not be had."""
    marks: dict[int, list[int | None]] = {}
    reasons: dict[int, Counter[str]] = {}
    kept_out_before: set[int | None] = set(history.storyless)
    for fetch in _stories_asked(history):
        is_deferred = fetch.outcome == "deferred"
        if is_deferred and fetch.reason in OUR_OWN:
            continue
        is_kept_out = fetch.outcome == "rejected" and fetch.reason in KEPT_OUT
        is_again = is_kept_out and fetch.url_id in kept_out_before
        (kept_out_before.add if is_kept_out else kept_out_before.discard)(fetch.url_id)
        if is_again:  # what robots.txt forbids is forbidden at each visit
            continue
        is_bad = is_deferred or is_kept_out or fetch.outcome == "failed"
        marks.setdefault(fetch.run_id, []).append(fetch.url_id if is_bad else None)
        if is_bad:
            reasons.setdefault(fetch.run_id, Counter())[fetch.reason or fetch.outcome] += 1
    rise = risen(list(marks.items())) or _all_bad(history, marks)
    if rise is not None:
        last = reasons[list(marks)[-1]].most_common(3)
        named = ", ".join(f"{reason} {count}" for reason, count in last)
        yield Finding(
            source=history.source,
            check="errors",
            level="problem",
            what="stories can't be had",
            figures=f"{rise.figures}; last run: {named}",
            since=history.started(rise.run_id),
            step="`tradepress runs` says more. They stay due; the next run asks again.",
        )


def _stories_asked(history: History) -> Iterator[Fetch]:
    """Not those withdrawn since: how they ended is known, and no more why."""
    return (
        fetch for fetch in history.fetches if fetch.kind == "article" and not fetch.is_withdrawn
    )


def _was_read(fetch: Fetch) -> bool:
    return fetch.outcome in ("stored", "duplicate") or (
        fetch.outcome == "unchanged" and fetch.reason != "gone" and fetch.status != 304
    )


def _all_bad(history: History, marks: dict[int, list[int | None]]) -> Rise | None:
    """An absolute rule, for as long as there is no history."""
    last = list(marks.items())[-1:]
    before = sum(map(len, marks.values())) - sum(len(of_run) for _, of_run in last)
    if not last or before >= FEWEST_FORMER:
        return None
    ((run_id, of_run),) = last
    if run_id != history.runs[-1].id or len(of_run) < FEWEST_ALONE or not all(of_run):
        return None
    former = sum(mark is not None for run in marks if run != run_id for mark in marks[run])
    return Rise(run_id=run_id, bad=len(of_run), of=len(of_run), former_bad=former, former_of=before)
