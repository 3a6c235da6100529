-- Texts are searched in a form of their own (tradepress/archive/searched_form.py). Where that is not
-- how they stand it is kept here, so that an index is made and checked by SQLite alone, in any
-- program. By version, not by article: an article's text goes to its version when another takes its
-- place. What is searched as it stands is NULL; most texts have no row.
CREATE TABLE searched_texts (
    version_id INTEGER PRIMARY KEY,
    headline TEXT,
    description TEXT,
    body TEXT,
    also_titled TEXT
) STRICT;
-- As articles_unindexed: former versions that are indexed as the transaction commits.
CREATE TABLE versions_unindexed (id INTEGER PRIMARY KEY) STRICT;

CREATE VIEW searched_articles AS SELECT
    articles.id AS id,
    coalesce(form.headline, articles.headline) AS headline,
    coalesce(form.description, articles.description) AS description,
    coalesce(form.body, articles.body) AS body,
    coalesce(form.also_titled, articles.also_titled) AS also_titled
FROM articles LEFT JOIN searched_texts AS form ON form.version_id = articles.version_id;

DROP TRIGGER articles_ad;
DROP TRIGGER articles_au;
DROP TRIGGER articles_new_version;
DROP TRIGGER versions_ai;
DROP TRIGGER versions_ad;
DROP TABLE articles_fts;
DROP TABLE articles_stems;
DROP TABLE versions_fts;
DROP TABLE versions_stems;
DROP VIEW former_versions;

CREATE VIEW former_versions AS SELECT
    versions.id AS id,
    coalesce(form.headline, versions.headline) AS headline,
    coalesce(form.description, versions.description) AS description,
    coalesce(form.body, versions.body) AS body,
    coalesce(form.also_titled, versions.also_titled) AS also_titled
FROM versions
    JOIN articles ON articles.id = article_id AND articles.version_id <> versions.id
    LEFT JOIN searched_texts AS form ON form.version_id = versions.id;

-- sqlite-utils and Datasette look for content="articles" to know whose full text it is.
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    headline, description, body, also_titled, /* content="articles" */
    content='searched_articles', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2 categories ''L* N* M* Co'''
);
CREATE VIRTUAL TABLE articles_stems USING fts5 (
    headline, description, body, also_titled,
    content='searched_articles', content_rowid='id',
    tokenize='porter unicode61 remove_diacritics 2 categories ''L* N* M* Co'''
);
CREATE VIRTUAL TABLE versions_fts USING fts5 (
    headline, description, body, also_titled,
    content='former_versions', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2 categories ''L* N* M* Co'''
);
CREATE VIRTUAL TABLE versions_stems USING fts5 (
    headline, description, body, also_titled,
    content='former_versions', content_rowid='id',
    tokenize='porter unicode61 remove_diacritics 2 categories ''L* N* M* Co'''
);

-- Old texts are taken out of the indexes before they change, new ones are noted.

CREATE TRIGGER articles_bd BEFORE DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM searched_articles
        WHERE id = old.id AND old.id NOT IN (SELECT id FROM articles_unindexed);
    INSERT INTO articles_stems (articles_stems, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM searched_articles
        WHERE id = old.id AND old.id NOT IN (SELECT id FROM articles_unindexed);
    DELETE FROM articles_unindexed WHERE id = old.id;
    DELETE FROM searched_texts WHERE version_id = old.version_id
        AND NOT EXISTS (SELECT 1 FROM version_rows WHERE id = old.version_id);
END;

-- Touching last_seen must not write a text anew.
CREATE TRIGGER articles_bu
BEFORE UPDATE OF headline, description, body, also_titled, version_id ON articles
WHEN old.headline IS NOT new.headline OR old.description IS NOT new.description
    OR old.body IS NOT new.body OR old.also_titled IS NOT new.also_titled
    OR old.version_id IS NOT new.version_id
BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM searched_articles
        WHERE id = old.id AND old.id NOT IN (SELECT id FROM articles_unindexed);
    INSERT INTO articles_stems (articles_stems, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM searched_articles
        WHERE id = old.id AND old.id NOT IN (SELECT id FROM articles_unindexed);
    INSERT INTO articles_unindexed (id)
        SELECT old.id WHERE old.id NOT IN (SELECT id FROM articles_unindexed);
END;

-- The version that gives way takes its texts along; that which takes its place is no former one.
CREATE TRIGGER articles_new_version BEFORE UPDATE OF version_id ON articles
WHEN old.version_id IS NOT new.version_id BEGIN
    UPDATE version_rows SET
        description = coalesce(description, old.description), body = coalesce(body, old.body)
    WHERE id = old.version_id;
    INSERT INTO versions_unindexed (id)
        SELECT old.version_id WHERE old.version_id NOT IN (SELECT id FROM versions_unindexed);
    INSERT INTO versions_fts (versions_fts, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM former_versions
        WHERE id = new.version_id AND new.version_id NOT IN (SELECT id FROM versions_unindexed);
    INSERT INTO versions_stems (versions_stems, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM former_versions
        WHERE id = new.version_id AND new.version_id NOT IN (SELECT id FROM versions_unindexed);
    DELETE FROM versions_unindexed WHERE id = new.version_id;
    UPDATE version_rows SET
        description = nullif(description, new.description), body = nullif(body, new.body)
    WHERE id = new.version_id;
END;

-- A version of an article that is there already is a former one, until the article takes it up.
CREATE TRIGGER versions_ai AFTER INSERT ON version_rows
WHEN EXISTS (SELECT 1 FROM articles WHERE id = new.article_id) BEGIN
    INSERT INTO versions_unindexed (id) VALUES (new.id);
END;

CREATE TRIGGER versions_bd BEFORE DELETE ON version_rows
WHEN NOT EXISTS (SELECT 1 FROM articles WHERE id = old.article_id AND version_id = old.id) BEGIN
    INSERT INTO versions_fts (versions_fts, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM former_versions
        WHERE id = old.id AND old.id NOT IN (SELECT id FROM versions_unindexed);
    INSERT INTO versions_stems (versions_stems, rowid, headline, description, body, also_titled)
        SELECT 'delete', * FROM former_versions
        WHERE id = old.id AND old.id NOT IN (SELECT id FROM versions_unindexed);
    DELETE FROM versions_unindexed WHERE id = old.id;
    DELETE FROM searched_texts WHERE version_id = old.id;
END;
