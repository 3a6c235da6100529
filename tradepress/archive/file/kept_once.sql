-- What was kept twice is kept once; whoever asks finds it where it was.

-- The texts of a current version are in articles alone, where the full text needs them; those of a
-- former one in version_rows. The view versions has both, as the table of that name had before.

ALTER TABLE versions RENAME TO version_rows;

CREATE VIEW versions AS SELECT
    id, article_id, version, url, headline,
    coalesce(description, (
        SELECT articles.description FROM articles
        WHERE articles.id = article_id AND version_id = version_rows.id
    )) AS description,
    date_published, date_published_raw, date_modified, date_modified_raw, authors, section,
    language, keywords, access, completeness, is_truncated, corrections, evidence, content_hash,
    extractor, capture_id, run_id, date_captured, date_archived, confidence, is_reread, policy,
    reservations, image_url, image_caption, image_license,
    coalesce(body, (
        SELECT articles.body FROM articles
        WHERE articles.id = article_id AND version_id = version_rows.id
    )) AS body
FROM version_rows;

DROP TRIGGER articles_new_version;
CREATE TRIGGER articles_new_version AFTER UPDATE OF version_id ON articles
WHEN old.version_id IS NOT new.version_id BEGIN
    UPDATE version_rows SET
        description = coalesce(description, old.description), body = coalesce(body, old.body)
    WHERE id = old.version_id;
    INSERT INTO versions_fts (rowid, headline, description, body)
        SELECT id, headline, description, body FROM version_rows WHERE id = old.version_id;
    INSERT INTO versions_stems (rowid, headline, description, body)
        SELECT id, headline, description, body FROM version_rows WHERE id = old.version_id;
    INSERT INTO versions_fts (versions_fts, rowid, headline, description, body)
        SELECT 'delete', id, headline, description, body FROM version_rows
        WHERE id = new.version_id;
    INSERT INTO versions_stems (versions_stems, rowid, headline, description, body)
        SELECT 'delete', id, headline, description, body FROM version_rows
        WHERE id = new.version_id;
    UPDATE version_rows SET
        description = nullif(description, new.description), body = nullif(body, new.body)
    WHERE id = new.version_id;
END;

UPDATE version_rows SET
    description = nullif(version_rows.description, articles.description),
    body = nullif(version_rows.body, articles.body)
FROM articles WHERE version_id = version_rows.id;

-- Most addresses are in their normal form.
DROP INDEX links_url_key;
DROP INDEX links_unresolved;
ALTER TABLE links RENAME COLUMN url_key TO other_key;
UPDATE links SET other_key = NULL WHERE other_key = url;
ALTER TABLE links ADD COLUMN url_key TEXT GENERATED ALWAYS AS (coalesce(other_key, url)) VIRTUAL;
CREATE INDEX links_url_key ON links (url_key);
CREATE INDEX links_unresolved ON links (text) WHERE target_id IS NULL AND url_key IS NULL;
