#include "tests/analyzer/commands/administrators_agree.h"

#include "tests/analyzer/commands/asking.h"

#include <string.h>

struct comparing {
    const char *database;
    struct text *story;
    json_t *rows; /* from administrators */
};

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text != NULL ? text : "";
}

static bool is_true(const json_t *object, const char *member)
{
    return json_is_true(json_object_get(object, member));
}

/* The row of a principal that is one by itself, or through a chain. */
static const json_t *row_of(const struct comparing *asked, const char *arn, bool chain)
{
    json_t *row;
    size_t i;
    json_array_foreach(asked->rows, i, row) if (strcmp(text_of(row, "principal"), arn) == 0 &&
                                                (strcmp(text_of(row, "how"), "chain") == 0) == chain) return row;
    return NULL;
}

static void compare_exposure(struct comparing *asked)
{
    int status;
    json_t *answer = ask_json(&status, asked->database, (const char *const[]){"exposure", "--top", "0", NULL}), *row;
    size_t i;
    json_array_foreach(json_object_get(answer, "results"), i, row)
    {
        const char *arn = text_of(row, "role");
        const json_t *itself = row_of(asked, arn, false), *chain = row_of(asked, arn, true);
        bool sure = strcmp(text_of(itself, "verdict"), "allowed") == 0, is_one = is_true(row, "administrator"),
             leads = is_true(row, "leads_to_administrator");
        if ((sure && !is_one) || (is_one && itself == NULL))
            text_format(asked->story, "%s: exposure says %s, administrators %s\n", arn,
                        is_one ? "administrator" : "none", itself != NULL ? text_of(itself, "reason") : "none");
        if (strcmp(text_of(chain, "verdict"), "allowed") == 0 && !is_one && !leads)
            text_format(asked->story, "%s: exposure leads to none, administrators by %s\n", arn,
                        text_of(chain, "reason"));
        if (leads && !is_one && chain == NULL && itself == NULL)
            text_format(asked->story, "%s: exposure leads to one, administrators does not list it\n", arn);
    }
    json_decref(answer);
}

static void compare_findings(struct comparing *asked)
{
    int status;
    json_t *answer = ask_json(&status, asked->database,
                              (const char *const[]){"findings", "--only", "privilege-escalation", NULL}),
           *finding, *holder;
    size_t i, j;
    json_array_foreach(json_object_get(answer, "findings"), i, finding)
        json_array_foreach(json_object_get(json_object_get(finding, "facts"), "holders"), j, holder)
    {
        const json_t *row = row_of(asked, json_string_value(holder), false);
        if (strcmp(text_of(row, "how"), "control") != 0)
            text_format(asked->story, "%s: findings say it makes itself administrator, administrators %s\n",
                        json_string_value(holder), row != NULL ? text_of(row, "reason") : "none");
    }
    json_decref(answer);
}

/* Whoever acts through a role can reach it, over control or by assuming it. */
static void compare_callers(struct comparing *asked, const json_t *row)
{
    int status;
    size_t length = json_array_size(json_object_get(row, "path")), i;
    const char *who = text_of(row, "principal"),
               *to = json_string_value(json_array_get(json_object_get(row, "path"), length - 1));
    bool found = false;
    json_t *caller;
    if (strcmp(text_of(row, "how"), "control") != 0 || length < 2 || strstr(to, ":role/") == NULL)
        return;
    json_t *answer = ask_json(&status, asked->database, (const char *const[]){"who-can", to, "--control", NULL});
    json_array_foreach(json_object_get(answer, "results"), i, caller) found =
        found || strcmp(text_of(caller, "principal"), who) == 0;
    if (!found)
        text_format(asked->story, "%s: administrators by %s, who-can %s --control does not list it\n", who,
                    text_of(row, "reason"), to);
    json_decref(answer);
}

size_t administrators_agree(const char *database, struct text *story)
{
    int status;
    json_t *answer = ask_json(&status, database, (const char *const[]){"administrators", "--top", "0", NULL}), *row;
    struct comparing asked = {database, story, json_object_get(answer, "administrators")};
    size_t i, count = json_array_size(asked.rows);
    compare_exposure(&asked);
    compare_findings(&asked);
    json_array_foreach(asked.rows, i, row) compare_callers(&asked, row);
    json_decref(answer);
    return count;
}
