-- The rolechain database. Everything that was exported, its meaning for sts:AssumeRole, and the answers.
-- Account ids are TEXT: they have leading zeros. JSON columns hold canonical JSON (sorted members, no white space).
-- PRAGMA user_version holds the schema version; store.c migrates older files.
-- Checks of three values and more use OR: for a longer IN, SQLite builds a B-tree for every inserted row.

------------------------------------------------------------------------------------------------------------------ inputs

-- One row per input, whether or not it was an export.
CREATE TABLE source (
    id      INTEGER PRIMARY KEY,
    path    TEXT NOT NULL,              -- as named on the command line or found in a folder; '-' is standard input
    kind    TEXT NOT NULL,              -- name of the recognised export kind; '' if none
    verdict TEXT NOT NULL CHECK (verdict = 'loaded' OR verdict = 'partial' OR verdict = 'skipped' OR verdict = 'refused'),
    detail  TEXT NOT NULL,              -- what it contained, or why it was not used
    bytes   INTEGER NOT NULL,
    digest  BLOB NOT NULL,              -- 16 bytes, hash of the file's bytes
    loaded  TEXT NOT NULL               -- ISO 8601 UTC
) STRICT;
CREATE INDEX source_path ON source (path);

-- The accounts whose data came from a source. Organization outputs have the account ''.
CREATE TABLE source_account (
    source  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    account TEXT NOT NULL,
    PRIMARY KEY (source, account)
) STRICT, WITHOUT ROWID;

-- What was wrong in an input: one row per element that could not be read or looks wrong. Nothing is dropped without a row here.
CREATE TABLE problem (
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    severity TEXT NOT NULL CHECK (severity = 'error' OR severity = 'warning' OR severity = 'note'),
    code     TEXT NOT NULL,             -- kebab-case, never changes
    account  TEXT NOT NULL DEFAULT '',  -- '' if unknown
    pointer  TEXT NOT NULL DEFAULT '',  -- JSON pointer (RFC 6901) into the source
    line     INTEGER NOT NULL DEFAULT 0,-- 1-based, 0 if unknown
    col      INTEGER NOT NULL DEFAULT 0,
    message  TEXT NOT NULL              -- what was expected, what was found, what to do
) STRICT;
CREATE INDEX problem_source ON problem (source);

------------------------------------------------------------------------------------------------------------------ accounts and principals

CREATE TABLE account (
    id           TEXT PRIMARY KEY,
    partition    TEXT NOT NULL DEFAULT 'aws',
    name         TEXT NOT NULL DEFAULT '',    -- from list-accounts
    alias        TEXT NOT NULL DEFAULT '',    -- from list-account-aliases
    status       TEXT NOT NULL DEFAULT '',    -- from list-accounts: State, or Status if there is none
    detail       TEXT NOT NULL CHECK (detail = 'full' OR detail = 'roles' OR detail = 'none'),
                                              -- full: authorization details; roles: only list-roles/get-role (identity policies unknown); none: not exported
    truncated    INTEGER NOT NULL DEFAULT 0,  -- 1: the last page is missing
    organization TEXT NOT NULL DEFAULT '',    -- organization.id if it is known to be a member
    parent       TEXT NOT NULL DEFAULT '',    -- org_node.id of its parent, '' if unknown
    loaded       TEXT NOT NULL DEFAULT ''     -- when its principals were loaded; ISO 8601 UTC
) STRICT;

CREATE TABLE principal (
    id                   INTEGER PRIMARY KEY,
    account              TEXT NOT NULL REFERENCES account (id),
    kind                 TEXT NOT NULL CHECK (kind = 'user' OR kind = 'role' OR kind = 'group'),
    arn                  TEXT NOT NULL,             -- unique
    name                 TEXT NOT NULL,
    path                 TEXT NOT NULL,
    unique_id            TEXT NOT NULL DEFAULT '',  -- AIDA…, AROA…, AGPA…
    created              TEXT NOT NULL DEFAULT '',
    trust_document       INTEGER REFERENCES document (id), -- roles only; NULL: not exported
    trust_line           INTEGER NOT NULL DEFAULT 0,
    trust_layout         INTEGER REFERENCES layout (id),
    boundary_arn         TEXT,                      -- permissions boundary; NULL: none (or unknown if identity_known = 0)
    boundary_document    INTEGER REFERENCES document (id), -- NULL although boundary_arn is set: document not in this account's export
    identity_known       INTEGER NOT NULL,          -- 1: identity policies, boundary and tags are as exported; 0: the export does not contain them
    tags_known           INTEGER NOT NULL,
    max_session_duration INTEGER,                   -- seconds, roles, from list-roles/get-role
    last_used            TEXT,                      -- RoleLastUsed.LastUsedDate; '': exported and never used; NULL: not exported
    last_used_region     TEXT,
    source               INTEGER NOT NULL REFERENCES source (id),
    line                 INTEGER NOT NULL           -- line of the source on which the entity begins
    -- in_instance_profile INTEGER                  -- roles: 1 if an instance profile contains it; NULL: not exported. Added by version 9
) STRICT;

CREATE UNIQUE INDEX principal_arn ON principal (arn);
CREATE INDEX principal_trust ON principal (trust_document) WHERE trust_document IS NOT NULL;
CREATE INDEX principal_boundary ON principal (boundary_arn) WHERE boundary_arn IS NOT NULL;
CREATE INDEX principal_boundary_document ON principal (boundary_document) WHERE boundary_document IS NOT NULL;
CREATE INDEX principal_account ON principal (account, kind, name);
CREATE INDEX principal_name ON principal (name);
CREATE INDEX principal_unknown ON principal (account) WHERE identity_known = 0;

CREATE TABLE principal_tag (
    principal INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
    key       TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;

-- Groups of a user. group_principal is NULL if the group itself was not exported.
CREATE TABLE group_membership (
    user            INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
    group_name      TEXT NOT NULL,
    group_principal INTEGER REFERENCES principal (id),
    PRIMARY KEY (user, group_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_membership_missing ON group_membership (user) WHERE group_principal IS NULL;

-- Identity policies of users, roles and groups, inline and managed.
CREATE TABLE attachment (
    principal INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,         -- 0-based: inline policies first, in the export's order
    kind      TEXT NOT NULL CHECK (kind IN ('inline', 'managed')),
    name      TEXT NOT NULL,
    arn       TEXT,                     -- managed policies
    document  INTEGER REFERENCES document (id), -- NULL: not in this account's export
    source    INTEGER NOT NULL REFERENCES source (id),
    line      INTEGER NOT NULL,         -- line on which the document begins (for managed ones: in Policies); 0 if unknown
    layout    INTEGER REFERENCES layout (id),
    PRIMARY KEY (principal, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_document ON attachment (document);

-- Managed policies as exported, default version only.
CREATE TABLE managed_policy (
    account  TEXT NOT NULL,             -- the exporting account (an AWS-managed policy appears once per account that exported it)
    arn      TEXT NOT NULL,
    name     TEXT NOT NULL,
    version  TEXT NOT NULL DEFAULT '',
    document INTEGER REFERENCES document (id),
    source   INTEGER NOT NULL REFERENCES source (id),
    line     INTEGER NOT NULL,
    layout   INTEGER REFERENCES layout (id),
    -- versions INTEGER                 -- number of versions; NULL: unknown. Added by version 13
    PRIMARY KEY (account, arn)
) STRICT, WITHOUT ROWID;
CREATE INDEX managed_policy_arn ON managed_policy (arn);
CREATE INDEX managed_policy_document ON managed_policy (document);

CREATE TABLE identity_provider (
    arn        TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('saml', 'oidc')),
    client_ids TEXT,                    -- JSON array; NULL: not exported
    source     INTEGER NOT NULL REFERENCES source (id)
) STRICT, WITHOUT ROWID;

-- Listing calls that were loaded completely, so that anything they do not list does not exist.
-- argument: the account for IAM calls, else the id the call was asked about; '' if the call takes none.
CREATE TABLE listing (
    call     TEXT NOT NULL,             -- CLI name: list-saml-providers, list-targets-for-policy, list-accounts …
    argument TEXT NOT NULL,
    source   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    PRIMARY KEY (call, argument)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------------------ policy documents

-- Each distinct policy text once (without white space outside strings), however many principals have it.
CREATE TABLE document (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL,              -- 16 bytes, hash of the text and the kind of policy it is read as
    text    TEXT NOT NULL,
    version TEXT NOT NULL DEFAULT '',   -- the Version element; '': absent, which means 2008-10-17
    broken  TEXT                        -- not NULL: why no statement could be read; it may contain anything
) STRICT;
CREATE INDEX document_digest ON document (digest);

-- The statements that can affect assuming roles or controlling IAM (see policy_bears_on_roles in policy.h); others are only in document.text.
CREATE TABLE statement (
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,          -- 0-based index in the document's Statement
    sid      TEXT NOT NULL DEFAULT '',
    effect   TEXT,                      -- 'Allow', 'Deny'; NULL: unreadable, it could be either
    body     TEXT NOT NULL,             -- normal form, see policy.h
    broken   TEXT,                      -- not NULL: why the statement cannot be read; it never grants, but might deny
    doubt    TEXT,                      -- not NULL: why IAM might read it differently (duplicate members)
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

-- Problems of documents: what IAM would reject, or what people should know. Every holder of the document has the problem.
CREATE TABLE document_problem (
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,
    severity TEXT NOT NULL CHECK (severity = 'error' OR severity = 'warning' OR severity = 'note'),
    code     TEXT NOT NULL,             -- a sub-code of the finding policy-grammar
    position INTEGER,                   -- statement index, NULL: the document
    pointer  TEXT NOT NULL,             -- JSON pointer inside the document
    message  TEXT NOT NULL,             -- since version 12 `words`: the id of a sentence in policy_words.def; and `facts`
    PRIMARY KEY (document, ordinal)
) STRICT, WITHOUT ROWID;

-- Where the statements of a document begin: JSON array of line offsets from the document's first line, by statement index. Shared by all equal layouts.
CREATE TABLE layout (
    id    INTEGER PRIMARY KEY,
    lines TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX layout_lines ON layout (lines);

------------------------------------------------------------------------------------------------------------------ organization

CREATE TABLE organization (
    id                 TEXT PRIMARY KEY, -- o-…
    partition          TEXT NOT NULL DEFAULT 'aws',
    management_account TEXT NOT NULL DEFAULT '',
    feature_set        TEXT NOT NULL DEFAULT ''  -- ALL, CONSOLIDATED_BILLING; '' unknown
) STRICT;

-- Roots and organizational units.
CREATE TABLE org_node (
    id           TEXT PRIMARY KEY,      -- r-…, ou-…
    organization TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('root', 'ou')),
    name         TEXT NOT NULL DEFAULT '',
    parent       TEXT NOT NULL DEFAULT '' -- org_node.id; '' for a root, or unknown
) STRICT;

CREATE TABLE org_policy_type (
    root   TEXT NOT NULL,
    type   TEXT NOT NULL,               -- SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY …
    status TEXT NOT NULL,               -- ENABLED …
    PRIMARY KEY (root, type)
) STRICT, WITHOUT ROWID;

CREATE TABLE org_policy (
    id          TEXT PRIMARY KEY,       -- p-…
    type        TEXT NOT NULL,
    name        TEXT NOT NULL DEFAULT '',
    aws_managed INTEGER NOT NULL DEFAULT 0,
    document    INTEGER REFERENCES document (id), -- NULL: describe-policy was not exported
    source      INTEGER NOT NULL REFERENCES source (id),
    line        INTEGER NOT NULL DEFAULT 0,
    layout      INTEGER REFERENCES layout (id)
) STRICT;

CREATE TABLE org_policy_target (
    policy TEXT NOT NULL,
    target TEXT NOT NULL,               -- r-…, ou-… or an account id
    PRIMARY KEY (policy, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX org_policy_target_target ON org_policy_target (target);
