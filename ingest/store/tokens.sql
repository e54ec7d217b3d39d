-- Tokens and assertions that roles were assumed with: version 6 of the data.

-- What CloudTrail says about the tokens of an identity provider (the caller in role_use), for calls that succeeded.
CREATE TABLE role_token (
    source   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account  TEXT NOT NULL,               -- the account of the trail
    role     TEXT NOT NULL,
    caller   TEXT NOT NULL,
    subject  TEXT NOT NULL,               -- '': not given; both '': tokens of all kinds, too many to list
    audience TEXT NOT NULL,
    PRIMARY KEY (source, account, role, caller, subject, audience)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_token_role ON role_token (role);

-- The next load reads trails again that an earlier version read.
UPDATE source SET digest = zeroblob(16) WHERE kind = 'cloudtrail';
