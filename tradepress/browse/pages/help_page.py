"""Shows ``/help/searching``: how to find stories, with examples that find some in this archive."""
# mypy: disable-error-code="import-untyped"

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.queries.search_examples import SearchExamples, search_examples
from tradepress.browse.words.result_words import time_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """Is something to type or to choose, and what it finds."""

    shown: str
    finds: str
    address: ResultAddress


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpPage:
    """Holds what the template shows."""

    typed: Sequence[Example]
    chosen: Sequence[Example]


async def help_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    words = await visit.ask(search_examples)
    page = HelpPage(typed=[*_typed(words)], chosen=[*_chosen(words)])
    return await visit.show("help_searching.html", page)


def _typed(words: SearchExamples) -> Iterator[Example]:
    one, other, pair = words.word, words.other, " ".join(words.phrase)
    near = " NEAR/5 ".join(words.phrase)
    told = {
        one: "with this word, in headline, summary or text",
        f"{one} {other}": "with both words, anywhere",
        f'"{pair}"': "with these words side by side, as they stand",
        f"{one} OR {other}": "with one of them, or both; OR in capitals",
        f"{one} -{other}": "with the first word and without the second",
        f"{one[:5]}*": "with a word that begins so",
        f"({one} OR {other}) -{words.phrase[0]}": "brackets hold together what belongs together",
        near: "with at most five words between the two, in either order",
        f"headline:{one}": "with the word in the headline; description: and body: do the same",
    }
    if words.author:
        told[f'author:"{_unquoted(words.author)}"'] = "by an author with these words in the name"
    if words.section:
        told[f'section:"{_unquoted(words.section)}"'] = (
            "in a section of a paper with these words in its name"
        )
    for typed, finds in told.items():
        query = StoryQuery(words=typed)
        yield Example(shown=typed, finds=finds, address=ResultAddress(query=query))


def _chosen(words: SearchExamples) -> Iterator[Example]:
    everything = ResultAddress()
    if words.court:
        of_court = everything.only("court", words.court)
        yield Example(
            shown=words.court,
            finds="all stories that mention this court, by whatever name it had then",
            address=of_court,
        )
    if words.year:
        of_year = everything.only("since", words.year).only("until", words.year)
        yield Example(
            shown=time_words(words.year), finds="all stories of that year", address=of_year
        )
    if words.author:
        yield Example(
            shown=words.author,
            finds="all stories by this author",
            address=everything.only("author", words.author),
        )


def _unquoted(name: str) -> str:
    """Returns a name to stand between quotation marks: a sign between words means nothing."""
    return re.sub('["“”„]', " ", name)
