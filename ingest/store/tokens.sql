-- Tokens and assertions that roles were assumed with: version 6 of the data.

-- What CloudTrail tells of the tokens of an identity provider (the caller in role_use), for calls that succeeded.
CREATE TABLE role_token (
    source   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account  TEXT NOT NULL,               -- whose trail
    role     TEXT NOT NULL,
    caller   TEXT NOT NULL,
    subject  TEXT NOT NULL,               -- '' not told; both '': tokens of all kinds, too many to be told apart
    audience TEXT NOT NULL,
    PRIMARY KEY (source, account, role, caller, subject, audience)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_token_role ON role_token (role);

-- Trails that an earlier version read are read again by the next load.
UPDATE source SET digest = zeroblob(16) WHERE kind = 'cloudtrail';
