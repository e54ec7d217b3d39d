#include "analyzer/analysis/wording.h"

#include "ingest/policy/context_key.h"
#include "ingest/policy/statement_name.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"

char *wording_conditions(struct analysis *analysis, constraint residual)
{
    struct constraint_phrases phrases = constraint_phrases(analysis->pool, residual);
    struct text text = {0};
    for (uint32_t i = 0; i < phrases.count; i++) {
        bool alternatives = phrases.count > 1 && phrases.items[i].has_or;
        text_format(&text, "%s%s%s%s", i > 0 ? " and " : "", alternatives ? "(" : "", phrases.items[i].words,
                    alternatives ? ")" : "");
    }
    constraint_phrases_free(&phrases);
    return text_release(&text);
}

void wording_caller_at_home(const struct model *model, const struct caller *caller, struct text *text)
{
    const struct model_account *account =
        caller->account_index != MODEL_NONE ? &model->accounts[caller->account_index] : NULL;
    bool exported = account != NULL && account->detail != ACCOUNT_NOT_EXPORTED;
    const char *name = account != NULL ? model_account_name(account) : "";
    if (caller_is_own_members(model, caller) && model->members_listed) {
        text_format(text, "%u account%s of organization %s (not exported)", model->members_not_exported,
                    text_plural(model->members_not_exported), caller->text);
        return;
    }
    caller_append_name(text, caller);
    if (caller->account == NULL) {
        if (caller_is_own_members(model, caller))
            text_append_string(text, " (not exported)");
    } else if (caller->kind == CALLER_ACCOUNT || caller->kind == CALLER_ROOT_USER) {
        if (name[0] != '\0')
            text_format(text, " (%s)", name);
        if (!exported)
            text_append_string(text, " (not exported)");
    } else {
        text_append_string(text, " in ");
        model_append_account(text, model, caller->account);
        if (!exported && !caller_is_federated(caller))
            text_append_string(text, " (not exported)");
    }
}

char *wording_caller(const struct analysis *analysis, const struct caller *caller)
{
    struct text text = {0};
    wording_caller_at_home(analysis->model, caller, &text);
    return text_release(&text);
}

/* How easily a caller can meet a kind of condition. A formula gets the label that is hardest to meet; among equals,
 * that of the lower kind: that of a fact, or of a need and its key. */
enum ease { EASE_NEEDED, EASE_NOT_KNOWN, EASE_AVOIDABLE, EASE_AT_WILL };

struct label {
    const char *words; /* NULL: nothing to remark */
    enum ease ease;
    int kind;
};

struct label_search {
    struct constraint_pool *pool;
    constraint residual;
    struct label label;
};

static struct label label_of_need(enum ease ease, const struct context_key *about, const char *words)
{
    return (struct label){words, ease, (int)about->need * 16 + (int)about->domain};
}

static const char *const fact_labels[] = {
    [FACT_NOT_EXPORTED] = "depends on what is not in the export",
    [FACT_OF_IDENTITY] = "depends on what is not in the export",
    [FACT_UNREADABLE] = "depends on how IAM reads that policy",
    [FACT_UNDOCUMENTED] = "not documented by AWS",
    [FACT_OF_CALL] = "depends on the call",
    [FACT_UNDECIDED] = "not fully decided",
};

/* Whether calls without the key can satisfy the formula. */
static bool passes_without(const struct label_search *search, const struct constraint_key *key)
{
    constraint absent = constraint_absent_in_hop(search->pool, search->residual, *key);
    return constraint_satisfiable(search->pool, constraint_and(search->pool, search->residual, absent)) !=
           CONSTRAINT_NO;
}

/* Whether calls with MFA can satisfy the formula. */
static bool passes_with_mfa(const struct label_search *search, const struct constraint_key *key)
{
    static const char *const yes[] = {"true"};
    constraint fixed = constraint_fix_in_hop(search->pool, search->residual, *key, yes, 1);
    return constraint_satisfiable(search->pool, fixed) != CONSTRAINT_NO;
}

/* Whether it only excludes some networks: addresses from unrelated networks can satisfy it. */
static bool passes_from_anywhere(const struct label_search *search, const struct constraint_key *key)
{
    static const char *const far_apart[][1] = {{"192.0.2.1"}, {"198.51.100.1"}, {"100.64.0.1"}};
    for (size_t i = 0; i < sizeof far_apart / sizeof far_apart[0]; i++) {
        constraint fixed = constraint_fix_in_hop(search->pool, search->residual, *key, far_apart[i], 1);
        if (constraint_satisfiable(search->pool, fixed) == CONSTRAINT_NO)
            return false;
    }
    return true;
}

/* The label for the key's need if no call can do without the key; else the other label. */
static struct label label_unless(const struct context_key *about, bool avoidable, const char *needed,
                                 const char *otherwise)
{
    return label_of_need(avoidable ? EASE_AVOIDABLE : EASE_NEEDED, about, avoidable ? otherwise : needed);
}

static struct label label_of_network(const struct label_search *search, const struct constraint_key *key,
                                     const struct context_key *about)
{
    static const char needed[] = "needs access from that network";
    if (about->domain == KEY_ADDRESS)
        return label_unless(about, passes_from_anywhere(search, key), needed, "can be met from most networks");
    return label_unless(about, passes_without(search, key), needed, "can be met without a VPC endpoint");
}

/* For keys whose value rolechain computes if the export has the data. */
static bool is_of_organization(const struct context_key *about)
{
    return about->source == SOURCE_PRINCIPAL_ORG_ID || about->source == SOURCE_PRINCIPAL_ORG_PATHS ||
           about->source == SOURCE_RESOURCE_ORG_ID || about->source == SOURCE_RESOURCE_ORG_PATHS;
}

static struct label label_of_fact(enum constraint_fact kind)
{
    return (struct label){fact_labels[kind], EASE_NOT_KNOWN, (int)kind};
}

static struct label label_of_other_key(const struct context_key *about)
{
    if (about->our_own)
        return (struct label){"depends on what is deployed", EASE_NOT_KNOWN, FACT_UNDECIDED + 1};
    if (is_of_organization(about))
        return label_of_fact(FACT_NOT_EXPORTED);
    if (about->class == KEY_UNRECOGNIZED)
        return (struct label){"a key unknown to rolechain", EASE_NOT_KNOWN, FACT_UNDECIDED + 2};
    return (struct label){.words = NULL};
}

static struct label label_of_key(const struct label_search *search, const struct constraint_key *key,
                                 const struct context_key *about)
{
    switch (about->need) {
    case NEED_AT_WILL:
        return label_of_need(EASE_AT_WILL, about, "the caller can choose this value");
    case NEED_SECRET:
        return label_unless(about, passes_without(search, key), "needs the external ID",
                            "can be met without an external ID");
    case NEED_MFA:
        if (about->domain == KEY_BOOL && !passes_with_mfa(search, key))
            return label_of_need(EASE_NEEDED, about, "needs credentials without MFA");
        return label_unless(about, passes_without(search, key), "needs MFA", "can be met without MFA");
    case NEED_NETWORK:
        return label_of_network(search, key, about);
    case NEED_TOKEN:
        return label_of_need(EASE_NEEDED, about, "needs a matching token of the identity provider");
    case NEED_SESSION:
        return label_of_need(EASE_NEEDED, about, "only for sessions of that name");
    case NEED_NOTHING:
        break;
    }
    return label_of_other_key(about);
}

static bool find_label(const struct constraint_key *key, bool fact, void *context)
{
    struct label_search *search = context;
    struct label *best = &search->label;
    struct label label = fact ? label_of_fact(constraint_fact_kind(search->pool, key->name))
                              : label_of_key(search, key, context_key_find(key->name));
    if (label.words != NULL &&
        (best->words == NULL || label.ease < best->ease || (label.ease == best->ease && label.kind < best->kind)))
        *best = label;
    return true;
}

const char *wording_condition_label(struct analysis *analysis, constraint residual)
{
    struct label_search search = {.pool = analysis->pool, .residual = residual};
    if (residual > CONSTRAINT_TRUE)
        constraint_each_key(analysis->pool, residual, find_label, &search);
    return search.label.words;
}

const char *wording_policy_name(const struct policy_use *use)
{
    return use->kind == USE_TRUST ? "trust policy" : use->name;
}

json_t *wording_statement_json(const struct model *model, const struct decision_statement *statement)
{
    const char *file;
    uint32_t line;
    model_locate(model, statement->use, statement->statement->position, &file, &line);
    json_t *object = json_object(), *source = json_object();
    json_put(object, "policy", json_text(wording_policy_name(statement->use)));
    json_put(object, "holder", json_text(statement->use->holder));
    json_put(object, "sid", json_text(statement->statement->sid));
    json_put(object, "statement", json_integer(statement->statement->position));
    json_put(object, "effect", json_text(statement->statement->allow ? "Allow" : "Deny"));
    json_put(source, "file", json_text(file));
    json_put(source, "line", json_integer(line));
    json_put(object, "source", source);
    return object;
}

void wording_statement_words(const struct decision_statement *statement, struct text *text)
{
    const struct policy_use *use = statement->use;
    bool guardrail = use->kind == USE_SCP || use->kind == USE_RCP;
    if (guardrail && statement->statement->allow) {
        text_format(text, "%s at %s", use->name, use->holder);
        return;
    }
    statement_name_append(text, statement->statement->sid, statement->statement->position);
    if (use->kind != USE_TRUST)
        text_format(text, " of %s%s", use->name, use->via_group ? " (through a group)" : "");
    if (guardrail)
        text_format(text, " at %s", use->holder);
}

void wording_statement_place(const struct model *model, const struct decision_statement *statement, struct text *text)
{
    const char *file;
    uint32_t line;
    model_locate(model, statement->use, statement->statement->position, &file, &line);
    if (statement->use->built_in)
        text_append_string(text, "AWS managed policy, rolechain's copy");
    else if (file[0] != '\0')
        text_format(text, "%s:%u", file, line);
}
