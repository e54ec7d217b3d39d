-- What was used, and how people sign in: version 3 of the data. Last-used dates of roles are columns of principal.

-- How users sign in: one row per line of a credential report, or per user of a PMapper graph.
CREATE TABLE credential (
    arn                TEXT PRIMARY KEY,  -- of a user, or arn:…:root
    account            TEXT NOT NULL,
    password           INTEGER,           -- 1: has a console password; NULL: not given
    password_last_used TEXT,              -- ISO 8601; '': never, as far as AWS knows; NULL: not given
    mfa                INTEGER,           -- 1: has an MFA device
    access_keys        INTEGER,           -- number of active ones
    key_last_used      TEXT,              -- the last use of any active key; '': never
    source             INTEGER NOT NULL REFERENCES source (id),
    line               INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_account ON credential (account);

-- Calls of sts:AssumeRole and its variants in CloudTrail, summed up by file, by account of the trail, and by
-- role and caller. A call between two accounts is in the trails of both.
CREATE TABLE role_use (
    source         INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account        TEXT NOT NULL,         -- the account of the trail
    role           TEXT NOT NULL,         -- ARN as in the call
    caller         TEXT NOT NULL,         -- ARN of a user, role or provider; a service; or the unique id (AIDA…, AROA…) of a
                                          -- principal in another account, which is all that the role's trail shows
    caller_account TEXT NOT NULL,         -- '' unknown, or a service
    first          TEXT NOT NULL,         -- ISO 8601 UTC, of calls that succeeded; '' none
    last           TEXT NOT NULL,
    count          INTEGER NOT NULL,      -- number of calls that succeeded
    denied         INTEGER NOT NULL,      -- number of calls that failed
    PRIMARY KEY (source, account, role, caller, caller_account)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_use_role ON role_use (role);

-- The period of the events in a file, whatever they are about: outside of it, use is unknown.
CREATE TABLE trail (
    source  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account TEXT NOT NULL,                -- the account of the trail
    region  TEXT NOT NULL,
    first   TEXT NOT NULL,                -- ISO 8601 UTC
    last    TEXT NOT NULL,
    events  INTEGER NOT NULL,
    PRIMARY KEY (source, account, region)
) STRICT, WITHOUT ROWID;
CREATE INDEX trail_account ON trail (account);
