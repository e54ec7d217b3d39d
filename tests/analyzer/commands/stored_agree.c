#include "tests/analyzer/commands/stored_agree.h"

#include "ingest/store/query.h"
#include "ingest/store/store.h"
#include "tests/analyzer/commands/asking.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ARGUMENTS 6

/* The number of roles that questions are about, and of callers for each. */
#define MOST_NAMES 3

static const char *const wholes[][MOST_ARGUMENTS] = {
    {"findings", "--format", "json"},
    {"chokepoints", "--format", "json"},
    {"exposure", "--format", "json"},
    {"administrators", "--format", "text"},
    {"graph", "--control", "--format", "mermaid"},
};

static const char *const of_roles[][MOST_ARGUMENTS] = {
    {"who-can", "--format", "json"}, {"who-can", "--control", "--format", "json"}, {NULL}};
static const char *const of_callers[][MOST_ARGUMENTS] = {
    {"reach", "--format", "text"}, {"reach", "--control", "--format", "text"}, {NULL}};
static const char *const of_controlled[][MOST_ARGUMENTS] = {{"who-can", "--control", "--format", "text"}, {NULL}};
static const char *const of_controllers[][MOST_ARGUMENTS] = {{"reach", "--control", "--format", "json"}, {NULL}};

/* Reports where two texts differ. */
static void tell(struct text *story, const char *const *arguments, const char *name, const char *whole,
                 const char *stored)
{
    size_t at = 0, begin;
    while (whole[at] != '\0' && whole[at] == stored[at])
        at++;
    begin = at > 120 ? at - 120 : 0;
    text_format(story, "%s %s: the exports say …%.240s…\n    the database …%.240s…\n", arguments[0], name,
                whole + begin, stored + begin);
}

static void compare(struct text *story, const char *const *arguments, const char *name, const char *database,
                    const char *exports)
{
    const char *asked[MOST_ARGUMENTS + 4];
    size_t count = 0;
    int status[2];
    while (count < MOST_ARGUMENTS && arguments[count] != NULL) {
        asked[count] = arguments[count];
        count++;
    }
    if (name[0] != '\0')
        asked[count++] = name;
    asked[count + 2] = NULL;
    asked[count] = "--from";
    asked[count + 1] = exports;
    char *whole = ask_text(&status[0], asked);
    asked[count] = "-d";
    asked[count + 1] = database;
    char *stored = ask_text(&status[1], asked);
    if (whole == NULL || stored == NULL || status[0] > 1)
        text_format(story, "%s %s: not asked, exit status %d\n", arguments[0], name, status[0]);
    else if (status[0] != status[1] || strcmp(whole, stored) != 0)
        tell(story, arguments, name, whole, stored);
    free(whole);
    free(stored);
}

/* Asks each question about the names that the query finds, at most MOST_NAMES. */
static void compare_questions(struct text *story, const char *const (*questions)[MOST_ARGUMENTS], const char *sql,
                              const char *database, const char *exports)
{
    char *error = NULL;
    struct store *store = store_open(database, STORE_READ, &error);
    struct query *rows = query_open(store, sql);
    for (int names = 0; names < MOST_NAMES && query_next(rows); names++)
        for (size_t i = 0; questions[i][0] != NULL; i++)
            compare(story, questions[i], query_text(rows, 0), database, exports);
    query_close(rows);
    store_close(store);
}

void stored_agree(const char *database, const char *exports, struct text *story)
{
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++)
        compare(story, wholes[i], "", database, exports);
    compare_questions(story, of_roles, "SELECT role FROM assumable GROUP BY role ORDER BY count(*) DESC, role",
                      database, exports);
    compare_questions(story, of_callers,
                      "SELECT principal FROM assumable GROUP BY principal ORDER BY count(*) DESC, principal", database,
                      exports);
    compare_questions(story, of_controlled,
                      "SELECT target FROM controllable WHERE target LIKE '%:role/%' GROUP BY target ORDER BY count(*) "
                      "DESC, target",
                      database, exports);
    compare_questions(story, of_controllers,
                      "SELECT principal FROM controllable GROUP BY principal ORDER BY count(*) DESC, principal",
                      database, exports);
}
