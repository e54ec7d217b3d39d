-- Answers derived from the exported data (schema.sql): written by graph/ and analyzer/, with views for people. They can be
-- derived at any time, so a new schema version drops them all; the next load writes them again, except findings.

DROP VIEW IF EXISTS sources;
DROP VIEW IF EXISTS principals;
DROP VIEW IF EXISTS trusts;
DROP VIEW IF EXISTS permissions_to_assume;
DROP VIEW IF EXISTS assumable;
DROP VIEW IF EXISTS controllable;
DROP VIEW IF EXISTS findings;
DROP TABLE IF EXISTS edge;
DROP TABLE IF EXISTS control_edge;
DROP TABLE IF EXISTS control_member;
DROP TABLE IF EXISTS control_way;
DROP TABLE IF EXISTS residual;
DROP TABLE IF EXISTS party_member;
DROP TABLE IF EXISTS outside_party;
DROP TABLE IF EXISTS gap;
DROP TABLE IF EXISTS lack;
DROP TABLE IF EXISTS finding;
DROP TABLE IF EXISTS class_member;
DROP TABLE IF EXISTS outside_edge;
DROP TABLE IF EXISTS mention;
DROP TABLE IF EXISTS derivation;

------------------------------------------------------------------------------------------------------------------ answers (written by graph/ and analyzer/)

-- Edges run between parties. A party is a principal (by its id), an outside party, or a group of principals that no statement
-- can tell apart: users and roles with equal permissions, or roles with equal trust policies. A principal has its own edges
-- and those of its groups, so ten thousand callers of ten thousand roles are one row. See graph/edges/edges.h.
CREATE TABLE edge (
    source   INTEGER NOT NULL,          -- party: who can call sts:AssumeRole
    target   INTEGER NOT NULL,          -- party: on which role
    breadth  INTEGER NOT NULL,          -- of several edges of a pair, the one with the least breadth is exact, wider ones say less
    residual INTEGER NOT NULL,          -- residual.id
    PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_target ON edge (target, source, breadth, residual);

-- Ways to become a user or role without assuming it, see graph/control/control_edges.h. Their parties are principals and groups
-- of table control_member, which may overlap: targets that several sources have in common are one, too. A way through a service
-- leads to each role of a group under its own condition: what must run with it. Such a residual is a form: a gap replaces the
-- role's name, and its words have {role} there.
CREATE TABLE control_edge (
    source   INTEGER NOT NULL,          -- party: who
    target   INTEGER NOT NULL,          -- party: becomes whom
    way      INTEGER NOT NULL,          -- control_way.id; a pair has at most one of each kind
    residual INTEGER NOT NULL,          -- residual.id
    PRIMARY KEY (source, target, way)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_edge_target ON control_edge (target, source, way, residual);

CREATE TABLE control_way (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,              -- edit-trust, edit-permissions, take-credentials, pass-role, take-over
    actions TEXT NOT NULL               -- for people; for edit-permissions including whom they are done to
) STRICT;

-- The principals of a group (its number is negative, and not used in party_member).
CREATE TABLE control_member (
    party     INTEGER NOT NULL,
    principal INTEGER NOT NULL REFERENCES principal (id),
    PRIMARY KEY (party, principal)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_member_principal ON control_member (principal);

-- The conditions of edges, each once. Some may belong to deleted edges, until everything is derived again.
CREATE TABLE residual (
    id         INTEGER PRIMARY KEY,
    verdict    TEXT NOT NULL CHECK (verdict IN ('allowed', 'conditional')),
    formula    TEXT NOT NULL,           -- see constraint_pack in graph/constraint/constraint.h
    conditions TEXT NOT NULL,           -- in words: JSON array of strings, all must hold
    UNIQUE (formula, verdict)
) STRICT;

-- The principals of a group (its number is negative).
CREATE TABLE party_member (
    party     INTEGER NOT NULL,
    principal INTEGER NOT NULL REFERENCES principal (id),
    PRIMARY KEY (party, principal)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_member_principal ON party_member (principal);

-- Callers other than exported users and roles (their numbers are negative too).
CREATE TABLE outside_party (
    party  INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,               -- account, anyone, service, saml-provider, web-identity, user, role, role-session …
    caller TEXT NOT NULL,               -- ARN, account id, service name or '*'
    partition TEXT                      -- aws, aws-cn …; NULL: any
) STRICT;
CREATE INDEX outside_party_caller ON outside_party (caller);

-- Who is named by trust policies, and where identity policies allow to assume roles, see graph/model/mentions.h.
CREATE TABLE mention (
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    subject  TEXT NOT NULL,
    PRIMARY KEY (document, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_subject ON mention (subject);

-- The time for which the edges are valid; and how many rows updates of parts have added to party_member and control_member
-- since everything was derived: 0 right after a complete derivation. One row.
CREATE TABLE derivation (
    moment    REAL NOT NULL,            -- seconds since 1970
    refreshed INTEGER NOT NULL,
    control   INTEGER NOT NULL          -- 1: the stored control edges belong to these edges; 0: none are stored
) STRICT;

-- Missing data that answers depend on. A row with kind '' says that the answers above are derived.
CREATE TABLE gap (
    kind    TEXT PRIMARY KEY,           -- what is missing: export, scps, trust …
    holders INTEGER NOT NULL,           -- how many accounts or roles lack it
    amount  INTEGER NOT NULL,           -- the sum over all of them
    names   TEXT NOT NULL               -- JSON array: the first of them
) STRICT, WITHOUT ROWID;

-- What is missing for each account; gaps are made from it, see analyzer/analysis/gaps.c.
CREATE TABLE lack (
    kind    TEXT NOT NULL,              -- what is missing: export, scps, trust …
    account TEXT NOT NULL,              -- account that lacks it; '' for the organization
    name    TEXT NOT NULL,              -- ARN of the role that lacks it, or ''
    amount  INTEGER NOT NULL,
    PRIMARY KEY (account, kind, name)
) STRICT, WITHOUT ROWID;

-- Written by `rolechain findings --store`; a load empties it.
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

-- One row per identity-policy statement that can affect assuming roles, for the user, role or group that has it.
CREATE VIEW permissions_to_assume AS
    SELECT p.arn AS principal, p.kind, p.account, a.kind AS policy_kind, a.name AS policy, a.arn AS policy_arn,
           s.position AS statement, s.sid, s.effect,
           coalesce(json_extract(s.body, '$.Action'), json_extract(s.body, '$.NotAction')) AS actions,
           json_extract(s.body, '$.NotAction') IS NOT NULL AS all_actions_but,
           coalesce(json_extract(s.body, '$.Resource'), json_extract(s.body, '$.NotResource')) AS resources,
           json_extract(s.body, '$.NotResource') IS NOT NULL AS all_resources_but,
           CASE WHEN a.provided IS NULL THEN json_extract(s.body, '$.Condition')
                ELSE json_patch(coalesce(json_extract(s.body, '$.Condition'), '{}'), a.provided) END AS conditions
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
        SELECT c.caller AS principal, c.kind, r.arn AS role, d.verdict, d.conditions, min(e.breadth)
        FROM edge e JOIN callers c ON c.party = e.source JOIN roles r ON r.party = e.target
        JOIN residual d ON d.id = e.residual
        GROUP BY c.kind, c.caller, r.arn
    );

-- Who can become whom directly without assuming it: by control over IAM, or over something that runs with a role.
CREATE VIEW controllable AS
    WITH parties AS (
        SELECT id AS party, id AS principal FROM principal UNION ALL SELECT party, principal FROM control_member
    )
    SELECT s.arn AS principal, s.kind, t.arn AS target, w.kind AS way, w.actions, d.verdict,
           replace(d.conditions, '{role}', t.account || '/' || t.name) AS conditions
    FROM control_edge e JOIN control_way w ON w.id = e.way JOIN residual d ON d.id = e.residual
    JOIN parties a ON a.party = e.source JOIN principal s ON s.id = a.principal
    JOIN parties b ON b.party = e.target JOIN principal t ON t.id = b.principal
    WHERE s.id <> t.id;

CREATE VIEW findings AS SELECT id, severity, title, account, resource, detail, fingerprint FROM finding;
