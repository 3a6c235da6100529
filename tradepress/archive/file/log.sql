-- The log: what vouches for the rows of versions, captures, runs with their outcomes, and tombstones
-- (tradepress/archive/leaf_log). Rows are added and never taken away.

-- Withdrawals and prunings: what they took away had these leaves.
CREATE TABLE log_erasures (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('withdrawal', 'pruning'))
) STRICT;

-- The salt is NULL of a leaf that is not the last one of its row, or whose row was erased.
CREATE TABLE log_leaves (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('version', 'capture', 'run', 'tombstone', 'erasure')),
    row_id INTEGER NOT NULL,
    salt BLOB,
    hash BLOB NOT NULL,
    parts BLOB,
    erased_by INTEGER REFERENCES log_erasures(id)
) STRICT;
CREATE INDEX log_leaves_row ON log_leaves (kind, row_id);
CREATE INDEX log_leaves_erased ON log_leaves (erased_by) WHERE erased_by IS NOT NULL;

-- The root of the log when it had so many leaves: at the end of a run, of an erasure, or on the day
-- on which an archive of an earlier Tradepress was found so.
CREATE TABLE log_roots (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('run', 'erasure', 'found so')),
    run_id INTEGER,
    made_at TEXT
) STRICT;

-- The tops of the whole subtrees: what the next root needs to be known of all leaves before it.
CREATE TABLE log_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    peaks BLOB NOT NULL
) STRICT;

-- What time authorities say of roots (RFC 3161).
CREATE TABLE log_timestamps (
    size INTEGER NOT NULL REFERENCES log_roots(size),
    authority TEXT NOT NULL,
    made_at TEXT NOT NULL,
    token BLOB NOT NULL,
    PRIMARY KEY (size, authority)
) STRICT, WITHOUT ROWID;
