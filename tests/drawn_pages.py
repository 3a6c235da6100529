"""Pages that a script draws: one story, as data in each of the forms in which sites carry it."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

URL = "https://lamp.example/news/lantern-mark-lost-for-want-of-use"
HEADLINE = "Lantern mark lost for want of use"
PARAGRAPHS = (
    "The court of Lantern Bay held on Monday that a lantern mark lost its force when Quillory let "
    "it go, and it gave three reasons for its view.",
    "“Nobody made a lantern,” Judge Tamsel said.",
    "A third paragraph tells what Brindlewick said about that, and why nobody expected the judge "
    "to agree with the office in the matter of the smaller lamp.",
    "The last paragraph ends the story with a word on costs, which Hollowmere has to bear, and on "
    "the appeal that it may still lodge in May.",
)
SECRET = ("Tamsel", "Brindlewick", "Hollowmere")
"""Stand in the paragraphs below the first, and nowhere else."""
HTML = "".join(f"<p>{words}</p>" for words in PARAGRAPHS)
ROOT = '<div id="root"></div>'
NEEDS_SCRIPT = "<noscript>You need to enable JavaScript to run this app.</noscript>"


def story(**more: object) -> dict[str, object]:
    return {
        "title": HEADLINE,
        "slug": "lantern-lost",
        "published_at": "2026-03-05",
        "author": {"name": "Ada Vale"},
        "body": HTML,
    } | more


def in_json(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


def script(words: str, attributes: str = "") -> str:
    return f"<script {attributes}>{words}</script>"


def data(value: object, name: str = "", kind: str = "application/json") -> str:
    return script(in_json(value), f'type="{kind}" id="{name}"')


def flattened(value: object, *, are_keys: bool = False) -> list[object]:
    """As devalue has it, or with its keys as the router of Remix sends it."""
    flat: list[object] = []

    def place(part: object) -> int:
        at = len(flat)
        flat.append(None)
        if isinstance(part, dict):
            names = {key: f"_{place(key)}" if are_keys else key for key in part}
            flat[at] = {names[key]: place(inner) for key, inner in part.items()}
        elif isinstance(part, list):
            flat[at] = [place(inner) for inner in part]
        else:
            flat[at] = part
        return at

    place(value)
    return flat


def wrapped(value: object) -> list[object]:
    """As the properties of an island are written."""
    if isinstance(value, dict):
        return [0, {key: wrapped(inner) for key, inner in value.items()}]
    if isinstance(value, list):
        return [1, [wrapped(inner) for inner in value]]
    return [0, value]


def rows(article: Mapping[str, object]) -> str:
    """As Next's server sends an article, its text in a row of its own and in two pieces."""
    told = json.dumps(article | {"body": "$3", "published_at": "$D2026-03-05T00:00:00.000Z"})
    text = str(article["body"])
    sent = '1:"$Sreact.fragment"\n2:I[7,["a.js"],"default"]\n0:["$","main",null,{"x":["$","$L2",'
    sent += f'null,{{"article":{told}}}]}}]\n3:T{len(text.encode()):x},{text}'
    pieces = (sent[: len(sent) // 2], sent[len(sent) // 2 :])
    return "".join(script(f"self.__next_f.push([1,{in_json(one)}])") for one in pieces)


def nuxt_2(article: Mapping[str, object]) -> str:
    """As a function that is called at once with what comes more than once."""
    more = {key: value for key, value in article.items() if key not in ("title", "body")}
    text = str(article["body"]).replace('"', '\\"').replace("/", "\\u002F")
    told = "".join(f",{key}:{in_json(value)}" for key, value in more.items())
    return script(
        'window.__NUXT__=(function(a,b,c,d){return {layout:"default",data:[{article:{title:a'
        f"{told},body:\"{text}\",'draft':c,pages:void 0,x:!0,when:new Date(5)}}}}],error:d,"
        f'list:[,1,.5,]}}}}({in_json(article["title"])},"x",false,null));'
    )


def svelte_kit(article: Mapping[str, object]) -> str:
    told = ",".join(f"{key}:{in_json(value)}" for key, value in article.items())
    return script(
        "{__sveltekit_1 = {base: new URL('.', location).pathname}; const element = document.body;"
        "Promise.all([import('./a.js')]).then(([kit, app]) => {kit.start(app, element, {node_ids: "
        f'[0, 2], data: [null,{{type:"data",data:{{article:{{{told}}}}},uses:{{}}}}], form: null'
        "});});}"
    )


def island(article: Mapping[str, object]) -> str:
    properties = {"article": wrapped(article), "open": [0, True]}
    return f'<astro-island uid="1" props="{escape(json.dumps(properties))}"></astro-island>'


def angular(article: Mapping[str, object]) -> str:
    words = json.dumps({"G.https://lamp.example/api/1": {"body": article, "status": 200}})
    for letter, sign in (("&", "a"), ('"', "q"), ("'", "s"), ("<", "l"), (">", "g")):
        words = words.replace(letter, f"&{sign};")
    return script(words, 'type="application/json" id="serverApp-state"')


def apollo(article: Mapping[str, object]) -> str:
    stored = {**article, "author": {"__ref": "Author:2"}}
    cache = {"ROOT_QUERY": {"article": {"__ref": "Article:1"}}, "Article:1": stored}
    return script(f"window.__APOLLO_STATE__={in_json({**cache, 'Author:2': article['author']})};")


def ld(article: Mapping[str, object]) -> str:
    told = {
        "@type": "NewsArticle",
        "headline": article["title"],
        "datePublished": article["published_at"],
        "author": article["author"],
        "articleBody": str(article["body"])
        .removeprefix("<p>")
        .replace("<p>", "\n")
        .replace("</p>", ""),
    }
    return data(
        {"@context": "https://schema.org", **told, **_flags(article)}, kind="application/ld+json"
    )


def _flags(article: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in article.items() if key not in story()}


def nuxt_3(article: Mapping[str, object]) -> str:
    flat = flattened({"data": {"a": article}})
    moved = [["ShallowReactive", 1], *(_moved(part) for part in flat)]
    return data(moved, "__NUXT_DATA__")


def _moved(part: Any) -> object:
    if isinstance(part, dict):
        return {key: place + 1 for key, place in part.items()}
    return [place + 1 for place in part] if isinstance(part, list) else part


def remix_stream(article: Mapping[str, object]) -> str:
    sent = json.dumps(flattened({"loaderData": {"routes/x": article}}, are_keys=True)) + "\n"
    return script(f"window.__remixContext.streamController.enqueue({in_json(sent)});")


def state(name: str, *path: str) -> Any:
    def carry(article: Mapping[str, object]) -> str:
        value: object = article
        for step in reversed(path):
            value = {step: value}
        return script(
            f"/*<![CDATA[*/window.{name} = {in_json(value)};(function(){{var s;}}());/*]]>*/"
        )

    return carry


FORMS: Mapping[str, Any] = {
    "JSON-LD": ld,
    "Next": lambda a: data({"props": {"pageProps": {"article": a}}, "page": "/x"}, "__NEXT_DATA__"),
    "Next's app router": rows,
    "Nuxt 2": nuxt_2,
    "Nuxt 3": nuxt_3,
    "Apollo": apollo,
    "Redux": state("__PRELOADED_STATE__", "articles", "byId", "17"),
    "initial state": state("__INITIAL_STATE__", "article"),
    "state as an address": lambda a: script(
        f"window.__INITIAL_STATE__=JSON.parse(decodeURIComponent('{quote(json.dumps(a))}'))"
    ),
    "Gatsby": state("___pageData", "result", "data", "post"),
    "Angular": angular,
    "SvelteKit": svelte_kit,
    "SvelteKit's fetch": lambda a: data({"status": 200, "body": json.dumps({"post": a})}),
    "Astro": island,
    "Remix": state("__remixContext", "state", "loaderData", "routes/x", "article"),
    "Remix as a stream": remix_stream,
    "plain JSON": lambda a: data([a], "data"),
    "escaped in a script": lambda a: script(f"start(JSON.parse({in_json(json.dumps({'a': a}))}))"),
    "attribute": lambda a: (
        f'<div id="app" data-page="{escape(json.dumps({"props": {"a": a}}))}"></div>'
    ),
}
"""Hold for each form what makes the mark-up that carries an article."""


def page(carried: str, *, shown: str = ROOT, title: str = f"{HEADLINE} | The Lamp") -> str:
    head = f"<html><head><title>{title}</title></head>"
    return f"{head}<body>{NEEDS_SCRIPT}{shown}{carried}</body></html>"
