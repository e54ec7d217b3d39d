-- What was used, and with what people sign in: version 3 of the data. Last-used dates of roles are columns of principal.

-- How users sign in: one row per line of a credential report, or per user of a PMapper graph.
CREATE TABLE credential (
    arn                TEXT PRIMARY KEY,  -- of a user, or arn:…:root
    account            TEXT NOT NULL,
    password           INTEGER,           -- 1: has a console password; NULL: not said
    password_last_used TEXT,              -- ISO 8601; '' = never, as far as AWS knows; NULL: not said
    mfa                INTEGER,           -- 1: has an MFA device
    access_keys        INTEGER,           -- active ones
    key_last_used      TEXT,              -- the last use of any active key; '' = never
    source             INTEGER NOT NULL REFERENCES source (id),
    line               INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_account ON credential (account);

-- Calls of sts:AssumeRole and its kin in CloudTrail, added up by file, by the account in whose trail they stand, and by
-- role and caller. A call between two accounts stands in the trails of both.
CREATE TABLE role_use (
    source         INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account        TEXT NOT NULL,         -- whose trail
    role           TEXT NOT NULL,         -- ARN as the call names it
    caller         TEXT NOT NULL,         -- ARN of a user, role or provider; a service; or the unique id (AIDA…, AROA…) of a
                                          -- principal of another account, which is all that the role's side is told
    caller_account TEXT NOT NULL,         -- '' unknown, or a service
    first          TEXT NOT NULL,         -- ISO 8601 UTC, of calls that succeeded; '' none
    last           TEXT NOT NULL,
    count          INTEGER NOT NULL,      -- of calls that succeeded
    denied         INTEGER NOT NULL,      -- of those that did not
    PRIMARY KEY (source, account, role, caller, caller_account)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_use_role ON role_use (role);

-- From when to when the events of a file are, whatever they are of: what was not used outside of that is not known.
CREATE TABLE trail (
    source  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account TEXT NOT NULL,                -- whose trail
    region  TEXT NOT NULL,
    first   TEXT NOT NULL,                -- ISO 8601 UTC
    last    TEXT NOT NULL,
    events  INTEGER NOT NULL,
    PRIMARY KEY (source, account, region)
) STRICT, WITHOUT ROWID;
CREATE INDEX trail_account ON trail (account);
