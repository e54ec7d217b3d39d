-- Accounts that a list of the organization's accounts named and a later one no longer does: version 5 of the data.
CREATE TABLE IF NOT EXISTS former_member (
    account      TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    organization TEXT NOT NULL,           -- of which it was a member
    listed       TEXT NOT NULL,           -- when the last list that named it was loaded; ISO 8601 UTC; '' unknown
    missing      TEXT NOT NULL            -- when the first list that did not was loaded
) STRICT, WITHOUT ROWID;
