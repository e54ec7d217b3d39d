-- What runs with roles, as it is exported: version 13 of the data. Whose sessions of which role that gives follows from
-- it and from trust policies (graph/edges/edges_workloads.h) and is not stored.

-- The regions of an account that are switched on, where list-regions or describe-regions says so.
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
    target          TEXT,               -- ARN of the role that its credentials are of; NULL: none but role
    external_id     TEXT,               -- that EKS passes to the target
    limited         INTEGER NOT NULL,   -- 1: it has a session policy
    listed          INTEGER NOT NULL,   -- 1: list-pod-identity-associations names it
    PRIMARY KEY (cluster, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pod_association_role ON pod_association (role);

-- Of the clusters whose service accounts kubectl lists.
CREATE TABLE IF NOT EXISTS service_account (
    cluster   TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name      TEXT NOT NULL,
    role      TEXT,                     -- that it asks for (eks.amazonaws.com/role-arn), which grants nothing
    PRIMARY KEY (cluster, namespace, name)
) STRICT, WITHOUT ROWID;

-- Whatever else runs: by its ARN.
CREATE TABLE IF NOT EXISTS workload (
    arn       TEXT PRIMARY KEY,
    account   TEXT NOT NULL,
    region    TEXT NOT NULL,
    call      TEXT NOT NULL,            -- that lists it, and the argument of that call in table listing: a resource that
    scope     TEXT NOT NULL,            -- a whole answer does not name is gone
    state     TEXT,                     -- NULL: not said
    listed    INTEGER NOT NULL,         -- 1: that answer names it
    described INTEGER NOT NULL,         -- 1: workload_role has its roles
    metadata  INTEGER                   -- instances: 1 if containers on it, too, reach its credentials; NULL: not said
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS workload_call ON workload (call, scope);

CREATE TABLE IF NOT EXISTS workload_role (
    workload TEXT NOT NULL,
    use      TEXT NOT NULL,             -- what for: eks-capability, lambda, ecs-task …
    role     TEXT NOT NULL,             -- ARN of the role or of its instance profile, or the role's name
    profile  TEXT,                      -- unique ID of the instance profile; NULL: not said, or none
    PRIMARY KEY (workload, use, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS workload_role_role ON workload_role (role);

-- The roles that instance profiles hold.
CREATE TABLE IF NOT EXISTS instance_profile (
    role INTEGER NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
    arn  TEXT NOT NULL,
    id   TEXT,                          -- unique ID; NULL: not said
    PRIMARY KEY (role, arn)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS instance_profile_arn ON instance_profile (arn);

-- Managed groups of nodes of clusters.
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
    fields  TEXT,                       -- JSON array of the certificate's fields that become tags; NULL: the usual ones
    PRIMARY KEY (arn, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS anywhere_profile_place ON anywhere_profile (account, region);
CREATE INDEX IF NOT EXISTS anywhere_profile_role ON anywhere_profile (role);
