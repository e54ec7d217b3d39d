#include "ingest/store/query.h"
#include "ingest/store/store_inside.h"

#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char schema[] =
#include "ingest/store/schema_sql.h"
    ;

static const char usage[] =
#include "ingest/store/usage_sql.h"
    ;

static const char former_members[] =
#include "ingest/store/former_members_sql.h"
    ;

static const char tokens[] =
#include "ingest/store/tokens_sql.h"
    ;

static const char people[] =
#include "ingest/store/people_sql.h"
    ;

static const char pools[] =
#include "ingest/store/pools_sql.h"
    ;

static const char answers[] =
#include "ingest/store/answers_sql.h"
    ;

/* Version 2 has more indexes, with names, so that a load can create them after its rows. */
static const char more_indexes[] =
    "CREATE INDEX IF NOT EXISTS source_path ON source (path);"
    "CREATE UNIQUE INDEX IF NOT EXISTS principal_arn ON principal (arn);"
    "CREATE INDEX IF NOT EXISTS principal_trust ON principal (trust_document) WHERE trust_document IS NOT NULL;"
    "CREATE INDEX IF NOT EXISTS principal_boundary ON principal (boundary_arn) WHERE boundary_arn IS NOT NULL;"
    "CREATE INDEX IF NOT EXISTS principal_boundary_document ON principal (boundary_document) WHERE boundary_document "
    "IS NOT NULL;"
    "CREATE INDEX IF NOT EXISTS principal_name ON principal (name);"
    "CREATE INDEX IF NOT EXISTS group_membership_missing ON group_membership (user) WHERE group_principal IS NULL;"
    "CREATE INDEX IF NOT EXISTS attachment_document ON attachment (document);"
    "CREATE INDEX IF NOT EXISTS managed_policy_document ON managed_policy (document);"
    "CREATE INDEX IF NOT EXISTS document_digest ON document (digest);"
    "CREATE UNIQUE INDEX IF NOT EXISTS layout_lines ON layout (lines);";

/* Version 4 has an index of principals with unknown identity policies. */
static const char unknown_index[] =
    "CREATE INDEX IF NOT EXISTS principal_unknown ON principal (account) WHERE identity_known = 0;";

/* The conditions under which a policy exists at all, written as a statement's Condition in the normal form of policy.h;
 * NULL: always. */
static const char provided[] = "ALTER TABLE attachment ADD COLUMN provided TEXT;";

/* Whether the role is in an instance profile. */
static const char profiles[] = "ALTER TABLE principal ADD COLUMN in_instance_profile INTEGER;";

/* The words of a problem are an id from ingest/policy/policy_words.def, and facts; formerly, they were a sentence. */
static const char problem_words[] = "ALTER TABLE document_problem RENAME COLUMN message TO words;"
                                    "ALTER TABLE document_problem ADD COLUMN facts TEXT;";

/* The number of versions of a managed policy; and what runs with roles. */
static const char version_13[] = "ALTER TABLE managed_policy ADD COLUMN versions INTEGER;"
#include "ingest/store/workloads_sql.h"
    ;

/* What each version adds to the data. Answers are derived again at every change of version: version 2 stores edges
 * between groups; 3 adds usage; 4 indexes unknown identity policies; 5 remembers accounts that left the organization; 6
 * adds tokens with which roles were assumed; 8 adds policies attached under a condition of a template; 9 adds instance
 * profiles; 10 stores the conditions of edges so that they can be read back; 11 adds the people of Identity Center; 12
 * has codes instead of sentences for problems; 13 adds the number of a policy's versions, control edges, and what runs
 * with roles; 14 adds Cognito identity pools. */
static const char *const migrations[STORE_SCHEMA_VERSION] = {schema,
                                                             more_indexes,
                                                             usage,
                                                             unknown_index,
                                                             former_members,
                                                             tokens,
                                                             "" /* gaps have columns in place of sentences */,
                                                             provided,
                                                             profiles,
                                                             "" /* residuals are rows of their own */,
                                                             people,
                                                             problem_words,
                                                             version_13,
                                                             pools};

/* Distinguishes our files from other SQLite files: "rchn". */
#define APPLICATION_ID 0x7263686E

static bool migrate(struct store *store, int64_t version)
{
    struct text sql = {0};
    text_append_string(&sql, "BEGIN IMMEDIATE;");
    for (int64_t i = version; i < STORE_SCHEMA_VERSION; i++)
        text_append_string(&sql, migrations[i]);
    text_append_string(&sql, answers);
    text_format(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;", APPLICATION_ID,
                STORE_SCHEMA_VERSION);
    store_execute(store, sql.data);
    text_free(&sql);
    return store->error == NULL;
}

/* Settings of every connection. A rollback journal survives kill -9. Since SQLite does not wait for the disk at every
 * step, a power failure can damage the database, which can be loaded again. */
static const char settings[] = "PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF; PRAGMA cache_size = -2048; "
                               "PRAGMA temp_store = MEMORY;";

/* Whether the file can be used in that mode. *what: why not, unless it is the store's error. */
static bool check(struct store *store, enum store_mode mode, const char **what)
{
    store_execute(store, settings);
    int64_t version = store_number(store, "PRAGMA user_version");
    int64_t application = store_number(store, "PRAGMA application_id");
    bool fresh = version == 0 && application == 0 && store_number(store, "SELECT count(*) FROM sqlite_schema") == 0;
    *what = NULL;
    if (store->error != NULL)
        *what = store->failure == SQLITE_NOTADB || store->failure == SQLITE_CORRUPT
                    ? "not a rolechain database; if it is an export, use --from"
                    : NULL;
    else if (fresh && mode != STORE_CREATE)
        *what = "the database is empty; run rolechain load PATH… first, or use --from PATH";
    else if ((!fresh && application != APPLICATION_ID) || version < 0)
        *what = "an SQLite database, but not one that rolechain made";
    else if (version > STORE_SCHEMA_VERSION)
        *what = "written by a newer rolechain; use that one, or load the exports into a new database";
    else if (version < STORE_SCHEMA_VERSION && mode != STORE_CREATE)
        *what = "written by an older rolechain; load its exports again (rolechain load PATH…) to bring it up to date";
    else
        return version == STORE_SCHEMA_VERSION || migrate(store, version);
    return false;
}

/* Replaces the file by a private copy that disappears with the connection. */
static bool copy_aside(struct store *store)
{
    sqlite3 *file = store->handle;
    char *path = store->path;
    store->path = "";
    bool good = store_connect(store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX);
    store->path = path;
    good = good && store_copy(store, file);
    sqlite3_close(file);
    return good;
}

/* check, for a file that may be older. */
static bool check_any(struct store *store, const char **what)
{
    store_execute(store, settings);
    int64_t version = store_number(store, "PRAGMA user_version");
    bool older =
        store_number(store, "PRAGMA application_id") == APPLICATION_ID && version > 0 && version < STORE_SCHEMA_VERSION;
    return older ? copy_aside(store) && check(store, STORE_CREATE, what) : check(store, STORE_READ, what);
}

static pthread_once_t configured = PTHREAD_ONCE_INIT;

static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* How store_open reports a failure: 0 if the named file is at fault. */
static int errno_of(int failure)
{
    return failure == SQLITE_FULL || failure == SQLITE_IOERR ? ENOSPC : failure == SQLITE_NOMEM ? ENOMEM : 0;
}

struct store *store_open(const char *path, enum store_mode mode, char **error)
{
    bool memory = strcmp(path, STORE_MEMORY) == 0;
    const char *what = NULL;
    *error = NULL;
    if (mode != STORE_CREATE && !memory && access(path, R_OK) != 0) {
        *error = memory_print("%s: %s", path,
                              errno == ENOENT ? "database not found; run rolechain load PATH… first, or use --from PATH"
                                              : strerror(errno));
        errno = 0;
        return NULL;
    }
    struct stat info;
    if (!memory && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        *error = memory_print("%s: a folder, not a database; if it holds exports, use --from", path);
        errno = 0;
        return NULL;
    }
    struct store *store = memory_zeroed(1, sizeof *store);
    store->path = memory_text(path);
    /* Readers, too, must roll back what a killed load left half-written, if the file's permissions allow it. */
    int flags = SQLITE_OPEN_READWRITE | (mode != STORE_CREATE && !memory ? 0 : SQLITE_OPEN_CREATE);
    /* No locking in each call and no statistics for each allocation: only one thread at a time uses a store. */
    pthread_once(&configured, configure);
    bool reads = mode == STORE_READ || mode == STORE_READ_ANY;
    if (store_connect(store, flags | SQLITE_OPEN_NOMUTEX) &&
        (mode == STORE_READ_ANY ? check_any(store, &what) : check(store, mode, &what)) &&
        (!reads || store_execute(store, "PRAGMA query_only = ON")))
        return store;
    *error = what != NULL ? memory_print("%s: %s", path, what) : memory_text(store->error);
    int failure = store->failure;
    store_close(store);
    errno = errno_of(failure);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    sqlite3_close(store->handle);
    free(store->path);
    free(store->error);
    free(store);
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}

static int is_stopped(void *stop)
{
    return *(const volatile int *)stop != 0;
}

void store_stop_when(struct store *store, const volatile int *stop)
{
    sqlite3_progress_handler(store->handle, 100000, is_stopped, (void *)(uintptr_t)stop);
}

bool store_begin(struct store *store)
{
    bool done = store_execute(store, "BEGIN IMMEDIATE");
    if (!done)
        errno = errno_of(store->failure);
    return done;
}

bool store_begin_reading(struct store *store, bool part)
{
    /* Memory mapping saves a call and a copy for each page. A command that reads all of a large file should not keep
     * all of it mapped. */
    return store_execute(store, part ? "PRAGMA mmap_size = 2147418112; BEGIN" : "BEGIN");
}

bool store_commit(struct store *store)
{
    bool done = store_execute(store, "COMMIT");
    if (!done)
        store_rollback(store);
    return done;
}

void store_rollback(struct store *store)
{
    if (!sqlite3_get_autocommit(store->handle))
        sqlite3_exec(store->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t store_data_version(struct store *store)
{
    return store_number(store, "PRAGMA data_version");
}

bool store_in_transaction(const struct store *store)
{
    return sqlite3_get_autocommit(store->handle) == 0;
}
