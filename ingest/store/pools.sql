-- Cognito identity pools, as exported: version 14 of the data. Who gets which role follows from them and
-- from trust policies (graph/edges/edges_pools.h) and is not stored.
CREATE TABLE IF NOT EXISTS identity_pool (
    id       TEXT PRIMARY KEY,          -- REGION:GUID
    account  TEXT,                      -- NULL: not given
    region   TEXT NOT NULL,
    name     TEXT,                      -- NULL: not described
    guests   INTEGER,                   -- 1: visitors who did not sign in get an identity; NULL: not described
    classic  INTEGER,                   -- 1: a visitor with an identity may ask STS for any role; NULL: not described
    logins   TEXT,                      -- JSON array of the identity providers, as named in mappings; NULL: not described
    roles    TEXT,                      -- JSON: {"authenticated": ARN, "unauthenticated": ARN}; NULL: not exported
    mappings TEXT,                      -- JSON: RoleMappings of get-identity-pool-roles; NULL: not exported, or there are none
    listed   INTEGER NOT NULL           -- 1: list-identity-pools names it
) STRICT, WITHOUT ROWID;
