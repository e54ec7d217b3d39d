-- Who may become which role through IAM Identity Center: version 11 of the data. Assignments are stored as exported,
-- by set, account and person or group; who becomes which role follows from them (graph/edges/edges_people.h)
-- and is not stored. Ids are the last parts of ARNs: ssoins-…, ps-…, aam-….

CREATE TABLE IF NOT EXISTS sso_instance (
    id     TEXT PRIMARY KEY,
    store  TEXT NOT NULL,               -- identity store
    owner  TEXT NOT NULL,               -- account; only instances of the management account give access to accounts
    status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS person (
    store       TEXT NOT NULL,
    id          TEXT NOT NULL,
    name        TEXT,                   -- UserName; NULL: not given
    enabled     INTEGER,                -- NULL: not given
    provisioned INTEGER NOT NULL,       -- 1: created by another identity provider
    attributes  TEXT NOT NULL,          -- JSON object: attribute path → value, for access control
    PRIMARY KEY (store, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_name ON person (name);
CREATE INDEX IF NOT EXISTS person_id ON person (id);

CREATE TABLE IF NOT EXISTS person_group (
    store TEXT NOT NULL,
    id    TEXT NOT NULL,
    name  TEXT,
    PRIMARY KEY (store, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS person_membership (
    "group" TEXT NOT NULL,
    person  TEXT NOT NULL,
    PRIMARY KEY ("group", person)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_membership_person ON person_membership (person);

CREATE TABLE IF NOT EXISTS permission_set (
    id       TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    name     TEXT,                      -- NULL: not described
    duration TEXT,                      -- ISO 8601
    listed   INTEGER NOT NULL           -- 1: list-permission-sets names it
) STRICT, WITHOUT ROWID;

-- Accounts in which a permission set has a role.
CREATE TABLE IF NOT EXISTS permission_set_account (
    permission_set TEXT NOT NULL,
    account        TEXT NOT NULL,
    PRIMARY KEY (permission_set, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS account_assignment (
    account        TEXT NOT NULL,
    permission_set TEXT NOT NULL,
    kind           TEXT NOT NULL,       -- USER, GROUP
    principal      TEXT NOT NULL,       -- id of the person or group, which may be deleted
    PRIMARY KEY (account, permission_set, kind, principal)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_assignment_principal ON account_assignment (principal);

-- Which attributes become session tags.
CREATE TABLE IF NOT EXISTS access_attribute (
    key     TEXT PRIMARY KEY,
    sources TEXT NOT NULL               -- JSON array: "${path:enterprise.department}"
) STRICT, WITHOUT ROWID;

-- Account access manager: people who may become roles that trust it.
CREATE TABLE IF NOT EXISTS access_application (
    id  TEXT PRIMARY KEY,
    arn TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS entitlement (
    id          TEXT NOT NULL,
    application TEXT NOT NULL,          -- '' not given
    kind        TEXT NOT NULL,          -- USER, GROUP
    principal   TEXT NOT NULL,
    role        TEXT NOT NULL,          -- ARN
    PRIMARY KEY (application, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entitlement_role ON entitlement (role);
CREATE INDEX IF NOT EXISTS entitlement_principal ON entitlement (principal);
