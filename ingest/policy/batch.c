#include "ingest/policy/batch.h"

#include "ingest/support/intern.h"
#include "ingest/support/text.h"
#include <string.h>

/* What a fact is called; NULL: it only says that a listing is complete. */
static const char *const fact_words[FACT_TYPES] = {
    [FACT_ORGANIZATION] = "organization", [FACT_ACCOUNT] = "account",
    [FACT_NODE] = "root or unit",         [FACT_PARENT] = "place in the tree",
    [FACT_POLICY_TYPE] = "policy type",   [FACT_ORG_POLICY] = "organization policy",
    [FACT_TARGET] = "policy target",      [FACT_PROVIDER] = "identity provider",
    [FACT_ALIAS] = "account alias",       [FACT_IDENTITY] = "caller identity",
};

static const char *plural(const char *one)
{
    static const char *const irregular[][2] = {
        {"managed policy", "managed policies"},      {"organization policy", "organization policies"},
        {"caller identity", "caller identities"},    {"account alias", "account aliases"},
        {"place in the tree", "places in the tree"}, {"line on credentials", "lines on credentials"},
        {"caller of a role", "callers of roles"},    {"root or unit", "roots and units"},
    };
    for (size_t i = 0; i < sizeof irregular / sizeof irregular[0]; i++)
        if (strcmp(one, irregular[i][0]) == 0)
            return irregular[i][1];
    return NULL;
}

static void describe(struct text *text, size_t count, const char *one)
{
    const char *many = plural(one);
    if (count == 0)
        return;
    text_format(text, "%s%zu %s%s", text->length > 0 ? ", " : "", count, count == 1 || many == NULL ? one : many,
                count == 1 || many != NULL ? "" : "s");
}

static void describe_principals(struct text *text, const struct batch *batch)
{
    size_t kinds[3] = {0};
    struct intern accounts = {0};
    for (const struct batch_principal *principal = batch->principals.first; principal != NULL;
         principal = principal->next) {
        kinds[principal->kind]++;
        intern_add(&accounts, principal->account, strlen(principal->account));
    }
    describe(text, kinds[BATCH_USER], "user");
    describe(text, kinds[BATCH_GROUP], "group");
    describe(text, kinds[BATCH_ROLE], "role");
    describe(text, batch->managed_policies.count, "managed policy");
    describe(text, batch->deletions.count, "deletion");
    if (accounts.count == 1)
        text_format(text, " of account %s", batch->principals.first->account);
    else if (accounts.count > 1)
        text_format(text, " of %u accounts", accounts.count);
    intern_free(&accounts);
}

static void describe_facts(struct text *text, const struct batch *batch)
{
    size_t counts[FACT_TYPES] = {0};
    for (const struct batch_fact *fact = batch->facts.first; fact != NULL; fact = fact->next)
        counts[fact->type]++;
    /* Most answers name their organization in passing. */
    for (int type = FACT_ORGANIZATION + 1; type < FACT_TYPES; type++)
        if (counts[type] > 0 && fact_words[type] != NULL)
            counts[FACT_ORGANIZATION] = 0;
    for (int type = 0; type < FACT_TYPES; type++)
        if (fact_words[type] != NULL)
            describe(text, counts[type], fact_words[type]);
}

/* What credential reports and trails gave. */
static void describe_usage(struct text *text, const struct batch *batch)
{
    const char *first = NULL, *last = NULL;
    size_t events = 0;
    for (const struct batch_trail *trail = batch->trails.first; trail != NULL; trail = trail->next) {
        first = first == NULL || strcmp(trail->first, first) < 0 ? trail->first : first;
        last = last == NULL || strcmp(trail->last, last) > 0 ? trail->last : last;
        events += (size_t)trail->events;
    }
    describe(text, batch->credentials.count, "line on credentials");
    if (events == 0)
        return;
    describe(text, batch->uses.count, "caller of a role");
    describe(text, events, "event");
    text_format(text, " from %s to %s", first, last);
}

static const char *const verdict_words[] = {
    [BATCH_LOADED] = "loaded",   [BATCH_UNCHANGED] = "unchanged", [BATCH_PARTIAL] = "partial",
    [BATCH_SKIPPED] = "skipped", [BATCH_REFUSED] = "refused",
};

const char *batch_verdict_word(enum batch_verdict verdict)
{
    return verdict_words[verdict];
}

enum batch_verdict batch_verdict_of(const char *word)
{
    for (int i = BATCH_LOADED; i <= BATCH_REFUSED; i++)
        if (strcmp(verdict_words[i], word) == 0)
            return (enum batch_verdict)i;
    return BATCH_LOADED;
}

const char *batch_describe(struct batch *batch, enum batch_verdict *verdict)
{
    struct text text = {0};
    size_t errors = 0;
    for (const struct batch_problem *problem = batch->problems.first; problem != NULL; problem = problem->next)
        errors += problem->severity == PROBLEM_ERROR;
    if (batch->refusal != NULL) {
        *verdict = batch->looks_like_export || errors > 0 ? BATCH_REFUSED : BATCH_SKIPPED;
        text_append_string(&text, batch->refusal);
    } else {
        *verdict = errors > 0 ? BATCH_PARTIAL : BATCH_LOADED;
        describe_principals(&text, batch);
        describe_facts(&text, batch);
        describe_usage(&text, batch);
        if (batch->truncated)
            text_append_string(&text, "; the page says that more follow");
        describe(&text, errors, "error");
        if (text.length == 0)
            text_append_string(&text,
                               batch->problems.count > 0 ? "nothing in it is used" : "an answer without entries");
    }
    const char *kept = arena_copy_text(&batch->arena, text.data, text.length);
    text_free(&text);
    return kept;
}
