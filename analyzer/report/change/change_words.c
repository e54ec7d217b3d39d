#include "analyzer/report/change/change_words.h"

#include "analyzer/analysis/wording.h"
#include "analyzer/report/findings/finding_report.h"
#include "ingest/policy/arn.h"
#include "ingest/policy/statement_name.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *change_direction_word(enum change_direction direction)
{
    return direction == CHANGE_GAINED ? "gained" : "lost";
}

const char *change_cause_word(const struct cause *cause)
{
    if (cause->kind == CAUSE_DENY)
        return cause->before ? "deny-removed" : "deny-added";
    return cause_kind_word(cause->kind);
}

/* ---- names */

void change_append_name(const struct change *change, const char *name, struct text *text)
{
    for (int state = STATE_NEW; state >= STATE_OLD; state--) {
        const struct model *model = change->states[state].model;
        uint32_t principal = model_find_arn(model, name);
        if (principal != MODEL_NONE) {
            struct caller caller;
            caller_of_principal(model, principal, &caller);
            wording_caller_at_home(model, &caller, text);
            return;
        }
        if (arn_is_account_id(name, strlen(name)) && (model_find_account(model, name) != MODEL_NONE || state == 0)) {
            text_append_string(text, "account ");
            model_append_account(text, model, name);
            return;
        }
    }
    text_append_string(text, name);
}

static void append_statement(const struct change *change, const struct cause *cause, struct text *text)
{
    if (cause->statement != CAUSE_NO_STATEMENT) {
        statement_name_append(text, cause->sid, (uint32_t)cause->statement);
        text_append_string(text, " in ");
    }
    text_append_string(text, "the ");
    if (cause->kind == CAUSE_BOUNDARY)
        text_append_string(text, "permissions boundary ");
    if (cause->kind == CAUSE_SCP || cause->kind == CAUSE_RCP)
        text_format(text, "%s %s at ", cause->kind == CAUSE_SCP ? "SCP" : "RCP", cause->policy);
    else if (strcmp(cause->policy, "trust policy") == 0)
        text_append_string(text, "trust policy of ");
    else if (strstr(cause->holder, ":policy/") != NULL)
        text_append_string(text, "managed policy ");
    else if (cause->policy[0] != '\0')
        text_format(text, "policy %s of ", cause->policy);
    else
        text_append_string(text, "policies of ");
    change_append_name(change, cause->holder, text);
}

static void append_cause(const struct change *change, const struct cause *cause, struct text *text)
{
    bool before = cause->before;
    struct text name = {0};
    change_append_name(change, cause->holder, &name);
    switch (cause->kind) {
    case CAUSE_DENY:
        text_append_string(text, "Deny ");
        append_statement(change, cause, text);
        text_append_string(text, before ? " was removed or changed" : " was added or changed");
        break;
    case CAUSE_STATEMENT:
    case CAUSE_BOUNDARY:
    case CAUSE_SCP:
    case CAUSE_RCP:
        append_statement(change, cause, text);
        text_append_string(text, before ? " was removed or changed" : " was added or changed");
        break;
    case CAUSE_ATTACHMENT:
        text_format(text, "managed policy %s was %s", cause->policy, before ? "detached" : "attached");
        break;
    case CAUSE_MEMBERSHIP:
        text_format(text, before ? "users left group %s" : "users joined group %s", name.data);
        break;
    case CAUSE_ASSIGNMENT:
        text_format(text, "permission set %s %s assigned to %s", cause->policy, before ? "is no longer" : "was",
                    name.data);
        break;
    case CAUSE_PRINCIPAL:
        text_format(text, "%s %s", name.data, before ? "was deleted" : "was created");
        break;
    case CAUSE_ACCOUNT:
        text_format(text, "%s %s the organization", name.data, before ? "left" : "joined");
        break;
    case CAUSE_RECREATED:
        text_format(text, "%s was deleted and created again", name.data);
        break;
    case CAUSE_RENAMED:
        text_format(text, "%s was renamed or moved", name.data);
        break;
    case CAUSE_TAGS:
        text_format(text, "the tags of %s changed", name.data);
        break;
    case CAUSE_ORGANIZATION:
        text_format(text, "the place of %s in the organization changed", name.data);
        break;
    case CAUSE_ACCOUNT_STATE:
        text_format(text, "the state of %s changed", name.data);
        break;
    case CAUSE_SESSION:
        text_format(text, "the tags or source identity that sessions may pass on changed at %s", name.data);
        break;
    case CAUSE_OTHER:
        text_format(text, "data that decisions about %s depend on changed", name.data);
        break;
    }
    text_free(&name);
}

void change_append_causes(const struct change *change, const struct causes *causes, struct text *text)
{
    size_t begin = text->length;
    for (uint32_t i = 0; i < causes->count; i++) {
        text_append_string(text, i > 0 ? "; " : "");
        append_cause(change, &causes->list[i], text);
    }
    if (text->length > begin && text->data[begin] >= 'a' && text->data[begin] <= 'z' &&
        causes->list[0].kind != CAUSE_OTHER)
        text->data[begin] = (char)(text->data[begin] - 'a' + 'A');
}

void change_append_place(const struct causes *causes, struct text *text)
{
    if (causes->count > 0 && causes->list[0].file[0] != '\0')
        text_format(text, "%s:%u", causes->list[0].file, causes->list[0].line);
}

/* ---- numbers */

/* "4,000" */
static void append_number(uint64_t number, struct text *text)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < length; i++) {
        text_append_char(text, digits[i]);
        if (i + 1 < length && (length - i - 1) % 3 == 0)
            text_append_char(text, ',');
    }
}

void change_append_counts(uint64_t count, uint64_t administrators, uint64_t outsiders, struct text *text)
{
    append_number(count, text);
    text_append_string(text, count == 1 ? " pair" : " pairs");
    if (administrators > 0) {
        text_append_string(text, ", ");
        append_number(administrators, text);
        text_append_string(text, administrators == 1 ? " to an administrator role" : " to administrator roles");
    }
    if (outsiders > 0) {
        text_append_string(text, ", ");
        append_number(outsiders, text);
        text_append_string(text, " from outside");
    }
}

struct change_totals change_total(const struct change *change, enum change_direction direction)
{
    struct change_totals totals = {0};
    for (size_t i = 0; i < change->entry_count[direction]; i++) {
        totals.count += change->entries[direction][i].count;
        totals.administrators += change->entries[direction][i].administrators;
        totals.outsiders += change->entries[direction][i].outsiders;
    }
    return totals;
}

/* ---- pairs */

struct hop *change_chain(const struct change *change, enum change_direction direction, const struct change_pair *pair,
                         uint32_t member)
{
    int more = change_more(direction);
    const struct counterparts *counterparts = &change->comparison.counterparts;
    struct hop *hops = memory_copy(pair->hops[more], (size_t)pair->hop_count[more] + 1, sizeof *hops);
    for (uint32_t i = 0; i < pair->hop_count[more]; i++) {
        uint32_t *const nodes[] = {&hops[i].from, &hops[i].to};
        for (size_t j = 0; j < 2; j++)
            *nodes[j] =
                counterparts->list[change_in_place_of(pair, member, counterparts->of[more][*nodes[j]])].node[more];
    }
    return hops;
}

void change_append_before(struct change *change, enum change_direction direction, const struct change_pair *pair,
                          struct text *text)
{
    bool gained = direction == CHANGE_GAINED;
    constraint other = pair->residual[!change_more(direction)];
    char *words = wording_conditions(&change->states[STATE_NEW], other);
    text_format(text, other == CONSTRAINT_TRUE ? "%s without conditions" : "%s if %s", gained ? "before" : "now",
                words);
    free(words);
}

/* ---- things */

static void append_policy(const struct change *change, const struct thing *thing, const char *kind, struct text *text)
{
    static const char *const words[] = {
        [THING_ADDED] = "was added", [THING_REMOVED] = "was removed", [THING_CHANGED] = "changed"};
    text_format(text, "%s%s%s of ", kind, thing->name[0] != '\0' ? " " : "", thing->name);
    change_append_name(change, thing->holder, text);
    text_format(text, " %s", words[thing->change]);
}

void change_append_thing(const struct change *change, const struct thing *thing, struct text *text)
{
    bool added = thing->change == THING_ADDED;
    switch (thing->kind) {
    case THING_ACCOUNT:
        change_append_name(change, thing->holder, text);
        text_append_string(text, added ? " came" : " went");
        break;
    case THING_PRINCIPAL:
        if (thing->change == THING_RENAMED) {
            text_format(text, "%s is now ", thing->holder);
            change_append_name(change, thing->name, text);
            break;
        }
        change_append_name(change, thing->holder, text);
        text_append_string(text, thing->change == THING_RECREATED ? " was deleted and created again"
                                 : added                          ? " was created"
                                                                  : " was deleted");
        break;
    case THING_TRUST:
        text_append_string(text, "trust policy of ");
        change_append_name(change, thing->holder, text);
        text_append_string(text, added                            ? " is in the export now"
                                 : thing->change == THING_REMOVED ? " is no longer in the export"
                                                                  : " changed");
        break;
    case THING_INLINE:
        append_policy(change, thing, "policy", text);
        break;
    case THING_MANAGED:
        text_format(text, "managed policy %s changed", thing->holder);
        break;
    case THING_ATTACHMENT:
        text_format(text, "managed policy %s was %s ", thing->name, added ? "attached to" : "detached from");
        change_append_name(change, thing->holder, text);
        break;
    case THING_BOUNDARY:
        append_policy(change, thing, "permissions boundary", text);
        break;
    case THING_SCP:
    case THING_RCP:
        text_format(text, "%s %s at %s %s", thing->kind == THING_SCP ? "SCP" : "RCP", thing->name, thing->holder,
                    added                            ? "was attached"
                    : thing->change == THING_REMOVED ? "was detached"
                                                     : "changed");
        break;
    }
}

void change_append_caution(const struct change *change, struct text *text)
{
    size_t count = change->incomparable_count;
    if (count > 0)
        text_format(text, "%zu %s could not be compared (see below): what follows says nothing about %s.", count,
                    count == 1 ? "account" : "accounts", count == 1 ? "it" : "them");
}

void change_append_none(const struct change *change, enum change_direction direction, struct text *text)
{
    text_format(text, "No access %s%s", change_direction_word(direction),
                change->incomparable_count > 0 ? " in what was compared" : "");
}

void change_append_incomparable(const struct change *change, const struct incomparable *about, struct text *text)
{
    static const char *const words[] = {
        [COMPARABLE] = "",
        [ONLY_IN_OLD] = " is exported in OLD only: whether its access changed is unknown",
        [ONLY_IN_NEW] = " is exported in NEW only: whether its access changed is unknown",
        [ROLES_IN_OLD] = ": OLD holds only its roles, without users and policies",
        [ROLES_IN_NEW] = ": NEW holds only its roles, without users and policies",
        [CUT_OFF_IN_OLD] = " is incomplete in OLD: whether its access changed is unknown",
        [CUT_OFF_IN_NEW] = " is incomplete in NEW: whether its access changed is unknown",
    };
    change_append_name(change, about->account, text);
    text_append_string(text, words[about->why]);
}

/* ---- findings */

void change_append_instead(const struct change *change, const struct finding *closed, struct text *text)
{
    const struct finding *worst = NULL;
    for (size_t i = 0; i < change->opened_count; i++) {
        const struct finding *opened = &change->findings[STATE_NEW].list[change->opened[i]];
        if (opened->severity >= closed->severity && strcmp(opened->resource, closed->resource) == 0 &&
            (worst == NULL || opened->severity > worst->severity))
            worst = opened;
    }
    if (worst != NULL)
        text_format(text, "Opened there instead: %s (%s).", worst->rule->id, severity_word(worst->severity));
}

void change_report_opened(struct change *change, struct finding_report *report)
{
    struct findings *findings = &change->findings[STATE_NEW];
    for (size_t i = 0; i < change->opened_count; i++) {
        struct finding moved = findings->list[i];
        findings->list[i] = findings->list[change->opened[i]];
        findings->list[change->opened[i]] = moved;
        change->opened[i] = (uint32_t)i;
    }
    *report = (struct finding_report){
        .analysis = &change->states[STATE_NEW], .findings = findings, .standing = change->opened_count};
}
