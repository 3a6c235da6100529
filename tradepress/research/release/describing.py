"""Writes the files of a release that tell what it is: for people, for citing, for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from tradepress.archive.text_forms import counted
from tradepress.research.release.coverage import SourceCoverage

TEMPLATES = ("README.md", "COVERAGE.md", "CITATION.cff")
"""Names the templates; CITATION.cff is in the Citation File Format 1.2.0, where a JSON string is
a YAML string."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseFacts:
    """Holds what all of these files are made of."""

    title: str
    creators: tuple[str, ...]
    query: str
    """Is the query as a command takes it."""
    day: str
    """Is the last day of the archive (UTC), not that on which the release was made."""
    software: str
    schema: int
    result_hash: str
    stories: int
    without_text: int
    coverage: Sequence[SourceCoverage]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """Is one file of the data package."""

    file: Path
    words: str
    sha256: str
    fields: Sequence[Mapping[str, str]] | None = None
    """Lists the fields of a table: ``name``, ``type``, ``description`` as Table Schema writes
    them; None: a file that is no table, or of a form that it does not know."""


def describe_release(facts: ReleaseFacts, files: Mapping[str, str]) -> dict[str, str]:
    """Returns the texts of TEMPLATES, by name.

    :param files: of the release: name to what it holds
    """
    environment = Environment(
        loader=PackageLoader("tradepress.research.release"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown and YAML
    )
    texts = {facts.stories: "without their texts", 0: "with their texts"}.get(
        facts.without_text, f"{facts.without_text:,} of them without their texts"
    )
    return {
        name: environment.get_template(f"{name}.j2").render(
            facts=facts, files=files.items(), texts=texts, spans=spans_of
        )
        for name in TEMPLATES
    }


def spans_of(months: Sequence[str]) -> str:
    """Says which spans the months make up.
    >>> spans_of(["2016-12", "2017-01", "2018-03"])
    '2016-12 to 2017-01, 2018-03'
    """
    spans: list[list[str]] = []
    for month in months:
        if spans and _number(month) == _number(spans[-1][-1]) + 1:
            spans[-1] = [spans[-1][0], month]
        else:
            spans.append([month])
    return ", ".join(" to ".join(span) for span in spans)


def _number(month: str) -> int:
    year, number = map(int, month.split("-"))
    return 12 * year + number


def data_package(facts: ReleaseFacts, resources: Sequence[Resource]) -> str:
    """Returns datapackage.json by Frictionless Data's Data Package 1."""
    package = {
        "profile": "data-package",
        "name": f"press-{facts.result_hash[:12]}",
        "title": facts.title,
        "description": f"{counted(facts.stories, 'story', 'stories')} of the press: {facts.query}.",
        "version": facts.result_hash[:12],
        "created": f"{facts.day}T00:00:00Z",
        "contributors": [{"title": name, "role": "author"} for name in facts.creators],
        "resources": [*map(_resource, resources)],
    }
    if facts.coverage:  # the profile wants one at least
        package["sources"] = [
            {"title": one.publisher, "path": one.home_url} for one in facts.coverage
        ]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(one: Resource) -> dict[str, object]:
    resource: dict[str, object] = {
        "name": one.file.name.replace(".", "-").lower(),
        "path": one.file.name,
        "description": one.words,
        "bytes": one.file.stat().st_size,
        "hash": f"sha256:{one.sha256}",
    }
    if one.fields is None:
        resource["type"] = "file"
    else:
        resource |= {
            "type": "table",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {"fields": [*map(dict, one.fields)]},
        }
    return resource
