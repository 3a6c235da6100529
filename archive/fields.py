"""The fields of a story, under the names of the design."""

READ_FIELDS = (
    "headline",
    "description",
    "body",
    "date_published",
    "date_published_raw",
    "date_modified",
    "date_modified_raw",
    "authors",
    "section",
    "language",
    "keywords",
    "access",
    "is_truncated",
    "confidence",
    "corrections",
)
"""What a page says of the story; the others say which story it is."""
RIGHTS_FIELDS = ("policy", "reservations")
"""What the publisher reserves, and what was therefore kept."""
ARTICLE_FIELDS = ("source", "site_id", "url", "canonical_url", *READ_FIELDS, *RIGHTS_FIELDS)
LIST_FIELDS = ("authors", "keywords", "corrections")
NUMBER_FIELDS = ("is_truncated", "confidence")
METADATA_ONLY = "metadata-only"
"""The policy under which no text of a story is kept."""
