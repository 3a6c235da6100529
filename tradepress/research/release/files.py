"""Names what lies in the folder of a release."""

DATABASE = "archive.db"
PARQUET = "stories.parquet"
STORIES, COVERAGE, DICTIONARY = "stories.csv", "coverage.csv", "dictionary.csv"
PACKAGE, SUMS = "datapackage.json", "SHA256SUMS"
LOG_ROOT = "log-root.json"
SIGNATURE = f"{SUMS}.sig"
"""Is there where somebody signed the checksums."""
FILES = {
    DATABASE: "the stories with all versions, links and mentions, an SQLite file",
    PARQUET: "the stories as a table",
    STORIES: "their metadata as a table",
    COVERAGE: "what there is of each source, and what not, as a table",
    "COVERAGE.md": "the same in words",
    DICTIONARY: "what each field means",
    "CITATION.cff": "how to cite these data",
    LOG_ROOT: "the root of the archive's log when they were taken, and who vouches for its time",
    PACKAGE: "all of this for programs (Frictionless Data)",
    "README.md": "this page",
    SUMS: "checksums of the files",
}
