-- Accounts that were in a list of the organization's accounts and are not in a later one: version 5 of the data.
CREATE TABLE IF NOT EXISTS former_member (
    account      TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    organization TEXT NOT NULL,           -- the organization it was a member of
    listed       TEXT NOT NULL,           -- when the last list with the account was loaded; ISO 8601 UTC; '': unknown
    missing      TEXT NOT NULL            -- when the first list without it was loaded
) STRICT, WITHOUT ROWID;
