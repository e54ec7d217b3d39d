/*
 * Changes as JSON: diff.schema.json describes it.
 */
#include "analyzer/report/change/change_report.h"
#include "analyzer/report/change/change_words.h"
#include "analyzer/report/json_answer.h"
#include "ingest/support/json_build.h"
#include <stdlib.h>
#include <string.h>

static json_t *source_json(const char *file, uint32_t line)
{
    json_t *source = json_object();
    json_put(source, "file", json_text(file));
    json_put(source, "line", json_integer(line));
    return source;
}

static json_t *cause_json(const struct cause *cause)
{
    json_t *object = json_object();
    bool place = cause->statement != CAUSE_NO_STATEMENT;
    json_put(object, "kind", json_text(change_cause_word(cause)));
    json_put(object, "holder", json_text(cause->holder));
    json_put(object, "policy", json_text(cause->policy));
    json_put(object, "statement", place ? json_integer(cause->statement) : json_null());
    json_put(object, "sid", json_text(cause->sid));
    json_put(object, "state", json_text(cause->before ? "old" : "new"));
    json_put(object, "source", source_json(cause->file, cause->line));
    return object;
}

static const char *verdict_of(constraint residual)
{
    return verdict_word(residual == CONSTRAINT_FALSE  ? VERDICT_DENIED
                        : residual == CONSTRAINT_TRUE ? VERDICT_ALLOWED
                                                      : VERDICT_CONDITIONAL);
}

/* null: denied. */
static json_t *demands_json(const struct change *change, constraint residual)
{
    return residual != CONSTRAINT_FALSE ? constraint_words(change->pool, residual) : json_null();
}

static json_t *pair_json(struct change *change, enum change_direction direction, const struct change_pair *pair,
                         uint32_t member)
{
    int more = change_more(direction);
    const struct caller *nodes = change->comparison.counterparts.edges[more]->nodes;
    struct hop *hops = change_chain(change, direction, pair, member);
    uint32_t count = pair->hop_count[more];
    json_t *object = json_object(), *chain = json_array(), *conditions = json_object();
    for (uint32_t i = 0; i <= count; i++)
        json_add(chain, json_text(nodes[i < count ? hops[i].from : hops[i - 1].to].text));
    json_put(conditions, "before", demands_json(change, pair->residual[STATE_OLD]));
    json_put(conditions, "after", demands_json(change, pair->residual[STATE_NEW]));
    json_put(object, "principal", json_text(nodes[hops[0].from].text));
    json_put(object, "role", json_text(nodes[hops[count - 1].to].text));
    json_put(object, "before", json_text(verdict_of(pair->residual[STATE_OLD])));
    json_put(object, "after", json_text(verdict_of(pair->residual[STATE_NEW])));
    json_put(object, "administrator", json_boolean(pair->administrator));
    json_put(object, "outside", json_boolean(pair->outside));
    json_put(object, "hops", json_integer(count));
    json_put(object, "chain", chain);
    json_put(object, "conditions", conditions);
    free(hops);
    return object;
}

static json_t *entry_json(const struct change_report *report, enum change_direction direction,
                          const struct change_entry *entry)
{
    json_t *object = json_object(), *also = json_array(), *pairs = json_array();
    for (uint32_t i = 1; i < entry->causes.count; i++)
        json_add(also, cause_json(&entry->causes.list[i]));
    for (size_t i = 0; i < entry->pair_count; i++)
        for (uint32_t j = 0; j < entry->pairs[i].members; j++)
            if (report->all_pairs || json_array_size(pairs) < CHANGE_PAIRS)
                json_add(pairs, pair_json(report->change, direction, &entry->pairs[i],
                                          change_members(report->change, &entry->pairs[i])[j]));
    json_put(object, "cause", cause_json(&entry->causes.list[0]));
    json_put(object, "also", also);
    json_put(object, "count", json_integer((json_int_t)entry->count));
    json_put(object, "administrators", json_integer((json_int_t)entry->administrators));
    json_put(object, "outside", json_integer((json_int_t)entry->outsiders));
    json_put(object, "pairs", pairs);
    return object;
}

/* ---- what came and went */

static json_t *holders_of(const struct change *change, enum thing_kind kind, enum thing_change what)
{
    json_t *list = json_array();
    for (size_t i = 0; i < change->thing_count; i++)
        if (change->things[i].kind == kind && change->things[i].change == what)
            json_add(list, json_text(change->things[i].holder));
    return list;
}

static json_t *renamed_json(const struct change *change)
{
    json_t *list = json_array();
    for (size_t i = 0; i < change->thing_count; i++)
        if (change->things[i].kind == THING_PRINCIPAL && change->things[i].change == THING_RENAMED) {
            json_t *object = json_object();
            json_put(object, "from", json_text(change->things[i].holder));
            json_put(object, "to", json_text(change->things[i].name));
            json_add(list, object);
        }
    return list;
}

static json_t *policies_json(const struct change *change)
{
    json_t *list = json_array();
    for (size_t i = 0; i < change->thing_count; i++) {
        const struct thing *thing = &change->things[i];
        if (thing->kind == THING_ACCOUNT || thing->kind == THING_PRINCIPAL)
            continue;
        json_t *object = json_object();
        json_put(object, "kind", json_text(thing_kind_word(thing->kind)));
        json_put(object, "change", json_text(thing_change_word(thing->change)));
        json_put(object, "holder", json_text(thing->holder));
        json_put(object, "policy", json_text(thing->name));
        json_add(list, object);
    }
    return list;
}

static json_t *changed_json(const struct change *change)
{
    json_t *object = json_object(), *accounts = json_object(), *principals = json_object();
    json_put(accounts, "added", holders_of(change, THING_ACCOUNT, THING_ADDED));
    json_put(accounts, "removed", holders_of(change, THING_ACCOUNT, THING_REMOVED));
    json_put(principals, "added", holders_of(change, THING_PRINCIPAL, THING_ADDED));
    json_put(principals, "removed", holders_of(change, THING_PRINCIPAL, THING_REMOVED));
    json_put(principals, "recreated", holders_of(change, THING_PRINCIPAL, THING_RECREATED));
    json_put(principals, "renamed", renamed_json(change));
    json_put(object, "accounts", accounts);
    json_put(object, "principals", principals);
    json_put(object, "policies", policies_json(change));
    return object;
}

/* ---- findings */

static json_t *evidence_json(const struct finding *finding)
{
    json_t *list = json_array();
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct finding_evidence *evidence = &finding->evidence[i];
        json_t *object = json_object();
        json_put(object, "policy", json_text(evidence->policy));
        json_put(object, "holder", json_text(evidence->holder));
        json_put(object, "sid", json_text(evidence->sid));
        json_put(object, "statement",
                 evidence->statement == UINT32_MAX ? json_null() : json_integer(evidence->statement));
        json_put(object, "source", source_json(evidence->file, evidence->line));
        json_add(list, object);
    }
    return list;
}

static json_t *findings_json(struct change *change, int state, const uint32_t *places, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        struct finding *finding = &change->findings[state].list[places[i]];
        json_t *object = json_object();
        finding_locate(&change->states[state], finding);
        json_put(object, "id", json_text(finding->rule->id));
        json_put(object, "code", json_text(finding->code));
        json_put(object, "severity", json_text(severity_word(finding->severity)));
        json_put(object, "title", json_text(finding->rule->title));
        json_put(object, "resource", json_text(finding->resource));
        json_put(object, "account", json_text(finding->account));
        json_put(object, "subject", json_text(finding->subject));
        json_put(object, "detail", json_text(finding->detail));
        json_put(object, "evidence", evidence_json(finding));
        json_put(object, "fix", json_text(finding->fix));
        json_put(object, "fingerprint", json_text(finding->fingerprint));
        json_add(list, object);
    }
    return list;
}

/* ---- what cannot be compared */

static json_t *not_comparable_json(const struct change *change)
{
    static const char *const words[] = {
        [COMPARABLE] = "",
        [ONLY_IN_OLD] = "only-in-old",
        [ONLY_IN_NEW] = "only-in-new",
        [ROLES_IN_OLD] = "roles-only-in-old",
        [ROLES_IN_NEW] = "roles-only-in-new",
        [CUT_OFF_IN_OLD] = "cut-off-in-old",
        [CUT_OFF_IN_NEW] = "cut-off-in-new",
    };
    json_t *list = json_array();
    for (size_t i = 0; i < change->incomparable_count; i++) {
        json_t *object = json_object();
        json_put(object, "account", json_text(change->incomparable[i].account));
        json_put(object, "why", json_text(words[change->incomparable[i].why]));
        json_add(list, object);
    }
    return list;
}

static json_t *totals_json(const struct change *change)
{
    json_t *object = json_object();
    for (int direction = 0; direction < CHANGE_DIRECTIONS; direction++) {
        struct change_totals totals = change_total(change, (enum change_direction)direction);
        json_t *part = json_object();
        json_put(part, "count", json_integer((json_int_t)totals.count));
        json_put(part, "administrators", json_integer((json_int_t)totals.administrators));
        json_put(part, "outside", json_integer((json_int_t)totals.outsiders));
        json_put(object, change_direction_word((enum change_direction)direction), part);
    }
    return object;
}

void change_json_print(const struct change_report *report, struct output *output)
{
    struct change *change = report->change;
    struct json_stream stream;
    json_t *findings = json_null();
    json_stream_begin(&stream, output, "diff", 1);
    json_stream_put(&stream, "old", json_text(report->paths[STATE_OLD]));
    json_stream_put(&stream, "new", json_text(report->paths[STATE_NEW]));
    json_stream_put(&stream, "totals", totals_json(change));
    for (int direction = 0; direction < CHANGE_DIRECTIONS; direction++) {
        json_stream_list(&stream, change_direction_word((enum change_direction)direction));
        for (size_t i = 0; i < change->entry_count[direction]; i++)
            json_stream_add(&stream,
                            entry_json(report, (enum change_direction)direction, &change->entries[direction][i]));
        json_stream_list_end(&stream);
    }
    json_stream_put(&stream, "changed", changed_json(change));
    if (report->with_findings) {
        findings = json_object();
        json_put(findings, "opened", findings_json(change, STATE_NEW, change->opened, change->opened_count));
        json_put(findings, "closed", findings_json(change, STATE_OLD, change->closed, change->closed_count));
    }
    json_stream_put(&stream, "findings", findings);
    json_stream_put(&stream, "not_comparable", not_comparable_json(change));
    json_stream_put(&stream, "same_organization", json_boolean(!change->other_organization));
    json_stream_put(&stream, "organization_data_only_in",
                    change->organization_only[STATE_OLD]   ? json_text("old")
                    : change->organization_only[STATE_NEW] ? json_text("new")
                                                           : json_null());
    json_stream_end(&stream, &change->states[STATE_NEW]);
}
