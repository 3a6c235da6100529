-- The shape of the archive: every table, index and trigger. All times are UTC, ISO 8601 with seconds
-- and Z. Lists are JSON arrays. `tradepress docs archive` tells what each column holds.

CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    publisher TEXT NOT NULL,
    home_url TEXT NOT NULL,
    language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    cited_as TEXT NOT NULL DEFAULT 'newspaper' CHECK (cited_as IN ('newspaper', 'blog')),
    is_sample INTEGER NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
    verified TEXT,
    trial_passed_at TEXT
) STRICT;

-- The ledger: what was asked for, and how each address ended.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    command TEXT NOT NULL,
    sources TEXT NOT NULL DEFAULT '[]',
    version TEXT NOT NULL,
    pid INTEGER,
    host TEXT,
    started TEXT NOT NULL,
    ended TEXT,
    state TEXT NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'done', 'failed', 'interrupted')),
    reason TEXT,
    stopped_by TEXT,
    exit_code INTEGER,
    urls INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    deferred INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE fetches (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    url_id INTEGER REFERENCES urls(id),
    source TEXT REFERENCES sources(name),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    status INTEGER,
    bytes INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN
        ('read', 'stored', 'unchanged', 'duplicate', 'rejected', 'failed', 'deferred')),
    reason TEXT,
    found INTEGER,
    article_id INTEGER REFERENCES articles(id),
    version INTEGER,
    extractor TEXT
) STRICT;
-- One outcome for each URL and run; listings have no url_id and may be read many times.
CREATE UNIQUE INDEX fetches_run ON fetches (run_id, url_id);
CREATE INDEX fetches_article ON fetches (article_id);
CREATE INDEX fetches_source ON fetches (source, at);

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs(id),
    source TEXT,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    error TEXT NOT NULL,
    article TEXT NOT NULL
) STRICT;

-- The frontier, and what a crawl must remember from run to run.

CREATE TABLE urls (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(name),
    url TEXT NOT NULL,
    url_key TEXT NOT NULL UNIQUE,
    found_on TEXT,
    found_at TEXT NOT NULL,
    date_listed TEXT,
    listed_by TEXT CHECK (listed_by IN ('feed', 'news-sitemap', 'section', 'sitemap')),
    listed TEXT,
    lastmod TEXT,
    state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'done', 'held')),
    next_due TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    scheduled_run_id INTEGER REFERENCES runs(id),
    etag TEXT,
    last_modified TEXT,
    fetched_at TEXT,
    outcome TEXT,
    reason TEXT,
    article_id INTEGER REFERENCES articles(id)
) STRICT;
CREATE INDEX urls_due ON urls (source, state, next_due);
CREATE INDEX urls_scheduled ON urls (scheduled_run_id);
-- What led to a story: asked for its page, and by SQLite when it is deleted.
CREATE INDEX urls_article ON urls (article_id) WHERE article_id IS NOT NULL;

-- Addresses at which a web archive has captures of stories, beside their state in urls.
CREATE TABLE mementos (
    url_id INTEGER PRIMARY KEY REFERENCES urls(id),
    original_url TEXT NOT NULL,
    original_key TEXT NOT NULL,
    date_captured TEXT NOT NULL,
    seen_until TEXT NOT NULL,
    digest TEXT
) STRICT;
CREATE INDEX mementos_original ON mementos (original_key, date_captured);

CREATE TABLE seeds (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(name),
    kind TEXT NOT NULL CHECK (kind IN ('section', 'feed', 'sitemap', 'index', 'warc')),
    etag TEXT,
    last_modified TEXT,
    fetched_at TEXT,
    walked_at TEXT,
    next_url TEXT
) STRICT;

-- Files that pages came from: NULL if one was read whole, else where a reading that was broken off
-- goes on.
CREATE TABLE page_files (
    file_hash TEXT PRIMARY KEY,
    next_place INTEGER,
    read_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    paused_until TEXT,
    reason TEXT,
    blocks INTEGER NOT NULL DEFAULT 0,
    blocked_at TEXT
) STRICT;

CREATE TABLE site_files (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    path TEXT NOT NULL CHECK (path IN ('/robots.txt', '/.well-known/tdmrep.json')),
    status INTEGER,
    digest TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX site_files_origin ON site_files (origin, path, last_seen);

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs(id),
    url TEXT NOT NULL,
    date_captured TEXT,
    origin TEXT NOT NULL,
    retrieved_from TEXT,
    status INTEGER,
    content_type TEXT,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    length INTEGER NOT NULL,
    UNIQUE (file, "offset")
) STRICT;

-- What else lies in the WARC files because of a captured page: the request that it answered, and
-- visits at which it was still the same.
CREATE TABLE capture_records (
    id INTEGER PRIMARY KEY,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    kind TEXT NOT NULL CHECK (kind IN ('request', 'revisit', 'response', 'data')),
    run_id INTEGER REFERENCES runs(id),
    date_captured TEXT NOT NULL,
    file TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    length INTEGER NOT NULL,
    UNIQUE (file, "offset")
) STRICT;
CREATE INDEX capture_records_capture ON capture_records (capture_id);

-- Parts that are crawled elsewhere: their folders, and the names of their sources (JSON).
CREATE TABLE parts (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    sources TEXT NOT NULL,
    cut_at TEXT NOT NULL
) STRICT;

-- The stories. The body is the last column: what stands after one is read by way of all its
-- overflow pages.

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL REFERENCES sources(name),
    site_id TEXT,
    url TEXT NOT NULL,
    canonical_url TEXT,
    headline TEXT NOT NULL,
    description TEXT,
    date_published TEXT,
    date_published_raw TEXT,
    date_modified TEXT,
    date_modified_raw TEXT,
    published_day TEXT,
    published_month TEXT GENERATED ALWAYS AS (substr(published_day, 1, 7)) VIRTUAL,
    authors TEXT NOT NULL DEFAULT '[]',
    section TEXT,
    language TEXT,
    keywords TEXT NOT NULL DEFAULT '[]',
    access TEXT CHECK (access IN ('open', 'registration', 'subscription')),
    completeness TEXT NOT NULL DEFAULT 'body'
        CHECK (completeness IN ('body', 'teaser', 'headline')),
    is_truncated INTEGER CHECK (is_truncated IN (0, 1)),
    corrections TEXT NOT NULL DEFAULT '[]',
    word_count INTEGER DEFAULT 0,
    content_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions(id),
    date_captured TEXT,
    date_archived TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    gone_at TEXT,
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    duplicate_group INTEGER,
    policy TEXT CHECK (policy IN ('store', 'archive-only', 'metadata-only')),
    reservations TEXT NOT NULL DEFAULT '[]',
    image_url TEXT,
    image_caption TEXT,
    image_license TEXT,
    body TEXT
) STRICT;
CREATE UNIQUE INDEX articles_site_id ON articles (source, site_id) WHERE site_id IS NOT NULL;
CREATE INDEX articles_content_hash ON articles (source, content_hash);
-- Three orders of what narrows a search or a list, so that no wide row is read for a story that is
-- left out: by id for what a search hits, by day, and by what a list counts.
CREATE INDEX articles_narrow ON articles (id, source, section, language, access, published_day,
    confidence, date_archived, first_seen, gone_at, version_id, duplicate_group);
CREATE INDEX articles_day ON articles (published_day, source, section, language, access,
    confidence, is_truncated, word_count);
CREATE INDEX articles_listed ON articles (source, language, section, access, published_day,
    confidence, is_truncated, word_count, version, policy, duplicate_group, date_archived,
    date_captured, gone_at);
CREATE INDEX articles_duplicate_group ON articles (duplicate_group)
    WHERE duplicate_group IS NOT NULL;
-- For a search by author.
CREATE INDEX articles_authors ON articles (authors);
-- For links that name only a headline.
CREATE INDEX articles_headline ON articles (headline);

-- Versions are written before their article and refer to it by a deferred key: the other way round,
-- each insert would look through all articles (there is no index on version_id).
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL,
    url TEXT NOT NULL,
    headline TEXT NOT NULL,
    description TEXT,
    date_published TEXT,
    date_published_raw TEXT,
    date_modified TEXT,
    date_modified_raw TEXT,
    authors TEXT NOT NULL DEFAULT '[]',
    section TEXT,
    language TEXT,
    keywords TEXT NOT NULL DEFAULT '[]',
    access TEXT,
    completeness TEXT NOT NULL DEFAULT 'body'
        CHECK (completeness IN ('body', 'teaser', 'headline')),
    is_truncated INTEGER,
    corrections TEXT NOT NULL DEFAULT '[]',
    evidence TEXT NOT NULL DEFAULT '{}',
    content_hash TEXT NOT NULL,
    extractor TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    run_id INTEGER REFERENCES runs(id),
    date_captured TEXT,
    date_archived TEXT NOT NULL,
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    is_reread INTEGER NOT NULL DEFAULT 0 CHECK (is_reread IN (0, 1)),
    policy TEXT CHECK (policy IN ('store', 'archive-only', 'metadata-only')),
    reservations TEXT NOT NULL DEFAULT '[]',
    image_url TEXT,
    image_caption TEXT,
    image_license TEXT,
    body TEXT,
    UNIQUE (article_id, version)
) STRICT;
-- Tells which stories were held at a day.
CREATE INDEX versions_narrow ON versions (article_id, date_archived);

CREATE TABLE locations (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    url TEXT NOT NULL,
    url_key TEXT NOT NULL UNIQUE,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL
) STRICT;
CREATE INDEX locations_article ON locations (article_id);

CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES versions(id),
    kind TEXT NOT NULL CHECK (kind IN
        ('related', 'top_stories', 'more_on_this_story', 'in_text', 'first_published_on')),
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    url_key TEXT,
    target_id INTEGER REFERENCES articles(id),
    UNIQUE (version_id, position)
) STRICT;
CREATE INDEX links_url_key ON links (url_key);
CREATE INDEX links_target ON links (target_id);
CREATE INDEX links_unresolved ON links (text) WHERE target_id IS NULL AND url_key IS NULL;

-- What the text of a version names: courts, cases, numbers, firms. Places are 0-based, in characters
-- of that field.
CREATE TABLE mentions (
    version_id INTEGER NOT NULL REFERENCES versions(id),
    field TEXT NOT NULL CHECK (field IN ('headline', 'description', 'body')),
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (version_id, field, "start", kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_value ON mentions (kind, value COLLATE NOCASE, version_id);

-- By which rules the mentions of a version were found; by others they are found again.
CREATE TABLE mention_readings (
    version_id INTEGER PRIMARY KEY REFERENCES versions(id),
    rules TEXT NOT NULL
) STRICT;

-- Whose names are not to be found in texts again.
CREATE TABLE withdrawn_people (
    name_hash TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When a story's page was seen, and the version that it showed (NULL: it can't be told). Instants:
-- what came between two of them may be learned later.
CREATE TABLE sightings (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    seen_at TEXT NOT NULL,
    version_id INTEGER REFERENCES versions(id),
    PRIMARY KEY (article_id, seen_at)
) STRICT, WITHOUT ROWID;

-- Until when a version was its story's current one here. That which still is has no row.
CREATE TABLE holdings (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    held_until TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions(id),
    PRIMARY KEY (article_id, held_until)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
    ref TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    first_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    merged_at TEXT NOT NULL
) STRICT;
CREATE INDEX aliases_article ON aliases (article_id);

-- Stories of other papers with much the same text.

CREATE TABLE fingerprints (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    signature BLOB NOT NULL
) STRICT;
-- Written 32 times an article: without a second index or a foreign key, told by the signature.
CREATE TABLE fingerprint_bands (
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE near_duplicates (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    other_id INTEGER NOT NULL REFERENCES articles(id),
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    kind TEXT NOT NULL CHECK (kind IN ('cross-post', 'press release', 'update')),
    found_at TEXT NOT NULL,
    PRIMARY KEY (article_id, other_id),
    CHECK (article_id < other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_duplicates_other ON near_duplicates (other_id);

-- What was withdrawn and is kept out.

CREATE TABLE tombstones (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL REFERENCES sources(name),
    headline TEXT,
    published_day TEXT,
    date_archived TEXT NOT NULL,
    reason TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL
) STRICT;

CREATE TABLE tombstone_keys (
    key_hash TEXT PRIMARY KEY,
    tombstone_id INTEGER NOT NULL REFERENCES tombstones(id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_keys_tombstone ON tombstone_keys (tombstone_id);

-- Full text, exact and by stems. The indexes of the articles hold their current versions, those of
-- the versions all others, so that a search of what stood at a former day finds them without a
-- second copy of all. The content of the latter is a view: only so do FTS5's own integrity check and
-- rebuild know what they hold. Only content in double quotes tells sqlite-utils and Datasette whose
-- full text it is.

CREATE VIEW former_versions AS
    SELECT id, headline, description, body FROM versions WHERE NOT EXISTS
        (SELECT 1 FROM articles WHERE articles.id = article_id AND version_id = versions.id);

CREATE VIRTUAL TABLE articles_fts USING fts5 (
    headline, description, body,
    content="articles", content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE articles_stems USING fts5 (
    headline, description, body,
    content="articles", content_rowid='id', tokenize="porter unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE versions_fts USING fts5 (
    headline, description, body,
    content='former_versions', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE versions_stems USING fts5 (
    headline, description, body,
    content='former_versions', content_rowid='id', tokenize="porter unicode61 remove_diacritics 2"
);
-- A hit in the headline says more than one in the body; kept in the file, so that plain SQL
-- (ORDER BY rank) ranks like `tradepress search`.
INSERT INTO articles_fts (articles_fts, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)');
INSERT INTO articles_stems (articles_stems, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)');
INSERT INTO versions_fts (versions_fts, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)');
INSERT INTO versions_stems (versions_stems, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)');
-- Each commit adds a part to an index; 32 of them are made into one. With 16 a tenth more is
-- written; with 64 searches take a quarter longer (seen after 4,095 commits of one story).
INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 32), ('crisismerge', 32);
INSERT INTO articles_stems (articles_stems, rank) VALUES ('automerge', 32), ('crisismerge', 32);
INSERT INTO versions_fts (versions_fts, rank) VALUES ('automerge', 32), ('crisismerge', 32);
INSERT INTO versions_stems (versions_stems, rank) VALUES ('automerge', 32), ('crisismerge', 32);

-- New texts are noted here and indexed as the transaction commits: see tradepress/archive/file/full_text.py.
CREATE TABLE articles_unindexed (id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN
    INSERT INTO articles_unindexed (id) VALUES (new.id);
END;

CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, description, body)
        SELECT 'delete', old.id, old.headline, old.description, old.body
        WHERE NOT EXISTS (SELECT 1 FROM articles_unindexed WHERE id = old.id);
    INSERT INTO articles_stems (articles_stems, rowid, headline, description, body)
        SELECT 'delete', old.id, old.headline, old.description, old.body
        WHERE NOT EXISTS (SELECT 1 FROM articles_unindexed WHERE id = old.id);
    DELETE FROM articles_unindexed WHERE id = old.id;
END;

-- Touching last_seen must not write a text anew.
CREATE TRIGGER articles_au AFTER UPDATE OF headline, description, body ON articles
WHEN old.headline IS NOT new.headline OR old.description IS NOT new.description
    OR old.body IS NOT new.body
BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, description, body)
        SELECT 'delete', old.id, old.headline, old.description, old.body
        WHERE NOT EXISTS (SELECT 1 FROM articles_unindexed WHERE id = old.id);
    INSERT INTO articles_stems (articles_stems, rowid, headline, description, body)
        SELECT 'delete', old.id, old.headline, old.description, old.body
        WHERE NOT EXISTS (SELECT 1 FROM articles_unindexed WHERE id = old.id);
    INSERT INTO articles_unindexed (id) SELECT new.id
        WHERE NOT EXISTS (SELECT 1 FROM articles_unindexed WHERE id = new.id);
END;

-- A version of an article that is there already is a former one, until the article takes it up.
CREATE TRIGGER versions_ai AFTER INSERT ON versions
WHEN EXISTS (SELECT 1 FROM articles WHERE id = new.article_id) BEGIN
    INSERT INTO versions_fts (rowid, headline, description, body)
        VALUES (new.id, new.headline, new.description, new.body);
    INSERT INTO versions_stems (rowid, headline, description, body)
        VALUES (new.id, new.headline, new.description, new.body);
END;

CREATE TRIGGER articles_new_version AFTER UPDATE OF version_id ON articles
WHEN old.version_id IS NOT new.version_id BEGIN
    INSERT INTO versions_fts (rowid, headline, description, body)
        SELECT id, headline, description, body FROM versions WHERE id = old.version_id;
    INSERT INTO versions_stems (rowid, headline, description, body)
        SELECT id, headline, description, body FROM versions WHERE id = old.version_id;
    INSERT INTO versions_fts (versions_fts, rowid, headline, description, body)
        SELECT 'delete', id, headline, description, body FROM versions WHERE id = new.version_id;
    INSERT INTO versions_stems (versions_stems, rowid, headline, description, body)
        SELECT 'delete', id, headline, description, body FROM versions WHERE id = new.version_id;
END;

CREATE TRIGGER versions_ad AFTER DELETE ON versions
WHEN EXISTS (SELECT 1 FROM articles WHERE id = old.article_id AND version_id <> old.id) BEGIN
    INSERT INTO versions_fts (versions_fts, rowid, headline, description, body)
        VALUES ('delete', old.id, old.headline, old.description, old.body);
    INSERT INTO versions_stems (versions_stems, rowid, headline, description, body)
        VALUES ('delete', old.id, old.headline, old.description, old.body);
END;
