"""Says in the head of a story's page what reference managers read there: what its citation says."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradepress.archive.clock import utc_now
from tradepress.archive.stories.story_record import Story
from tradepress.browse.page_visit import PageVisit, story_path
from tradepress.browse.words.rendering import is_web_address
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.citation.ris_records import inverted
from tradepress.research.export.withheld_text import export_rows

TYPES = {"newspaper": ("NewsArticle", "Newspaper"), "blog": ("BlogPosting", "Blog")}


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryMetadata:
    """Holds what the template writes."""

    names: Sequence[tuple[str, str | None]]
    """Lists names and values as of Highwire Press."""
    linked: Mapping[str, object]
    """Is the same in words of schema.org, for JSON-LD."""


def metadata_of(story: Story, visit: PageVisit) -> StoryMetadata:
    """Tells of a story, as it is named to this visitor, what is given on."""
    (row,) = export_rows([story], policies=visit.policies)
    cited = citation_of(row.story, utc_now()[:10])
    url = cited.url if is_web_address(cited.url) else None
    kind, whole = TYPES[cited.cited_as]
    names = [
        ("citation_title", cited.headline),
        *(("citation_author", inverted(one)) for one in cited.authors),
        ("citation_publication_date", cited.issued),
        ("citation_journal_title", cited.publication),
        ("citation_language", cited.language),
        ("citation_public_url", url),
        *(("citation_keywords", one) for one in row.story.keywords),
    ]
    linked = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": cited.headline,
        "author": [
            {"@type": "Organization" if one.is_body else "Person", "name": one.whole}
            for one in cited.authors
        ],
        "datePublished": cited.issued,
        "dateModified": row.story.date_modified,
        "isPartOf": {"@type": whole, "name": cited.publication},
        "publisher": {"@type": "Organization", "name": cited.publication},
        "articleSection": cited.section,
        "inLanguage": cited.language,
        "url": url,
        "archivedAt": cited.memento or story_path(visit.datasette, f"{story.ref}@{story.version}"),
        "identifier": cited.ref,
    }
    return StoryMetadata(
        names=[one for one in names if one[1]],
        linked={name: value for name, value in linked.items() if value},
    )
