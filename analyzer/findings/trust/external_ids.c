/*
 * External IDs of third parties: which IDs are accepted besides the one that the third party uses for this customer.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
#include "analyzer/findings/facts/outside_parties.h"
#include "analyzer/findings/facts/outsiders.h"
#include "analyzer/findings/facts/trust_walk.h"
#include "analyzer/findings/patches/patches.h"
#include "analyzer/findings/patches/policy_extent.h"
#include "analyzer/findings/rules.h"
#include "graph/policy/condition.h"
#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EXTERNAL_ID "sts:ExternalId"

/* Neither our own account in disguise nor AWS, which acts only for this customer; trust-external-unknown asks whose
 * account it is. */
static bool is_third_party(const struct trust_statement *at, const struct outsider *outsider)
{
    bool vouched = outsider_is_trusted(outsider) && !outsider->listed;
    return !vouched && !outsider_is_of_the_organization(at, outsider) && !(outsider->listed && outsider->known.aws);
}

#define FILL_IN_ID "THE-EXTERNAL-ID-THAT-THE-THIRD-PARTY-USES-FOR-YOU"

/* What the patch of a finding about external IDs needs. */
struct id_offer {
    bool keep;             /* keep the ids that the statement names exactly */
    const char *id;        /* otherwise the ID to require; NULL: only its owner knows it */
    const char *was_taken; /* an ID that is accepted today; NULL: none is needed */
};

/* Removes whatever the statement says about the external ID; adds the IDs that it names exactly. */
static void take_ids(json_t *statement, json_t *ids)
{
    json_t *conditions = json_object_get(statement, "Condition"), *block, *value;
    const char *operator_name, *key;
    void *next_block, *next_key;
    json_object_foreach_safe(conditions, next_block, operator_name, block)
    {
        struct condition_name name;
        bool exact = condition_name_parse(operator_name, &name) && name.op->family == CONDITION_STRING &&
                     !name.op->negated && !name.op->glob;
        json_object_foreach_safe(block, next_key, key, value)
        {
            if (strcasecmp(key, EXTERNAL_ID) != 0)
                continue;
            if (exact && json_is_array(value))
                json_add_all(ids, value);
            else if (exact)
                json_add(ids, json_incref(value));
            json_object_del(block, key);
        }
        if (json_is_object(block) && json_object_size(block) == 0)
            json_object_del(conditions, operator_name);
    }
}

/* The third party, in a statement of its own, must pass an id. finding->about: struct id_offer. */
static void offer_external_id(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct id_offer *offer = finding->about;
    const struct principals_meant party = {finding->at.statement, patch_is_of_account, finding->subject};
    if (policy_extent_rest(policy_extent_of(analysis, findings, finding->at.role, finding->at.use), analysis->model,
                           &party) == REST_TOO_LONG)
        return;
    struct patch patch = {
        .style = PATCH_EXTERNAL_ID, .document = trust_policy_json(analysis, finding->at.use), .stays = finding->caller};
    uint32_t position = patch_split_meant(patch.document, finding->at.statement->position, &party);
    json_t *statement = position != UINT32_MAX ? trust_policy_statement(patch.document, position) : NULL;
    json_t *ids = json_array();
    take_ids(statement, ids);
    if (!offer->keep)
        json_array_clear(ids);
    if (offer->id != NULL)
        json_add(ids, json_text(offer->id));
    if (json_array_size(ids) == 0) {
        json_add(ids, json_text(FILL_IN_ID));
        patch.fill_in = FILL_IN_ID ": the ID that the third party sends for you and for no other customer";
        patch.exchange = (struct patch_exchange){EXTERNAL_ID, offer->was_taken, FILL_IN_ID};
    }
    if (patch_demand(statement, "StringEquals", EXTERNAL_ID, ids))
        patch_offer(analysis, findings, finding, &patch);
    json_decref(ids);
    json_decref(patch.document);
}

static void make_offer(struct findings *findings, struct finding *finding, struct id_offer offer)
{
    struct id_offer *kept = arena_allocate(&findings->arena, sizeof *kept);
    *kept = offer;
    finding->about = kept;
    finding->elaborate = offer_external_id;
}

static void judge_external_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                              const struct trust_statement *at, const struct outsider *outsider, void *context)
{
    static const char *const guess[] = {"an-id-of-another-customer"};
    struct constraint_pool *pool = analysis->pool;
    (void)context;
    constraint without = constraint_fix(pool, outsider->admits, EXTERNAL_ID, NULL, 0);
    constraint with = constraint_fix(pool, outsider->admits, EXTERNAL_ID, guess, 1);
    bool optional = constraint_satisfiable(pool, without) != CONSTRAINT_NO;
    if (!is_third_party(at, outsider))
        return;
    if (!optional && constraint_satisfiable(pool, with) == CONSTRAINT_NO)
        return;
    struct finding *finding = outsider_report(analysis, rule, findings, at, outsider, optional ? without : with);
    bool mfa = constraint_forces_presence(pool, outsider->admits, "aws:MultiFactorAuthPresent");
    if (mfa)
        finding_raise(finding, -1);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    bool unknown = !outsider->listed && outsider_may_be_ours(analysis->model, outsider);
    if (unknown)
        finding_raise(finding, -1);
    finding->detail = finding_text(
        findings, "%s can assume %s %s.%s%s%s", outsider_words(findings, outsider), at->who->name,
        optional ? "without an external ID" : "with an external ID of their choice",
        mfa ? " They must use MFA, which people do and third-party services do not." : "",
        unknown ? " If the account is yours, no external ID is needed; without organization data this is unknown." : "",
        administrator);
    make_offer(findings, finding, (struct id_offer){.keep = true, .was_taken = optional ? NULL : guess[0]});
}

void find_missing_external_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    outsiders_each(analysis, rule, findings, judge_external_id, NULL);
}

/* ---- external-id-weak */

#define SHORTEST 8   /* bytes */
#define FEW_VALUES 5 /* a role and a third party share one; two during a rollover */

static bool is_other_key(const struct constraint_key *key, bool fact, void *context)
{
    (void)context;
    return fact || strcasecmp(key->name, EXTERNAL_ID) != 0;
}

static bool accepts(struct analysis *analysis, constraint formula, const char *id)
{
    return constraint_satisfiable(analysis->pool, constraint_fix(analysis->pool, formula, EXTERNAL_ID, &id, 1)) !=
           CONSTRAINT_NO;
}

/* The next value of a condition on the external id in the role's trust policy. */
struct id_walk {
    uint32_t statement, condition, value;
    const struct statement_condition *at;
};

static const char *next_id(const struct model *model, const struct trust_statement *at, struct id_walk *walk)
{
    const struct model_document *document = &model->documents[at->use->document];
    for (; walk->statement < document->statement_count; walk->statement++, walk->condition = 0) {
        const struct statement *statement = &model->statements[document->first_statement + walk->statement];
        for (; walk->condition < statement->condition_count; walk->condition++, walk->value = 0) {
            walk->at = &statement->conditions[walk->condition];
            if (strcasecmp(walk->at->key, EXTERNAL_ID) == 0 && walk->value < walk->at->value_count)
                return walk->at->values[walk->value++];
        }
    }
    return NULL;
}

/* A pattern's wildcards replaced. */
static const char *filled(struct findings *findings, const char *pattern, char with)
{
    char *text = arena_copy_text(&findings->arena, pattern, strlen(pattern));
    for (char *at = text; *at != '\0'; at++)
        if (*at == '*' || *at == '?')
            *at = with;
    return text;
}

/* Compares only letters and digits, ignoring case, as somebody guessing a name would. */
static bool same_letters(const char *a, const char *b)
{
    for (;;) {
        while (*a != '\0' && !isalnum((unsigned char)*a))
            a++;
        while (*b != '\0' && !isalnum((unsigned char)*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (*a == '\0')
            return true;
        a++;
        b++;
    }
}

/* The public fact that the ID equals; NULL: none. */
static const char *guess_of(const struct analysis *analysis, const struct trust_statement *at,
                            const struct outsider *outsider, const char *id)
{
    /* Samples from documentation and tutorials. */
    static const char *const samples[] = {"12345",
                                          "123456",
                                          "1234567890",
                                          "12345678",
                                          "example",
                                          "externalid",
                                          "myexternalid",
                                          "uniqueid",
                                          "Example987",
                                          "changeme",
                                          "password",
                                          "secret",
                                          "test",
                                          "ExampleCorpExternalId",
                                          "UniqueIdAssignedByExampleCorp"};
    if (same_letters(id, outsider->account) || same_letters(id, analysis->model->accounts[at->who->account].id))
        return "an account number";
    if (outsider->listed && same_letters(id, outsider->known.name))
        return "the vendor's name";
    if (same_letters(id, at->who->name))
        return "the role's name";
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        if (same_letters(id, samples[i]))
            return "a sample from documentation";
    return NULL;
}

/* Which third parties use an id: all statements are read before the first is judged. */
struct id_use {
    const char *id, *party;
    uint32_t document;
};

struct id_uses {
    struct id_use *list;
    size_t count, room;
};

static const char *party_of(const struct outsider *outsider)
{
    return outsider->listed ? outsider->known.name : outsider->account;
}

static int compare_uses(const void *a, const void *b)
{
    const struct id_use *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : strcmp(x->party, y->party);
}

static int compare_id(const void *id, const void *use)
{
    return strcmp(id, ((const struct id_use *)use)->id);
}

static void remember(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                     const struct trust_statement *at, const struct outsider *outsider, void *context)
{
    struct id_uses *uses = context;
    struct id_walk walk = {0};
    const char *id;
    (void)rule;
    (void)findings;
    while (is_third_party(at, outsider) && (id = next_id(analysis->model, at, &walk)) != NULL)
        if (!pattern_has_wildcard(id) && accepts(analysis, outsider->admits, id))
            ARRAY_ADD(uses->list, uses->count, uses->room, (struct id_use){id, party_of(outsider), at->use->document});
}

/* Another party that uses the id in another trust policy; NULL: none. */
static const char *other_user(const struct id_uses *uses, const char *id, const char *party, uint32_t document)
{
    size_t first = order_lower_bound(id, uses->list, uses->count, sizeof *uses->list, compare_id);
    for (const struct id_use *use = uses->list + first; use < uses->list + uses->count && strcmp(use->id, id) == 0;
         use++)
        if (strcmp(use->party, party) != 0 && use->document != document)
            return use->party;
    return NULL;
}

/* What can be wrong with the IDs that a statement accepts, worst first. */
enum weakness { WEAK_PATTERN, WEAK_GUESSABLE, WEAK_SHORT, WEAK_MANY, WEAK_SHARED, WEAKNESSES };

static const enum finding_code weak_codes[] = {[WEAK_PATTERN] = CODE_EXTERNAL_ID_PATTERN,
                                               [WEAK_GUESSABLE] = CODE_EXTERNAL_ID_GUESSABLE,
                                               [WEAK_SHORT] = CODE_EXTERNAL_ID_SHORT,
                                               [WEAK_MANY] = CODE_EXTERNAL_ID_MANY,
                                               [WEAK_SHARED] = CODE_EXTERNAL_ID_SHARED};

/* Reports what is wrong with an ID that the statement accepts, unless that was already said about another one. */
static void look_at_id(struct analysis *analysis, struct findings *findings, const struct id_uses *uses,
                       const struct trust_statement *at, const struct outsider *outsider, const char *id,
                       const char *reasons[WEAKNESSES])
{
    const char *guess = guess_of(analysis, at, outsider, id),
               *other = other_user(uses, id, party_of(outsider), at->use->document);
    if (reasons[WEAK_GUESSABLE] == NULL && guess != NULL)
        reasons[WEAK_GUESSABLE] = finding_text(findings, "\"%s\" is %s", id, guess);
    if (reasons[WEAK_SHORT] == NULL && strlen(id) < SHORTEST)
        reasons[WEAK_SHORT] = finding_text(findings, "\"%s\" has fewer than %d characters", id, SHORTEST);
    if (reasons[WEAK_SHARED] == NULL && other != NULL)
        reasons[WEAK_SHARED] =
            finding_text(findings, "another role accepts the same ID from %s, who therefore knows it", other);
}

/* The worst problem of the ids that a statement accepts: the code; *why in words. FINDING_NO_CODE: none. */
static enum finding_code weakness_of(struct analysis *analysis, struct findings *findings, const struct id_uses *uses,
                                     const struct trust_statement *at, const struct outsider *outsider,
                                     const char **why)
{
    const char *id, *reasons[WEAKNESSES] = {NULL};
    uint32_t accepted = 0;
    struct id_walk walk = {0};
    constraint without = constraint_fix(analysis->pool, outsider->admits, EXTERNAL_ID, NULL, 0);
    if (constraint_satisfiable(analysis->pool, without) != CONSTRAINT_NO) {
        *why = "the external ID is optional";
        return CODE_EXTERNAL_ID_OPTIONAL;
    }
    bool any = accepts(analysis, outsider->admits, "an-id-of-another-customer");
    while ((id = next_id(analysis->model, at, &walk)) != NULL) {
        bool pattern = walk.at->name.op->glob && pattern_has_wildcard(id);
        if (any && walk.at->name.op->negated) {
            *why = finding_text(findings, "every ID except \"%s\" is accepted", id);
            return CODE_EXTERNAL_ID_NEGATED;
        }
        if (pattern && reasons[WEAK_PATTERN] == NULL &&
            accepts(analysis, outsider->admits, filled(findings, id, 'x')) &&
            accepts(analysis, outsider->admits, filled(findings, id, 'y')))
            reasons[WEAK_PATTERN] = finding_text(findings, "every ID like \"%s\" is accepted", id);
        if (pattern || !accepts(analysis, outsider->admits, id))
            continue;
        accepted++;
        look_at_id(analysis, findings, uses, at, outsider, id, reasons);
    }
    if (accepted > FEW_VALUES)
        reasons[WEAK_MANY] = finding_text(findings, "%u IDs are accepted", accepted);
    for (size_t i = 0; i < WEAKNESSES; i++)
        if (reasons[i] != NULL) {
            *why = reasons[i];
            return weak_codes[i];
        }
    return FINDING_NO_CODE;
}

/* The statement's only good ID; NULL: none, or several. */
static const char *good_id(struct analysis *analysis, const struct trust_statement *at, const struct outsider *outsider)
{
    struct id_walk walk = {0};
    const char *id, *good = NULL;
    while ((id = next_id(analysis->model, at, &walk)) != NULL) {
        bool pattern = walk.at->name.op->glob && pattern_has_wildcard(id);
        if (walk.at->name.op->negated || pattern || strlen(id) < SHORTEST || !accepts(analysis, outsider->admits, id) ||
            guess_of(analysis, at, outsider, id) != NULL || (good != NULL && strcmp(good, id) == 0))
            continue;
        if (good != NULL)
            return NULL;
        good = id;
    }
    return good;
}

static void judge_weak(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings,
                       const struct trust_statement *at, const struct outsider *outsider, void *context)
{
    const char *why;
    if (!is_third_party(at, outsider) || constraint_each_key(analysis->pool, outsider->admits, is_other_key, NULL))
        return;
    enum finding_code code = weakness_of(analysis, findings, context, at, outsider, &why);
    if (code == FINDING_NO_CODE)
        return;
    struct finding *finding = outsider_report(analysis, rule, findings, at, outsider, outsider->admits);
    const char *administrator = finding_raise_for_administrator(finding, analysis, at->role);
    bool unknown = !outsider->listed && outsider_may_be_ours(analysis->model, outsider);
    finding->code = finding_code_words[code];
    const char *taken = party_example(analysis, findings, outsider->admits, EXTERNAL_ID);
    make_offer(findings, finding,
               (struct id_offer){.id = code != CODE_EXTERNAL_ID_SHARED ? good_id(analysis, at, outsider) : NULL,
                                 .was_taken = taken[0] != '\0' ? taken : NULL});
    if (unknown)
        finding_raise(finding, -1);
    finding->detail = finding_text(
        findings, "%s can assume %s with an external ID that protects little: %s.%s%s",
        outsider_words(findings, outsider), at->who->name, why,
        unknown ? " If the account is yours, no external ID is needed; without organization data this is unknown." : "",
        administrator);
}

void find_weak_external_id(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    struct id_uses uses = {0};
    outsiders_each(analysis, rule, findings, remember, &uses);
    if (uses.count > 0)
        qsort(uses.list, uses.count, sizeof *uses.list, compare_uses);
    outsiders_each(analysis, rule, findings, judge_weak, &uses);
    free(uses.list);
}
