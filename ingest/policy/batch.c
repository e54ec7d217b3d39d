#include "ingest/policy/batch.h"

#include "ingest/support/intern.h"
#include "ingest/support/text.h"
#include <string.h>

/* Singular and plural. */
struct noun {
    const char *one, *many;
};

/* Nouns for facts; NULL: the fact only says that a listing is complete. */
static const struct noun fact_nouns[FACT_TYPES] = {
    [FACT_ORGANIZATION] = {"organization", "organizations"},
    [FACT_ACCOUNT] = {"account", "accounts"},
    [FACT_NODE] = {"root or OU", "roots and OUs"},
    [FACT_PARENT] = {"place in the tree", "places in the tree"},
    [FACT_POLICY_TYPE] = {"policy type", "policy types"},
    [FACT_ORG_POLICY] = {"organization policy", "organization policies"},
    [FACT_TARGET] = {"policy target", "policy targets"},
    [FACT_PROVIDER] = {"identity provider", "identity providers"},
    [FACT_ALIAS] = {"account alias", "account aliases"},
    [FACT_IDENTITY] = {"caller identity", "caller identities"},
    [FACT_INSTANCE] = {"Identity Center instance", "Identity Center instances"},
    [FACT_PERSON_GROUP] = {"group of people", "groups of people"},
    [FACT_MEMBERSHIP] = {"membership", "memberships"},
    [FACT_PERMISSION_SET] = {"permission set", "permission sets"},
    [FACT_PROVISIONED] = {"provisioned account", "provisioned accounts"},
    [FACT_ASSIGNMENT] = {"assignment", "assignments"},
    [FACT_ATTRIBUTE] = {"attribute for access control", "attributes for access control"},
    [FACT_APPLICATION] = {"account access application", "account access applications"},
    [FACT_ENTITLEMENT] = {"entitlement", "entitlements"},
};

static void describe(struct text *text, size_t count, struct noun noun)
{
    if (count > 0)
        text_format(text, "%s%zu %s", text->length > 0 ? ", " : "", count, count == 1 ? noun.one : noun.many);
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
    describe(text, kinds[BATCH_USER], (struct noun){"user", "users"});
    describe(text, kinds[BATCH_GROUP], (struct noun){"group", "groups"});
    describe(text, kinds[BATCH_ROLE], (struct noun){"role", "roles"});
    describe(text, batch->managed_policies.count, (struct noun){"managed policy", "managed policies"});
    describe(text, batch->deletions.count, (struct noun){"deletion", "deletions"});
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
    /* Most answers name their organization incidentally. */
    for (int type = FACT_ORGANIZATION + 1; type < FACT_TYPES; type++)
        if (counts[type] > 0 && fact_nouns[type].one != NULL)
            counts[FACT_ORGANIZATION] = 0;
    for (int type = 0; type < FACT_TYPES; type++)
        if (fact_nouns[type].one != NULL)
            describe(text, counts[type], fact_nouns[type]);
}

/* A reader of "1 role" should know what was there before: the account may have shrunk, or the file may be
 * incomplete. */
static void describe_replaced(struct text *text, const struct batch *batch)
{
    size_t users = 0, roles = 0;
    for (const struct batch_principal *principal = batch->principals.first; principal != NULL;
         principal = principal->next) {
        users += principal->kind == BATCH_USER;
        roles += principal->kind == BATCH_ROLE;
    }
    if (batch->replaced.own || users < batch->replaced.users || roles < batch->replaced.roles)
        text_format(text, "; %s %zu user%s and %zu role%s loaded before",
                    batch->replaced.own ? "replaces the authorization details that this file held, with" : "replaces",
                    batch->replaced.users, text_plural(batch->replaced.users), batch->replaced.roles,
                    text_plural(batch->replaced.roles));
    if (batch->replaced.beside)
        text_append_string(text, "; the authorization details loaded earlier are kept");
}

/* What was read from credential reports and trails. */
static void describe_usage(struct text *text, const struct batch *batch)
{
    const char *first = NULL, *last = NULL;
    size_t events = 0;
    for (const struct batch_trail *trail = batch->trails.first; trail != NULL; trail = trail->next) {
        first = first == NULL || strcmp(trail->first, first) < 0 ? trail->first : first;
        last = last == NULL || strcmp(trail->last, last) > 0 ? trail->last : last;
        events += (size_t)trail->events;
    }
    describe(text, batch->credentials.count, (struct noun){"line on credentials", "lines on credentials"});
    if (events == 0)
        return;
    describe(text, batch->uses.count, (struct noun){"caller of a role", "callers of roles"});
    describe(text, events, (struct noun){"event", "events"});
    text_format(text, " from %s to %s", first, last);
}

static void describe_workloads(struct text *text, const struct batch *batch)
{
    static const struct noun nouns[WORKLOAD_TYPES] = {
        [WORKLOAD_REGION] = {"region", "regions"},
        [WORKLOAD_CLUSTER] = {"EKS cluster", "EKS clusters"},
        [WORKLOAD_ASSOCIATION] = {"Pod Identity association", "Pod Identity associations"},
        [WORKLOAD_SERVICE_ACCOUNT] = {"service account", "service accounts"},
        [WORKLOAD_NODES] = {"node group", "node groups"},
        [WORKLOAD_RESOURCE] = {"workload", "workloads"},
        [WORKLOAD_PROFILE] = {"role of a profile", "roles of profiles"},
        [WORKLOAD_GONE] = {"workload that is gone", "workloads that are gone"},
        [WORKLOAD_ROLE] = {"role of workloads", "roles of workloads"},
        [WORKLOAD_POOL] = {"Cognito identity pool", "Cognito identity pools"},
        [WORKLOAD_POOL_ROLES] = {"identity pool's roles", "identity pools' roles"},
    };
    size_t counts[WORKLOAD_TYPES] = {0};
    for (const struct batch_workload *row = batch->workloads.first; row != NULL; row = row->next)
        counts[row->type]++;
    for (int i = 0; i < WORKLOAD_TYPES; i++)
        describe(text, counts[i], nouns[i]);
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
        describe(&text, batch->people.count, (struct noun){"person", "people"});
        describe_workloads(&text, batch);
        describe_replaced(&text, batch);
        describe_facts(&text, batch);
        describe_usage(&text, batch);
        if (batch->truncated)
            text_append_string(&text, "; truncated: more pages follow");
        describe(&text, errors, (struct noun){"error", "errors"});
        if (text.length == 0)
            text_append_string(&text, batch->problems.count > 0 ? "nothing in it affects who can assume roles"
                                                                : "an empty answer");
    }
    return text_keep(&text, &batch->arena);
}
