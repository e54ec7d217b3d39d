-- What runs with roles, as exported: version 13 of the data. Which sessions of which role result follows from
-- it and from trust policies (graph/edges/edges_workloads.h) and is not stored.

-- The enabled regions of an account, if list-regions or describe-regions was exported.
CREATE TABLE IF NOT EXISTS account_region (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    PRIMARY KEY (account, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS cluster (
    arn     TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    name    TEXT NOT NULL,
    issuer  TEXT,                       -- of its service accounts' tokens, without https://; NULL: not described
    listed  INTEGER NOT NULL            -- 1: eks list-clusters names it
) STRICT, WITHOUT ROWID;

-- Pod Identity.
CREATE TABLE IF NOT EXISTS pod_association (
    cluster         TEXT NOT NULL,      -- ARN
    id              TEXT NOT NULL,
    namespace       TEXT NOT NULL,
    service_account TEXT NOT NULL,
    role            TEXT,               -- ARN; NULL: not described
    tags            INTEGER,            -- 1: its sessions have tags; NULL: not described
    target          TEXT,               -- ARN of the role that its credentials are for; NULL: role itself
    external_id     TEXT,               -- the one EKS passes to the target
    limited         INTEGER NOT NULL,   -- 1: it has a session policy
    listed          INTEGER NOT NULL,   -- 1: list-pod-identity-associations names it
    PRIMARY KEY (cluster, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pod_association_role ON pod_association (role);

-- For the clusters whose service accounts kubectl lists.
CREATE TABLE IF NOT EXISTS service_account (
    cluster   TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name      TEXT NOT NULL,
    role      TEXT,                     -- the one in its annotation (eks.amazonaws.com/role-arn), which grants nothing
    PRIMARY KEY (cluster, namespace, name)
) STRICT, WITHOUT ROWID;

-- Other resources, by ARN.
CREATE TABLE IF NOT EXISTS workload (
    arn       TEXT PRIMARY KEY,
    account   TEXT NOT NULL,
    region    TEXT NOT NULL,
    call      TEXT NOT NULL,            -- the call that lists it, and its argument in table listing: a resource that a
    scope     TEXT NOT NULL,            -- complete answer does not contain is gone
    state     TEXT,                     -- NULL: not given
    listed    INTEGER NOT NULL,         -- 1: that answer names it
    described INTEGER NOT NULL,         -- 1: workload_role has its roles
    metadata  INTEGER                   -- instances: 1 if containers on it can reach its credentials, too; NULL: not given
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS workload_call ON workload (call, scope);

CREATE TABLE IF NOT EXISTS workload_role (
    workload TEXT NOT NULL,
    use      TEXT NOT NULL,             -- its purpose: eks-capability, lambda, ecs-task …
    role     TEXT NOT NULL,             -- ARN of the role or of its instance profile, or the role's name
    profile  TEXT,                      -- unique ID of the instance profile; NULL: not given, or none
    PRIMARY KEY (workload, use, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS workload_role_role ON workload_role (role);

-- The roles in instance profiles.
CREATE TABLE IF NOT EXISTS instance_profile (
    role INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
    arn  TEXT NOT NULL,
    id   TEXT,                          -- unique ID; NULL: not given
    PRIMARY KEY (role, arn)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS instance_profile_arn ON instance_profile (arn);

-- Managed node groups of clusters.
CREATE TABLE IF NOT EXISTS node_group (
    cluster TEXT NOT NULL,              -- ARN
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,              -- ARN, of the nodes
    PRIMARY KEY (cluster, name)
) STRICT, WITHOUT ROWID;

-- Profiles of IAM Roles Anywhere, role by role. Trust anchors are in table workload.
CREATE TABLE IF NOT EXISTS anywhere_profile (
    arn     TEXT NOT NULL,
    role    TEXT NOT NULL,              -- ARN
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    limited INTEGER NOT NULL,           -- 1: it has session policies
    fields  TEXT,                       -- JSON array of the certificate fields that become tags; NULL: the default
    PRIMARY KEY (arn, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS anywhere_profile_place ON anywhere_profile (account, region);
CREATE INDEX IF NOT EXISTS anywhere_profile_role ON anywhere_profile (role);
