#include "tests/analyzer/commands/agreement.h"

#include "ingest/store/query.h"
#include "ingest/store/store.h"
#include "ingest/support/memory.h"
#include "tests/analyzer/commands/asking.h"
#include "tests/analyzer/commands/drawn_pairs.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COMPLAINTS 12

struct asked {
    const char *database;
    struct text *story;
    uint32_t complaints;
    json_t *roles;      /* ARNs */
    json_t *principals; /* ARNs of users and roles */
    json_t *whole;      /* accounts whose users and roles are all exported */
    json_t *callers;    /* texts: users, roles, everyone whom who-can names, and some whom nothing names */
    json_t *who_can;    /* by role: rows */
    json_t *direct;     /* by role: rows of --direct */
    json_t *reach;      /* by caller: rows */
};

static void complain(struct asked *asked, const char *format, ...)
{
    va_list arguments;
    if (asked->complaints++ >= MOST_COMPLAINTS)
        return;
    va_start(arguments, format);
    text_append_arguments(asked->story, format, arguments);
    va_end(arguments);
    text_append_char(asked->story, '\n');
}

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text != NULL ? text : "";
}

static json_t *find_row(json_t *rows, const char *member, const char *text)
{
    json_t *row;
    size_t i;
    json_array_foreach(rows, i, row) if (strcmp(text_of(row, member), text) == 0) return row;
    return NULL;
}

static bool equal_members(const json_t *a, const json_t *b, const char *member)
{
    const json_t *x = json_object_get(a, member), *y = json_object_get(b, member);
    return x == y || (x != NULL && y != NULL && json_equal(x, y));
}

static bool same_chain(const json_t *a, const json_t *b)
{
    static const char *const members[] = {"verdict", "hops", "chain", "kinds", "conditions", "chain_conditions"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (!equal_members(a, b, members[i]))
            return false;
    return true;
}

/* Two answers about a pair; NULL: that one says no. */
static void compare(struct asked *asked, const char *caller, const char *role, const char *first, const json_t *a,
                    const char *second, const json_t *b)
{
    if (a == b || (a != NULL && b != NULL && same_chain(a, b)))
        return;
    char *x = a != NULL ? json_dumps(a, JSON_COMPACT) : NULL, *y = b != NULL ? json_dumps(b, JSON_COMPACT) : NULL;
    complain(asked, "%s to %s: %s says %s\n    %s says %s", caller, role, first, x != NULL ? x : "no", second,
             y != NULL ? y : "no");
    free(x);
    free(y);
}

/* ---- asking */

static json_t *ask_rows(struct asked *asked, const char *const *arguments)
{
    int status;
    json_t *answer = ask_json(&status, asked->database, arguments);
    json_t *rows = json_incref(json_object_get(answer, "results"));
    if (rows == NULL)
        complain(asked, "%s %s gives status %d", arguments[0], arguments[1], status);
    else if ((status == 0) != (json_array_size(rows) > 0) && strcmp(arguments[0], "exposure") != 0)
        complain(asked, "%s %s gives status %d with %zu rows", arguments[0], arguments[1], status,
                 json_array_size(rows));
    json_decref(answer);
    return rows != NULL ? rows : json_array();
}

static bool is_listed(const json_t *list, const char *text)
{
    json_t *item;
    size_t i;
    json_array_foreach((json_t *)list, i, item) if (strcmp(json_string_value(item), text) == 0) return true;
    return false;
}

static void add_once(json_t *list, const char *text)
{
    if (!is_listed(list, text))
        json_array_append_new(list, json_string(text));
}

static void add_column(struct asked *asked, struct store *store, const char *sql, json_t *list)
{
    struct query *rows = query_open(store, sql);
    while (query_next(rows))
        add_once(list, query_text(rows, 0));
    query_close(rows);
    if (store_error(store) != NULL)
        complain(asked, "%s", store_error(store));
}

static void read_names(struct asked *asked, struct store *store)
{
    add_column(asked, store, "SELECT arn FROM principal WHERE kind = 'role' ORDER BY 1", asked->roles);
    add_column(asked, store, "SELECT arn FROM principal WHERE kind <> 'group' ORDER BY 1", asked->principals);
    add_column(asked, store, "SELECT id FROM account WHERE detail = 'full'", asked->whole);
    add_column(asked, store,
               "SELECT arn FROM principal WHERE kind <> 'group' UNION SELECT '*' UNION SELECT '888877776666' "
               "UNION SELECT 'o-stranger00001' UNION SELECT id FROM account ORDER BY 1",
               asked->callers);
}

static void ask_both_sides(struct asked *asked)
{
    json_t *role, *row, *caller;
    size_t i, j;
    json_array_foreach(asked->roles, i, role)
    {
        const char *arn = json_string_value(role);
        json_t *rows = ask_rows(asked, (const char *const[]){"who-can", arn, NULL});
        json_array_foreach(rows, j, row) add_once(asked->callers, text_of(row, "principal"));
        json_object_set_new(asked->who_can, arn, rows);
        json_object_set_new(asked->direct, arn,
                            ask_rows(asked, (const char *const[]){"who-can", arn, "--direct", NULL}));
    }
    json_array_foreach(asked->callers, i, caller)
        json_object_set_new(asked->reach, json_string_value(caller),
                            ask_rows(asked, (const char *const[]){"reach", "--", json_string_value(caller), NULL}));
}

/* ---- who represents whom: who-can lists callers that trust policies name, and users and roles of exported accounts;
 * others may be among them */

static bool is_known(const struct asked *asked, const char *caller)
{
    return is_listed(asked->principals, caller);
}

/* The account of an ARN, or the text. */
static const char *account_of(const char *caller)
{
    for (int colons = strncmp(caller, "arn:", 4) == 0 ? 4 : 0; colons > 0; colons--)
        caller = strchr(caller, ':') != NULL ? strchr(caller, ':') + 1 : caller;
    return caller;
}

/* The role of a session; malloc'ed. The text itself if it is not a session. */
static char *role_of(const char *caller)
{
    const char *session = strstr(caller, ":assumed-role/");
    struct text arn = {0};
    if (session == NULL || strncmp(caller, "arn:", 4) != 0) {
        text_append_string(&arn, caller);
        return text_release(&arn);
    }
    const char *account = strstr(caller, ":sts:"), *name = session + strlen(":assumed-role/");
    text_format(&arn, "%.*s:iam:%.*s:role/%.*s", (int)(account - caller), caller, (int)(session - account - 5),
                account + 5, (int)strcspn(name, "/"), name);
    return text_release(&arn);
}

/* Whether a row of who-can includes the caller, who is not exported. */
static bool stands_for(const json_t *row, const char *caller)
{
    const char *listed = text_of(row, "principal"), *kind = text_of(row, "kind");
    static const char *const wide_kinds[] = {"anyone", "organization", "accounts-like", "organizations-like",
                                             "unique-id"};
    bool wide = false;
    for (size_t i = 0; i < sizeof wide_kinds / sizeof wide_kinds[0]; i++)
        wide = wide || strcmp(kind, wide_kinds[i]) == 0;
    /* A principal that is only known after deployment may be anybody. */
    wide = wide || strstr(listed, "${deployment.") != NULL;
    /* Any account may be in an organization. */
    wide = wide || strncmp(caller, "o-", 2) == 0;
    char *role = role_of(caller);
    wide = wide || strcmp(role, listed) == 0 || strncmp(account_of(listed), account_of(caller), 12) == 0;
    free(role);
    return wide;
}

/* Whether the caller needs no row of its own. For an account in which a principal with a certain unique id is meant,
 * the row of that id decides. */
static bool stood_for(const struct asked *asked, json_t *rows, const char *caller, const json_t *said)
{
    json_t *row, *condition;
    size_t i;
    bool found = is_listed(asked->whole, caller);
    json_array_foreach(rows, i, row) found = found || stands_for(row, caller);
    json_array_foreach(json_object_get(said, "conditions"), i, condition) found =
        found || strstr(json_string_value(condition), "aws:userid") != NULL;
    return found && !is_known(asked, caller);
}

/* ---- comparing */

static void compare_both_sides(struct asked *asked)
{
    json_t *role, *caller;
    size_t i, j;
    json_array_foreach(asked->callers, i, caller) json_array_foreach(asked->roles, j, role)
    {
        const char *from = json_string_value(caller), *to = json_string_value(role);
        json_t *forwards = find_row(json_object_get(asked->reach, from), "role", to),
               *backwards = find_row(json_object_get(asked->who_can, to), "principal", from);
        if (strcmp(from, to) != 0 &&
            (forwards == NULL || !stood_for(asked, json_object_get(asked->who_can, to), from, forwards)))
            compare(asked, from, to, "who-can", backwards, "reach", forwards);
    }
}

static void compare_exposure(struct asked *asked)
{
    json_t *rows = ask_rows(asked, (const char *const[]){"exposure", "--top", "0", NULL}), *row, *one;
    size_t i, j;
    if (json_array_size(rows) != json_array_size(asked->roles))
        complain(asked, "exposure has %zu roles of %zu", json_array_size(rows), json_array_size(asked->roles));
    json_array_foreach(rows, i, row)
    {
        const char *arn = text_of(row, "role");
        json_int_t all = 0, direct, always = 0, outside = 0,
                   certain = json_integer_value(json_object_get(row, "certain")),
                   at_most = json_integer_value(json_object_get(row, "at_most"));
        json_array_foreach(json_object_get(asked->who_can, arn), j, one)
        {
            all++;
            always += strcmp(text_of(one, "verdict"), "allowed") == 0;
            outside += !is_known(asked, text_of(one, "principal"));
        }
        direct = (json_int_t)json_array_size(json_object_get(asked->direct, arn));
        bool exact = certain == at_most;
        if (direct != json_integer_value(json_object_get(row, "direct")) || certain > all || at_most < all ||
            (exact && (always != json_integer_value(json_object_get(row, "unconditional")) ||
                       outside != json_integer_value(json_object_get(row, "outside"))))) {
            char *said = json_dumps(row, JSON_COMPACT);
            complain(asked, "exposure says %s\n    who-can %lld, direct %lld, always %lld, outside %lld", said,
                     (long long)all, (long long)direct, (long long)always, (long long)outside);
            free(said);
        }
    }
    json_decref(rows);
}

static void compare_view(struct asked *asked, struct store *store)
{
    struct query *rows =
        query_open(store, "SELECT principal, role, verdict, conditions FROM assumable WHERE principal <> role");
    size_t count = 0, listed = 0;
    const char *role;
    json_t *list;
    while (query_next(rows)) {
        const char *from = query_text(rows, 0), *to = query_text(rows, 1);
        json_t *row = find_row(json_object_get(asked->direct, to), "principal", from),
               *conditions = json_loads(query_text(rows, 3), 0, NULL);
        if (row == NULL || strcmp(text_of(row, "verdict"), query_text(rows, 2)) != 0 ||
            !json_equal(json_object_get(row, "conditions"), conditions))
            complain(asked, "%s to %s: the view says %s %s, who-can %s", from, to, query_text(rows, 2),
                     query_text(rows, 3), row != NULL ? text_of(row, "verdict") : "no");
        json_decref(conditions);
        count++;
    }
    query_close(rows);
    json_object_foreach(asked->direct, role, list) listed += json_array_size(list);
    if (count != listed)
        complain(asked, "the view has %zu rows, who-can --direct %zu", count, listed);
}

/* ---- the picture */

/* How the row is drawn: a session as its role. */
static char *drawn_as(const struct asked *asked, const json_t *row)
{
    char *role = role_of(text_of(row, "principal"));
    if (is_known(asked, role))
        return role;
    free(role);
    return memory_text(text_of(row, "principal"));
}

static void compare_picture(struct asked *asked)
{
    json_t *drawn = drawn_pairs(asked->database), *expected = json_object(), *rows, *row;
    const char *role, *pair;
    size_t i;
    json_object_foreach(asked->direct, role, rows)
    {
        bool public = strcmp(text_of(find_row(rows, "principal", "*"), "verdict"), "allowed") == 0;
        json_array_foreach(rows, i, row)
        {
            char *from = drawn_as(asked, row);
            bool session = strcmp(from, text_of(row, "principal")) != 0, anyone = strcmp(from, "*") == 0;
            char *name = drawn_pair_name(from, role);
            const json_t *known = json_object_get(expected, name);
            if (strcmp(from, role) != 0 && (anyone || !public) && (known == NULL || !session))
                json_object_set_new(expected, name,
                                    json_boolean(session || strcmp(text_of(row, "verdict"), "allowed") != 0));
            free(name);
            free(from);
        }
    }
    json_object_foreach(expected, pair, row) if (!json_is_null(json_object_get(drawn, pair)) &&
                                                 !json_equal(row, json_object_get(drawn, pair)))
        complain(asked, "graph: %s should be drawn as %s", pair, json_is_true(row) ? "conditional" : "allowed");
    json_object_foreach(drawn, pair, row) if (!json_is_null(row) && json_object_get(expected, pair) == NULL)
        complain(asked, "graph: %s is drawn, and who-can says no", pair);
    json_decref(expected);
    json_decref(drawn);
}

/* ---- paths and explain */

/* The first path as a row of who-can. NULL: none. */
static json_t *row_of_path(json_t *answer)
{
    json_t *path = json_array_get(json_object_get(answer, "paths"), 0), *row = json_object(), *chain = json_array(),
           *kinds = json_array(), *hops = json_object_get(path, "hops"), *hop, *all;
    size_t i;
    if (path == NULL) {
        json_decref(row);
        json_decref(chain);
        json_decref(kinds);
        return NULL;
    }
    all = json_object_get(path, "all_chains");
    json_array_append(chain, json_object_get(json_array_get(hops, 0), "from"));
    json_array_foreach(hops, i, hop)
    {
        json_array_append(chain, json_object_get(hop, "to"));
        json_array_append(kinds, json_object_get(hop, "kind"));
    }
    json_object_set(row, "verdict", json_object_get(all != NULL ? all : path, "verdict"));
    json_object_set_new(row, "hops", json_integer((json_int_t)json_array_size(hops)));
    json_object_set_new(row, "chain", chain);
    json_object_set_new(row, "kinds", kinds);
    json_object_set(row, "conditions", json_object_get(all != NULL ? all : path, "conditions"));
    if (all != NULL)
        json_object_set(row, "chain_conditions", json_object_get(path, "conditions"));
    return row;
}

static void compare_all_paths(struct asked *asked, const char *from, const char *to, const json_t *row)
{
    int status;
    json_t *answer = ask_json(&status, asked->database,
                              (const char *const[]){"paths", "--all", "--max-hops", "4", "--", from, to, NULL}),
           *paths = json_object_get(answer, "paths"), *path, *hop;
    size_t i, j;
    if (json_is_true(json_object_get(answer, "complete")) && (json_array_size(paths) > 0) != (row != NULL))
        complain(asked, "%s to %s: paths --all finds %zu, reach %s", from, to, json_array_size(paths),
                 row != NULL ? "one" : "none");
    json_array_foreach(paths, i, path) json_array_foreach(json_object_get(path, "hops"), j, hop)
    {
        const char *over = text_of(hop, "from"), *onto = text_of(hop, "to");
        json_t *direct = find_row(json_object_get(asked->direct, onto), "principal", over);
        if (strcmp(over, onto) == 0)
            continue;
        if (direct == NULL ? !stood_for(asked, json_object_get(asked->direct, onto), over, hop)
                           : !equal_members(direct, hop, "verdict") || !equal_members(direct, hop, "conditions"))
            complain(asked, "%s to %s: paths goes over %s to %s (%s), who-can --direct says %s", from, to, over, onto,
                     text_of(hop, "verdict"), direct != NULL ? text_of(direct, "verdict") : "no");
    }
    json_decref(answer);
}

static void compare_explain(struct asked *asked, const char *from, const char *to, const json_t *row)
{
    int status;
    json_t *answer = ask_json(&status, asked->database, (const char *const[]){"explain", "--", from, to, NULL}),
           *reachable = json_object_get(answer, "reachable"),
           *direct = find_row(json_object_get(asked->direct, to), "principal", from);
    const char *verdict = text_of(answer, "verdict");
    bool denied = strcmp(verdict, "denied") == 0;
    if (status != (denied ? 1 : 0))
        complain(asked, "explain %s %s: status %d, verdict \"%s\"", from, to, status, verdict);
    if (json_is_null(reachable))
        reachable = NULL;
    bool itself = strcmp(from, to) == 0;
    if (denied)
        compare(asked, from, to, "explain", reachable, "reach", row);
    else if (row == NULL && !itself)
        complain(asked, "%s to %s: explain says %s, reach no", from, to, verdict);
    if (direct == NULL
            ? !denied && !itself && !stood_for(asked, json_object_get(asked->direct, to), from, answer)
            : strcmp(verdict, text_of(direct, "verdict")) != 0 || !equal_members(direct, answer, "conditions")) {
        char *said = json_dumps(json_object_get(answer, "conditions"), JSON_COMPACT),
             *listed = direct != NULL ? json_dumps(direct, JSON_COMPACT) : NULL;
        complain(asked, "%s to %s: explain says %s if %s\n    who-can --direct says %s", from, to, verdict, said,
                 listed != NULL ? listed : "no");
        free(said);
        free(listed);
    }
    json_decref(answer);
}

static void compare_pair(struct asked *asked, const char *from, const char *to)
{
    int status;
    json_t *row = find_row(json_object_get(asked->reach, from), "role", to),
           *answer = ask_json(&status, asked->database, (const char *const[]){"paths", "--", from, to, NULL}),
           *path = row_of_path(answer);
    if (status != (path != NULL ? 0 : 1))
        complain(asked, "paths %s %s: status %d with%s a path", from, to, status, path != NULL ? "" : "out");
    compare(asked, from, to, "paths", path, "reach", row);
    compare_all_paths(asked, from, to, row);
    compare_explain(asked, from, to, row);
    json_decref(path);
    json_decref(answer);
}

static void compare_pairs(struct asked *asked, uint32_t pairs, struct random *random)
{
    uint32_t callers = (uint32_t)json_array_size(asked->callers), roles = (uint32_t)json_array_size(asked->roles);
    bool all = pairs == 0 || callers * roles <= pairs;
    for (uint32_t i = 0; i < (all ? callers * roles : pairs); i++) {
        uint32_t pair = all ? i : random_below(random, callers * roles);
        compare_pair(asked, json_string_value(json_array_get(asked->callers, pair % callers)),
                     json_string_value(json_array_get(asked->roles, pair / callers)));
    }
}

void agreement_check(const char *database, uint32_t pairs, struct random *random, struct text *story)
{
    struct asked asked = {.database = database,
                          .story = story,
                          .roles = json_array(),
                          .principals = json_array(),
                          .whole = json_array(),
                          .callers = json_array(),
                          .who_can = json_object(),
                          .direct = json_object(),
                          .reach = json_object()};
    char *error = NULL;
    struct store *store = store_open(database, STORE_READ, &error);
    read_names(&asked, store);
    ask_both_sides(&asked);
    compare_both_sides(&asked);
    compare_exposure(&asked);
    compare_view(&asked, store);
    compare_picture(&asked);
    compare_pairs(&asked, pairs, random);
    store_close(store);
    free(error);
    json_decref(asked.roles);
    json_decref(asked.callers);
    json_decref(asked.principals);
    json_decref(asked.whole);
    json_decref(asked.who_can);
    json_decref(asked.direct);
    json_decref(asked.reach);
}
