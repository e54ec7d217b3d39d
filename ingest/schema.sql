-- The rolechain database. Everything that was exported, what it means for sts:AssumeRole, and the answers.
-- Account ids are TEXT: they have leading zeros. JSON columns hold canonical JSON (sorted members, no white space).
-- PRAGMA user_version holds the schema version; store.c migrates older files.

------------------------------------------------------------------------------------------------------------------ inputs

-- One row per input that was looked at, whatever became of it.
CREATE TABLE source (
    id      INTEGER PRIMARY KEY,
    path    TEXT NOT NULL,              -- as named on the command line or found in a folder; '-' is standard input
    kind    TEXT NOT NULL,              -- name of the export kind it was taken for; '' if for none
    verdict TEXT NOT NULL CHECK (verdict IN ('loaded', 'partial', 'skipped', 'refused')),
    detail  TEXT NOT NULL,              -- what it gave, or why not
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
    severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
    code     TEXT NOT NULL,             -- kebab-case, stable
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
    status       TEXT NOT NULL DEFAULT '',    -- from list-accounts: State, else Status
    detail       TEXT NOT NULL CHECK (detail IN ('full', 'roles', 'none')),
                                              -- full: authorization details; roles: only list-roles/get-role (identity policies unknown); none: not exported
    truncated    INTEGER NOT NULL DEFAULT 0,  -- 1: a page said that more follow, and none did
    organization TEXT NOT NULL DEFAULT '',    -- organization.id if it is known to be a member
    parent       TEXT NOT NULL DEFAULT '',    -- org_node.id it hangs under, '' if unknown
    loaded       TEXT NOT NULL DEFAULT ''     -- when its principals were loaded; ISO 8601 UTC
) STRICT;

CREATE TABLE principal (
    id                   INTEGER PRIMARY KEY,
    account              TEXT NOT NULL REFERENCES account (id),
    kind                 TEXT NOT NULL CHECK (kind IN ('user', 'role', 'group')),
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
    identity_known       INTEGER NOT NULL,          -- 1: identity policies, boundary and tags are what the export says; 0: the export did not hold them
    tags_known           INTEGER NOT NULL,
    max_session_duration INTEGER,                   -- seconds, roles, from list-roles/get-role
    last_used            TEXT,                      -- RoleLastUsed.LastUsedDate; '' = exported and never used; NULL = not exported
    last_used_region     TEXT,
    source               INTEGER NOT NULL REFERENCES source (id),
    line                 INTEGER NOT NULL           -- line of the source on which the entity begins
) STRICT;

CREATE UNIQUE INDEX principal_arn ON principal (arn);
CREATE INDEX principal_trust ON principal (trust_document) WHERE trust_document IS NOT NULL;
CREATE INDEX principal_boundary ON principal (boundary_arn) WHERE boundary_arn IS NOT NULL;
CREATE INDEX principal_boundary_document ON principal (boundary_document) WHERE boundary_document IS NOT NULL;
CREATE INDEX principal_account ON principal (account, kind, name);

CREATE TABLE principal_tag (
    principal INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
    key       TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;

-- Groups of a user. group_principal is NULL when the group itself was not exported.
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

-- Listing calls that were loaded and are complete, so that what they do not name does not exist.
-- argument: the account for IAM calls, else the id the call was asked about; '' if the call takes none.
CREATE TABLE listing (
    call     TEXT NOT NULL,             -- CLI name: list-saml-providers, list-targets-for-policy, list-accounts …
    argument TEXT NOT NULL,
    source   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    PRIMARY KEY (call, argument)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------------------ policy documents

-- Each distinct policy text once (white space outside strings removed), whoever has it.
CREATE TABLE document (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL,              -- 16 bytes, hash of text and what kind of policy it is read as
    text    TEXT NOT NULL,
    version TEXT NOT NULL DEFAULT '',   -- the Version element; '' = absent, which means 2008-10-17
    broken  TEXT                        -- not NULL: no statement could be read, and why; anything might stand in it
) STRICT;
CREATE INDEX document_digest ON document (digest);

-- The statements that can bear on assuming roles or on controlling IAM (see policy_bears_on_roles in policy.h); others stay in document.text only.
CREATE TABLE statement (
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,          -- 0-based index in the document's Statement
    sid      TEXT NOT NULL DEFAULT '',
    effect   TEXT,                      -- 'Allow', 'Deny'; NULL: unreadable, it could be either
    body     TEXT NOT NULL,             -- normal form, see policy.h
    broken   TEXT,                      -- not NULL: the statement cannot be read, and why: never grants, might deny
    doubt    TEXT,                      -- not NULL: readable, but IAM might read it otherwise (duplicate members), and why
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

-- What IAM would reject or a reader should know of a document; whoever has the document has the problem.
CREATE TABLE document_problem (
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
    code     TEXT NOT NULL,             -- a sub-code of the finding policy-grammar
    position INTEGER,                   -- statement index, NULL: the document
    pointer  TEXT NOT NULL,             -- JSON pointer inside the document
    message  TEXT NOT NULL,
    PRIMARY KEY (document, ordinal)
) STRICT, WITHOUT ROWID;

-- Where the statements of a document stand: JSON array, line offsets from the document's first line, by statement index. Shared by all equal lay-outs.
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

------------------------------------------------------------------------------------------------------------------ answers (written by graph/ and analyzer/)

-- Edges run between parties. A party is a principal (by its id), an outside party, or a group of principals that no statement
-- can tell apart: users and roles with equal permissions, or roles with equal trust policies. A principal has the edges
-- of its own and those of its groups; so ten thousand callers of ten thousand roles are one row. See graph/edges.h.
CREATE TABLE edge (
    source     INTEGER NOT NULL,        -- party: who can call sts:AssumeRole
    target     INTEGER NOT NULL,        -- party: on which role
    breadth    INTEGER NOT NULL,        -- of several edges of a pair the one of least breadth is exact, wider ones say less
    verdict    TEXT NOT NULL CHECK (verdict IN ('allowed', 'conditional')),
    conditions TEXT NOT NULL,           -- JSON array of strings, all must hold
    PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_target ON edge (target);

-- The principals of a group (its number is negative).
CREATE TABLE party_member (
    party     INTEGER NOT NULL,
    principal INTEGER NOT NULL REFERENCES principal (id),
    PRIMARY KEY (party, principal)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_member_principal ON party_member (principal);

-- Callers that are no exported user or role (their numbers are negative too).
CREATE TABLE outside_party (
    party  INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,               -- account, anyone, service, saml-provider, web-identity, user, role, role-session …
    caller TEXT NOT NULL                -- ARN, account id, service name or '*'
) STRICT;

CREATE TABLE finding (
    fingerprint TEXT PRIMARY KEY,
    id          TEXT NOT NULL,          -- trust-public …
    severity    TEXT NOT NULL,
    title       TEXT NOT NULL,
    account     TEXT NOT NULL,
    resource    TEXT NOT NULL,          -- ARN
    detail      TEXT NOT NULL,
    document    TEXT NOT NULL           -- the whole finding as in findings --format json
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------------------ views for people

CREATE VIEW sources AS
    SELECT path, kind, verdict, detail, bytes, loaded,
           (SELECT group_concat(account, ' ') FROM source_account WHERE source = source.id) AS accounts
    FROM source;

CREATE VIEW principals AS
    SELECT arn, kind, account, name, path, unique_id, created, boundary_arn, last_used FROM principal;

-- One row per principal that a trust policy names.
CREATE VIEW trusts AS
    SELECT p.arn AS role, p.account, s.position AS statement, s.sid, s.effect,
           CASE WHEN json_extract(s.body, '$.NotPrincipal') IS NULL THEN 0 ELSE 1 END AS everyone_but,
           kind.key AS principal_kind, who.value AS principal,
           coalesce(json_extract(s.body, '$.Action'), json_extract(s.body, '$.NotAction')) AS actions,
           json_extract(s.body, '$.Condition') AS conditions
    FROM principal p
    JOIN statement s ON s.document = p.trust_document
    JOIN json_each(coalesce(json_extract(s.body, '$.Principal'), json_extract(s.body, '$.NotPrincipal'))) kind
    JOIN json_each(kind.value) who
    WHERE p.kind = 'role' AND s.broken IS NULL;

-- One row per identity-policy statement that can bear on assuming roles, for the user, role or group that has it.
CREATE VIEW permissions_to_assume AS
    SELECT p.arn AS principal, p.kind, p.account, a.kind AS policy_kind, a.name AS policy, a.arn AS policy_arn,
           s.position AS statement, s.sid, s.effect,
           coalesce(json_extract(s.body, '$.Action'), json_extract(s.body, '$.NotAction')) AS actions,
           json_extract(s.body, '$.NotAction') IS NOT NULL AS all_actions_but,
           coalesce(json_extract(s.body, '$.Resource'), json_extract(s.body, '$.NotResource')) AS resources,
           json_extract(s.body, '$.NotResource') IS NOT NULL AS all_resources_but,
           json_extract(s.body, '$.Condition') AS conditions
    FROM principal p
    JOIN attachment a ON a.principal = p.id
    JOIN statement s ON s.document = a.document
    WHERE s.broken IS NULL;

-- Who can assume which role directly.
CREATE VIEW assumable AS
    WITH callers AS (
        SELECT id AS party, arn AS caller, kind FROM principal
        UNION ALL SELECT m.party, p.arn, p.kind FROM party_member m JOIN principal p ON p.id = m.principal
        UNION ALL SELECT party, caller, kind FROM outside_party
    ), roles AS (
        SELECT id AS party, arn FROM principal
        UNION ALL SELECT m.party, p.arn FROM party_member m JOIN principal p ON p.id = m.principal
    )
    SELECT principal, kind, role, verdict, conditions FROM (
        SELECT c.caller AS principal, c.kind, r.arn AS role, e.verdict, e.conditions, min(e.breadth)
        FROM edge e JOIN callers c ON c.party = e.source JOIN roles r ON r.party = e.target
        GROUP BY c.kind, c.caller, r.arn
    );

CREATE VIEW findings AS SELECT id, severity, title, account, resource, detail, fingerprint FROM finding;
