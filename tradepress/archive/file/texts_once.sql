-- The body of a current version is in articles alone, where the full text needs it; that of a former
-- one in version_rows. The view versions has both, as the table of that name had before.

ALTER TABLE versions RENAME TO version_rows;

CREATE VIEW versions AS SELECT
    id, article_id, version, url, headline, description, date_published, date_published_raw,
    date_modified, date_modified_raw, authors, section, language, keywords, access,
    completeness, is_truncated, corrections, evidence, content_hash, extractor, capture_id,
    run_id, date_captured, date_archived, confidence, is_reread, policy, reservations,
    image_url, image_caption, image_license,
    coalesce(body, (
        SELECT articles.body FROM articles
        WHERE articles.id = article_id AND version_id = version_rows.id
    )) AS body
FROM version_rows;

DROP TRIGGER articles_new_version;
CREATE TRIGGER articles_new_version AFTER UPDATE OF version_id ON articles
WHEN old.version_id IS NOT new.version_id BEGIN
    UPDATE version_rows SET body = old.body WHERE id = old.version_id AND body IS NULL;
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
    UPDATE version_rows SET body = NULL WHERE id = new.version_id AND body = new.body;
END;

UPDATE version_rows SET body = NULL WHERE body = (
    SELECT articles.body FROM articles WHERE articles.id = article_id AND version_id = version_rows.id
);
