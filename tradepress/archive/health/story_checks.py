"""Checks what became of the stories that were asked for: out of reach, changed, or read wrong."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import partial
from itertools import combinations, groupby

from tradepress.archive.health.finding import Check, Found
from tradepress.archive.health.history import Fetch, History, SeenStory
from tradepress.archive.health.shift import (
    FEWEST_ALONE,
    FEWEST_BAD,
    LEAST_SHARE,
    Measured,
    Rise,
    newest_while,
    rise,
    sink,
)
from tradepress.archive.ledger.outcomes import OF_DATA, TEASER
from tradepress.archive.ledger.reason_words import SCRIPT_STEP
from tradepress.archive.stored_json import stored_reservations
from tradepress.archive.stories.redated import REDATED
from tradepress.archive.stories.reservation_words import (
    FEWEST_WITHHELD,
    NEARLY_ALL,
    NO_TEXT,
    withheld_by,
    withheld_source,
)
from tradepress.archive.witnesses import NAMES, agreements, compare

NO_STORY = {
    *("no_headline", "no_body", "script", "index", "login", "consent", "challenge", "soft_404"),
    *("search", "video", "not_html", "empty", "too_complex", "junk"),
    *("product", "service", "forum", "event", "story_data_no_json", "story_data_no_story"),
    *("story_data_http_404", "story_data_http_410"),
}
"""Lists why a page that was read is rejected, unless by what the paper or the operator asks for."""
KEPT_OUT = ("robots", "offsite", "not_followed", "private_address", "too_large")
"""Lists why an address is rejected that gave no page, although there may be a story."""
OUR_OWN = ("trial", "interrupted")
"""Lists why an address is deferred that the site has nothing to do with."""
MUCH_SHORTER = 1 / 2
"""Is the part of the usual median length of bodies that is much shorter."""
LESS_SURE = 0.95
"""Is the part of the usual median of confidence that is less sure."""
MOST_COMPARED = 60
"""Limits the bodies of one run that are compared with one another: each with each."""
FEWEST_ALIKE = 3
ALIKE = 0.8
"""Is the part of their sentences that two bodies of different stories share."""
MANY_OTHERS, MOST_OTHERS = 10, 0.9
"""Are how many headlines or authors, and what part, are others in a feed, before it is told."""
PARTS = ("body", "headline", "byline", "date")
AGREEING, MOST_AGREE = 20, 18
"""Are how many stories are asked where a part of a story stands, and how many must say the same."""
LONG_SENTENCE = 5
"""Counts the words of a long sentence; “He declined to comment.” stands in many stories."""
SENTENCE_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")

Measure = Callable[[SeenStory], float | None]
"""Says of a check for a rise whether the story is bad. None: nothing can be said of it."""


def find_errors(history: History) -> Iterator[Found]:
    visits = [
        fetch
        for fetch in _first_times(history, history.stories_asked, _is_kept_out)
        if not (fetch.outcome == "deferred" and fetch.reason in OUR_OWN)
    ]
    measured = [(fetch.run_id, fetch.url_id, _is_out_of_reach(fetch), False) for fetch in visits]
    if (risen := rise(measured, last_run=history.last_run)) is not None:
        last = [f for f in visits if f.run_id == visits[-1].run_id and _is_out_of_reach(f)]
        figures = f"{risen.figures}; last run: {_reasons(last)}"
        yield Found(figures=figures, since=history.runs[risen.run_id])


def _is_out_of_reach(fetch: Fetch) -> bool:
    return fetch.outcome in ("deferred", "failed") or _is_kept_out(fetch)


def _is_kept_out(fetch: Fetch) -> bool:
    reason = (fetch.reason or "").removeprefix(OF_DATA)
    return fetch.outcome == "rejected" and reason in KEPT_OUT


def find_unreadable(history: History) -> Iterator[Found]:
    visits = [fetch for fetch in history.stories_asked if _is_no_story(fetch) or _was_read(fetch)]
    measured = [
        (f.run_id, f.url_id, _is_no_story(f), f.is_new_story or f.article_id is None)
        for f in _first_times(history, visits, _is_no_story)
    ]
    if (risen := rise(measured, last_run=history.last_run)) is not None:
        last = [f for f in visits if f.run_id == history.last_run and _is_no_story(f)]
        known = sum(fetch.article_id is not None for fetch in last)
        named = f"; last run: {_reasons(last)}" if last else ""
        of_known = f", {known} of them known stories" if known else ""
        figures = risen.figures + named + of_known
        step = SCRIPT_STEP if any(fetch.reason == "script" for fetch in last) else ""
        yield Found(figures=figures, since=history.runs[risen.run_id], step=step)


def _is_no_story(fetch: Fetch) -> bool:
    return fetch.outcome == "rejected" and fetch.reason in NO_STORY


def _was_read(fetch: Fetch) -> bool:
    return fetch.outcome in ("stored", "duplicate") or (
        fetch.outcome == "unchanged" and fetch.reason != "gone" and fetch.status != 304
    )


def _first_times(
    history: History, visits: Sequence[Fetch], is_lasting: Callable[[Fetch], bool]
) -> Iterator[Fetch]:
    """Yields visits without those that ended as before: a video is one at each visit, and what
    robots.txt forbids is forbidden at each."""
    before: set[int | None] = set(history.storyless)
    for fetch in visits:
        is_so = is_lasting(fetch)
        if not (is_so and fetch.url_id in before):
            yield fetch
        (before.add if is_so else before.discard)(fetch.url_id)


def _reasons(visits: Iterable[Fetch]) -> str:
    counts = Counter(fetch.reason or fetch.outcome for fetch in visits)
    return ", ".join(f"{reason} {count}" for reason, count in counts.most_common(3))


def find_changed(history: History) -> Iterator[Found]:
    stories = {fetch.shown: story for fetch, story in history.readings}
    measured: list[Measured] = []
    by_rules: set[int] = set()
    look = ""
    for fetch in history.stories_asked:
        if fetch.article_id is None or fetch.outcome not in ("unchanged", "stored"):
            continue
        if fetch.reason == "gone" or fetch.is_new_story:
            continue
        story = stories.get(fetch.shown)
        is_known = story is not None and (story.is_back or story.has_other_policy)
        is_changed = fetch.outcome == "stored" and not is_known
        is_bad = is_changed or fetch.reason == TEASER
        measured.append((fetch.run_id, fetch.article_id, is_bad, False))
        if is_changed and story is not None:
            versions = f"{story.version - 1} {story.version}"
            look = f"`tradepress show {story.ref} --diff {versions}` shows one. "
            by_rules |= {fetch.run_id} if story.has_other_rules else set()
    if (risen := rise(measured)) is not None:
        also = "; our rules were changed, too" if risen.run_id in by_rules else ""
        yield Found(
            figures=risen.figures + also,
            since=history.runs[risen.run_id],
            step=f"{look}Former versions stay. If it is a new layout, "
            "`tradepress sources check {source}` shows what to mend; then `tradepress reextract`.",
        )


def _rising(is_bad: Measure, history: History) -> Iterator[Found]:
    if (risen := rise(_measured(history, is_bad))) is not None:
        yield _found(history, risen.run_id, risen.figures)


def _sinking(measure: Measure, part: float, figures: str, history: History) -> Iterator[Found]:
    """Finds a measure that has sunk.

    :param part: of the usual median that is too little
    :param figures: with ``now`` and ``usual`` in braces
    """
    if (sunk := sink(_measured(history, measure), part)) is not None:
        yield _found(history, sunk.run_id, figures.format(now=sunk.now, usual=sunk.usual))


def _measured(history: History, measure: Measure) -> list[Measured]:
    return [
        (fetch.run_id, story.article_id, value, fetch.is_new_story)
        for fetch, story in history.readings
        if (value := measure(story)) is not None
    ]


def _found(history: History, run_id: int, figures: str, what: str = "") -> Found:
    newest_first = reversed(history.readings)
    example = next(story.ref for fetch, story in newest_first if fetch.run_id >= run_id)
    return Found(
        what=what,
        figures=figures,
        since=history.runs[run_id],
        step=f"Compare `tradepress show {example}` with its page. "
        "`tradepress sources check {source}` shows what to mend; then `tradepress reextract`.",
    )


def find_redated(history: History) -> Iterator[Found]:
    redated = [
        fetch
        for fetch in history.stories_asked
        if fetch.run_id == history.last_run and fetch.reason == REDATED
    ]
    if redated:
        yield Found(
            what=f"{len(redated)} known stories are dated anew: a new layout?",
            figures=f"such as {redated[0].url}",
            since=history.runs[history.last_run],
        )


def find_disagreement(history: History) -> Iterator[Found]:
    for one in agreements(history.witnessed.values()):
        others = one.of - one.agree
        # Feeds shorten headlines, and name who put a story in.
        is_day = one.field == "date_published"
        fewest, share = (FEWEST_BAD, LEAST_SHARE) if is_day else (MANY_OTHERS, MOST_OTHERS)
        if others >= max(fewest, share * one.of):
            example = next(
                ref
                for ref, readings in history.witnessed.items()
                if (one.field, one.witness, False) in compare(readings)
            )
            yield Found(
                what=f"pages and their {one.witness} say different {NAMES[one.field]}",
                figures=f"{others} of the {one.of} newest stories that both tell of",
                step=f"`tradepress show {example} --json` has what each says: compare it with the "
                "page. A selector in the source’s declaration decides.",
                subject=f"{one.field} {one.witness}",
            )


def find_withheld(history: History) -> Iterator[Found]:
    """Finds that publishers alone keep nearly all texts out, in the last runs that read stories.

    What counts is what is reserved by now: a text that was kept before stays.
    """
    if history.asked != "store":
        return
    runs = [
        list(of_run) for _, of_run in groupby(history.readings, lambda reading: reading[0].run_id)
    ]
    bad = newest_while(runs, lambda run: _withheld(run).total() >= NEARLY_ALL * len(run))
    read = list({story.article_id: (fetch, story) for run in bad for fetch, story in run}.values())
    if found := withheld_source(_withheld(read), len(read)):
        yield Found(
            figures=found.figures,
            since=history.runs[bad[-1][0][0].run_id],
            level="problem" if found.is_unsaid else "warning",
            step=found.step,
        )


def _withheld(read: Iterable[tuple[Fetch, SeenStory]]) -> Counter[str]:
    reserved = (stored_reservations(story.reservations) for _, story in read)
    return Counter(filter(None, map(withheld_by, reserved)))


def find_layout(history: History) -> Iterator[Found]:
    """Finds that new stories have their parts elsewhere than those before, which agreed."""
    moved: dict[str, Rise] = {}
    places = ""
    for at, part in enumerate(PARTS):
        usual, elsewhere, measured = deque[str](maxlen=AGREEING), list[str](), list[Measured]()
        for run_id, article_id, found in history.places:
            if not (place := found[at]):
                continue
            ((former, count),) = Counter(usual).most_common(1) or [("", 0)]
            is_elsewhere = count >= MOST_AGREE and place != former
            measured.append((run_id, article_id, is_elsewhere, True))
            if is_elsewhere:
                elsewhere.append(place)
                places = places or f"{former} is {place}"
            else:
                usual.append(place)
                elsewhere.clear()
            if len(elsewhere) == AGREEING:  # that is usual now
                usual.extend(elsewhere)
        if (risen := rise(measured)) is not None:
            moved[part] = risen
    if moved:
        first = min(moved.values(), key=lambda one: one.run_id)
        what = f"new stories have another layout: {', '.join(moved)} elsewhere"
        yield _found(history, first.run_id, f"{first.figures}; {places}", what)


def find_alike_bodies(history: History) -> Iterator[Found]:
    sentences = {story.ref: _sentences(story) for story in _newest(history) if story.body}
    alike = {
        ref
        for pair in combinations(sentences, 2)
        for ref in pair
        if _resemblance(*(sentences[ref] for ref in pair)) >= ALIKE
    }
    if len(alike) >= max(FEWEST_ALIKE, LEAST_SHARE * len(sentences)):
        figures = f"{len(alike)} of the {len(sentences)} newest"
        yield _found(history, history.readings[-1][0].run_id, figures)


def find_furniture(history: History) -> Iterator[Found]:
    counts = Counter(sentence for story in _newest(history) for sentence in _sentences(story))
    for sentence, count in counts.most_common(3):

        def has_sentence(story: SeenStory, sentence: str = sentence) -> bool | None:
            return sentence in story.body if story.body else None

        risen = rise(_measured(history, has_sentence)) if count > 1 else None
        if risen is not None and risen.bad >= FEWEST_ALIKE:
            words = sentence if len(sentence) <= 60 else sentence[:59] + "…"
            what = f"the same sentence stands in many bodies: “{words}”"
            yield _found(history, risen.run_id, risen.figures, what)
            return


def _newest(history: History) -> list[SeenStory]:
    """Returns the last run's stories, and as many more as a comparison needs."""
    of_last = [f for f, _ in history.readings if f.run_id == history.readings[-1][0].run_id]
    size = min(max(FEWEST_ALIKE, len(of_last)), MOST_COMPARED)
    return list({story.article_id: story for _, story in history.readings[-size:]}.values())


def _sentences(story: SeenStory) -> Set[str]:
    """Returns the sentences long enough to be nobody's habit, in their order."""
    parts = (part.strip() for part in SENTENCE_ENDS.split(story.body or ""))
    return dict.fromkeys(part for part in parts if len(part.split()) >= LONG_SENTENCE).keys()


def _resemblance(one: Set[str], other: Set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


CHECKS = (
    Check(
        name="errors",
        level="problem",
        find=find_errors,
        unless=("blocked", "seeds"),
        what="stories can't be had",
        step="`tradepress runs` says more. They stay due; the next run asks again.",
        when="stories that could not be had (no answer, an error, forbidden, led to another site) "
        f"have risen; without a history: all of {FEWEST_ALONE} or more",
    ),
    Check(
        name="unreadable",
        level="problem",
        find=find_unreadable,
        what="pages of stories can't be read any more",
        step="What is stored stays. `tradepress extract URL` shows what is seen of a "
        "page, `tradepress sources check {source}` what to mend.",
        when="pages rejected as no story (no body, no headline, drawn by script, index, login, "
        "consent, …) have "
        f"risen; without a history: all of {FEWEST_ALONE} or more",
        why="a page that was rejected before does not count again",
    ),
    Check(
        name="changed",
        find=find_changed,
        what="many known stories read differently at once",
        when="known stories that read differently, or as a teaser, have risen; going back to a "
        "former text does not count, nor does a text that may be kept by now",
        why="a new layout, or a paper that edits its past",
    ),
    Check(
        name="date",
        level="problem",
        find=partial(_rising, lambda story: story.date_published is None),
        what="stories have no date",
        when="stories without one have risen",
    ),
    Check(
        name="redated",
        find=find_redated,
        step="Their former days stay; new stories may be dated wrong: compare one with its page. "
        "`tradepress sources check {source}` says how days are read; what is mended then is read "
        "again by `tradepress reextract`. What the paper itself has dated anew is believed as soon "
        "as a list says so, too.",
        when="pages of known stories showed another day in the last run and nothing else new: "
        "three or more, and a third of those asked for; no list and no address says the same",
        why="a new layout shows other days; a paper dates anew one story",
    ),
    Check(
        name="witnesses",
        find=find_disagreement,
        when="the day of the newest stories is another on the page than in the feed, the list or "
        f"the address, in {FEWEST_BAD} or more and a third; headline or authors are, in "
        f"{MANY_OTHERS} or more and {MOST_OTHERS * 100:.0f} %",
        why="a page may be read wrong from the first day on",
    ),
    Check(
        name="body",
        level="problem",
        find=partial(
            _rising, lambda story: None if story.policy == "metadata-only" else not story.body
        ),
        what="stories have no body",
        when="stories without one have risen",
        why="what is stored as metadata alone does not count",
    ),
    Check(
        name="withheld",
        find=find_withheld,
        what=NO_TEXT,
        when=f"of the stories of the last runs {NEARLY_ALL * 100:.0f} % ({FEWEST_WITHHELD} or "
        "more) are kept without a text as their publisher asks (TDMRep, `noarchive`); a problem, "
        "and told by one story, where the site did not say; not if you or the declaration ask for "
        "metadata alone",
        why="a paper may reserve some pages; a text that was kept before stays",
    ),
    Check(
        name="authors",
        find=partial(_rising, lambda story: story.authors == "[]"),
        what="stories name no author",
        when="stories that name none have risen",
    ),
    Check(
        name="teasers",
        find=partial(_rising, lambda story: story.is_truncated),
        what="only the beginnings of stories are served",
        when="stories of which only the beginning is served have risen",
    ),
    Check(
        name="short",
        level="problem",
        find=partial(
            _sinking,
            lambda story: story.words or None,
            MUCH_SHORTER,
            "median {now:.0f} words, before {usual:.0f}",
        ),
        what="bodies are suddenly short",
        when="the median of words is under half of the usual one, and texts shorter than almost "
        "all before have risen",
        why="one short notice is none",
    ),
    Check(
        name="layout",
        find=find_layout,
        when="body, headline, byline or date of new stories stand in another element than with "
        f"{MOST_AGREE} of the {AGREEING} stories before, and such stories have risen",
        why=f"told until {AGREEING} stories stand so; what is read may be right all the same",
    ),
    Check(
        name="alike",
        level="problem",
        find=find_alike_bodies,
        what="different stories have the same body",
        when=f"{FEWEST_ALIKE} or more of the newest bodies, and a third, share {ALIKE * 100:.0f} % "
        "of their sentences",
        why="a notice of the site is taken for the story",
    ),
    Check(
        name="furniture",
        level="problem",
        find=find_furniture,
        when=f"one sentence ({LONG_SENTENCE} words or more) in {FEWEST_ALIKE} bodies or more has "
        "risen",
        why="two stories on one judgment may quote the same sentence",
    ),
    Check(
        name="confidence",
        find=partial(
            _sinking,
            lambda story: story.confidence,
            LESS_SURE,
            "median {now:.2f}, before {usual:.2f}",
        ),
        what="bodies are less surely the story than before",
        when=f"the median is under {LESS_SURE * 100:.0f} % of the usual one, and lower ones than "
        "almost all before have risen",
        why="most pages lie above .93",
    ),
)
