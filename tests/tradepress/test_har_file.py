"""What a browser recorded shows where a site's stories have their data; nothing secret is kept."""

import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from recorded import exchange, of_story
from sites.script_paper import SHELL, STORIES, SYSTEMS, System

from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.files.har_file import FoundData, read_har
from tradepress.jobs.site_visit import unknown_source

HOME = "https://www.lantern.example"
SITE = unknown_source(f"{HOME}/")
REST, BY_SLUG = SYSTEMS[:2]


def read(tmp_path: Path, entries: Sequence[dict[str, Any]]) -> FoundData:
    file = tmp_path / "visit.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return read_har(file, SITE)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda one: one.name)
def test_two_stories_prove_where_the_data_are(system: System, tmp_path: Path) -> None:
    entries = [one for story in STORIES[:2] for one in of_story(HOME, system, story)]
    found = read(tmp_path, [exchange(f"{HOME}/", SHELL.format(head="")), *entries])
    declared = found.site
    assert declared.story_data is not None
    assert found.words[-1] == f"story_data is {declared.story_data} (2 stories prove it)"
    for story in STORIES:  # the third was not recorded
        data = declared.data_url(HOME + system.page(story))
        assert data is not None
        assert data.replace("%22%7D", "%22}").replace("%7B", "{") == (
            HOME + system.address(story)
        ).replace("%22%7D", "%22}").replace("%7B", "{")


def test_one_story_alone_is_said_to_be_no_proof(tmp_path: Path) -> None:
    found = read(tmp_path, of_story(HOME, REST, STORIES[0]))
    assert found.site.story_data == f"{HOME}/api/articles/{{id}}"
    assert found.site.article_id is not None
    assert found.words[-1].endswith("(of one story alone: open two as you record, to prove it)")


def test_a_page_that_a_script_goes_on_to_is_known_by_where_the_browser_was(tmp_path: Path) -> None:
    """It loads no page of its own."""
    entries = [of_story(HOME, BY_SLUG, story)[1] for story in STORIES[:2]]
    assert read(tmp_path, entries).site.story_data == f"{HOME}/api/story?s={{slug}}"


def test_bodies_in_base64_are_read(tmp_path: Path) -> None:
    text = b64encode(json.dumps(REST.data(STORIES[0])).encode()).decode()
    content = {"text": text, "encoding": "base64"}
    found = read(tmp_path, of_story(HOME, REST, STORIES[0], content=content))
    assert found.site.story_data is not None


@pytest.mark.parametrize(
    ("system", "more", "words"),
    [
        (REST, {"method": "POST"}, "asked for by POST"),
        (REST, {"headers": {"Authorization": "Bearer quibblesnark"}}, "key or a signature (auth"),
        (REST, {"headers": {"X-Api-Key": "quibblesnark"}}, "key or a signature (x-api-key)"),
        (
            System(**{**vars(REST), "template": "/api/{id}?access_token=quibblesnark"}),
            {},
            "key or a signature (access_token)",
        ),
        (
            System(**{**vars(REST), "template": "/api/{id}?v=QuibbleSnark77QuibbleSnark77"}),
            {},
            "key or a signature, which",
        ),
        (
            System(**{**vars(REST), "template": f"/api/{'0a1b' * 8}/{{id}}"}),
            {},
            "/api/…/",
        ),
        (
            System(**{**vars(REST), "template": "/_next/data/Qx77/news/{id}.json"}),
            {},
            "is gone with the site's next release",
        ),
        (
            System(**{**vars(REST), "template": "/api/latest"}),
            {},
            "nothing of its page's address stands in its own",
        ),
    ],
)
def test_what_can_t_be_asked_for_plainly_is_refused_with_a_word(
    system: System, more: dict[str, Any], words: str, tmp_path: Path
) -> None:
    found = read(
        tmp_path, [one for story in STORIES for one in of_story(HOME, system, story, **more)]
    )
    assert found.site == SITE
    assert any(words in one for one in found.words), found.words
    assert "quibblesnark" not in repr(found).lower()


@pytest.mark.parametrize(
    "asked",
    [
        *(
            f"?{name}=quibblesnark"
            for name in ("accessToken", "authkey", "sessionToken", "subscriptionKey", "token[]")
        ),
        *(
            f"?{name}=quibblesnark"
            for name in ("bearer", "pass", "pw", "login", "mail", "memberId")
        ),
        *(f"?{name}=quibblesnark" for name in ("X-Amz-Credential", "X-Amz-Signature", "pin")),
        "?visitor=0f8fad5b-d9cb-469f-a165-70867728950e",
        "?q=5f3c0a9b8d7e6f5a4b3c2d1e0f9a8b7c",
        ";jsessionid=0A1B2C3D4E5F",
        "#token=quibblesnark",
        "?x=\x1b[31m",
    ],
)
def test_a_secret_is_kept_nowhere(asked: str, tmp_path: Path) -> None:
    system = System(**{**vars(REST), "template": "/api/{id}" + asked})
    found = read(tmp_path, [one for story in STORIES for one in of_story(HOME, system, story)])
    assert found.site == SITE
    assert asked[1:] not in repr(found)
    assert "".join(found.words).isprintable()


@pytest.mark.parametrize("asked", ["?author=lamp", "?keyword=lamp", "?lang=en"])
def test_a_plain_parameter_is_no_secret(asked: str, tmp_path: Path) -> None:
    system = System(**{**vars(REST), "template": "/api/{id}" + asked})
    found = read(tmp_path, of_story(HOME, system, STORIES[0]))
    assert found.site.story_data == f"{HOME}/api/{{id}}{asked}"


def test_other_hosts_are_left_out_and_named(tmp_path: Path) -> None:
    page = HOME + REST.page(STORIES[0])
    elsewhere = "https://api.elsewhere.example/14/" + str(STORIES[0].number)
    found = read(tmp_path, [exchange(elsewhere, REST.data(STORIES[0]), page=page)])
    assert found.site == SITE
    assert found.words == (
        f"{elsewhere} holds a story, and its host is none of the site's",
        "of 1 answers in JSON none can be declared as story_data",
    )


def test_a_host_below_the_sites_own_counts(tmp_path: Path) -> None:
    story = STORIES[0]
    data = f"https://api.lantern.example/stories/{story.number}"
    found = read(tmp_path, [exchange(data, REST.data(story), page=HOME + REST.page(story))])
    assert found.site.story_data == "https://api.lantern.example/stories/{id}"


def test_data_with_several_stories_are_read_by_the_headline_of_a_page(tmp_path: Path) -> None:
    story, other = STORIES[:2]
    page = HOME + REST.page(story)
    both = {"stories": [BY_SLUG.data(other), BY_SLUG.data(story)]}
    titled = SHELL.replace("<title>", f"<title>{story.headline} | ").format(head="")
    data = f"{HOME}/api/with-related/{story.number}"
    assert read(tmp_path, [exchange(data, both, page=page)]).site == SITE
    found = read(tmp_path, [exchange(page, titled), exchange(data, both, page=page)])
    assert found.site.story_data == f"{HOME}/api/with-related/{{id}}"


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        {},
        {"request": {"url": f"{HOME}/a"}, "response": {"status": 200}},
        exchange(f"{HOME}/a", "[" * 100_000),
        exchange(f"{HOME}/a", "{}", headers={"": ""}, content={"text": None}),
        exchange(f"{HOME}/a", "{}", content={"text": "%%%", "encoding": "base64"}),
        exchange("https://[", '{"a": 1}'),
        exchange(f"{HOME}/a", '{"a": NaN}', page="https://["),
    ],
)
def test_a_strange_entry_costs_no_other(entry: Any, tmp_path: Path) -> None:
    found = read(tmp_path, [entry, *of_story(HOME, REST, STORIES[0])])
    assert found.site.story_data == f"{HOME}/api/articles/{{id}}"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "nothing", '{"log": 7}', '{"log": {"entries": 7}}', "[" * 100_000]
)
def test_what_is_no_har_is_said(text: str, tmp_path: Path) -> None:
    (tmp_path / "visit.har").write_text(text)
    with pytest.raises(UnreadableFile, match=r"visit\.har is no HAR \("):
        read_har(tmp_path / "visit.har", SITE)


def test_one_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradepress.jobs.files.har_file.LARGEST_HAR", 1000)
    with pytest.raises(UnreadableFile, match="over 1,000 bytes: record two stories alone"):
        read(tmp_path, of_story(HOME, REST, STORIES[0]))
