-- What belongs to a captured page may be the response of which a browser has rendered it.

ALTER TABLE capture_records RENAME TO former_records;
DROP INDEX capture_records_capture;
CREATE TABLE capture_records (
    id INTEGER PRIMARY KEY,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    kind TEXT NOT NULL CHECK (kind IN ('request', 'revisit', 'response')),
    run_id INTEGER REFERENCES runs(id),
    date_captured TEXT NOT NULL,
    file TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    length INTEGER NOT NULL,
    digest TEXT CHECK ((digest IS NOT NULL) = (kind = 'response')),
    UNIQUE (file, "offset")
) STRICT;
CREATE INDEX capture_records_capture ON capture_records (capture_id);
INSERT INTO capture_records SELECT *, NULL FROM former_records;
DROP TABLE former_records;
