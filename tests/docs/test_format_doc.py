"""format.md suffices: what it says is computed here by its own rules and words, with nothing
of ours, and compared with what our code makes."""

import ast
import hashlib
import json
import re
import sqlite3
import unicodedata
import zlib
from base64 import b32encode
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, quote_plus, unquote_plus, unquote_to_bytes, urlsplit

import ada_url
import pytest
from archive_rows import open_writer, save, story, withdraw
from conftest import ROOT
from hypothesis import example, given
from hypothesis import strategies as st
from past_archive import PAST, kept_archive
from read_alone import READER
from sqlite_utils import Database

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.packing import payload_digest
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.file import schema
from tradepress.archive.leaf_log import leaf_form
from tradepress.archive.near_duplicates.fingerprint import text_signature
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.ref import article_ref
from tradepress.archive.text_forms import plain_type
from tradepress.archive.url_key import TRACKING, url_key
from tradepress.archive.withdrawal import tombstones
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.archive.withdrawal.withdrawn_people import person_key
from tradepress.story import Article

DOCUMENT = (ROOT / "docs" / "reference" / "format.md").read_text()
MOST_WORDS = 4_500
KINDS = ("version", "capture", "run", "tombstone", "erasure")
Vector = Mapping[str, Any]


def chapter(title: str) -> str:
    """What stands under a heading of any depth, up to the next."""
    (found,) = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", DOCUMENT, re.M | re.S)
    return str(found)


def block(text: str, kind: str = "text") -> str:
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)
    return str(found)


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def rows_of(text: str) -> list[list[str]]:
    """The cells of a table without its head."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return lines[2:]


VECTORS = [json.loads(line) for line in block(chapter("Vectors"), "json").splitlines()]


# What it says of our code


def test_it_is_short() -> None:
    assert len(DOCUMENT.split()) <= MOST_WORDS
    lines = len(READER.read_text().splitlines())
    assert f"a reader in {lines} lines of Python 3.8" in DOCUMENT


def test_the_program_that_checks_proofs_is_printed_whole() -> None:
    assert (
        block(chapter("Proofs"), "python")
        == (ROOT / "docs" / "reference" / "check_proof.py").read_text()
    )


def test_each_table_is_named_once_as_kept_or_made() -> None:
    db = Database(memory=True, execute_plugins=False)
    schema.migrations.apply(db)
    there = {
        name
        for name, kind in db.execute("SELECT name, type FROM pragma_table_list")
        if kind != "shadow" and not name.startswith("sqlite_")
    }
    named: list[str] = []
    for names, how, *_ in rows_of(chapter("Tables")):
        assert how in ("kept", "made")
        named += in_code(names)
    assert sorted(named) == sorted(there)


def test_the_versions_are_all_that_there_were() -> None:
    told = rows_of(chapter("Versions of this format"))
    versions = [int(version) for version, _ in told]
    assert versions == [*range(schema.FIRST_VERSION, schema.SCHEMA_VERSION + 1)]
    assert f"the version of this format, {schema.SCHEMA_VERSION} |" in DOCUMENT
    assert f"A lower version than {schema.FIRST_VERSION} was" in " ".join(DOCUMENT.split())
    assert hex(schema.APPLICATION_ID) in DOCUMENT.lower()


def test_each_column_of_the_log_is_named() -> None:
    told = {in_code(kind)[0]: in_code(names) for kind, _, names in rows_of(chapter("Leaves"))}
    assert tuple(told) == KINDS
    assert told["version"] == [*leaf_form.VERSION, "LONG", *leaf_form.LONG]
    for kind in ("capture", "run", "tombstone"):
        assert tuple(told[kind]) == getattr(leaf_form, kind.upper())
    assert told["erasure"] == ["id", "at", "why"]


def test_the_words_of_rules_are_those_of_the_code() -> None:
    assert "".join(tracking().split()) == TRACKING.pattern
    assert re.sub(r"\s", "", tracking()) == TRACKING.pattern


# Its rules, by its own words


def tracking() -> str:
    return block(chapter("`url_key`"))


def by_signs() -> dict[str, str]:
    """What stands in the place of which sign, as the document says."""
    found: dict[str, str] = {}
    for line in block(chapter("Plain type")).splitlines():
        put, said = (
            [chr(int(code, 16)) for code in re.findall(r"U\+(\w+)", half)]
            for half in line.split(" for ")
        )
        found |= dict.fromkeys(said, "".join(put))
    return found


SIGNS = by_signs()
UNSEEN = "".join(
    f"{chr(int(first, 16))}-{chr(int(last or first, 16))}"
    for first, last in re.findall(
        r"U\+(\w+)(?: to U\+(\w+))?",
        " ".join(chapter("Plain type").split()).partition("take out")[2].partition(", and put")[0],
    )
)
SPACE = "".join(
    f"{chr(int(first, 16))}-{chr(int(last or first, 16))}"
    for first, last in re.findall(
        r"U\+(\w+)(?: to U\+(\w+))?",
        " ".join(chapter("Plain type").split()).partition("white space (")[2].partition(")")[0],
    )
)


def plain(text: str) -> str:
    if not text.isascii():
        text = re.sub(f"[{UNSEEN}]", "", unicodedata.normalize("NFC", text))
        text = "".join(SIGNS.get(sign, sign) for sign in text)
    text = re.sub(f"[{SPACE}]+", " ", text.replace("`", "'")).strip(" ")
    return re.sub("-[- ]+", "-", text.replace(" -", "-"))


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def hash_of_content(of: Vector) -> str:
    texts = [plain(of[name] or "") for name in ("headline", "body", "date_published")]
    lists = [[plain(one) for one in of[name]] for name in ("authors", "corrections")]
    return sha256(json.dumps([*texts, *lists], separators=(",", ":")))


def key_of(url: str) -> str:
    while (key := step(url)) != url:
        url = key
    return url


def step(url: str) -> str:
    parts = urlsplit(ada_url.normalize_url(url).partition("#")[0])
    host = (parts.hostname or "").removesuffix(".")
    host = f"[{host}]" if ":" in host else host
    host += f":{parts.port}" if parts.port else ""
    names = re.compile("".join(tracking().split()), re.I)
    query = [one.partition("=") for one in parts.query.split("&") if one]
    pairs = sorted(
        (unquote_to_bytes(name.replace("+", " ")), unquote_to_bytes(value.replace("+", " ")))
        for name, _, value in query
        if not names.fullmatch(unquote_plus(name))
    )
    start, slash, last = parts.path.rpartition("/")
    last, semicolon, rest = last.partition(";")
    decoded = unquote_to_bytes(
        re.sub(
            "%(25|2F|3B|3F)", lambda kept: f"%25{kept[1].upper()}", start + slash + last, flags=re.I
        )
    )
    path = quote_from_bytes(decoded, ":/?[]@!$&'()*+,;=-._~|%")
    rest = quote_from_bytes(rest.encode(), ":/?@!$&'()*+,;=-._~%")
    path = urlsplit(ada_url.normalize_url(f"http://x.example{path}")).path  # without dots
    kept = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
    return f"{parts.scheme}://{host}{path}{rest and semicolon}{rest}" + (kept and f"?{kept}")


def bare(key: str) -> str:
    return re.sub("^https?://(www[.])?", "", key).rstrip("/")


def words_of(name: str) -> str:
    text = "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)
    )
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def tombstone_key(rule: str, *of: str) -> str:
    """By the table of the document: its capitals stand for what is given, in their order."""
    ((_, text, _),) = [
        row for row in rows_of(chapter("What is withdrawn")) if row[0] == f"`{rule}`"
    ]
    if rule == "address":
        return sha256(bare(key_of(of[0])))
    given = [
        plain(one).casefold() if rule == "headline" and place else one
        for place, one in enumerate(of)
    ]
    values = iter(given)
    return sha256(re.sub("[A-Z_]+", lambda _: next(values), text.strip("`").replace("\\n", "\n")))


def marked(of: Vector) -> str:
    digest = hashlib.blake2b(of["words"].encode(), digest_size=5, key=bytes.fromhex(of["key"]))
    number: int = int.from_bytes(digest.digest(), "big") >> 3 << 3 | of["kind"] << 1 | of["taken"]
    return number.to_bytes(5, "big").hex()


def signed(text: str) -> str:
    sign = "[\u3040-\u30ff\u3400-\u9fff]"
    words = re.findall(rf"{sign}|(?:(?!{sign})\w){{4,}}", text.casefold())[:5000]
    pairs = {" ".join(words[at : at + 2]) for at in range(len(words) - 1)}
    hashes = [zlib.crc32(pair.encode()) // 2 for pair in pairs]
    places: dict[int, int] = {}
    turn = 0
    while len(places) < 64:
        turn += 1
        mixed = [(one ^ turn) * 0x297A2D39 % 2**31 for one in hashes]
        hashes = [one ^ one // 2**15 for one in mixed]
        found: dict[int, int] = {}
        for one in sorted(hashes):
            found.setdefault(one // 2**25, one)
        places = found | places
    return b"".join(places[place].to_bytes(4, "little") for place in range(64)).hex()


def form_of(row: Mapping[str, Any]) -> str:
    told = {name: row[name] for name in sorted(row) if row[name] is not None}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def leaf_of(salt: bytes, form: str) -> bytes:
    return hashlib.sha256(b"\0" + salt + form.encode()).digest()


def of_ledger(salt: bytes, rows: list[dict[str, Any]]) -> list[bytes]:
    return [hashlib.sha256(salt + form_of(row).encode()).digest() for row in rows]


def root_over(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\1" + root_over(leaves[:left]) + root_over(leaves[left:])).digest()


def erased_leaves(lines: list[list[object]]) -> str:
    return sha256("\n".join(" ".join(map(str, line)) for line in lines))


def named(of: Vector) -> str:
    name = of["site_id"] or sha256(key_of(of["url"]))[:12]
    return f"{of['source']}-{name}"


def root_text(leaves: list[str]) -> str:
    hashes = [
        leaf_of(b"", bytes.fromhex(one).decode("latin-1"))
        if not one
        else hashlib.sha256(b"\0" + bytes.fromhex(one)).digest()
        for one in leaves
    ]
    return f"{len(hashes)}:{root_over(hashes).hex()}"


RULES: dict[str, Callable[[Any], str]] = {
    "plain type": plain,
    "content_hash": hash_of_content,
    "digest": lambda of: "sha1:" + b32encode(hashlib.sha1(of.encode()).digest()).decode(),
    "url_key": key_of,
    "bare key": bare,
    "ref": named,
    "person": lambda of: sha256("person\n" + words_of(of)),
    "mark": marked,
    "signature": signed,
    "form": form_of,
    "leaf": lambda of: leaf_of(bytes.fromhex(of["salt"]), of["form"]).hex(),
    "ledger": lambda of: sha256(b"".join(of_ledger(bytes.fromhex(of["salt"]), of["rows"]))),
    "parts": lambda of: b"".join(
        one[:2] for one in of_ledger(bytes.fromhex(of["salt"]), of["rows"])
    ).hex(),
    "erased leaves": erased_leaves,
    "root": root_text,
}


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{n} {v['rule']}" for n, v in enumerate(VECTORS)])
def test_its_vectors_come_out_by_its_rules(vector: Vector) -> None:
    rule, _, key = vector["rule"].partition("tombstone ")
    found = tombstone_key(key, *vector["of"]) if key else RULES[rule](vector["of"])
    assert found == vector["is"]


def test_each_rule_has_a_vector() -> None:
    keys = {f"tombstone {row[0].strip('`')}" for row in rows_of(chapter("What is withdrawn"))}
    assert {vector["rule"] for vector in VECTORS} == {*RULES, *keys}


def test_our_code_makes_the_same_of_them() -> None:
    ours: dict[str, Callable[[Any], str | None]] = {
        "plain type": plain_type,
        "content_hash": lambda of: content_hash(Article(**of)),
        "digest": lambda of: payload_digest(of.encode()),
        "url_key": url_key,
        "ref": lambda of: article_ref(of["source"], of["site_id"], of["url"]),
        "person": person_key,
        "signature": lambda of: (text_signature(of, is_teaser=False) or b"").hex(),
        "tombstone ref": lambda of: tombstones.hash_key(*of),
        "tombstone address": lambda of: tombstones.address_key(*of),
        "tombstone site_id": lambda of: tombstones.site_id_key(*of),
        "tombstone text": lambda of: tombstones.text_key(*of),
        "tombstone headline": lambda of: tombstones.headline_key(*of),
        "tombstone page": lambda of: tombstones.page_key(*of),
        "tombstone everywhere": lambda of: tombstones.everywhere_key(*of),
        "tombstone taken_over": lambda of: tombstones.taken_over_key(*of),
    }
    for vector in VECTORS:
        if vector["rule"] in ours:
            assert ours[vector["rule"]](vector["of"]) == vector["is"]


ODD = "ab -–`’“…\u00ad\u200d\u00a0\u2028\x1c\x85\u3000\u030aÅ\ufe0f"


@given(st.one_of(st.text(ODD), st.text()))
def test_plain_type_is_ours_of_any_text(text: str) -> None:
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert plain(text) == plain_type(text)


@given(st.text("ab/.;%2fF5?&=+_utm ~é:@#\\[", max_size=30))
@example("a;b/%2e%2E/c;d%41?utm_source=1&%75tm_x=2&b&a=%2525")
def test_url_key_is_ours_of_any_address(rest: str) -> None:
    url = f"https://News.example./{rest}"
    assert key_of(url) == url_key(url)


@given(st.text(f"{ODD}ß商_x1 "))
def test_signatures_are_ours_of_any_text(odd: str) -> None:
    text = f"{odd} {' '.join(f'{odd[:2]}word{number}' for number in range(40))}"
    ours = text_signature(text, is_teaser=False)
    assert ours is not None
    assert signed(text) == ours.hex()


# An archive by its rules alone


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """With all kinds of leaves, some replaced: of an earlier schema, with a run and a withdrawal
    since."""
    path, _ = kept_archive(24, tmp_path)
    with (
        closing(WarcCaptures(capture_folder(path))) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.start_run("crawl signet", ["signet"], "1")
        writer.record_fetch("section", "signet", "http://signetgazette.example/", outcome="read")
        save(writer, story(2, body="Quinces, “商標”.\n\nAnd\u2028more.", confidence=0.87))
        save(writer, story(11), evidence={"headline": [{"value": "x", "evidence": "h1"}]})
        writer.end_run("done", 0)
        article = writer.value("SELECT id FROM articles WHERE ref = 'signet-1'")
        withdraw(writer, captures, [tombstone_for(writer.db, article, reason="asked for")])
    return path


def rows(db: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute(sql, values)]


def row_of_leaf(
    db: sqlite3.Connection, leaf: Mapping[str, Any], former: int | None
) -> dict[str, Any]:
    """By the document's table of leaves."""
    kind, row_id = leaf["kind"], leaf["row_id"]
    ((table, columns),) = [
        (in_code(of)[0], in_code(names))
        for name, of, names in rows_of(chapter("Leaves"))
        if in_code(name) == [kind]
    ]
    long = columns[columns.index("LONG") + 1 :] if "LONG" in columns else []
    columns = columns[: columns.index("LONG")] if long else columns
    table = "versions" if table == "version_rows" else table
    (whole,) = rows(db, f"SELECT * FROM {table} WHERE id = ?", row_id)
    row = {name: whole[name] for name in columns} | {"log": kind, "former": former}
    row |= {name: sha256(row[name]) for name in long if row[name] is not None}
    if kind == "version":
        row |= rows(db, "SELECT ref, source FROM articles WHERE id = ?", whole["article_id"])[0]
        page = rows(db, "SELECT digest FROM captures WHERE id = ?", whole["capture_id"])
        row["page"] = page[0]["digest"] if page else None
    if kind == "run":
        row["ledger"] = sha256(b"".join(of_ledger(leaf["salt"], fetches(db, row_id))))
    if kind == "erasure":
        sql = "SELECT position, kind, row_id FROM log_leaves WHERE erased_by = ? ORDER BY position"
        erased = db.execute(sql, [row_id]).fetchall()
        row |= {"erased": len(erased), "leaves": erased_leaves([list(one) for one in erased])}
    return row


def fetches(db: sqlite3.Connection, run_id: int) -> list[dict[str, Any]]:
    (columns,) = re.findall(r"a form of the columns (.*?)\. `ledger`", " ".join(DOCUMENT.split()))
    names = ", ".join(in_code(columns))
    assert tuple(in_code(columns)) == leaf_form.FETCH
    return rows(db, f"SELECT {names} FROM fetches WHERE run_id = ? ORDER BY id", run_id)


def test_each_leaf_and_root_of_an_archive_comes_out_by_its_rules(path: Path) -> None:
    last: dict[tuple[str, int], int] = {}
    hashes: list[bytes] = []
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        leaves = rows(db, "SELECT * FROM log_leaves ORDER BY position")
        newest = {(one["kind"], one["row_id"]): one["position"] for one in leaves}
        checked = set()
        for leaf in leaves:
            name = (leaf["kind"], leaf["row_id"])
            hashes.append(leaf["hash"])
            if newest[name] == leaf["position"] and leaf["erased_by"] is None:
                form = form_of(row_of_leaf(db, leaf, last.get(name)))
                assert leaf_of(leaf["salt"], form) == leaf["hash"], form
                checked.add(leaf["kind"])
                if leaf["kind"] == "run":
                    parts = (
                        one[:2] for one in of_ledger(leaf["salt"], fetches(db, leaf["row_id"]))
                    )
                    assert b"".join(parts) == leaf["parts"]
            else:
                assert leaf["salt"] is None
            last[name] = leaf["position"]
        assert checked == set(KINDS)
        assert any(
            last[name] != newest[name] or one["erased_by"] for name in last for one in leaves
        )
        roots = rows(db, "SELECT * FROM log_roots")
        assert {one["event"] for one in roots} == {"found so", "run", "erasure"}
        for one in roots:
            assert root_over(hashes[: one["size"]]) == one["root"]


def test_what_an_archive_has_of_hashes_comes_out_by_its_rules(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        for row in rows(db, "SELECT * FROM versions"):
            lists = {name: json.loads(row[name]) for name in ("authors", "corrections")}
            assert hash_of_content(row | lists) == row["content_hash"]
        for row in rows(db, "SELECT * FROM locations"):
            assert key_of(row["url"]) == row["url_key"]
        stones = rows(db, "SELECT * FROM tombstone_keys JOIN tombstones ON id = tombstone_id")
    kept = {row["key_hash"] for row in stones}
    assert {tombstone_key("ref", "signet-1"), tombstone_key("site_id", "signet", "1")} <= kept
    assert tombstone_key("headline", "signet", "Orrin Vale loses appeal 1") in kept


def test_a_withdrawn_page_leaves_a_record_of_its_length(path: Path) -> None:
    """All members of the file are whole, and those of the withdrawn story say nothing else."""
    said = []
    for file in capture_folder(path).glob("signet-*.warc.gz"):
        rest = file.read_bytes()
        while rest:
            member = zlib.decompressobj(31)
            text = member.decompress(rest) + member.flush()
            rest = member.unused_data
            if b"WARC-Type: metadata" in text:
                said.append(text.partition(b"\r\n\r\n")[2])
    assert said
    assert set(said) == {b"withdrawn\r\n\r\n"}


def test_it_names_what_is_there() -> None:
    assert PAST.relative_to(ROOT).as_posix() in DOCUMENT
    ast.parse(block(chapter("Proofs"), "python"))
